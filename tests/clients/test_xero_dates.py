"""Xero's forms of dates, and the day a document belongs to."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.base.errors import BadReply
from integrations.xero import dates

NOON = datetime(2018, 10, 9, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("/Date(1539086400000+0000)/", NOON),
        ("/Date(1539086400000)/", NOON),
        ("/Date(1539086400000+1300)/", NOON),
        ("2018-10-09T12:00:00Z", NOON),
        ("2018-10-09 12:00:00+00:00", NOON),
        ("2018-10-09T12:00:00", NOON),
        ("/Date(-1000)/", datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_instants_are_utc_whatever_their_form(text: str, moment: datetime) -> None:
    assert dates.instant(text) == moment
    assert dates.instant(text).utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("/Date(1563753600000+0000)/", date(2019, 7, 22)),
        ("/Date(1392465600000+1200)/", date(2014, 2, 16)),  # noon of the 15th in UTC is midnight of the 16th there
        ("/Date(1392465600000-0500)/", date(2014, 2, 15)),
        ("2018-10-10T00:00:00", date(2018, 10, 10)),
        ("2018-10-10", date(2018, 10, 10)),
    ],
)
def test_a_calendar_date_is_the_day_the_customer_sees(text: str, day: date) -> None:
    assert dates.calendar_date(text) == day


def test_the_plain_twin_of_a_calendar_date_is_preferred() -> None:
    record = {"Date": "/Date(1392465600000+0000)/", "DateString": "2014-02-16T00:00:00"}
    assert dates.calendar_field(record, "Date") == date(2014, 2, 16)
    assert dates.calendar_field({"Date": "/Date(1392465600000+1200)/"}, "Date") == date(2014, 2, 16)
    assert dates.calendar_field({}, "DueDate") is None


def test_the_time_of_a_change_is_read_from_either_field() -> None:
    assert dates.updated_at({"UpdatedDateUTC": "/Date(1539086400000+0000)/"}) == NOON
    assert dates.updated_at({"UpdatedDateUTCString": "2018-10-09 12:00:00+00:00"}) == NOON
    assert dates.updated_at({}) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("/Date(1222732800000+0000)/", date(2008, 9, 30)),
        ("/Date(1419937200000+0000)/", date(2014, 12, 31)),  # midnight in New Zealand
        ("/Date(1420002000000+0000)/", date(2014, 12, 31)),  # midnight in New York
        ("2014-12-31T00:00:00", date(2014, 12, 31)),
    ],
)
def test_a_lock_date_is_midnight_here_or_there(text: str, day: date) -> None:
    assert dates.lock_date(text) == day


def test_the_filter_for_changes_has_the_one_form_that_is_heeded() -> None:
    sydney = timezone(timedelta(hours=11))
    assert dates.if_modified_since(datetime(2026, 11, 22, 8, 30, 15, 999_999, tzinfo=sydney)) == "2026-11-21T21:30:15"
    with pytest.raises(ValueError, match="time zone"):
        dates.if_modified_since(datetime(2026, 11, 22))  # noqa: DTZ001  the point of the test


@pytest.mark.parametrize(
    "value", [None, 5, True, [], {}, "", "yesterday", "/Date()/", "/Date(9999999999999999)/", "/Date(1"]
)
@pytest.mark.parametrize("read", [dates.instant, dates.calendar_date, dates.lock_date])
def test_anything_else_is_a_bad_reply(read: object, value: object) -> None:
    assert callable(read)
    with pytest.raises(BadReply, match="where a date belongs"):
        read(value)


@given(st.integers(-2_000_000_000_000, 7_000_000_000_000))
def test_every_moment_survives_the_trip(ticks: int) -> None:
    moment = dates.instant(f"/Date({ticks}+0000)/")
    assert (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1) == ticks


@given(st.text())
def test_no_text_brings_the_reader_down(text: str) -> None:
    for read in (dates.instant, dates.calendar_date, dates.lock_date):
        try:
            read(text)
        except BadReply:
            continue
