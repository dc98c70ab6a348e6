"""JSON answers of the pretend vendors."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

from werkzeug.wrappers import Response


def dump_json(value: Any) -> str:
    """JSON text; Decimals as plain numbers, times as ISO text."""
    return json.dumps(value, default=_plain, ensure_ascii=False)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    raise TypeError(f"{type(value).__name__} is not JSON")


def json_response(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(dump_json(value), status=status, headers=headers, content_type="application/json; charset=utf-8")
