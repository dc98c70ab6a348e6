"""The comparison of shapes itself."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.contract.shapes import differences, same_shape

RECORDED = {
    "Id": "17b44ed7-4389-4162-91cb-3dd5766e4e22",
    "At": "/Date(1539129600000+0000)/",
    "Rows": [{"Name": "A", "Rate": Decimal("1.5"), "Note": ""}, {"Name": "B", "Rate": 2}],
    "Nothing": [],
}


def test_other_values_of_the_same_kind_are_the_same_shape() -> None:
    ours = {
        "Id": "27b44ed7-4389-4162-91cb-3dd5766e4e22",
        "At": "/Date(5+0000)/",
        "Rows": [{"Name": "C", "Rate": 7, "Note": "something"}],
        "Nothing": [{"any": "thing"}],
    }
    assert differences(RECORDED, ours) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"Id": "x"}, ".Id: text instead of guid"),
        ({"At": "/Date(5)/"}, ".At: date without offset instead of date with offset"),
        ({"Rows": [{"Name": "A"}]}, ".Rows[].Rate: is missing"),
        ({"Rows": [{"Name": "A", "Rate": "1"}]}, ".Rows[].Rate: text instead of number"),
        ({"Rows": [{"Rate": 1, "Name": "A"}]}, ".Rows[]: Rate stands before Name"),
        ({"More": 1}, ".More: was never recorded"),
    ],
)
def test_what_differs_is_named(change: dict[str, object], said: str) -> None:
    assert differences(RECORDED, {**RECORDED, **change}) == [said]


def test_an_exception_covers_its_difference_only() -> None:
    ours = {**RECORDED, "More": 1, "Other": 2}
    assert same_shape(RECORDED, ours, {".More": "a reason"}) == [".Other: was never recorded"]
