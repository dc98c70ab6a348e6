"""manage.py run_stage: what it prints, and its exit status."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
from django.db import connections

from hub.engine.start import start
from hub.models import JobState, SyncJob, TenantStage, Trigger
from tests.engine.world import World, world
from tests.ops.shell import Shell, manage


def run_json(*arguments: str) -> tuple[int, dict[str, Any]]:
    shell = manage("run_stage", *arguments, "--json")
    return shell.status, json.loads(shell.out)


def test_success_as_json(toy: World) -> None:
    status, told = run_json("toy", "orders")
    job = SyncJob.objects.get()
    assert status == 0
    assert told == {
        "job": job.pk,
        "state": "succeeded",
        "tenant": "toy",
        "stage": "orders",
        "counts": {"created": 3},
        "problems": [],
        "calls": {"Shop": toy.shop.ledger.mark() - 1, "Vault": toy.vault.ledger.mark() - 1},
        "error": "",
    }
    assert len(toy.vault.papers) == 3


def test_problems_give_status_three_with_cause_and_fix(toy: World) -> None:
    toy.shop.put("9", "N9", name=" ")
    status, told = run_json("toy", "orders")
    assert status == 3
    assert told["state"] == "partial"
    assert told["counts"] == {"created": 3, "rejected": 1}
    assert told["problems"] == [
        {
            "key": "N9",
            "label": " ",
            "code": "no_name",
            "message": "Order N9 has no name.",
            "fix": "Give it a name in the shop.",
        }
    ]


def test_text_for_people(toy: World) -> None:
    toy.shop.put("9", "N9", name=" ")
    shell = manage("run_stage", "toy", "orders")
    assert shell.status == 3
    for words in (
        "Orders, Toy",
        "created         3",
        "rejected        1",
        "Vault ",
        "Order N9 has no name.",
        "→ Give it a name",
    ):
        assert words in shell.out


def test_one_by_key(toy: World) -> None:
    status, told = run_json("toy", "orders", "N2")
    assert (status, told["counts"]) == (0, {"created": 1})
    assert list(toy.papers()) == ["N2"]


def test_a_key_that_does_not_exist_is_a_problem(toy: World) -> None:
    status, told = run_json("toy", "orders", "N77")
    assert status == 3
    assert told["problems"][0]["message"] == "Shop has no order with Order # N77."


def test_preview_writes_nothing(toy: World) -> None:
    status, told = run_json("toy", "orders", "--preview")
    assert (status, told["counts"]) == (0, {"created": 3})
    assert toy.vault.ledger.writes() == []
    assert toy.vault.papers == {}


def test_changed_reads_less_than_full(toy: World) -> None:
    toy.shop.clock.advance(hours=1)
    toy.shop.put("4")
    run_json("toy", "orders")
    toy.shop.put("2", name="renamed")
    _, changed = run_json("toy", "orders", "--changed")
    _, full = run_json("toy", "orders", "--full")
    assert changed["counts"] == {"updated": 1, "unchanged": 1}  # the fourth is read again: it is within the overlap
    assert full["counts"] == {"unchanged": 4}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nobody", "orders"), "There is no tenant “nobody”. Tenants: toy."),
        (("toy", "bills"), "toy has no stage “bills”. Stages: orders."),
        (("toy", "orders", "a", "b"), "Orders needs exactly: Order #."),
    ],
)
def test_wrong_usage_is_one_line_and_status_two(toy: World, arguments: tuple[str, ...], words: str) -> None:
    assert manage("run_stage", *arguments) == Shell(2, "", words + "\n")
    assert not SyncJob.objects.exists()


def test_switched_off_is_wrong_usage(toy: World) -> None:
    TenantStage.objects.update(enabled=False)
    shell = manage("run_stage", "toy", "orders")
    assert (shell.status, shell.out) == (2, "")
    assert "Orders is switched off for Toy" in shell.err


def test_a_refused_login_waits_for_somebody_and_says_why(toy: World) -> None:
    grant = toy.row.tenant.target.grant
    grant.secret = {"client_secret": "wrong"}
    grant.save()
    shell = manage("run_stage", "toy", "orders", "--json")
    assert shell.status == 1
    assert json.loads(shell.out)["state"] == "waiting"
    assert "must be connected again" in json.loads(shell.out)["error"]
    assert shell.err.startswith("Waiting: ")
    assert shell.err.count("\n") == 1


def test_an_outage_leaves_the_job_waiting_with_status_one(toy: World) -> None:
    toy.shop.faults.add("status", status=503, path="/orders", times=9, headers={"Retry-After": "300"})
    shell = manage("run_stage", "toy", "orders", "--json")
    assert shell.status == 1
    assert json.loads(shell.out)["state"] == "waiting"
    assert shell.err.startswith("Waiting until ")
    assert "Nothing to do" in shell.err


def test_approval_shows_what_waits(toy: World) -> None:
    TenantStage.objects.update(gate="approve")
    status, told = run_json("toy", "orders")
    assert (status, told["counts"]) == (0, {"created": 3})
    assert toy.vault.papers == {}


@pytest.mark.django_db(transaction=True)
def test_joins_the_run_of_another_worker_and_reports_it() -> None:
    with world(orders=3) as one:
        one.shop.faults.add("delay", path="/orders", seconds=1.5)
        job = start(one.row, trigger=Trigger.PAGE).job
        worker = threading.Thread(target=_work, args=(job.pk,))
        worker.start()
        while SyncJob.objects.get(pk=job.pk).state == JobState.QUEUED:
            pass
        shell = manage("run_stage", "toy", "orders", "--json")
        worker.join()
        assert shell.status == 0
        assert json.loads(shell.out)["job"] == job.pk
        assert json.loads(shell.out)["counts"] == {"created": 3}
        assert f"under way already (job {job.pk})" in shell.err
        assert SyncJob.objects.count() == 1
        assert len(one.papers()) == 3


def _work(job_id: int) -> None:
    from hub.engine.run import run

    run(job_id)
    connections.close_all()
