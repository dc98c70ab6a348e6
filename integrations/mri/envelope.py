"""What stands around records: JSON and XML in one form, the next page's link, the errors.

JSON holds `value` and `nextLink`; XML is a root named like the API with `entry` elements and `nextPageLink`. Either
may hold an `Error` inside a record although the status is 200.
"""

from __future__ import annotations

import xml.parsers.expat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import xmltodict

from ..base.errors import BadReply
from ..base.parsing import parse_json

KEPT = 500  # characters of an answer that is no data
MAX_DEPTH = 40
BOM = "\ufeff"


@dataclass(frozen=True)
class Envelope:
    """The records of one answer, as MRI sent them. `next_link` is "" on the last page."""

    records: Sequence[Mapping[str, Any]]
    next_link: str = ""


def is_web_page(text: str, content_type: str = "") -> bool:
    """A login page, a proxy's page or an ASP error: never read as data."""
    start = text.lstrip(BOM + " \t\r\n")[:200].lower()
    if start.startswith(("<!doctype html", "<html")):
        return True
    return "text/html" in content_type and start.startswith("<") and not start.startswith(("<?xml", "<mri_"))


def parse(content: bytes, content_type: str) -> Any:
    """An answer as plain data. Raises ValueError for web pages and whatever else is neither JSON nor XML."""
    text = content.decode("utf-8", "replace").lstrip(BOM)
    if is_web_page(text, content_type):
        raise ValueError("a web page")
    if text.lstrip().startswith("<"):
        return parse_xml(content)
    return parse_json(text)


# XML.


class _Expat:
    """Expat that refuses a document type: with none, there are no entities to expand or to fetch."""

    @staticmethod
    def ParserCreate(encoding: str | None, separator: str | None) -> Any:  # noqa: N802  xmltodict calls it so
        parser = xml.parsers.expat.ParserCreate(encoding, separator)
        parser.StartDoctypeDeclHandler = _refuse_doctype
        return parser


def _refuse_doctype(*declared: object) -> NoReturn:
    raise ValueError("a document type is not accepted")


def parse_xml(content: bytes) -> Any:
    """XML in the form of the JSON answers: {"value": [...], "nextLink": …}. All values are text, empty ones None.

    Raises ValueError for broken XML, a document type and absurd nesting.
    """
    try:
        tree = xmltodict.parse(content, encoding=None, expat=_Expat, strip_whitespace=False)
    except xml.parsers.expat.ExpatError as error:
        raise ValueError("broken XML") from error
    (root, inner), *_ = tree.items()
    plain = _plain(inner)
    if not isinstance(plain, dict):
        return {"value": []} if plain is None else {"error": {"message": plain}}
    if str(root).lower() == "error":
        return {"error": plain}
    entries, link = plain.pop("entry", None), plain.pop("nextPageLink", None)
    return {**plain, "value": _many(entries), **({"nextLink": link} if link else {})}


def _plain(value: Any, depth: int = 0) -> Any:
    """Without attributes, and without the blanks between child elements."""
    if depth > MAX_DEPTH:
        raise ValueError("nested too deeply")
    if isinstance(value, list):
        return [_plain(item, depth + 1) for item in value]
    if not isinstance(value, dict):
        return value
    children = {key: _plain(item, depth + 1) for key, item in value.items() if key[0] not in "@#"}
    return children or value.get("#text")


def _many(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


# Records.


def at(data: Any, path: str) -> Any:
    """What stands at a dotted path, or None."""
    for name in filter(None, path.split(".")):
        data = data.get(name) if isinstance(data, Mapping) else None
    return data


def several(value: Any, where: str) -> list[Mapping[str, Any]]:
    """One record, many, or none; with or without `entry` around them. Raises BadReply for anything else."""
    if isinstance(value, Mapping) and set(value) == {"entry"}:
        value = value["entry"]
    found = _many(value)
    if not all(isinstance(one, Mapping) for one in found):
        raise BadReply(f"MRI sent something other than records in “{where}”.")
    return found


def children(record: Mapping[str, Any], path: str) -> list[Mapping[str, Any]]:
    """The lines of a record at a path such as `Lines.entry`, however they are wrapped: one as an object, several as a
    list, with or without `entry`. Raises BadReply."""
    parent, _, last = path.rpartition(".")
    if last == "entry" and not isinstance(at(record, parent), Mapping):
        return several(at(record, parent), parent)
    return several(at(record, path), path)


def opened(data: Any, record_path: str = "value") -> Envelope:
    """The records of an answer; `value` may be missing when there are none. Raises BadReply."""
    if data is None:
        return Envelope(())
    if not isinstance(data, Mapping):
        raise BadReply("MRI sent a list where a document belongs.")
    link = data.get("nextLink") or data.get("nextPageLink") or ""
    if not isinstance(link, str):
        raise BadReply("MRI sent a next link that is no address.")
    return Envelope(tuple(children(data, record_path)), link.strip())


# Errors.


def record_errors(data: Any, record_path: str = "value") -> tuple[str, ...]:
    """The errors inside the records of an answer."""
    if not isinstance(data, Mapping):
        return ()
    try:
        records = opened(data, record_path).records
    except BadReply:
        return ()
    return tuple(message for record in records if (message := record_error(record)))


def record_error(record: Mapping[str, Any]) -> str:
    """Why MRI refused this record, or ""."""
    return " ".join(_texts(record.get("Error")))


def document_errors(data: Any) -> tuple[str, ...]:
    """The errors of an answer as a whole: `error` as an object or text, or `message` without records."""
    if not isinstance(data, Mapping):
        return ()
    found = list(_texts(data.get("error") or data.get("Error")))
    if not found and "value" not in data:
        found = list(_texts(data.get("message") or data.get("Message")))
    return tuple(dict.fromkeys(found))


def _texts(error: Any) -> Iterator[str]:
    """The sentences of an error in any of its shapes."""
    if isinstance(error, str) and error.strip():
        yield error.strip()
    elif isinstance(error, list):
        for one in error:
            yield from _texts(one)
    elif isinstance(error, Mapping) and error:
        told = [error[name] for name in ("message", "Message", "value") if error.get(name)]
        if told:
            yield from _texts(told[0])
        elif "entry" in error:
            yield from _texts(error["entry"])
        elif error.get("code"):
            yield f"error {error['code']}"
        elif any(error.values()):
            yield str(dict(error))[:KEPT]
