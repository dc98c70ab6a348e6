"""Running stages through the workers, and what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from hub.dispatch import dispatch
from hub.engine.start import start
from hub.models import RecordOutcome, SyncJob, TenantStage, Trigger

from .found import found
from .seeds import DemoTenant, Ground

PATIENCE = 300.0  # seconds for one stage, on a slow machine too

Tell = Callable[[str], object]


class TooSlow(RuntimeError):
    """A stage did not end; the text says which, and what it waits for."""


@dataclass(frozen=True)
class Result:
    """One row of the table: what the hub says, and what the target holds."""

    tenant: DemoTenant
    stage: str
    job: SyncJob
    found: int

    @property
    def faults(self) -> list[str]:
        """How this differs from what is expected of a first run."""
        expected = self.tenant.expected[self.stage]
        where = f"{self.tenant.slug} {self.stage}"
        lines = []
        if self.job.counts != expected.counts:
            lines.append(f"{where}: {self.job.counts or self.job.error}, expected {dict(expected.counts)}")
        if self.found != expected.found:
            lines.append(f"{where}: {self.found} found in the target, expected {expected.found}")
        return lines


def run_stage(slug: str, stage: str, check: Callable[[], None]) -> SyncJob:
    """Queue a stage for the workers and wait for its end; `check` is called meanwhile. Raises TooSlow."""
    row = TenantStage.objects.select_related("tenant").get(tenant__slug=slug, stage=stage)
    job = start(row, trigger=Trigger.PAGE).job
    dispatch(job)
    deadline = time.monotonic() + PATIENCE
    while job.is_open:
        if time.monotonic() > deadline:
            raise TooSlow(f"{slug} {stage} is still {job.get_state_display().lower()}. {job.error}")
        check()
        time.sleep(0.2)
        job.refresh_from_db()
    return job


def run_all(ground: Ground, tell: Tell, check: Callable[[], None]) -> Iterator[Result]:
    """Every stage of every tenant, in working order."""
    for tenant in ground.tenants:
        for stage in tenant.expected:
            began = time.monotonic()
            job = run_stage(tenant.slug, stage, check)
            tell(f"  {tenant.slug:<16} {stage:<11} {job.get_state_display()}, {time.monotonic() - began:.1f} s")
            yield Result(tenant, stage, job, found(tenant, stage))


def table(results: list[Result]) -> Iterator[str]:
    """Rows for people: outcomes by tenant and stage, and what is in the target."""
    outcomes = [outcome.value for outcome in RecordOutcome]
    yield f"{'tenant':<16} {'stage':<11}" + "".join(f"{name:>10}" for name in outcomes) + f"{'found in target':>17}"
    for one in results:
        numbers = "".join(f"{one.job.counts.get(name) or '·':>10}" for name in outcomes)
        yield f"{one.tenant.slug:<16} {one.stage:<11}{numbers}{one.found:>17}"
