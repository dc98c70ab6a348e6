"""The commands that docs/operating.md gives for backing up and restoring, carried out."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection

from hub.models import LinkedEntity
from tests.engine.world import world
from tests.ops.test_docs import DOCS, blocks
from tests.ops.worker import database_url
from tests.programs import needs

pytestmark = pytest.mark.django_db(transaction=True)


def commands(*words: str) -> str:
    """The one block of shell commands of the page that has all these words in it."""
    (found,) = [block for block in blocks(DOCS / "operating.md", "sh") if all(word in block for word in words)]
    return found


def shell(text: str, where: Path, **environment: str) -> None:
    done = subprocess.run(
        ["bash", "-e", "-c", text],
        cwd=where,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@needs("sqlite3")
@pytest.mark.skipif(connection.vendor != "sqlite", reason="of SQLite")
def test_sqlite_is_backed_up_while_it_is_written_and_restored(tmp_path: Path) -> None:
    with world(orders=3) as toy:
        toy.go()
        links = LinkedEntity.objects.count()
        (tmp_path / "var").mkdir()
        (tmp_path / "var" / "tieback.sqlite3").symlink_to(connection.settings_dict["NAME"])
        shell(commands("sqlite3", ".backup"), tmp_path)
        (tmp_path / "var" / "tieback.sqlite3").unlink()
        for name in ("tieback.sqlite3", "tieback.sqlite3-wal"):
            (tmp_path / "var" / name).write_text("what was there before")
        shell(commands("cp backup.sqlite3"), tmp_path)
    restored = sqlite3.connect(tmp_path / "var" / "tieback.sqlite3")
    assert restored.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert restored.execute("SELECT count(*) FROM hub_linkedentity").fetchone() == (links,) == (3,)
    restored.close()


@pytest.fixture
def other_database() -> Iterator[str]:
    """The address of an empty database beside the tests' own."""
    name = f"tieback_restore_{uuid.uuid4().hex[:8]}"
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    yield urlsplit(database_url())._replace(path=f"/{name}").geturl()
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.mark.services
@pytest.mark.skipif(connection.vendor != "postgresql", reason="of PostgreSQL")
def test_postgresql_is_backed_up_and_restored_over_what_is_there(tmp_path: Path, other_database: str) -> None:
    with world(orders=3) as toy:
        toy.go()
        shell(commands("pg_dump"), tmp_path, DATABASE_URL=database_url())
    shell(
        'psql "$DATABASE_URL" -c "CREATE TABLE hub_linkedentity (left_over int)"', tmp_path, DATABASE_URL=other_database
    )
    for _ in range(2):
        shell(commands("pg_restore"), tmp_path, DATABASE_URL=other_database)
    count = subprocess.run(
        ["psql", other_database, "-tAc", "SELECT count(*) FROM hub_linkedentity WHERE state = 'linked'"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert count.stdout.strip() == "3"
