"""Reading a configuration file: every entry by itself, so that all faults are found at once."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from hub.texts import storable

from . import schema
from .faults import ConfigError, dotted, entry_lines

E = TypeVar("E", bound=schema.Section)


@dataclass(frozen=True)
class Placed(Generic[E]):
    """An entry and where it stands: `tenants[1]`, counted from 0."""

    place: str
    entry: E


@dataclass
class Document:
    """The entries of a file in order. `faults` are lines about what could not be read."""

    customers: list[Placed[schema.Customer]] = field(default_factory=list)
    grants: list[Placed[schema.Grant]] = field(default_factory=list)
    connections: list[Placed[schema.Connection]] = field(default_factory=list)
    tenants: list[Placed[schema.Tenant]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)  # names of entries that could not be read, so nobody misses them


def read(path: Path) -> Document:
    """Raises ConfigError when the file is not readable as TOML; other faults are in the document."""
    try:
        with path.open("rb") as file:
            data = tomllib.load(file)
    except OSError as error:
        raise ConfigError([f"{path}: {error.strerror}"]) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError([f"{path}: is not valid TOML: {error}"]) from error
    except (RecursionError, ValueError) as error:  # thousands of brackets, a number of thousands of digits
        raise ConfigError([f"{path}: cannot be read: it is nested too deeply or has too long a number"]) from error
    return parse(data, path.parent)


def parse(data: dict[str, Any], folder: Path) -> Document:
    """`folder` is where relative paths of secret files begin. Raises ConfigError for texts that no database holds."""
    if places := list(_unstorable(data)):
        raise ConfigError([f"{place}: holds characters that cannot be stored" for place in places])
    document = Document()
    for section, entries in data.items():
        kind = schema.SECTIONS.get(section)
        if kind is None:
            document.faults.append(f"{section}: there is no such section; sections are {', '.join(schema.SECTIONS)}")
        elif not isinstance(entries, list):
            document.faults.append(f"{section}: must be written as [[{section}]]")
        else:
            _read_section(document, section, kind, entries, folder)
    return document


def _unstorable(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[str]:
    if isinstance(value, str) and not storable(value):
        yield dotted("", path)
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from _unstorable(inner, (*path, key))
        if isinstance(key, str) and not storable(key):
            yield dotted("", path) or "the file"


def _read_section(
    document: Document, section: str, kind: type[schema.Section], entries: list[Any], folder: Path
) -> None:
    seen: set[tuple[str, ...]] = set()
    for number, raw in enumerate(entries):
        place = f"{section}[{number}]"
        entry = _read_entry(document, place, kind, raw, folder)
        if entry is None:
            document.broken |= _names(raw)
        elif entry.identity in seen:
            document.faults.append(f"{place}: “{entry.identity[-1]}” is in the file twice")
        else:
            seen.add(entry.identity)
            getattr(document, section).append(Placed(place, entry))


def _read_entry(document: Document, place: str, kind: type[E], raw: Any, folder: Path) -> E | None:
    """An entry with faults in some of its parts goes on without them, so that the rest of it is checked as well.
    Nothing of a document with faults is ever stored."""
    try:
        return kind.model_validate(raw, context={"folder": folder})
    except ValidationError as error:
        document.faults += entry_lines(place, error)
        wrong = {one["loc"][0] for one in error.errors() if one["loc"]}
    if not isinstance(raw, dict) or not wrong:
        return None
    try:
        return kind.model_validate(
            {key: value for key, value in raw.items() if key not in wrong}, context={"folder": folder}
        )
    except ValidationError:
        return None


def _names(raw: Any) -> set[str]:
    """What other entries may call an entry that could not be read."""
    values = (raw.get("slug"), raw.get("name")) if isinstance(raw, dict) else ()
    return {value for value in values if isinstance(value, str)}
