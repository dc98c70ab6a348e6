"""How Xero writes its answers: envelope, dates, numbers, error documents, JSON or XML.

https://developer.xero.com/documentation/api/accounting/requests-and-responses
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

from werkzeug.wrappers import Request, Response

NO_ID = "00000000-0000-0000-0000-000000000000"
NOT_FOUND = "The resource you're looking for cannot be found"

_SINGULAR = {"Addresses": "Address", "Currencies": "Currency", "TrackingCategories": "TrackingCategory"}


def date_utc(moment: datetime) -> str:
    return f"/Date({_milliseconds(moment)}+0000)/"


def stamp(moment: datetime) -> str:
    """The envelope's own form, and that of an organisation's creation: no offset."""
    return f"/Date({_milliseconds(moment)})/"


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def dumps(value: Any) -> str:
    """Indented JSON with Decimals digit by digit, and the slashes of dates escaped, as Xero has them."""
    text = json.dumps(value, default=_decimal, ensure_ascii=False, indent=2)
    text = re.sub(r'"\\u0000(-?[0-9.]+)"', r"\1", text)
    return re.sub(r'"/(Date\([0-9+-]+\))/"', r'"\\/\1\\/"', text)


def _decimal(value: object) -> str:
    if isinstance(value, Decimal):
        return f"\0{value:f}"
    raise TypeError(f"{type(value).__name__} is not JSON")


def respond(request: Request, document: Mapping[str, Any], status: int = 200, root: str = "Response") -> Response:
    """JSON for those who ask for it, XML for everybody else."""
    if "application/json" in request.headers.get("Accept", ""):
        return Response(dumps(document), status, content_type="application/json; charset=utf-8")
    text = f"<{root}>{''.join(_xml(document))}</{root}>"
    return Response(text, status, content_type="text/xml; charset=utf-8")


def _xml(document: Mapping[str, Any]) -> Iterable[str]:
    for key, value in document.items():
        if isinstance(value, list):
            item = _SINGULAR.get(key, key.removesuffix("s"))
            inner = "".join(f"<{item}>{''.join(_xml(row))}</{item}>" for row in value)
        elif isinstance(value, dict):
            inner = "".join(_xml(value))
        else:
            inner = escape(_xml_text(value))
        yield f"<{key}>{inner}</{key}>"


def _xml_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if found := re.fullmatch(r"/Date\((-?\d+)(?:\+0000)?\)/", str(value)):
        return datetime.fromtimestamp(int(found[1]) / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
    return str(value)


def error_document(number: int, kind: str, message: str) -> dict[str, Any]:
    """https://developer.xero.com/documentation/api/accounting/responsecodes#400 ."""
    return {"ErrorNumber": number, "Type": kind, "Message": message}


def validation_document(elements: list[dict[str, Any]]) -> dict[str, Any]:
    document = error_document(10, "ValidationException", "A validation exception occurred")
    return {**document, "Elements": elements}


def errors(messages: Iterable[str]) -> list[dict[str, str]]:
    return [{"Message": message} for message in messages]


def not_implemented() -> Response:
    """XML whatever was asked for, under the name of a page."""
    document = error_document(20, "ApiMethodNotImplementedException", "The Api Method called is not implemented")
    text = f"<ApiException>{''.join(_xml(document))}</ApiException>"
    return Response(text, 501, content_type="text/html; charset=utf-8")


def not_found() -> Response:
    return Response(NOT_FOUND, 404, content_type="text/html; charset=utf-8")
