"""Procore's many ways of saying no, in words; and whose error is whose in a sync answer."""

from __future__ import annotations

from typing import Any

import pytest

from integrations.base.errors import BadReply
from integrations.procore.answers import SyncResult, error_messages, read_sync


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            {"errors": {"vendor_id": ["has not been added to this project"], "base": ["The invoice is locked"]}},
            ("Vendor has not been added to this project", "The invoice is locked"),
        ),
        ({"errors": {"id": ["Entity with this ID not found"]}}, ("Id: Entity with this ID not found",)),
        ({"errors": {"name": "can't be blank"}}, ("Name can't be blank",)),
        ({"errors": ["App is not connected to this company."]}, ("App is not connected to this company.",)),
        ({"errors": "Too many requests."}, ("Too many requests.",)),
        ({"message": "A register is there already."}, ("A register is there already.",)),
        ({"message": "Not allowed", "error": "currency"}, ("Not allowed", "currency")),
        (
            {
                "error": {
                    "code": "invalid",
                    "message": "The record is invalid",
                    "details": [{"code": "blank", "message": "must be given", "source": "due_date"}, "x", {}],
                }
            },
            ("The record is invalid", "Due date must be given"),
        ),
        ({"error": "invalid_grant", "error_description": "The grant is used up."}, ("The grant is used up.",)),
        ({"errors": {"line_items": {"0": {"amount": ["is too large"]}}}}, ("Amount is too large",)),
        ({"errors": ["same", "same"]}, ("same",)),
    ],
)
def test_every_shape_of_an_error_becomes_sentences(body: Any, words: tuple[str, ...]) -> None:
    assert error_messages(body) == words


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "text",
        7,
        {},
        {"errors": None},
        {"errors": 5},
        {"errors": [{}, None, 3]},
        {"error": []},
        {"message": 1},
    ],
)
def test_anything_else_says_nothing(body: Any) -> None:
    assert error_messages(body) == ()


def test_absurd_nesting_says_nothing() -> None:
    nested: Any = "deep"
    for _ in range(900):
        nested = {"errors": nested}
    assert error_messages(nested) == ()


BY_ORIGIN = {"origin_id": "x1", "name": "Kauri Steel"}
BY_ID = {"id": 598134325510140, "name": "Tāmaki Timber"}


def test_entities_find_their_updates_by_id_and_by_origin_id() -> None:
    one, two = {"id": 1, **BY_ORIGIN}, {**BY_ID, "origin_id": None}
    found = read_sync({"entities": [two, one], "errors": []}, [BY_ORIGIN, BY_ID])
    assert found == [SyncResult(1, one), SyncResult(BY_ID["id"], two)]  # type: ignore[arg-type]


def test_an_id_counts_more_than_an_origin_id() -> None:
    update = {"id": 2, "origin_id": "x1"}
    other, meant = {"id": 1, "origin_id": "x1"}, {"id": 2, "origin_id": "x1"}
    assert read_sync({"entities": [meant, other], "errors": []}, [update])[0].id == 2


def test_errors_hold_no_index_and_are_matched_by_what_was_sent() -> None:
    refused = {**BY_ID, "errors": {"id": ["Entity with this ID not found"]}}
    done = {"id": 1, **BY_ORIGIN}
    results = read_sync({"entities": [done], "errors": [refused]}, [BY_ORIGIN, BY_ID])
    assert [result.id for result in results] == [1, None]
    assert results[1].messages == ("Id: Entity with this ID not found",)


def test_each_of_two_equal_updates_gets_its_own_error() -> None:
    refused = [{**BY_ORIGIN, "errors": {"name": [text]}} for text in ("is odd", "is even")]
    results = read_sync({"entities": [], "errors": refused}, [BY_ORIGIN, BY_ORIGIN])
    assert [result.messages for result in results] == [("Name is odd",), ("Name is even",)]


def test_an_error_without_a_reason_is_still_an_error() -> None:
    results = read_sync({"entities": [], "errors": [{**BY_ORIGIN, "errors": {}}]}, [BY_ORIGIN])
    assert results[0].messages == ("Procore gave no reason.",)


def test_an_update_that_is_not_mentioned_is_neither_done_nor_refused() -> None:
    assert read_sync({"entities": [], "errors": []}, [BY_ORIGIN, BY_ID]) == [SyncResult(), SyncResult()]


def test_a_record_without_any_key_is_never_guessed() -> None:
    answer = {"entities": [{"id": 1, "origin_id": None, "name": "Kauri Steel"}], "errors": []}
    assert read_sync(answer, [{"name": "Kauri Steel"}]) == [SyncResult()]


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        {},
        {"entities": []},
        {"entities": [], "errors": {}},
        {"entities": [1], "errors": []},
        {"entities": [{"id": "1", **BY_ORIGIN}], "errors": []},
        {"entities": [{"id": True, **BY_ORIGIN}], "errors": []},
    ],
)
def test_what_is_not_a_sync_answer_is_a_bad_reply(answer: Any) -> None:
    with pytest.raises(BadReply, match="sync answer"):
        read_sync(answer, [BY_ORIGIN])
