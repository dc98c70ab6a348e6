"""What becomes of a cost code, by strategy."""

from __future__ import annotations

from typing import Any

import pytest

from hub.stage import Payload, Problem, Record, Skip
from integrations.procore_xero.cost_codes import CostCodes
from integrations.procore_xero.settings import Settings
from tests.pairings.known import PlainKnown, option_survey

STAGE = CostCodes()


def code(full: str = "03-310", name: str = "Formwork", **data: Any) -> Record:
    whole = {
        "code": full,
        "name": name,
        "header": False,
        "list": "Standard",
        "chosen": True,
        "rivals": [],
        "longer": [],
        **data,
    }
    return Record("7", full, f"{full} {name}", whole)


def known(strategy: str = "tracking", *options: str, **value: str) -> PlainKnown:
    found = PlainKnown(Settings(cost_code_strategy=strategy), option_survey(*options, category="Cost Codes"))
    if value:
        found.values["cost_code", "03-310"] = value
    return found


@pytest.mark.parametrize("strategy", ["tracking", "account", "item", "description"])
def test_headers_take_no_cost(strategy: str) -> None:
    mapped = STAGE.map(code(header=True), known(strategy))
    assert isinstance(mapped, Skip)
    assert mapped.code == "header"


def test_an_option_of_its_own() -> None:
    mapped = STAGE.map(code(), known())
    assert isinstance(mapped, Payload)
    assert mapped.body == {"name": "03-310 Formwork", "status": "ACTIVE"}


def test_an_existing_option_is_matched_by_its_code() -> None:
    mapped = STAGE.map(code(), known("tracking", "03-310 Form work", "03-3100 Other"))
    assert isinstance(mapped, Payload)
    assert mapped.target_id == "03-310 Form work"


def test_the_value_map_may_send_several_codes_to_one_option() -> None:
    mapped = STAGE.map(code(), known("tracking", "03 Concrete", tracking="03 concrete"))
    assert mapped == Skip("mapped", "The value map sends it to the option “03 concrete”.")
    mapped = STAGE.map(code(), known("tracking", tracking="03 Concrete"))
    assert isinstance(mapped, Problem)
    assert mapped.code == "mapped_option_missing"


@pytest.mark.parametrize(
    ("strategy", "value", "said"),
    [
        ("account", {"account": "310"}, "Goes to account 310 by the value map."),
        ("account", {"account": "310", "tax_type": "INPUT"}, "Goes to account 310, tax type INPUT by the value map."),
        ("item", {"item": "FORM"}, "Goes to item FORM by the value map."),
    ],
)
def test_mapped_codes(strategy: str, value: dict[str, str], said: str) -> None:
    assert STAGE.map(code(), known(strategy, **value)) == Skip("mapped", said)


@pytest.mark.parametrize(
    ("strategy", "value"), [("account", {}), ("account", {"item": "FORM"}), ("item", {"account": "310", "item": ""})]
)
def test_unmapped_codes(strategy: str, value: dict[str, str]) -> None:
    assert STAGE.map(code(), known(strategy, **value)) == Problem(
        "unmapped_code", {"code": "03-310", "wanted": strategy}
    )


def test_description_only() -> None:
    mapped = STAGE.map(code(), known("description"))
    assert isinstance(mapped, Skip)
    assert mapped.code == "in_description"


def test_faults_come_before_any_strategy() -> None:
    twice = STAGE.map(code(rivals=["03-310 A (One)", "03-310 B (Two)"]), known("description"))
    assert isinstance(twice, Problem)
    assert (twice.code, twice.values["codes"]) == ("code_twice", "“03-310 A (One)”, “03-310 B (Two)”")
    assert STAGE.map(code(full=""), known()) == Problem("no_code", {"name": "Formwork"})
