"""One stage run while some answers are bad, and what must hold afterwards."""

from __future__ import annotations

import copy
import logging
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

from django.db import transaction
from werkzeug.test import run_wsgi_app
from werkzeug.wrappers import Request

from hub.models import ApiCall, Grant, GrantState, JobRecord, LinkedEntity, Problem, SyncJob, TenantStage, WriteBatch
from tests.fuzz.mutations import Answer, mutated
from tests.pairings.whole_world import STAGES, Whole, build, picture, whole

MOST_BAD = 6  # answers of one run
QUOTA_OVER = 200_000  # seconds after which no wait that a vendor has asked for is left


class Mangler:
    """A vendor whose answers are spoilt on their way."""

    def __init__(self, app: Any, play: Play) -> None:
        self._app, self._play = app, play

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        body, status, headers = run_wsgi_app(self._app, environ, buffered=True)
        one = Answer(int(status.split()[0]), dict(headers), b"".join(body))
        one = self._play.spoil(Request(environ), one)
        start_response(f"{one.status} X", list(one.headers.items()))
        return [one.body]


@dataclass
class Play:
    """The bad answers of one seed: those `chosen` by their number and, where that says so, all later ones of the same
    address. `served` counts them, `garbage` tells whether none of them could be believed."""

    rng: Random
    calls: int  # of a run without bad answers: those are chosen from
    active: bool = False
    seen: int = 0
    served: int = 0
    garbage: bool = True
    logins: bool = False  # answers about logins were among them
    chosen: dict[int, bool] = field(default_factory=dict)
    sticky: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        count = self.rng.randint(1, MOST_BAD)
        self.chosen = {self.rng.randrange(max(1, self.calls)): self.rng.random() < 0.5 for _ in range(count)}

    def spoil(self, request: Request, one: Answer) -> Answer:
        if not self.active:
            return one
        number, self.seen = self.seen, self.seen + 1
        place = f"{request.method} {request.path}"
        seed = self.sticky.get(place)
        if number in self.chosen:
            seed = self.rng.getrandbits(32)
            if self.chosen[number]:
                self.sticky[place] = seed
        if seed is None:
            return one
        self.served += 1
        bad = mutated(Random(seed), one)
        self.logins |= "token" in request.path
        self.garbage &= bad.garbage
        return bad


@dataclass
class Case:
    """A stage about to run. `again`: it has run before, and people have changed things since."""

    stage: str
    again: bool
    one: Whole
    reference: dict[str, list[Any]]
    calls: int


def prepare(one: Whole, stage: str, again: bool) -> None:
    """Everything that comes before."""
    for before in STAGES[: STAGES.index(stage)]:
        if before == "commitments":
            build(one)
        one.run(before)
    if stage == "commitments":
        build(one)
    if stage == "payments":
        one.pay("SC-001-1")
        one.pay("SC-002-1", "100")
    if again:
        one.run(stage)
        _people(one, stage)


def _people(one: Whole, stage: str) -> None:
    one.projects[1].change(name="Depot and Yard")
    one.w.org.change_contact(one.contacts[1], phone="+61 2 9999 0000")
    if STAGES.index(stage) < 3:
        return
    one.claim("SC-001", "7,000.00", "2026-08-31", attachments=("a.pdf",))
    if stage != "progress_claims":
        one.run("progress_claims")
    one.cost("INV-11", ("75.10", one.projects[0]))
    one.w.org.edit_bill(one.w.org.bill("INV-10"), Date="2026-11-07")
    if stage == "payments":
        one.pay("SC-002-1")


@contextmanager
def undone() -> Iterator[None]:
    """The hub's database is afterwards as it was."""
    backup = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(backup)


@contextmanager
def case(stage: str, again: bool) -> Iterator[Case]:
    """Ready to be played any number of times."""
    with whole() as one:
        prepare(one, stage, again)
        with undone():
            twin = copied(one)
            calls = len(twin.w.procore.ledger.entries) + len(twin.w.xero.ledger.entries)
            _expire_tokens()
            twin.run(stage)
            calls = len(twin.w.procore.ledger.entries) + len(twin.w.xero.ledger.entries) - calls
            twin.run(stage)
            reference = picture(twin.w)
        yield Case(stage, again, one, reference, calls)


