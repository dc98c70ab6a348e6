"""`make demo`: Tieback between three pretend vendors, for three fictional customers."""

from __future__ import annotations

import os
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from config.demo.runs import TooSlow
from config.demo.show import HOST, PASSWORD, Unexpected, demonstration
from config.settings import ENV
from hub.embedded import BrokerFailed
from hub.installation import AlreadyRunning, free_port
from hub.supervisor import PartFailed, Stopped, trap_signals


class Command(BaseCommand):
    help = (
        "Show Tieback at work: start pretend vendors and a fresh installation beside them, run every stage, print what "
        "moved, serve the admin until Ctrl-C. With DEMO_ONCE=1 run everything again, make a few edits, check "
        "every figure and end. Start it with “make demo”: it deletes what is in its data directory, var/demo."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.HUB_DATA_DIR.name != "demo" or ENV.mode != "development" or ENV.database_url or ENV.broker_url:
            raise CommandError("Start the demonstration with “make demo”: it begins by deleting its own data.")
        trap_signals()
        try:
            self._show(once=os.environ.get("DEMO_ONCE") == "1")
        except Stopped:
            self.stdout.write("Stopped.")
        except (AlreadyRunning, BrokerFailed, PartFailed, TooSlow, Unexpected) as error:
            raise CommandError(f"{error}\nEverything has been stopped.") from error

    def _show(self, *, once: bool) -> None:
        port = free_port(HOST, int(os.environ.get("PORT", "8000")))
        with demonstration(settings.HUB_DATA_DIR, port, self._tell) as show:
            faults = show.first_run(self._tell)
            if once:
                self._conclude(faults + show.second_half(self._tell))
                return
            for fault in faults:
                self.stderr.write(f"Not as expected: {fault}")
            show.get_ready()
            self._tell(self.style.SUCCESS(f"\nTieback    http://{HOST}:{port}/"))
            self._tell(
                f"Log in as admin, manager or viewer; the password is {PASSWORD}. Approve a claim, pay a bill or"
            )
            self._tell(
                "rename a project on the pretend vendors' pages and run the stage again. Ctrl-C stops everything."
            )
            show.supervisor.watch()

    def _tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def _conclude(self, faults: list[str]) -> None:
        if faults:
            raise Unexpected("Not as expected:\n" + "\n".join(faults))
        self._tell(self.style.SUCCESS("\nEvery figure is as expected."))
