"""The toy's one stage: orders become papers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from hub.stage import (
    Action,
    Change,
    Direction,
    Fate,
    Follow,
    KeyField,
    Known,
    Mapped,
    Outcome,
    Page,
    Payload,
    Problem,
    ProblemKind,
    ReadContext,
    Record,
    Skip,
    Stage,
)
from integrations.base.client import ApiClient, Reply, Request


class ToySettings(BaseModel):
    prefix: str = Field(
        "", title="Name prefix", description="Put before every name.", json_schema_extra={"group": "Names"}
    )
    case: Literal["as it is", "upper"] = Field("as it is", title="Letters", json_schema_extra={"group": "Names"})
    batch: int = Field(2, ge=1, le=50, description="Papers per request.")
    keyed: bool = Field(True, description="Whether the vault knows idempotency keys.")
    late: bool = Field(False, description="Whether an unanswered write may still be carried out.")
    pages: bool = Field(False, description="Whether papers get their pages by a second request.")


class OrderReader:
    ordered = True
    sweeps = True

    def __init__(self, client: ApiClient) -> None:
        self._client = client

    def changed(self, since: datetime | None, after: str) -> Iterator[Page]:
        start = int(after or 0)
        while True:
            params = {"start": str(start)} | ({"since": since.isoformat()} if since else {})
            records = self._read(params)
            start += len(records)
            yield Page(records, position=str(start))
            if len(records) < 3:
                return

    def by_ids(self, ids: Sequence[str]) -> Iterator[Page]:
        for first in range(0, len(ids), 3):
            yield Page(self._read({"ids": ",".join(ids[first : first + 3])}))

    def by_key(self, keys: Sequence[str]) -> Sequence[Record]:
        return self._read({"number": keys[0]})

    def _read(self, params: dict[str, str]) -> list[Record]:
        rows = self._client.get("/orders", params).data
        return [
            Record(
                row["id"],
                row["number"],
                row["name"],
                row,
                datetime.fromisoformat(row["changed_at"]),
                f"https://shop.example/{row['id']}",
            )
            for row in rows
        ]


class PaperWriter:
    key_minutes = 5.0

    def __init__(self, client: ApiClient, settings: ToySettings) -> None:
        self._client, self._settings = client, settings
        self.keyed = settings.keyed
        self._papers: dict[str, Any] | None = None

    def survey(self, unlinked: bool) -> dict[str, Any]:
        if self._papers is None and unlinked:
            self._papers = {paper["ref"]: paper for paper in self._client.get("/papers").data}
        return self._papers or {}

    def batches(self, changes: Sequence[Change]) -> Iterable[Sequence[Change]]:
        creates = [change for change in changes if change.action == Action.CREATE]
        size = self._settings.batch
        yield from (creates[first : first + size] for first in range(0, len(creates), size))
        yield from ([change] for change in changes if change.action == Action.UPDATE)

    def request(self, batch: Sequence[Change]) -> Request:
        if batch[0].action == Action.UPDATE:
            return Request("POST", f"/papers/{batch[0].target_id}", body=json.dumps(dict(batch[0].body)))
        return Request("PUT", "/papers", body=json.dumps([dict(change.body) for change in batch]))

    def outcomes(self, batch: Sequence[Change], reply: Reply) -> Sequence[Outcome]:
        told = {row["ref"]: row for row in reply.data}
        return [self._outcome(change, told[change.reference]) for change in batch if change.reference in told]

    @staticmethod
    def _outcome(change: Change, row: dict[str, Any]) -> Outcome:
        if "error" in row:
            return Outcome(change.source_id, Fate.REJECTED, messages=(row["error"],))
        return Outcome(change.source_id, Fate.DONE, target_id=row["id"])

    def find(self, changes: Sequence[Change]) -> Mapping[str, Sequence[str]]:
        rows = self._client.get("/papers", {"refs": ",".join(change.reference for change in changes)}).data
        return {change.source_id: [row["id"] for row in rows if row["ref"] == change.reference] for change in changes}

    def url(self, target_id: str) -> str:
        return f"https://vault.example/{target_id}"


class LatePaperWriter(PaperWriter):
    """The vault may be slower than its callers are patient."""

    late_minutes = 3.0


class PagedPaperWriter(PaperWriter):
    """Papers are made empty; a second request writes their pages, by reference, as often as one likes."""

    def second(self, batch: Sequence[Change], done: Sequence[Outcome]) -> Request | None:
        pages = [{"paper": change.target_id, "text": change.body["name"]} for change in batch]
        return Request("PUT", "/pages", body=json.dumps(pages))

    def second_outcomes(self, batch: Sequence[Change], reply: Reply) -> Sequence[Outcome]:
        return [
            Outcome(change.source_id, Fate.DONE, change.target_id)
            if "torn" not in row["text"]
            else Outcome(change.source_id, Fate.REJECTED, messages=("the page is torn",))
            for change, row in zip(batch, reply.data, strict=True)
        ]


class Orders(Stage):
    slug, number, title, noun = "orders", 1, "Orders", "order"
    direction = Direction.FORWARD
    all_label = "Send all orders"
    keys = (KeyField("number", "Order #"),)
    problems = (ProblemKind("no_name", "No name", "Order {number} has no name.", "Give it a name in the shop."),)

    def reader(self, source: ApiClient, context: ReadContext) -> OrderReader:
        return OrderReader(source)

    def writer(self, target: ApiClient, settings: Any) -> PaperWriter:
        late = LatePaperWriter if settings.late else PaperWriter
        return (PagedPaperWriter if settings.pages else late)(target, settings)

    def map(self, record: Record, known: Known) -> Mapped:
        data = record.data
        if data.get("draft"):
            return Skip("draft", "It is still a draft.")
        if data.get("merged_into"):
            return (
                Follow(data["merged_into"], "Merged in the shop.")
                if known.link(record.id)
                else Skip("merged", "Merged.")
            )
        if not data["name"].strip():
            return Problem("no_name", {"number": record.key})
        link = known.link(record.id)
        name = known.settings.prefix + data["name"]
        body = {"ref": record.key, "name": name.upper() if known.settings.case == "upper" else name}
        paper = None if link else known.target.get(record.key)
        if paper:
            whole = not known.settings.pages or paper.get("pages") == body["name"]
            current = {"ref": paper["ref"], "name": paper["name"]} if whole else None
            return Payload(body, record.key, target_id=paper["id"], evidence="Same reference.", current=current)
        return Payload(body, record.key)
