"""Reading the fate of each element of a write."""

from __future__ import annotations

from typing import Any

import pytest

from integrations.base.errors import BadReply
from integrations.xero.answers import NO_ID, Verdict, read_results

ID = "17b44ed7-4389-4162-91cb-3dd5766e4e22"


def result(**row: Any) -> Any:
    return read_results({"Contacts": [row]}, "Contacts", 1)[0]


def test_an_element_with_an_id_and_no_complaint_is_saved() -> None:
    found = result(ContactID=ID, HasValidationErrors=False, ValidationErrors=[], StatusAttributeString="OK")
    assert (found.verdict, found.id) == (Verdict.SAVED, ID)


def test_a_warning_does_not_refuse() -> None:
    found = result(ContactID=ID, StatusAttributeString="WARNING", Warnings=[{"Message": "Look."}, {"Message": "Look."}])
    assert (found.verdict, found.warnings) == (Verdict.SAVED, ("Look.",))


@pytest.mark.parametrize(
    "row",
    [
        {"StatusAttributeString": "ERROR"},
        {"HasErrors": True},
        {"HasValidationErrors": True},
        {"ValidationErrors": [{"Message": "No."}]},
        {"Addresses": [{"ValidationErrors": [{"Description": "No."}]}]},
    ],
)
def test_any_sign_of_an_error_refuses_even_with_a_real_id(row: dict[str, Any]) -> None:
    assert result(ContactID=ID, **row).verdict is Verdict.REFUSED


@pytest.mark.parametrize("row", [{}, {"ContactID": NO_ID}, {"ContactID": 5}, {"ContactID": None}])
def test_without_an_id_nothing_is_certain(row: dict[str, Any]) -> None:
    assert result(**row).verdict is Verdict.UNCLEAR


@pytest.mark.parametrize("data", [None, [], {}, {"Contacts": None}, {"Contacts": [1]}, {"Contacts": []}])
def test_an_answer_that_cannot_be_told_apart_is_a_bad_reply(data: Any) -> None:
    with pytest.raises(BadReply):
        read_results(data, "Contacts", 1)
