"""Budget codes (WBS codes): combinations of a cost code and a cost type, each with an id of its own.

https://developers.procore.com/documentation/tutorial-wbs . A flat code is compared as a whole: the delimiter also
occurs inside its segments.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .client import ProcoreClient
from .paging import Listing, PageOf
from .parts import PAGE, V1
from .records import CostCode, Id, Row, Text, Time


class WbsCodeView(Row):
    """A budget code as other records show it."""

    id: Id
    flat_code: Text = ""
    description: Text = ""


class Segment(Row):
    """A part of the pattern; `type` is "cost_code", "line_item_type", "sub_job" or "custom"."""

    id: Id
    name: Text = ""
    type: Text = ""


class SegmentItem(Row):
    """One value of a segment. For cost codes and cost types the id is that of the cost code or cost type."""

    id: Id
    code: Text = ""
    name: Text = ""
    segment: Segment | None = None


class WbsCode(Row):
    """A budget code of a project; it has no origin_id. `status`: active, inactive."""

    id: Id
    flat_code: Text = ""
    flat_name: Text = ""
    description: Text = ""
    status: Text = ""
    segment_items: tuple[SegmentItem, ...] = ()
    updated_at: Time | None = None


def wbs_code_pages(client: ProcoreClient, project_id: int, start: int = 1) -> Iterator[PageOf[WbsCode]]:
    """The budget codes of a project. Raises the error tree."""
    path = f"{V1}/projects/{project_id}/work_breakdown_structure/wbs_codes"
    return Listing(WbsCode, path, "budget codes", PAGE).pages(client, start=start)


def wbs_codes(client: ProcoreClient, project_id: int) -> list[WbsCode]:
    return [row for page in wbs_code_pages(client, project_id) for row in page.rows]


def chargeable(codes: Iterable[CostCode]) -> list[CostCode]:
    """The cost codes of a project that take costs: header-level ones, with codes under them, do not."""
    known = list(codes)
    headers = {code.parent_id for code in known}
    return [code for code in known if code.id not in headers and code.deleted_at is None]
