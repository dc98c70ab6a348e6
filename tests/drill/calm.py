"""One customer's life without faults, worked on in this process."""

from __future__ import annotations

from hub.engine.run import run
from hub.engine.start import start
from hub.models import JobState, TenantStage, Trigger
from tests.network import network

from .scenario import Ground, Picture, Scenario, Site

HOSTS = {
    "procore": ("login.procore.com", "api.procore.com", "storage.procore.com"),
    "xero": ("login.xero.com", "identity.xero.com", "api.xero.com"),
    "mri": ("harbour.mrisoftware.com",),
}


def calm(scenario: Scenario, ground: Ground, shape: int) -> Picture:
    """What both vendors hold in the end. AssertionError when a stage does not succeed, or sums do not agree."""
    with network({host: ground.vendors[name] for name in ground.vendors for host in HOSTS[name]}):
        site = scenario.site(ground, shape, f"calm-{shape}")
        for part in site.rounds:
            part.prepare()
            _go(site, part.stages)
        for edit in site.edits:
            edit.change()
        for part in site.rounds:
            _go(site, part.stages)
    assert not site.faults(), site.faults()
    return {kind: +counts for kind, counts in site.picture().items()}


def _go(site: Site, stages: object) -> None:
    for row in switched_on(site):
        if row.stage in stages:  # type: ignore[operator]
            job = run(start(row, trigger=Trigger.SCHEDULE).job.pk)
            assert job.state == JobState.SUCCEEDED, (row.stage, job.state, job.error, job.traceback)


def switched_on(site: Site) -> list[TenantStage]:
    """All stages in working order, each one enabled."""
    site.tenant.stages.update(enabled=True)
    rows = {row.stage: row for row in site.tenant.stages.select_related("tenant")}
    return [rows[stage] for part in site.rounds for stage in part.stages]
