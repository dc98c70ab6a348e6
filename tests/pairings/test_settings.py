"""Settings: defaults, checks, and words for the form."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from integrations.procore_xero import PAIRING
from integrations.procore_xero.settings import Settings


def test_the_defaults_are_those_of_the_product() -> None:
    defaults = Settings().model_dump(mode="json")
    assert defaults == defaults | {
        "project_stage": "Send to Xero",
        "project_category": "Project",
        "project_format": "{number} {name}",
        "archive_closed_projects": False,
        "contact_group": "Procore",
        "archived_contacts": "mark inactive",
        "default_country": "",
        "cost_code_strategy": "tracking",
        "cost_code_category": "Cost Codes",
        "cost_code_format": "{code} {name}",
        "cost_code_list": "",
        "option_warning": 100,
        "bulk_tracking_options": False,
        "cost_account": "",
        "cost_tax": "",
        "order_status": "DRAFT",
        "order_number": "{project}-{number}",
        "claim_statuses": ["approved", "approved_as_noted"],
        "bill_status": "DRAFT",
        "bill_number": "{order}-{application}",
        "due_days": 30,
        "negative_claims": "hold",
        "locked_period": "hold",
        "retention_payable_account": "",
        "retention_release_account": "",
        "retention_tax": "",
    }
    assert next(iter(defaults)) == "project_stage"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"costs_from": "1 July"}, "write the day as 2026-07-01"),
        ({"payment_tax": "half"}, "net of tax"),
        ({"project_format": "{name}"}, "must hold {number} once"),
        ({"project_format": "{number} {number}"}, "must hold {number} once"),
        ({"project_format": "{number} {name} {name}"}, "{name} only once"),
        ({"project_format": "{number} {owner}"}, "use only {number} and {name}"),
        ({"project_format": "{number.__class__}"}, "use only {number} and {name}"),
        ({"project_format": "{number!r}"}, "use only {number} and {name}"),
        ({"project_format": "{number:>9}"}, "use only {number} and {name}"),
        ({"project_format": "{number} {}"}, "use only {number} and {name}"),
        ({"project_format": "{number} {"}, "a brace is not closed"),
        ({"cost_code_format": "{number}"}, "use only {code} and {name}"),
        ({"project_category": "  "}, "at least 1 character"),
        ({"project_category": "Cost codes"}, "two different tracking categories"),
        ({"default_country": "XX"}, "two-letter code"),
        ({"archived_contacts": "delete"}, "mark inactive"),
        ({"option_warning": 0}, "greater than or equal to 1"),
        ({"projekt_stage": "x"}, "Extra inputs"),
        ({"order_number": "{project}"}, "it must hold {number}"),
        ({"order_number": "{number!r}"}, "use only {number}, {project} in it"),
        ({"bill_number": "{order}"}, "it must hold {application}"),
        ({"bill_number": "{order"}, "a brace is not closed"),
        ({"claim_statuses": []}, "at least one status"),
        ({"claim_statuses": ["paid"]}, "approved_as_noted"),
        ({"due_days": -1}, "greater than or equal to 0"),
        ({"bill_status": "PAID"}, "AUTHORISED"),
    ],
)
def test_what_is_refused(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Settings(**settings)
    assert said in str(caught.value)


def test_what_is_tidied() -> None:
    settings = Settings(default_country=" nz ", project_stage=" Live ", project_format="{{x}} {number}")
    assert (settings.default_country, settings.project_stage) == ("NZ", "Live")
    same = Settings.model_validate({"project_category": "Cost Codes", "cost_code_strategy": "account"})
    assert same.project_category == same.cost_code_category


def test_every_setting_has_a_title_a_sentence_and_a_section() -> None:
    for name, field in Settings.model_fields.items():
        assert field.title, name
        assert field.description, name
        assert field.description.endswith("."), name
        assert isinstance(field.json_schema_extra, dict), name
        assert field.json_schema_extra["group"], name


def test_every_stage_describes_itself_and_its_problems() -> None:
    for stage in PAIRING.stages:
        assert stage.describe(Settings()).endswith(".")
        for kind in stage.problems:
            assert kind.title[0].isupper(), kind.code
            assert kind.fix.rstrip().endswith((".", "!")), kind.code


@pytest.mark.parametrize("strategy", ["tracking", "account", "item", "description"])
def test_the_cost_code_stage_describes_its_strategy(strategy: str) -> None:
    said = PAIRING.stage("cost_codes").describe(Settings.model_validate({"cost_code_strategy": strategy}))
    assert said.endswith(".")
    assert ("Cost Codes" in said) is (strategy == "tracking")
