"""A project that Procore keeps in another currency gets no figures of other money, from bills nor from journals."""

from __future__ import annotations

from decimal import Decimal

import pytest

from hub.models import Problem
from integrations.xero.sandbox.organisation import journal_line
from tests.pairings.costs_world import DAY, P1, P2, Costs, amounts, cost, costs, header, total
from tests.pairings.ledger_world import CABLING

pytestmark = pytest.mark.django_db


def in_dollars(c: Costs) -> None:
    """The books are in Australian dollars."""
    c.p1.own_currency = "USD"


def held(c: Costs, number: str) -> str:
    """The sentence of the only open problem."""
    (problem,) = Problem.objects.filter(state="open")
    assert (problem.source_key, problem.code) == (number, "currency_differs")
    assert problem.fix == "Enter it in Procore by hand in USD. Then ignore this problem."
    return problem.message


def test_a_bill_is_held_on_the_project_of_another_currency_and_goes_to_the_other_one() -> None:
    """Its commitments tell a project's currency, whatever their status."""
    with costs() as c:
        in_dollars(c)
        _, other = c.at.vendor("Plain Tiling")
        c.at.contract(c.p1, other, status="Draft")
        c.bill("B-1", [cost("Cable", "100", P1), cost("Lamps", "200", P2)])
        job = c.go()
        assert c.w.outcomes(job) == {
            "B-1 Bright Spark Electrical · 24-001 House": ("rejected", "currency_differs"),
            "B-1 Bright Spark Electrical · 24-002 Shed": ("created", ""),
        }
        assert held(c, "B-1").startswith("Bill B-1 is in AUD, and Procore keeps the project “24-001 House” in USD")
        assert (amounts(c.p1), amounts(c.p2)) == ({}, {"B-1": ["200.00"]})
        assert c.go().counts == {"rejected": 1, "unchanged": 1}
        c.p1.own_currency = ""
        assert c.go().counts == {"created": 1, "unchanged": 1}
        assert amounts(c.p1) == {"B-1": ["100.00"]}
        assert not Problem.objects.filter(state="open").exists()
        c.w.check_links()


@pytest.mark.parametrize("vendors", ["skip", "send"])
def test_a_direct_cost_or_a_claim_tells_it_where_no_commitment_was_read(vendors: str) -> None:
    with costs(commitment_vendors=vendors) as c:
        in_dollars(c)
        if vendors == "skip":
            c.p1.add_direct_cost(None, kind="expense", lines=[("26-050", "By hand", Decimal(5))])
        else:
            _, other = c.at.vendor("Plain Tiling")
            c.at.claim(c.at.contract(c.p1, other))
        before = len(c.p1.direct_costs)
        c.bill("B-1", [cost("Cable", "100", P1)])
        assert c.go().counts == {"rejected": 1}
        assert "in USD" in held(c, "B-1")
        assert len(c.p1.direct_costs) == before


def test_a_journal_is_in_the_currency_of_the_books() -> None:
    with costs() as c:
        in_dollars(c)
        _, other = c.at.vendor("Plain Tiling")
        c.at.claim(c.at.contract(c.p1, other))
        lines = [
            journal_line("Accrual", "1200", "310", Project=P1, Cost_Codes=CABLING),
            journal_line("Accrual", "300", "310", Project=P2, Cost_Codes=CABLING),
            journal_line("Accrual", "-1500", "835"),
        ]
        c.w.org.add_journal("October accrual", lines, DAY)
        assert c.go(stage="journal_entries").counts == {"rejected": 1, "created": 1, "skipped": 1}
        assert "is in AUD" in held(c, "October accrual")
        assert (total(c.p1), total(c.p2)) == (Decimal(0), Decimal(300))
        c.w.check_links()


def test_the_first_cost_of_a_bare_project_says_so_afterwards_and_the_next_is_held() -> None:
    """Nothing in Procore tells the currency before."""
    with costs() as c:
        in_dollars(c)
        c.bill("B-1", [cost("Cable", "100", P1)])
        job = c.go()
        row = c.w.record(job, "B-1 Bright Spark Electrical · 24-001 House")
        assert row.outcome == "created"
        assert row.warnings == ["The document is in AUD, and Procore counts it in USD. Correct it there."]
        assert header(c.p1.direct_costs[0])["invoice_number"] == "B-1"
        c.bill("B-2", [cost("Duct", "50", P1)])
        assert c.go().counts == {"rejected": 1, "unchanged": 1}
        assert held(c, "B-2")
        assert amounts(c.p1) == {"B-1": ["100.00"]}


def test_a_project_in_the_currency_of_the_books_costs_one_look() -> None:
    with costs() as c:
        c.bill("B-1", [cost("Cable", "100", P1)])
        start = c.w.marks()
        assert c.go().counts == {"created": 1}
        assert c.w.record(c.go(), "B-1 Bright Spark Electrical · 24-001 House").warnings == []
        assert c.w.calls(start).count(f"GET /rest/v1.1/projects/{c.p1.id}/direct_costs") == 2
