"""The budgets, commitments and progress claims of Lantern Bay, as its sites enter them in Procore."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from integrations.procore.sandbox import Company
from integrations.procore.sandbox.money_columns import PURCHASE_ORDER

from .. import site
from ..claims import Claim
from ..contracts import Change, Contract, Line
from .books import BELLBUOY, DRIFTWOOD, FOGHORN, GULL, SPINDRIFT


class Budget(NamedTuple):
    """`lines` are cost code and amount; `changes` are status and the lines that it moves."""

    project: str
    lines: tuple[tuple[str, str], ...]
    changes: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    locked: bool = True


BUDGETS = (
    Budget(
        "0042-A",
        (("02-0300", "310000.00"), ("02-0510", "26000.00"), ("03-0990", "15000.00"), ("03-1600", "130000.55")),
        (
            ("approved", (("02-0300", "-5000.00"), ("02-0510", "5000.00"))),  # comes to nothing, and moves amounts
            ("approved", (("03-1600", "4250.00"),)),
            ("under_review", (("03-0990", "900.00"),)),
        ),
    ),
    Budget("00S107", (("03-0900", "66000.00"), ("03-0990", "20000.00")), locked=False),
)

CONTRACTS = (
    Contract(
        "0042-A/SC-01",
        FOGHORN,
        "Foundations and slabs",
        (
            Line("02-0300", "Foundations", "180000.00"),
            Line("02-0300", "Slabs on grade", "96000.00"),
            Line("02-0510", "Embedded plates", "24000.00"),
        ),
        retainage="10",
        changes=(
            Change("CO-1", "Four more piles", (Line("02-0300", "Piles, east wall", "9600.00"),)),
            Change("CO-2", "Pump pit", (Line("02-0300", "Pump pit", "3200.00"),), "pending"),
            Change("CO-3", "Change of supervisor", (Line("02-0300", "No cost", "0.00"),)),
        ),
    ),
    Contract(
        "0042-A/SC-02",
        SPINDRIFT,
        "Electrical services",
        (Line("03-1600", "Power", "90000.00"), Line("03-1600", "Lighting", "38500.50")),
        retainage="5",
    ),
    Contract("0042-A/SC-03", GULL, "Painting", (Line("03-0990", "Stairs and corridors", "15000.00"),)),  # is in MRI
    Contract(
        "00S107/SC-01",
        GULL,
        "Interiors",
        (Line("03-0900", "Partitions", "64000.00"), Line("03-0990", "Painting", "18750.25")),
    ),
    Contract("00S107/SC-02", FOGHORN, "Ramp", (Line("02-0300", "Ramp to level 1", "52000.00"),)),  # otherwise in MRI
    Contract(
        "00S107/PO-01",
        BELLBUOY,
        "Steel, supply only",
        (Line("02-0510", "Columns and beams", "42000.00"),),
        kind=PURCHASE_ORDER,
    ),
    Contract("0117/SC-07", DRIFTWOOD, "Survey", (Line("01-0170", "Boundary survey", "4800.00"),)),  # not linked
    Contract("0117/SC-08", GULL, "Wallpaper", (Line("03-0980", "Wallpaper, lobby", "7400.00"),)),  # no code of MRI's
    Contract("0117/SC-10", FOGHORN, "Boathouse", (Line("01-0110", "Boathouse pit", "9100.00"),)),  # on a sub job
    Contract("0117/SC-09", FOGHORN, "Footings", (Line("02-0300", "Footings", "21000.00"),), status="Draft"),
)

CLAIMS = (
    Claim("0042-A/SC-01", "2026-06-30", "FC-501", work={1: "60000.00"}),
    # Plates on site, not yet built in.
    Claim("0042-A/SC-01", "2026-07-31", "FC-514", work={1: "48000.00", 2: "30000.00"}, stored={3: "12000.00"}),
    # They are built in, and nothing is new: nothing due.
    Claim("0042-A/SC-01", "2026-08-31", moved={3: "12000.00"}),
    # Half of what was withheld is released, and nothing else.
    Claim("0042-A/SC-01", "2026-09-30", "FC-540", released={1: "5400.00", 2: "1500.00", 3: "600.00"}),
    # Two thousand too much was claimed for the foundations; the piles are done.
    Claim("0042-A/SC-01", "2026-10-31", "FC-552", work={1: "-2000.00", 4: "9600.00"}),
    Claim("0042-A/SC-02", "2026-07-31", "SE-77", work={1: "12400.35", 2: "3100.45"}),
    Claim(
        "0042-A/SC-02", "2026-08-31", "SE-81", work={1: "8000.00"}, rejected={2: "1000.00"}, status="approved_as_noted"
    ),
    Claim("0042-A/SC-02", "2026-09-30", "SE-90", work={2: "5000.00"}, status="under_review"),
    Claim("00S107/SC-01", "2026-07-31", "GT-12", work={1: "20000.00", 2: "4750.25"}),
    # Too much was claimed before: below zero.
    Claim("00S107/SC-01", "2026-08-31", "GT-15", work={1: "-1500.00"}),
    Claim("00S107/SC-02", "2026-07-31", "FC-520", work={1: "10000.00"}),  # its contract waits for a person
    Claim("00S107/PO-01", "2026-07-31", "BS-33", work={1: "21000.00"}),
)


def enter(company: Company) -> None:
    """Once projects, vendors and codes are there."""
    for budget in BUDGETS:
        _budget(company, budget)
    row = site.project(company, "0117")
    row.cost_code("01-0110").change(sub_job_id=row.add_sub_job("A", "Boathouse").id)
    site.enter(company, CONTRACTS, CLAIMS)


def _budget(company: Company, budget: Budget) -> None:
    held = site.project(company, budget.project).budget
    for code, amount in budget.lines:
        held.add_line(code, Decimal(amount))
    if budget.locked:
        held.lock()
    for number, (status, lines) in enumerate(budget.changes, 1):
        held.add_change(number, [(code, code, Decimal(amount)) for code, amount in lines], status=status)
