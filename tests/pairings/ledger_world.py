"""A job site whose claims have become bills: what the stages that read the ledger back start from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from unittest import mock

from hub import registry
from hub.models import LinkedEntity, TenantStage
from hub.stage import Stage
from integrations.procore.sandbox.claims import Claim
from integrations.procore.sandbox.contracts import Contract
from integrations.procore.sandbox.project import Project
from integrations.procore.sandbox.seed import Division
from integrations.procore.sandbox.state import Row
from integrations.xero.sandbox.books import Document
from integrations.xero.sandbox.organisation import line
from integrations.xero.sandbox.state import Contact
from tests.pairings.world import STAGE, World, world

SUPPLIER = "Bright Spark Electrical"
CODE, OTHER_CODE = "26-050", "26-510"
CABLING, LIGHTING = "26-050 Cabling", "26-510 Lighting"  # their options
DAY = date(2026, 10, 31)


@contextmanager
def with_stages(*stages: Stage) -> Iterator[None]:
    """These stages are in the pairing, whether it lists them by now or not."""
    known = dict(registry.pairings())
    pairing = known["procore_xero"]
    missing = [stage for stage in stages if stage.slug not in {one.slug for one in pairing.stages}]
    known["procore_xero"] = replace(pairing, stages=(*pairing.stages, *missing))
    with mock.patch.object(registry, "pairings", return_value=known):
        yield


@dataclass
class Site:
    """One customer's world with ways to build, and links made by hand as if earlier stages had run."""

    w: World

    def tie(self, stage: str, source_id: object, target_id: object, key: str) -> None:
        row = self.w.tenant.stages.filter(stage=stage).first()
        if row is None:
            (row,) = TenantStage.objects.bulk_create([TenantStage(tenant=self.w.tenant, stage=stage)])
        LinkedEntity.objects.create(
            tenant_stage=row, source_id=str(source_id), target_id=str(target_id), source_key=key, label=key
        )

    def cost_codes(self) -> None:
        """The company's codes and their options in Xero: 26-050 Cabling and 26-510 Lighting."""
        division = Division("26", "Electrical", (("050", "Cabling"), ("510", "Lighting")))
        for code in self.w.company.add_cost_codes([division]):
            full = f"26-{code['code']}"
            option = self.w.org.add_option(self.w.org.category("Cost Codes"), f"{full} {code['name']}")
            self.tie("cost_codes", code.id, option.id, full)

    def project(self, number: str, name: str = "House") -> Project:
        project = self.w.company.add_project(name, number, STAGE)
        assert isinstance(project, Project)
        self.w.company.copy_cost_codes(project)
        option = self.w.org.add_option(self.w.org.category("Project"), f"{number} {name}")
        self.tie("projects", project.id, option.id, number)
        return project

    def vendor(self, name: str = SUPPLIER) -> tuple[Contact, Row]:
        contact = self.w.org.add_contact(name)
        vendor = self.w.company.vendors.add(name=name, is_active=True, origin_id=contact.id)
        self.tie("contacts", contact.id, vendor.id, name)
        return contact, vendor

    def contract(self, project: Project, vendor: Row, number: str = "SC-001", **values: Any) -> Contract:
        lines = [(CODE, "Cabling", Decimal(100_000))]
        return project.add_commitment(vendor, number=number, lines=lines, retainage="5", **values)

    def claim(self, contract: Contract, work: str = "10000") -> Claim:
        return contract.claim(period_end=DAY, work={contract.lines[0]: Decimal(work)})

    def bill(self, contact: Contact, claim: Claim, work: str = "10000", retained: str = "500") -> Document:
        """As the claim's stage makes it."""
        contract = claim.contract
        number, option = f"{contract['number']}-{claim['number']}", self.option(contract.project)
        lines = [line("Work", work, "320", "INPUT", Project=option)]
        lines.append(line("Retention", f"-{retained}", "835", "INPUT", Project=option))
        bill = self.w.org.add_bill(contact, lines, DAY, DAY, number=number)
        key = f"{contract.project['project_number']}/{contract['number']}/{claim['number']}"
        self.tie("progress_claims", claim.id, bill.id, key)
        return bill

    def option(self, project: Project) -> str:
        return f"{project['project_number']} {project['name']}"


@contextmanager
def site(*stages: Stage, **settings: Any) -> Iterator[Site]:
    with with_stages(*stages), world(**settings) as w:
        at = Site(w)
        at.cost_codes()
        yield at
