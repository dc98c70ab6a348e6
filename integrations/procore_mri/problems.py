"""The catalogue of what a person must look at in this pairing: what happened, why, and where to put it right."""

from __future__ import annotations

from hub.stage import ProblemKind
from integrations.procore_kit.cost_problems import CHANGED, CODES, HIDDEN, INVOICES, TOTALS
from integrations.procore_kit.problems import SEVERAL_VENDORS, TAX_NUMBER_DIFFERS, VENDOR_INACTIVE

BAD_CHARACTERS = ProblemKind(
    "bad_characters",
    "Name cannot be sent",
    "This {noun} cannot be sent to {target} unchanged: {reason}.",
    "Correct it in {source}, then retry it.",
)

VENDORS = (
    BAD_CHARACTERS,
    ProblemKind(
        "no_name",
        "No name",
        "The vendor has no name, and Procore needs one.",
        "Give the vendor a name in MRI, then retry it.",
    ),
    ProblemKind(
        "bad_country",
        "Country not known",
        "The address has the country “{country}”, which is neither the name nor the code of a country. "
        "Procore would refuse it.",
        "Correct the country of the vendor's address in MRI, for example “US” or “Australia”. Then retry it.",
    ),
    ProblemKind(
        "bad_state",
        "State does not fit the country",
        "The address has the state “{state}”, which is not one of {country}. Procore would refuse it.",
        "Correct state or country of the vendor's address in MRI{examples}. Then retry it.",
    ),
    SEVERAL_VENDORS,
    TAX_NUMBER_DIFFERS,
    ProblemKind(
        "origin_taken",
        "Vendor belongs to another integration",
        "Procore's vendor {vendor} fits this vendor of MRI, but carries the outside key “{origin}”: another "
        "integration, or another ledger, looks after it.",
        "Find out what set the key. Have it cleared in Procore if it is no longer in use, then retry.",
    ),
    VENDOR_INACTIVE,
)

NEW_VENDORS = (
    BAD_CHARACTERS,
    ProblemKind(
        "several_in_mri",
        "Several vendors in MRI",
        "MRI has more than one vendor called “{name}”: {vendors}.",
        "Decide in MRI which one is right and rename the others, or link the right one by the stage “Vendors”. "
        "Then retry it.",
    ),
)
_ADDRESS = (
    ProblemKind(
        "bad_country",
        "Country not known",
        "The address has the country “{country}”, which is neither the name nor the code of a country. "
        "Procore would refuse it.",
        "Correct the country of the job's address in MRI, for example “US” or “Australia”. Then retry it.",
    ),
    ProblemKind(
        "bad_state",
        "State does not fit the country",
        "The address has the state “{state}”, which is not one of {country}. Procore would refuse it.",
        "Correct state or country of the job's address in MRI{examples}. Then retry it.",
    ),
)
JOBS = (
    BAD_CHARACTERS,
    *_ADDRESS,
    ProblemKind(
        "several_projects",
        "Several projects fit",
        "Procore has more than one project with the {evidence} of job {job}: {projects}.",
        "Decide in Procore which one is right, and give the others another {evidence}. Then retry it.",
    ),
    ProblemKind(
        "name_taken",
        "Same name, other number",
        "Procore's project {project} has the name of job {job} “{name}”, but another number. They may be the same.",
        "If they are, set the project's number in Procore to {job}. If not, tell the names apart. Then retry it.",
    ),
    ProblemKind(
        "project_taken",
        "Project belongs to another integration",
        "Procore's project {project} fits this job, but carries the outside key “{origin}”: another integration looks "
        "after it.",
        "Find out what set the key. Have it cleared in Procore if it is no longer in use, then retry.",
    ),
    ProblemKind(
        "stage_missing",
        "Stage not found",
        "New projects should start in the stage “{stage}”, which Procore does not have.",
        "Correct the stage of new projects in the tenant's settings, or add it in Procore under Company › Admin › "
        "Project stages. Then retry it.",
    ),
)

COST_CODES = (
    BAD_CHARACTERS,
    ProblemKind(
        "code_twice",
        "Cost code used twice",
        "The cost code {code} would stand twice in Procore: {codes}.",
        "Choose the cost lists in the tenant's settings so that it occurs once, or put the codes under their phases. "
        "Then retry it.",
    ),
    ProblemKind(
        "phase_missing",
        "Phase not found",
        "The cost code {code} belongs to the phase “{phase}”, which is not in MRI's list of phases.",
        "Add the phase in MRI or correct the code's phase there. Then retry it.",
    ),
    ProblemKind(
        "several_codes",
        "Several codes fit",
        "Procore's list “{list}” has more than one code {code}: {codes}.",
        "Keep one of them in Procore, under Company › Admin › Work breakdown structure. Then retry it.",
    ),
    ProblemKind(
        "code_taken",
        "Code belongs to another integration",
        "Procore's cost code {code} carries the outside key “{origin}”: another integration looks after it.",
        "Find out what set the key. Have it cleared in Procore if it is no longer in use, or let cost codes begin in "
        "Procore by the tenant's settings. Then retry it.",
    ),
)

COST_TYPES = (
    BAD_CHARACTERS,
    ProblemKind(
        "several_types",
        "Several cost types fit",
        "Procore has more than one cost type that fits the category {category}: {types}.",
        "Rename the others in Procore, under Company › Admin › Work breakdown structure. Then retry it.",
    ),
)

_VENDOR_NOT_LINKED = ProblemKind(
    "vendor_not_linked",
    "Vendor not linked",
    "The {contact} is not linked to a vendor in Procore, and Procore needs one for this {noun}.",
    "Get the vendor by the stage “Vendors”, or put right what holds it there. Then retry this.",
)
DIRECT_INVOICES = (HIDDEN, _VENDOR_NOT_LINKED, *CODES, *CHANGED, *INVOICES, *TOTALS)
JOURNAL_ENTRIES = (HIDDEN, *CODES, *CHANGED)
