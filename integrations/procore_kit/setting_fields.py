"""How one setting is declared: its title and help in the admin's form, and the form's section."""

from __future__ import annotations

from typing import Any

from pydantic import Field


def setting(default: Any, title: str, description: str, group: str, **limits: Any) -> Any:
    return Field(default, title=title, description=description, json_schema_extra={"group": group}, **limits)
