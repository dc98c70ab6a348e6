"""The progress claims on those commitments. A period's amounts stand by the line's number in the claim."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

Amounts = Mapping[int, str]
NONE: Amounts = {}


class Claim(NamedTuple):
    """The next application of a commitment. `end` is the end of its billing period, `off_by` what makes its summary
    differ from its lines. Retention follows the commitment's percentage."""

    place: str
    end: str
    invoice: str = ""
    work: Amounts = NONE
    stored: Amounts = NONE
    moved: Amounts = NONE
    released: Amounts = NONE
    rejected: Amounts = NONE
    status: str = "approved"
    files: tuple[str, ...] = ()
    off_by: str = "0.00"


AUSTRALIA = (
    Claim(
        "2401/SC-01",
        "2026-07-31",
        "SB-1001",
        work={1: "10000.00"},
        files=("SB-1001 Claim July.pdf", "Docket 4471.pdf"),
    ),
    Claim(
        "2401/SC-01",
        "2026-08-31",
        "SB-1002",
        work={1: "12000.00", 2: "8000.00"},
        stored={3: "4500.00"},
        files=("SB-1002 Claim August.pdf",),
    ),
    # Fixtures built in, nothing new: nothing due.
    Claim("2401/SC-01", "2026-09-30", moved={3: "4500.00"}),
    # Only retention is released.
    Claim("2401/SC-01", "2026-10-31", "SB-1004", released={1: "1100.00", 2: "400.00", 3: "225.00"}),
    Claim("2401/SC-02", "2026-07-31", "INV-204", work={1: "12400.35", 2: "3100.45", 3: "1000.05"}),
    Claim(
        "2401/SC-02",
        "2026-08-31",
        "INV-211",
        work={1: "6000.00"},
        rejected={2: "1000.00"},
        status="approved_as_noted",
    ),
    Claim("2401/SC-02", "2026-09-30", "INV-219", work={4: "7500.00"}, status="under_review"),
    # The same invoice number as Gumleaf's.
    Claim("2402/SC-03", "2026-07-31", "INV-204", work={1: "8800.00"}),
    # Too much was claimed before: below zero.
    Claim("2402/SC-03", "2026-08-31", work={1: "-2000.00"}),
    Claim("2402/SC-04", "2026-07-31", "CC-17", work={1: "4000.00"}),
    # Dated in the period that is locked in Xero.
    Claim("2402/PO-01", "2026-06-30", "FN-77", work={1: "15000.00"}, files=("FN-77.pdf",)),
    Claim("2402/PO-01", "2026-07-31", "FN-81", work={1: "20000.00", 2: "6000.00"}),
    # Without an invoice number.
    Claim("2403/SC-01", "2026-07-31", work={1: "10000.00"}),
    # A cent more due than its lines come to.
    Claim("2403/SC-01", "2026-08-31", "BF-2", work={1: "999.99"}, off_by="0.01"),
    Claim("2406/SC-09", "2026-07-31", "TS-90", work={1: "3300.00"}),
)

NEW_ZEALAND = (
    Claim("3101/SC-01", "2026-07-31", "RS-31", work={1: "18000.00"}),
    # On a cost code that is not in the value map.
    Claim("3101/SC-01", "2026-08-31", "RS-35", work={2: "5000.00"}),
    # Below zero: a credit note here.
    Claim("3101/SC-01", "2026-09-30", work={1: "-1500.00"}),
    # Withholds retention, for which no account is set.
    Claim("3102/SC-01", "2026-07-31", "TR-9", work={1: "12000.00"}, files=("TR-9.pdf",)),
    Claim("3103/SC-01", "2026-07-31", "TS-5001", work={1: "2400.00"}, files=("TS-5001.pdf",)),
    Claim("3103/SC-01", "2026-08-31", "TS-5014", work={1: "1200.00"}, status="under_review"),
)

KAURI_RIDGE = (
    # Dated in the locked period: on its first open day here.
    Claim("K-01/SC-01", "2026-07-31", "BS-101", work={1: "20000.00", 2: "3000.00"}),
    Claim("K-01/SC-01", "2026-08-31", "BS-102", work={1: "10000.00", 3: "6400.00"}),
    Claim("K-02/PO-07", "2026-08-31", "SI-55", work={1: "9250.00"}, files=("Delivery note – wāhi 3.pdf",)),
    Claim("K-02/PO-07", "2026-09-30", "SI-58", work={1: "4600.00"}, status="draft"),
    # By the subcontractor's own schedule, which doubles the line.
    Claim("K-03/SC-02", "2026-08-31", "PJ-8", work={2: "9000.00", 3: "2000.00"}),
    # The same number again.
    Claim("K-03/SC-02", "2026-09-30", "PJ-8", work={4: "4000.00"}),
)
