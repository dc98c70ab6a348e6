"""Xero's four ways of writing a time, and the one way it reads one.

`/Date(1539129600000+0000)/` counts milliseconds from 1970 in UTC; the offset says where the clock stood and may be
missing. Some fields have a plain twin (`DateString`, `UpdatedDateUTCString`).
https://developer.xero.com/documentation/api/accounting/requests-and-responses#json-responses-and-date-formats
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from ..base import parsing
from ..base.errors import BadReply

T = TypeVar("T")

_TICKS = re.compile(r"/Date\((-?\d{1,16})(?:([+-])(\d{2})(\d{2}))?\)/")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Midnight of places east of Greenwich is the afternoon or evening before in UTC, of places west of it the morning.
_NEXT_DAY_FROM = timedelta(hours=10, minutes=30)


def instant(value: object) -> datetime:
    """The moment in UTC that `/Date(…)/` or ISO text stands for. Raises BadReply for anything else."""
    text = _text(value)
    if found := _TICKS.fullmatch(text):
        return _checked(lambda: parsing.moment(_ticks(found, value)), value)
    moment = _iso(text)
    return _checked(lambda: parsing.moment(moment.replace(tzinfo=moment.tzinfo or UTC)), value)


def calendar_date(value: object) -> date:
    """The day that a calendar date stands for, in `/Date(…)/` or ISO form. Raises BadReply for anything else.

    Old documents hold midnight of the organisation's own clock (`+1200`): the offset is added before the day is
    taken, otherwise a bill would move to the day before.
    """
    text = _text(value)
    if found := _TICKS.fullmatch(text):
        return _checked(lambda: parsing.day((_ticks(found, value) + _offset(found)).date()), value)
    return _checked(lambda: parsing.day(_iso(text).date()), value)


def calendar_field(record: Mapping[str, Any], name: str) -> date | None:
    """A record's calendar date, read from its plain twin (`DateString`) where there is one. None when it has none."""
    value = record.get(f"{name}String") or record.get(name)
    return None if value is None or value == "" else calendar_date(value)


def updated_at(record: Mapping[str, Any]) -> datetime | None:
    """When a record was changed last, from whichever of its two fields is there, the finer one first."""
    value = record.get("UpdatedDateUTC") or record.get("UpdatedDateUTCString")
    return None if value is None or value == "" else instant(value)


def lock_date(value: object) -> date:
    """The day of a lock date, which is midnight either of UTC or of the organisation's own time zone."""
    text = _text(value)
    found = _TICKS.fullmatch(text)
    if found is None:
        return _checked(lambda: parsing.day(_iso(text).date()), value)
    moment = _checked(lambda: parsing.moment(_ticks(found, value) + _offset(found)), value)
    into_day = moment - moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return moment.date() + timedelta(days=1 if into_day > _NEXT_DAY_FROM else 0)


def if_modified_since(moment: datetime) -> str:
    """The only form that Xero heeds: UTC, whole seconds, no zone. Any other is ignored and everything comes back."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise BadReply(f"Xero sent {type(value).__name__} where a date belongs.")
    return value.strip()


def _ticks(found: re.Match[str], value: object) -> datetime:
    return _checked(lambda: _EPOCH + timedelta(milliseconds=int(found[1])), value)


def _offset(found: re.Match[str]) -> timedelta:
    if not found[2]:
        return timedelta()
    length = timedelta(hours=int(found[3]), minutes=int(found[4]))
    return -length if found[2] == "-" else length


def _iso(text: str) -> datetime:
    return _checked(lambda: datetime.fromisoformat(text), text)


def _checked(read: Callable[[], T], value: object) -> T:
    try:
        return read()
    except (ValueError, OverflowError) as error:
        raise BadReply(f"Xero sent “{str(value)[:40]}” where a date belongs.") from error
