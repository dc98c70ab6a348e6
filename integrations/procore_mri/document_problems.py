"""What any document for MRI can lack, and what can have become of it there."""

from __future__ import annotations

from hub.stage import ProblemKind
from integrations.procore_kit.problems import LINE_WITHOUT_CODE, VENDOR_MISSING

SENDING = (
    ProblemKind(
        "project_unreadable",
        "Project cannot be read",
        "Procore does not show this project's commitments or its budget to the login: {reason}",
        "In Procore, add the project to the app's permitted projects and give the login the right to its "
        "Commitments and Budget tools: budget codes tell the category of each line. Then run once more.",
    ),
    ProblemKind(
        "job_not_linked",
        "Project is no job",
        "The {noun} belongs to project {project}, which is not linked to a job of MRI.",
        "Run the stage for jobs and see to its problems: a project that was there before is matched by its number. "
        "Then retry it.",
    ),
    LINE_WITHOUT_CODE,
    ProblemKind(
        "code_not_linked",
        "Cost code not linked",
        "The cost code {code} is not linked to a cost code of MRI.",
        "Run the stage for cost codes. A code that only one project has must be added to the company's list, and in "
        "MRI. Then retry all that wait for it.",
    ),
    ProblemKind(
        "type_not_linked",
        "Cost type not linked",
        "The line “{line}” has a cost type that is not linked to a category of MRI, or none.",
        "Run the stage for cost types, or let MRI take the default category in the tenant's settings. Then retry it.",
    ),
    ProblemKind(
        "sub_job",
        "Line on a sub job",
        "The cost code {code} belongs to a sub job, which MRI does not have. Nothing was sent.",
        "Move the line to the project itself, or let such lines go to the job in the tenant's settings. Then retry it.",
    ),
    ProblemKind(
        "does_not_fit",
        "MRI would refuse it",
        "Nothing was sent, because MRI would refuse it or cut it off: {reason}",
        "Shorten or complete what the sentence names in Procore, or correct the field of the connection's endpoint. "
        "Then retry it.",
    ),
    ProblemKind(
        "not_verified",
        "Endpoint not verified",
        "Nothing was sent. {reasons}",
        "Open the connection's endpoints, probe this one, compare its fields and mark it verified. Then retry all that "
        "wait for it.",
    ),
    ProblemKind(
        "twin_differs",
        "In MRI already, and different",
        "MRI has a {document} with this number that is not the same (MRI → Procore): {changes}.",
        "Correct the one that is wrong, then retry it. Nothing was sent.",
    ),
    ProblemKind(
        "several_in_mri",
        "Several in MRI",
        "MRI has {count} of the {document} {key}: a person must say which one counts.",
        "Remove the wrong one in MRI, then retry it. Nothing was sent.",
    ),
    ProblemKind(
        "gone_in_mri",
        "Not in MRI any more",
        "The {document} {key} was sent and is not in MRI any more.",
        "Restore it in MRI. If it should be sent again, remove the link: the next run sends it. If not, ignore this.",
    ),
    ProblemKind(
        "changed_after_sending",
        "Changed after sending",
        "It was changed in Procore after it was sent as {document} {key}{status} (sent → now): {changes}.",
        "MRI's documents cannot be changed through its interface. Make the same change in MRI and retry it, or undo it "
        "in Procore.",
    ),
)

WITH_VENDOR = (
    *SENDING,
    VENDOR_MISSING,
    ProblemKind(
        "vendor_not_linked",
        "Vendor not linked",
        "The vendor “{vendor}” is not linked to a vendor of MRI, so nobody can be named on the document.",
        "Run the stage for vendors; a vendor that MRI lacks must be added there. Then retry it.",
    ),
)
