"""`manage.py wait_for_database`: ends when the database answers."""

from __future__ import annotations

import time
from typing import Any

from django.core.management import BaseCommand
from django.db import OperationalError, connection

PAUSE = 3.0  # seconds between two attempts
SAID = 20  # attempts, a minute, until it says again that it waits


class Command(BaseCommand):
    help = "Wait until the database answers, however long. For a machine that may be up before its database server is."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        tried = 0
        while reason := _reason():
            if tried % SAID == 0:
                self.stderr.write(f"Waiting for the database: {reason}")
            tried += 1
            time.sleep(PAUSE)


def _reason() -> str:
    """Why it cannot be reached, in one line; "" when it can."""
    try:
        connection.ensure_connection()
    except OperationalError as error:
        return " ".join(str(error).split()) or type(error).__name__
    return ""
