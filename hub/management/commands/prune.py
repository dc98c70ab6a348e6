"""`manage.py prune`: what the beat does every night."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand

from hub.pruning import SECONDS, prune


class Command(BaseCommand):
    help = (
        "Delete what is older than TIEBACK_KEEP_CALLS_DAYS, TIEBACK_KEEP_PAYLOADS_DAYS and TIEBACK_KEEP_JOBS_DAYS say. "
        "Links, problems, approvals and the outcome of everything that was sent stay."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        done = prune()
        for kind, count in done.counts.items():
            self.stdout.write(f"{count:>9,} {kind} deleted")
        if not done.finished:
            self.stdout.write(f"Stopped after {SECONDS / 60:.0f} minutes; call it again for the rest.")
