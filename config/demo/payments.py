"""What accounts pays, once the bills of the claims are there: they are approved in Xero and settled."""

from __future__ import annotations

from typing import NamedTuple

from .people import SHARED

BANK, CREDIT_NOTE, PREPAYMENT = "bank", "credit note", "prepayment"


class Payment(NamedTuple):
    """`amount` includes tax; "" is all that is left. Neighbours with the same `batch` are one movement of the bank."""

    supplier: str
    bill: str
    day: str
    amount: str = ""
    by: str = BANK
    reference: str = ""
    batch: str = ""


AUSTRALIA = (
    # In two halves.
    Payment("Saltbush Plumbing & Drainage", "SB-1001", "2026-08-20", "5225.00", reference="EFT 3001"),
    Payment("Saltbush Plumbing & Drainage", "SB-1001", "2026-09-03", reference="EFT 3014"),
    Payment("Saltbush Plumbing & Drainage", "SB-1002", "2026-09-21", "10000.00", reference="EFT 3020"),
    # A credit note of 550.00, and the rest.
    Payment("Gumleaf Electrical", "INV-204", "2026-08-25", "550.00", CREDIT_NOTE, "CN-9"),
    Payment("Gumleaf Electrical", "INV-204", "2026-09-01", reference="EFT 3009"),
)

NEW_ZEALAND = (
    Payment("Rātā Steel", "RS-31", "2026-08-20", "11500.00", reference="EFT 77"),
    Payment(SHARED, "TS-5001", "2026-08-05", "460.00", PREPAYMENT),
)

KAURI_RIDGE = (
    Payment("Black Sand Earthworks", "BS-101", "2026-09-20", reference="August", batch="20 September"),
    Payment("Southerly Insulation", "SI-55", "2026-09-20", reference="August", batch="20 September"),
)
