"""What a person must look at in Procore itself, whatever the ledger."""

from __future__ import annotations

from hub.stage import ProblemKind

UNREADABLE = ProblemKind(
    "project_unreadable",
    "Project cannot be read",
    "Procore does not show this project's commitments to the login: {reason}",
    "In Procore, add the project to the app's permitted projects and give the login the right to its Commitments tool. "
    "Then run once more.",
)

VENDOR_MISSING = ProblemKind(
    "vendor_missing",
    "No vendor",
    "The {noun} names no vendor in Procore.",
    "Choose the vendor on the commitment in Procore, then retry it.",
)

LINE_WITHOUT_CODE = ProblemKind(
    "line_without_code",
    "Line without cost code",
    "The line “{line}” has no cost code that the project knows.",
    "Give the line of the commitment a cost code in Procore, then retry it.",
)

FIGURES_DIFFER = ProblemKind(
    "figures_differ",
    "Figures do not add up",
    "The lines of the claim add up to {lines}, but Procore's current payment due is {due}. Nothing was sent.",
    "Open the claim in Procore and see which line is wrong, rejected lines first. Then retry it.",
)

NO_CERTIFICATE = ProblemKind(
    "no_certificate",
    "No payment summary",
    "Procore gave no summary (G702) for this claim, so its lines cannot be checked.",
    "Open the claim in Procore and see that its summary is there. Then retry it.",
)

NO_BILLING_DATE = ProblemKind(
    "no_billing_date",
    "No billing date",
    "The claim has no billing date, so its document cannot be dated.",
    "Enter the billing date of the claim in Procore, then retry it.",
)

SEVERAL_VENDORS = ProblemKind(
    "several_vendors",
    "Several vendors fit",
    "Procore has more than one vendor with the same {evidence} as “{name}”: {vendors}.",
    "Decide in Procore's company directory which one is right and remove or rename the others. Then retry it.",
)

TAX_NUMBER_DIFFERS = ProblemKind(
    "tax_number_differs",
    "Same name, other tax number",
    "Procore's vendor {vendor} has the name of “{name}” but the tax number {theirs} instead of {ours}.",
    "If both are the same company, correct the tax number on the wrong side; if not, tell the names apart. "
    "Then retry it.",
)

VENDOR_INACTIVE = ProblemKind(
    "vendor_inactive",
    "Vendor is inactive in Procore",
    "The vendor is inactive in Procore and could not be made active again by its key: {reasons}",
    "Reactivate the vendor in Procore's company directory, then retry it.",
)
