"""Bills that change after their parts were sent: edited, paid, voided, moved to other projects and back."""

from __future__ import annotations

from decimal import Decimal

import pytest

from hub.models import LinkedEntity
from tests.pairings.costs_world import DAY, P1, P2, amounts, cost, costs, total
from tests.pairings.ledger_world import LIGHTING

pytestmark = pytest.mark.django_db

NAME = "INV-9 Bright Spark Electrical"
ON_P1, ON_P2 = f"{NAME} · {P1}", f"{NAME} · {P2}"


def test_a_changed_bill_changes_its_parts() -> None:
    with costs(voided_costs="remove") as c:
        bill = c.bill()
        c.go()
        kept = {"LineItemID": bill.lines[0].id, **cost("Cable", "1100", P1)}
        moved = {"LineItemID": bill.lines[2].id, **cost("Ducts", "500", P2, LIGHTING)}
        c.w.org.edit_bill(bill, InvoiceNumber="INV-9a", LineItems=[kept, moved])
        job = c.go()
        assert job.counts == {"updated": 2}
        assert amounts(c.p1) == {"INV-9a": ["1100.00", "0.00"]}
        assert amounts(c.p2) == {"INV-9a": ["0.00", "500.00"]}
        assert all(one["origin_id"] for one in (*c.p1.direct_costs, *c.p2.direct_costs))
        assert total(c.p1, c.p2) == Decimal(1600)
        start = c.w.marks()
        assert c.go().counts == {"unchanged": 2}
        assert c.w.writes(start) == []
        c.w.check_links()


def test_a_cost_whose_lines_did_not_yet_tell_their_cost_type_is_changed_like_any_other() -> None:
    """Until now the cost type was that of the whole document, and so it stands in what was sent last."""
    with costs() as c:
        bill = c.bill()
        c.go()
        for link in LinkedEntity.objects.filter(tenant_stage__stage="direct_invoices"):
            kinds = {line.pop("cost_type_id") for line in link.sent["lines"]}
            link.sent["cost_type_id"] = kinds.pop()
            link.save()
        kept = {"LineItemID": bill.lines[0].id, **cost("Cable", "1100", P1)}
        c.w.org.edit_bill(bill, LineItems=[kept])
        c.go()
        assert amounts(c.p1) == {"INV-9": ["1100.00", "0.00"]}


def test_a_paid_bill_notes_its_date_on_every_part() -> None:
    with costs() as c:
        bill = c.bill()
        c.go()
        c.w.org.pay(bill, date=DAY)
        assert c.go().counts == {"updated": 2, "skipped": 1}
        assert [one["payment_date"] for one in (*c.p1.direct_costs, *c.p2.direct_costs)] == ["2026-11-05"] * 2
        assert amounts(c.p1) == {"INV-9": ["1000.00", "500.00"]}


def test_a_voided_bill_is_asked_about_or_removed() -> None:
    with costs() as c:
        bill = c.bill()
        c.go()
        c.w.org.void(bill)
        job = c.go()
        assert job.counts == {"rejected": 2}
        assert "Bill INV-9 was voided or deleted in Xero" in c.w.problem(ON_P1).message
        assert amounts(c.p1) != {}
        c.w.configure(voided_costs="remove")
        start = c.w.marks()
        assert c.go().counts == {"updated": 2}
        assert [entry.method for entry in c.w.writes(start)] == ["PATCH", "DELETE"] * 2
        assert (c.p1.direct_costs, c.p2.direct_costs) == ([], [])
        start = c.w.marks()
        assert c.go().counts == {"unchanged": 2}
        assert c.w.writes(start) == []
        c.w.check_links()


def test_a_bill_that_leaves_a_project() -> None:
    with costs() as c:
        bill = c.bill()
        c.go()
        c.w.org.edit_bill(bill, LineItems=[cost("Cable", "1000", P1)])
        job = c.go()
        assert c.w.outcomes(job)[ON_P2] == ("rejected", "left_project")
        c.w.configure(voided_costs="remove")
        c.go()
        assert c.p2.direct_costs == []
        assert total(c.p1) == Decimal(1000)


@pytest.mark.parametrize("kind", ["", "drop_after", "status_after"])
def test_a_bill_that_comes_back_to_a_project_is_made_anew(kind: str) -> None:
    with costs(voided_costs="remove") as c:
        bill = c.bill()
        c.go()
        c.w.org.edit_bill(bill, LineItems=[cost("Cable", "1000", P1)])
        c.go()
        assert c.p2.direct_costs == []
        c.w.org.edit_bill(bill, LineItems=[cost("Cable", "1000", P1), cost("Lamps", "800", P2)])
        if kind:
            c.w.procore.faults.add(kind, method="PATCH", path=f"{c.p2.id}/direct_costs/sync")
        assert c.finish(c.go()).state == "succeeded"
        assert amounts(c.p2) == {"INV-9": ["800.00"]}
        assert c.p2.direct_costs[0]["origin_id"] == f"{bill.id}:{c.p2.id}"
        start = c.w.marks()
        assert c.go().counts == {"unchanged": 2}
        assert c.w.writes(start) == []
        c.w.check_links()
