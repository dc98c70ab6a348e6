"""`manage.py new_key`: a key for TIEBACK_FIELD_KEYS."""

from __future__ import annotations

from typing import Any

from cryptography.fernet import Fernet
from django.core.management import BaseCommand


class Command(BaseCommand):
    help = "Print a new key for TIEBACK_FIELD_KEYS, under which secrets are encrypted in the database."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(Fernet.generate_key().decode())
