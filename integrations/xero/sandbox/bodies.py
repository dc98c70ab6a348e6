"""Reading what callers send: parameters, dates and bodies."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID
from xml.etree import ElementTree

from werkzeug.wrappers import Request

from ...base.client import parse_json
from .wire import NO_ID

LARGEST_EXPONENT = 12  # no amount of money has more digits; what is larger would not survive the arithmetic
GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class BadPost(Exception):
    """The body cannot be read: 400 with ErrorNumber 14, whatever summarizeErrors says."""


class BadParameter(Exception):
    """A parameter cannot be read: 400 with a bare sentence."""


class Unhandled(Exception):
    """The body is of a form that the service did not expect: 500."""


def argument(request: Request, name: str) -> str:
    """A query parameter; Xero does not mind its case."""
    return next((value for key, value in request.args.items() if key.lower() == name.lower()), "")


def ids(request: Request, name: str) -> set[str]:
    """A parameter that lists ids, with or without hyphens. Raises BadParameter.

    https://github.com/XeroAPI/xero-node/issues/502 shows the words.
    """
    try:
        parts = [part.strip() for part in argument(request, name).split(",")]
        return {str(UUID(_id_alone(part))) for part in parts if part}
    except ValueError:
        raise BadParameter(f"Supplied parameter '{name.removesuffix('IDs')}Ids' cannot be parsed.") from None


def _id_alone(text: str) -> str:
    if not (GUID.fullmatch(text) or re.fullmatch("[0-9a-fA-F]{32}", text)):
        raise ValueError(text)
    return text


def summarised(request: Request) -> bool:
    return argument(request, "summarizeErrors").lower() != "false"


def modified_since(request: Request) -> datetime | None:
    """Second precision; a value in any other form is ignored, and everything comes back.

    https://developer.xero.com/documentation/api/accounting/requests-and-responses#retrieving-modified-resources
    """
    try:
        text = request.headers.get("If-Modified-Since", "")
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def elements(request: Request, name: str) -> list[dict[str, Any]]:
    """The objects posted: bare, or under the resource's name. Raises BadPost."""
    if "xml" in (request.content_type or ""):
        return _xml_elements(request)
    try:
        data = parse_json(request.get_data(as_text=True))
    except ValueError:
        raise BadPost("JSON request could not be read") from None
    rows = data.get(name, data) if isinstance(data, dict) else data
    rows = rows if isinstance(rows, list) else [rows]
    if not rows or not all(isinstance(row, dict) for row in rows):
        raise BadPost("JSON request holds no object")
    _check_ids(rows)
    return rows


def _xml_elements(request: Request) -> list[dict[str, Any]]:
    """As far as it is needed: a flat list of flat objects."""
    try:
        root = ElementTree.fromstring(request.get_data())  # noqa: S314  a pretend server of our own
    except ElementTree.ParseError:
        raise BadPost("XML request could not be read") from None
    objects = list(root) if root.tag.endswith("s") else [root]
    return [{child.tag: child.text or "" for child in item} for item in objects]


def _check_ids(value: Any) -> None:
    """At any depth, what is called an id must be one."""
    if isinstance(value, list):
        for item in value:
            _check_ids(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key.endswith("ID") and not (isinstance(item, str) and GUID.fullmatch(item)):
                raise BadPost(f"JSON request: the value of {key} is not a GUID")
            _check_ids(item)


def sent_id(body: Mapping[str, Any], field: str) -> str:
    """The id by which a body names a record; "" where it names none, as all zeros do."""
    found = str(body.get(field) or "").lower()
    return "" if found == NO_ID else found


def amount(body: Mapping[str, Any], name: str) -> Decimal | None:
    """A number, which may be sent as text. None when it was not sent. Raises BadPost."""
    value = body.get(name)
    if value is None or value == "":
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or number.adjusted() > LARGEST_EXPONENT:
        raise BadPost(f"JSON request: the value of {name} is not a number")
    return number


def day(body: Mapping[str, Any], name: str) -> date | None:
    """A calendar date in any of the forms that are taken. None when it was not sent. Raises BadPost."""
    value = body.get(name)
    if value is None or value == "":
        return None
    if found := re.fullmatch(r"/Date\((-?\d{1,15})(?:[+-]\d{4})?\)/", str(value)):
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(found[1]))).date()
    try:
        return datetime.fromisoformat(str(value)).date()
    except ValueError:
        raise BadPost(f"JSON request: the value of {name} is not a date") from None