def copied(one: Whole) -> Whole:
    """Both vendors as they are, to be changed freely; clocks and network stay."""
    shared = [one.w.net, one.w.limits, one.w.procore.courier]
    for sandbox in (one.w.procore, one.w.xero):
        shared += [sandbox.lock, sandbox.clock]
    twin = copy.deepcopy(one, {id(thing): thing for thing in shared})
    for host in list(one.w.net.hosts):
        one.w.net.hosts[host] = twin.w.xero if "xero" in host else twin.w.procore
    return twin


def _expire_tokens() -> None:
    Grant.objects.update(expires_at=None)


@dataclass
class Result:
    """What came of one seed. `faults` are sentences, none when all is well."""

    served: int
    ending: str
    faults: list[str]
    compared: bool = False


def play(case: Case, seed: int, log: list[str]) -> Result:
    """`log` takes what was logged meanwhile."""
    log.clear()
    with undone():
        twin = copied(case.one)
        hosts = twin.w.net.hosts
        bad = Play(Random(f"{case.stage} {case.again} {seed}"), case.calls)
        for host, app in list(hosts.items()):
            hosts[host] = Mangler(app, bad)
        _expire_tokens()
        twin.w.limits.advance(QUOTA_OVER)
        with twin.w.net.unobserved():
            bad.active = True
            job = twin.w.go(case.stage)
            for _ in range(2):
                if job.is_open:
                    job = twin.w.go_on(job)
            bad.active = False
        faults = [*_job_faults(job), *_link_faults(), *_leaks(twin, log)]
        result = Result(bad.served, f"{job.state} {job.error_code}".strip(), faults)
        if bad.garbage and not Grant.objects.exclude(state=GrantState.OK).exists():
            result.compared = True
            faults += _recovery(twin, job, case)
        return result


def _job_faults(job: SyncJob) -> Iterator[str]:
    if job.error_code == "internal" or job.traceback:
        yield f"our bug: {job.traceback[-1500:]}"
    if job.state == "running":
        yield "it stays running"
    if TenantStage.objects.exclude(lease_until=None).exists():
        yield "the lease was not given back"


def _link_faults() -> Iterator[str]:
    """No link is left half-written: what is not finished belongs to a batch that will be settled, or to a person."""
    waiting = {
        (batch.tenant_stage_id, member["source_id"])
        for batch in WriteBatch.objects.exclude(state="settled")
        for member in batch.members
    }
    people = set(Problem.objects.filter(code="two_candidates").values_list("tenant_stage_id", "source_id"))
    for link in LinkedEntity.objects.all():
        place = (link.tenant_stage_id, link.source_id)
        if link.state == "linked" and not link.target_id:
            yield f"{link} is linked to nothing"
        if link.state != "linked" and place not in waiting | people:
            yield f"{link} is {link.state} and in no open batch"


def _leaks(one: Whole, log: list[str]) -> Iterator[str]:
    secrets = {"procore-secret", "xero-secret", *one.w.xero.access.access_tokens}
    for grant in Grant.objects.all():
        secrets |= {value for value in grant.tokens.values() if len(value) > 12}
    said = "\n".join(log)
    rows: list[Any] = [*ApiCall.objects.values_list("path", "query", "request", "answer", "error", "correlation_id")]
    rows += JobRecord.objects.values_list("source_key", "label", "message", "fix", "diff", "payload", "warnings")
    rows += SyncJob.objects.values_list("error", "error_fix", "traceback")
    rows += Grant.objects.values_list("state_reason")
    text = said + "\n".join(map(str, rows))
    for secret in secrets:
        if secret in text:
            place = text.index(secret)
            yield f"a secret is told: {text[max(0, place - 80) : place]}…"
    if "Traceback" in said:
        yield f"a traceback was logged: {said[-1500:]}"


def _recovery(twin: Whole, job: SyncJob, case: Case) -> Iterator[str]:
    """The vendor answers properly again: everything comes out as if it always had."""
    twin.w.limits.advance(QUOTA_OVER)
    twin.finish(job)
    twin.run(case.stage)
    now = picture(twin.w)
    for name, wanted in case.reference.items():
        if now[name] != wanted:
            missing, more = _counted(wanted) - _counted(now[name]), _counted(now[name]) - _counted(wanted)
            yield f"{name}: missing {list(missing)}, and more {list(more)}"
    yield from _link_faults()


def _counted(rows: list[Any]) -> Counter[Any]:
    return Counter(rows)


class Listener(logging.Handler):
    """Keeps what is logged, tracebacks included."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__(logging.INFO)
        self.lines = lines
        self._lock = threading.Lock()

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))
