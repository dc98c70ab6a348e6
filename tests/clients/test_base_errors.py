"""The error tree: every error speaks a sentence and keeps what is needed to act on it."""

from __future__ import annotations

import pytest

from integrations.base.errors import (
    AuthBroken,
    BadReply,
    Conflict,
    Forbidden,
    Missing,
    OutcomeUnknown,
    Rejected,
    Throttled,
    TokenExpired,
    Unavailable,
    VendorError,
)


@pytest.mark.parametrize("kind", [AuthBroken, BadReply, Conflict, Forbidden, Missing, Rejected, TokenExpired])
def test_the_message_is_a_reason_when_the_vendor_gave_none(kind: type[VendorError]) -> None:
    error = kind("Procore refused the record.", status=422)
    assert str(error) == error.message == "Procore refused the record."
    assert error.messages == ("Procore refused the record.",)
    assert error.status == 422
    assert error.correlation_id == ""


def test_the_vendors_reasons_are_kept_word_for_word() -> None:
    error = Rejected("Refused.", messages=("Name can't be blank", "State code is invalid"), correlation_id="r1")
    assert error.messages == ("Name can't be blank", "State code is invalid")
    assert error.correlation_id == "r1"


def test_the_special_ones_say_what_to_wait_for() -> None:
    assert Throttled("Wait.", retry_after=9.5, scope="hour", status=429).retry_after == 9.5
    assert Unavailable("Down.", retry_after=30, status=503).retry_after == 30
    assert Unavailable("Down.").retry_after is None
    assert OutcomeUnknown("Silence.", answered_5xx=True, status=502).answered_5xx
    assert not OutcomeUnknown("Silence.").answered_5xx
