"""Vendors whose API looks different at each customer: how the hub lets people set it up, operation by operation.

What is set up is the vendor's own: plain JSON data, a connection's `profile`. The hub keeps it, draws the `Sheet` of
an operation as a form and gives back what was typed; `Interface` says what that means and what is wrong with it. Every
value in a form is text, a flag is "on" or "".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal, Protocol

from .client import ApiClient

Data = Mapping[str, Any]
Choice = tuple[str, str]  # value, label
Kind = Literal["text", "number", "flag", "choice", "choices", "hidden"]


class State(StrEnum):
    VERIFIED = "verified"  # a person has compared it with the vendor's own and said so
    ASSUMED = "assumed"  # as it ships
    CHANGED = "changed"  # set up here, and not verified since
    UNUSED = "unused"  # switched off, or not set up
    PLAIN = "plain"  # no call by itself: there is nothing to verify


@dataclass(frozen=True)
class Operation:
    """One line of the overview. `call` is how it looks at the vendor; `by` and `on` say who verified it and when."""

    name: str
    title: str
    writes: bool
    state: State
    call: str = ""
    by: str = ""
    on: str = ""
    faults: int = 0


@dataclass(frozen=True)
class Cell:
    """One thing to set. `offers` are names to pick from beside typing; several `choices` are separated by blanks."""

    name: str
    label: str
    kind: Kind = "text"
    value: str = ""
    choices: Sequence[Choice] = ()
    offers: Sequence[str] = ()
    help: str = ""
    fault: str = ""

    @property
    def chosen(self) -> Sequence[str]:
        return self.value.split()


@dataclass(frozen=True)
class Line:
    """A row of a table. One with a label stands for that, whether or not it is filled in."""

    cells: Sequence[Cell]
    label: str = ""
    note: str = ""
    fault: str = ""


@dataclass(frozen=True)
class Table:
    """Rows with the same cells; `heading` is over their labels. `faults` are about the table as a whole."""

    name: str
    label: str
    lines: Sequence[Line]
    help: str = ""
    faults: Sequence[str] = ()
    heading: str = ""

    @property
    def columns(self) -> Sequence[Cell]:
        return [cell for cell in self.lines[0].cells if cell.kind != "hidden"] if self.lines else []

    @property
    def offers(self) -> Sequence[str]:
        """Names to pick from, the same in every row."""
        return next((cell.offers for line in self.lines for cell in line.cells if cell.offers), ())


@dataclass(frozen=True)
class Sheet:
    """An operation's form."""

    operation: Operation
    cells: Sequence[Cell]
    tables: Sequence[Table]
    asks: Sequence[Cell] = ()  # what a probe may be narrowed by

    def all_faults(self) -> Iterator[str]:
        yield from (cell.fault for cell in self.cells if cell.fault)
        for table in self.tables:
            yield from table.faults
            yield from (line.fault for line in table.lines if line.fault)
            yield from (cell.fault for line in table.lines for cell in line.cells if cell.fault)


@dataclass(frozen=True)
class Values:
    """What was typed into a sheet: cells by name, rows by the table's name."""

    cells: Mapping[str, str]
    rows: Mapping[str, Sequence[Mapping[str, str]]]


@dataclass(frozen=True)
class Sample:
    """A field as the vendor sent it. `used` is what we call it, "" for one that no row names."""

    name: str
    value: str
    used: str = ""


@dataclass(frozen=True)
class Probed:
    """What one record looks like. `message` says what went wrong, or that there is none yet."""

    ok: bool
    message: str
    samples: Sequence[Sample] = ()
    names: Sequence[str] = ()  # to keep with the operation, to pick from later
    lacking: Sequence[str] = field(default_factory=tuple)  # names that a row has and the record does not


@dataclass(frozen=True)
class Statement:
    """Who says that an operation is as the vendor has it, and since when (an ISO date)."""

    by: str
    on: str


class Interface(Protocol):
    """All pure but for `probe`. A profile is never changed, a new one is given back. Unknown operations: KeyError."""

    def default(self) -> Data:
        """The profile that ships: nothing in it is verified."""

    def operations(self, profile: Data) -> Sequence[Operation]: ...

    def sheet(self, profile: Data, operation: str) -> Sheet:
        """The form as it is filled in, with what is wrong said where it is."""

    def filled(self, profile: Data, operation: str, values: Values) -> Data:
        """The profile with what was typed, right or wrong. A change of how the vendor is called takes the statement
        back."""

    def probe(self, client: ApiClient, profile: Data, operation: str, given: Mapping[str, str]) -> Probed:
        """Read one record as the profile says, verified or not; `given` answers what the sheet asks for. Raises nothing
        of the error tree."""

    def seen(self, profile: Data, operation: str, names: Sequence[str]) -> Data:
        """Keep the names that a probe has found."""

    def stated(self, profile: Data, operation: str, statement: Statement | None) -> Data:
        """Verified by this statement; None takes the verification back."""

    def configured(self, profile: Data, changes: Data) -> tuple[Data, Sequence[tuple[str, str]]]:
        """The profile with what a configuration file says of it, and faults as (place, sentence). The file names what
        differs from the profile that ships."""
