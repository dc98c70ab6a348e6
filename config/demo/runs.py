"""Running stages through the workers, and what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from hub.dispatch import dispatch
from hub.engine.start import start
from hub.models import RecordOutcome, SyncJob, TenantStage, Trigger

from .found import found
from .seeds import Ground
from .tenants import DemoTenant, Found

PATIENCE = 300.0  # seconds for one stage, on a slow machine too
LOOK_EVERY = 0.1  # seconds

Tell = Callable[[str], object]
Between = Callable[[DemoTenant, str], str]  # what people do after a stage, and how that is told


class TooSlow(RuntimeError):
    """A stage did not end; the text says which, and what it waits for."""


@dataclass(frozen=True)
class Result:
    """One row of the table: what the hub says, and what the target holds."""

    tenant: DemoTenant
    stage: str
    job: SyncJob
    found: Found

    @property
    def faults(self) -> list[str]:
        """How this differs from what is expected of a first run."""
        expected = self.tenant.story.expected[self.stage]
        where = f"{self.tenant.slug} {self.stage}"
        lines = []
        if self.job.counts != expected.counts:
            lines.append(f"{where}: {self.job.counts or self.job.error}, expected {dict(expected.counts)}")
        if self.found.records != expected.found:
            lines.append(f"{where}: {self.found.records} found in the target, expected {expected.found}")
        if self.money != expected.money:
            lines.append(f"{where}: {self.money} found in the target, expected {expected.money}")
        return lines

    @property
    def money(self) -> str:
        return "" if self.found.money is None else f"{self.found.money:.2f}"


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
        time.sleep(LOOK_EVERY)
        job.refresh_from_db()
    return job


def run_all(
    ground: Ground, tell: Tell, check: Callable[[], None], between: Between = lambda tenant, stage: ""
) -> Iterator[Result]:
    """Every stage of every tenant, in working order; `between` two of them people may do something."""
    for tenant in ground.tenants:
        for stage in tenant.story.expected:
            began = time.monotonic()
            job = run_stage(tenant.slug, stage, check)
            tell(f"  {tenant.slug:<16} {stage:<17} {job.get_state_display()}, {time.monotonic() - began:.1f} s")
            yield Result(tenant, stage, job, found(tenant, stage))
            if said := between(tenant, stage):
                tell(f"  {tenant.slug:<16} … {said}")


def table(results: list[Result]) -> Iterator[str]:
    """Rows for people: outcomes by tenant and stage, what is in the target, and what it comes to there."""
    seen = {name for one in results for name, number in one.job.counts.items() if number}
    outcomes = [outcome.value for outcome in RecordOutcome if outcome.value in seen]
    heads = "".join(f"{name:>10}" for name in outcomes)
    yield f"{'tenant':<16} {'stage':<17}{heads}{'found in target':>17}{'amount there':>14}"
    for one in results:
        numbers = "".join(f"{one.job.counts.get(name) or '·':>10}" for name in outcomes)
        money = "" if one.found.money is None else f"{one.found.money:,.2f}"
        yield f"{one.tenant.slug:<16} {one.stage:<17}{numbers}{one.found.records:>17}{money:>14}".rstrip()
