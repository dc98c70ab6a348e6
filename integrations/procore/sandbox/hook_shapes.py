"""What webhooks look like: in an answer, and as they arrive.

https://developers.procore.com/documentation/webhooks-api
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from .hooks import Attempt, Delivery, Event, Source
from .resources import RESOURCES, Resource
from .shapes import moment
from .state import Row

SHOWN = 5  # characters of a secret
VERSIONS = {"v2": "v2.0", "v3": "v3.0", "v4": "v4.0"}  # as version 1.0 of the API says them, and as version 2.0 does


def masked(secret: str) -> dict[str, str]:
    return {"Authorization": f"*****{secret[-SHOWN:]}"} if secret else {}


def hook(company_id: int, row: Row) -> dict[str, Any]:
    return {
        "id": row.id,
        "api_version": next(old for old, new in VERSIONS.items() if new == row["version"]),
        "destination_headers": masked(row["authorization"]),
        "destination_url": row["destination_url"],
        "owned_by_company_id": company_id,
        "owned_by_project_id": row["project_id"],
        "owned_by_user_id": row["user_id"],
        "namespace": row["namespace"],
    }


def hook_v2(company_id: int, row: Row, trigger_count: int) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "status": row["status"],
        "payload_version": row["version"],
        "namespace": row["namespace"],
        "destination_headers": masked(row["authorization"]),
        "destination_url": row["destination_url"],
        "trigger_count": trigger_count,
        "company_id": str(company_id),
        "project_id": _text(row["project_id"]),
        "created_at": moment(row, "created_at"),
        "updated_at": moment(row, "updated_at"),
    }


def trigger(company_id: int, hook: Row, row: Row) -> dict[str, Any]:
    return {
        "id": row.id,
        "webhook_hook_id": hook.id,
        "resource_name": row["resource_name"],
        "resource_id": None,
        "event_type": row["event_type"].upper(),
        "company_id": company_id,
        "project_id": hook["project_id"],
        "user_id": hook["user_id"],
    }


def trigger_v2(company_id: int, hook: Row, row: Row) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "webhook_hook_id": str(hook.id),
        "resource_name": row["resource_name"],
        "event_type": row["event_type"],
        "company_id": str(company_id),
        "project_id": _text(hook["project_id"]),
    }


# As they arrive.


def payload(version: str, event: Event, source: Source, number: int, ulid: str, at: datetime) -> dict[str, Any]:
    """No data of the record, and no list of what changed."""
    stamp = at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if version == "v4.0":
        return _newest(event, source, ulid, stamp)
    told = {
        "id": number,
        "ulid": ulid,
        "timestamp": stamp,
        "metadata": {
            "source_user_id": source.user_id,
            "source_project_id": event.project_id,
            "source_operation_id": None,
            "source_company_id": event.company_id,
            "source_application_id": source.application or None,
        },
        "user_id": source.user_id,
        "company_id": event.company_id,
        "project_id": event.project_id,
        "api_version": version,
        "event_type": event.kind,
        "resource_name": event.resource,
        "resource_id": event.row_id,
    }
    related = [{"id": event.holder[1], "name": event.holder[0]}] if event.holder else []
    return {**told, "related_resources": related} if version == "v3.0" else told


def _newest(event: Event, source: Source, ulid: str, stamp: str) -> dict[str, Any]:
    return {
        "id": ulid,
        "timestamp": stamp,
        "reason": event.kind,
        "company_id": str(event.company_id),
        "project_id": _text(event.project_id),
        "user_id": _text(source.user_id),
        "resource_type": event.resource,
        "resource_id": str(event.row_id),
    }


# What was sent.


def attempts(delivery: Delivery) -> list[dict[str, Any]]:
    """A row for each try, as version 1.0 lists them."""
    shown = {"event": delivery.payload, "event_id": delivery.id}
    return [{**shown, **_attempt(one), "outcome": one.outcome} for one in delivery.attempts]


def _attempt(one: Attempt) -> dict[str, Any]:
    return {
        "response_body": one.body,
        "response_error": one.error or None,
        "started_at": one.started_at,
        "completed_at": one.completed_at,
        "response_status": one.status,
        "response_headers": one.headers,
    }


def delivery_v2(one: Delivery) -> dict[str, Any]:
    tries = [_attempt(attempt) for attempt in one.attempts]
    return {"id": str(one.id), "status": one.status, "payload": _texts(one.payload), "delivery_attempts": tries}


def _texts(told: dict[str, Any]) -> dict[str, Any]:
    """Version 2: ids are texts."""
    return {
        name: _texts(value) if isinstance(value, dict) else str(value) if isinstance(value, int) else value
        for name, value in told.items()
    }


# What can be told of.


def resource(name: str, row: Resource, version: str) -> dict[str, Any]:
    missing = [event for event in ("create", "update", "delete") if event not in row.events]
    events = {event: None if event in missing else event for event in ("create", "update", "delete")}
    return {"api_version": version, "product_category": row.tool, "tools": name, "except": missing, **events}


def resource_v2(name: str, row: Resource, version: str) -> dict[str, Any]:
    return {
        "category": row.tool,
        "tool": row.tool,
        "name": name,
        "payload_version": version,
        "actions": list(row.events),
    }


def resources(of_project: bool) -> list[tuple[str, Resource]]:
    """A project's hooks hear nothing of the company's own records."""
    return [(name, row) for name, row in RESOURCES.items() if not (of_project and row.of_company)]


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)
