"""Bills become direct costs, a part for each project, through both services and to the cent."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest

from hub.models import JobRecord, LinkedEntity, Problem, ValueMap
from integrations.xero.sandbox.organisation import line
from tests.pairings.costs_world import DAY, P1, P2, amounts, cost, costs, header, total
from tests.pairings.ledger_world import CABLING

pytestmark = pytest.mark.django_db

_LEFT = re.compile(r"\((line|amount|why|code|contact|document|currency|codes|cost_type|noun|source|target)\)")
NAME = "INV-9 Bright Spark Electrical"
ON_P1, ON_P2, REST = f"{NAME} · {P1}", f"{NAME} · {P2}", f"{NAME} · without project"


def test_a_bill_over_two_projects_with_a_line_of_none() -> None:
    with costs() as c:
        c.bill(Reference="Delivery 7")
        start = c.w.marks()
        job = c.go()
        assert (job.state, job.counts) == ("succeeded", {"created": 2, "skipped": 1})
        assert c.w.outcomes(job)[REST] == ("skipped", "no_project")
        assert c.w.record(job, REST).message.startswith("250.00 on 1 line belongs to no linked project")
        assert amounts(c.p1) == {"INV-9": ["1000.00", "500.00"]}
        assert amounts(c.p2) == {"INV-9": ["2000.00"]}
        assert total(c.p1, c.p2) + Decimal(250) == Decimal(3750)
        (first,), (second,) = c.p1.direct_costs, c.p2.direct_costs
        assert header(first) == header(second)
        assert header(first) == {
            "direct_cost_type": "invoice",
            "status": "approved",
            "vendor_id": c.vendor.id,
            "invoice_number": "INV-9",
            "direct_cost_date": "2026-11-05",
            "description": "Delivery 7",
            "payment_date": None,
        }
        codes = [c.w.company.cost_codes.get(row["cost_code_id"]) for row in first.lines]
        assert [code["name"] for code in codes if code] == ["Cabling", "Lighting"]
        assert first["origin_id"].endswith(f":{c.p1.id}")
        assert len(c.w.writes(start)) == 4
        start = c.w.marks()
        assert c.go().counts == {"unchanged": 2, "skipped": 1}
        assert c.w.writes(start) == []
        c.w.check_links()


def test_the_same_bill_of_a_vendor_with_a_commitment_on_one_of_the_projects() -> None:
    with costs() as c:
        c.at.contract(c.p2, c.vendor, "SC-7")
        c.bill()
        job = c.go()
        assert c.w.outcomes(job) == {
            ON_P1: ("created", ""),
            ON_P2: ("skipped", "commitment_vendor"),
            REST: ("skipped", "no_project"),
        }
        assert "has the approved commitment SC-7 on this project" in c.w.record(job, ON_P2).message
        assert (amounts(c.p1), amounts(c.p2)) == ({"INV-9": ["1000.00", "500.00"]}, {})
        c.w.configure(commitment_vendors="ask")
        assert c.w.outcomes(c.go())[ON_P2] == ("rejected", "commitment_vendor")
        c.w.configure(commitment_vendors="send")
        assert c.w.outcomes(c.go())[ON_P2] == ("created", "")


def test_a_commitment_that_is_not_approved_or_void_does_not_count() -> None:
    with costs() as c:
        c.at.contract(c.p2, c.vendor, "SC-7", status="Draft")
        c.at.contract(c.p2, c.vendor, "SC-8", status="Void")
        c.bill()
        assert c.w.outcomes(c.go())[ON_P2] == ("created", "")


def test_bills_that_are_left_out_say_why() -> None:
    with costs() as c:
        ours = c.bill("SC-1")
        c.at.tie("progress_claims", 77, ours.id, "24-001/SC-1/1")
        c.bill("D-1", status="DRAFT")
        ended = c.bill("V-1")
        c.w.org.void(ended)
        c.bill("N-1", [cost("Free", "0", P1)])
        job = c.go()
        assert {label.split()[0]: found for label, found in c.w.outcomes(job).items()} == {
            "SC-1": ("skipped", "from_claim"),
            "D-1": ("skipped", "not_approved"),
            "V-1": ("skipped", "ended"),
            "N-1": ("skipped", "no_amount"),
        }
        assert "progress claim 24-001/SC-1/1" in JobRecord.objects.get(job=job, code="from_claim").message
        assert c.w.writes() == []


def test_documents_of_the_time_before_are_left_alone() -> None:
    with costs(costs_from="2026-11-06") as c:
        c.bill()
        c.w.org.add_bill(c.contact, [cost("Cable", "60", P1)], date(2026, 11, 6), DAY, number="NEW")
        job = c.go()
        assert c.w.outcomes(job)[ON_P1] == ("skipped", "too_old")
        assert "before the first day in the tenant's settings (2026-11-06)" in c.w.record(job, ON_P1).message
        assert amounts(c.p1) == {"NEW": ["60.00"]}
        c.w.configure(costs_from="")
        assert c.w.outcomes(c.go())[ON_P1] == ("created", "")


def test_tax_in_the_amounts_is_taken_out() -> None:
    with costs() as c:
        c.bill(lines=[cost("Cable", "110", P1), cost("Lamps", "33.33", P1)], amounts="Inclusive")
        c.go()
        assert amounts(c.p1) == {"INV-9": ["100.00", "30.30"]}


def test_get_direct_invoices_for_a_project() -> None:
    with costs() as c:
        c.bill()
        job = c.go("24-002")
        assert c.w.outcomes(job) == {ON_P2: ("created", "")}
        assert (amounts(c.p1), amounts(c.p2)) == ({}, {"INV-9": ["2000.00"]})
        assert list(c.w.outcomes(c.go("99-999")).values()) == [("rejected", "not_found")]


def test_each_miss_is_a_problem_of_its_own_and_the_others_go_on() -> None:
    with costs() as c:
        stranger = c.w.org.add_contact("Unknown Supplies")
        c.w.org.add_bill(stranger, [cost("Sand", "10", P1)], DAY, DAY, number="U-1")
        c.bill("C-1", [cost("Glue", "20", P1, code="")])
        option = c.w.org.add_option(c.w.org.category("Cost Codes"), "99-999 Nowhere")
        c.bill("C-2", [cost("Nails", "30", P1, code=option.name)])
        c.w.org.currencies["USD"] = "US Dollar"
        c.bill("F-1", [cost("Imported", "40", P1)], CurrencyCode="USD", CurrencyRate="0.65")
        c.bill("", [cost("Anonymous", "50", P1)])
        c.bill("OK-1", [cost("Cable", "60", P1)])
        job = c.go()
        assert {label.split()[0]: code for label, (_, code) in c.w.outcomes(job).items()} == {
            "U-1": "vendor_not_linked",
            "C-1": "no_cost_code",
            "C-2": "no_cost_code",
            "F-1": "foreign_currency",
            "bill": "no_number",
            "OK-1": "",
        }
        texts = [text for pair in Problem.objects.values_list("message", "fix") for text in pair]
        assert not [text for text in texts if _LEFT.search(text)]
        assert amounts(c.p1) == {"OK-1": ["60.00"]}
        c.w.configure(default_cost_code="26-510")
        job = c.go()
        assert amounts(c.p1) == {"OK-1": ["60.00"], "C-1": ["20.00"], "C-2": ["30.00"]}
        c.w.configure(cost_type="Nonsense")
        c.bill("T-1", [cost("Tape", "70", P1)])
        assert "no_cost_type" in {code for _, code in c.w.outcomes(c.go()).values()}


def test_spend_money_and_supplier_credits_each_behind_a_setting() -> None:
    with costs() as c:
        shop = c.w.org.add_contact("Corner Shop")
        c.w.org.add_spend(shop, [cost("Screws", "12.50", P1)], DAY, Reference="Card 1")
        c.w.org.add_credit_note(c.contact, [cost("Returned", "100", P1)], DAY, number="CN-3")
        assert c.go().counts == {}
        c.w.configure(spend_money=True, supplier_credits=True)
        assert c.go().counts == {"created": 2}
        spent, credited = c.p1.direct_costs
        assert (spent["direct_cost_type"], spent["vendor_id"], spent.total) == ("expense", None, Decimal("12.50"))
        assert (credited["direct_cost_type"], credited["vendor_id"], credited.total) == (
            "invoice",
            c.vendor.id,
            Decimal("-100.00"),
        )
        assert credited["description"].startswith("Credit note")
        assert c.go().counts == {"unchanged": 2}


def test_a_lost_link_finds_the_cost_again() -> None:
    with costs() as c:
        c.bill()
        c.go()
        LinkedEntity.objects.filter(tenant_stage__stage="direct_invoices").delete()
        start = c.w.marks()
        assert c.go().counts == {"matched": 2, "skipped": 1}
        assert c.w.writes(start) == []
        c.w.check_links()


def test_many_lost_links_are_found_again_in_a_few_calls() -> None:
    with costs() as c:
        for number in range(12):
            c.bill(f"B-{number}")
        assert c.go().counts == {"created": 24, "skipped": 12}
        LinkedEntity.objects.filter(tenant_stage__stage="direct_invoices").delete()
        start = c.w.marks()
        assert c.go().counts == {"matched": 24, "skipped": 12}
        assert c.w.writes(start) == []
        assert len([call for call in c.w.calls(start) if "direct_costs" in call]) == 4
        c.w.check_links()


def test_by_account_with_the_value_map() -> None:
    with costs(cost_code_strategy="account", default_cost_code="26-510") as c:
        ValueMap.objects.create(tenant=c.w.tenant, kind="cost_code", key="26-050", account="310")
        plain = [line("Cable", "10", "310", "INPUT", Project=P1), line("Lamp", "20", "429", "INPUT", Project=P1)]
        c.bill(lines=plain)
        c.go()
        found = [c.w.company.cost_codes.get(row["cost_code_id"]) for row in c.p1.direct_costs[0].lines]
        assert [code["name"] for code in found if code] == ["Cabling", "Lighting"]


def test_only_what_changed_is_read_on_schedule() -> None:
    with costs() as c:
        c.bill()
        c.go()
        for clock in (c.w.xero.clock, c.w.procore.clock):
            clock.advance(hours=1)
        c.bill("INV-10", [cost("Cable", "10", P1, CABLING)])
        c.go(full=False)
        for clock in (c.w.xero.clock, c.w.procore.clock):
            clock.advance(hours=1)
        start = c.w.marks()
        c.go(full=False)
        assert [call for call in c.w.calls(start) if "Invoices" in call] == ["GET Invoices"]
        assert c.w.writes(start) == []


def test_a_project_that_is_not_permitted_does_not_stop_the_others() -> None:
    with costs() as c:
        c.bill()
        (app,) = c.w.procore.logins.apps.values()
        app.permit_only(c.w.company, c.p1)
        job = c.go()
        assert c.w.outcomes(job) == {
            ON_P1: ("created", ""),
            ON_P2: ("rejected", "project_hidden"),
            REST: ("skipped", "no_project"),
        }
        app.permit_only(c.w.company, c.p1, c.p2)
        assert c.go(full=False).counts["created"] == 1


def test_a_project_that_knows_its_vendors_by_ids_of_its_own() -> None:
    with costs() as c:
        c.w.company.own_vendor_ids = True
        for project in (c.p1, c.p2):
            project.add_vendor(c.vendor)
        c.bill()
        assert c.go().counts == {"created": 2, "skipped": 1}
        assert {one["vendor_id"] for one in (*c.p1.direct_costs, *c.p2.direct_costs)} == {c.vendor.id}
        assert c.go().counts == {"unchanged": 2, "skipped": 1}


def test_many_problems_among_purchases_are_read_again_in_one_call() -> None:
    with costs(spend_money=True) as c:
        for number in range(12):
            c.w.org.add_spend(c.contact, [cost("Screws", str(number + 1), P1)], DAY)
        code = LinkedEntity.objects.get(source_key="26-050")
        LinkedEntity.objects.filter(pk=code.pk).delete()
        assert c.go().counts == {"rejected": 12}
        for clock in (c.w.xero.clock, c.w.procore.clock):
            clock.advance(hours=1)
        c.bill()
        c.go(full=False)
        code.save()
        start = c.w.marks()
        assert c.go(full=False).counts["created"] == 12 + 1  # and the part of the bill
        assert len(c.w.xero.ledger.reads("BankTransactions", since=start[1])) == 2
