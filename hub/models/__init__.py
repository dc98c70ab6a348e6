"""The hub's tables."""

from __future__ import annotations

from .call import ApiCall
from .connection import Connection, Grant, GrantState
from .customer import Customer, Membership, Role
from .health import Alert, Incident, Pulse
from .job import (
    HURRY,
    OPEN_STATES,
    PEOPLE,
    BatchState,
    JobRecord,
    JobState,
    Problem,
    ProblemState,
    RecordOutcome,
    RecordState,
    SyncJob,
    Trigger,
    WriteBatch,
)
from .link import LinkedEntity, LinkState
from .tenant import Gate, Tenant, TenantStage
from .values import ReferenceFetch, ReferenceItem, ValueMap
from .worker import Worker

__all__ = [
    "HURRY",
    "OPEN_STATES",
    "PEOPLE",
    "Alert",
    "ApiCall",
    "BatchState",
    "Connection",
    "Customer",
    "Gate",
    "Grant",
    "GrantState",
    "Incident",
    "JobRecord",
    "JobState",
    "LinkState",
    "LinkedEntity",
    "Membership",
    "Problem",
    "ProblemState",
    "Pulse",
    "RecordOutcome",
    "RecordState",
    "ReferenceFetch",
    "ReferenceItem",
    "Role",
    "SyncJob",
    "Tenant",
    "TenantStage",
    "Trigger",
    "ValueMap",
    "Worker",
    "WriteBatch",
]
