"""The two ends of a run, and everything that travels through the pipeline with a job."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from hub.models import SyncJob, TenantStage
from hub.stage import Reader, Stage, Writer
from integrations.base.client import ApiClient

from .claim import Lease
from .known import JobKnown
from .turn import Turn


@dataclass
class Run:
    """One worker's hold on one job."""

    job: SyncJob
    row: TenantStage
    stage: Stage
    lease: Lease
    known: JobKnown
    source: ApiClient
    target: ApiClient
    reader: Reader
    writer: Writer
    troubled: set[str]  # source ids with an unresolved problem
    whole: bool  # reading begins at the beginning, not after a page of an earlier turn
    turn: Turn
    seen: set[str] = field(default_factory=set)
    follow: list[str] = field(default_factory=list)  # records that merged ones lead to
    planned: dict[tuple[str, str], str] = field(default_factory=dict)  # what planned, unsent records take: their labels
    lost: list[tuple[str, str, datetime]] | None = None  # what may still be carried out (`late`), once it is asked for

    @property
    def names(self) -> tuple[str, str]:
        """(source vendor, target vendor) for sentences."""
        left, right = self.row.connections
        return left.vendor.name, right.vendor.name
