"""From bytes to values that can be counted with, compared and stored, whatever has been sent.

What no database can keep (U+0000, half of a surrogate pair) is replaced when it is read; numbers and times beyond what
any ledger means are refused field by field.
"""

from __future__ import annotations

import json
import math
import re
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

import requests

MAX_BYTES = 50_000_000  # of one answer; a full page of a thousand documents with lines has some 10 MB
CHUNK = 65_536
NO_NUMBER = Decimal("NaN")  # stands for digits that mean no number; every reader of a field refuses it

MOST = Decimal(10) ** 15  # of any amount: beyond it cents are no longer counted anywhere
FINEST = -30  # decimal places of any amount
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)
LONGEST_ID = 50  # characters; those of vendors have at most 36, and two of them make the id of a part

_ESCAPED = re.compile(r"\\u(0000|[dD][89a-fA-F])")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_LONGEST_INTEGER = 40  # digits


def parse_json(text: str) -> Any:
    """JSON with exact fractions. Raises ValueError for anything else, NaN and absurd nesting included."""
    try:
        data = json.loads(text, parse_float=_fraction, parse_int=_integer, parse_constant=_refuse_constant)
        return _storable(data) if _ESCAPED.search(text) else data
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _fraction(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        return NO_NUMBER


def _integer(text: str) -> int | Decimal:
    return int(text) if len(text) <= _LONGEST_INTEGER else NO_NUMBER


def storable(text: str) -> str:
    """Text that every database takes: U+FFFD in the place of U+0000 and of halves of surrogate pairs."""
    return _UNSTORABLE.sub("\ufffd", text)


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, list):
        return [_storable(item) for item in value]
    if isinstance(value, dict):
        return {storable(key): _storable(item) for key, item in value.items()}
    return value


class TooLarge(Exception):
    """The answer has more than MAX_BYTES; the rest was not read."""


def body_of(response: requests.Response) -> bytes:
    """The body of an answer that was asked for with `stream=True`, unpacked. Raises TooLarge, requests' exceptions."""
    content = bytearray()
    for chunk in response.iter_content(CHUNK):
        content += chunk
        if len(content) > MAX_BYTES:
            raise TooLarge
    return bytes(content)


# Headers.


def count(text: str | None, most: int = 10**9) -> int | None:
    """A whole number from 0 to `most`, or None for anything else."""
    plain = (text or "").strip()
    if not (plain.isascii() and plain.isdigit() and len(plain) <= 15):
        return None
    return int(plain) if int(plain) <= most else None


def seconds(text: str | None, longest: float) -> float | None:
    """A time to wait, at most `longest`; None for anything else."""
    try:
        told = float(text or "")
    except ValueError:
        return None
    return min(max(0.0, told), longest) if math.isfinite(told) else None


# Fields. All of them raise ValueError with words for a person.


def amount(value: Decimal) -> Decimal:
    """A number that money can be."""
    if not value.is_finite():
        raise ValueError("an amount must be a finite number")
    exponent = value.as_tuple().exponent
    if abs(value) >= MOST or (isinstance(exponent, int) and exponent < FINEST):
        raise ValueError("no amount is as large or as fine as this")
    return value


def day(value: date) -> date:
    if not EARLIEST <= value <= LATEST:
        raise ValueError(f"a day lies between {EARLIEST.year} and {LATEST.year}")
    return value


def moment(value: datetime) -> datetime:
    """In UTC."""
    try:
        exact = value.astimezone(UTC)
    except (OverflowError, ValueError):
        raise ValueError("no such time") from None
    day(exact.date())
    return exact


def identifier(value: str) -> str:
    if not 0 < len(value) <= LONGEST_ID or not value.isprintable():
        raise ValueError(f"an identifier has 1 to {LONGEST_ID} printable characters")
    return value
