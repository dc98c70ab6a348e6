"""Storing what a write brought about: link, record and batch in one short transaction behind the fence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from hub.abilities import DOUBT, doubted
from hub.models import BatchState, JobRecord, LinkedEntity, LinkState, RecordOutcome, RecordState, WriteBatch
from hub.stage import Action, Change, Fate, Outcome

from . import ledger
from .catalogue import explain
from .context import Run

UNKNOWN = {
    "outcome": RecordOutcome.UNKNOWN,
    "code": "outcome_unknown",
    "message": "It was sent, but no usable answer came back.",
    "fix": "Nothing to do: the next attempt first finds out what became of it.",
}


@transaction.atomic(durable=True)
def mark_unknown(run: Run, batch: WriteBatch, *, answered_5xx: bool) -> None:
    """No usable answer came: say so on the batch and on its records, before finding out."""
    run.lease.check()
    batch.state, batch.answered_5xx = BatchState.UNKNOWN, batch.answered_5xx or answered_5xx
    batch.lost_at = batch.lost_at or timezone.now()
    batch.save(update_fields=["state", "answered_5xx", "lost_at"])
    ids = [member["source_id"] for member in batch.members]
    JobRecord.objects.filter(job=batch.job_id, source_id__in=ids).update(
        **UNKNOWN, state=RecordState.DONE, at=timezone.now()
    )


def changes_of(batch: WriteBatch) -> list[Change]:
    """The changes a stored batch was made of."""
    names = ("source_id", "body", "reference", "target_id", "sent")
    return [Change(action=Action(m["action"]), **{name: m[name] for name in names}) for m in batch.members]


@transaction.atomic(durable=True)
def settle(run: Run, batch: WriteBatch, outcomes: Sequence[Outcome], rows: dict[str, JobRecord] | None = None) -> None:
    """Store outcomes of a batch. A member without a final outcome keeps the batch open, for recovery. `rows` are the
    job's records by source id, when the caller has them in memory."""
    run.lease.check()
    outcomes = [_unless_taken(run, outcome) for outcome in outcomes]
    members = {member["source_id"]: member for member in batch.members}
    rows = rows or _rows(batch, members)
    saved, gone, open_members = [], [], []
    for outcome in outcomes:
        member = members[outcome.source_id]
        row = rows[outcome.source_id]
        _tell(run, row, outcome, member)
        if outcome.fate == Fate.DONE:
            saved.append(_link(run, member, outcome.target_id))
        elif batch.step == 2 and outcome.fate == Fate.REJECTED:
            saved.append(_unfinished(run, member))
        elif outcome.code == "two_candidates":
            saved.append(_link(run, member, "", LinkState.UNKNOWN))  # stays, so that no run makes a third
        elif outcome.fate == Fate.REJECTED:
            saved += _restored(run, member)
            gone += [] if member["linked"] else [outcome.source_id]
        else:
            saved.append(_link(run, member, member["target_id"] if member["linked"] else "", LinkState.UNKNOWN))
            open_members.append(member)
    _save(run, rows, saved, gone)
    _close(batch, open_members)
    ledger.advance(run.job, len(outcomes))


def _unless_taken(run: Run, outcome: Outcome) -> Outcome:
    """A vendor that answers a create with a record we know already has merged two of ours: a person must look."""
    owner = run.known.owner(outcome.target_id) if outcome.fate == Fate.DONE else None
    if owner is None or owner.source_id == outcome.source_id:
        return outcome
    reasons = (owner.source_key or owner.source_id,)
    return Outcome(outcome.source_id, Fate.REJECTED, messages=reasons, code="target_taken")


def _rows(batch: WriteBatch, members: dict[str, Any]) -> dict[str, JobRecord]:
    found = {row.source_id: row for row in JobRecord.objects.filter(job=batch.job_id, source_id__in=list(members))}
    return {source: found[source] for source in members}


