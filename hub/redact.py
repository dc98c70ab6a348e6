"""Keep secrets and bank details out of logs, call records and pages."""

from __future__ import annotations

import json
import logging
import re
from typing import Any

from integrations.base.parsing import storable

MASK = "•••"
SECRET_KEYS = re.compile(
    r"(token|secret|password|authorization|api_?key|client_?id$|assertion|^code$|bankaccount|signature)", re.I
)
SECRET_TEXT = re.compile(
    r"(Bearer\s+|Basic\s+|(?:access_token|refresh_token|client_secret|id_token|password|code)[\"']?\s*[=:]\s*[\"']?)"
    r"[^\s\"'&,}]+",
    re.I,
)
BODY_LIMIT = 20_000
READ_LIMIT = 5_000_000  # characters; what is longer is cut before it is looked through


def redact_text(text: str) -> str:
    """Free text with tokens and passwords masked, and nothing in it that a database cannot keep."""
    return storable(SECRET_TEXT.sub(lambda match: match.group(1) + MASK, text))


def redact_body(text: str) -> str:
    """A request's or answer's body for the call log: secrets masked, at most BODY_LIMIT characters."""
    if len(text) > READ_LIMIT:
        return redact_text(text[:BODY_LIMIT]) + f" … ({len(text):,} characters)"
    try:
        body = storable(json.dumps(_redact(json.loads(text)), ensure_ascii=False))
    except (ValueError, RecursionError):
        body = redact_text(text)
    return body if len(body) <= BODY_LIMIT else body[:BODY_LIMIT] + f" … ({len(body):,} characters)"


def redact_named(name: str, text: str) -> str:
    """One value by the name that it goes under."""
    return MASK if SECRET_KEYS.search(name) and text else redact_text(text)


def _redact(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: MASK if SECRET_KEYS.search(key) and item else _redact(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_redact(item) for item in value]
    return value


class RedactFilter(logging.Filter):
    """Masks secrets in every log line, arguments and tracebacks included."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = redact_text(record.getMessage()), ()
        if record.exc_info:
            record.exc_text = redact_text(logging.Formatter().formatException(record.exc_info))
            record.exc_info = None
        return True
