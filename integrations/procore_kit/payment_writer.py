"""Writes payments on Procore's commitments, one a call, and the payment dates of claims.

https://developers.procore.com/reference/rest/v1/contract-payments . There is no sync and no key against sending twice:
the commitment's payments are read before one is written. An outside key locks a payment, so a change takes two calls:
take the key away, then change it and put the key back; or delete it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hub.stage import Action, Change, Fate, Outcome, Record
from integrations.base.client import Reply, Request
from integrations.base.errors import Forbidden, Missing, VendorError
from integrations.procore import payments as procore
from integrations.procore.client import ProcoreClient
from integrations.procore.parts import V11, body
from integrations.procore.payments import ContractPayment
from integrations.procore.records import read_one
from integrations.procore.requisitions import Requisition, requisitions_by_id

from .paid import Kind, Paid

CLAIM_ID = "claim {}"  # a paid claim's id among the targets, where payments have bare numbers


@dataclass
class PaymentSurvey:
    """Claims by id with the project they are in, and payments by their outside key."""

    claims: dict[str, tuple[int, Requisition]] = field(default_factory=dict)
    payments: dict[str, ContractPayment] = field(default_factory=dict)


class PaymentWriter:
    keyed = False
    key_minutes = 0.0

    def __init__(self, client: ProcoreClient) -> None:
        self._client = client
        self._survey = PaymentSurvey()
        self._read: set[int] = set()  # contracts whose payments are in the survey
        self._revived: dict[str, str] = {}  # removed once and wanted again → the payment there is, "" for none

    def survey(self, unlinked: bool) -> PaymentSurvey:
        return self._survey

    def survey_page(self, records: Sequence[Record], unlinked: Collection[str]) -> PaymentSurvey:
        """The claims of what is new, and all payments of their commitments: a call per project and per commitment."""
        new: list[Paid] = [record.data["paid"] for record in records if record.id in unlinked]
        self._find_claims([paid for paid in new if paid.claim_id not in self._survey.claims])
        for paid in new:
            if paid.kind is Kind.SETTLEMENT and (found := self._survey.claims.get(paid.claim_id)):
                self._read_payments(found[0], found[1].commitment_id)
        return self._survey

    def _find_claims(self, wanted: Iterable[Paid]) -> None:
        """In the likeliest project of each; those that are not there in the next one."""
        left = {paid.claim_id: list(paid.project_ids) for paid in wanted}
        while left := {claim: projects for claim, projects in left.items() if projects}:
            by_project: dict[str, list[int]] = defaultdict(list)
            for claim, projects in left.items():
                by_project[projects.pop(0)].append(int(claim))
            for project, ids in by_project.items():
                for row in self._claims_in(int(project), sorted(ids)):
                    self._survey.claims[str(row.id)] = (int(project), row)
                    left.pop(str(row.id), None)

    def _claims_in(self, project: int, ids: Sequence[int]) -> list[Requisition]:
        """[] for a project that the login may not see: the payments of others go on."""
        try:
            return [row for page in requisitions_by_id(self._client, project, ids) for row in page.rows]
        except (Forbidden, Missing):
            return []

    def _read_payments(self, project_id: int, contract_id: int) -> None:
        if contract_id not in self._read:
            self._read.add(contract_id)
            found = procore.contract_payments(self._client, project_id, contract_id)
            self._survey.payments.update({one.origin_id: one for one in found if one.origin_id})

    def batches(self, changes: Sequence[Change]) -> Iterable[Sequence[Change]]:
        """Payments come before the dates of their claims. One that was removed and is wanted again is made anew, after
        a look whether an earlier try has made it."""
        back = [change for change in changes if change.sent.get("removed") and not change.body.get("removed")]
        self._revived |= {source: next(iter(ids), "") for source, ids in self.find(back).items()}
        return ([change] for change in sorted(changes, key=_is_date))

    def request(self, batch: Sequence[Change]) -> Request:
        (change,) = batch
        if _is_date(change):
            return _payment_date(change.body)
        project_id, contract_id = _scope(change.body)
        if there := self._there(change):
            return procore.unlock_payment(project_id, contract_id, int(there))
        return _write("POST", procore.PATH, change.body)

    def _there(self, change: Change) -> str:
        """The payment to be changed, or "" when it is to be made."""
        return self._revived.get(change.source_id, change.target_id)

    def outcomes(self, batch: Sequence[Change], reply: Reply) -> Sequence[Outcome]:
        (change,) = batch
        if there := self._there(change):
            return [Outcome(change.source_id, Fate.DONE, there)]
        made = read_one(ContractPayment, reply.data, "payment")
        return [Outcome(change.source_id, Fate.DONE, str(made.id), warnings=_differences(change.body, made))]

    def second(self, batch: Sequence[Change], done: Sequence[Outcome]) -> Request | None:
        (change,) = batch
        if _is_date(change) or change.action is Action.CREATE or not self._there(change):
            return None
        project_id, contract_id = _scope(change.body)
        if change.body.get("removed"):
            return procore.delete_payment(project_id, contract_id, int(change.target_id))
        return _write("PATCH", f"{procore.PATH}/{change.target_id}", change.body)

    def second_outcomes(self, batch: Sequence[Change], reply: Reply) -> Sequence[Outcome]:
        (change,) = batch
        warnings: tuple[str, ...] = ()
        if not change.body.get("removed"):
            warnings = _differences(change.body, read_one(ContractPayment, reply.data, "payment"))
        return [Outcome(change.source_id, Fate.DONE, change.target_id, warnings=warnings)]

    def refused(self, change: Change, error: VendorError) -> Outcome | None:
        """What should be removed and is not there any more is removed."""
        if change.body.get("removed") and isinstance(error, Missing):
            return Outcome(change.source_id, Fate.DONE, change.target_id)
        locked = any("synced with" in message for message in error.messages)
        code = ("claim_locked" if _is_date(change) else "payment_locked") if locked else ""
        return Outcome(change.source_id, Fate.REJECTED, messages=error.messages, code=code) if locked else None

    def find(self, changes: Sequence[Change]) -> Mapping[str, Sequence[str]]:
        """By outside key among the payments of the commitment."""
        scopes = {_scope(change.body) for change in changes if not _is_date(change)}
        found: dict[str, list[str]] = defaultdict(list)
        for project_id, contract_id in sorted(scopes):
            for one in procore.contract_payments(self._client, project_id, contract_id):
                found[one.origin_id].append(str(one.id))
        return {change.source_id: found.get(change.reference, []) for change in changes}

    def url(self, target_id: str) -> str:
        """Payments have no documented page of their own."""
        return ""


def _is_date(change: Change) -> bool:
    return "payment_date" in change.body


def _scope(values: Mapping[str, Any]) -> tuple[int, int]:
    return int(values["project_id"]), int(values["contract_id"])


def _payment_date(values: Mapping[str, Any]) -> Request:
    scope = {"project_id": values["project_id"], "commitment_id": values["contract_id"]}
    told = {**scope, "requisition": {"payment_date": values["payment_date"]}}
    return Request("PATCH", f"{V11}/requisitions/{values['requisition_id']}", body=body(told))


def _write(method: str, path: str, values: Mapping[str, Any]) -> Request:
    """Stored bodies hold amounts and days as texts already, just as Procore takes them."""
    project_id, contract_id = _scope(values)
    told = {"project_id": project_id, "contract_id": contract_id, "contract_payment": dict(values["payment"])}
    return Request(method, path, body=body(told))


def _differences(values: Mapping[str, Any], stored: ContractPayment) -> tuple[str, ...]:
    wanted = values["payment"]
    told = (
        ("amount", str(wanted["amount"]), str(stored.amount)),
        ("date", str(wanted["date"]), str(stored.date)),
        ("claim", str(wanted["requisition_id"]), str(stored.requisition_id)),
    )
    return tuple(
        f"Procore stored the {what} “{got}” instead of “{sent}”."
        for what, sent, got in told
        if _plain(sent) != _plain(got)
    )


def _plain(text: str) -> str:
    """Amounts are equal with and without trailing zeros."""
    return text.rstrip("0").rstrip(".") if "." in text else text
