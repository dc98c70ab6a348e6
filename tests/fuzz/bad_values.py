"""Values that no vendor documents, for any place of an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Raw:
    """A piece of JSON text that `json.dumps` would not write."""

    text: str


def _deep(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


NUMBERS = (True, False, 0, -1, 1, 2**31, 2**63, -(2**63) - 1, 10**30, 0.1, -0.005)
LITERALS = (["NaN", "Infinity", "-Infinity", "1e400", "-1e400", "1e-400", "1e999999999999", "1E+5", "-0"], ["9" * 5000])
ESCAPES = [r'"\u0000"', r'"a\u0000b"', r'"\ud800"', r'"\udfff"', r'"\ud83d\ude00"', r'"\uffff"', r'"\u0007"']
DIGITS = ["0", "-1", "null", "NaN", "Infinity", "1e400", "1e-400", "0x10", "١٢", "1,5", "12.345678901234"]
DAYS = [
    "0000-00-00",
    "99999-01-01",
    "2026-13-45",
    "2026-02-30",
    "0001-01-01",
    "9999-12-31",
    "0001-01-01T00:00:00Z",
    "20261031",
    "today",
    "9999-12-31T23:59:59-14:00",
    "0001-01-01T00:00:00+14:00",
    "2026-10-31T25:61:61Z",
    "/Date()/",
    "/Date(1e5)/",
    "/Date(99999999999999999)/",
    "/Date(-62135596800000+0000)/",
    "/Date(253402300799999+1400)/",
    "/Date(1793404800000+9999)/",
    "/Date(-9999999999999999-9959)/",
]
TEXTS = ("", " ", "\u202egnp", "\u200b\u200d", "😀" * 60, "e\u0301" * 200, "\ufeff", "\r\n\t", "x" * 100_000, "9" * 400)
HOSTILE = [
    "%s{name}{}%(x)s",
    "{0.__class__}",
    "../../etc",
    "<b>&amp;",
    '"OR"1==1',
    "\\",
    "';DROP",
    "https://evil.example/?token=1",
    "00000000-0000-0000-0000-000000000000",
]

SCALARS: tuple[Any, ...] = (
    None,
    *NUMBERS,
    *(Raw(text) for text in (*LITERALS[0], *LITERALS[1], *ESCAPES)),
    *DIGITS,
    *DAYS,
    *TEXTS,
    *HOSTILE,
)
LISTS: tuple[Any, ...] = ([], [[]], [None], [{}], ["x", 1, None], _deep(200))
OBJECTS: tuple[Any, ...] = ({}, {"": None}, {"id": {"id": 1}}, {"0": 1})
SHAPES = (*LISTS, *OBJECTS)

NAMES = ("extra", "id", "Id", "__class__", "", "x" * 5000, "data", "error", "errors", "ValidationErrors")

HEADERS = [
    "Date",
    "Retry-After",
    "Link",
    "Total",
    "Per-Page",
    "Content-Type",
    "X-Rate-Limit-Limit",
    "X-Rate-Limit-Reset",
    "X-Rate-Limit-Remaining",
    "X-DayLimit-Remaining",
    "X-MinLimit-Remaining",
    "X-Rate-Limit-Problem",
    "WWW-Authenticate",
    "Xero-Correlation-Id",
    "X-Request-Id",
]
WILD = (
    *["-1", "0", "NaN", "inf", "1e400", "١٢", "a,b"],
    "",
    "9" * 5000,
    "x" * 20_000,
    "Thu, 99 Foo 99999 99:99:99 GMT",
    "\xff\xfe",
)
NEXT = '; rel="next"'
LINKS = (f"<http://evil.example/x>{NEXT}", "<<>>;;;rel", f"<?page=2>{NEXT}", f"<>{NEXT}", "<//[::1>; rel=next")
STATUSES = tuple(
    map(
        int,
        [
            "200",
            "201",
            "202",
            "204",
            "206",
            "301",
            "302",
            "304",
            "400",
            "401",
            "402",
            "403",
            "404",
            "406",
            "408",
            "409",
            "413",
            "418",
            "422",
            "429",
            "500",
            "503",
        ],
    )
)
