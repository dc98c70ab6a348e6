"""`manage.py prune`: what the beat does once a day."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import BaseCommand

from hub.tasks import prune


class Command(BaseCommand):
    help = "Delete records of API calls older than TIEBACK_KEEP_CALLS_DAYS. Jobs, records and links stay."

    def handle(self, *args: Any, **options: Any) -> None:
        deleted = prune()
        self.stdout.write(f"{deleted} call records older than {settings.HUB_KEEP_CALLS_DAYS} days deleted.")
