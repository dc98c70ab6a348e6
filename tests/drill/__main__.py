"""`python -m tests.drill`: the fault drill against a running installation."""

from __future__ import annotations

import argparse
import logging
import os
import shutil
import signal
import sys
from pathlib import Path

from hub.embedded import EmbeddedBroker

from . import reference, report
from .bases import BASES, Base
from .faults import Timing
from .scenarios import PAIRING, SCENARIOS
from .system import System

KEPT = (report.FILE, reference.FILE)
SAFETIES = ("", "intents", "lookup", "fence", "waiting")


def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    folder = Path(options.folder or f"var/drill/{options.on}-{os.getpid()}").resolve()
    _make_ready(folder)
    base, timing = BASES[options.on](folder), Timing()
    os.environ.update(
        {
            **timing.environment,
            **base.environment,
            "DJANGO_SETTINGS_MODULE": "tests.drill.settings",
            "TIEBACK_MODE": "development",
            "TIEBACK_DATA_DIR": str(folder),
            "TIEBACK_CUSTOM_HOSTS": "127.0.0.1:*",
            "TIEBACK_DRILL_WITHOUT": options.without,
            PAIRING: options.pairing,
        }
    )
    base.start()
    try:
        return _drill(options, base, folder, timing)
    finally:
        base.stop()


def _make_ready(folder: Path) -> None:
    """What is left of an earlier drill goes, but for what it has found and what it compared with."""
    folder.mkdir(parents=True, exist_ok=True)
    names = {path.name for path in folder.iterdir()}
    if names and not names & set(KEPT):
        sys.exit(f"{folder} is no drill's folder: name another one.")
    EmbeddedBroker(folder).stop()  # of a drill that was killed
    for name in names - set(KEPT):
        path = folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def _stop_at_once(base: Base, system: System) -> None:
    """Schedules that are under way would take minutes to end."""

    def stop(number: int, frame: object) -> None:
        system.stop()
        base.stop()
        os._exit(1)

    for one in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(one, stop)


def _drill(options: argparse.Namespace, base: Base, folder: Path, timing: Timing) -> int:
    import django

    django.setup()
    from django.core.management import call_command

    from .run import Drill, Options, tell

    logging.getLogger("hub").setLevel(logging.ERROR)  # calm runs, and a broker that it took away itself
    call_command("migrate", verbosity=0)
    numbers = [options.only] if options.only is not None else range(options.first, options.first + options.schedules)
    wanted = Options(
        options.seed,
        numbers,
        options.block,
        options.lanes,
        options.without,
        options.aim or options.without,
        options.storm,
        options.stop_at_first,
        options.minutes,
    )
    system = System(folder, base.of_parts, options.workers)
    _stop_at_once(base, system)
    system.start()
    try:
        found = Drill(wanted, base, system, folder, timing).run()
    finally:
        system.stop()
    tell(found.text())
    for line in found.failures():
        tell(line)
    return 1 if found.bad else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.drill", description=__doc__)
    parser.add_argument("--pairing", choices=list(SCENARIOS), default="procore_xero", help="whose stages are drilled")
    parser.add_argument("--on", choices=list(BASES), default="embedded", help="what the installation stands on")
    parser.add_argument("--seed", default="1", help="any word; it decides every schedule")
    parser.add_argument("--schedules", type=int, default=40)
    parser.add_argument("--first", type=int, default=0, help="number of the first schedule")
    parser.add_argument("--only", type=int, help="replay the schedule of this number alone")
    parser.add_argument("--block", type=int, default=50, help="schedules that share a pair of pretend vendors")
    parser.add_argument("--lanes", type=int, default=10, help="schedules side by side")
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--without", choices=SAFETIES, default="", help="switch a safety off, and aim at it")
    parser.add_argument("--aim", choices=SAFETIES, default="", help="only faults that this safety is for; it stays on")
    parser.add_argument("--storm", default="", help="only vendors' faults whose name matches this pattern, and more")
    parser.add_argument("--stop-at-first", action="store_true", help="end with the first block that shows something")
    parser.add_argument("--minutes", type=float, default=600.0, help="after which no further schedule begins")
    parser.add_argument("--folder", default="", help="where data and logs go; goes on there when it was stopped")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
