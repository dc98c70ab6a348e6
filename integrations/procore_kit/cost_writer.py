"""Writes direct costs: headers of one project in one call, their lines in a second one.

https://developers.procore.com/documentation/using-sync-actions . Both are repeatable: headers and lines carry outside
keys of their own. Two writes to one project at a time answer 409, so there is one batch for a project after the other.
An outside key locks the header, so a change of it takes the key away and puts it back within the call.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from hub.abilities import in_doubt
from hub.stage import Change, Fate, Outcome, Record
from integrations.base.client import Reply, Request
from integrations.base.errors import BadReply, Missing, VendorError
from integrations.procore import direct_costs as procore
from integrations.procore.answers import SyncResult, read_sync
from integrations.procore.client import ProcoreClient
from integrations.procore.parts import MAX_SYNC

from .cost_survey import CostSurvey, CostSurveyor

SINGLE_LOOKS = 3  # lost headers of one project that are looked up one by one, more by reading all
NOTHING = "0.00"  # of a line that is no longer there: lines cannot be deleted by a sync
_UNKNOWN_ID = "entity with this id not found"
_LOCKED = "synced with"

Update = dict[str, Any]


class CostWriter:
    keyed = False
    key_minutes = 0.0

    def __init__(self, client: ProcoreClient, surveyor: CostSurveyor) -> None:
        self._client, self._surveyor = client, surveyor
        self._revived: dict[str, str] = {}  # removed once and wanted again → the cost there is, "" for none
        self._left: dict[str, list[Mapping[str, Any]]] = {}  # lines that a write in doubt may have left
        self._currencies: dict[str, str] = {}  # of the documents at hand; no part of what is stored

    def survey(self, unlinked: bool) -> CostSurvey:
        return self._surveyor.survey

    def survey_page(self, records: Sequence[Record], unlinked: Collection[str]) -> CostSurvey:
        self._currencies = {record.id: record.data["part"].document.currency for record in records}
        return self._surveyor.look_at([record.data["part"] for record in records], unlinked)

    def batches(self, changes: Sequence[Change]) -> Iterable[Sequence[Change]]:
        """Removals first, one by one; then each project's costs as far as headers and lines fit into one call each.
        What was removed and is wanted again is made anew, after a look whether an earlier try has made it."""
        back = [change for change in changes if change.sent.get("removed") and not change.body.get("removed")]
        self._revived |= {source: next(iter(ids), "") for source, ids in self.find(back).items()}
        by_project: dict[int, list[Change]] = defaultdict(list)
        for change in changes:
            if change.body.get("removed"):
                yield [change]
            else:
                if in_doubt(change.sent, "lines"):
                    self._left[change.source_id] = self._lines_there(change)
                by_project[_project(change)].append(change)
        for some in by_project.values():
            yield from self._portions(some)

    def request(self, batch: Sequence[Change]) -> Request:
        first = batch[0]
        if first.body.get("removed"):
            return procore.unlock_direct_cost(_project(first), int(first.target_id))
        return procore.sync_direct_costs(_project(first), [one for change in batch for one in self._headers(change)])

    def outcomes(self, batch: Sequence[Change], reply: Reply) -> Sequence[Outcome]:
        """Always status 200; a header that the answer does not mention is looked up."""
        if batch[0].body.get("removed"):
            sent = [[{"id": int(batch[0].target_id), "origin_id": None}]]
        else:
            sent = [self._headers(change) for change in batch]
        return [_outcome(change, results) for change, results in zip(batch, _told(reply, sent), strict=False)]

    def second(self, batch: Sequence[Change], done: Sequence[Outcome]) -> Request | None:
        first = batch[0]
        if first.body.get("removed"):
            return procore.delete_direct_cost(_project(first), int(first.target_id))
        lines = [line for change in batch for line in self._lines(change)]
        return procore.sync_direct_cost_lines(_project(first), lines) if lines else None

    def second_outcomes(self, batch: Sequence[Change], reply: Reply) -> Sequence[Outcome]:
        if batch[0].body.get("removed"):
            return [Outcome(batch[0].source_id, Fate.DONE, batch[0].target_id)]
        sent = [self._lines(change) for change in batch]
        told = zip(batch, sent, _told(reply, sent), strict=False)
        return [
            _line_outcome(change, lines, results, self._currencies.get(change.source_id, ""))
            for change, lines, results in told
        ]

    def refused(self, change: Change, error: VendorError) -> Outcome | None:
        """What should be removed and is not there any more is removed."""
        if change.body.get("removed") and isinstance(error, Missing):
            return Outcome(change.source_id, Fate.DONE, change.target_id)
        code = _code(error.messages)
        return Outcome(change.source_id, Fate.REJECTED, messages=error.messages, code=code) if code else None

    def _portions(self, changes: Sequence[Change]) -> Iterator[list[Change]]:
        """In their order, as many as fit."""
        some: list[Change] = []
        headers = lines = 0
        for change in changes:
            more_headers, more_lines = len(self._headers(change)), len(self._wanted_lines(change))
            if some and (headers + more_headers > MAX_SYNC or lines + more_lines > MAX_SYNC):
                yield some
                some, headers, lines = [], 0, 0
            some.append(change)
            headers, lines = headers + more_headers, lines + more_lines
        if some:
            yield some

    def _headers(self, change: Change) -> list[Update]:
        """A new header whole. Of a known one what differs from what was sent, after its key was taken away."""
        header: Mapping[str, Any] = change.body["header"]
        there = self._revived.get(change.source_id, change.target_id)
        if not there:
            return [{"origin_id": change.reference, **header}]
        unknown = change.source_id in self._revived or in_doubt(change.sent, "header")
        before: Mapping[str, Any] = {} if unknown else change.sent.get("header", {})
        fields = procore.for_update({name: header.get(name) for name in {**before, **header}})
        changed = {name: value for name, value in fields.items() if before.get(name) != value}
        mine = {"id": int(there), "origin_id": change.reference}
        return [{"id": mine["id"], "origin_id": None}, {**mine, **changed}] if changed else [mine]

    def _wanted_lines(self, change: Change) -> list[Mapping[str, Any]]:
        """The lines as they should be; those that were sent once and are gone come to nothing."""
        wanted: list[Mapping[str, Any]] = list(change.body["lines"])
        there = {line["line"] for line in wanted}
        before = (
            () if change.sent.get("removed") else (*change.sent.get("lines", ()), *self._left.get(change.source_id, ()))
        )
        gone = {line["line"]: {**line, "amount": NOTHING} for line in before if line["line"] not in there}
        return [*wanted, *gone.values()]

    def _lines_there(self, change: Change) -> list[Mapping[str, Any]]:
        """What Procore holds of a cost whose lines were refused, wholly or in part."""
        try:
            cost = procore.direct_cost(self._client, _project(change), int(change.target_id))
        except Missing:
            return []
        mine = f"{change.reference}:"
        return [
            {
                "line": line.origin_id.removeprefix(mine),
                "description": line.description,
                "cost_code_id": line.cost_code.id if line.cost_code else None,
                "cost_type_id": line.line_item_type.id if line.line_item_type else None,
            }
            for line in cost.line_items
            if line.origin_id.startswith(mine)
        ]

    def _lines(self, change: Change) -> list[Update]:
        """Lines that were sent before each told its own cost type have that of their document."""
        whole = change.sent.get("cost_type_id")
        return [
            {
                "origin_id": f"{change.reference}:{line['line']}",
                "direct_cost_id": int(change.target_id),
                "extended_type": "manual",
                "line_item_type_id": line.get("cost_type_id", whole),
                **{name: line[name] for name in ("amount", "description", "cost_code_id")},
            }
            for line in self._wanted_lines(change)
        ]

    def find(self, changes: Sequence[Change]) -> Mapping[str, Sequence[str]]:
        by_project: dict[int, list[Change]] = defaultdict(list)
        for change in changes:
            by_project[_project(change)].append(change)
        return {one: ids for project, some in by_project.items() for one, ids in self._found(project, some).items()}

    def _found(self, project: int, changes: Sequence[Change]) -> dict[str, list[str]]:
        keys = [change.reference for change in changes] if len(changes) <= SINGLE_LOOKS else [""]
        ids: dict[str, list[str]] = defaultdict(list)
        for key in keys:
            for page in procore.direct_cost_pages(self._client, project, origin_id=key):
                for row in page.rows:
                    ids[row.origin_id].append(str(row.id))
        return {change.source_id: ids.get(change.reference, []) for change in changes}

    def url(self, target_id: str) -> str:
        """The address of a direct cost's page is not documented."""
        return ""