def _tell(run: Run, row: JobRecord, outcome: Outcome, member: dict[str, Any]) -> None:
    """Put the target's answer on the record."""
    row.state = RecordState.DONE
    row.outcome, row.code, row.message, row.fix = member["outcome"], "", member["evidence"], ""
    row.warnings = [*row.warnings, *(w for w in outcome.warnings if w not in row.warnings)]
    if outcome.fate == Fate.DONE:
        row.target_id = outcome.target_id
        row.target_url = run.writer.url(outcome.target_id)
        return
    if outcome.fate == Fate.UNKNOWN:
        for name, value in UNKNOWN.items():
            setattr(row, name, value)
        return
    code = outcome.code or "refused"
    said = "; ".join(outcome.messages)
    words = explain(run.stage, code, {"reasons": said, "owner": said, "count": len(outcome.messages)}, run.names)
    row.outcome, row.code, row.message, row.fix = RecordOutcome.REJECTED, code, words.message, words.fix


def _link(run: Run, member: dict[str, Any], target_id: str, state: LinkState = LinkState.LINKED) -> LinkedEntity:
    done = state == LinkState.LINKED
    return LinkedEntity(
        tenant_stage=run.row,
        source_id=member["source_id"],
        source_key=member["source_key"],
        label=member["label"],
        target_id=target_id,
        reference=member["reference"],
        sent=member["body"] if done else member["sent"],
        sent_hash=member["hash"] if done else "",
        state=state,
        evidence=member["evidence"],
        source_url=member["source_url"],
        target_url=run.writer.url(target_id) if target_id else "",
    )


def _unfinished(run: Run, member: dict[str, Any]) -> LinkedEntity:
    """The first step was done and the second refused: linked, and due to be sent again by every run."""
    link = _link(run, member, member["target_id"])
    link.sent, link.sent_hash = {**member["sent"], DOUBT: True}, ""
    return link


def _in_doubt(run: Run, member: dict[str, Any]) -> list[LinkedEntity]:
    """An update of which nobody knows whether it was carried out: whatever comes next is compared with neither."""
    if not member["linked"]:
        return []
    link = _link(run, member, member["target_id"])
    link.sent, link.sent_hash = doubted(member["sent"], member["body"]), ""
    return [link]


def _restored(run: Run, member: dict[str, Any]) -> list[LinkedEntity]:
    """A refused update leaves the link as it was; a refused match or create leaves none."""
    if not member["linked"]:
        return []
    link = _link(run, member, member["target_id"])
    link.sent, link.sent_hash = member["sent"], member["sent_hash"]
    return [link]


def _save(run: Run, rows: dict[str, JobRecord], saved: list[LinkedEntity], gone: list[str]) -> None:
    ledger.save_rows(run, list(rows.values()))
    ledger.save_links(saved)
    run.known.learn(link for link in saved if link.state == LinkState.LINKED)
    if gone:
        LinkedEntity.objects.filter(tenant_stage=run.row, source_id__in=gone).delete()
    ledger.raise_problems(run, [row for row in rows.values() if row.outcome == RecordOutcome.REJECTED])
    ledger.resolve_problems(run, [row.source_id for row in rows.values() if row.outcome in ledger.WRITTEN])


def _close(batch: WriteBatch, open_members: list[Any]) -> None:
    batch.state = BatchState.UNKNOWN if open_members else BatchState.SETTLED
    batch.members = open_members or batch.members
    batch.settled_at = None if open_members else timezone.now()
    batch.save(update_fields=["state", "members", "settled_at", "answered_5xx", "lost_at"])


@transaction.atomic(durable=True)
def undo(run: Run, batch: WriteBatch, source_ids: Sequence[str] | None = None) -> None:
    """Take the intent back, so that these members (None: all) are planned anew. None of all was carried out; of some,
    creates were not, and updates may have been."""
    run.lease.check()
    before = _restored if source_ids is None else _in_doubt
    wanted = {m["source_id"] for m in batch.members} if source_ids is None else set(source_ids)
    taken = [member for member in batch.members if member["source_id"] in wanted]
    ledger.save_links([link for member in taken for link in before(run, member)])
    new = [member["source_id"] for member in taken if not member["linked"]]
    LinkedEntity.objects.filter(
        tenant_stage=run.row, source_id__in=new, state__in=(LinkState.SENDING, LinkState.UNKNOWN)
    ).delete()
    JobRecord.objects.filter(job=batch.job_id, source_id__in=wanted).update(state=RecordState.PLANNED)
    left = [member for member in batch.members if member["source_id"] not in wanted]
    batch.state = BatchState.UNKNOWN if left else BatchState.SETTLED
    batch.members = left or batch.members
    batch.settled_at = None if left else timezone.now()
    batch.save(update_fields=["state", "members", "settled_at", "answered_5xx"])
