"""JSON with exact numbers."""

from __future__ import annotations

from decimal import Decimal

import pytest

from integrations.base.client import parse_json


@pytest.mark.parametrize("text", ["", "{", "Infinity", "[NaN]", "[" * 100_000, "not json"])
def test_parse_json_raises_one_kind_of_error(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  any text at all
        parse_json(text)


def test_parse_json_keeps_every_digit() -> None:
    assert parse_json("[1234567890123.4567, 10, -0.00]") == [Decimal("1234567890123.4567"), 10, Decimal("-0.00")]
    assert str(parse_json("[-0.00]")[0]) == "-0.00"
