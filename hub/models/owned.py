"""Rows that belong to a customer."""

from __future__ import annotations

from typing import Any, ClassVar


class Owned:
    """Tells the audit log whose row it is, so that entries can be shown to that customer's members after the row is
    gone (django-auditlog asks for `get_additional_data`)."""

    CUSTOMER_PATH: ClassVar[str]

    def get_additional_data(self) -> dict[str, int]:
        *way, last = self.CUSTOMER_PATH.split("__") if self.CUSTOMER_PATH else ["pk"]
        owner: Any = self
        for name in way:
            owner = getattr(owner, name)
        return {"customer": getattr(owner, f"{last}_id" if self.CUSTOMER_PATH else last)}
