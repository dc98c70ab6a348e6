"""The endpoints in use: readers of lists, and builders of the requests that write.

https://developers.procore.com/reference . A builder makes no call: its bytes are stored before they are sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from ..base.broken import Sink
from ..base.client import Request
from .client import ProcoreClient
from .paging import Listing, PageOf, Pairs
from .parts import MAX_SYNC as MAX_SYNC
from .parts import PAGE, V1, V11, body, by_ids, filtered, of_company, portions, sync, updated
from .records import (
    Company,
    CompanyVendor,
    CostCode,
    LineItemType,
    Project,
    ProjectStage,
    StandardCostCode,
    StandardCostCodeList,
    User,
    read_one,
)

MAX_PROJECTS = 300  # a page of version 1.1

_COMPANIES = Listing(Company, f"{V1}/companies", "companies", PAGE)
_PROJECTS = Listing(Project, f"{V11}/projects", "projects", MAX_PROJECTS)
_VENDORS = Listing(CompanyVendor, f"{V1}/vendors", "vendors", PAGE)
_LISTS = Listing(StandardCostCodeList, f"{V1}/standard_cost_code_lists", "standard cost code lists", PAGE)
_STANDARD = Listing(StandardCostCode, f"{V1}/standard_cost_codes", "standard cost codes", PAGE)
_COST_CODES = Listing(CostCode, f"{V1}/cost_codes", "cost codes", PAGE)
_COST_TYPES = Listing(LineItemType, f"{V1}/line_item_types", "line item types", PAGE)


# Readers. All of them raise the error tree.


def me(client: ProcoreClient) -> User:
    """The person or service account behind the login."""
    return read_one(User, client.get(f"{V1}/me").data, "user")


def companies(client: ProcoreClient) -> list[Company]:
    """The companies a login opens; for a service account those where the app is installed."""
    return _COMPANIES.all(client)


def project_stages(client: ProcoreClient) -> list[ProjectStage]:
    """https://developers.procore.com/documentation/tutorial-project-stages"""
    path = f"{V1}/companies/{client.company_id}/project_stages"
    return Listing(ProjectStage, path, "project stages", PAGE).all(client)


def project_pages(
    client: ProcoreClient,
    *,
    stage_id: int | None = None,
    number: str = "",
    origin_id: str = "",
    updated_since: datetime | None = None,
    start: int = 1,
    broken: Sink | None = None,
) -> Iterator[PageOf[Project]]:
    """Projects, active or not. Stages are filtered by id: a name finds nothing."""
    narrowed = filtered(by_stage=stage_id, project_number=number, origin_id=origin_id)
    return _PROJECTS.pages(client, [*_projects_query(client), *narrowed, *updated(updated_since)], start, broken)


def projects_by_id(client: ProcoreClient, ids: Sequence[int], broken: Sink | None = None) -> Iterator[PageOf[Project]]:
    """Those of the projects that exist and are shown to the login."""
    for some in portions(ids):
        yield from _PROJECTS.pages(client, [*_projects_query(client), *by_ids(some)], broken=broken)


def _projects_query(client: ProcoreClient) -> Pairs:
    # Without by_status the inactive ones may be missing.
    return [*of_company(client), ("view", "normal"), ("filters[by_status]", "All")]


def vendor_pages(
    client: ProcoreClient,
    *,
    origin_id: str = "",
    search: str = "",
    updated_since: datetime | None = None,
    start: int = 1,
) -> Iterator[PageOf[CompanyVendor]]:
    """The company directory without its inactive companies (`inactive_vendors`)."""
    narrowed = filtered(origin_id=origin_id, search=search)
    return _VENDORS.pages(client, [*_vendors_query(client), *narrowed, *updated(updated_since)], start)


def vendors_by_id(client: ProcoreClient, ids: Sequence[int]) -> Iterator[PageOf[CompanyVendor]]:
    """Those of the active vendors that exist."""
    for some in portions(ids):
        yield from _VENDORS.pages(client, [*_vendors_query(client), *by_ids(some)])


