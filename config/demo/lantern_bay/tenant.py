"""The tenant with MRI, and what people enter there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from hub.pairing import Pairing
from integrations.mri.sandbox import Database, Row
from integrations.procore_mri import PAIRING

from ..tenants import DemoTenant


@dataclass(frozen=True)
class MriTenant(DemoTenant):
    pairing: ClassVar[Pairing] = PAIRING
    books: Database

    @property
    def ledger(self) -> tuple[str, str]:
        return f"{self.company.name} in MRI", self.books.name

    def row(self, table: str, **values: object) -> Row:
        """The record of the books with these values. Raises LookupError."""
        if found := self.books.one(table, **values):
            return found
        raise LookupError(f"{table}: no {values}")
