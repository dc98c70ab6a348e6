"""Two organisations under one Procore company, and names that are hard to carry."""

from __future__ import annotations

from decimal import Decimal

import pytest

from hub.models import LinkedEntity
from tests.pairings.costs_world import DAY, P1, amounts, cost, costs
from tests.pairings.ledger_world import CABLING
from tests.pairings.world import add_books

pytestmark = pytest.mark.django_db


def test_costs_of_two_organisations_stay_apart() -> None:
    with costs() as c:
        other = c.w.add_side(add_books(c.w.xero, "Harbour & Lane Constructions (NZ) Ltd", "NZ"))
        project = c.w.company.add_project("Wharf", "N-1")
        c.w.company.copy_cost_codes(project)
        contact = other.org.add_contact("Kauri Ridge Builders")
        vendor = c.w.company.add_vendor("Kauri Ridge Builders", origin_id=contact.id)
        tied = {
            "projects": (project.id, other.org.add_option(other.org.category("Project"), "N-1 Wharf").id, "N-1"),
            "contacts": (contact.id, vendor.id, contact.name),
        }
        for stage, (source, target, key) in tied.items():
            LinkedEntity.objects.create(
                tenant_stage=other.row(stage), source_id=str(source), target_id=str(target), source_key=key
            )
        other.tenant.settings = {"default_cost_code": "26-050"}
        other.tenant.save()
        c.bill()
        line = {**cost("Timber", "75", "N-1 Wharf", code=""), "TaxType": "INPUT2"}
        other.org.add_bill(contact, [line], DAY, DAY, number="INV-9")
        assert c.go().counts == {"created": 2, "skipped": 1}
        assert c.w.go("direct_invoices", side=other).counts == {"created": 1}
        assert [one.total for one in project.direct_costs] == [Decimal("75.00")]
        assert amounts(c.p1) == {"INV-9": ["1000.00", "500.00"]}
        start = c.w.marks()
        assert c.go().counts == {"unchanged": 2, "skipped": 1}
        assert c.w.go("direct_invoices", side=other).counts == {"unchanged": 1}
        assert c.w.writes(start) == []


@pytest.mark.parametrize("text", ["x" * 300, "Ä “quotes” & <b> #1 🏗️ \\ ;", "日本語 建設\n\tzwei  Zeilen"])
def test_awkward_texts_arrive_and_stay_unchanged(text: str) -> None:
    with costs() as c:
        c.bill("INV #7/a&b", [cost(text, "0.01", P1, CABLING)], Reference=text[:200])
        assert c.go().counts == {"created": 1}
        (found,) = c.p1.direct_costs
        assert found["invoice_number"] == "INV #7/a&b"
        assert found.lines[0]["description"] == " ".join(text.split())[:250]
        assert c.go().counts == {"unchanged": 1}
        LinkedEntity.objects.filter(tenant_stage__stage="direct_invoices").delete()
        start = c.w.marks()
        assert c.go().counts == {"matched": 1}
        assert c.w.writes(start) == []
