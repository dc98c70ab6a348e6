"""`manage.py load_config FILE.toml`: customers, connections, tenants, stages and value maps from a file."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandParser

from hub.config_file import ConfigError, Line, apply, read


class Command(BaseCommand):
    help = "Make the hub agree with a configuration file. Loading it twice changes nothing. See docs/configuration.md."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE.toml", type=Path)
        parser.add_argument("--check", action="store_true", help="say what would change, store nothing")

    def handle(self, *args: Any, file: Path, check: bool, **options: Any) -> None:
        try:
            lines = apply(read(file), dry=check)
        except ConfigError as error:
            for line in error.lines:
                self.stderr.write(line)
            self.stderr.write(f"Nothing has been stored: {_faults(len(error.lines))}.")
            raise SystemExit(1) from error
        self._tell(lines, check)

    def _tell(self, lines: list[Line], check: bool) -> None:
        for line in lines:
            self.stdout.write(str(line))
        counts = Counter(line.action for line in lines)
        total = ", ".join(f"{counts[action]} {action}" for action in ("created", "updated", "unchanged"))
        self.stdout.write(f"{'Would be: ' if check else ''}{total}.")


def _faults(number: int) -> str:
    return "there is 1 fault" if number == 1 else f"there are {number} faults"
