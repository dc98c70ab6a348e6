"""Reads what was paid on the draws of progress claims: a record for each payment, one more when all is paid.

A payment names its draw by job, contract and number. What a draw asks for is read with it: one call for each contract.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from hub.stage import Page, ReadContext, Record
from integrations.mri.client import MriClient
from integrations.mri.reading import records
from integrations.mri.records import HubRecord
from integrations.procore_kit.cost_choices import PaymentMethod
from integrations.procore_kit.paid import Kind, Paid
from integrations.procore_kit.settlements import ZERO, SettledBy, Settlement, Share, shares
from integrations.procore_kit.unreadables import Unreadables

from .lists import Codes, moment, same, since_day, text
from .names import JOIN, contract_key, draw_key, outside_key
from .places import DRAWS, JOBS

PAID = "paid"
Contract = tuple[str, str]  # job and contract number
METHODS = {
    "check": PaymentMethod.CHECK,
    "cheque": PaymentMethod.CHECK,
    "chk": PaymentMethod.CHECK,
    "card": PaymentMethod.CREDIT_CARD,
    "cc": PaymentMethod.CREDIT_CARD,
    "ach": PaymentMethod.ELECTRONIC,
    "eft": PaymentMethod.ELECTRONIC,
    "wire": PaymentMethod.ELECTRONIC,
}


@dataclass(frozen=True)
class _Sums:
    """What a draw asks to be paid, with and without tax; None when MRI shows no such draw."""

    total: Decimal
    net: Decimal


class PaymentReader:
    """Payments say when they changed, and a voided one says so. A page ends where a contract does."""

    ordered = False
    sweeps = True

    def __init__(self, client: MriClient, context: ReadContext) -> None:
        self._client, self._context = client, context
        self._broken = Unreadables()

    @cached_property
    def _claims(self) -> Mapping[str, str]:
        """Draw → claim."""
        return {draw: claim for claim, draw in self._context.linked_in(DRAWS).items()}

    @cached_property
    def _called(self) -> Mapping[str, str]:
        return {claim: key for key, claim in self._context.keyed_in(DRAWS).items()}

    @cached_property
    def _projects(self) -> Mapping[str, str]:
        return self._context.linked_in(JOBS)

    @cached_property
    def _codes(self) -> Codes:
        """Jobs, contracts and draws as they are linked."""
        contracts = (contract_key(*self._contract_of(draw)) for draw in self._claims)
        return Codes((*self._projects, *contracts, *self._claims))

    @cached_property
    def _sent(self) -> Mapping[str, frozenset[str]]:
        """Draw → what was sent of it before."""
        found: dict[str, set[str]] = defaultdict(set)
        for source_id in self._context.linked:
            draw, _, what = source_id.rpartition(":")
            found[draw].add(what)
        return {draw: frozenset(sent) for draw, sent in found.items()}

    def changed(self, since: datetime | None, after: str) -> Iterator[Page]:
        """Of a contract with a payment that changed, all payments: they share what is due."""
        rows = self._rows(since=since_day(since)) if since else self._rows()
        by_contract = self._by_contract(rows)
        yield Page(self._broken.records())
        for contract in sorted(by_contract):
            more = since is not None and contract[0] in self._projects
            found = self._all_of(contract) if more else by_contract[contract]
            yield Page([*self._of(contract, found), *self._broken.records()])

    def by_ids(self, ids: Sequence[str]) -> Iterator[Page]:
        wanted = set(ids)
        contracts = {self._contract_of(one.rpartition(":")[0]) for one in ids if "/" in one}
        if unread := {one for one in ids if "/" not in one}:  # payments that could not be read before
            again = self._by_contract(self._rows())
            contracts |= {place for place, rows in again.items() if any(text(row, "id") in unread for row in rows)}
            yield Page(self._broken.records())
        for contract in sorted(contracts):
            found = self._of(contract, self._all_of(contract))
            asked = [one for one in found if one.id in wanted or one.id.rpartition(":")[2] in unread]
            yield Page([*asked, *self._broken.records()])

    def by_key(self, keys: Sequence[str]) -> Sequence[Record]:
        """By the payment's key, its check number, or the number of its invoice."""
        called = keys[0].strip()
        by_contract = self._by_contract(self._rows())
        told = ("id", "check_number", "invoice_number")
        rows = [row for found in by_contract.values() for row in found]
        meant = {text(row, "id") for row in rows if any(same(text(row, name), called) for name in told)}
        chosen = {place for place, found in by_contract.items() if any(text(row, "id") in meant for row in found)}
        records_of = [record for place in sorted(chosen) for record in self._of(place, by_contract[place])]
        return [one for one in records_of if one.id.rpartition(":")[2] in meant | {PAID}]

    def _contract_of(self, draw: str) -> Contract:
        """The draw's number begins after the last mark; the job is one that is linked."""
        job = self._job_of(draw)
        return job, draw.removeprefix(f"{job}/").rpartition("/")[0]

    def _job_of(self, draw: str) -> str:
        fitting = [job for job in self._projects if draw.startswith(f"{job}/")]
        return max(fitting, key=len, default=draw.partition("/")[0])

    def _rows(self, **values: date | str | None) -> Iterator[HubRecord]:
        """All payments, those of other jobs too: each is told of. What they name is written as it is linked."""
        found = records(self._client, "payments.list", self._broken.sink, **values)
        return map(self._as_linked, found)

    def _as_linked(self, row: HubRecord) -> HubRecord:
        job = self._codes.of(text(row, "job_id"))
        contract = self._codes.of(contract_key(job, text(row, "contract_number")))
        draw = self._codes.of(JOIN.join((contract, text(row, "draw_number"))))
        number, draw_number = contract.removeprefix(job + JOIN), draw.removeprefix(contract + JOIN)
        return {**row, "job_id": job, "contract_number": number, "draw_number": draw_number}

    def _all_of(self, contract: Contract) -> list[HubRecord]:
        rows = self._rows(contract_number=contract[1])
        return [row for row in rows if same(text(row, "job_id"), contract[0]) and _is_of(row, contract[1])]

    @staticmethod
    def _by_contract(rows: Iterable[HubRecord]) -> dict[Contract, list[HubRecord]]:
        found: dict[Contract, list[HubRecord]] = defaultdict(list)
        for row in rows:
            found[text(row, "job_id"), text(row, "contract_number")].append(row)
        return found

    def _of(self, contract: Contract, rows: Sequence[HubRecord]) -> list[Record]:
        """The records of all draws of a contract."""
        by_draw: dict[str, list[HubRecord]] = defaultdict(list)
        for row in rows:
            by_draw[draw_key(*contract, text(row, "draw_number"))].append(row)
        ours = any(draw in self._claims for draw in by_draw)
        sums = self._sums(contract) if ours else {}
        return [record for draw in sorted(by_draw) for record in self._draw(draw, by_draw[draw], sums.get(draw))]

    def _sums(self, contract: Contract) -> Mapping[str, _Sums]:
        rows = records(self._client, "draws.find", None, job_id=contract[0], contract_number=contract[1])
        mine = (row for row in rows if _is_of(row, contract[1]))
        return {self._codes.of(draw_key(*contract, text(row, "number"))): _due(row) for row in mine}

    def _draw(self, draw: str, rows: Sequence[HubRecord], sums: _Sums | None) -> list[Record]:
        if draw not in self._claims:
            return [self._foreign(draw, row) for row in rows]
        live = sorted((row for row in rows if not row.get("void")), key=lambda row: (row["date"], row["id"]))
        settled = [_settlement(row) for row in live]
        whole = sum((one.amount for one in settled), ZERO)
        due = sums or _Sums(whole, whole)
        placed = shares(settled, due.total, due.net)
        known = {text(row, "id"): row for row in rows}
        sent = self._sent.get(draw, frozenset()) - {PAID}
        new = [one.id for one in settled if one.id not in sent]
        found = [
            self._paid_record(draw, known[one.id], one, placed[one.id], len(sent) + new.index(one.id) + 1)
            if one.id in new
            else self._paid_record(draw, known[one.id], one, placed[one.id], 0)
            for one in settled
        ]
        found += [self._gone(draw, one, known[one]) for one in known if known[one].get("void")]
        return [*found, *self._mark(draw, settled, sums)]

    def _facts(self, draw: str, kind: Kind, what: str, day: date | None, row: HubRecord | None = None) -> Paid:
        claim = self._claims[draw]
        job = self._job_of(draw)
        return Paid(
            kind=kind,
            bill=(text(row, "invoice_number") if row else "") or draw,
            origin=outside_key(self._client.account, "payment", f"{draw}:{what}"),
            claim_id=claim,
            claim=self._called.get(claim, claim),
            project_ids=(self._projects[job],) if job in self._projects else (),
            day=day,
        )

    def _paid_record(self, draw: str, row: HubRecord, one: Settlement, share: Share, number: int) -> Record:
        facts = self._facts(draw, Kind.SETTLEMENT, one.id, one.day, row)
        paid = Paid(**{**vars(facts), "settlement": one, "share": share, "number": number, "total": share.total})
        label = f"{draw}: payment of {one.amount:,.2f} on {one.day}"
        return Record(f"{draw}:{one.id}", paid.bill, label, {"paid": paid}, moment(row.get("changed")))

    def _gone(self, draw: str, payment_id: str, row: HubRecord) -> Record:
        """MRI says so itself. A payment that is merely not shown any more is told of by the engine, and left."""
        paid = self._facts(draw, Kind.GONE, payment_id, None, row)
        label = f"{draw}: voided payment {payment_id}"
        return Record(f"{draw}:{payment_id}", paid.bill, label, {"paid": paid}, moment(row.get("changed")))

    def _mark(self, draw: str, settled: Sequence[Settlement], sums: _Sums | None) -> Iterator[Record]:
        """The claim's payment date: set when the draw is paid in full, taken away when it is not any more."""
        whole = sums is not None and bool(settled) and sum((one.amount for one in settled), ZERO) == sums.total
        day = settled[-1].day if whole else None
        if day is not None or PAID in self._sent.get(draw, frozenset()):
            paid = self._facts(draw, Kind.PAID, PAID, day)
            label = f"{draw}: {'paid in full' if whole else 'not paid in full'}"
            yield Record(f"{draw}:{PAID}", paid.bill, label, {"paid": paid})

    def _foreign(self, draw: str, row: HubRecord) -> Record:
        called = draw.strip("/") or text(row, "vendor_id")
        paid = Paid(Kind.NONE, bill=called, reason=self._why_not(called, text(row, "job_id")))
        label = f"{called}: payment of {row['amount']:,.2f} on {row['date']}"
        return Record(f"{draw}:{text(row, 'id')}", called, label, {"paid": paid}, moment(row.get("changed")))

    def _why_not(self, draw: str, job: str) -> str:
        if not job:
            return (
                "It names no job, so nobody can tell which claim it pays. If payments have a job in MRI, map the field "
                "in the connection's endpoint for payments; then get all payments."
            )
        if job not in self._projects:
            return (
                f"Its job {job} is not linked to a project of Procore. If it should be, run the stage for jobs and see "
                "to its problems; then get all payments."
            )
        return f"Its draw {draw} did not come from a progress claim of Procore."


def _is_of(row: HubRecord, contract_number: str) -> bool:
    return same(text(row, "contract_number"), contract_number)


def _due(row: HubRecord) -> _Sums:
    """A draw's own net, else gross less what is retained, with what is released and the tax."""
    parts = {name: row.get(name) or ZERO for name in ("gross", "retained", "released", "tax")}
    before_tax = parts["gross"] - parts["retained"] + parts["released"]
    total = row.get("net")
    total = before_tax + parts["tax"] if total is None else total
    return _Sums(total, total - parts["tax"])


def _settlement(row: HubRecord) -> Settlement:
    words = text(row, "method").casefold().replace("-", " ").split()
    method = next((METHODS[word] for word in words if word in METHODS), None)
    return Settlement(
        text(row, "id"),
        SettledBy.PAYMENT,
        row["date"],
        row["amount"],
        text(row, "check_number"),
        method.value if method else "",
    )
