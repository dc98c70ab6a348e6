"""The commitments of the fictional customers, as their sites enter them in Procore."""

from __future__ import annotations

from typing import NamedTuple

from integrations.procore.sandbox.money_columns import PURCHASE_ORDER, SUBCONTRACT

from .people import SHARED


class Line(NamedTuple):
    """A line of a schedule of values. `parts` are those of the subcontractor's own schedule: text and amount."""

    code: str
    text: str
    amount: str
    parts: tuple[tuple[str, str], ...] = ()


class Change(NamedTuple):
    number: str
    title: str
    lines: tuple[Line, ...]
    status: str = "approved"


class Contract(NamedTuple):
    """`place` is job number and number of the commitment; `retainage` a percentage."""

    place: str
    vendor: str
    title: str
    lines: tuple[Line, ...]
    retainage: str | None = None
    changes: tuple[Change, ...] = ()
    status: str = "Approved"
    kind: str = SUBCONTRACT


CRANES = "Cockatoo Crane Hire"  # in Procore's directory only: accounts knows nothing of them

AUSTRALIA = (
    Contract(
        "2401/SC-01",
        "Saltbush Plumbing & Drainage",
        "Hydraulic services",
        (
            Line("22-110", "Cold and hot water", "60000.00"),
            Line("22-130", "Sanitary drainage", "40000.00"),
            Line("22-420", "Sanitary fixtures", "25000.00"),
        ),
        retainage="5",
    ),
    Contract(
        "2401/SC-02",
        "Gumleaf Electrical",
        "Electrical services",
        (
            Line("26-050", "Cabling and containment", "80000.00"),
            Line("26-240", "Main switchboard", "20000.00"),
            Line("26-510", "Light fittings", "30000.00"),
        ),
        retainage="10",
        changes=(
            Change("CO-1", "Standby generator", (Line("26-320", "Generator, 60 kVA", "7500.00"),)),
            Change("CO-2", "Garden lights", (Line("26-560", "Bollard lights", "2200.00"),), "pending"),
        ),
    ),
    Contract(
        "2402/SC-03",
        "Red Kelpie Concreting",
        "Slabs and footings",
        (Line("03-310", "Concrete", "45000.00"), Line("03-320", "Placing and finishing", "15000.00")),
    ),
    Contract("2402/SC-04", CRANES, "Mobile crane", (Line("01-550", "Crane with driver", "12000.00"),)),
    Contract(
        "2402/PO-01",
        "Fjörd Façades “Nord”",
        "Curtain wall, supply only",
        (Line("08-440", "Curtain wall, east", "120000.00"), Line("08-810", "Glass", "30000.00")),
        kind=PURCHASE_ORDER,
    ),
    Contract(
        "2403/SC-01",
        "Bluestone Formwork Pty Ltd",
        "Formwork",
        (Line("03-110", "Formwork to walls", "35000.00"),),
        retainage="5",
    ),
    Contract("2404/SC-01", SHARED, "Scaffolding", (Line("01-540", "Birdcage", "9000.00"),), status="Draft"),
    Contract("2406/SC-09", SHARED, "Scaffolding", (Line("01-540", "Perimeter", "6600.00"),)),  # one of two 2406
)

NEW_ZEALAND = (
    Contract(
        "3101/SC-01",
        "Rātā Steel",
        "Structural steel",
        (Line("05-120", "Frames", "90000.00"), Line("05-520", "Balustrades", "20000.00")),
    ),
    Contract("3102/SC-01", "Tūī Roofing", "Roof", (Line("07-410", "Metal roofing", "64000.00"),), retainage="5"),
    Contract("3103/SC-01", SHARED, "Scaffolding", (Line("01-540", "Tower scaffold", "9600.00"),)),
)

KAURI_RIDGE = (
    Contract(
        "K-01/SC-01",
        "Black Sand Earthworks",
        "Earthworks",
        (Line("31-230", "Cut to fill", "48000.00"), Line("31-235", "Backfill", "12000.00")),
        retainage="10",
        changes=(
            Change("CO-1", "Shoring", (Line("31-410", "Shoring to the north bank", "6400.00"),)),
            Change("CO-2", "Piles", (Line("31-620", "Four more piles", "9900.00"),), "rejected"),
        ),
    ),
    Contract(
        "K-02/PO-07",
        "Southerly Insulation",
        "Insulation, supply only",
        (Line("07-210", "Wall and ceiling batts", "18500.00"),),
        kind=PURCHASE_ORDER,
    ),
    Contract(
        "K-03/SC-02",
        "Pōhutukawa Joinery",
        "Joinery",
        (
            Line(
                "06-410",
                "Joinery",
                "30000.00",
                parts=(("Shelving", "18000.00"), ("Reading desks", "8000.00"), ("Counter", "4000.00")),
            ),
        ),
        retainage="5",
    ),
)
