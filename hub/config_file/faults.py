"""What is wrong with a configuration file: one line each, naming the place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from pydantic import ValidationError as EntryError


class ConfigError(ValueError):
    """The file cannot be loaded. `lines` say where and why; nothing has been stored."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = tuple(lines)


def dotted(place: str, path: Iterable[str | int]) -> str:
    """`tenants[1]` and ("settings", "due_days") make `tenants[1].settings.due_days`."""
    for part in path:
        place += f"[{part}]" if isinstance(part, int) else f".{part}" if place else str(part)
    return place


def entry_lines(place: str, error: EntryError) -> list[str]:
    """One line per fault pydantic found. Values are not repeated: they may be secrets."""
    return [f"{dotted(place, _path(one['loc']))}: {_words(one['type'], one['msg'])}" for one in error.errors()]


def _path(path: tuple[str | int, ...]) -> list[str | int]:
    return [part for part in path if part != "[key]"]


def _words(kind: str, message: str) -> str:
    plain = {"missing": "is missing", "extra_forbidden": "there is no such key here"}
    return plain.get(kind, message.removeprefix("Value error, "))


def model_lines(place: str, error: ValidationError, names: dict[str, str]) -> list[str]:
    """One line per fault Django's model found; `names` are the file's names of model fields."""
    lines = []
    for field, messages in error.message_dict.items():
        where = place if field == NON_FIELD_ERRORS else dotted(place, [names.get(field, field)])
        lines += [f"{where}: {message}" for message in messages]
    return lines
