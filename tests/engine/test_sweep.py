"""Records that vanish at their source, and targets that turn out to be somebody else's."""

from __future__ import annotations

import pytest

from hub.engine import turn
from hub.engine.run import run
from hub.models import JobRecord, LinkedEntity, Problem, Trigger
from tests.engine.world import world

pytestmark = pytest.mark.django_db


def test_a_linked_record_that_vanished_is_shown_and_its_twin_left_alone() -> None:
    with world(orders=2) as w:
        w.go()
        del w.shop.orders["1"]
        job = w.go()
        assert job.counts == {"unchanged": 1, "skipped": 1}
        gone = JobRecord.objects.get(job=job, source_id="1")
        assert (gone.code, gone.label) == ("gone", "order 1")
        assert "no longer among what Shop shows" in gone.message
        assert len(w.papers()) == 2
        assert LinkedEntity.objects.count() == 2


def test_a_long_run_of_several_turns_tells_what_vanished(monkeypatch: pytest.MonkeyPatch) -> None:
    with world(orders=8) as w:
        w.go()
        del w.shop.orders["2"]
        monkeypatch.setattr(turn, "LONG", -1.0)
        job = run(w.go().pk)
        assert (job.state, job.position) == ("queued", "6")
        monkeypatch.setattr(turn, "LONG", 480.0)
        job = run(job.pk)
        assert job.counts == {"unchanged": 7, "skipped": 1}
        assert JobRecord.objects.get(job=job, code="gone").source_id == "2"


def test_reading_only_changes_tells_nothing_of_what_is_gone() -> None:
    with world(orders=2) as w:
        w.go()
        del w.shop.orders["1"]
        assert "skipped" not in w.go(full=False).counts
        assert "skipped" not in w.go("N2").counts


def test_the_problem_of_a_vanished_record_is_closed_with_a_reason() -> None:
    with world() as w:
        w.shop.put("1", name=" ")
        w.go()
        w.shop.orders.clear()
        job = w.go(full=False, trigger=Trigger.SCHEDULE)
        assert JobRecord.objects.get(job=job).code == "gone"
        assert Problem.objects.get().state == "resolved"


def test_one_record_twice_in_a_page_is_planned_once() -> None:
    with world(orders=1) as w:
        w.shop.orders["1 again"] = w.shop.orders["1"]
        assert w.go().counts == {"created": 1}


def test_a_create_that_is_answered_with_a_known_record_is_a_problem() -> None:
    with world(orders=1) as w:
        w.go()
        first = next(iter(w.vault.papers))
        w.shop.put("2")
        w.vault.faults.add("status", method="PUT", status=200, body=f'[{{"ref": "N2", "id": "{first}"}}]')
        job = w.go()
        problem = Problem.objects.get()
        assert (problem.source_id, problem.code) == ("2", "target_taken")
        assert "“N1”" in problem.message
        assert job.counts == {"unchanged": 1, "rejected": 1}
