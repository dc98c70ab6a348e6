"""A new release may be migrated to while workers of the one before go on: every migration since then is looked at."""

from __future__ import annotations

import pytest
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from hub.quiet import AddIndexQuietly
from tests.architecture.migration_rules import APP, breaches, locked

RELEASED = "0001_initial"  # the last migration of the release before; moves on when the next one is out


def since_release() -> list[migrations.Migration]:
    loader = MigrationLoader(None)
    plan = loader.graph.forwards_plan(loader.graph.leaf_nodes(APP)[0])
    names = [name for app, name in plan if app == APP]
    return [loader.graph.nodes[APP, name] for name in names[names.index(RELEASED) + 1 :]]


def state_at(name: str) -> ProjectState:
    return MigrationLoader(None).project_state((APP, name))


def test_old_workers_go_on_while_it_runs() -> None:
    released, found = state_at(RELEASED), dict[str, list[str]]()
    state = released.clone()
    for one in since_release():
        if told := breaches(one.operations, released, state):
            found[one.name] = told
        state = one.mutate_state(state, preserve=True)
    assert found == {}
    assert len(since_release()) > 5


def test_a_migration_locks_one_table_at_most() -> None:
    released = state_at(RELEASED)
    state = released.clone()
    for one in since_release():
        assert len(locked(one.operations, released, state)) <= 1, one.name
        state = one.mutate_state(state, preserve=True)
    both = [GOOD["a column that may be empty"], GOOD["a longer column"], GOOD["a new table"]]
    assert locked(both, released, released) == {"jobrecord", "grant"}
    assert locked([GOOD["more choices"]], released, released) == set()


def test_quiet_indexes_stand_alone() -> None:
    """PostgreSQL builds none inside a transaction."""
    for one in since_release():
        quiet = [operation for operation in one.operations if isinstance(operation, AddIndexQuietly)]
        assert not quiet or (len(one.operations) == len(quiet) == 1 and not one.atomic), one.name


def text(**how: object) -> models.CharField[str, str]:
    return models.CharField(**{"max_length": 50, **how})  # type: ignore[arg-type]


def drop(name: str) -> migrations.RemoveField:
    return migrations.RemoveField("grant", name)


def apart(*, state: Operation | None = None, database: Operation | None = None) -> Operation:
    return migrations.SeparateDatabaseAndState([database] if database else [], [state] if state else [])


INDEX = models.Index(fields=["label"], name="by_label")
BAD: dict[str, Operation] = {
    "a value that old workers do not give": migrations.AddField("jobrecord", "colour", text(default="")),
    "a column goes": drop("client_id"),
    "a column goes from the database while it is read": apart(database=drop("client_id")),
    "a column that needs a value leaves the models": apart(state=drop("client_id")),
    "a column has another name": migrations.RenameField("grant", "client_id", "app_id"),
    "a table goes": migrations.DeleteModel("grant"),
    "a table has another name": migrations.RenameModel("grant", "login"),
    "a column becomes shorter": migrations.AlterField("grant", "client_id", text(max_length=20)),
    "a column becomes unique": migrations.AlterField("grant", "client_id", text(max_length=200, unique=True)),
    "a column becomes something else": migrations.AlterField("grant", "version", text()),
    "a column must be filled": migrations.AlterField("grant", "expires_at", models.DateTimeField()),
    "an index that locks the table": migrations.AddIndex("jobrecord", INDEX),
    "a rule that old rows may break": migrations.AddConstraint(
        "grant", models.UniqueConstraint(fields=["client_id"], name="one_app")
    ),
    "statements that nobody can judge": migrations.RunSQL("UPDATE hub_grant SET name = ''"),
}
GOOD: dict[str, Operation] = {
    "a column that may be empty": migrations.AddField("jobrecord", "colour", text(null=True)),
    "a column that the database fills": migrations.AddField("jobrecord", "colour", text(db_default="")),
    "a new table": migrations.CreateModel("Colour", [("id", models.BigAutoField(primary_key=True))]),
    "more choices": migrations.AlterField("grant", "client_id", text(max_length=200, choices=[("a", "A")])),
    "a longer column": migrations.AlterField("grant", "client_id", text(max_length=400)),
    "an index built quietly": AddIndexQuietly("jobrecord", INDEX),
    "a column that may be empty leaves the models": apart(state=drop("expires_at")),
}


@pytest.mark.parametrize("what", BAD)
def test_what_old_workers_would_stumble_over_is_seen(what: str) -> None:
    released = state_at(RELEASED)
    assert len(breaches([BAD[what]], released, released)) == 1


@pytest.mark.parametrize("what", GOOD)
def test_what_they_do_not_notice_is_let_through(what: str) -> None:
    released = state_at(RELEASED)
    assert breaches([GOOD[what]], released, released) == []


def test_a_column_that_the_release_no_longer_knows_may_go() -> None:
    released = state_at(RELEASED)
    apart(state=drop("expires_at")).state_forwards(APP, released)
    assert breaches([apart(database=drop("expires_at"))], released, released) == []


def test_a_table_that_the_release_does_not_know_is_changed_freely() -> None:
    released = state_at(RELEASED)
    new = [GOOD["a new table"], migrations.AddField("colour", "name", text()), migrations.AddIndex("colour", INDEX)]
    assert breaches(new, released, released) == []
