"""The one place that turns errors into the fate of a job."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone
from pydantic import ValidationError

from hub import invalid, notify
from hub.connect_urls import RefusedAddress
from hub.dispatch import dispatch
from hub.fields import WrongKey
from hub.models import JobState, SyncJob
from hub.redact import redact_text
from hub.stopping import Stopping
from hub.tokens import LOGIN_BROKEN, NeedsLogin
from integrations.base.errors import (
    AuthBroken,
    BadReply,
    Conflict,
    Forbidden,
    Missing,
    OutcomeUnknown,
    Rejected,
    Throttled,
    TokenExpired,
    Unavailable,
    VendorError,
)

from . import ledger
from .claim import Cancelled, Lease, LeaseLost
from .turn import GaveWay

log = logging.getLogger(__name__)
MAX_TRIES = 8
AGAIN = "Nothing to do: the run is tried again by itself."
LONGEST_PAUSE = 1800.0  # seconds; the first one is set up by the environment


@dataclass(frozen=True)
class Verdict:
    """What becomes of the job: it waits and goes on by itself, or it has failed. `fix` is for the person, and `in_vain`
    when waiting was of no use."""

    waits: bool
    code: str
    fix: str
    in_vain: str = "It was tried several times. See whether the service is up, then run once more."


POLICY: dict[type[VendorError], Verdict] = {
    Throttled: Verdict(True, "quota", "Nothing to do: the run goes on by itself when the quota is free again."),
    Unavailable: Verdict(True, "unavailable", AGAIN),
    BadReply: Verdict(
        True, "unreadable_answer", "It is tried again by itself. If it persists, check the connection's API address."
    ),
    OutcomeUnknown: Verdict(
        True, "outcome_unknown", "Nothing to do: the next attempt first finds out what became of the write."
    ),
    Conflict: Verdict(True, "conflict", "Nothing to do: it is tried again by itself."),
    NeedsLogin: Verdict(
        True,
        LOGIN_BROKEN,
        "Open the connection's login, correct its secret or connect again; the run then goes on by itself.",
    ),
    TokenExpired: Verdict(True, LOGIN_BROKEN, AGAIN, "Open the connection's login, connect again, then run once more."),
    AuthBroken: Verdict(
        False,
        LOGIN_BROKEN,
        "Open the connection's login, correct the client id and secret or connect again, then run once more.",
    ),
    Forbidden: Verdict(
        False,
        "forbidden",
        "Give the login the missing right, or choose the right account on the connection, then run once more.",
    ),
    Missing: Verdict(
        False, "missing", "Check the account id on the connection and its API address, then run once more."
    ),
    RefusedAddress: Verdict(
        False, "address", "Correct the address of the login, or have this installation allow it, then run once more."
    ),
    Rejected: Verdict(
        False, "refused", "Check the tenant's settings against what the message names, then run once more."
    ),
}


def verdict_for(error: VendorError) -> Verdict:
    return next(POLICY[kind] for kind in type(error).__mro__ if kind in POLICY)


@contextmanager
def policed(job: SyncJob, lease: Lease) -> Iterator[None]:
    """Run the pipeline; end, park or fail the job by what it raises. A kill (BaseException) leaves all as it is."""
    try:
        yield
    except LeaseLost:
        log.warning("Job %s was taken over by another worker", job.pk)
    except (GaveWay, Stopping) as reason:
        log.info("Job %s goes back into the queue: %s", job.pk, type(reason).__name__)
        hand_back(job, lease)
    except Cancelled:
        _end(
            job,
            lease,
            JobState.CANCELLED,
            code="cancelled",
            error="A person stopped the run.",
            fix="Start it again to go on.",
        )
    except VendorError as error:
        _vendor_error(job, lease, error)
    except ValidationError as error:
        _settings_error(job, lease, error)
    except (OperationalError, InterfaceError) as error:
        _database_error(job, lease, error)
    except WrongKey as error:
        _key_error(job, lease, error)
    except Exception as error:  # noqa: BLE001  our own bug: the job fails with its traceback, other stages go on
        log.exception("Job %s failed", job.pk)
        _end(
            job,
            lease,
            JobState.FAILED,
            code="internal",
            error=f"Tieback made a mistake ({type(error).__name__}).",
            fix="Nothing was lost. Run once more; if it fails again, report it with the traceback below.",
            traceback=redact_text(traceback.format_exc()),
        )


def hand_back(job: SyncJob, lease: Lease) -> None:
    """Back into the queue as the same job, to go on after its last stored page; another worker may take it at once."""
    if _update(job, lease, state=JobState.QUEUED, position=job.position, source_clock=job.source_clock):
        dispatch(job)


def _vendor_error(job: SyncJob, lease: Lease, error: VendorError) -> None:
    verdict = verdict_for(error)
    if not verdict.waits or (job.tries + 1 >= MAX_TRIES and not isinstance(error, Throttled | NeedsLogin)):
        fix = verdict.in_vain if verdict.waits else verdict.fix
        _end(job, lease, JobState.FAILED, code=verdict.code, error=error.message, fix=fix)
        return
    if isinstance(error, NeedsLogin):
        _park(job, lease, error, verdict)
        return
    told = getattr(error, "retry_after", None)
    _wait(job, lease, told if told is not None else _pause(job), verdict.code, error.message, verdict.fix)


def _wait(job: SyncJob, lease: Lease, seconds: float, code: str, said: str, fix: str = AGAIN) -> None:
    _update(
        job,
        lease,
        state=JobState.WAITING,
        not_before=timezone.now() + timedelta(seconds=seconds),
        dispatched_at=None,  # when its time has come, the next tick asks a worker
        tries=job.tries + 1,
        error_code=code,
        error=said[:1000],
        error_fix=fix,
    )


def _database_error(job: SyncJob, lease: Lease, error: Exception) -> None:
    """It was restarted, or somebody kept it locked. What was stored is stored, and the job goes on from there; while
    the database is away the job stays as it is, and the tick finds it when the lease has run out."""
    log.warning("Job %s lost the database: %s", job.pk, error)
    connection.close_if_unusable_or_obsolete()
    _wait(job, lease, settings.HUB_FIRST_PAUSE_SECONDS, "database", "The database could not answer for a moment.")


def _key_error(job: SyncJob, lease: Lease, error: WrongKey) -> None:
    """Until the installation has its key again, however long that takes: pages and an incident tell the operators."""
    log.error("Job %s waits: %s", job.pk, error)
    _wait(job, lease, _pause(job), "keys", str(error), "The run goes on by itself once the right key is there.")


def _pause(job: SyncJob) -> float:
    """Seconds, twice as many with each attempt."""
    return float(min(settings.HUB_FIRST_PAUSE_SECONDS * 2 ** min(job.tries, 20), LONGEST_PAUSE))


def _park(job: SyncJob, lease: Lease, error: NeedsLogin, verdict: Verdict) -> None:
    """Until somebody has connected the login again (`turns.ready`); trying meanwhile would be of no use."""
    values = {"error_code": verdict.code, "error": error.message[:1000], "error_fix": verdict.fix}
    _update(job, lease, state=JobState.WAITING, not_before=None, dispatched_at=None, **values)


def _settings_error(job: SyncJob, lease: Lease, error: ValidationError) -> None:
    _end(
        job,
        lease,
        JobState.FAILED,
        code="settings",
        error=invalid.told(error),
        fix="Open the tenant's settings, correct it and run once more.",
    )


def _end(job: SyncJob, lease: Lease, state: JobState, *, code: str, error: str, fix: str, traceback: str = "") -> None:
    _update(
        job,
        lease,
        state=state,
        finished_at=timezone.now(),
        error_code=code,
        error=error[:1000],
        error_fix=fix[:1000],
        traceback=traceback,
    )
    if state == JobState.FAILED:
        notify.job_failed(job)


def _update(job: SyncJob, lease: Lease, **values: Any) -> bool:
    """Store the job's fate and give the stage back, unless another worker has it by now: then False."""
    try:
        with transaction.atomic(durable=True):
            lease.check()
            ledger.progress(job, **values)
            lease.release()
    except LeaseLost:
        return False
    return True
