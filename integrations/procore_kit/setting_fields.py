"""How one setting is declared: its title and help in the admin's form, and the form's section; formats of numbers."""

from __future__ import annotations

from collections.abc import Callable
from string import Formatter
from typing import Any

from pydantic import Field


def setting(default: Any, title: str, description: str, group: str, **limits: Any) -> Any:
    return Field(default, title=title, description=description, json_schema_extra={"group": group}, **limits)


def format_of(needed: str, *more: str) -> Callable[[str], str]:
    """A check of a format such as "{order}-{application}": it holds `needed`, and no placeholder but that and `more`.
    Raises ValueError with a sentence."""
    allowed = {needed, *more}

    def checked(text: str) -> str:
        names = _placeholders(text)
        if None in names or set(names) - allowed:
            raise ValueError(f"use only {', '.join(f'{{{name}}}' for name in sorted(allowed))} in it")
        if needed not in names:
            raise ValueError(f"it must hold {{{needed}}}")
        return text

    return checked


def _placeholders(text: str) -> list[str | None]:
    """Their names; None for one with a conversion or a width."""
    try:
        parts = [(field, spec, how) for _, field, spec, how in Formatter().parse(text) if field is not None]
    except ValueError as error:
        raise ValueError("a brace is not closed") from error
    return [None if spec or how else field for field, spec, how in parts]
