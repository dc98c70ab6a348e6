"""Clients of a customer's connections: tokens, limits, call log and guard wired in."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache
from urllib.parse import urlencode

import redis
from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from hub import stopping
from hub.guard import refuse_in_transaction
from hub.models import ApiCall, Connection, Grant, SyncJob, Tenant
from hub.redact import redact_body, redact_text
from hub.tokens import GrantTokens
from integrations.base.client import ApiClient, Call, Request, Wiring
from integrations.base.limits import Limiter, MemoryStore, RedisStore, Store
from integrations.base.vendor import GrantKind
from integrations.base.windows import Caller

PAUSE_STEP = 20.0  # seconds; a longer sleep is cut so that the lease can be extended in between
NAP = 1.0  # seconds; within a step, so that a worker that is asked to end does not sleep on


@cache
def _store(url: str) -> Store:
    return RedisStore(redis.Redis.from_url(url)) if url else MemoryStore()


def limit_store() -> Store:
    """Where calls are counted: shared by all workers when a Redis or Valkey is set up, else by this process."""
    return _store(settings.HUB_LIMITS_URL.replace("redis+socket://", "unix://"))


def client_for(
    connection: Connection,
    *,
    job: SyncJob | None = None,
    beat: Callable[[], None] = lambda: None,
    patience: float = 90.0,
    background: bool = False,
) -> ApiClient:
    """The client of one connection. `beat` is called during long waits; `patience` is the longest wait in seconds.
    Without a `job` a person waits for the calls, unless they are made in the `background`."""
    grant = connection.grant
    sleep = _sleeper(beat)
    scope, quota = _scope(grant, connection.account_id), grant.vendor_spec.quota
    caller = caller_for(connection, job, background)
    limiter = Limiter(limit_store(), scope, quota, patience=patience, sleep=sleep, caller=caller)
    wiring = Wiring(
        tokens=GrantTokens(grant.pk),
        limiter=limiter,
        record=_recorder(connection, job),
        before_call=_last_check(beat),
        timeout=settings.HUB_CALL_TIMEOUT,
        sleep=sleep,
    )
    return grant.vendor_spec.client(grant.place.api_url, connection.account_id, GrantKind(grant.kind), wiring)


def caller_for(connection: Connection, job: SyncJob | None, background: bool = False) -> Callable[[], Caller]:
    """Who makes these calls. A job's are urgent while somebody looks on and waits for it."""
    if job is None:
        return lambda: Caller(urgent=not background)
    kept, share = connection.kept_for_people / 100, share_of_one(connection)
    party = str(job.tenant_stage.tenant_id)
    return lambda: Caller(job.is_urgent, party, kept, share)


def share_of_one(connection: Connection) -> float:
    """The part of a connection's daily or hourly calls that one tenant's background work may use: all of it but half of
    an equal share for each other tenant on the same account."""
    there = Tenant.objects.filter(Q(source=connection) | Q(target=connection), enabled=True).count()
    return 1 - (there - 1) * 0.5 / there if there > 1 else 1.0


def login_client(grant: Grant) -> ApiClient:
    """A client for what a login can see before an account is chosen."""
    wiring = Wiring(tokens=GrantTokens(grant.pk), before_call=_last_check(lambda: None))
    return grant.vendor_spec.client(grant.place.api_url, "", GrantKind(grant.kind), wiring)


def _scope(grant: Grant, account: str) -> str:
    """Limits count per application and account, across customers' grants of the same application."""
    return f"{grant.vendor}:{grant.client_id}:{account}"


def _last_check(beat: Callable[[], None]) -> Callable[[Request], None]:
    """A worker may have been stopped for any time since it stored what it is about to send, and another one may have
    found out by now what became of it: whoever has lost the stage must not send."""

    def check(request: Request) -> None:
        refuse_in_transaction()
        if request.writes:
            beat()

    return check


def _sleeper(beat: Callable[[], None]) -> Callable[[float], None]:
    def sleep(seconds: float) -> None:
        left = seconds
        while left > 0:
            _nap(min(left, PAUSE_STEP))
            left -= PAUSE_STEP
            if left > 0 or stopping.asked():
                beat()

    return sleep


def _nap(seconds: float) -> None:
    while seconds > 0 and not stopping.asked():
        time.sleep(min(seconds, NAP))
        seconds -= NAP


def _recorder(connection: Connection, job: SyncJob | None) -> Callable[[Call], None]:
    def record(call: Call) -> None:
        if call.calls_left:
            left = {**connection.calls_left, **call.calls_left}
            connection.calls_left = left
            Connection.objects.filter(pk=connection.pk).update(calls_left=left, calls_left_at=timezone.now())
        ApiCall.objects.create(
            connection=connection,
            job=job,
            at=timezone.now(),
            method=call.request.method,
            path=redact_text(call.request.path)[:500],
            query=redact_text(urlencode(dict(call.request.params)))[:2000],
            status=call.status,
            milliseconds=call.milliseconds,
            correlation_id=redact_text(call.correlation_id)[:100],
            calls_left=dict(call.calls_left),
            request=redact_body(call.request.body),
            answer=redact_body(call.answer),
            error=redact_text(call.error)[:1000],
        )

    return record
