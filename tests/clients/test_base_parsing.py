"""What cannot be counted with, compared or stored is refused or replaced where it is read."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from unittest import mock

import pytest
import requests
import responses

from integrations.base import parsing
from integrations.base.auth import OAuthApp, TokenSet
from integrations.base.client import Request, Wiring
from integrations.base.errors import AuthBroken, BadReply, OutcomeUnknown, Unavailable
from integrations.base.vendor import GrantKind
from integrations.procore.client import ProcoreClient
from integrations.procore.records import Project, read_one
from integrations.xero.records import Contact, TaxRate

NOW = datetime(2026, 11, 1, tzinfo=UTC)
APP = OAuthApp("https://login.example/authorize", "https://login.example/token", "id", "hidden")


def test_what_no_database_keeps_is_replaced() -> None:
    data = parsing.parse_json(r'{"a\u0000": ["\ud800", "\ud83d\ude00", "x\u0000y"], "b": 1}')
    assert data == {"a\ufffd": ["\ufffd", "😀", "x\ufffdy"], "b": 1}
    assert parsing.storable("\udfff\x00 ok") == "\ufffd\ufffd ok"


@pytest.mark.parametrize("text", ["9" * 5000, "1e999999999999999999", "-" + "8" * 60])
def test_a_number_beyond_all_numbers_spoils_one_field_only(text: str) -> None:
    data = parsing.parse_json(f'{{"id": 1, "name": "A", "company_id": {text}}}')
    assert read_one(Project, data, "project").name == "A"
    with pytest.raises(BadReply, match="id"):
        read_one(Project, {**data, "id": data["company_id"]}, "project")


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1e15", "-1e400", "1e-31"])
def test_no_amount(value: str) -> None:
    with pytest.raises(ValueError, match="amount"):
        parsing.amount(Decimal(value))
    with pytest.raises(BadReply, match="EffectiveRate"):
        TaxRate.read({"TaxType": "INPUT", "EffectiveRate": value})


def test_times_and_days() -> None:
    far = timezone(timedelta(hours=14))
    for wrong in (datetime.min.replace(tzinfo=far), datetime.max.replace(tzinfo=timezone(-timedelta(hours=14)))):
        with pytest.raises(ValueError, match="no such time"):
            parsing.moment(wrong)
    with pytest.raises(ValueError, match="between 1900 and 2199"):
        parsing.day(date(1, 1, 1))
    assert parsing.moment(datetime(2026, 1, 1, tzinfo=far)) == datetime(2025, 12, 31, 10, tzinfo=UTC)


@pytest.mark.parametrize("value", ["", "x" * 51, "a\u202eb", "a b\n"])
def test_no_identifier(value: str) -> None:
    with pytest.raises(BadReply, match="ContactID"):
        Contact.read({"ContactID": value})


@pytest.mark.parametrize(
    ("text", "number", "wait"),
    [
        ("5", 5, 5.0),
        ("9" * 5000, None, None),
        ("1e400", None, None),
        ("١", None, 1.0),
        ("-3", None, 0.0),
        ("", None, None),
    ],
)
def test_headers(text: str, number: int | None, wait: float | None) -> None:
    assert parsing.count(text) == number
    assert parsing.seconds(text, 10.0) == wait


def test_an_answer_is_read_up_to_a_limit() -> None:
    client = ProcoreClient("https://api.procore.com", "1", GrantKind.CLIENT_CREDENTIALS, Wiring(sleep=lambda s: None))
    with (
        mock.patch.object(parsing, "MAX_BYTES", 1000),
        responses.RequestsMock(assert_all_requests_are_fired=False) as web,
    ):
        web.get("https://api.procore.com/x", body="[" + "1," * 1000 + "1]")
        web.patch("https://api.procore.com/x", body="[" + "1," * 1000 + "1]")
        with pytest.raises(BadReply, match="more than"):
            client.get("/x")
        with pytest.raises(OutcomeUnknown, match="more than"):
            client.send(Request("PATCH", "/x", body="{}"))


@pytest.mark.parametrize(
    "answer",
    [
        *({"access_token": token, "expires_in": 1800} for token in ("", "a\nb", "ü", 5, None, ["t"], "x" * 20_001)),
        {"expires_in": 1800},
        {"access_token": "t", "expires_in": "soon"},
        {"access_token": "t", "expires_in": float("inf")},
        {"access_token": "t", "refresh_token": {"a": 1}},
    ],
)
def test_tokens_that_cannot_be_used(answer: dict[str, Any]) -> None:
    with pytest.raises(Unavailable):
        TokenSet.from_answer(answer, NOW)


def test_a_lifetime_is_bounded() -> None:
    for told in (10**30, -5):
        tokens = TokenSet.from_answer({"access_token": "t", "expires_in": told}, NOW)
        assert NOW <= tokens.expires_at <= NOW + timedelta(days=3650)


@pytest.mark.parametrize(
    "body", ["[]", "[[1]]", "5", "null", '"x"', '{"access_token": "t", "expires_in": {}}', "{" * 3000]
)
def test_a_login_service_may_answer_anything(body: str) -> None:
    with responses.RequestsMock() as web:
        web.post("https://login.example/token", body=body)
        with pytest.raises(Unavailable):
            APP.refresh("old")


def test_a_refusal_is_told_in_its_own_words_only_when_they_are_a_code() -> None:
    with responses.RequestsMock() as web:
        web.post("https://login.example/token", json={"error": "invalid_grant"}, status=400)
        with pytest.raises(AuthBroken, match="invalid_grant"):
            APP.refresh("old")
        web.replace("POST", "https://login.example/token", json={"error": "no\x00 " * 900}, status=400)
        with pytest.raises(Unavailable):
            APP.refresh("old")


def test_a_body_that_breaks_off_is_a_network_error() -> None:
    response = requests.Response()
    response.raw = mock.Mock(stream=mock.Mock(side_effect=requests.exceptions.ChunkedEncodingError))
    with pytest.raises(requests.RequestException):
        parsing.body_of(response)
