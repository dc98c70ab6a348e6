"""What a person decides about single records: problems they accept, links they undo, lost answers they settle.

Each decision is one short durable transaction that holds the stage: no worker can be inside it at the same time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from auditlog.models import LogEntry
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from hub.abilities import doubted
from hub.connect import client_for
from hub.models import (
    BatchState,
    JobRecord,
    LinkedEntity,
    LinkState,
    Problem,
    ProblemState,
    RecordOutcome,
    RecordState,
    TenantStage,
    WriteBatch,
)
from hub.stage import Action, Change

if TYPE_CHECKING:
    from django.contrib.auth.models import User

RECENT = timedelta(minutes=5)  # younger than this, a lost write may still be on its way


class CannotDecide(Exception):
    """The decision cannot be carried out now; the text says why and what to do."""


@dataclass(frozen=True)
class Candidate:
    """A target record that carries the reference of a lost write."""

    target_id: str
    url: str


def ignore(problems: QuerySet[Problem], reason: str, user: User | None) -> int:
    """Accept open problems: they stay on record and are no longer tried. They reopen when their cause changes."""
    still_open = problems.filter(state=ProblemState.OPEN)
    return still_open.update(state=ProblemState.IGNORED, ignored_reason=reason[:300], decided_by=user)


def reopen(problems: QuerySet[Problem]) -> int:
    return problems.filter(state=ProblemState.IGNORED).update(
        state=ProblemState.OPEN, ignored_reason="", decided_by=None
    )


@transaction.atomic(durable=True)
def remove_link(link: LinkedEntity, user: User | None) -> None:
    """Forget that two records are the same thing. Both stay as they are; the next run matches the source record
    afresh, or creates a new twin. Raises CannotDecide while the stage is at work or the link is unsettled."""
    _hold(link.tenant_stage_id)
    if link.state != LinkState.LINKED or not link.target_id:
        raise CannotDecide("What became of the last write of this record is not known yet. Settle that first.")
    _log(link, user, "removed", f"{link.source_id} – {link.target_id}", "")
    LinkedEntity.objects.filter(pk=link.pk).delete()


def candidates(link: LinkedEntity) -> list[Candidate]:
    """Look the lost write up in the target, now, by its reference. Calls the vendor; raises its error tree."""
    row = TenantStage.objects.select_related("tenant__source__grant", "tenant__target__grant").get(
        pk=link.tenant_stage_id
    )
    _, target = row.connections
    writer = row.spec.writer(client_for(target, patience=20), row.tenant.options())
    _, lost = _sent(link)
    change = Change(link.source_id, Action.CREATE, lost.get("body", {}), link.reference)
    ids: Sequence[str] = writer.find([change]).get(link.source_id, ())
    return [Candidate(target_id, writer.url(target_id)) for target_id in ids]


@transaction.atomic(durable=True)
def settle_found(link: LinkedEntity, target_id: str, url: str, user: User | None) -> None:
    """A person says which target record the lost write made. Raises CannotDecide when another record has it."""
    _hold(link.tenant_stage_id)
    _unsettled(link)
    taken = (
        LinkedEntity.objects.filter(tenant_stage=link.tenant_stage_id, target_id=target_id).exclude(pk=link.pk).first()
    )
    if taken is not None:
        raise CannotDecide(f"That record is linked to “{taken}” already.")
    _, lost = _sent(link)
    LinkedEntity.objects.filter(pk=link.pk).update(
        target_id=target_id,
        target_url=url,
        state=LinkState.LINKED,
        sent=lost.get("body", {}),
        sent_hash=lost.get("hash", ""),
        evidence=f"Settled by {user}."[:300],
        updated_at=timezone.now(),
    )
    _log(link, user, "target_id", "", target_id)
    told = {"target_id": target_id, "target_url": url, "code": "", "fix": "", "decided_by": user}
    outcome = lost.get("outcome") or RecordOutcome.CREATED
    _tell(link, outcome=outcome, message=f"{user} found it in the other system.", **told)
    _close(link)
    Problem.objects.filter(tenant_stage=link.tenant_stage_id, source_id=link.source_id).update(
        state=ProblemState.RESOLVED, resolved_at=timezone.now(), last_seen=timezone.now()
    )


@transaction.atomic(durable=True)
def settle_absent(link: LinkedEntity, user: User | None) -> None:
    """A person says the lost write never arrived: the intent is taken back, and the next run sends it again. The
    caller looks first (`candidates`). Raises CannotDecide while the write may still be on its way."""
    _hold(link.tenant_stage_id)
    _unsettled(link)
    batch, lost = _sent(link)
    if batch is not None and timezone.now() - batch.created_at < RECENT:
        raise CannotDecide("It was sent a few minutes ago and may still arrive. Look again in five minutes.")
    _log(link, user, "state", link.state, "sent again")
    _tell(link, message=f"{user} looked and did not find it; the next run sends it again.", fix="", decided_by=user)
    _close(link)
    if link.target_id:
        sent = doubted(link.sent, lost["body"]) if lost else link.sent
        LinkedEntity.objects.filter(pk=link.pk).update(state=LinkState.LINKED, sent=sent, sent_hash="")
    else:
        LinkedEntity.objects.filter(pk=link.pk).delete()


def _hold(row_id: int) -> None:
    """Refuse while a worker has the stage, and fence out one that lost it: what it still holds in memory is stale."""
    now = timezone.now()
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    if not TenantStage.objects.filter(free, pk=row_id).update(fence=F("fence") + 1):
        raise CannotDecide("The stage is running. Wait until it ends, or cancel it, and try again.")


def _unsettled(link: LinkedEntity) -> None:
    fresh = LinkedEntity.objects.filter(pk=link.pk).exclude(state=LinkState.LINKED)
    if not fresh.exists():
        raise CannotDecide("It has been settled meanwhile.")


def _batches(link: LinkedEntity) -> QuerySet[WriteBatch]:
    return WriteBatch.objects.filter(tenant_stage=link.tenant_stage_id).order_by("-pk")


def _sent(link: LinkedEntity) -> tuple[WriteBatch | None, dict[str, Any]]:
    """The newest batch the record was in, and the record's part of it. It is among the last ones: a stage with an
    unsettled record writes nothing for that record."""
    for batch in _batches(link)[:200]:
        for member in batch.members:
            if member["source_id"] == link.source_id:
                return batch, dict(member)
    return None, {}


def _close(link: LinkedEntity) -> None:
    """Take the record out of every open batch."""
    for batch in _batches(link).exclude(state=BatchState.SETTLED):
        left = [member for member in batch.members if member["source_id"] != link.source_id]
        if len(left) == len(batch.members):
            continue
        batch.members = left or batch.members
        # What is left is no longer the request that was sent, so its bytes must not be sent again under its key.
        batch.state, batch.answered_5xx = (
            (BatchState.UNKNOWN, True) if left else (BatchState.SETTLED, batch.answered_5xx)
        )
        batch.settled_at = None if left else timezone.now()
        batch.save(update_fields=["members", "state", "answered_5xx", "settled_at"])


def _tell(link: LinkedEntity, **values: Any) -> None:
    """Put the decision on the newest record that stands as unknown or held."""
    rows = JobRecord.objects.filter(job__tenant_stage=link.tenant_stage_id, source_id=link.source_id)
    newest = rows.filter(outcome__in=(RecordOutcome.UNKNOWN, RecordOutcome.REJECTED)).order_by("-pk").first()
    if newest is not None:
        JobRecord.objects.filter(pk=newest.pk).update(state=RecordState.DONE, at=timezone.now(), **values)


def _log(link: LinkedEntity, user: User | None, field: str, before: str, after: str) -> None:
    """Decisions about links are kept with the changes of configuration."""
    LogEntry.objects.log_create(link, action=LogEntry.Action.UPDATE, changes={field: [before, after]}, actor=user)
