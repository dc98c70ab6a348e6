"""The vendors of one project. A vendor's id there may be another one than in the company directory.

https://developers.procore.com/reference/rest/v1/project-vendors . Match the two by origin_id, else by name; commitments
and direct costs of the project speak of the project's id.
"""

from __future__ import annotations

from ..base.client import Request
from .client import ProcoreClient
from .paging import Listing
from .parts import PAGE, V11
from .records import CompanyVendor


def project_vendors(client: ProcoreClient, project_id: int) -> list[CompanyVendor]:
    """Raises the error tree."""
    return Listing(CompanyVendor, f"{V11}/projects/{project_id}/vendors", "project vendors", PAGE).all(client)


def add_project_vendor(project_id: int, vendor_id: int) -> Request:
    """Let a vendor of the company (`vendor_id` is the company's) join a project. Adding it again changes nothing."""
    return Request("POST", f"{V11}/projects/{project_id}/vendors/{vendor_id}/actions/add")
