"""Runs without faults, in one process: what the drill's schedules are compared with.

`python -m tests.drill.reference FILE SHAPE…` stores the pictures of these shapes; it has a database of its own.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from .scenario import Picture

FILE = "reference.pickle"


def references(folder: Path, shapes: Iterable[int]) -> Mapping[int, Picture]:
    """The pictures by shape, worked out in a process with a database of its own. What is in the folder already is
    used again: it is the drill's own, and begins empty."""
    path = folder / FILE
    known: dict[int, Picture] = pickle.loads(path.read_bytes()) if path.exists() else {}
    shapes = set(shapes) - known.keys()
    if not shapes:
        return known
    command = [sys.executable, "-m", "tests.drill.reference", str(path), *map(str, sorted(set(shapes)))]
    subprocess.run(command, check=True)
    found: dict[int, Picture] = known | pickle.loads(path.read_bytes())
    path.write_bytes(pickle.dumps(found))
    return found


def main(path: Path, shapes: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(
            DJANGO_SETTINGS_MODULE="config.settings",
            TIEBACK_MODE="development",
            TIEBACK_DATA_DIR=folder,
            DATABASE_URL=f"sqlite:///{folder}/reference.sqlite3",
            BROKER_URL="",
            TIEBACK_LIMITS_URL="",
        )
        import django

        django.setup()
        from django.core.management import call_command

        from .calm import calm
        from .scenarios import chosen
        from .wide import widen

        call_command("migrate", verbosity=0)
        widen()
        scenario = chosen()
        ground = scenario.ground()
        path.write_bytes(pickle.dumps({shape: calm(scenario, ground, shape) for shape in shapes}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), [int(text) for text in sys.argv[2:]])
