"""What readers and builders of the endpoints are made of: parts of queries, bodies, syncs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from ..base.client import Request
from .client import ProcoreClient
from .paging import Pairs

V1, V11 = "/rest/v1.0", "/rest/v1.1"
MAX_SYNC = 1000  # updates in one call: https://developers.procore.com/documentation/using-sync-actions
PAGE = 1000  # lists without a published size may be asked for up to 2,000
IDS_PER_CALL = 100  # keeps addresses short with ids of 15 digits


def of_company(client: ProcoreClient) -> Pairs:
    return [("company_id", client.company_id)]


def by_ids(ids: Sequence[int]) -> Pairs:
    return [("filters[id][]", number) for number in ids]


def portions(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """As many ids as one address should hold, at a time."""
    return (ids[at : at + IDS_PER_CALL] for at in range(0, len(ids), IDS_PER_CALL))


def filtered(**filters: str | int | None) -> Pairs:
    """Filters of a list; those that are None or "" are left out."""
    return [(f"filters[{name}]", value) for name, value in filters.items() if value not in (None, "")]


def updated(since: datetime | None) -> Pairs:
    """https://developers.procore.com/documentation/filtering-on-list-actions : a range has two ends, so the later one
    lies where no clock will be."""
    if since is None:
        return []
    first = since.astimezone(UTC)
    return [("filters[updated_at]", f"{_stamp(first)}...{_stamp(first + timedelta(days=3650))}")]


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def sync(path: str, scope: Mapping[str, int], updates: Sequence[Mapping[str, Any]]) -> Request:
    """Raises ValueError for none, or too many, updates."""
    if not 0 < len(updates) <= MAX_SYNC:
        raise ValueError(f"a sync takes 1 to {MAX_SYNC} updates, not {len(updates)}")
    return Request("PATCH", path, body=body({**scope, "updates": [dict(update) for update in updates]}))


def body(values: Mapping[str, Any]) -> str:
    """JSON text. Amounts are sent as texts and days as ISO 8601."""
    return json.dumps(values, default=str, ensure_ascii=False, separators=(",", ":"))
