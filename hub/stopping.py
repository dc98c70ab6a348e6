"""Whether this process has been asked to end. A run then stops at its next page or batch; another worker goes on."""

from __future__ import annotations

from typing import Any

_asked = False


class Stopping(Exception):
    """This process is about to end: give the job back."""


def ask(**kwargs: Any) -> None:
    """Runs in a signal handler, so it only sets a flag. Also a receiver of Celery's `worker_shutting_down`."""
    global _asked
    _asked = True


def asked() -> bool:
    return _asked


def forget() -> None:
    """For tests: this process goes on after all."""
    global _asked
    _asked = False
