"""What the pretend Procore remembers: rows in tables, one table for each type of record in each company."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

from ...base.sandbox.kernel import Clock
from .hooks import News

R = TypeVar("R", bound="Row")

FIRST_ID = 598_134_325_510_000  # ids of the newer regions have 15 digits
STEP = 7


class World:
    """What all companies of one Procore share: the clock and the ids."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.files_url = "https://storage.procore.com"  # where links to files lead; a demo has its own
        self._last_id = FIRST_ID
        self.news = News()

    def new_id(self) -> int:
        self._last_id += STEP
        return self._last_id

    def now(self) -> datetime:
        return self.clock.now().replace(microsecond=0)


class Row:
    """One record: `row["name"]` reads a column, `row.change(name=…)` writes, as a person would on the web site."""

    def __init__(self, table: Table, values: Mapping[str, Any]) -> None:
        table.check_columns(values)
        self._table = table
        self._values = {**table.defaults, **values}
        self.id = table.world.new_id()
        self.created_at = self.updated_at = table.world.now()

    def __getitem__(self, column: str) -> Any:
        return self._values[column]

    def has(self, column: str) -> bool:
        return column in self._values

    def __repr__(self) -> str:
        return f"<{self._table.name} {self.id} {self._values.get('name', '')!r}>"

    def change(self, **values: Any) -> None:
        """Write columns; `updated_at` moves only when something is different."""
        self._table.check_columns(values)
        if any(self._values[column] != value for column, value in values.items()):
            self._table.forget_origin(self)
            self._values.update(values)
            self._table.note_origin(self)
            self.touch()

    def remember(self) -> Callable[[], None]:
        """What takes the record back to how it is now, as far as its own columns go."""
        values, updated_at = dict(self._values), self.updated_at

        def back() -> None:
            self._table.forget_origin(self)
            self._values, self.updated_at = values, updated_at
            self._table.note_origin(self)

        return back

    def touch(self) -> None:
        """Something that belongs to this record has changed."""
        self.updated_at = self._table.world.now()
        self._table.tell("update", self)

    def remove(self) -> None:
        self._table.drop(self)


@contextmanager
def whole_or_not_at_all(*rows: Row) -> Iterator[None]:
    """A call that is refused half way leaves these records as they were."""
    ways_back = [row.remember() for row in rows]
    try:
        yield
    except Exception:
        for back in ways_back:
            back()
        raise


class Table:
    """The records of one type in one company. An origin_id occurs once in it.

    https://developers.procore.com/documentation/using-sync-actions : unique within a company, not only a project.
    """

    def __init__(self, world: World, name: str, defaults: Mapping[str, Any]) -> None:
        self.world, self.name, self.defaults = world, name, defaults
        self._rows: dict[int, Row] = {}
        self._origins: dict[str, Row] = {}
        self.told: Callable[[str, Row], None] | None = None  # whoever wants to hear of its rows
        self.version = 0  # counts the changes, for what is worked out from the whole table

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows.values())

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, **values: Any) -> Row:
        return self.keep(Row(self, values))

    def keep(self, row: R) -> R:
        """Take in a row that was made for this table."""
        self._rows[row.id] = row
        self.note_origin(row)
        self.tell("create", row)
        return row

    def drop(self, row: Row) -> None:
        self.forget_origin(row)
        self._rows.pop(row.id, None)
        self.version += 1
        self.tell("delete", row)

    def tell(self, kind: str, row: Row) -> None:
        """What became of a row: create, update, delete."""
        if self.told is not None:
            self.told(kind, row)

    def get(self, row_id: object) -> Row | None:
        """The row with this id, given as a number or as its digits."""
        if isinstance(row_id, str) and row_id.isdigit():
            row_id = int(row_id)
        return self._rows.get(row_id) if isinstance(row_id, int) else None

    def with_origin(self, origin_id: object) -> Row | None:
        return self._origins.get(str(origin_id)) if origin_id not in (None, "") else None

    def where(self, test: Callable[[Row], bool]) -> list[Row]:
        return [row for row in self if test(row)]

    def named(self, name: str) -> Row | None:
        return next((row for row in self if row["name"] == name), None)

    def check_columns(self, values: Mapping[str, Any]) -> None:
        unknown = values.keys() - self.defaults.keys()
        if unknown:
            raise TypeError(f"{self.name} has no {', '.join(sorted(unknown))}")

    def note_origin(self, row: Row) -> None:
        self.version += 1
        if row["origin_id"]:
            self._origins[row["origin_id"]] = row

    def forget_origin(self, row: Row) -> None:
        if self._origins.get(row["origin_id"]) is row:
            del self._origins[row["origin_id"]]
