"""The second half of the demonstration: nothing to do, and two small edits."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .found import options
from .projects import RENAMED
from .runs import Result, Tell, run_all, run_stage
from .seeds import DemoTenant, Ground

NEW_NAME = "Millpond School Hall and Library"
NEW_PHONE = "02 5550 0199"
PHONED = "Gumleaf Electrical"


class Writes:
    """Counts the write calls in both pretend vendors' ledgers."""

    def __init__(self, ground: Ground) -> None:
        self._ledgers = {"Procore": ground.procore.ledger, "Xero": ground.xero.ledger}
        self._marks = {name: ledger.mark() for name, ledger in self._ledgers.items()}

    def count(self) -> dict[str, int]:
        return {name: len(ledger.writes(since=self._marks[name])) for name, ledger in self._ledgers.items()}


def second_run(ground: Ground, tell: Tell, check: Callable[[], None]) -> Iterator[str]:
    """Run everything again: faults when anything is written, or any record is not as it was."""
    writes = Writes(ground)
    for result in run_all(ground, tell, check):
        yield from _not_as_before(result)
    if any(writes.count().values()):
        yield f"the second run wrote: {writes.count()}"
    tell(f"  write calls: {_words(writes)}")


def _not_as_before(result: Result) -> Iterator[str]:
    first = result.tenant.expected[result.stage].counts
    done = first.get("created", 0) + first.get("matched", 0)
    expected = {"unchanged": done} | {name: first[name] for name in ("skipped", "rejected") if name in first}
    if result.job.counts != expected:
        yield f"second run of {result.tenant.slug} {result.stage}: {result.job.counts}, expected {expected}"


def edits(ground: Ground, tell: Tell, check: Callable[[], None]) -> Iterator[str]:
    """A project renamed in Procore, a phone number changed in Xero: one write each, and the target has it."""
    tenant = ground.tenants[0]
    yield from _renamed(ground, tenant, tell, check)
    yield from _phoned(ground, tenant, tell, check)


def _renamed(ground: Ground, tenant: DemoTenant, tell: Tell, check: Callable[[], None]) -> Iterator[str]:
    project = tenant.company.projects.where(lambda row: row["project_number"] == RENAMED)[0]
    with ground.procore.lock:
        project.change(name=NEW_NAME)
    writes = Writes(ground)
    job = run_stage(tenant.slug, "projects", check)
    tell(f"  {RENAMED} renamed in Procore: {job.counts.get('updated', 0)} updated, write calls: {_words(writes)}")
    if writes.count() != {"Procore": 0, "Xero": 1}:
        yield f"the rename took {writes.count()} write calls, expected one in Xero"
    if f"{RENAMED} {NEW_NAME}" not in options(tenant, "Project"):
        yield "the new name has not arrived in Xero"


def _phoned(ground: Ground, tenant: DemoTenant, tell: Tell, check: Callable[[], None]) -> Iterator[str]:
    contact = tenant.org.contact(PHONED)
    with ground.xero.lock:
        tenant.org.change_contact(contact, phone=NEW_PHONE)
    writes = Writes(ground)
    job = run_stage(tenant.slug, "contacts", check)
    tell(f"  phone of {PHONED} changed in Xero: {job.counts.get('updated', 0)} updated, write calls: {_words(writes)}")
    if writes.count() != {"Procore": 1, "Xero": 0}:
        yield f"the phone number took {writes.count()} write calls, expected one in Procore"
    vendor = tenant.company.vendors.with_origin(contact.id)
    if vendor is None or vendor["business_phone"] != NEW_PHONE:
        yield "the new phone number has not arrived in Procore"


def _words(writes: Writes) -> str:
    return ", ".join(f"{name} {number}" for name, number in writes.count().items())
