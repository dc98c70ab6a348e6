"""Standard cost codes of a Procore company: found by outside key and code, written by sync, headings first.

https://developers.procore.com/reference/rest/v1/cost-codes
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from hub.stage import Change, Outcome
from integrations.base.client import Reply, Request
from integrations.base.errors import Rejected
from integrations.procore import endpoints as procore
from integrations.procore.client import ProcoreClient
from integrations.procore.records import StandardCostCode, StandardCostCodeList

from . import names
from .sync_writer import SyncWriter, Update

PARENT = "parent"  # in a body: the code of the heading that a code stands under, "" for none


def chosen_list(lists: Sequence[StandardCostCodeList], name: str) -> StandardCostCodeList:
    """The list of this name, or the only one. Raises Rejected."""
    wanted = names.fold(name)
    found = [one for one in lists if not wanted or names.fold(one.name) == wanted]
    if len(found) == 1:
        return found[0]
    known = ", ".join(f"“{one.name}”" for one in lists) or "none at all"
    if not wanted:
        raise Rejected(f"Procore has the standard cost code lists {known}. Name one in the tenant's settings.")
    raise Rejected(
        f"Procore has no single standard cost code list “{name}”; it has {known}. "
        "Correct the cost code list in the tenant's settings."
    )


class CodeSurvey:
    """The codes of the list by what a code can be recognised by. `list_name` is for people."""

    def __init__(self, codes: Iterable[StandardCostCode] = (), list_name: str = "") -> None:
        self.list_name = list_name
        self.by_origin: dict[str, StandardCostCode] = {}
        self.by_id: dict[int, StandardCostCode] = {}
        self.headings: dict[str, int] = {}  # folded code → id, of codes without a parent
        self._by_full: dict[str, list[StandardCostCode]] = defaultdict(list)
        for code in codes:
            self._add(code)

    def _add(self, code: StandardCostCode) -> None:
        self.by_id[code.id] = code
        if code.origin_id:
            self.by_origin[code.origin_id] = code
        if code.parent_id is None:
            self.headings[names.fold(code.code)] = code.id
        self._by_full[names.fold(code.full_code or code.code)].append(code)

    def full(self, full_code: str) -> Sequence[StandardCostCode]:
        return self._by_full.get(names.fold(full_code), ())

    def parent_code(self, code: StandardCostCode) -> str:
        parent = self.by_id.get(code.parent_id) if code.parent_id is not None else None
        return parent.code if parent else ""


class StandardCodeWriter(SyncWriter):
    """A code stands under its heading, whose id is known once it has been made: the body names its code."""

    unseen = frozenset({PARENT})

    def __init__(self, client: ProcoreClient, list_name: str) -> None:
        super().__init__(client)
        self._list_name, self._list = list_name, 0
        self._survey: CodeSurvey | None = None

    def survey(self, unlinked: bool) -> CodeSurvey:
        """Two calls, when some code must be matched. Raises Rejected when the list cannot be told."""
        if unlinked and self._survey is None:
            chosen = chosen_list(procore.standard_cost_code_lists(self._client), self._list_name)
            self._list = chosen.id
            self._survey = CodeSurvey(procore.standard_cost_codes(self._client, chosen.id), chosen.name)
        return self._survey or CodeSurvey()

    def batches(self, changes: Sequence[Change]) -> Iterator[Sequence[Change]]:
        """Headings first. What has no heading in Procore goes by itself, and says so."""
        if changes:
            self.survey(unlinked=True)
        headings = [change for change in changes if not change.body[PARENT]]
        below = [change for change in changes if change.body[PARENT]]
        yield from super().batches(headings)
        lost = [change for change in below if self._heading(change) is None]
        yield from ([change] for change in lost)
        yield from super().batches([change for change in below if change not in lost])

    def _heading(self, change: Change) -> int | None:
        return (self._survey or CodeSurvey()).headings.get(names.fold(str(change.body[PARENT])))

    def _sync(self, updates: Sequence[Update]) -> Request:
        return procore.sync_standard_cost_codes(self._client.company_id, self._list, updates)

    def _update(self, change: Change) -> Update:
        """Raises Rejected for a code whose heading is not there."""
        update = super()._update(change)
        if parent := update.pop(PARENT, ""):
            heading = self._heading(change)
            if heading is None:
                raise Rejected(f"Procore has no heading “{parent}” yet, under which this code should stand.")
            update["parent_id"] = heading
        return update

    def outcomes(self, batch: Sequence[Change], reply: Reply) -> Sequence[Outcome]:
        """Codes below may stand under the headings that were just made."""
        done = super().outcomes(batch, reply)
        by_source = {change.source_id: change for change in batch}
        for one in done:
            change = by_source[one.source_id]
            if one.target_id and not change.body[PARENT] and self._survey is not None:
                self._survey.headings[names.fold(str(change.body["code"]))] = int(one.target_id)
        return done

    def find(self, changes: Sequence[Change]) -> Mapping[str, Sequence[str]]:
        """By outside key, in the whole list: afresh."""
        chosen = chosen_list(procore.standard_cost_code_lists(self._client), self._list_name)
        self._list = chosen.id
        self._survey = CodeSurvey(procore.standard_cost_codes(self._client, chosen.id), chosen.name)
        found = self._survey.by_origin
        return {c.source_id: [str(found[c.reference].id)] if c.reference in found else [] for c in changes}


def current_body(code: StandardCostCode, survey: CodeSurvey, body: Mapping[str, Any]) -> dict[str, Any]:
    """What the code holds now, in the shape of `body`."""
    now = {"code": code.code, "name": code.name, "origin_id": code.origin_id, PARENT: survey.parent_code(code)}
    return {name: now[name] for name in body}
