"""What can be set per tenant. Titles and descriptions are the admin's form; `group` is the form's section."""

from __future__ import annotations

from enum import StrEnum
from string import Formatter
from typing import Annotated, Self

import pycountry
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, model_validator

from integrations.procore_kit.setting_fields import setting as _field
from integrations.xero.endpoints import MAX_NAME

from .claim_settings import ClaimSettings
from .cost_settings import CostSettings

PROJECTS, VENDORS, COST_CODES, TRACKING = "Projects", "Vendors", "Cost codes", "Tracking options"


class ArchivedContacts(StrEnum):
    """What becomes of a vendor whose Xero contact was archived."""

    INACTIVE = "mark inactive"
    LEAVE = "leave"


class CostCodeStrategy(StrEnum):
    """How a cost code reaches Xero's documents."""

    TRACKING = "tracking"
    ACCOUNT = "account"
    ITEM = "item"
    DESCRIPTION = "description"


def _check_format(text: str, key: str) -> str:
    """A format names `key` once and `name` at most once, and nothing else."""
    try:
        fields = [field for _, field, spec, how in Formatter().parse(text) if field is not None and not (spec or how)]
        plain = len(fields) == sum(field is not None for _, field, _, _ in Formatter().parse(text))
    except ValueError as error:
        raise ValueError("a brace is not closed") from error
    if not plain or set(fields) - {key, "name"}:
        raise ValueError(f"use only {{{key}}} and {{name}} in it")
    if fields.count(key) != 1:
        raise ValueError(f"it must hold {{{key}}} once: it identifies the option")
    if fields.count("name") > 1:
        raise ValueError("it may hold {name} only once")
    return text


def _country(code: str) -> str:
    if code and pycountry.countries.get(alpha_2=code) is None:
        raise ValueError("use a country's two-letter code, such as AU, NZ, GB or US")
    return code


Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_NAME)]
Format = Annotated[str, StringConstraints(strip_whitespace=True, max_length=60)]
ProjectFormat = Annotated[Format, AfterValidator(lambda text: _check_format(text, "number"))]
CodeFormat = Annotated[Format, AfterValidator(lambda text: _check_format(text, "code"))]
Country = Annotated[str, StringConstraints(strip_whitespace=True, to_upper=True), AfterValidator(_country)]


class DirectorySettings(BaseModel):
    """What the stages for projects, vendors and cost codes ask of a tenant."""

    project_stage: Name = _field(
        "Send to Xero",
        "Project stage",
        "Projects in this Procore stage are sent to Xero. Once sent, a project stays linked whatever its stage.",
        PROJECTS,
    )
    project_category: Name = _field(
        "Project", "Project category", "The Xero tracking category whose options are the projects.", PROJECTS
    )
    project_format: ProjectFormat = _field(
        "{number} {name}",
        "Project format",
        "How an option is named, from {number} and {name}. Xero allows 100 characters: a long name is shortened, "
        "the number never.",
        PROJECTS,
    )
    archive_closed_projects: bool = _field(
        False,
        "Archive closed projects",
        "Archive the option of a project that is no longer active in Procore. Archived options stay in reports, "
        "take no new postings and do not count towards the 100 that Xero recommends.",
        PROJECTS,
    )
    contact_group: Name = _field(
        "Procore",
        "Contact group",
        "The Xero contacts in this group become vendors in Procore. Put a supplier into the group to send it.",
        VENDORS,
    )
    archived_contacts: ArchivedContacts = _field(
        ArchivedContacts.INACTIVE,
        "Archived contacts",
        "When a linked contact is archived in Xero: mark the Procore vendor inactive, or leave it as it is.",
        VENDORS,
    )
    default_country: Country = _field(
        "",
        "Default country",
        "Two-letter code (AU, NZ, GB, US) for addresses without a country. Empty: the Xero organisation's own country.",
        VENDORS,
    )
    cost_code_strategy: CostCodeStrategy = _field(
        CostCodeStrategy.TRACKING,
        "Cost code strategy",
        "How a cost code reaches Xero: as an option of a second tracking category, as an account or an item from the "
        "value map, or only in the line's description.",
        COST_CODES,
    )
    cost_code_category: Name = _field(
        "Cost Codes", "Cost code category", "The Xero tracking category whose options are the cost codes.", COST_CODES
    )
    cost_code_format: CodeFormat = _field(
        "{code} {name}", "Cost code format", "How an option is named, from {code} and {name}.", COST_CODES
    )
    cost_code_list: str = _field(
        "",
        "Cost code list",
        "The Procore standard cost code list to send. Empty: all lists of the company.",
        COST_CODES,
        max_length=255,
    )
    option_warning: int = _field(
        100,
        "Recommended options",
        "Above how many active options of a category the gauge warns. Xero recommends at most 100, for its reports.",
        TRACKING,
        ge=1,
        le=10_000,
    )
    bulk_tracking_options: bool = _field(
        False,
        "Several options per call",
        "Send up to 50 new options in one call. Xero does not document this form; if it is refused, or makes fewer "
        "options than it was given, the rest is sent one by one.",
        TRACKING,
    )

    @model_validator(mode="after")
    def _two_categories(self) -> Self:
        same = self.project_category.casefold() == self.cost_code_category.casefold()
        if same and self.cost_code_strategy is CostCodeStrategy.TRACKING:
            raise ValueError("projects and cost codes need two different tracking categories")
        return self


class Settings(CostSettings, ClaimSettings, DirectorySettings):
    """The settings of one tenant of this pairing. The form shows the bases from the last to the first."""

    model_config = ConfigDict(extra="forbid", frozen=True)
