"""What happens at Lantern Bay: its set-up, what people enter on either side, and what must come of it."""

from __future__ import annotations

from ..figures import Expected
from ..settings import Setup
from ..tenants import Story
from . import site

SETUP = Setup(
    {
        "entities": "100, 200",
        "open_job_statuses": "O",
        "default_country": "US",
        "cost_lists": "STD",
        "pending_statuses": "H",
    },
    asks=["draws"],
)

TWINS = 2  # projects of one number, of which no job can be linked to either

EXPECTED = {
    # Foghorn is there by its tax number; a state that is none, and two Driftwoods; one is not active
    "vendors": Expected({"created": 3, "matched": 1, "rejected": 2, "skipped": 1}, found=4),
    # eight codes under three phases; one is not active
    "cost_codes": Expected({"created": 11, "skipped": 1}, found=11),
    # L, M and C are there by their codes, equipment by its name
    "cost_types": Expected({"created": 1, "matched": 4}, found=5),
    # 0042-A is there; two projects with the number 007; one closed, one of another entity
    "jobs": Expected({"created": 2, "matched": 1, "rejected": 1, "skipped": 2}, found=3),
    # one that is not locked, one without lines; here and in the four that follow, the two projects 007 that no job is
    # linked to
    "budgets": Expected({"created": 1, "skipped": 2 + TWINS}, found=1, money="481000.55"),
    # 5,000.00 from one code to another, and 4,250.00 more; one is under review
    "budget_revisions": Expected({"created": 2, "skipped": 1 + TWINS}, found=2, money="4250.00"),
    # 300,000.00 + 128,500.50 + 82,750.25 + 42,000.00, and 15,000.00 that is there as it should be; one that is there
    # with 50,000.00 is a problem, as are an unknown vendor, a code that MRI has retired and a sub job; one is a draft
    "commitments": Expected(
        {"created": 4, "matched": 1, "rejected": 4, "skipped": 1 + TWINS}, found=6, money="618250.75"
    ),
    # one is pending, one comes to nothing
    "change_orders": Expected({"created": 1, "skipped": 2 + TWINS}, found=1, money="9600.00"),
    # 54,000.00 + 81,000.00 (12,000.00 of it stored) + 7,500.00 (retention alone) + 6,840.00 (less what was too much)
    # + 14,725.76 + 7,600.00 (as noted) + 24,750.25 + 21,000.00; nothing due and under review are skipped; below zero
    # and a contract that waits are problems
    "draws": Expected({"created": 8, "rejected": 2, "skipped": 2 + TWINS}, found=8, money="217416.01"),
    # 54,000.00 + 50,000.00 of 81,000.00 + 7,000.00 and 7,725.76 + 21,000.00; three claims are paid in full and get
    # their date; a check was voided before it was sent
    "payments": Expected({"created": 5, "matched": 3, "skipped": 1}, found=8, money="139725.76"),
    # 640.00 and 410.00 of SE-910; its overhead, a vendor under contract and one on hold are skipped; a vendor that is
    # not linked and a code that MRI has retired are problems
    "direct_invoices": Expected({"created": 2, "rejected": 2, "skipped": 3}, found=2, money="1050.00"),
    # two parts of one; what was moved from, and one that is not posted
    "journal_entries": Expected({"created": 2, "skipped": 2}, found=2, money="5000.00"),
}

STORY = Story(SETUP, site.CONTRACTS, site.CLAIMS, EXPECTED)
