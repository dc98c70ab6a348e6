"""One case in a process of its own: `python -m tests.bench.case`, told by JSON on stdin, tells by JSON on stdout."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any
from unittest import mock

import django

from .ground import SECRET, Places

PREPARE = ("projects", "contacts", "cost_codes")


@dataclass(frozen=True)
class Measured:
    """One run of one stage. `seconds` are of the processor, which other programs do not lengthen; memory in KiB.

    `statements` are SQL statements of the whole run, `sending_statements` those from storing a batch's intent to
    storing what became of it.
    """

    records: int
    seconds: float
    statements: int
    sending_statements: int
    batches: int
    reads: int
    writes: int
    memory_before: int
    memory_after: int


def measure(places: Places, stages: Sequence[str], runs: int) -> list[Measured]:
    """Run these stages, the last of them measured, `runs` times."""
    tenant = _tenant(places)
    for stage in stages[:-1]:
        _run(tenant, stage)
    return [_measured(tenant, stages[-1]) for _ in range(runs)]


def _tenant(places: Places) -> Any:
    from hub.models import Customer, Tenant

    customer = Customer.objects.create(name="Bench Builders", slug="bench")
    procore = _connection(customer, "procore", places.procore_url, places.company)
    xero = _connection(customer, "xero", places.xero_url, places.organisation)
    settings = {"cost_account": "310", "retention_payable_account": "835", "bulk_tracking_options": True}
    return Tenant.objects.create(
        customer=customer, name="Bench", slug="bench", pairing="procore_xero", source=procore, target=xero,
        settings=settings,
    )  # fmt: skip


def _connection(customer: Any, vendor: str, url: str, account: str) -> Any:
    from hub.models import Connection, Grant

    grant = Grant.objects.create(
        customer=customer,
        name=vendor,
        vendor=vendor,
        kind="client_credentials",
        environment="custom",
        login_url=url,
        api_url=url,
        client_id=f"bench-{vendor}",
        secret={"client_secret": SECRET},
    )
    return Connection.objects.create(customer=customer, grant=grant, name=vendor, account_id=account)


def _run(tenant: Any, stage: str) -> Any:
    from hub.engine.run import run
    from hub.engine.start import start
    from hub.models import Trigger

    job = run(start(tenant.stages.get(stage=stage), trigger=Trigger.SHELL).job.pk)
    if job.state not in ("succeeded", "partial"):
        raise SystemExit(f"{stage} ended as {job.state}: {job.error}")
    return job


def _measured(tenant: Any, stage: str) -> Measured:
    memory, began = _memory(), time.process_time()
    with _counted() as statements, _sending(statements) as sending:
        job = _run(tenant, stage)
    seconds = time.process_time() - began
    calls = list(job.api_calls.values_list("method", flat=True))
    reads = calls.count("GET")
    return Measured(
        records=sum(job.counts.values()),
        seconds=seconds,
        statements=len(statements),
        sending_statements=sum(sending),
        batches=job.batches.count(),
        reads=reads,
        writes=len(calls) - reads,
        memory_before=memory,
        memory_after=_memory(),
    )


def _memory() -> int:
    """The most that this process has had in memory so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


@contextmanager
def _counted() -> Iterator[list[str]]:
    """SQL statements but for those of the call log, which has one row a call."""
    from django.db import connection

    seen: list[str] = []

    def count(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if not sql.startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")) and "hub_apicall" not in sql:
            seen.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(count):
        yield seen


@contextmanager
def _sending(statements: list[str]) -> Iterator[list[int]]:
    """How many statements each batch took."""
    from hub.engine import send

    taken: list[int] = []
    send_batch = send._send_batch

    def counted(*arguments: Any) -> Any:
        before = len(statements)
        try:
            return send_batch(*arguments)
        finally:
            taken.append(len(statements) - before)

    with mock.patch.object(send, "_send_batch", counted):
        yield taken


def main() -> None:
    told = json.load(sys.stdin)
    django.setup()
    from integrations.base.limits import MemoryStore

    class Open(MemoryStore):
        def take(self, *args: Any) -> tuple[float, str]:
            return 0.0, ""

    with mock.patch("hub.connect.limit_store", return_value=Open()):
        found = measure(Places(**told["places"]), told["stages"], told["runs"])
    json.dump([asdict(one) for one in found], sys.stdout)


if __name__ == "__main__":
    main()
