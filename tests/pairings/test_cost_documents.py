"""Direct costs and payments as an accountant sees them before they go."""

from __future__ import annotations

from decimal import Decimal

import pytest

from hub.documents import document_of
from hub.references import refresh
from tests.pairings.costs_world import P1, costs
from tests.pairings.payments_world import billed

pytestmark = pytest.mark.django_db


def test_a_direct_cost_before_it_is_sent() -> None:
    with costs() as c:
        c.bill(Reference="Delivery 7")
        refresh(c.w.tenant)
        view = document_of(c.w.record(c.go(preview=True), f"INV-9 Bright Spark Electrical · {P1}"))
        assert view is not None
        assert view.title == "Direct cost"
        assert dict(view.facts) == {
            "Number": "INV-9",
            "Type": "invoice",
            "Date": "2026-11-05",
            "Description": "Delivery 7",
            "Status": "approved",
        }
        assert [(line.description, line.account, line.amount) for line in view.lines] == [
            ("Cable", "26-050 Cabling", Decimal("1000.00")),
            ("Ducts", "26-510 Lighting", Decimal("500.00")),
        ]
        assert view.totals == (("Before tax", Decimal("1500.00")),)
        assert c.w.writes() == []


def test_a_payment_its_date_and_its_removal() -> None:
    with billed(deleted_payments="remove") as b:
        payment = b.pay()
        job = b.w.go("payments", preview=True)
        view = document_of(b.w.record(job, "SC-001-1: payment of 10,450.00 on 2026-11-10"))
        assert view is not None
        assert (view.title, view.totals) == ("Payment", (("Amount", Decimal("9500.00")),))
        assert dict(view.facts)["Reference"] == "EFT 88"
        dated = document_of(b.w.record(job, "SC-001-1: paid in full"))
        assert dated is not None
        assert (dated.title, dated.facts) == ("Payment date of a claim", (("Paid", "2026-11-10"),))
        b.w.go("payments")
        b.w.org.delete_payment(payment)
        gone = document_of(b.w.record(b.w.go("payments"), "SC-001-1: deleted payment"))
        assert gone is not None
        assert gone.title == "Payment, to be removed"
