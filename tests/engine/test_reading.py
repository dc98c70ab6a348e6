"""What is read: everything, what changed, or what failed before; and how long runs are cut."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub.engine import turn
from hub.engine.run import run
from hub.models import SyncJob, Trigger
from tests.engine.world import world

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
        mark = w.shop.ledger.mark()
        w.go(full=False)
        since = w.shop.ledger.reads("/orders", since=mark)[0].query["since"][0]
        assert since == (w.cursor - timedelta(minutes=5)).isoformat()


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
