"""`manage.py up`: Tieback on one machine, with nothing else installed."""

from __future__ import annotations

import os
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser

from hub.embedded import BrokerFailed
from hub.installation import AlreadyRunning, free_port, installation
from hub.supervisor import PartFailed, Stopped, trap_signals


class Command(BaseCommand):
    help = (
        "Start broker, web, worker and beat together, and stop them together. BROKER_URL and DATABASE_URL replace the "
        "embedded Valkey and SQLite."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
        parser.add_argument(
            "--port", type=int, default=int(os.environ.get("PORT", "8000")), help="default 8000, or PORT"
        )

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        trap_signals()
        try:
            self._run(host, port)
        except Stopped:
            self.stdout.write("Stopped.")
        except (AlreadyRunning, BrokerFailed, PartFailed) as error:
            raise CommandError(f"{error}\nEverything else has been stopped.") from error

    def _run(self, host: str, port: int) -> None:
        if free_port(host, port) != port:
            raise PartFailed(f"Port {port} is in use; choose another one with --port.")
        address = f"http://{host}:{port}"
        environment = {"TIEBACK_BASE_URL": os.environ.get("TIEBACK_BASE_URL", address)}
        given = os.environ.get("BROKER_URL", "")
        with installation(
            settings.HUB_DATA_DIR,
            host=host,
            port=port,
            broker_url=given,
            environment=environment,
            tell=self.stdout.write,
        ) as supervisor:
            self.stdout.write(self.style.SUCCESS(f"Tieback    {address}/   (Ctrl-C stops everything)"))
            self.stdout.flush()  # into a file or a pipe as well
            supervisor.watch()
