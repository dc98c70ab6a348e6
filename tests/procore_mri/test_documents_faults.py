"""Lost answers, refusals and endpoints that nobody has verified: nothing is doubled, nothing is lost, nothing leaves.

The pretend MRI takes a second record with the same number without a word, so a double would be seen.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from hub.engine import decide
from hub.engine.run import run
from hub.engine.start import approve
from hub.models import Gate, JobRecord, LinkedEntity, SyncJob, WriteBatch
from integrations.mri.sandbox import DEADLOCK
from tests.procore_mri.claims_site import DRAWS, JOB, VENDOR, Site, claimed, money, one_contract, site
from tests.procore_mri.world import verified

pytestmark = pytest.mark.django_db(transaction=True)
KEYS = [f"{JOB}/SC-001/{number}" for number in (1, 2, 3)]

FAULTS: list[tuple[str, dict[str, Any]]] = [
    ("drop", {}),
    ("drop_after", {}),
    ("status", {"status": 503}),
    ("status_after", {"status": 500}),
    ("html", {}),
    ("truncate", {}),
    ("throttle", {}),
    ("status", {"status": 500, "body": DEADLOCK}),
    ("status_after", {"status": 500, "body": DEADLOCK}),
    ("status_after", {"status": 200, "body": '{"error": {"message": "' + DEADLOCK + '"}}'}),
]


def time_passes() -> None:
    """So much that what was not answered will not be carried out late."""
    WriteBatch.objects.filter(lost_at__isnull=False).update(lost_at=timezone.now() - timedelta(minutes=10))


def finish(place: Site, job: SyncJob, state: str = "succeeded") -> None:
    for _ in range(4):
        if job.is_open:
            time_passes()
            job = place.w.go_on(job)
    assert job.state == state, job.error


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize(("kind", "more"), FAULTS, ids=[f"{kind}-{n}" for n, (kind, _) in enumerate(FAULTS)])
def test_three_draws_arrive_once_each_and_in_order(kind: str, more: dict[str, Any], times: int) -> None:
    with one_contract() as (place, contract):
        for month in (7, 8, 10):
            claimed(contract, end=f"2026-{month:02}-31")
        place.w.mri.faults.add(kind, method="POST", query="ContractDraws", times=times, **more)
        finish(place, place.w.go("draws"))
        finish(place, place.w.go("draws"))
        assert [row["number"] for row in place.rows("draws")] == ["1", "2", "3"]
        assert sorted(place.w.links("draws").values()) == KEYS
        place.w.check_links()
        place.again("draws")


STAGES: dict[str, tuple[str, Callable[[Site], Any]]] = {
    "budgets": ("Budgets", lambda place: _budget(place)),
    "budget_revisions": ("BudgetRevisions", lambda place: _revision(place)),
    "commitments": ("Contracts", lambda place: place.contract()),
    "change_orders": ("ContractChangeOrders", lambda place: _change(place)),
    "draws": ("ContractDraws", lambda place: _claim(place)),
}
TABLES = {"commitments": "contracts"}


def _budget(place: Site) -> None:
    place.project.budget.add_line("02-0300", money("5.00"))
    place.project.budget.lock()


def _revision(place: Site) -> None:
    _budget(place)
    place.w.go("budgets")
    place.project.budget.add_change(1, [("02-0300", "More", money("5.00"))])


def _change(place: Site) -> None:
    contract = place.contract()
    place.w.go("commitments")
    contract.add_change_order("1", [("02-0300", "More", money("5.00"))])


def _claim(place: Site) -> None:
    contract = place.contract()
    place.w.go("commitments")
    claimed(contract)


@pytest.mark.parametrize("stage", STAGES)
def test_an_answer_that_was_lost_is_settled_by_a_find_and_nothing_is_sent_twice(stage: str) -> None:
    api, fill = STAGES[stage]
    with site() as place:
        fill(place)
        place.w.mri.faults.add("drop_after", method="POST", query=api)
        job = place.w.go(stage)
        assert set(place.said(job).values()) == {("created", "")}
        assert len(place.rows(TABLES.get(stage, stage))) == 1
        assert WriteBatch.objects.filter(tenant_stage__stage=stage).count() == 1
        place.w.check_links()
        place.again(stage)


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_whose_answers_stay_away_says_outcome_unknown_until_a_find_answers(stage: str) -> None:
    api, fill = STAGES[stage]
    with site() as place:
        fill(place)
        place.w.mri.faults.add("drop_after", method="POST", query=api)
        place.w.mri.faults.add("status", method="GET", query=api, status=503, times=30, skip=1)
        job = place.w.go(stage)
        assert job.state == "waiting"
        assert set(place.said(job).values()) == {("unknown", "outcome_unknown")}
        assert LinkedEntity.objects.get(tenant_stage__stage=stage).target_id == ""
        assert WriteBatch.objects.get(tenant_stage__stage=stage).state == "unknown"
        place.w.mri.faults.clear()
        finish(place, job)
        assert len(place.rows(TABLES.get(stage, stage))) == 1
        place.w.check_links()
        place.again(stage)


def test_two_records_after_a_lost_answer_are_a_persons_decision() -> None:
    with one_contract() as (place, contract):
        claimed(contract)
        place.w.mri.faults.add("drop_after", method="POST", query="ContractDraws")
        place.w.mri.faults.add("status", method="GET", query="ContractDraws", status=503, times=30, skip=1)
        job = place.w.go("draws")
        place.w.mri.faults.clear()
        (first,) = place.rows("draws")
        twin = place.w.books.add("draws", **{k: v for k, v in first.items() if k not in ("id", "changed")})
        finish(place, job, "partial")
        link = LinkedEntity.objects.get(tenant_stage__stage="draws")
        problem = place.w.problem(link.label)
        assert problem.code == "two_candidates"
        assert "2 records" in problem.message
        assert (link.state, link.target_id) == ("unknown", "")
        assert [one.target_id for one in decide.candidates(link)] == [KEYS[0], f"{KEYS[0]} ({twin['id']})"]
        mark = place.w.marks()
        place.w.go("draws", full=True)
        assert place.w.writes(mark) == []
        place.rows("draws").remove(twin)
        (one,) = decide.candidates(link)
        decide.settle_found(link, one.target_id, one.url, None)
        place.again("draws")
        place.w.check_links()


def test_a_draw_that_arrives_after_it_was_looked_for_is_not_sent_again() -> None:
    with one_contract() as (place, contract):
        claimed(contract)
        place.w.mri.faults.add("drop", method="POST", query="ContractDraws")
        job = place.w.go("draws")
        assert (job.state, job.error_code) == ("waiting", "outcome_unknown")
        assert place.rows("draws") == []
        line = {"phase": "02", "cost_code": "0300", "cost_type": "SUB", "amount": money("1,000.00")}
        header = {"job_id": JOB, "contract_number": "SC-001", "number": "1", "vendor_id": VENDOR}
        place.w.books.add("draws", **header, gross=money("1,000.00"), lines=[line])  # MRI was slower than we waited
        finish(place, job)
        assert len(place.rows("draws")) == 1
        assert place.w.links("draws") == {str(contract.claims[0].id): KEYS[0]}
        place.w.check_links()


def test_a_draw_that_never_arrived_is_sent_again_when_time_has_passed() -> None:
    with one_contract() as (place, contract):
        claimed(contract)
        place.w.mri.faults.add("drop", method="POST", query="ContractDraws")
        job = place.w.go_on(place.w.go("draws"))
        assert job.state == "waiting"  # looked for again, and not sent
        assert place.rows("draws") == []
        finish(place, job)
        assert [row["number"] for row in place.rows("draws")] == ["1"]
        place.again("draws")


def test_an_error_inside_an_answer_of_200_is_a_refusal() -> None:
    with one_contract() as (place, contract):
        claimed(contract)
        place.w.books.tables["contracts"].clear()
        said = place.held(place.w.go("draws"), KEYS[0], "refused")
        assert "Contract SC-001 does not exist." in said
        assert place.w.mri.ledger.entries[-1].status == 200
        assert place.rows("draws") == []
        assert not LinkedEntity.objects.filter(tenant_stage__stage="draws").exists()


@pytest.mark.parametrize("stage", STAGES)
def test_an_endpoint_that_nobody_has_verified_writes_nothing_whoever_presses_what(stage: str) -> None:
    _, fill = STAGES[stage]
    with site() as place:
        fill(place)
        open_one, closed = verified(), verified()
        created = next(name for name in closed["endpoints"] if name == f"{_operation(stage)}.create")
        closed["endpoints"][created].update(verified=False)
        place.w.profile(closed)
        mark = place.w.marks()

        preview = place.w.go(stage, preview=True)
        assert set(place.said(preview).values()) == {("created", "")}
        ran = place.w.go(stage)
        (key,) = place.said(ran)
        assert "has not been verified" in place.held(ran, key, "not_verified")
        with pytest.raises(SystemExit):
            call_command("run_stage", "harbour-mri", stage)
        row = place.w.row(stage)
        row.gate = Gate.APPROVE
        row.save()
        waiting = place.w.go(stage)
        ids = list(JobRecord.objects.filter(job=waiting).values_list("source_id", flat=True))
        run(approve(waiting, ids, None).job.pk)

        assert place.w.writes(mark) == []
        assert place.rows(TABLES.get(stage, stage)) == []
        row.gate = Gate.AUTO
        row.save()
        place.w.profile(open_one)
        assert set(place.said(place.w.go(stage)).values()) == {("created", "")}
        place.w.check_links()


def _operation(stage: str) -> str:
    return {"commitments": "contracts", "change_orders": "contract_change_orders"}.get(stage, stage)


def test_without_a_verified_way_to_find_nothing_is_sent_either() -> None:
    with one_contract() as (place, contract):
        claimed(contract)
        closed = verified()
        closed["endpoints"]["draws.find"].update(verified=False)
        place.w.profile(closed)
        mark = place.w.marks()
        job = place.w.go("draws")
        assert (job.state, job.error_code) == ("failed", "refused")
        assert DRAWS in job.error
        assert "verified" in job.error
        assert place.w.writes(mark) == []


def test_what_mri_stores_otherwise_than_sent_is_a_warning() -> None:
    with one_contract() as (place, contract):
        claimed(contract)
        sent = verified()
        for one in sent["endpoints"]["draws.create"]["fields"]:
            if one.get("hub") == "retained":
                one["mri"] = "RetainageHeld"  # a name that this installation does not know, and ignores
        place.w.profile(sent)
        job = place.w.go("draws")
        assert place.said(job) == {KEYS[0]: ("created", "")}
        assert "retained 50.00 → 0.00" in str(place.record(job, KEYS[0]).warnings)


def test_a_number_that_mri_writes_otherwise_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    with one_contract() as (place, contract):
        claimed(contract)
        add = place.w.books.add

        def padded(table: str, **values: Any) -> Any:
            return add(table, **{**values, "number": values["number"].rjust(4, "0")} if table == "draws" else values)

        monkeypatch.setattr(place.w.books, "add", padded)
        job = place.w.go("draws")
        assert f"MRI numbers it {JOB}/SC-001/0001" in str(place.record(job, KEYS[0]).warnings)
        said = place.held(place.w.go("draws"), KEYS[0], "gone_in_mri")
        assert KEYS[0] in said
        fixed = verified()
        for name in ("draws.find", "draws.create"):
            for one in fixed["endpoints"][name]["fields"]:
                if one.get("hub") == "number":
                    one["transform"] = "pad_left(4)"
        place.w.profile(fixed)
        place.again("draws")
