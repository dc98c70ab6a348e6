"""Management commands as a shell sees them: exit status, standard output, standard error."""

from __future__ import annotations

from dataclasses import dataclass
from io import StringIO

from django.core.management import CommandError, call_command


@dataclass(frozen=True)
class Shell:
    status: int
    out: str
    err: str


def manage(*arguments: str) -> Shell:
    """Run a command in this process. Wrong options end with status 2, as argparse has it."""
    out, err = StringIO(), StringIO()
    try:
        call_command(*arguments, stdout=out, stderr=err)
    except SystemExit as end:
        return Shell(int(end.code or 0), out.getvalue(), err.getvalue())
    except CommandError as error:
        return Shell(error.returncode, out.getvalue(), str(error))
    return Shell(0, out.getvalue(), err.getvalue())
