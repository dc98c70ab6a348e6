"""Writing: store the intent, make the call, store what came of it. Nothing is ever sent blindly a second time."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from hub.abilities import DOUBT
from hub.models import BatchState, JobRecord, LinkedEntity, LinkState, WriteBatch
from hub.stage import Change
from hub.stopping import Stopping
from integrations.base.client import Request
from integrations.base.errors import Missing, OutcomeUnknown, Rejected, Unavailable, VendorError

from . import ledger
from .claim import Cancelled
from .context import Run
from .hashing import body_hash, canonical, storable
from .late import wait_for_older
from .plan import Plan
from .recover import recover_batch
from .settle import mark_unknown, undo
from .steps import conclude, read_outcomes, refusal

AGAIN = 2  # times a change found absent after a lost answer is sent within one run


def send(plans: Sequence[Plan], run: Run) -> None:
    """Carry out the changes of one page. Raises what stops the whole run; refusals of records do not."""
    by_id = {one.record.id: one for one in plans}
    changes = [one.change for one in plans if one.change is not None]
    for attempt in range(AGAIN):
        absent = [change for batch in run.writer.batches(changes) for change in _send_batch(batch, by_id, run, attempt)]
        if not absent:
            return
        changes = absent
    raise Unavailable(f"{run.names[1]} lost {len(changes)} writes twice; they are sent again later.")


def _send_batch(batch: Sequence[Change], by_id: dict[str, Plan], run: Run, attempt: int) -> list[Change]:
    """One batch; gives back the changes that were lost on the way and are certainly not in the target."""
    run.turn.batch()
    wait_for_older(run, batch)
    try:
        request = run.writer.request(batch)
    except (Rejected, Missing) as error:
        return _not_made(batch, by_id, run, error)
    stored = store_intent(batch, by_id, run, request, attempt)
    try:
        reply = run.target.send(request, key=stored.key if run.writer.keyed else "")
    except OutcomeUnknown as error:
        mark_unknown(run, stored, answered_5xx=error.answered_5xx)
        return recover_batch(run, stored)
    except (Rejected, Missing) as error:
        return _refused(batch, by_id, run, stored, error, attempt)
    except (VendorError, Cancelled, Stopping):  # the latter two come from waits, before the call or after a 429
        undo(run, stored)
        raise
    conclude(run, stored, read_outcomes(run, batch, reply), _rows(batch, by_id))
    return recover_batch(run, stored) if stored.state != BatchState.SETTLED else []


def _not_made(batch: Sequence[Change], by_id: dict[str, Plan], run: Run, error: VendorError) -> list[Change]:
    """No request can be made of this change: the file that it would carry cannot be had. Nothing was sent."""
    if len(batch) > 1:
        raise error
    stored = store_intent(batch, by_id, run, None, 0)
    told = refusal(run, batch[0], error)
    conclude(run, stored, [replace(told, code=told.code or "not_sent")], _rows(batch, by_id))
    return []


def _refused(
    batch: Sequence[Change], by_id: dict[str, Plan], run: Run, stored: WriteBatch, error: VendorError, attempt: int
) -> list[Change]:
    """The whole request was refused. One record takes the blame itself; of several, each gets its own request, after
    a look at what the refused one may have done all the same (https://github.com/calcinai/xero-php/issues/920)."""
    if len(batch) == 1:
        conclude(run, stored, [refusal(run, batch[0], error)], _rows(batch, by_id))
        return []
    stored.answered_5xx = True  # the stored bytes must not be sent again
    absent = recover_batch(run, stored)
    return [lost for change in absent for lost in _send_batch([change], by_id, run, attempt)]


def _rows(batch: Sequence[Change], by_id: dict[str, Plan]) -> dict[str, JobRecord]:
    return {change.source_id: by_id[change.source_id].row for change in batch}


@transaction.atomic(durable=True)
def store_intent(
    batch: Sequence[Change], by_id: dict[str, Plan], run: Run, wanted: Request | None, attempt: int
) -> WriteBatch:
    """Transaction A: the exact request, its key, and the links marked as being sent. None: nothing to send, ever."""
    run.lease.beat()
    request = wanted or Request("", "")
    members = [_member(change, by_id[change.source_id], run) for change in batch]
    links = [_intent(change, by_id[change.source_id], run) for change in batch]
    ledger.save_links(links)
    return WriteBatch.objects.create(
        tenant_stage=run.row,
        job=run.job,
        fence=run.lease.fence,
        key=_key(run, request, attempt),
        method=request.method,
        path=request.path,
        params=dict(request.params),
        body=request.body,
        content_type=request.content_type,
        members=members,
        answered_5xx=wanted is None,  # never replayed
        created_at=timezone.now(),
    )


def _key(run: Run, request: Request, attempt: int) -> str:
    """Keys are shared by a vendor's whole application: tenant, stage, account and body are in it, and the name of the
    lease, so that a body which is sent again on purpose has a new one. Not its number: that goes back when a backup is
    restored, and a key used twice makes the vendor repeat an old answer instead of doing what it is asked."""
    _, target = run.row.connections
    parts = (
        run.row.tenant_id,
        run.row.stage,
        target.account_id,
        request.method,
        request.path,
        request.body,
        run.lease.owner,
        attempt,
    )
    return "tieback-" + hashlib.sha256(canonical(list(map(str, parts))).encode()).hexdigest()


def _member(change: Change, plan: Plan, run: Run) -> dict[str, object]:
    link = run.known.row(change.source_id)
    body = storable(change.body)
    return {
        "source_id": change.source_id,
        "action": change.action.value,
        "outcome": plan.outcome,
        "reference": change.reference,
        "target_id": change.target_id,
        "body": body,
        "hash": body_hash(body),
        "sent": storable(change.sent),
        "sent_hash": link.sent_hash if link and DOUBT not in change.sent else "",
        "linked": bool(link and link.target_id),
        "source_key": plan.record.key[:300],
        "label": plan.record.label[:500],
        "source_url": plan.record.url,
        "evidence": plan.evidence[:300],
    }


def _intent(change: Change, plan: Plan, run: Run) -> LinkedEntity:
    link = run.known.row(change.source_id)
    if link is None or not link.target_id:
        link = ledger.link(run, plan.record, "", {}, change.reference)
        link.sent_hash = ""
    link.state = LinkState.SENDING
    return link
