"""What can be set per tenant. Titles and descriptions are the admin's form; `group` is the form's section."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import pycountry
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from integrations.procore_kit.setting_fields import setting

from .cost_settings import CostSettings
from .document_settings import DocumentSettings

DIRECTIONS, JOBS, VENDORS, COST_CODES = "Directions", "Jobs and projects", "Vendors", "Cost codes"


class Master(StrEnum):
    """The side where a kind of record begins."""

    MRI = "MRI"
    PROCORE = "Procore"


class InactiveVendors(StrEnum):
    """What becomes of a vendor that is no longer active in MRI."""

    INACTIVE = "mark inactive"
    LEAVE = "leave"


class ClosedJobs(StrEnum):
    """What becomes of the project of a job that is no longer open."""

    LEAVE = "leave"
    INACTIVE = "make inactive"


class CodeLayout(StrEnum):
    """How phases and cost codes of MRI stand in Procore."""

    UNDER_PHASES = "codes under phases"
    CODES_ONLY = "codes only"


def listed(text: str) -> frozenset[str]:
    """The entries of a setting that holds several, folded: "O, OPEN"."""
    return frozenset(one.strip().casefold() for one in text.split(",") if one.strip())


def _country(code: str) -> str:
    if code and pycountry.countries.get(alpha_2=code) is None:
        raise ValueError("use a country's two-letter code, such as US, CA, AU or GB")
    return code


Several = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)]
Label = Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)]
Country = Annotated[str, StringConstraints(strip_whitespace=True, to_upper=True), AfterValidator(_country)]


class DirectorySettings(BaseModel):
    """What the stages for vendors, jobs, cost codes and cost types ask of a tenant."""

    vendor_master: Master = setting(
        Master.MRI,
        "Vendors begin in",
        "MRI: its vendors are created and kept up to date in Procore. Procore: vendors that both sides have are only "
        "linked, and a vendor that MRI lacks is created there by the stage “New vendors”.",
        DIRECTIONS,
    )
    job_master: Master = setting(
        Master.MRI,
        "Jobs begin in",
        "MRI: a job without a project gets one in Procore, and is kept up to date there. Procore: jobs are only linked "
        "to projects that are there already; nothing of a project is changed.",
        DIRECTIONS,
    )
    cost_code_master: Master = setting(
        Master.MRI,
        "Cost codes begin in",
        "MRI: its cost codes and categories are created in Procore. Procore: they are only linked to the cost codes "
        "and cost types that Procore has.",
        DIRECTIONS,
    )
    entities: Several = setting(
        "",
        "Entities",
        "The MRI entities whose jobs are for this tenant, such as 100, 200. Empty: all entities of the database.",
        JOBS,
    )
    open_job_statuses: Several = setting(
        "",
        "Statuses of open jobs",
        "The statuses in MRI that an open job may have, such as O, OPEN. Jobs with another one get no project. Empty: "
        "every job is open.",
        JOBS,
    )
    closed_jobs: ClosedJobs = setting(
        ClosedJobs.LEAVE,
        "Jobs that were closed",
        "When a linked job is no longer open in MRI: leave the project in Procore as it is, or make it inactive.",
        JOBS,
    )
    project_stage: Label = setting(
        "",
        "Stage of new projects",
        "The Procore stage that a new project starts in. Empty: Procore's own choice.",
        JOBS,
    )
    inactive_vendors: InactiveVendors = setting(
        InactiveVendors.INACTIVE,
        "Inactive vendors",
        "When a linked vendor is no longer active in MRI: mark it inactive in Procore, or leave it as it is.",
        VENDORS,
    )
    default_country: Country = setting(
        "",
        "Default country",
        "Two-letter code (US, CA, AU, GB) for addresses that name no country.",
        VENDORS,
    )
    cost_lists: Several = setting(
        "",
        "MRI cost lists",
        "The cost lists of MRI whose codes are used, such as STD. Empty: all of them.",
        COST_CODES,
    )
    cost_code_list: Label = setting(
        "",
        "Procore cost code list",
        "The standard cost code list of Procore that the codes stand in. Empty: the company's only list.",
        COST_CODES,
    )
    code_layout: CodeLayout = setting(
        CodeLayout.UNDER_PHASES,
        "Phases",
        "Codes under phases: each phase becomes a heading with its codes below it (01-0100). Codes only: phases are "
        "left out, and the same code in two phases waits for a person.",
        COST_CODES,
    )


class Settings(CostSettings, DocumentSettings, DirectorySettings):
    """The settings of one tenant of this pairing. The form shows the bases from the last to the first."""

    model_config = ConfigDict(extra="forbid", frozen=True)
