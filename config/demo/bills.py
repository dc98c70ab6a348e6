"""What the offices of the fictional customers enter in Xero: bills without a commitment, purchases, journals."""

from __future__ import annotations

from typing import NamedTuple

from .people import SHARED

BILL, CREDIT_NOTE, PURCHASE, JOURNAL = "bill", "credit note", "purchase", "journal"
SUBCONTRACTORS, WAGES, POWER, GENERAL = "320", "477", "445", "429"  # accounts


class Item(NamedTuple):
    """A line before tax. `project` is a job number, `code` a cost code: "" where the line is not tracked."""

    text: str
    amount: str
    project: str = ""
    code: str = ""
    account: str = SUBCONTRACTORS


class Paper(NamedTuple):
    """A document. `number` is a journal's narration and a purchase's reference."""

    kind: str
    number: str
    day: str
    items: tuple[Item, ...]
    supplier: str = ""
    status: str = ""
    currency: str = ""


AUSTRALIA = (
    # Four lines over two projects and none. Bluestone has a commitment on 2403, so that part is left to its claims.
    Paper(
        BILL,
        "BF-310",
        "2026-08-12",
        (
            Item("Prop hire, level 1", "1000.00", "2401", "03-110"),
            Item("Prop hire, depot", "2000.00", "2403", "03-110"),
            Item("Ties and spacers", "500.00", "2401", "03-150"),
            Item("Pallets, not returned", "250.00"),
        ),
        "Bluestone Formwork Pty Ltd",
    ),
    Paper(
        BILL,
        "TS-880",
        "2026-08-14",
        (Item("Tower, 3 weeks", "1200.00", "2401", "01-540"), Item("Tower, 2 weeks", "800.00", "2402", "01-540")),
        SHARED,
    ),
    # Of a supplier outside the contact group.
    Paper(BILL, "PS-12", "2026-08-18", (Item("Site diary", "180.00", "2402", "01-520"),), "Paperbark Stationery"),
    Paper(BILL, "PS-13", "2026-08-18", (Item("Envelopes", "95.00", account=GENERAL),), "Paperbark Stationery"),
    Paper(
        BILL,
        "FN-EUR-5",
        "2026-08-20",
        (Item("Façade samples", "4000.00", "2404", "08-440"),),
        "Fjörd Façades “Nord”",
        currency="EUR",
    ),
    Paper(
        BILL,
        "SB-9001",
        "2026-08-21",
        (Item("Temporary water", "640.00", "2402", "01-510"),),
        "Saltbush Plumbing & Drainage",
        "DRAFT",
    ),
    # No cost code on the line.
    Paper(BILL, "GE-5", "2026-08-24", (Item("Temporary board", "640.00", "2404"),), "Gumleaf Electrical"),
    Paper(
        JOURNAL,
        "Supervision, August",
        "2026-08-31",
        (
            Item("Supervision", "3200.00", "2401", "01-315"),
            Item("Supervision", "1800.00", "2402", "01-315"),
            Item("From wages", "-5000.00", account=WAGES),
        ),
    ),
    Paper(
        JOURNAL,
        "Insurance, to be checked",
        "2026-08-31",
        (Item("Contract works", "910.00", "2401", "01-910"), Item("Accrued", "-910.00", account=GENERAL)),
        status="DRAFT",
    ),
)

NEW_ZEALAND = (
    Paper(BILL, "TR-70", "2026-08-10", (Item("Flashings, urgent", "650.00", "3101", "07-410"),), "Tūī Roofing"),
    Paper(BILL, "KC-3", "2026-08-11", (Item("Morning tea", "120.00", account=GENERAL),), "Kōwhai Catering"),
    Paper(
        JOURNAL,
        "Site power, August",
        "2026-08-31",
        (
            Item("Power", "300.00", "3101", "01-510"),
            Item("Power", "450.00", "3102", "01-510"),
            Item("Recharged", "-750.00", account=POWER),
        ),
    ),
)

KAURI_RIDGE = (
    Paper(
        BILL,
        "RL-20",
        "2026-08-12",
        (Item("Pegging out", "1150.00", "K-01", "01-710"), Item("Travel", "300.00", "K-02")),
        "Ridge Line Surveyors",
    ),
    Paper(CREDIT_NOTE, "RL-20C", "2026-08-19", (Item("Pegs, one day less", "100.00", "K-01", "01-710"),),
          "Ridge Line Surveyors"),
    # Southerly has a commitment on K-02: a person decides.
    Paper(BILL, "SI-60", "2026-08-25", (Item("Batts, extra", "420.00", "K-02", "07-210"),), "Southerly Insulation"),
    Paper(PURCHASE, "Card 0412", "2026-08-26", (Item("Plans, printed", "95.00", "K-03", "01-320"),),
          "Harbourside Printing"),
    Paper(
        JOURNAL,
        "Plant hire, August",
        "2026-08-31",
        (
            Item("Hoist", "600.00", "K-01", "01-550"),
            Item("Hoist", "250.00", "K-03", "01-550"),
            Item("From plant", "-850.00", account=GENERAL),
        ),
    ),
)  # fmt: skip