def _project(change: Change) -> int:
    return int(change.body["project_id"])


def _told(reply: Reply, sent: Sequence[Sequence[Update]]) -> list[list[SyncResult]]:
    """The results of each change's updates; [] when the answer cannot be read."""
    try:
        results = iter(read_sync(reply.data, [update for updates in sent for update in updates]))
    except BadReply:
        return []
    return [[next(results) for _ in updates] for updates in sent]


def _outcome(change: Change, results: Sequence[SyncResult]) -> Outcome:
    messages = tuple(dict.fromkeys(message for result in results for message in result.messages))
    if messages and change.body.get("removed") and _code(messages) == "twin_deleted":
        return Outcome(change.source_id, Fate.DONE, change.target_id)
    if messages:
        return Outcome(change.source_id, Fate.REJECTED, messages=messages, code=_code(messages))
    made = results[-1].id
    if made is None:
        return Outcome(change.source_id, Fate.UNKNOWN)
    return Outcome(change.source_id, Fate.DONE, str(made))


def _line_outcome(change: Change, lines: Sequence[Update], results: Sequence[SyncResult], currency: str) -> Outcome:
    messages = tuple(dict.fromkeys(message for result in results for message in result.messages))
    if messages:
        return Outcome(change.source_id, Fate.REJECTED, change.target_id, messages, code=_code(messages))
    if any(result.id is None for result in results):
        return Outcome(change.source_id, Fate.UNKNOWN, change.target_id)
    pairs = zip(lines, results, strict=True)
    warnings = [said for line, result in pairs if (said := _difference(line, result.entity or {}))]
    warnings += _other_money(currency, results)
    return Outcome(change.source_id, Fate.DONE, change.target_id, warnings=tuple(warnings))


def _other_money(currency: str, results: Sequence[SyncResult]) -> list[str]:
    """The first cost of a project tells its currency only now."""
    told = [(result.entity or {}).get("currency_configuration") for result in results]
    codes = {str(one.get("currency_iso_code") or "") for one in told if isinstance(one, Mapping)}
    others = sorted(codes - {"", currency}) if currency else []
    return [f"The document is in {currency}, and Procore counts it in {other}. Correct it there." for other in others]


def _difference(line: Update, entity: Mapping[str, Any]) -> str:
    got = entity.get("amount")
    if got is None or _same(got, line["amount"]):
        return ""
    return f"Procore stored the amount “{got}” instead of “{line['amount']}” on “{line.get('description', '')}”."


def _same(one: object, other: object) -> bool:
    """Amounts are equal with and without trailing zeros."""
    try:
        return Decimal(str(one)) == Decimal(str(other))
    except InvalidOperation:
        return False


def _code(messages: Sequence[str]) -> str:
    said = " ".join(messages).casefold()
    return "twin_deleted" if _UNKNOWN_ID in said else "cost_locked" if _LOCKED in said else ""
