"""`manage.py run_stage TENANT STAGE [KEY…]`: one stage of one tenant, here and now."""

from __future__ import annotations

import time
from typing import Any, NoReturn

from django.core.management import BaseCommand, CommandParser

from hub.engine.run import run
from hub.engine.start import CannotStart, Started, start
from hub.management import report
from hub.models import JobState, SyncJob, Tenant, TenantStage, Trigger

POLL = 1.0  # seconds between looks at a job that another worker runs


class Command(BaseCommand):
    help = (
        "Run a stage of a tenant in this process and report what it did. If the same run is under way already, "
        "wait for it and report that one. Exit status: 0 succeeded, 3 some records are problems, 1 failed, waiting or "
        "cancelled, 2 wrong usage."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("tenant", metavar="TENANT", help="the tenant's slug")
        parser.add_argument("stage", metavar="STAGE", help="the stage's slug: projects, contacts, …")
        parser.add_argument("keys", metavar="KEY", nargs="*", help="just this one: a value for each key field")
        parser.add_argument("--preview", action="store_true", help="plan and show, write nothing")
        parser.add_argument("--json", action="store_true", help="print JSON")
        reach = parser.add_mutually_exclusive_group()
        reach.add_argument("--full", dest="full", action="store_true", default=None, help="read everything (default)")
        reach.add_argument("--changed", dest="full", action="store_false", help="read what changed since the last run")

    def handle(self, *args: Any, tenant: str, stage: str, keys: list[str], **options: Any) -> None:
        row = self._row(tenant, stage)
        job = self._finished(self._start(row, keys, options["preview"], options["full"]))
        self.stdout.write(report.as_json(job) if options["json"] else report.as_text(job))
        status = report.exit_status(job)
        if status == report.FAILED:
            self._leave(report.why_not(job), status)
        if status:
            raise SystemExit(status)

    def _row(self, tenant: str, stage: str) -> TenantStage:
        known = list(Tenant.objects.order_by("slug").values_list("slug", flat=True))
        if tenant not in known:
            names = ", ".join(known) or "none yet; manage.py load_config or the admin makes them"
            self._leave(f"There is no tenant “{tenant}”. Tenants: {names}.", report.USAGE)
        rows = TenantStage.objects.select_related("tenant").filter(tenant__slug=tenant)
        by_slug = {row.stage: row for row in rows}
        if stage not in by_slug:
            self._leave(f"{tenant} has no stage “{stage}”. Stages: {', '.join(by_slug)}.", report.USAGE)
        return by_slug[stage]

    def _start(self, row: TenantStage, keys: list[str], preview: bool, full: bool | None) -> Started:
        try:
            return start(row, trigger=Trigger.SHELL, keys=keys, preview=preview, full=full)
        except CannotStart as error:
            self._leave(str(error), report.USAGE)

    def _finished(self, started: Started) -> SyncJob:
        """Work on the job, in turns with whoever else has the stage, until it ends or must wait."""
        if started.joined:
            self.stderr.write(f"The same run is under way already (job {started.job.pk}); this is its report.")
        job = run(started.job.pk)
        while job.state in (JobState.QUEUED, JobState.RUNNING):
            time.sleep(POLL)
            job = run(job.pk)
        return job

    def _leave(self, line: str, status: int) -> NoReturn:
        self.stderr.write(line)
        raise SystemExit(status)
