"""One record that cannot be read makes one problem; all others go on, and it follows once it can be read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from werkzeug.test import run_wsgi_app

from hub.models import JobRecord, Problem, TenantStage
from tests.fuzz.play import prepare
from tests.pairings.whole_world import STAGES, Whole, picture, whole

pytestmark = pytest.mark.django_db

# The list that a stage reads, the field of one row that goes wrong, and what of a row tells which one it is.
LISTS = {
    "projects": ("/rest/v1.1/projects", "name", "24-002"),
    "contacts": ("/Contacts", "Name", "Bright Spark"),
    "cost_codes": ("/standard_cost_codes", "name", "Trade 05-120"),
    "commitments": ("/rest/v1.0/work_order_contracts", "number", "SC-002"),
    "progress_claims": ("/rest/v1.1/requisitions", "status", "SC-002"),
    "payments": ("/Invoices", "Total", "SC-002-1"),
    "direct_invoices": ("/Invoices", "Total", "INV-10"),
    "journal_entries": ("/ManualJournals", "Date", "October accrual"),
}


class Spoiler:
    """Puts an object in the place of one field of the rows that hold `mark`."""

    def __init__(self, app: Any, path: str, fields: Iterable[str], mark: str) -> None:
        self.app, self.path, self.fields, self.mark = app, path, tuple(fields), mark
        self.spoilt = 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        body, status, headers = run_wsgi_app(self.app, environ, buffered=True)
        content = b"".join(body)
        if environ["REQUEST_METHOD"] == "GET" and environ["PATH_INFO"].endswith(self.path):
            data = json.loads(content)
            self._spoil(data if isinstance(data, list) else next(v for v in data.values() if isinstance(v, list)))
            content = json.dumps(data).encode()
            headers["Content-Length"] = str(len(content))
        start_response(status, list(headers.items()))
        return [content]

    def _spoil(self, rows: list[dict[str, Any]]) -> None:
        for row in rows:
            if self.mark in json.dumps(row):
                self.spoilt += 1
                row.update({field: {"not": "readable"} for field in self.fields})


@contextmanager
def spoilt(one: Whole, stage: str, *more: str) -> Iterator[Spoiler]:
    path, field, mark = LISTS[stage]
    hosts = one.w.net.hosts
    real = dict(hosts)
    made: Callable[[Any], Spoiler] = lambda app: Spoiler(app, path, (field, *more), mark)  # noqa: E731
    spoilers = {id(app): made(app) for app in real.values()}
    hosts.update({host: spoilers[id(app)] for host, app in real.items()})
    with one.w.net.unobserved():
        yield next(one for one in spoilers.values() if one.path == path)
    assert sum(spoiler.spoilt for spoiler in spoilers.values()) > 0
    hosts.update(real)


@pytest.mark.parametrize("stage", list(LISTS))
def test_one_problem_and_the_others_go_on(stage: str) -> None:
    with whole() as one:
        prepare(one, stage, again=False)
        with spoilt(one, stage):
            (job,) = one.run(stage)
        held = JobRecord.objects.filter(job=job, outcome="rejected")
        assert [(record.code, job.state) for record in held] == [("unreadable_record", "partial")]
        problem = Problem.objects.get(tenant_stage=job.tenant_stage, state="open")
        assert "cannot be read" in problem.message
        written = JobRecord.objects.filter(job=job, outcome__in=("created", "matched"))
        assert written.exists() or stage == "journal_entries"  # there is but one journal
        one.w.check_links()
        one.finish(one.w.go(stage, full=False))  # as a schedule does: what changed, and what failed before
        assert not Problem.objects.filter(tenant_stage=job.tenant_stage, state="open").exists()
        now = picture(one.w)
        one.run(stage)
        assert picture(one.w) == now


@pytest.mark.parametrize("stage", ["projects", "contacts", "progress_claims", "direct_invoices"])
def test_a_record_without_a_readable_id_keeps_the_reading_from_moving_on(stage: str) -> None:
    ids = {"contacts": "ContactID", "direct_invoices": "InvoiceID"}
    with whole() as one:
        prepare(one, stage, again=False)
        with spoilt(one, stage, ids.get(stage, "id")):
            (job,) = one.run(stage)
        assert JobRecord.objects.get(job=job, outcome="rejected").source_id.startswith("?")
        assert TenantStage.objects.get(pk=job.tenant_stage_id).cursor is None
        one.finish(one.w.go(stage, full=False))
        assert not Problem.objects.filter(tenant_stage=job.tenant_stage, state="open").exists()
        now = picture(one.w)
        one.run(stage)
        assert picture(one.w) == now


def test_a_hundred_contacts_and_one_that_cannot_be_read() -> None:
    with whole() as one:
        for number in range(97):
            one.site.supplier(f"Supplier {number:02}")
        with spoilt(one, "contacts"):
            (job,) = one.run("contacts")
        assert job.counts == {"created": 99, "rejected": 1}
        assert job.state == "partial"


def test_a_project_that_could_not_be_read_is_read_whole_later() -> None:
    """What changed in it meanwhile lies before the cursor by then."""
    with whole() as one:
        prepare(one, "progress_claims", again=False)
        one.run("progress_claims")
        one.claim("SC-002", "77.00", "2026-09-30")
        hosts = dict(one.w.net.hosts)
        path, _, _ = LISTS["progress_claims"]
        one.w.net.hosts["api.procore.com"] = _Broken(hosts["api.procore.com"], path, f"project_id={one.projects[1].id}")
        one.claim("SC-001", "55.00", "2026-09-30")
        job = one.finish(one.w.go("progress_claims", full=False))
        assert JobRecord.objects.get(job=job, outcome="rejected").code == "project_unreadable"
        one.w.net.hosts.update(hosts)
        one.w.procore.clock.advance(days=1)
        one.finish(one.w.go("progress_claims", full=False))
        assert {bill.number for bill in one.w.org.bills()} >= {"SC-001-2", "SC-002-2"}
        assert not Problem.objects.filter(state="open").exists()


class _Broken:
    """No list at all in one place."""

    def __init__(self, app: Any, path: str, query: str) -> None:
        self.app, self.path, self.query = app, path, query

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] == self.path and self.query in environ["QUERY_STRING"]:
            start_response("200 OK", [("Content-Type", "application/json")])
            return [b'{"not": "a list"}']
        return self.app(environ, start_response)  # type: ignore[no-any-return]


def test_every_stage_that_reads_a_list_is_here() -> None:
    assert set(LISTS) == set(STAGES) - {"claim_attachments"}
