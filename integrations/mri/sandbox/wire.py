"""Records as the service writes and reads them: JSON and XML envelopes, names and forms of fields."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import xmltodict
from werkzeug.wrappers import Response

from .shapes import Api, Field, by_column
from .state import Row
from .switches import Switches

READ_FORMS = ("%Y-%m-%d", "%m-%d-%Y", "%m/%d/%Y", "%Y-%m-%dT%H:%M:%S")
FLAGS = {"y": True, "n": False, "true": True, "false": False}


class BadField(ValueError):
    """A record is refused for this field; the text says why."""


# Out.


def show(api: Api, row: Row, switches: Switches) -> dict[str, Any]:
    shown = _fields(api.fields, row, switches)
    if api.lines:
        shown["Lines"] = _lines([_fields(api.lines, line, switches) for line in row.get("lines", ())], switches)
    return shown


def _lines(lines: list[dict[str, Any]], switches: Switches) -> Any:
    if switches.lines == "list":
        return lines
    return {"entry": lines[0] if len(lines) == 1 and switches.one_line == "object" else lines}


def _fields(fields: Mapping[str, Field], row: Row, switches: Switches) -> dict[str, Any]:
    shown = {}
    for column, one in fields.items():
        value = row.get(column)
        if value is None and switches.empty_fields == "missing":
            continue
        shown[one.name] = None if value is None else _shown(one, value, switches)
    return shown


def _shown(one: Field, value: Any, switches: Switches) -> Any:
    if one.kind == "a":
        amount = f"{Decimal(value):.2f}"
        return amount if switches.numbers == "text" else float(amount)
    if one.kind == "d":
        moment = value.strftime("%Y-%m-%dT%H:%M:%S") if isinstance(value, datetime) else f"{value}T00:00:00"
        return moment + ("." + "0" * switches.date_digits if switches.date_digits else "")
    if one.kind == "f":
        return ("Y" if value else "N") if switches.flags == "Y" else str(bool(value))
    return str(value)


def answer(api_name: str, rows: list[dict[str, Any]], link: str, form: str, metadata: str, nothing: str) -> Response:
    """`link` is "" on the last page. XML has the root of the API's name, and writes a missing value as an empty one."""
    if form == "xml":
        body: dict[str, Any] = {"entry": rows} if rows else {}
        tree = {api_name.lower(): {**body, **({"nextPageLink": link} if link else {})}}
        return Response(xmltodict.unparse(_without_lists(tree)), content_type="application/xml; charset=utf-8")
    document: dict[str, Any] = {"odata.metadata": metadata}
    if link:
        document["nextLink"] = link
    if rows or nothing != "missing":
        document["value"] = rows if rows or nothing == "empty" else None
    return Response(json.dumps(document, ensure_ascii=False), content_type="application/json; charset=utf-8")


def _without_lists(value: Any) -> Any:
    """A plain list of lines has the same `entry` elements in XML."""
    if isinstance(value, dict):
        return {
            key: {"entry": _without_lists(item)} if isinstance(item, list) and key != "entry" else _without_lists(item)
            for key, item in value.items()
        }
    return [_without_lists(item) for item in value] if isinstance(value, list) else value


def refused(message: str, status: int = 400) -> Response:
    body = {"error": {"code": str(status), "message": message}}
    return Response(json.dumps(body), status=status, content_type="application/json; charset=utf-8")


# In.


def records_in(body: bytes, content_type: str) -> tuple[list[Any], str]:
    """The records of a write and its metadata. Raises ValueError."""
    if "xml" in content_type:
        (inner,) = xmltodict.parse(body).values()
        return _many((inner or {}).get("entry")), ""
    document = json.loads(body)
    return _many(document.get("value")), str(document.get("odata.metadata") or "")


def _many(value: Any) -> list[Any]:
    if isinstance(value, dict) and set(value) == {"entry"}:
        value = value["entry"]
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def read(api: Api, record: Mapping[str, Any], switches: Switches) -> Row:
    """The row that a sent record stands for. Raises BadField."""
    row = _read(api.fields, {name: value for name, value in record.items() if name != "Lines"}, switches)
    if api.lines:
        row["lines"] = [_read(api.lines, line, switches) for line in _many(record.get("Lines"))]
    return row


def _read(fields: Mapping[str, Field], record: Mapping[str, Any], switches: Switches) -> Row:
    columns, row = by_column(fields), Row()
    for name, value in record.items():
        column = columns.get(name.lower())
        if column is not None:
            row[column] = _taken(fields[column], value, switches)
        elif switches.unknown_fields == "refuse":
            raise BadField(f"{name} is not a field of this API.")
    for column, one in fields.items():
        if one.required and row.get(column) in (None, ""):
            raise BadField(f"{one.name} is required.")
    return row


def _taken(one: Field, value: Any, switches: Switches) -> Any:
    text = "" if value is None else str(value)
    if not text:
        return None
    if one.kind == "a":
        return _amount(one, text)
    if one.kind == "d":
        return _day(one, text)
    if one.kind == "f":
        if text.lower() not in FLAGS:
            raise BadField(f"{one.name} must be Y or N.")
        return FLAGS[text.lower()]
    if one.length and len(text) > one.length:
        if switches.too_long == "refuse":
            raise BadField(f"{one.name} exceeds its maximum length of {one.length}.")
        return text[: one.length]
    return text


def _amount(one: Field, text: str) -> Decimal:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise BadField(f"{one.name} is not a valid number.") from None
    if not amount.is_finite():
        raise BadField(f"{one.name} is not a valid number.")
    return amount


def _day(one: Field, text: str) -> date:
    for form in READ_FORMS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007  a calendar date
        except ValueError:
            continue
    raise BadField(f"{one.name} is not a valid date.")
