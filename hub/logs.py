"""What every log line says beside its message: the job, the tenant, and the request that started it all."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from pythonjsonlogger.json import JsonFormatter

FIELDS = ("request", "job", "tenant")
_about: ContextVar[Mapping[str, Any]] = ContextVar("what log lines are about")


@contextmanager
def about(**fields: Any) -> Iterator[None]:
    """Lines of this thread carry these fields meanwhile, beside those that are set already. Empty ones are left out."""
    token = _about.set(_with(fields))
    try:
        yield
    finally:
        _about.reset(token)


def note(**fields: Any) -> None:
    """Add to what the `about` around this has set, until its end."""
    _about.set(_with(fields))


def _with(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**_about.get({}), **{name: value for name, value in fields.items() if value}}


def request_id() -> str:
    """The request, schedule or command that this thread works for; "" when it is not known."""
    return str(_about.get({}).get("request", ""))


def new_id() -> str:
    return uuid.uuid4().hex


class ContextFilter(logging.Filter):
    """Puts the fields on the record, and all of them as one text for people in `about`."""

    def filter(self, record: logging.LogRecord) -> bool:
        known = _about.get({})
        for name in FIELDS:
            setattr(record, name, known.get(name))
        record.about = "".join(f" {name}={known[name]}" for name in FIELDS if name in known)
        return True


class Json(JsonFormatter):
    """One JSON object a line: time (UTC, ISO 8601), level, logger, message; request, job, tenant and exception where
    there is one. Whatever else a library hangs on a record stays out: it has not been looked through for secrets."""

    def __init__(self, **options: Any) -> None:
        super().__init__(json_ensure_ascii=False, **options)

    def add_fields(self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]) -> None:
        log_data |= {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        log_data |= {name: value for name in FIELDS if (value := getattr(record, name, None))}
        if raised := message_dict.get("exc_info"):
            log_data["exception"] = raised
