"""Reads phases and cost codes of MRI, which carry no date of change: all of them each time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cached_property

from hub.stage import Page, ReadContext, Record
from integrations.mri.client import MriClient
from integrations.mri.reading import records
from integrations.mri.records import HubRecord
from integrations.procore_kit.unreadables import Unreadables

from .lists import same, text
from .names import code_key, outside_key
from .settings import CodeLayout, Settings, listed

PAGE = 300  # records stored together


class CodeReader:
    """Phases come first: codes stand under them."""

    ordered = False
    sweeps = True

    def __init__(self, client: MriClient, context: ReadContext) -> None:
        self._client = client
        self._settings: Settings = context.settings
        self._broken = Unreadables()

    def changed(self, since: datetime | None, after: str) -> Iterator[Page]:
        total = len(self._phases) + len(self._codes)
        yield Page([*self._phases, *self._broken.records()], total=total)
        for first in range(0, len(self._codes), PAGE):
            yield Page(self._codes[first : first + PAGE], total=total)

    def by_ids(self, ids: Sequence[str]) -> Iterator[Page]:
        wanted = frozenset(ids)
        found = [record for record in (*self._phases, *self._codes) if record.id in wanted]
        yield Page([*found, *self._broken.records()])

    def by_key(self, keys: Sequence[str]) -> Sequence[Record]:
        """By the whole code ("01-0100"), or by what MRI calls a phase or code."""
        called = keys[0].strip()
        everything = [*self._phases, *self._codes]
        exact = [record for record in everything if same(record.key, called)]
        return exact or [record for record in everything if same(record.data["code"], called)]

    @property
    def _under_phases(self) -> bool:
        return self._settings.code_layout is CodeLayout.UNDER_PHASES

    @cached_property
    def _phases(self) -> list[Record]:
        """A phase that is listed for several jobs is one."""
        rows = records(self._client, "phases.list", self._broken.sink)
        by_id = {text(row, "id"): row for row in rows}
        return [self._phase(row) for row in by_id.values()]

    def _phase(self, row: HubRecord) -> Record:
        phase, name = text(row, "id"), " ".join(text(row, "name").split())
        data = {"phase": "", "code": phase, "name": name, "heading": True, "left_out": "", "rivals": []}
        key = code_key(phase, "")
        return Record(key, phase, f"{phase} {name}".strip(), {**data, "origin_id": self._origin(key)})

    @cached_property
    def _codes(self) -> list[Record]:
        rows = list(records(self._client, "cost_codes.list", self._broken.sink))
        general = [row for row in rows if not self._left_out(row)]
        by_key: dict[str, list[HubRecord]] = defaultdict(list)
        for row in general:
            by_key[self._place(row)].append(row)
        known = {record.data["code"] for record in self._phases}
        kept = [self._code(row, by_key[self._place(row)], known) for row in general]
        others = [row for row in rows if self._left_out(row)]
        return [*kept, *(self._other(row) for row in others)]

    def _left_out(self, row: HubRecord) -> str:
        if job := text(row, "job_id"):
            return f"It is for the job {job} only, and Procore's standard cost codes are for all."
        lists, own = self._settings.cost_lists, text(row, "cost_list")
        if lists and own.casefold() not in listed(lists):
            return f"It is in the cost list “{own}”; this tenant uses {lists}."
        return ""

    def _place(self, row: HubRecord) -> str:
        """Where it stands in Procore: two codes in one place cannot both be there."""
        return code_key(text(row, "phase") if self._under_phases else "", text(row, "id")).casefold()

    def _code(self, row: HubRecord, sharing: Sequence[HubRecord], phases: set[str]) -> Record:
        phase, code = text(row, "phase"), text(row, "id")
        shown = phase if self._under_phases else ""
        rivals = [_called(one) for one in sharing] if len(sharing) > 1 else []
        key = code_key(phase, code)
        twin = rivals and sharing.index(row)
        record_id = f"{key}#{twin}" if twin else key
        name = " ".join(text(row, "name").split())
        full = f"{shown}-{code}" if shown else code
        data = {
            "phase": shown,
            "code": code,
            "name": name,
            "heading": False,
            "left_out": "",
            "active": row.get("active") is not False,
            "rivals": rivals,
            "phase_missing": bool(shown) and shown not in phases,
            "origin_id": self._origin(key),
        }
        return Record(record_id, full, f"{full} {name}".strip(), data)

    def _other(self, row: HubRecord) -> Record:
        where = text(row, "job_id") or text(row, "cost_list")
        key = f"{where}:{code_key(text(row, 'phase'), text(row, 'id'))}"
        data = {"code": text(row, "id"), "left_out": self._left_out(row), "heading": False}
        return Record(key, key, f"{_called(row)} ({where})", data)

    def _origin(self, key: str) -> str:
        return outside_key(self._client.account, "code", key)


def _called(row: HubRecord) -> str:
    return " ".join(f"{text(row, 'phase')} {text(row, 'id')} {text(row, 'name')}".split())
