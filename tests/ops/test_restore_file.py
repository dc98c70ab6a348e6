"""Yesterday's backup is put back as docs/operating.md says, file and all, while both vendors have lived on.

The rounds of the same life that loses a backup's worth within one transaction: `tests.pairings.test_restore`.
"""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.db import connection, connections

from hub.models import JobRecord, SyncJob
from tests.ops.worker import database_url
from tests.pairings.test_restore import LIFE, run
from tests.pairings.whole_world import picture, whole

pytestmark = pytest.mark.django_db(transaction=True)
KEPT = 4  # rounds before the backup
Restore = Callable[[], None]


def back_up(folder: Path) -> Restore:
    """A backup of the database as it is now. What comes back puts it in the place of whatever is there then."""
    return _sqlite(folder) if connection.vendor == "sqlite" else _postgresql(folder)


def _sqlite(folder: Path) -> Restore:
    """`sqlite3 … ".backup …"`, which is this function of SQLite. https://www.sqlite.org/backup.html"""
    place, copy = Path(str(connection.settings_dict["NAME"])), folder / "backup.sqlite3"
    with closing(sqlite3.connect(place)) as live, closing(sqlite3.connect(copy)) as kept:
        live.backup(kept)

    def restore() -> None:
        connections.close_all()
        for leftover in ("-wal", "-shm"):
            Path(f"{place}{leftover}").unlink(missing_ok=True)
        place.write_bytes(copy.read_bytes())

    return restore


def _postgresql(folder: Path) -> Restore:
    url = urlsplit(database_url())._replace(scheme="postgresql").geturl()
    copy = str(folder / "backup.dump")
    subprocess.run(["pg_dump", "--format", "custom", "--file", copy, url], check=True)  # noqa: S607

    def restore() -> None:
        connections.close_all()
        command = ["pg_restore", "--clean", "--if-exists", "--single-transaction", "--dbname", url, copy]
        subprocess.run(command, check=True)

    return restore


def test_after_yesterdays_backup_everything_is_found_again_and_nothing_is_doubled(tmp_path: Path) -> None:
    with whole() as unbroken:
        for step in (*LIFE, run):
            step(unbroken)
        expected = picture(unbroken.w)
    _empty()
    with whole() as one:
        for step in LIFE[:KEPT]:
            step(one)
        jobs = SyncJob.objects.count()
        restore = back_up(tmp_path)
        for step in LIFE[KEPT:]:
            step(one)
        before = picture(one.w)
        assert before == expected
        restore()
        assert SyncJob.objects.count() == jobs
        run(one)
        assert picture(one.w) == expected
        mark = one.w.marks()
        run(one)
        assert one.w.writes(mark) == []
        one.w.check_links()
        assert not JobRecord.objects.filter(outcome__in=("rejected", "unknown")).exists()


def _empty() -> None:
    """What the life without a restore has left in the database; its vendors are gone."""
    call_command("flush", interactive=False, verbosity=0)
