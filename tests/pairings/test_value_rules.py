"""What the value map's rows may hold, decided from cached lists: table by table."""

from __future__ import annotations

from typing import Any

import pytest

from hub.pairing import Lists, ReferenceRow
from integrations.procore_xero.settings import Settings
from integrations.procore_xero.value_rules import LedgerValues
from tests.pairings.lists import account, lists

RULES = LedgerValues()
LISTS = lists()
EMPTY = {"account": "", "tax_type": "", "tracking": "", "item": ""}


def settings(strategy: str = "tracking", **more: Any) -> Settings:
    return Settings(cost_code_strategy=strategy, **more)


def faults(strategy: str, values: dict[str, str], among: Lists = LISTS, **more: Any) -> dict[str, str]:
    return RULES.faults({**EMPTY, **values}, among, settings(strategy, **more))


FAULTY: list[tuple[str, dict[str, str], str, str]] = [
    ("tracking", {"account": "999"}, "account", "There is no active account “999”."),
    ("tracking", {"account": "401"}, "account", "401 Old costs is archived, or no longer there."),
    ("tracking", {"account": "090"}, "account", "090 Bank is a bank or control account"),
    ("tracking", {"account": "800"}, "account", "800 Accounts Payable is a bank or control account"),
    ("tracking", {"account": "497"}, "account", "497 Bank Revaluations is a bank or control account"),
    ("tracking", {"account": "310", "tax_type": "NOSUCH"}, "tax_type", "There is no active tax type “NOSUCH”."),
    ("tracking", {"account": "310", "tax_type": "TAX001"}, "tax_type", "TAX001 Old GST is archived"),
    (
        "tracking",
        {"account": "310", "tax_type": "OUTPUT"},
        "tax_type",
        "does not take OUTPUT GST on Income on 310",
    ),
    ("tracking", {"account": "835", "tax_type": "INPUT"}, "tax_type", "It takes BASEXCLUDED."),
    ("tracking", {"account": "310", "tracking": "Nowhere"}, "tracking", "no active tracking option “Nowhere”"),
    ("tracking", {"account": "310", "tracking": "Gone"}, "tracking", "The option “Gone” is archived"),
    (
        "tracking",
        {"account": "310", "tracking": "24-001 Wharf"},
        "tracking",
        "of “Project”, not of “Cost Codes”",
    ),
    ("item", {"item": "NOPE", "account": "310"}, "item", "There is no active item “NOPE”."),
    ("item", {"item": "STOCK", "account": "310"}, "item", "STOCK Bricks is tracked as inventory"),
    ("item", {"item": "SOLD", "account": "310"}, "item", "SOLD Consulting is not an item that is purchased"),
    ("item", {"item": "OLDACC"}, "item", "401 Old costs, the account of the item, is archived"),
    ("item", {"item": "BADTAX"}, "tax_type", "OUTPUT GST on Income, the tax type of the item, on 310"),
]


@pytest.mark.parametrize(("strategy", "values", "column", "said"), FAULTY)
def test_what_xero_would_refuse_is_told_at_its_column(
    strategy: str, values: dict[str, str], column: str, said: str
) -> None:
    told = faults(strategy, values)
    assert list(told) == [column]
    assert said in told[column]


FITTING: list[tuple[str, dict[str, str]]] = [
    ("tracking", {"account": "310", "tax_type": "INPUT", "tracking": "03 Concrete"}),
    ("tracking", {"account": "835", "tax_type": "BASEXCLUDED"}),
    ("tracking", {"tracking": "Shared"}),  # an option of both categories
    ("account", {"account": "310", "tracking": "Gone", "item": "NOPE"}),  # neither means anything then
    ("item", {"item": "CONC"}),
    ("description", {"account": "310"}),
]


@pytest.mark.parametrize(("strategy", "values"), FITTING)
def test_what_fits_is_left_alone(strategy: str, values: dict[str, str]) -> None:
    assert faults(strategy, values) == {}


def test_what_the_settings_name_is_checked_where_a_row_relies_on_it() -> None:
    told = faults("tracking", {"account": "310"}, cost_tax="OUTPUT")
    assert "OUTPUT GST on Income, the tax type of the settings, on 310 Costs" in told["tax_type"]
    told = faults("tracking", {"account": "310"}, cost_tax="TAX001")
    assert told == {"tax_type": "Choose one: TAX001, the tax type of the settings, is not active in Xero."}
    told = faults("tracking", {"tracking": "03 Concrete"}, cost_account="401")
    assert told == {"account": "401 Old costs, the account of the settings, is archived, or no longer there."}


def test_a_list_that_was_never_fetched_refuses_nothing() -> None:
    assert faults("tracking", {"account": "999", "tax_type": "NOSUCH", "tracking": "Nowhere"}, Lists({})) == {}
    only = Lists({"account": [account("310", "Costs")]})
    assert faults("tracking", {"account": "310", "tax_type": "NOSUCH"}, only) == {}
    assert list(faults("item", {"item": "NOPE"}, Lists({"item": []}))) == ["item"]  # fetched, and empty


LACKING: list[tuple[str, dict[str, str], dict[str, Any], str]] = [
    ("tracking", {}, {}, "no account"),
    ("tracking", {}, {"cost_account": "310"}, ""),
    ("tracking", {"tracking": "03 Concrete"}, {}, "no account"),
    ("tracking", {"account": "310"}, {}, ""),
    ("description", {}, {}, "no account"),
    ("account", {}, {"cost_account": "310"}, "no account"),  # each code needs one of its own
    ("account", {"account": "310"}, {}, ""),
    ("item", {"account": "310"}, {"cost_account": "310"}, "no item"),
    ("item", {"item": "CONC"}, {}, ""),  # the item names its account
    ("item", {"item": "BARE"}, {}, "no account"),
    ("item", {"item": "BARE"}, {"cost_account": "310"}, ""),
    ("item", {"item": "BARE", "account": "310"}, {}, ""),
]


@pytest.mark.parametrize(("strategy", "values", "more", "lacks"), LACKING)
def test_what_a_row_lacks_depends_on_how_codes_reach_the_books(
    strategy: str, values: dict[str, str], more: dict[str, Any], lacks: str
) -> None:
    assert RULES.lacks({**EMPTY, **values}, LISTS, settings(strategy, **more)) == lacks


def test_pickers_offer_what_can_be_used() -> None:
    def offered(column: str, kind: str) -> list[str]:
        return [row.code for row in LISTS.rows(kind) if RULES.offers(column, row, settings())]

    assert offered("account", "account") == ["310", "835", "710"]  # no bank, control, archived, income account
    assert offered("tax_type", "tax_rate") == ["INPUT", "OUTPUT", "BASEXCLUDED"]
    assert offered("tracking", "tracking_option") == ["03 Concrete", "Shared"]
    assert offered("item", "item") == ["CONC", "BARE", "OLDACC", "BADTAX"]


def test_only_codes_of_the_chosen_list_are_to_be_mapped() -> None:
    row = ReferenceRow("1", "03-310", "Concrete", True, {"list": "CSI"})
    assert RULES.listed(row, settings())
    assert RULES.listed(row, settings(cost_code_list=" csi "))
    assert not RULES.listed(row, settings(cost_code_list="Civil"))


def test_the_columns_that_mean_something() -> None:
    assert {strategy: list(RULES.columns(settings(strategy))) for strategy in ("tracking", "account", "item")} == {
        "tracking": ["account", "tax_type", "tracking"],
        "account": ["account", "tax_type"],
        "item": ["item", "account", "tax_type"],
    }
