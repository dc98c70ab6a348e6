"""A building site: a project with cost codes and a vendor, ready for contracts and claims."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import requests

from integrations.procore.sandbox import DIVISIONS
from integrations.procore.sandbox.contracts import Contract
from integrations.procore.sandbox.project import Project
from integrations.procore.sandbox.state import Row
from tests.sandboxes.procore_world import ProcoreWorld, procore_world

CONCRETE, STEEL, ROOF = "03-310", "05-120", "07-410"


def money(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


@dataclass
class Site:
    world: ProcoreWorld
    project: Project
    vendor: Row

    def contract(self, *amounts: str, number: str = "SC-001", **values: Any) -> Contract:
        """A subcontract with a line for each amount, at 5 % retention unless said."""
        codes = (CONCRETE, STEEL, ROOF)
        lines = [(code, f"Work {code}", money(text)) for code, text in zip(codes, amounts, strict=False)]
        return self.project.add_commitment(self.vendor, number=number, lines=lines, **{"retainage": "5", **values})

    def get(self, path: str, **query: Any) -> requests.Response:
        return self.world.get(path, params={"project_id": self.project.id, **query})

    def claims(self, **query: Any) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.get("/rest/v1.1/requisitions", view="extended", **query).json()
        return rows


@contextmanager
def site(**options: Any) -> Iterator[Site]:
    with procore_world(**options) as world:
        world.company.add_cost_codes(DIVISIONS)
        project = world.company.add_project("Harbour Tower", "HT-01", copy_cost_codes=True)
        yield Site(world, project, world.company.add_vendor("Kauri Steel"))
