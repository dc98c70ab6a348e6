"""A job in both systems with its vendors and codes, brought over by their own stages: what money stages start from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hub.models import SyncJob
from integrations.mri.sandbox import Row as Line
from integrations.procore.sandbox.claims import Claim
from integrations.procore.sandbox.contracts import Contract
from integrations.procore.sandbox.project import Project
from integrations.procore.sandbox.state import Row
from tests.procore_mri.world import World, world

WHARF, DEPOT = "WHARF01", "DEPOT02"
IRONBARK = "0000010449"
ELECTRICAL = "03-1600"


@dataclass
class Site:
    w: World

    def project(self, number: str = WHARF) -> Project:
        (found,) = self.w.company.projects.where(lambda row: row["project_number"] == number)
        assert isinstance(found, Project)
        return found

    def vendor(self, vendor_id: str = IRONBARK) -> Row:
        found = self.w.company.vendors.with_origin(f"mri:HARBOUR:vendor:{vendor_id}")
        assert found is not None
        return found

    def finish(self, job: SyncJob) -> SyncJob:
        while job.is_open:
            job = self.w.go_on(job)
        return job

    def contract(self, number: str = "SC-1", **values: Any) -> Contract:
        """A subcontract in Procore and the contract it became in MRI."""
        lines = [(ELECTRICAL, "Cabling", Decimal(100_000))]
        made = self.project().add_commitment(self.vendor(), number=number, lines=lines, retainage="5", **values)
        self.w.books.add(
            "contracts", number=number, job_id=WHARF, vendor_id=IRONBARK, amount=Decimal(100_000), lines=[]
        )
        return made

    def draw(self, contract: Contract, work: str = "10000", *, tax: str = "0", **amounts: str) -> tuple[Claim, Line]:
        """A claim and the draw it became: retained 5 % unless `amounts` say else."""
        claim = contract.claim(period_end="2026-10-31", work={contract.lines[0]: Decimal(work)})
        told = {"gross": Decimal(work), "retained": Decimal(work) / 20, "released": Decimal(0), "tax": Decimal(tax)}
        told |= {name: Decimal(value) for name, value in amounts.items()}
        number = str(claim["number"])
        draw = self.w.books.add(
            "draws", number=number, contract_number=contract["number"], job_id=WHARF, vendor_id=IRONBARK, **told
        )
        key = f"{WHARF}/{contract['number']}/{number}"
        self.w.tie("draws", claim.id, key, key)
        return claim, draw


@contextmanager
def site(**settings: Any) -> Iterator[Site]:
    with world(default_country="AU", **settings) as w:
        for stage in ("vendors", "cost_codes", "cost_types", "jobs"):
            assert w.go(stage).state == "succeeded"
        yield Site(w)
