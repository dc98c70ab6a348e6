"""One schedule: a fresh customer lives through its rounds while things go wrong, and is looked at in the end."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence

from django.db import connection, transaction
from django.utils import timezone

from hub.dispatch import dispatch
from hub.engine.start import start
from hub.models import OPEN_STATES, Grant, GrantState, JobState, SyncJob, TenantStage, Trigger

from .compare import compare
from .faults import ROUNDS, Drawn, Storm, Timing, Waiting, draw, edited
from .logins import Logins, add_manager
from .patience import patiently
from .result import Result
from .scenario import Ground, Picture, Scenario, Site, rng
from .unsafe import aimed

PATIENCE = 400.0  # seconds that a round may take, faults and all
ATTEMPTS = 12  # times a stage is started in one round
LOOK = 0.6


class Unfinished(Exception):
    """A round took too long."""


class Life:
    def __init__(
        self,
        scenario: Scenario,
        ground: Ground,
        storms: Sequence[Storm],
        seed: str,
        number: int,
        timing: Timing,
        logins: Logins,
        frozen: Callable[[], bool],
        only: str = "",
        aim: str = "",
    ) -> None:
        self._only, self._aim, self._logins, self._frozen = only, aim, logins, frozen
        self._scenario, self._ground, self._storms, self._timing = scenario, ground, storms, timing
        self._draws = rng(seed, number)
        self.name = f"d{number}-{self._draws.randrange(10**9)}"
        self._shape = self._draws.randrange(scenario.shapes)
        self.result = Result(number, self._shape)

    @property
    def shape(self) -> int:
        return self._shape

    def live(self, wanted: Picture) -> Result:
        began = time.monotonic()
        try:
            self._live(wanted)
        except Unfinished as error:
            self.result.unfinished.append(str(error))
        except Exception as error:  # noqa: BLE001  one schedule's accident must not end the others
            self.result.error = f"{type(error).__name__}: {error}"
        finally:
            self._forget()
            connection.close()
        self.result.seconds = time.monotonic() - began
        return self.result

    def _live(self, wanted: Picture) -> None:
        site = patiently(self._site)
        rows = patiently(lambda: _rows(site))
        waiting = Waiting()
        for storm in self._storms:
            storm.customers[self.name] = waiting
        drawn = self._drawn(site)
        groups = [[rows[stage] for stage in part.stages] for part in site.rounds]
        for number, part in enumerate(site.rounds):
            part.prepare()
            self._arm(waiting, drawn, number)
            self._round(site, groups[number : number + 1], waiting)
        self._edits_left(waiting)
        self._arm(waiting, drawn, ROUNDS - 1)
        self._round(site, groups, waiting)
        self._last_look(site, groups, wanted)

    def _drawn(self, site: Site) -> list[Drawn]:
        if self._aim and not self._only:
            aim = aimed(self._aim, self._scenario.twice, self._timing)
            return [aim, *edited(self._draws, site.edits)]
        return draw(self._draws, list(self._ground.vendors), self._timing, site.edits, self._only, self._scenario.kinds)

    @transaction.atomic
    def _site(self) -> Site:
        """All of it or, when the database is cut meanwhile, nothing."""
        site = self._scenario.site(self._ground, self._shape, self.name)
        add_manager(site.tenant)
        return site

    @staticmethod
    def _arm(waiting: Waiting, drawn: Sequence[Drawn], number: int) -> None:
        """Edits that no read has met yet go on waiting."""
        waiting.drawn = [*_edits(waiting.drawn), *(one for one in drawn if one.round == number)]

    def _edits_left(self, waiting: Waiting) -> None:
        """What no read has met is changed now."""
        left, waiting.drawn = _edits(waiting.drawn), []
        for one in left:
            with self._ground.vendors[one.vendor].lock:
                assert one.edit is not None
                one.edit()

    def _round(self, site: Site, groups: Sequence[Sequence[TenantStage]], waiting: Waiting) -> None:
        fired = waiting.fired.total()
        for rows in groups:
            self._run(site, rows, full=None)
        if waiting.fired.total() > fired:
            self.result.recoveries.append(time.monotonic() - waiting.last)
        self.result.faults = Counter(waiting.fired)

    def _last_look(self, site: Site, groups: Sequence[Sequence[TenantStage]], wanted: Picture) -> None:
        """Without faults at the vendors: everything once more, which must write nothing; then the comparison."""
        self._forget()
        accounts = {site.tenant.source.account_id, site.tenant.target.account_id}
        self._until_nothing_is_under_way(accounts)
        marks = {name: sandbox.ledger.mark() for name, sandbox in self._ground.vendors.items()}
        for rows in groups:
            self._run(site, rows, full=True)
        self._until_free(site)
        for name, sandbox in self._ground.vendors.items():
            writes = sandbox.ledger.writes(since=marks[name])
            self.result.late_writes += [f"{one.method} {one.path}" for one in writes if one.account in accounts]
        self.result.findings = patiently(lambda: compare(wanted, site, self._logins))
        self.result.records = sum(counts.total() for counts in wanted.values())

    def _until_nothing_is_under_way(self, accounts: set[str]) -> None:
        """A vendor may still carry out what it kept waiting, and a frozen worker may still send: whoever compares
        before has seen only the first of two documents."""
        deadline = time.monotonic() + PATIENCE
        while self._frozen() or self._in_flight(accounts):
            if time.monotonic() > deadline:
                raise Unfinished("calls are still under way")
            time.sleep(LOOK)

    def _in_flight(self, accounts: set[str]) -> bool:
        return any(sandbox.in_flight.get(one) for sandbox in self._ground.vendors.values() for one in accounts)

    def _run(self, site: Site, rows: Sequence[TenantStage], *, full: bool | None) -> None:
        """Start these stages as their schedules would, again and again, until each has succeeded."""
        deadline, attempts = time.monotonic() + PATIENCE, Counter[int]()
        left = list(rows)
        while left:
            for row in left:
                attempts[row.pk] += 1
                patiently(lambda row=row: _begin(row, full))  # type: ignore[misc]
            self._until_quiet(site, deadline)
            left = [row for row in left if not self._done(row, attempts[row.pk])]

    def _until_quiet(self, site: Site, deadline: float) -> None:
        jobs = SyncJob.objects.filter(tenant_stage__tenant=site.tenant, state__in=OPEN_STATES)
        while patiently(jobs.exists):
            self._reconnect(site)
            if time.monotonic() > deadline:
                raise Unfinished(patiently(lambda: "not finished: " + "; ".join(map(_describe, jobs))))
            time.sleep(LOOK)

    def _until_free(self, site: Site) -> None:
        """The lease of a worker that died after its job had ended runs out by itself."""
        deadline = time.monotonic() + 2 * self._timing.lease
        while time.monotonic() < deadline:
            if not patiently(lambda: site.tenant.stages.filter(lease_until__gt=timezone.now()).exists()):
                return
            time.sleep(LOOK)

    def _done(self, row: TenantStage, attempts: int) -> bool:
        job = patiently(lambda: SyncJob.objects.filter(tenant_stage=row).order_by("pk").last())
        assert job is not None
        self.result.jobs += 1
        if job.state == JobState.SUCCEEDED:
            return True
        if job.state == JobState.FAILED:
            self.result.failed.append(_describe(job))
        if attempts >= ATTEMPTS:
            raise Unfinished(f"after {attempts} runs: {_describe(job)}")
        return False

    def _reconnect(self, site: Site) -> None:
        """Somebody was told by mail, and does it."""
        mine = Grant.objects.filter(pk__in=[grant.pk for grant in site.grants], state=GrantState.NEEDS_LOGIN)
        for grant in patiently(lambda: list(mine)):
            patiently(self._logins.look)
            patiently(lambda grant=grant: site.reconnect(grant))  # type: ignore[misc]
            self.result.reconnected += 1

    def _forget(self) -> None:
        for storm in self._storms:
            storm.customers.pop(self.name, None)


def _edits(drawn: Sequence[Drawn]) -> list[Drawn]:
    return [one for one in drawn if one.edit is not None]


def _rows(site: Site) -> dict[str, TenantStage]:
    """Every stage switched on, and off the clock: the drill itself is their schedule."""
    for row in site.tenant.stages.all():
        row.enabled, row.schedule = True, ""
        row.save()
    return {row.stage: row for row in site.tenant.stages.select_related("tenant")}


def _begin(row: TenantStage, full: bool | None) -> None:
    started = start(row, trigger=Trigger.SCHEDULE, full=full)
    if not started.joined:
        dispatch(started.job)


def _describe(job: SyncJob) -> str:
    return f"job {job.pk} {job.tenant_stage.stage} is {job.state}, {job.error_code} {job.error} {job.traceback[-300:]}"
