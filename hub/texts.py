"""Texts that come from people."""

from __future__ import annotations

import re

# PostgreSQL stores no NUL, and half of a surrogate pair cannot be written as UTF-8.
# https://www.postgresql.org/docs/current/datatype-character.html
UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")


def storable(text: str) -> bool:
    """Whether every database and every file can hold this text."""
    return UNSTORABLE.search(text) is None
