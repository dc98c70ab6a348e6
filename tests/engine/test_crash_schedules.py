"""Every single and every pair of crash points: one paper for one order, whatever the moment."""

from __future__ import annotations

from itertools import combinations
from unittest import mock

import pytest
import time_machine
from django.db import transaction

from hub.engine.context import Run
from hub.models import BatchState, JobRecord, LinkedEntity, WriteBatch
from tests.engine.crash import Points, finish
from tests.engine.world import World, own_transaction, world

pytestmark = pytest.mark.django_db


class _Undo(Exception):
    """Ends a schedule's transaction, so that the next one begins from the same database."""


def _prepare(w: World) -> None:
    """Two orders to create, one to update, one to match by an update, one that is refused."""
    w.shop.put("1")
    w.go()
    w.shop.put("1", name="renamed")
    w.vault.papers["P900"] = {"id": "P900", "ref": "N2", "name": "known before"}
    for number in ("2", "3", "4"):
        w.shop.put(number)
    w.shop.put("5", name="bad apple")


EXPECTED = {"N1": "renamed", "N2": "order 2", "N3": "order 3", "N4": "order 4"}


def _schedule(deadly: frozenset[int], *, keyed: bool, minutes: float, pages: bool = False) -> int:
    """One schedule from a fresh world; gives the number of points passed."""
    points = Points(deadly)
    try:
        with transaction.atomic():
            _live(points, keyed=keyed, minutes=minutes, pages=pages)
            raise _Undo
    except _Undo:
        return points.passed


def _live(points: Points, *, keyed: bool, minutes: float, pages: bool) -> None:
    own_transaction()
    with world(keyed=keyed, pages=pages) as w, time_machine.travel("2026-11-23T10:00:00Z", tick=True) as traveller:
        _prepare(w)
        finish(w, points, minutes=minutes, traveller=traveller)
        if pages:
            assert all("pages" in paper for paper in w.vault.papers.values()), f"died at {sorted(points.deadly)}"
        assert w.papers() == EXPECTED, f"died at {sorted(points.deadly)}"
        w.check_links()
        rows = JobRecord.objects.filter(job=w.row.jobs.order_by("pk").last())
        outcomes = dict(rows.values_list("source_id", "outcome"))
        assert outcomes["5"] == "rejected"
        assert set(outcomes) == {"1", "2", "3", "4", "5"}
        assert rows.exclude(state="done").count() == 0
        # And a calm run afterwards has nothing to do.
        mark = w.vault.ledger.mark()
        later = w.go(full=True)
        assert later.counts == {"unchanged": 4, "rejected": 1}
        writes = w.vault.ledger.writes(since=mark)
        assert [e for e in writes if "apple" not in e.body] == []


WORLDS = {
    "keys, still alive": (True, 4.1, False),
    "keys, forgotten": (True, 20.0, False),
    "no keys": (False, 4.1, False),
    "no keys, two steps": (False, 4.1, True),
}
SLICES = 4


@pytest.mark.parametrize("part", range(SLICES))
@pytest.mark.parametrize("name", WORLDS)
def test_no_crash_schedule_doubles_or_loses(name: str, part: int) -> None:
    """All single and all pairs of points; the parts only spread the work over processes."""
    keyed, minutes, pages = WORLDS[name]
    total = _schedule(frozenset(), keyed=keyed, minutes=minutes, pages=pages)
    assert total >= 20, "the points must surround every commit and every write"
    points = range(1, total + 1)
    schedules = [*combinations(points, 1), *combinations(points, 2)]
    for deadly in schedules[part::SLICES]:
        _schedule(frozenset(deadly), keyed=keyed, minutes=minutes, pages=pages)


def test_without_recovery_the_same_schedules_do_double() -> None:
    """The harness can fail: forget open batches instead of settling them, and papers are doubled."""

    def forget(run: Run) -> None:
        WriteBatch.objects.filter(tenant_stage=run.row).update(state=BatchState.SETTLED)
        LinkedEntity.objects.filter(tenant_stage=run.row, target_id="").delete()
        # ... and neither does a survey of the vault help, as with a ledger that cannot be listed.
        vars(run.writer)["survey"] = lambda unlinked: {}

    doubled = 0
    with mock.patch("hub.engine.run.recover", forget):
        for point in range(1, 25):
            try:
                _schedule(frozenset([point]), keyed=True, minutes=4.1)
            except AssertionError:
                doubled += 1
    assert doubled >= 3
