"""The second half of the demonstration: nothing to do, and a few small edits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

from . import office, site
from .found import bills, contract_payments, options
from .lantern_bay.edits import edits as edits_beside_mri
from .lantern_bay.tenant import MriTenant
from .projects import RENAMED
from .runs import Result, Tell, run_all, run_stage
from .seeds import Ground
from .story import XeroTenant
from .tenants import Edit

NEW_NAME = "Millpond School Hall and Library"
NEW_PHONE = "09 555 0199"
PHONED = "Rātā Steel"
UNDER_REVIEW = ("3103/SC-01", 2)  # the application that is approved
APPROVED_BILL = Decimal("1380.00")  # 1,200.00 and 15 % GST
PAID_BILL = ("Rātā Steel", "RS-31")
PAID, COUNTED = Decimal("2300.00"), Decimal("2000.00")  # with tax in Xero, without in Procore


class Writes:
    """Counts the write calls in the pretend vendors' ledgers."""

    def __init__(self, ground: Ground) -> None:
        self._ledgers = {name: vendor.ledger for name, vendor in ground.vendors.items()}
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
    tell(f"  write calls: {_words(writes.count())}")


def _not_as_before(result: Result) -> Iterator[str]:
    first = result.tenant.story.expected[result.stage]
    done = first.counts.get("created", 0) + first.counts.get("matched", 0)
    same = {name: first.counts[name] for name in ("skipped", "rejected") if name in first.counts}
    expected = {"unchanged": done, **same}
    where = f"second run of {result.tenant.slug} {result.stage}"
    if result.job.counts != expected:
        yield f"{where}: {result.job.counts}, expected {expected}"
    if (result.found.records, result.money) != (first.found, first.money):
        yield f"{where}: {result.found.records} found, {result.money}; expected {first.found}, {first.money}"


def edits(ground: Ground, tell: Tell, check: Callable[[], None]) -> Iterator[str]:
    """One write each, and the target has it."""
    for edit in _edits(ground):
        with ground.locked():
            edit.make()
        writes = Writes(ground)
        job = run_stage(edit.tenant.slug, edit.stage, check)
        made, told = writes.count(), job.counts.get(edit.outcome, 0)
        tell(f"  {edit.said}: {told} {edit.outcome}, write calls: {_words(made)}")
        if (told, made) != (1, {**dict.fromkeys(made, 0), **edit.writes}):
            yield f"{edit.said}: {job.counts or job.error}, {made}; expected 1 {edit.outcome}, {edit.writes}"
        if not edit.arrived():
            yield f"{edit.said}: it has not arrived"


def _edits(ground: Ground) -> Iterator[Edit]:
    """Each is made when the one before it has arrived."""
    australia, zealand = (tenant for tenant in ground.tenants[:2] if isinstance(tenant, XeroTenant))
    yield from (_renamed(australia), _phoned(zealand), _approved(zealand), _paid(zealand))
    for tenant in ground.tenants:
        if isinstance(tenant, MriTenant):
            yield from edits_beside_mri(tenant)


def _renamed(tenant: XeroTenant) -> Edit:
    project = site.project(tenant.company, RENAMED)
    return Edit(
        f"{RENAMED} renamed in Procore",
        tenant,
        lambda: project.change(name=NEW_NAME),
        "projects",
        "updated",
        {"Xero": 1},
        lambda: f"{RENAMED} {NEW_NAME}" in options(tenant, "Project"),
    )


def _phoned(tenant: XeroTenant) -> Edit:
    contact = tenant.org.contact(PHONED)

    def arrived() -> bool:
        vendor = tenant.company.vendors.with_origin(contact.id)
        return vendor is not None and vendor["business_phone"] == NEW_PHONE

    return Edit(
        f"phone of {PHONED} changed in Xero",
        tenant,
        lambda: tenant.org.change_contact(contact, phone=NEW_PHONE),
        "contacts",
        "updated",
        {"Procore": 1},
        arrived,
    )


def _approved(tenant: XeroTenant) -> Edit:
    place, number = UNDER_REVIEW
    claim = site.application(tenant.company, place, number)

    def arrived() -> bool:
        made = [bill.total for bill in bills(tenant) if bill.number == claim["invoice_number"]]
        return made == [APPROVED_BILL]

    return Edit(
        f"claim {place}/{number} approved in Procore",
        tenant,
        claim.approve,
        "progress_claims",
        "created",
        {"Xero": 1},
        arrived,
    )


def _paid(tenant: XeroTenant) -> Edit:
    supplier, number = PAID_BILL

    def pay() -> None:
        tenant.org.pay(office.bill(tenant.org, supplier, number), PAID, date(2026, 10, 20), reference="October")

    def made() -> list[Decimal]:
        return [row["amount"] for row in contract_payments(tenant) if row["invoice_number"] == number]

    before = made()

    return Edit(
        f"{PAID:,.2f} of {number} paid in Xero",
        tenant,
        pay,
        "payments",
        "created",
        {"Procore": 1},
        lambda: made() == [*before, COUNTED],
    )


def _words(writes: dict[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in writes.items())
