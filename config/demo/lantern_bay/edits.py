"""Small edits at Lantern Bay, with one write each, and the claim that waits for a person's word."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from .. import site
from ..tenants import Edit
from .books import BELLBUOY
from .found import contract_payments
from .tenant import MriTenant

NEW_PHONE = "218-555-0199"
UNDER_REVIEW = ("0042-A/SC-02", 3)  # the application that is approved
APPROVED_DRAW = Decimal("4750.00")  # 5,000.00 less 5 %
PART, OF_DRAW = Decimal("1000.00"), ("0042-A", "SC-01", "2")


def edits(tenant: MriTenant) -> Iterator[Edit]:
    yield from (_phoned(tenant), _approved(tenant), _paid(tenant))


def approve(tenant: MriTenant) -> None:
    """The site approves the claim that was under review."""
    site.application(tenant.company, *UNDER_REVIEW).approve()


def _phoned(tenant: MriTenant) -> Edit:
    vendor = tenant.row("vendors", name=BELLBUOY)

    def arrived() -> bool:
        made = tenant.company.vendors.named(BELLBUOY)
        return made is not None and made["business_phone"] == NEW_PHONE

    return Edit(
        f"phone of {BELLBUOY} changed in MRI",
        tenant,
        lambda: tenant.books.change(vendor, phone=NEW_PHONE),
        "vendors",
        "updated",
        {"Procore": 1},
        arrived,
    )


def _approved(tenant: MriTenant) -> Edit:
    place, number = UNDER_REVIEW

    def arrived() -> bool:
        job, _, contract = place.partition("/")
        draws = tenant.books.where("draws", job_id=job, contract_number=contract, number=str(number))
        return [draw["net"] for draw in draws] == [APPROVED_DRAW]

    return Edit(
        f"claim {place}/{number} approved in Procore",
        tenant,
        lambda: approve(tenant),
        "draws",
        "created",
        {"MRI": 1},
        arrived,
    )


def _paid(tenant: MriTenant) -> Edit:
    job, contract, number = OF_DRAW
    draw = tenant.row("draws", job_id=job, contract_number=contract, number=number)
    before = len(contract_payments(tenant))

    def arrived() -> bool:
        amounts = [row["amount"] for row in contract_payments(tenant)]
        return len(amounts) == before + 1 and PART in amounts

    return Edit(
        f"{PART:,.2f} of {'/'.join(OF_DRAW)} paid in MRI",
        tenant,
        lambda: tenant.books.pay(draw, PART, on=date(2026, 9, 25)),
        "payments",
        "created",
        {"Procore": 1},
        arrived,
    )
