"""Outside keys of records of any type, up to 1,000 in a call: the only way to stamp many claims or payments at once.

https://developers.procore.com/documentation/erp-external-data-details . Whether an ordinary service account may use it
is not documented: Forbidden then means to stamp one record at a time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ..base.client import Request
from ..base.errors import BadReply
from .answers import error_messages
from .parts import V1, sync


class ItemType(StrEnum):
    """Types of records, as this interface calls them."""

    CONTRACT_PAYMENT = "contract_payment"
    COST_CODE = "cost_code"
    DIRECT_COST = "item"
    LINE = "line_item"
    PROJECT = "project"
    PURCHASE_ORDER = "purchase_order_contract"
    REQUISITION = "requisition"
    SUBCONTRACT = "work_order_contract"
    VENDOR = "vendor"


@dataclass(frozen=True)
class Stamp:
    """The outside key of one record; None clears it, and unlocks what it locked."""

    type: ItemType
    id: int
    origin_id: str | None
    origin_data: str | None = None


@dataclass(frozen=True)
class StampResult:
    """`done`, or refused for these reasons; neither: the answer does not mention the record."""

    done: bool = False
    messages: tuple[str, ...] = ()


def sync_external_data(company_id: str, stamps: Sequence[Stamp]) -> Request:
    """Raises ValueError for none, or more than MAX_SYNC. Answer: `read_stamps`."""
    updates = [
        {"item_type": s.type, "item_id": s.id, "origin_id": s.origin_id, "origin_data": s.origin_data} for s in stamps
    ]
    return sync(f"{V1}/companies/{company_id}/external_data/sync", {}, updates)


def read_stamps(data: Any, stamps: Sequence[Stamp]) -> list[StampResult]:
    """One result per stamp, in the order sent. Raises BadReply when the answer is of another kind."""
    done, refused = _by_record(data, "entities"), _by_record(data, "errors")
    return [_result(done, refused, (stamp.type, stamp.id)) for stamp in stamps]


Records = Mapping[tuple[object, object], Mapping[str, Any]]


def _by_record(data: Any, name: str) -> Records:
    rows = data.get(name) if isinstance(data, Mapping) else None
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise BadReply(f"Procore's answer to outside keys holds no list of {name}.")
    return {(_key(row.get("item_type")), _key(row.get("item_id"))): row for row in rows}


def _key(value: object) -> object:
    return value if isinstance(value, int | str) else None


def _result(done: Records, refused: Records, record: tuple[object, object]) -> StampResult:
    if record in refused:
        return StampResult(messages=error_messages(refused[record]) or ("Procore gave no reason.",))
    return StampResult(done=record in done)
