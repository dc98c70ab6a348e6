"""What is read: everything, what changed, or what failed before; and how long runs are cut."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from hub.engine import turn
from hub.engine.run import run
from hub.models import SyncJob, Trigger, ValueMap
from tests.engine.world import World, world

pytestmark = pytest.mark.django_db


def test_the_first_scheduled_run_sends_no_date_filter_and_the_next_one_does() -> None:
    with world(orders=2) as w:
        w.go(trigger=Trigger.SCHEDULE)
        assert "since" not in w.shop.ledger.reads("/orders")[0].query
        w.shop.put("3")
        mark = w.shop.ledger.mark()
        job = w.go(trigger=Trigger.SCHEDULE)
        assert "since" in w.shop.ledger.reads("/orders", since=mark)[0].query
        assert job.counts["created"] == 1


def test_the_cursor_is_the_sources_time_capped_by_its_clock() -> None:
    with world(orders=1) as w:
        w.shop.orders["1"]["changed_at"] = "2026-01-02T03:04:05+00:00"
        w.go()
        assert w.cursor.isoformat() == "2026-01-02T03:04:05+00:00"
        job = w.go("N1")
        w.shop.orders["1"]["changed_at"] = "2026-05-05T00:00:00+00:00"
        assert job.counts == {"unchanged": 1}
        w.go("N1")
        assert w.cursor.isoformat() == "2026-01-02T03:04:05+00:00", "one by key must not move the cursor"


def test_a_failed_page_does_not_move_the_cursor() -> None:
    with world(orders=2) as w:
        w.vault.faults.add("throttle", path="/papers", headers={"Retry-After": "3600"})
        assert w.go().state == "waiting"
        w.row.refresh_from_db()
        assert w.row.cursor is None


def test_reading_goes_back_by_the_overlap() -> None:
    with world(orders=1) as w:
        w.go()
        mark, cursor = w.shop.ledger.mark(), w.cursor
        w.go(full=False)
        since = w.shop.ledger.reads("/orders", since=mark)[0].query["since"][0]
        assert since == (cursor - timedelta(minutes=5)).isoformat()


def test_a_long_run_lets_others_through_and_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    with world(orders=8) as w:
        monkeypatch.setattr(turn, "LONG", -1.0)
        job = w.go()
        assert (job.state, job.position, job.counts) == ("queued", "3", {"created": 3})
        assert run(job.pk).counts == {"created": 6}
        monkeypatch.setattr(turn, "LONG", 480.0)
        job = run(job.pk)
        assert (job.state, job.counts) == ("succeeded", {"created": 8})
        assert SyncJob.objects.count() == 1
        assert len(w.papers()) == 8
        reads = [e.query["start"][0] for e in w.shop.ledger.reads("/orders")]
        assert reads == ["0", "3", "6"]


def _in_turns(w: World, monkeypatch: pytest.MonkeyPatch, between: Callable[[], None], trigger: Trigger) -> SyncJob:
    """A run that is cut after each of its first two pages; `between` happens after the first."""
    monkeypatch.setattr(turn, "LONG", -1.0)
    job = w.go(trigger=trigger)
    assert job.state == "queued"
    between()
    assert run(job.pk).state == "queued"
    monkeypatch.setattr(turn, "LONG", 480.0)
    return run(job.pk)


@pytest.mark.parametrize("ordered", [True, False])
def test_what_changes_between_two_turns_of_a_run_is_read_by_the_next(
    ordered: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A record of the first page changes, then one of the last: the cursor must not pass over the first."""
    monkeypatch.setattr("tests.toy.stages.OrderReader.ordered", ordered)
    with world(orders=9) as w:
        w.shop.sorted_by = "changed_at" if ordered else "id"

        def meanwhile() -> None:
            w.shop.clock.advance(minutes=1)
            w.shop.orders["1"] |= {"name": "changed early", "changed_at": w.shop.clock.now().isoformat()}
            w.shop.clock.advance(minutes=59)
            w.shop.orders["9"] |= {"name": "changed late", "changed_at": w.shop.clock.now().isoformat()}

        _in_turns(w, monkeypatch, meanwhile, Trigger.SHELL)
        w.go(trigger=Trigger.SCHEDULE)
        assert w.papers()["N1"] == "changed early"
        assert w.papers()["N9"] == "changed late"


def test_an_incremental_run_in_turns_leaves_nothing_out(monkeypatch: pytest.MonkeyPatch) -> None:
    with world(orders=1) as w:
        w.go()
        for number in range(2, 10):
            w.shop.clock.advance(minutes=30)
            w.shop.put(str(number))
        job = _in_turns(w, monkeypatch, lambda: None, Trigger.SCHEDULE)
        assert (job.state, job.counts["created"]) == ("succeeded", 8)
        assert len(w.papers()) == 9


def _scheduled(w: World) -> tuple[SyncJob, bool]:
    """A scheduled run, and whether it asked only for what had changed."""
    mark = w.shop.ledger.mark()
    job = w.go(trigger=Trigger.SCHEDULE)
    return job, "since" in w.shop.ledger.reads("/orders", since=mark)[0].query


def test_a_changed_setting_is_carried_to_records_that_nobody_touched() -> None:
    with world(orders=4) as w:
        w.go(trigger=Trigger.SCHEDULE)
        w.row.tenant.settings["prefix"] = "Job "
        w.row.tenant.save()
        w.go("N1")
        w.go(preview=True)
        w.row.refresh_from_db()
        assert w.row.cursor is not None, "these do not read for the schedule"
        job, in_part = _scheduled(w)
        assert (in_part, job.counts) == (False, {"updated": 3, "unchanged": 1})
        assert all(name.startswith("Job ") for name in w.papers().values())
        job, in_part = _scheduled(w)
        assert (in_part, set(job.counts)) == (True, {"unchanged"})


def test_a_changed_value_map_lets_the_next_schedule_read_everything() -> None:
    with world(orders=1) as w:
        _scheduled(w)
        row = ValueMap.objects.create(tenant=w.row.tenant, kind="colour", key="red", account="400")
        assert not _scheduled(w)[1]
        assert _scheduled(w)[1]
        row.delete()
        assert not _scheduled(w)[1]


def test_a_long_run_under_new_settings_reads_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    with world(orders=8) as w:
        w.go(trigger=Trigger.SCHEDULE)
        w.row.tenant.settings["prefix"] = "Job "
        w.row.tenant.save()
        assert _in_turns(w, monkeypatch, lambda: None, Trigger.SCHEDULE).state == "succeeded"
        assert all(name.startswith("Job ") for name in w.papers().values())
