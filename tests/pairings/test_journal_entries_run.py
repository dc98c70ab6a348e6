"""Posted manual journals become expenses of the projects that their lines are tracked to."""

from __future__ import annotations

from decimal import Decimal

import pytest

from integrations.xero.sandbox.organisation import journal_line
from tests.pairings.costs_world import DAY, P1, P2, costs, header, total
from tests.pairings.ledger_world import CABLING, LIGHTING

pytestmark = pytest.mark.django_db


def accrual() -> list[object]:
    return [
        journal_line("Cable on site", "1200", "310", Project=P1, Cost_Codes=CABLING),
        journal_line("Lamps on site", "300.50", "310", Project=P2, Cost_Codes=LIGHTING),
        journal_line("Office share", "99.50", "453"),
        journal_line("Accrued", "-1600", "804"),
    ]


def test_a_journal_over_two_projects() -> None:
    with costs() as c:
        c.w.org.add_journal("October accrual", accrual(), DAY)  # type: ignore[arg-type]
        start = c.w.marks()
        job = c.go(stage="journal_entries")
        assert job.counts == {"created": 2, "skipped": 1}
        rest = c.w.record(job, "October accrual · without project")
        assert rest.message.startswith("-1,500.50 on 2 lines belongs to no linked project")
        assert len(c.w.writes(start)) == 4
        (first,), (second,) = c.p1.direct_costs, c.p2.direct_costs
        assert (first.total, second.total) == (Decimal("1200.00"), Decimal("300.50"))
        assert total(c.p1, c.p2) - Decimal("1500.50") == 0
        assert header(first) == header(second)
        assert header(first) == {
            "direct_cost_type": "expense",
            "status": "approved",
            "vendor_id": None,
            "invoice_number": None,
            "direct_cost_date": "2026-11-05",
            "description": "October accrual",
            "payment_date": None,
        }
        start = c.w.marks()
        assert c.go(stage="journal_entries").counts == {"unchanged": 2, "skipped": 1}
        assert c.w.writes(start) == []
        assert not any("commitments" in call or "order_contracts" in call for call in c.w.calls(start))
        c.w.check_links()


def test_drafts_and_ended_journals_are_left_out() -> None:
    with costs() as c:
        c.w.org.add_journal("Not yet", accrual(), DAY, status="DRAFT")  # type: ignore[arg-type]
        posted = c.w.org.add_journal("No more", accrual(), DAY)  # type: ignore[arg-type]
        c.w.org.edit_journal(posted, Status="VOIDED")
        job = c.go(stage="journal_entries")
        assert c.w.outcomes(job) == {"Not yet": ("skipped", "not_approved"), "No more": ("skipped", "ended")}
        assert c.w.record(job, "Not yet").message == "It is not posted yet."
        assert c.w.writes() == []


def test_a_changed_and_a_voided_journal() -> None:
    with costs(voided_costs="remove") as c:
        found = c.w.org.add_journal("Accrual", accrual(), DAY)  # type: ignore[arg-type]
        c.go(stage="journal_entries")
        lines = [
            journal_line("Cable on site", "1000", "310", Project=P1, Cost_Codes=CABLING),
            journal_line("Accrued", "-1000", "804"),
        ]
        c.w.org.edit_journal(found, JournalLines=lines)
        assert c.go(stage="journal_entries").counts == {"updated": 2, "skipped": 1}
        assert ([one.total for one in c.p1.direct_costs], c.p2.direct_costs) == ([Decimal("1000.00")], [])
        c.w.org.edit_journal(found, Status="VOIDED")
        c.go(stage="journal_entries")
        assert c.p1.direct_costs == []
        c.w.check_links()


def test_journals_of_one_project_and_switched_off() -> None:
    with costs(journals=False) as c:
        c.w.org.add_journal("Accrual", accrual(), DAY)  # type: ignore[arg-type]
        assert {code for _, code in c.w.outcomes(c.go(stage="journal_entries")).values()} == {"switched_off"}
        c.w.configure(journals=True)
        job = c.go("24-002", stage="journal_entries")
        assert c.w.outcomes(job) == {f"Accrual · {P2}": ("created", "")}
        assert (c.p1.direct_costs, len(c.p2.direct_costs)) == ([], 1)


def test_a_line_without_a_cost_code_waits_for_a_person() -> None:
    with costs() as c:
        lines = [journal_line("Fuel", "10", "449", Project=P1), journal_line("Accrued", "-10", "804")]
        c.w.org.add_journal("Fuel", lines, DAY)
        job = c.go(stage="journal_entries")
        assert c.w.outcomes(job)[f"Fuel · {P1}"] == ("rejected", "no_cost_code")
        assert "The line “Fuel” of 10.00 names no cost code" in c.w.problem(f"Fuel · {P1}").message
        c.w.configure(default_cost_code="26-050")
        assert c.go(stage="journal_entries", full=False).counts["created"] == 1
