"""Budgets and their revisions, from Procore to MRI through both sandboxes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest

from integrations.mri.sandbox.state import Row as MriRow
from tests.procore_mri.claims_site import JOB, Site, money, site

pytestmark = pytest.mark.django_db
CONCRETE, STEEL, POWER = "02-0300", "02-0510", "03-1600"


@contextmanager
def budgeted(**more: Any) -> Iterator[Site]:
    """Three lines, locked."""
    with site(**more) as place:
        budget = place.project.budget
        for code, amount in ((CONCRETE, "100,000.00"), (STEEL, "50,000.10"), (POWER, "0.00")):
            budget.add_line(code, money(amount))
        budget.lock()
        yield place


def lines(row: MriRow) -> list[tuple[str, str]]:
    return [(f"{one['phase']}-{one['cost_code']} {one['cost_type']}", f"{one['amount']:,.2f}") for one in row["lines"]]


def test_a_locked_budget_and_its_changes() -> None:
    with budgeted() as place:
        budget = place.project.budget
        budget.add_change(1, [(CONCRETE, "Slab", money("-500.10")), (STEEL, "Frame", money("500.10"))])
        budget.add_change(2, [(POWER, "More lights", money("1,250.00"))], title="Lights")
        budget.add_change(3, [(POWER, "Perhaps", money("9.00"))], status="under_review")
        assert place.said(place.w.go("budgets")) == {JOB: ("created", "")}
        (original,) = place.rows("budgets")
        assert (original["job_id"], original["budget_type"], original["amount"]) == (
            JOB,
            "ORIGINAL",
            money("150,000.10"),
        )
        assert lines(original) == [("02-0300 SUB", "100,000.00"), ("02-0510 SUB", "50,000.10")]
        assert place.said(place.w.go("budget_revisions")) == {
            f"{JOB}/1": ("created", ""),
            f"{JOB}/2": ("created", ""),
            f"{JOB}/3": ("skipped", "not_approved"),
        }
        one, two = place.rows("budget_revisions")
        assert (one["revision_number"], one["amount"], one["budget_type"]) == ("1", Decimal(0), "ORIGINAL")
        assert lines(one) == [("02-0300 SUB", "-500.10"), ("02-0510 SUB", "500.10")]
        assert (two["revision_number"], two["amount"], two["description"]) == ("2", money("1,250.00"), "Lights")
        assert two["revision_date"] == budget.changes[1].updated_at.date()
        revised = original["amount"] + one["amount"] + two["amount"]
        assert revised == sum(
            (row["original_budget_amount"] + budget.modified(row) for row in budget.lines), Decimal(0)
        )
        place.again("budgets", "budget_revisions")
        place.w.check_links()


def test_a_budget_that_is_not_locked_waits() -> None:
    with budgeted() as place:
        place.project.budget.locked = False
        job = place.w.go("budgets")
        assert place.said(job) == {JOB: ("skipped", "not_locked")}
        place.project.budget.add_change(1, [(POWER, "More", money("5.00"))])
        assert "is not in MRI yet" in place.held(place.w.go("budget_revisions"), f"{JOB}/1", "budget_not_sent")
        place.project.budget.lock()
        place.w.go("budgets")
        assert place.said(place.w.go("budget_revisions"))[f"{JOB}/1"] == ("created", "")


def test_a_budget_that_was_unlocked_and_changed_after_sending_is_a_persons() -> None:
    with budgeted() as place:
        place.w.go("budgets")
        budget = place.project.budget
        budget.locked = False
        budget.lines[0].change(original_budget_amount=money("110,000.00"))
        assert place.said(place.w.go("budgets")) == {JOB: ("skipped", "unlocked")}
        budget.lock()
        said = place.held(place.w.go("budgets"), JOB, "changed_after_sending")
        assert "amount 150,000.10 → 160,000.10" in said
        assert "02-0300-SUB: amount 100,000.00 → 110,000.00" in said
        (held,) = place.rows("budgets")
        place.w.books.change(held, amount=money("160,000.10"))
        held["lines"][0]["amount"] = money("110,000.00")
        job = place.w.go("budgets")
        assert place.said(job) == {JOB: ("unchanged", "")}  # somebody has entered the same change in MRI
        assert len(place.rows("budgets")) == 1
        place.again("budgets")


def test_budget_modifications_are_numbered_in_their_order() -> None:
    with budgeted(revisions_from="budget modifications") as place:
        one, two, _ = place.project.budget.lines
        place.project.budget.move(one, two, money("100.00"), "Steel is dearer")
        place.project.budget.move(None, two, money("1.00"))
        place.w.go("budgets")
        assert set(place.said(place.w.go("budget_revisions")).values()) == {("created", "")}
        first, second = place.rows("budget_revisions")
        assert (first["revision_number"], first["description"]) == ("M1", "Steel is dearer")
        assert lines(first) == [("02-0300 SUB", "-100.00"), ("02-0510 SUB", "100.00")]
        assert (second["revision_number"], lines(second)) == ("M2", [("02-0510 SUB", "1.00")])
        place.again("budgets", "budget_revisions")


def test_a_budget_that_mri_has_already_is_linked_or_shown() -> None:
    with budgeted() as place:
        coded = {"phase": "02", "cost_type": "SUB"}
        own = [{**coded, "cost_code": "0300", "amount": money("100,000.00")}]
        own.append({**coded, "cost_code": "0510", "amount": money("50,000.11")})
        theirs = place.w.books.add(
            "budgets", job_id=JOB, budget_type="original ", amount=money("150,000.11"), lines=own
        )
        said = place.held(place.w.go("budgets"), JOB, "twin_differs")
        assert "amount 150,000.11 → 150,000.10" in said
        theirs["lines"][1]["amount"], theirs["amount"] = money("50,000.10"), money("150,000.10")
        mark = place.w.marks()
        assert place.said(place.w.go("budgets")) == {JOB: ("matched", "")}
        assert place.w.writes(mark) == []
        place.again("budgets")


@pytest.mark.parametrize("rule", ["hold", "send to the job"])
def test_a_line_on_a_sub_job(rule: str) -> None:
    with budgeted(sub_jobs=rule) as place:
        sub_job = place.project.add_sub_job("A", "Tower A")
        place.project.cost_code(STEEL).change(sub_job_id=sub_job.id)
        job = place.w.go("budgets")
        if rule == "hold":
            assert "02-0510 belongs to a sub job" in place.held(job, JOB, "sub_job")
            assert place.rows("budgets") == []
        else:
            assert place.said(job) == {JOB: ("created", "")}
            assert "belongs to a sub job" in str(place.record(job, JOB).warnings)
            assert place.rows("budgets")[0]["amount"] == money("150,000.10")


def test_lines_of_a_change_that_do_not_add_up_are_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    with budgeted() as place:
        place.w.go("budgets")
        change = place.project.budget.add_change(1, [(POWER, "More", money("5.00"))])
        monkeypatch.setattr(type(change), "total", money("5.01"))
        said = place.held(place.w.go("budget_revisions"), f"{JOB}/1", "sums_differ")
        assert "5.00" in said
        assert "5.01" in said
        assert place.rows("budget_revisions") == []


def test_a_change_taken_back_after_sending_is_shown_until_it_is_gone() -> None:
    with budgeted() as place:
        place.w.go("budgets")
        change = place.project.budget.add_change(1, [(POWER, "More", money("5.00"))])
        place.w.go("budget_revisions")
        change.change(status="void")
        assert "“void”" in place.held(place.w.go("budget_revisions"), f"{JOB}/1", "no_longer_approved")
        place.rows("budget_revisions").clear()
        assert place.said(place.w.go("budget_revisions")) == {f"{JOB}/1": ("skipped", "withdrawn")}
