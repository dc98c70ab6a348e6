"""What a migration may do while workers of the release before are still at work.

Old code reads and writes every column it knows, names none that it does not know, and may hold a task for minutes. So
the next release only adds: what is no longer needed first leaves the models (the column must be able to stay empty),
and the release after that takes it out of the database.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.migrations import operations as ops
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import NOT_PROVIDED, Field

from hub.quiet import AddIndexQuietly

APP = "hub"
HARMLESS = (ops.CreateModel, ops.RunPython, ops.AlterModelOptions, ops.AlterModelManagers, AddIndexQuietly)


def breaches(operations: Sequence[Operation], released: ProjectState, before: ProjectState) -> list[str]:
    """What the workers of the release would stumble over; sentences. `released`: the models as that release knows
    them, `before`: as they are when the migration begins."""
    state, found = before.clone(), list[str]()
    for one in operations:
        found += _judge(one, released, state)
        one.state_forwards(APP, state)
    return found


def locked(operations: Sequence[Operation], released: ProjectState, before: ProjectState) -> set[str]:
    """The tables of the release that a migration locks. Of two, a worker may hold one and wait for the other."""
    state, tables = before.clone(), set[str]()
    for one in operations:
        inner = one.database_operations if isinstance(one, ops.SeparateDatabaseAndState) else [one]
        for change in inner:
            if _model_of(change) in released.models and not (
                isinstance(change, ops.AlterField) and _same(change, state)
            ):
                tables.add(_name(change))
        one.state_forwards(APP, state)
    return tables


def _same(one: ops.AlterField, state: ProjectState) -> bool:
    """Whether the column stays as it is: choices, names and help are none of the database's business."""
    old: Any = state.models[APP, one.model_name_lower].fields[one.name]
    return _column(old) == _column(one.field)


def _column(field: Any) -> tuple[Any, ...]:
    _, path, args, named = field.deconstruct()
    return path, args, {name: value for name, value in named.items() if name not in field.non_db_attrs}


def _judge(one: Operation, released: ProjectState, state: ProjectState) -> Iterator[str]:
    if isinstance(one, HARMLESS):
        return
    if isinstance(one, ops.SeparateDatabaseAndState):
        yield from _separate(one, released, state)
    elif _model_of(one) not in released.models and (APP, _name(one)) in state.models:
        return  # nobody who is at work knows this table yet
    elif isinstance(one, ops.AddField):
        if not _may_be_unnamed(one.field):
            yield f"{_name(one)}.{one.name} is new and needs a value: give it null=True or a db_default"
    elif isinstance(one, ops.AlterField):
        yield from _altered(one, state)
    elif isinstance(one, ops.AddIndex):
        yield f"an index on {_name(one)} holds up whoever writes; use AddIndexQuietly in a migration of its own"
    elif isinstance(one, ops.RemoveIndex | ops.RemoveConstraint):
        return
    else:
        yield f"{type(one).__name__} of {_name(one) or 'something'}: old workers could not go on with it"


def _separate(one: ops.SeparateDatabaseAndState, released: ProjectState, state: ProjectState) -> Iterator[str]:
    """Leaving the models first, the database a release later."""
    for left in one.state_operations:
        if isinstance(left, ops.RemoveField):
            field = state.models[APP, left.model_name_lower].fields[left.name]
            if not _may_be_unnamed(field):
                yield f"{left.model_name}.{left.name} leaves the models, and new rows could not be stored without it"
    for dropped in one.database_operations:
        known = released.models.get((APP, _name(dropped)))
        if not isinstance(dropped, ops.RemoveField):
            yield f"{type(dropped).__name__} in the database only"
        elif known is not None and dropped.name in known.fields:
            yield f"{dropped.model_name}.{dropped.name} is still read by the release before"


def _altered(one: ops.AlterField, state: ProjectState) -> Iterator[str]:
    old: Any = state.models[APP, one.model_name_lower].fields[one.name]
    new: Any = one.field
    place = f"{_name(one)}.{one.name}"
    if old.null and not new.null and new.db_default is NOT_PROVIDED:
        yield f"{place} must not be empty any more, and old workers leave it empty"
    if (new.unique and not old.unique) or type(new) is not type(old):
        yield f"{place} becomes something that old workers do not know"
    if (getattr(new, "max_length", None) or 0) < (getattr(old, "max_length", None) or 0):
        yield f"{place} becomes shorter than what old workers write"


def _may_be_unnamed(field: Field[Any, Any]) -> bool:
    """Whether a row can be stored by somebody who does not know the column."""
    return field.many_to_many or field.null or field.db_default is not NOT_PROVIDED


def _name(one: Any) -> str:
    return str(getattr(one, "model_name", getattr(one, "name", ""))).lower()


def _model_of(one: Any) -> tuple[str, str]:
    return APP, _name(one)
