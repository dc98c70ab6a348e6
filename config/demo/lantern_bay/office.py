"""What the office of Lantern Bay enters in MRI: payments of draws, invoices without a contract, journals."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from ..bills import BILL, JOURNAL, Item, Paper
from .books import BELLBUOY, FOGHORN, SPINDRIFT, WRONG_WAY
from .tenant import MriTenant


class Payment(NamedTuple):
    """Of a draw: job, contract and number. `amount` "" is all that it asks for."""

    draw: tuple[str, str, str]
    day: str
    amount: str = ""
    void: bool = False


PAYMENTS = (
    Payment(("0042-A", "SC-01", "1"), "2026-07-20"),
    # A part, and a check that was voided.
    Payment(("0042-A", "SC-01", "2"), "2026-08-20", "50000.00"),
    Payment(("0042-A", "SC-01", "2"), "2026-08-21", "31000.00", void=True),
    # In two parts that pay it in full.
    Payment(("0042-A", "SC-02", "1"), "2026-08-20", "7000.00"),
    Payment(("0042-A", "SC-02", "1"), "2026-09-03", "7725.76"),
    Payment(("00S107", "PO-01", "1"), "2026-08-20"),
)

PAPERS = (
    # Over two jobs, and overhead.
    Paper(
        BILL,
        "SE-910",
        "2026-08-12",
        (
            Item("Temporary power", "640.00", "00S107", "1600"),
            Item("Temporary power", "410.00", "0117", "1600"),
            Item("Office", "75.00"),
        ),
        SPINDRIFT,
    ),
    # Foghorn has a contract on this job: probably a claim that was entered by hand.
    Paper(BILL, "FC-530", "2026-08-14", (Item("Patching", "880.00", "0042-A", "0300"),), FOGHORN),
    Paper(BILL, "WW-4", "2026-08-18", (Item("Spoil removed", "1250.00", "0117", "0110"),), WRONG_WAY),  # not linked
    Paper(BILL, "SE-911", "2026-08-19", (Item("Lamp samples", "95.00", "0117", "0980"),), SPINDRIFT),  # no such code
    Paper(BILL, "BS-77", "2026-08-20", (Item("Bolts", "36.00", "0117", "0510"),), BELLBUOY, "H"),  # on hold
    Paper(
        JOURNAL,
        "JE-0801",
        "2026-08-31",
        (
            Item("Supervision", "3200.00", "0042-A", "0100"),
            Item("Supervision", "1800.00", "00S107", "0100"),
            Item("From overhead", "-5000.00"),
        ),
    ),
    Paper(
        JOURNAL,
        "JE-0802",
        "2026-08-31",
        (Item("Builder's risk", "910.00", "0042-A", "0100"), Item("Accrued", "-910.00")),
        status="H",
    ),
)


def pay(tenant: MriTenant) -> None:
    for payment in PAYMENTS:
        job, contract, number = payment.draw
        draw = tenant.row("draws", job_id=job, contract_number=contract, number=number)
        made = tenant.books.pay(draw, payment.amount or None, on=date.fromisoformat(payment.day))
        if payment.void:
            tenant.books.void(made)


def enter(tenant: MriTenant, papers: Iterable[Paper] = PAPERS) -> None:
    for paper in papers:
        _enter(tenant, paper)


def _enter(tenant: MriTenant, paper: Paper) -> None:
    lines = [_line(tenant, item) for item in paper.items]
    header: dict[str, Any] = {"number": paper.number, "date": date.fromisoformat(paper.day), "lines": lines}
    header["status"] = paper.status or "P"
    if paper.kind == JOURNAL:
        tenant.books.add("journals", **header, entity_id="100", description="Month end")
        return
    total = sum((line["amount"] for line in lines), Decimal("0.00"))
    tenant.books.add("ap_invoices", **header, vendor_id=tenant.row("vendors", name=paper.supplier)["id"], amount=total)


def _line(tenant: MriTenant, item: Item) -> dict[str, Any]:
    line = {
        "description": item.text,
        "amount": Decimal(item.amount),
        "account_id": "1510-00" if item.project else "6100-00",
    }
    if not item.project:
        return line
    code = tenant.row("cost_codes", id=item.code)
    return {
        **line,
        "job_id": item.project,
        "phase": code["phase"],
        "cost_code": item.code,
        "cost_type": code["cost_type"],
    }
