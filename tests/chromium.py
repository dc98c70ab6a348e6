"""Where Chromium is. `python -m tests.chromium` says at once when it is missing."""

from __future__ import annotations

import os
import shutil
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def find() -> str:
    """The path of the browser: CHROMIUM, or the first of the usual names; "" when there is none."""
    given = os.environ.get("CHROMIUM", "")
    return shutil.which(given) or "" if given else next(filter(None, map(shutil.which, NAMES)), "")


if __name__ == "__main__":
    if not find():
        sys.exit(
            "Chromium is missing: install it (Debian: apt-get install chromium) or name it with CHROMIUM=/path/to/it."
        )
