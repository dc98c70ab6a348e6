"""map, compare, and write down what is going to happen to every record of a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from hub.abilities import DOUBT, NamingWriter, PageSurveyor, certain
from hub.models import Gate, JobRecord, LinkedEntity, RecordOutcome, RecordState, SyncJob
from hub.stage import Action, Change, Follow, Mapped, Page, Payload, Problem, Record, Skip
from integrations.base.broken import NAMELESS
from integrations.base.errors import BadReply

from . import ledger
from .catalogue import explain
from .context import Run
from .hashing import body_hash, diff, storable

UNSURE = "Whether an earlier change arrived is not known, so it is sent as it is now."


@dataclass
class Plan:
    """One record's decision. `change` is what must be written; `link` what must be stored without writing. `outcome`
    and `evidence` are the decision's own: the row tells in between that an answer was lost."""

    record: Record
    row: JobRecord
    change: Change | None = None
    link: LinkedEntity | None = None
    problem: bool = False
    resolves: bool = field(default=True)
    outcome: str = field(init=False)
    evidence: str = field(init=False)

    def __post_init__(self) -> None:
        self.outcome, self.evidence = self.row.outcome, self.row.message


def plan(page: Page, run: Run) -> list[Plan]:
    """Decide every record of the page and store the decisions. Gives back the ones that are to be sent."""
    new = {record.id: record for record in page.records if record.id not in run.seen}
    run.seen.update(new)
    records = list(new.values())
    run.known.load_page(records)
    run.known.target = _survey([record for record in records if not record.unreadable], run)
    if any(record.id.startswith(NAMELESS) for record in records):
        run.whole = False  # it may be any of the linked ones, so nobody can say which of them is gone
    plans = [_decide(record, run) for record in records]
    # A survivor of a merge has just been given a link: it is read and decided again, with it.
    plans = [one for one in plans if one.record.id not in run.follow]
    _hold_rivals(plans, run)
    _store(plans, run)
    to_send = [one for one in plans if one.change is not None and one.row.state == RecordState.PLANNED]
    _show_progress(page, len(plans) - len(to_send), run)
    return to_send


def _survey(records: Sequence[Record], run: Run) -> Any:
    """What `map` must know of the target, in as few calls as the writer can."""
    unlinked = (record for record in records if run.known.link(record.id) is None)
    if isinstance(run.writer, PageSurveyor):
        ids = frozenset(record.id for record in unlinked if run.stage.needs_match(record))
        return run.writer.survey_page(records, ids)
    return run.writer.survey(any(run.stage.needs_match(record) for record in unlinked))


def _show_progress(page: Page, done: int, run: Run) -> None:
    ledger.advance(run.job, done)
    total = max(page.total or 0, len(run.seen))
    if total != run.job.total:
        SyncJob.objects.filter(pk=run.job.pk).update(total=total)
        run.job.total = total


def _decide(record: Record, run: Run) -> Plan:
    link = run.known.row(record.id)
    if link is not None and not link.target_id:
        return _unsettled(record, run)
    if record.unreadable:
        return _held(record, Problem("unreadable_record", {"reason": record.unreadable}), run)
    try:
        mapped: Mapped = run.stage.map(record, run.known)
    except BadReply as error:
        mapped = Problem("unreadable_record", {"reason": error.message})
    if isinstance(mapped, Skip):
        return Plan(record, ledger.row(run, record, RecordOutcome.SKIPPED, code=mapped.code, message=mapped.reason))
    if isinstance(mapped, Problem):
        return _held(record, mapped, run)
    if isinstance(mapped, Follow):
        return _follow(record, mapped, run)
    return _compare(record, mapped, link, run)


def _unsettled(record: Record, run: Run) -> Plan:
    """An earlier write of this record is not settled: a preview does not settle, two candidates need a person."""
    row = ledger.row(
        run,
        record,
        RecordOutcome.UNKNOWN,
        code="outcome_unknown",
        message="What became of an earlier attempt to send this is not known yet, so nothing is sent.",
        fix="The next run finds out by itself, unless the problem list asks you to decide.",
    )
    return Plan(record, row, resolves=False)


def _held(record: Record, mapped: Problem, run: Run) -> Plan:
    words = explain(run.stage, mapped.code, mapped.values, run.names)
    row = ledger.row(run, record, RecordOutcome.REJECTED, code=words.code, message=words.message, fix=words.fix)
    return Plan(record, row, problem=True)


def _follow(record: Record, mapped: Follow, run: Run) -> Plan:
    """The link moves to the record this one was merged into, which is then read and compared in the same run."""
    if run.known.link(mapped.source_id) or mapped.source_id in run.known.linked_ids:
        return _held(record, Problem("merge_conflict"), run)
    if run.job.gate == Gate.PREVIEW:
        run.known.pretend_moved(record.id, mapped.source_id)
    else:  # nothing is written at a vendor by this, so it waits for no approval
        LinkedEntity.objects.filter(tenant_stage=run.row, source_id=record.id).update(
            source_id=mapped.source_id, sent_hash=""
        )
    run.known.forget(record.id)
    run.follow.append(mapped.source_id)
    return Plan(record, ledger.row(run, record, RecordOutcome.SKIPPED, code="merged", message=mapped.message))


