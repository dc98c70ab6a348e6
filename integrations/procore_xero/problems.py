"""The catalogue of what a person must look at in this pairing: what happened, why, and where to put it right."""

from __future__ import annotations

from hub.stage import ProblemKind
from integrations.procore_kit.problems import SEVERAL_VENDORS, TAX_NUMBER_DIFFERS, VENDOR_INACTIVE

_BAD_CHARACTERS = ProblemKind(
    "bad_characters",
    "Name cannot be sent",
    "The name of this {noun} cannot be sent to {target} unchanged: {reason}.",
    "Correct the name in {source}, then retry it.",
)
_TOO_LONG = ProblemKind(
    "too_long",
    "Number too long",
    "Xero allows 100 characters for an option's name: {reason}.",
    "Shorten the number in Procore, or the format in the tenant's settings, then retry it.",
)

# Options of a tracking category: projects and cost codes.
OPTIONS = (
    _BAD_CHARACTERS,
    _TOO_LONG,
    ProblemKind(
        "several_options",
        "Several options fit",
        "In Xero's tracking category “{category}” more than one option fits “{name}”: {options}.",
        "Decide which one is this {noun}: in Xero, under Settings › Tracking categories, rename it to “{name}” "
        "or archive the others. Then retry it.",
    ),
    ProblemKind(
        "name_taken",
        "Name taken under another number",
        "Xero's tracking category “{category}” has the option “{option}”: the name of this {noun} under another "
        "number. Both may be the same {noun}.",
        "If they are the same, rename the option in Xero (Settings › Tracking categories) to “{name}”. "
        "If not, give one of the two another name. Then retry it.",
    ),
    ProblemKind(
        "option_archived",
        "Archived under this name",
        "Xero's tracking category “{category}” has an archived option “{option}”, so the name cannot be used again.",
        "In Xero, under Settings › Tracking categories, restore the option or rename it. Then retry it.",
    ),
    ProblemKind(
        "category_changed",
        "Linked in another category",
        "This {noun} is linked to the option “{option}” of Xero's tracking category “{other}”, but the tenant's "
        "settings name the category “{category}”.",
        "Set the category in the tenant's settings back to “{other}”, or remove the link to have a new option made.",
    ),
)

PROJECTS = (
    *OPTIONS,
    ProblemKind(
        "no_number",
        "No job number",
        "Project “{name}” has no project number in Procore. The number is what identifies a project in Xero.",
        "Fill in the project number in Procore, under the project's Admin › General settings. Then retry it.",
    ),
    ProblemKind(
        "number_twice",
        "Job number used twice",
        "The project number “{number}” belongs to more than one project: {projects}.",
        "Give each a number of its own in Procore, or move the wrong one out of the stage “{stage}”. Then retry.",
    ),
)

CONTACTS = (
    _BAD_CHARACTERS,
    ProblemKind(
        "no_name",
        "No name",
        "The contact has no name, and Procore needs one for a vendor.",
        "Give the contact a name in Xero, then retry it.",
    ),
    ProblemKind(
        "bad_country",
        "Country not known",
        "The address has the country “{country}”, which is neither the name nor the code of a country. "
        "Procore would refuse it.",
        "Correct the country of the contact's address in Xero, for example “Australia” or “NZ”. Then retry it.",
    ),
    ProblemKind(
        "bad_state",
        "State does not fit the country",
        "The address has the state or region “{state}”, which is not one of {country}. Procore would refuse it.",
        "Correct region or country of the contact's address in Xero{examples}. Then retry it.",
    ),
    SEVERAL_VENDORS,
    TAX_NUMBER_DIFFERS,
    ProblemKind(
        "origin_taken",
        "Vendor belongs to another integration",
        "Procore's vendor {vendor} fits this contact, but carries the outside key “{origin}”: another integration, "
        "or another ledger, looks after it.",
        "Find out what set the key. Have it cleared in Procore if it is no longer in use, then retry.",
    ),
    VENDOR_INACTIVE,
)

COST_CODES = (
    *OPTIONS,
    ProblemKind(
        "no_code",
        "No code",
        "The cost code “{name}” has no code in Procore.",
        "Give it a code in Procore, under Company › Admin › Work breakdown structure. Then retry it.",
    ),
    ProblemKind(
        "code_twice",
        "Cost code used twice",
        "The cost code “{code}” occurs more than once: {codes}.",
        "Keep one of them in Procore, or name a single list in the tenant's settings. Then retry.",
    ),
    ProblemKind(
        "unmapped_code",
        "Cost code not mapped",
        "The cost code “{code}” has no {wanted} in the value map, so a claim that uses it could not be sent.",
        "Open the tenant's value map and choose the {wanted} for “{code}”. Then retry it.",
    ),
    ProblemKind(
        "mapped_option_missing",
        "Mapped option does not exist",
        "The value map sends the cost code “{code}” to the option “{option}”, which Xero's tracking category "
        "“{category}” does not have among its active options.",
        "Correct the value map, or make the option in Xero under Settings › Tracking categories. Then retry it.",
    ),
)
