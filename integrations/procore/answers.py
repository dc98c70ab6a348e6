"""What Procore's documents say went wrong or right, whatever their shape.

https://developers.procore.com/documentation/error-reference
https://developers.procore.com/documentation/using-sync-actions
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..base.errors import BadReply

MAX_DEPTH = 8  # of nested error objects; deeper ones are not written by Procore


def error_messages(data: Any) -> tuple[str, ...]:
    """The reasons in an error body, as sentences for a person, each one once; () when there are none.

    Procore has no single form: `errors` is an object of fields, a list or a text; other bodies hold `message`, a
    structured `error`, or the `error` and `error_description` of OAuth.
    """
    if not isinstance(data, Mapping):
        return ()
    found = [*_field_errors(data.get("errors")), *_plain(data), *_structured(data.get("error"))]
    return tuple(dict.fromkeys(text for text in found if text))


def _plain(data: Mapping[str, Any]) -> Iterator[str]:
    yield from _texts(data.get("message"), data.get("error_description"))
    if not data.get("error_description"):  # beside a description, `error` is a code
        yield from _texts(data.get("error"))


def _structured(error: Any) -> Iterator[str]:
    if not isinstance(error, Mapping):
        return
    yield from _texts(error.get("message"))
    details = error.get("details")
    for detail in details if isinstance(details, list) else ():
        if isinstance(detail, Mapping):
            source = detail.get("source")
            label = _label(source) if isinstance(source, str) else ""
            yield from (_sentence(label, text) for text in _texts(detail.get("message")))


def _field_errors(value: Any, label: str = "", depth: int = 0) -> Iterator[str]:
    if depth > MAX_DEPTH:
        return
    if isinstance(value, str):
        yield _sentence(label, value.strip())
    elif isinstance(value, list):
        for item in value:
            yield from _field_errors(item, label, depth + 1)
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _field_errors(inner, _label(name) or label, depth + 1)


def _texts(*values: Any) -> Iterator[str]:
    return (value.strip() for value in values if isinstance(value, str))


def _label(name: str) -> str:
    """A field's name as a person would say it. `base` is the record itself; numbers are positions in a list."""
    words = name.removesuffix("_id").replace("_", " ").strip()
    return "" if name == "base" or name.isdigit() else words.capitalize()


def _sentence(label: str, text: str) -> str:
    if not label or not text:
        return text
    return f"{label}: {text}" if text[0].isupper() else f"{label} {text}"


@dataclass(frozen=True)
class SyncResult:
    """What a sync answer says of one update. Neither `entity` nor `messages`: the answer does not mention it."""

    id: int | None = None
    entity: Mapping[str, Any] | None = None
    messages: tuple[str, ...] = ()


@dataclass
class _Answer:
    """The two lists of a sync answer; errors are taken off once they have found the update they are about."""

    entities: list[Mapping[str, Any]]
    errors: list[Mapping[str, Any]]
    by_id: dict[Any, Mapping[str, Any]] = field(default_factory=dict)
    by_origin: dict[Any, Mapping[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for entity in self.entities:
            self.by_id[_key(entity.get("id"))] = entity
            self.by_origin[_key(entity.get("origin_id"))] = entity

    def result(self, update: Mapping[str, Any]) -> SyncResult:
        refused = next((e for e in self.errors if _echoes(e, update)), None)
        if refused is not None:
            self.errors.remove(refused)
            return SyncResult(messages=error_messages(refused) or ("Procore gave no reason.",))
        return self._done(update)

    def _done(self, update: Mapping[str, Any]) -> SyncResult:
        entity = None
        if update.get("id") is not None:
            entity = self.by_id.get(update["id"])
        elif update.get("origin_id") is not None:
            entity = self.by_origin.get(update["origin_id"])
        if entity is None:
            return SyncResult()
        identifier = entity.get("id")
        if not isinstance(identifier, int) or isinstance(identifier, bool) or abs(identifier) >= 2**63:
            raise BadReply("Procore's sync answer holds a record without a number as its id.")
        return SyncResult(identifier, entity)


def _key(value: Any) -> Any:
    """An id or outside key to look up by; None for what is neither."""
    return value if isinstance(value, int | str) else None


def _echoes(error: Mapping[str, Any], update: Mapping[str, Any]) -> bool:
    """An error repeats what was sent, and has no index: it is about the update with the same id and origin_id."""
    return all(error.get(name) == update.get(name) for name in ("id", "origin_id"))


def read_sync(data: Any, updates: Sequence[Mapping[str, Any]]) -> list[SyncResult]:
    """One result per update, in the order sent. Every update must carry an `id` or an `origin_id`.

    The answer is 200 also when every update failed: https://developers.procore.com/documentation/using-sync-actions
    Raises BadReply when the answer is not a sync answer.
    """
    answer = _Answer(_rows(data, "entities"), _rows(data, "errors"))
    return [answer.result(update) for update in updates]


def _rows(data: Any, name: str) -> list[Mapping[str, Any]]:
    rows = data.get(name) if isinstance(data, Mapping) else None
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise BadReply(f"Procore's sync answer holds no list of {name}.")
    return list(rows)