def inactive_vendors(client: ProcoreClient) -> list[CompanyVendor]:
    path = f"{V1}/companies/{client.company_id}/vendors/inactive"
    return Listing(CompanyVendor, path, "inactive vendors", PAGE).all(client, [("view", "normal")])


def _vendors_query(client: ProcoreClient) -> Pairs:
    return [*of_company(client), ("view", "normal")]


def standard_cost_code_lists(client: ProcoreClient) -> list[StandardCostCodeList]:
    return _LISTS.all(client, of_company(client))


def standard_cost_codes(client: ProcoreClient, list_id: int, broken: Sink | None = None) -> list[StandardCostCode]:
    """The company's cost codes of one list, header-level ones included."""
    return _STANDARD.all(client, [*of_company(client), ("standard_cost_code_list_id", list_id)], broken)


def cost_codes(client: ProcoreClient, project_id: int) -> list[CostCode]:
    """A project's cost codes, header-level ones included."""
    return _COST_CODES.all(client, [("project_id", project_id)])


def line_item_types(client: ProcoreClient, project_id: int | None = None) -> list[LineItemType]:
    """Cost types of the company, or of one project."""
    project: Pairs = [("project_id", project_id)] if project_id is not None else []
    return _COST_TYPES.all(client, [*of_company(client), *project])


# Builders.


def sync_projects(company_id: str, updates: Sequence[Mapping[str, Any]]) -> Request:
    """Change projects, each by its `id`; or create one, by its `origin_id`: Procore advises against creating many at a
    time. Answer: `answers.read_sync`. No `origin_code` here.

    `enable_copy_of_standard_cost_codes` gives a new project the company's cost codes.
    https://developers.procore.com/reference/rest/v1/projects#sync-projects
    """
    return sync(f"{V1}/projects/sync", {"company_id": int(company_id)}, updates)


def sync_vendors(company_id: str, updates: Sequence[Mapping[str, Any]]) -> Request:
    """Create and change company vendors, at most MAX_SYNC. Answer: `answers.read_sync`.

    With an `id` that vendor is changed (and its origin_id rewritten); with only an `origin_id` the vendor is changed
    or, when none has it, created. A tax number goes into `business_register_attributes` {type, identifier}.
    """
    return sync(f"{V1}/vendors/sync", {"company_id": int(company_id)}, updates)


def sync_standard_cost_codes(company_id: str, list_id: int, updates: Sequence[Mapping[str, Any]]) -> Request:
    """`code` of an update is the last segment, without its parents'. Answer: `answers.read_sync`."""
    scope = {"company_id": int(company_id), "standard_cost_code_list_id": list_id}
    return sync(f"{V1}/standard_cost_codes/sync", scope, updates)


def sync_cost_types(company_id: str, updates: Sequence[Mapping[str, Any]]) -> Request:
    """Create and change cost types, at most MAX_SYNC. A code is sent as `csv_import_code`. Answer: `answers.read_sync`.

    https://developers.procore.com/reference/rest/v1/line-item-types-cost-types
    """
    return sync(f"{V1}/line_item_types/sync", {"company_id": int(company_id)}, updates)


def create_business_register(company_id: str, vendor_id: int, kind: str, identifier: str) -> Request:
    """Give a vendor its tax number; `kind` is "abn" or "ein". Raises Conflict when sent for one that has a number."""
    return _business_register("POST", company_id, vendor_id, kind, identifier)


def update_business_register(company_id: str, vendor_id: int, kind: str, identifier: str) -> Request:
    """Change a vendor's tax number. Raises Missing when sent for one that has none."""
    return _business_register("PATCH", company_id, vendor_id, kind, identifier)


def reactivate_vendor(company_id: str, vendor_id: int) -> Request:
    """Move a vendor from the inactive list back to the directory."""
    return Request("PATCH", f"{V1}/companies/{company_id}/vendors/inactive/{vendor_id}")


def _business_register(method: str, company_id: str, vendor_id: int, kind: str, identifier: str) -> Request:
    values = {"business_register": {"type": kind, "identifier": identifier}}
    path = f"{V1}/vendors/{vendor_id}/business_register"
    return Request(method, path, {"company_id": company_id}, body(values))
