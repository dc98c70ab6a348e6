"""Settings of a tenant that are not valid, in words."""

from __future__ import annotations

from pydantic import ValidationError

FIX = "Open the tenant's settings and correct them."


def told(error: ValidationError) -> str:
    """Which setting is wrong, and why."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    why = first["msg"].removeprefix("Value error, ").rstrip(".")
    return f"The tenant's setting “{where}” is not valid: {why}." if where else f"The tenant's settings: {why}."
