"""Clients of a customer's connections: tokens, limits, call log and guard wired in."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any
from urllib.parse import urlencode

import redis
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from hub import logins, logs, stopping
from hub.connect_urls import RefusedAddress
from hub.guard import refuse_in_transaction
from hub.models import ApiCall, Connection, Grant, GrantState, SyncJob, Tenant
from hub.redact import redact_body, redact_text
from hub.tokens import GrantTokens
from integrations.base.client import ApiClient, Call, Request, Wiring
from integrations.base.limits import Limiter, MemoryStore, Quota, RedisStore, Store
from integrations.base.vendor import GrantKind
from integrations.base.windows import Caller

log = logging.getLogger(__name__)
LOOKS_ON = 5.0  # seconds that somebody who waits for a page is kept waiting for a vendor that wants a pause
ANSWERS_IN = 15.0  # seconds that a page gives a vendor for one answer: few threads serve all pages
NAP = 1.0  # seconds; a sleep is cut, so that a worker that is asked to end does not sleep on


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
    Without a `job` a person waits for the calls, unless they are made in the `background`. Where the login's address
    may no longer be called, every call raises RefusedAddress."""
    grant = connection.grant
    heart = _Heart(beat)
    scope, quota = _scope(grant, connection.account_id), grant.vendor_spec.quota
    caller = caller_for(connection, job, background)
    limiter = Limiter(limit_store(), scope, quota, patience=patience, sleep=heart.sleep, caller=caller)
    hurry = ANSWERS_IN if job is None and not background else math.inf
    record = _recorder(connection, job, limiter.sizes)
    return _client(
        grant, connection.account_id, heart, hurry, limiter=limiter, record=record, profile=connection.profile
    )


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
    heart = _Heart(lambda: None)
    limiter = Limiter(MemoryStore(), "", Quota(in_flight=99), patience=LOOKS_ON, sleep=heart.sleep)
    return _client(grant, "", heart, ANSWERS_IN, limiter=limiter)


def _client(grant: Grant, account: str, heart: _Heart, hurry: float, **wired: Any) -> ApiClient:
    """Where the login's address may no longer be called, a client that says so instead of any call."""
    login: Mapping[str, Any]
    try:
        address, login = grant.place.api_url, _login(grant, hurry)
    except ValidationError as error:
        address, login = "", {"tokens": _Closed(grant, error), "options": logins.options(grant)}
    waits: dict[str, Any] = {"sleep": heart.sleep, "before_call": heart.before_call, "hurry": hurry}
    wiring = Wiring(timeout=settings.HUB_CALL_TIMEOUT, **waits, **login, **wired)
    return grant.vendor_spec.client(address, account, GrantKind(grant.kind), wiring)


class _Closed:
    """`TokenSource` of a login whose address is refused: every call ends here, in the error tree."""

    def __init__(self, grant: Grant, error: ValidationError) -> None:
        self._said = f"The address of the login “{grant.name}” cannot be used. {' '.join(error.messages)}"

    def token(self) -> str:
        raise RefusedAddress(self._said)

    def renew(self, refused: str) -> str:
        return self.token()


def _login(grant: Grant, hurry: float) -> Mapping[str, Any]:
    """What a client logs in with: tokens that are renewed, or a login's own fields."""
    if not logins.is_keyed(grant):
        return {"tokens": GrantTokens(grant.pk, hurry)}
    login = logins.KeyedLogin(grant.pk)
    return {"tokens": login, "refused": login.refused, "options": logins.options(grant)}


def _scope(grant: Grant, account: str) -> str:
    """Limits count per application and account, across customers' grants of the same application."""
    return f"{grant.vendor}:{grant.client_id}:{account}"


class _Heart:
    """Extends the lease while a client waits or tries again, often enough that it outlasts two of the longest calls."""

    def __init__(self, beat: Callable[[], None]) -> None:
        self._beat, self._every = beat, settings.HUB_LEASE_SECONDS / 12
        self._last, self._slept = time.monotonic(), 0.0

    def before_call(self, request: Request) -> None:
        """A worker may have been stopped for any time since it stored what it is about to send, and another one may
        have found out by now what became of it: whoever has lost the stage must not send."""
        refuse_in_transaction()
        if request.writes or time.monotonic() - self._last >= self._every:
            self._now()

    def sleep(self, seconds: float) -> None:
        left = seconds
        while left > 0:
            step = min(left, self._every)
            _nap(step)
            left -= step
            self._slept += step
            if self._slept >= self._every or stopping.asked():
                self._now()

    def _now(self) -> None:
        self._last, self._slept = time.monotonic(), 0.0
        self._beat()


def _nap(seconds: float) -> None:
    while seconds > 0 and not stopping.asked():
        time.sleep(min(seconds, NAP))
        seconds -= NAP


def _recorder(connection: Connection, job: SyncJob | None, sizes: Mapping[str, int]) -> Callable[[Call], None]:
    grant = connection.grant

    @transaction.atomic  # SQLite's lock is taken once, not twice
    def record(call: Call) -> None:
        if grant.state == GrantState.NEW and logins.is_keyed(grant) and (call.status or 500) < 300:
            logins.confirm(grant)
        if call.calls_left:
            connection.calls_left = {**connection.calls_left, **call.calls_left}
            connection.call_sizes = {**connection.call_sizes, **sizes}
            told = {"calls_left": connection.calls_left, "call_sizes": connection.call_sizes}
            Connection.objects.filter(pk=connection.pk).update(**told, calls_left_at=timezone.now())
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
            request_id=logs.request_id(),
            calls_left=dict(call.calls_left),
            request=redact_body(call.request.body),
            answer=redact_body(call.answer),
            error=redact_text(call.error)[:1000],
        )
        asked = (connection.grant.vendor, call.request.method, call.request.path)
        log.info("Call to %s: %s %s answered %s in %s ms", *asked, call.status or "nothing", call.milliseconds)

    return record
