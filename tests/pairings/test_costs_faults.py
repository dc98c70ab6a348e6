"""What goes wrong while costs are written: nothing doubled, nothing lost, and the right number of calls."""

from __future__ import annotations

from decimal import Decimal

import pytest

from hub.models import Problem
from integrations.procore.sandbox.project import Project
from tests.pairings.costs_world import DAY, P1, Costs, amounts, cost, costs, total

pytestmark = pytest.mark.django_db


def whole(c: Costs) -> None:
    """Everything of the worked example is there once, and a further run writes nothing."""
    assert amounts(c.p1) == {"INV-9": ["1000.00", "500.00"]}
    assert amounts(c.p2) == {"INV-9": ["2000.00"]}
    assert len(c.w.company.direct_costs) == 2
    start = c.w.marks()
    assert c.go().counts == {"unchanged": 2, "skipped": 1}
    assert c.w.writes(start) == []
    c.w.check_links()


@pytest.mark.parametrize("kind", ["drop", "drop_after", "status", "status_after", "html", "truncate", "expire_token"])
@pytest.mark.parametrize("path", ["direct_costs/sync", "line_items/sync"])
@pytest.mark.parametrize("skip", [0, 1])
def test_an_answer_that_is_lost(kind: str, path: str, skip: int) -> None:
    with costs() as c:
        c.bill()
        times = 1 if kind == "expire_token" else 2  # a second refusal of a fresh token is another matter
        c.w.procore.faults.add(kind, method="PATCH", path=path, times=times, skip=skip)
        assert c.finish(c.go()).state == "succeeded"
        whole(c)


@pytest.mark.parametrize("path", ["direct_costs/sync", "line_items/sync"])
@pytest.mark.parametrize(("status", "code"), [(409, "conflict"), (429, "quota")])
def test_a_project_that_is_being_written_to_is_waited_for(path: str, status: int, code: str) -> None:
    with costs() as c:
        c.bill()
        headers = {"Retry-After": "3000"} if status == 429 else {}
        body = '{"errors":["Another request is changing the direct costs of this project"]}'
        c.w.procore.faults.add("status", method="PATCH", path=path, status=status, headers=headers, body=body)
        job = c.go()
        assert (job.state, job.error_code) == ("waiting", code)
        c.w.limits.advance(3600)
        assert c.finish(job).state == "succeeded"
        whole(c)


@pytest.mark.parametrize("kind", ["drop", "drop_after", "status_after", "truncate"])
@pytest.mark.parametrize("path", ["direct_costs/sync", "line_items/sync"])
def test_a_change_whose_answer_is_lost_arrives(kind: str, path: str) -> None:
    with costs() as c:
        bill = c.bill()
        c.go()
        line = {"LineItemID": bill.lines[0].id, **cost("Cable", "1100", P1)}
        c.w.org.edit_bill(bill, InvoiceNumber="INV-9a", LineItems=[line])
        c.w.configure(voided_costs="remove")
        c.w.procore.faults.add(kind, method="PATCH", path=path)
        c.finish(c.go())
        assert amounts(c.p1) == {"INV-9a": ["1100.00", "0.00"]}
        assert amounts(c.p2) == {}
        assert all(one["origin_id"] for one in c.p1.direct_costs)
        start = c.w.marks()
        assert c.go().counts == {"unchanged": 2}
        assert c.w.writes(start) == []
        c.w.check_links()


@pytest.mark.parametrize("kind", ["drop", "drop_after", "status_after"])
@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_a_removal_whose_answer_is_lost_is_carried_out_once(kind: str, method: str) -> None:
    with costs(voided_costs="remove") as c:
        bill = c.bill()
        c.go()
        c.w.org.void(bill)
        c.w.procore.faults.add(kind, method=method, path="direct_costs")
        c.finish(c.go())
        assert len(c.w.company.direct_costs) == 0
        assert c.go().counts == {"unchanged": 2}
        c.w.check_links()


def test_a_header_whose_lines_are_refused_is_finished_by_a_later_run() -> None:
    with costs() as c:
        c.bill()
        c.w.procore.switches.stamped_direct_costs_take_lines = False
        assert c.go().counts == {"rejected": 2, "skipped": 1}
        assert {problem.code for problem in Problem.objects.all()} == {"cost_locked"}
        assert amounts(c.p1) == {"INV-9": []}
        c.w.procore.switches.stamped_direct_costs_take_lines = True
        assert c.go(full=False).state == "succeeded"
        whole(c)


