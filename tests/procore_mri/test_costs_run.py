"""Payables and journals of MRI as direct costs, through both sandboxes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from integrations.mri.sandbox import Row
from integrations.procore.sandbox.project import Project
from tests.procore_mri.site import DEPOT, ELECTRICAL, IRONBARK, WHARF, Site, site

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 5)


@pytest.fixture
def at() -> Iterator[Site]:
    with site() as one:
        yield one


def line(amount: str, job: str = "", code: str = "1600", phase: str = "03", kind: str = "SUB") -> dict[str, Any]:
    told = {"job_id": job, "phase": phase, "cost_code": code, "cost_type": kind, "description": f"Work {code}"}
    return {**told, "amount": Decimal(amount)}


def invoice(at: Site, *lines: dict[str, Any], number: str = "A-77", **more: Any) -> Row:
    rows = [{**row, "line_number": str(place)} for place, row in enumerate(lines, 1)]
    total = sum((row["amount"] for row in rows), Decimal(0))
    told = {"vendor_id": IRONBARK, "date": DAY, "status": "P", "description": "Site 4", "amount": total, **more}
    return at.w.books.add("ap_invoices", number=number, lines=rows, **told)


def amounts(project: Project) -> list[tuple[str, list[str]]]:
    return [(one["direct_cost_type"], [f"{row['amount']:.2f}" for row in one.lines]) for one in project.direct_costs]


def test_overhead_has_no_cost_code_and_the_invoice_is_read_all_the_same(at: Site) -> None:
    overhead = {"description": "Office", "amount": Decimal("75.00"), "account_id": "2010-00"}
    invoice(at, line("640.00", WHARF), overhead)
    job = at.finish(at.w.go("direct_invoices"))
    assert at.w.outcomes(job) == {
        f"A-77 vendor {IRONBARK} · {WHARF}": ("created", ""),
        f"A-77 vendor {IRONBARK} · without project": ("skipped", "no_project"),
    }
    assert amounts(at.project()) == [("invoice", ["640.00"])]


def test_an_invoice_is_split_by_job_and_what_has_none_is_counted(at: Site) -> None:
    w = at.w
    invoice(at, line("1000", WHARF), line("2000", DEPOT, "0300", "02", "MAT"), line("500", WHARF), line("250"))
    job = at.finish(w.go("direct_invoices"))
    assert w.outcomes(job) == {
        f"A-77 vendor {IRONBARK} · {WHARF}": ("created", ""),
        f"A-77 vendor {IRONBARK} · {DEPOT}": ("created", ""),
        f"A-77 vendor {IRONBARK} · without project": ("skipped", "no_project"),
    }
    assert amounts(at.project()) == [("invoice", ["1000.00", "500.00"])]
    assert amounts(at.project(DEPOT)) == [("invoice", ["2000.00"])]
    (cost,) = at.project().direct_costs
    assert (cost["vendor_id"], cost["invoice_number"], cost["description"]) == (at.vendor().id, "A-77", "Site 4")
    (other,) = at.project(DEPOT).direct_costs
    types = {row.id: row["code"] for row in w.company.line_item_types}
    assert types[other.lines[0]["line_item_type_id"]] == "M"
    mark = w.marks()
    again = at.finish(w.go("direct_invoices", full=True))
    assert {outcome for outcome, _ in w.outcomes(again).values()} == {"unchanged", "skipped"}
    assert w.writes(mark) == []
    w.check_links()


def test_invoices_of_contracts_and_vendors_under_contract_are_left_out_with_the_reason(at: Site) -> None:
    w = at.w
    at.contract()
    invoice(at, line("100", WHARF), number="D-1", contract_number="SC-1", job_id=WHARF)
    invoice(at, line("200", WHARF), number="D-2")
    invoice(at, line("300", WHARF), number="D-3", status="H")
    w.configure(pending_statuses="H")
    job = at.finish(w.go("direct_invoices"))
    called = f"vendor {IRONBARK}"
    assert w.outcomes(job) == {
        f"D-1 {called}": ("skipped", "from_contract"),
        f"D-2 {called} · {WHARF}": ("skipped", "commitment_vendor"),
        f"D-3 {called}": ("skipped", "not_approved"),
    }
    assert "contract WHARF01/SC-1" in w.record(job, f"D-1 {called}").message
    assert at.project().direct_costs == []


def test_a_changed_invoice_is_changed_and_a_voided_one_waits_or_goes(at: Site) -> None:
    w = at.w
    made = invoice(at, line("1000", WHARF))
    at.finish(w.go("direct_invoices"))
    w.mri.clock.advance(days=2)
    w.books.change(made, amount=Decimal(1200), lines=[{**made["lines"][0], "amount": Decimal(1200)}])
    invoice(at, line("70", WHARF), number="OLD-1", date=date(2026, 1, 15))
    at.finish(w.go("direct_invoices", full=False))
    assert amounts(at.project()) == [("invoice", ["1200.00"]), ("invoice", ["70.00"])]
    w.books.change(made, status="V")
    job = at.finish(w.go("direct_invoices"))
    assert ("rejected", "source_voided") in w.outcomes(job).values()
    w.configure(voided_costs="remove")
    at.finish(w.go("direct_invoices"))
    assert amounts(at.project()) == [("invoice", ["70.00"])]


def test_lines_that_cannot_be_coded_wait_for_a_person_or_take_the_default(at: Site) -> None:
    w = at.w
    invoice(at, line("1000", WHARF, "7777", "09"))
    job = at.finish(w.go("direct_invoices"))
    label = f"A-77 vendor {IRONBARK} · {WHARF}"
    assert w.outcomes(job) == {label: ("rejected", "no_cost_code")}
    assert "MRI's 09-7777 is linked to none" in w.problem(label).message
    w.configure(default_cost_code=ELECTRICAL)
    at.finish(w.go("direct_invoices"))
    assert amounts(at.project()) == [("invoice", ["1000.00"])]


def test_lines_that_do_not_come_to_the_invoice_wait_for_a_person(at: Site) -> None:
    w, label = at.w, f"A-77 vendor {IRONBARK} · {WHARF}"
    made = invoice(at, line("1000", WHARF), amount=Decimal(1100))
    job = at.finish(w.go("direct_invoices"))
    assert w.outcomes(job) == {label: ("rejected", "total_differs")}
    assert "add up to 1,000.00, but MRI says that it comes to 1,100.00" in w.problem(label).message
    assert at.project().direct_costs == []
    w.books.change(made, lines=[*made["lines"], {**line("100", WHARF), "line_number": "2"}])
    assert w.outcomes(at.finish(w.go("direct_invoices"))) == {label: ("created", "")}
    assert amounts(at.project()) == [("invoice", ["1000.00", "100.00"])]
    w.books.change(made, lines=made["lines"][:1])
    mark = w.marks()
    assert w.outcomes(at.finish(w.go("direct_invoices"))) == {label: ("rejected", "total_differs")}
    w.configure(voided_costs="remove")
    w.books.change(made, lines=[line("5", DEPOT, "0300", "02", "MAT")])
    found = w.outcomes(at.finish(w.go("direct_invoices")))
    assert found == dict.fromkeys((label, f"A-77 vendor {IRONBARK} · {DEPOT}"), ("rejected", "total_differs"))
    assert w.writes(mark) == [], "what is not whole takes nothing back either"
    assert amounts(at.project()) == [("invoice", ["1000.00", "100.00"])]
    w.check_links()


@pytest.mark.parametrize(
    ("told", "taxes"),
    [({"amount": 1100, "tax": 100}, {}), ({"amount": 1100}, {"tax": Decimal(100)}), ({"amount": 1000, "tax": 100}, {})],
)
def test_an_invoice_is_compared_with_its_tax_and_without(at: Site, told: dict[str, int], taxes: dict[str, Any]) -> None:
    header: dict[str, Any] = {name: Decimal(amount) for name, amount in told.items()}
    invoice(at, {**line("1000", WHARF), **taxes}, **header)
    at.finish(at.w.go("direct_invoices"))
    assert amounts(at.project()) == [("invoice", ["1000.00"])]


def test_an_invoice_without_lines_on_a_job_is_a_problem_of_its_own(at: Site) -> None:
    w, label = at.w, f"A-77 vendor {IRONBARK} · {WHARF}"
    made = invoice(at, amount=Decimal(5000), job_id=WHARF)
    invoice(at, number="A-78", amount=Decimal(70), job_id="OTHER9")
    invoice(at, number="A-79")
    job = at.finish(w.go("direct_invoices"))
    others = [f"{number} vendor {IRONBARK}" for number in ("A-78", "A-79")]
    assert w.outcomes(job) == {label: ("rejected", "header_only"), **dict.fromkeys(others, ("skipped", "no_amount"))}
    assert "Bill A-77 comes to 5,000.00 in MRI" in w.problem(label).message
    assert "It comes to 70.00" in w.record(job, others[0]).message
    assert at.project().direct_costs == []
    w.books.change(made, lines=[line("5000")])
    assert w.outcomes(at.finish(w.go("direct_invoices")))[label] == ("created", "")
    assert amounts(at.project()) == [("invoice", ["5000.00"])]
    w.check_links()


def test_the_case_of_letters_in_the_code_of_a_job_does_not_count(at: Site) -> None:
    invoice(at, line("640.00", WHARF.lower()))
    at.finish(at.w.go("direct_invoices"))
    assert amounts(at.project()) == [("invoice", ["640.00"])]


def test_journals_on_jobs_become_expenses(at: Site) -> None:
    w = at.w
    lines = [
        {"line_number": "1", "account_id": "1510-00", **line("900", WHARF, "9900", "03", "LAB")},
        {"line_number": "2", "account_id": "2010-00", "description": "Accrued wages", "amount": Decimal(-900)},
    ]
    w.books.add("journals", number="JE-12", date=DAY, description="Wages week 44", status="P", lines=lines)
    job = at.finish(w.go("journal_entries"))
    assert w.outcomes(job) == {
        f"JE-12 · {WHARF}": ("created", ""),
        "JE-12 · without project": ("skipped", "no_project"),
    }
    assert amounts(at.project()) == [("expense", ["900.00"])]
    mark = w.marks()
    at.finish(w.go("journal_entries", full=True))
    assert w.writes(mark) == []
    w.check_links()


def test_a_deadlock_is_read_again_and_a_lost_answer_makes_no_second_cost(at: Site) -> None:
    w = at.w
    invoice(at, line("1000", WHARF))
    w.mri.deadlock(method="GET", query="Invoices")
    w.procore.faults.add("drop_after", method="PATCH", path="direct_costs/sync")
    at.finish(at.w.go_on(at.finish(w.go("direct_invoices"))))
    assert amounts(at.project()) == [("invoice", ["1000.00"])]
    w.check_links()