def _compare(record: Record, payload: Payload, link: LinkedEntity | None, run: Run) -> Plan:
    wanted = body_hash(payload.body)
    if link is not None:
        if payload.linked_only or wanted == link.sent_hash:
            row = ledger.row(run, record, RecordOutcome.UNCHANGED, payload=payload, target_id=link.target_id)
            return Plan(record, row)
        if payload.current is not None and body_hash(payload.current) == wanted:
            return _as_it_should_be(record, payload, link, run)
        return _write(record, payload, run, RecordOutcome.UPDATED, Action.UPDATE, link.target_id, link.sent)
    if not payload.target_id:
        return _write(record, payload, run, RecordOutcome.CREATED, Action.CREATE, "", {})
    owner = run.known.owner(payload.target_id)
    if owner is not None:
        return _held(record, Problem("target_taken", {"owner": owner.source_key or owner.source_id}), run)
    if payload.linked_only or (payload.current is not None and body_hash(payload.current) == wanted):
        return _match(record, payload, run)
    return _write(record, payload, run, RecordOutcome.MATCHED, Action.UPDATE, payload.target_id, payload.current or {})


def _as_it_should_be(record: Record, payload: Payload, link: LinkedEntity, run: Run) -> Plan:
    """Nothing is written at a vendor by this, so it waits for no approval. Only what was sent last is not what we
    remember: a backup was restored, or somebody has entered the same change by hand."""
    message = f"{run.names[1]} already holds it as it should be."
    row = ledger.row(run, record, RecordOutcome.UNCHANGED, payload=payload, target_id=link.target_id, message=message)
    sent = storable(payload.body)
    return Plan(record, row, link=ledger.link(run, record, link.target_id, sent, payload.reference, link.evidence))


def _match(record: Record, payload: Payload, run: Run) -> Plan:
    row = ledger.row(
        run,
        record,
        RecordOutcome.MATCHED,
        payload=payload,
        target_id=payload.target_id,
        message=payload.evidence,
        state=_sending_state(run),
    )
    link = ledger.link(run, record, payload.target_id, storable(payload.body), payload.reference, payload.evidence)
    if row.state == RecordState.PLANNED:
        row.state = RecordState.DONE
    return Plan(record, row, link=link)


def _write(
    record: Record, payload: Payload, run: Run, outcome: RecordOutcome, action: Action, target_id: str, before: object
) -> Plan:
    old = dict(before) if isinstance(before, dict) else dict(payload.current or {})
    change = Change(record.id, action, payload.body, payload.reference, target_id, old)
    message = payload.evidence or (UNSURE if DOUBT in old else "")
    row = ledger.row(
        run, record, outcome, payload=payload, target_id=target_id, message=message, state=_sending_state(run)
    )
    row.diff = diff(certain(old), payload.body)
    _check_approval(row, run)
    return Plan(record, row, change=change)


def _sending_state(run: Run) -> RecordState:
    return {
        Gate.PREVIEW: RecordState.PREVIEW,
        Gate.APPROVE: RecordState.WAITING,
        Gate.AUTO: RecordState.PLANNED,
    }[Gate(run.job.gate)]


def _check_approval(row: JobRecord, run: Run) -> None:
    """Send only what was approved: a record that has changed since then waits for another look."""
    if run.job.approves_id is None:
        return
    approved = ledger.approved_hash(run.job.approves_id, row.source_id)
    if approved != row.payload_hash:
        row.state = RecordState.WAITING
        row.code, row.message = (
            "changed_since_approval",
            "It has changed since it was approved, so it waits for another look.",
        )


def _hold_rivals(plans: Sequence[Plan], run: Run) -> None:
    """Two records of one page that want the same target record, or would go by the same name there: neither gets it.
    What earlier pages have planned and not sent cannot be found there, so it is remembered."""
    wanted: dict[tuple[str, str], list[Plan]] = {}
    naming = run.writer if isinstance(run.writer, NamingWriter) else None
    for one in plans:
        if place := _place(one, naming, run):
            wanted.setdefault(place, []).append(one)
    for place, rivals in wanted.items():
        earlier = run.planned.get(place, "")
        if len(rivals) == 1 and not earlier:
            run.planned |= {} if run.job.gate == Gate.AUTO else {place: rivals[0].record.label}
            continue
        for one in rivals:
            other = earlier or next(r.record.label for r in rivals if r is not one)
            held = _held(one.record, Problem(place[0], {"owner": other}), run)
            one.row, one.change, one.link, one.problem = held.row, None, None, True


def _place(one: Plan, naming: NamingWriter | None, run: Run) -> tuple[str, str] | None:
    """What a plan takes in the target, a record that is nobody's or the name of a new one, after the code of the
    problem that it is when another takes it as well."""
    if one.change is not None and one.change.action is Action.CREATE:
        name = naming.name_of(one.change) if naming else ""
        return ("same_name", name) if name else None
    target = one.row.target_id if one.change or one.link else ""
    return ("target_taken", target) if target and run.known.owner(target) is None else None


@transaction.atomic(durable=True)
def _store(plans: Sequence[Plan], run: Run) -> None:
    run.lease.check()
    ledger.supersede(run, [one.record.id for one in plans])
    ledger.save_rows(run, _not_downgraded([one.row for one in plans], run))
    if run.job.gate == Gate.PREVIEW:
        return
    links = [one.link for one in plans if one.link is not None and one.row.state == RecordState.DONE]
    ledger.save_links(links)
    run.known.learn(links)
    ledger.raise_problems(run, [one.row for one in plans if one.problem])
    done = (RecordState.DONE,)
    ledger.resolve_problems(
        run, [p.row.source_id for p in plans if not p.problem and p.resolves and p.row.state in done]
    )


def _not_downgraded(rows: Iterable[JobRecord], run: Run) -> list[JobRecord]:
    """A job that goes on after a crash finds its own work unchanged; what it did the first time stays on record."""
    rows = list(rows)
    same = [row.source_id for row in rows if row.outcome == RecordOutcome.UNCHANGED]
    did = ledger.already_done(run, same)
    return [row for row in rows if row.source_id not in did]