def test_what_an_unfinished_write_left_behind_is_taken_back() -> None:
    with costs(voided_costs="remove") as c:
        bill = c.bill("A-1", [cost("Cable", "10", P1), cost("Lamp", "20", P1)])
        theirs = c.p1.add_direct_cost(c.vendor, number="by hand", lines=[("26-050", "Cable", Decimal(5))])
        theirs.lines[0].change(origin_id=f"{bill.id}:{c.p1.id}:{bill.lines[1].id}")
        assert c.go().counts == {"rejected": 1}
        assert amounts(c.p1) == {"by hand": ["5.00"], "A-1": ["10.00"]}
        c.w.org.edit_bill(bill, LineItems=[cost("All of it", "30", P1)])
        assert c.go().counts == {"updated": 1}
        assert amounts(c.p1) == {"by hand": ["5.00"], "A-1": ["0.00", "30.00"]}
        assert c.p1.direct_costs[1].total == Decimal(30)
        c.w.check_links()


def test_a_half_made_cost_can_be_removed() -> None:
    with costs(voided_costs="remove") as c:
        bill = c.bill()
        c.w.procore.switches.stamped_direct_costs_take_lines = False
        assert c.go().counts == {"rejected": 2, "skipped": 1}
        c.w.org.void(bill)
        assert c.go().counts == {"updated": 2}
        assert len(c.w.company.direct_costs) == 0
        assert not Problem.objects.filter(state="open").exists()
        c.w.check_links()


def test_one_refused_line_does_not_hold_up_the_other_bills() -> None:
    with costs() as c:
        bill = c.bill("A-1", [cost("Cable", "10", P1)])
        c.bill("A-2", [cost("Cable", "20", P1)])
        theirs = c.p1.add_direct_cost(c.vendor, number="by hand", lines=[("26-050", "Cable", Decimal(5))])
        theirs.lines[0].change(origin_id=f"{bill.id}:{c.p1.id}:{bill.lines[0].id}")
        job = c.go()
        assert c.w.outcomes(job) == {
            f"A-1 Bright Spark Electrical · {P1}": ("rejected", "refused"),
            f"A-2 Bright Spark Electrical · {P1}": ("created", ""),
        }
        assert amounts(c.p1) == {"by hand": ["5.00"], "A-1": [], "A-2": ["20.00"]}
        theirs.lines[0].change(origin_id=None)
        assert c.go(full=False).state == "succeeded"
        assert amounts(c.p1) == {"by hand": ["5.00"], "A-1": ["10.00"], "A-2": ["20.00"]}
        c.w.check_links()


def test_a_cost_that_was_deleted_in_procore_is_not_made_again() -> None:
    with costs() as c:
        bill = c.bill()
        c.go()
        c.p1.remove_direct_cost(c.p1.direct_costs[0])
        c.w.org.pay(bill, date=DAY)
        job = c.go()
        assert job.counts == {"rejected": 1, "updated": 1, "skipped": 1}
        assert Problem.objects.get().code == "twin_deleted"
        assert c.p1.direct_costs == []


def test_a_thousand_bills_over_thirty_projects_take_sixty_syncs() -> None:
    with costs() as c:
        projects: list[Project] = [c.at.project(f"25-{number:03}", "Job") for number in range(30)]
        for number in range(1000):
            option = c.at.option(projects[number % 30])
            c.bill(f"B-{number}", [cost("Cable", "10.01", option), cost("Duct", "0.99", option)])
        start = c.w.marks()
        assert c.finish(c.go()).counts == {"created": 1000}
        assert len(c.w.writes(start)) == 60
        reads = [call for call in c.w.calls(start) if call.startswith("GET")]
        assert len(reads) <= 5 * 30 + 5
        assert total(*projects) == Decimal(11_000)
        assert [len(project.direct_costs) for project in projects] == [34] * 10 + [33] * 20
        start = c.w.marks()
        assert c.finish(c.go()).counts == {"unchanged": 1000}
        assert c.w.writes(start) == []
