"""Every single and every pair of crash points: one paper for one order, whatever the moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from itertools import combinations
from unittest import mock

import pytest
import time_machine
from django.db import connection, transaction

from hub.engine.context import Run
from hub.models import BatchState, JobRecord, LinkedEntity, WriteBatch
from tests.engine.crash import Points, finish
from tests.engine.world import World, own_transaction, world

pytestmark = pytest.mark.django_db


START = "2026-11-23T10:00:00Z"
EXPECTED = {"N1": "renamed", "N2": "order 2", "N3": "order 3", "N4": "order 4"}


class _Undo(Exception):
    """Ends a schedule's transaction, so that the next one begins from the same database."""


def _prepare(w: World, *, refused: bool) -> None:
    """Two orders to create, one to update, one to match by an update; perhaps one that is refused."""
    w.shop.put("1")
    w.go()
    w.shop.put("1", name="renamed")
    w.vault.papers["P900"] = {"id": "P900", "ref": "N2", "name": "known before"}
    for number in ("2", "3", "4"):
        w.shop.put(number)
    if refused:
        w.shop.put("5", name="bad apple")


class Schedules:
    """A prepared world in which one schedule after another is lived through, each from the same beginning."""

    def __init__(self, w: World, traveller: time_machine.Traveller, minutes: float) -> None:
        self._world, self._traveller, self._minutes = w, traveller, minutes
        self._papers, self._answers = deepcopy(w.vault.papers), dict(w.vault.answers)

    def live(self, *deadly: int) -> int:
        """One schedule; gives the number of points passed. AssertionError when something was doubled or lost."""
        points = Points(frozenset(deadly))
        w = self._world
        w.vault.papers, w.vault.answers = deepcopy(self._papers), dict(self._answers)
        self._traveller.move_to(START)
        try:
            with transaction.atomic():
                own_transaction()
                finish(w, points, minutes=self._minutes, traveller=self._traveller)
                self._check(f"died at {deadly}")
                raise _Undo
        except _Undo:
            return points.passed

    def _check(self, when: str) -> None:
        w = self._world
        assert w.papers() == EXPECTED, when
        w.check_links()
        rows = JobRecord.objects.filter(job=w.row.jobs.order_by("pk").last())
        outcomes = dict(rows.values_list("source_id", "outcome"))
        assert set(outcomes) == set(w.shop.orders), when
        assert outcomes.get("5", "rejected") == "rejected", when
        assert rows.exclude(state="done").count() == 0, when
        # And a calm run afterwards has nothing to do.
        mark = w.vault.ledger.mark()
        assert w.go(full=True).counts["unchanged"] == 4, when
        assert [e for e in w.vault.ledger.writes(since=mark) if "apple" not in e.body] == [], when


@contextmanager
def schedules(*, keyed: bool, minutes: float, pages: bool = False, refused: bool = False) -> Iterator[Schedules]:
    own_transaction()
    with world(keyed=keyed, pages=pages) as w, time_machine.travel(START, tick=True) as traveller:
        _prepare(w, refused=refused)
        yield Schedules(w, traveller, minutes)


WORLDS = {
    "keys, still alive": (True, 4.1, False),
    "no keys": (False, 4.1, False),
    "no keys, two steps": (False, 4.1, True),
}
SLICES = 4


@pytest.mark.parametrize("part", range(SLICES))
@pytest.mark.parametrize("name", WORLDS)
def test_no_crash_schedule_doubles_or_loses(name: str, part: int) -> None:
    """All single points and all pairs of them; on a database server, where each takes longer, every eighth
    pair. The parts only spread the work over processes."""
    keyed, minutes, pages = WORLDS[name]
    with schedules(keyed=keyed, minutes=minutes, pages=pages) as all_of_them:
        total = all_of_them.live()
        assert total >= 20, "the points must surround every commit and every write"
        points = range(1, total + 1)
        step = 1 if connection.vendor == "sqlite" else 8
        pairs = list(combinations(points, 2))[::step]
        for deadly in [*combinations(points, 1), *pairs][part::SLICES]:
            all_of_them.live(*deadly)


@pytest.mark.parametrize(("keyed", "minutes"), [(True, 4.1), (True, 20.0), (False, 4.1)])
def test_no_crash_beside_a_refused_record_doubles_or_loses(keyed: bool, minutes: float) -> None:
    """The same with a record that is refused, and with keys that the vault has forgotten."""
    with schedules(keyed=keyed, minutes=minutes, refused=True) as all_of_them:
        for point in range(1, all_of_them.live() + 1):
            all_of_them.live(point)


def test_without_recovery_the_same_schedules_do_double() -> None:
    """The harness can fail: forget open batches instead of settling them, and papers are doubled."""

    def forget(run: Run) -> None:
        WriteBatch.objects.filter(tenant_stage=run.row).update(state=BatchState.SETTLED)
        LinkedEntity.objects.filter(tenant_stage=run.row, target_id="").delete()
        # ... and neither does a survey of the vault help, as with a ledger that cannot be listed.
        vars(run.writer)["survey"] = lambda unlinked: {}

    doubled = 0
    with schedules(keyed=True, minutes=4.1) as all_of_them, mock.patch("hub.engine.run.recover", forget):
        for point in range(1, 25):
            try:
                all_of_them.live(point)
            except AssertionError:
                doubled += 1
    assert doubled >= 3
