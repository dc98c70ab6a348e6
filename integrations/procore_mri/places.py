"""Which Procore project is which job of MRI, which vendor which vendor, which cost code which cost code.

Procore's company is the left side of a tenant, one database of MRI the right one. A job belongs to an entity; a tenant
may be for some entities only.
"""

from __future__ import annotations

from dataclasses import dataclass

from hub.stage import Known, LinkView, Problem, ReadContext, Record, Skip
from integrations.procore_kit.sites import NOT_LINKED, Ties

from .names import code_parts

# The stages by which records are tied.
VENDORS, NEW_VENDORS, JOBS, CODES, TYPES = "vendors", "new_vendors", "jobs", "cost_codes", "cost_types"
COMMITMENTS, CHANGE_ORDERS, DRAWS = "commitments", "change_orders", "draws"


@dataclass(frozen=True)
class MriCode:
    """A cost code of MRI; `phase` is "" where there are none."""

    phase: str
    code: str

    @property
    def label(self) -> str:
        return f"{self.phase}-{self.code}" if self.phase else self.code


def ties(context: ReadContext) -> Ties:
    """Projects that are jobs, vendors that are vendors: Procore's id → MRI's."""
    vendors = dict(context.linked_in(NEW_VENDORS))
    vendors |= {procore: mri for mri, procore in context.linked_in(VENDORS).items()}
    return Ties({project: job for job, project in context.linked_in(JOBS).items()}, vendors, tells=True)


def of_project(record: Record) -> Problem | Skip | None:
    """What a record comes to that stands for all of a project; None for any other."""
    if "unreadable" in record.data:
        return Problem("project_unreadable", {"reason": record.data["unreadable"]})
    if NOT_LINKED in record.data:
        return Skip(
            "project_not_linked",
            "The project is not linked to a job of MRI, so nothing of it is read here. If it is a job there, run the "
            "stage for jobs and see to its problems: a project that was there before is matched by its number.",
        )
    return None


def job_of(known: Known, project_id: object) -> LinkView | None:
    """The link of a Procore project: `source_id` is the job's code."""
    return known.owner_in(JOBS, str(project_id))


def project_of(known: Known, job_id: str) -> LinkView | None:
    """The link of a job: `target_id` is Procore's project."""
    return known.link_in(JOBS, job_id)


def vendor_in_mri(known: Known, vendor_id: object) -> str:
    """MRI's id of a vendor of Procore, "" when it is not linked. It may have come from either side."""
    if came := known.owner_in(VENDORS, str(vendor_id)):
        return came.source_id
    made = known.link_in(NEW_VENDORS, str(vendor_id))
    return made.target_id if made else ""


def vendor_in_procore(known: Known, vendor_id: str) -> str:
    """Procore's id of a vendor of MRI, "" when it is not linked."""
    if came := known.link_in(VENDORS, vendor_id):
        return came.target_id
    made = known.owner_in(NEW_VENDORS, vendor_id)
    return made.source_id if made else ""


def code_in_mri(known: Known, standard_id: object) -> MriCode | None:
    """The cost code that a standard cost code of Procore came from, or was matched with."""
    link = known.owner_in(CODES, str(standard_id))
    if link is None:
        return None
    phase, code = code_parts(link.source_id)
    return MriCode(phase, code)


def type_in_mri(known: Known, line_item_type_id: object) -> str:
    """MRI's category of a cost type of Procore, "" when it is not linked."""
    link = known.owner_in(TYPES, str(line_item_type_id))
    return link.source_id if link else ""
