"""A job site whose project, vendor, cost codes and cost types are tied to MRI: what documents start from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hub.models import JobRecord, SyncJob
from integrations.mri.sandbox import Switches
from integrations.mri.sandbox.state import Row as MriRow
from integrations.procore.sandbox.claims import Claim
from integrations.procore.sandbox.contracts import Contract
from integrations.procore.sandbox.project import Project
from integrations.procore.sandbox.seed import Division
from integrations.procore.sandbox.state import Row
from tests.procore_mri.world import World, world

JOB, VENDOR, VENDOR_NAME = "WHARF01", "0000010449", "Ironbark Concreting"
CODES = {"02-0300": "02/0300", "02-0510": "02/0510", "03-1600": "03/1600"}  # Procore's, and MRI's among the links
DIVISIONS = (
    Division("02", "Structure", (("0300", "Concrete"), ("0510", "Structural steel"))),
    Division("03", "Fit-out", (("1600", "Electrical"),)),
)
TYPES = {"C": "SUB", "M": "MAT", "L": "LAB", "O": "OTH"}
DRAWS, CONTRACTS, CHANGES = "MRI_S-PMJC_ContractDraws", "MRI_S-PMJC_Contracts", "MRI_S-PMJC_ContractChangeOrders"


def money(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


@dataclass
class Site:
    w: World
    project: Project
    vendor: Row

    def contract(self, number: str = "SC-001", retainage: str | None = "5", **values: Any) -> Contract:
        """Three lines of 60,000.00, approved."""
        lines = [(code, f"Works {code}", money("60,000.00")) for code in CODES]
        return self.project.add_commitment(self.vendor, number=number, lines=lines, retainage=retainage, **values)

    # What a run has done.

    def rows(self, table: str) -> list[MriRow]:
        return self.w.books.tables[table]

    def said(self, job: SyncJob) -> dict[str, tuple[str, str]]:
        """(outcome, code) by key."""
        rows = JobRecord.objects.filter(job=job).values_list("source_key", "outcome", "code")
        return {key: (outcome, code) for key, outcome, code in rows}

    def record(self, job: SyncJob, key: str) -> JobRecord:
        return JobRecord.objects.get(job=job, source_key=key)

    def again(self, *stages: str) -> None:
        """Once more, everything read: nothing is written."""
        mark = self.w.marks()
        for stage in stages:
            job = self.w.go(stage, full=True)
            assert job.state == "succeeded", job.error
            assert {outcome for outcome, _ in self.said(job).values()} <= {"unchanged", "skipped"}
        assert self.w.writes(mark) == []

    def held(self, job: SyncJob, key: str, code: str) -> str:
        """The sentence of a record that was held for this reason, which is also an open problem with a fix."""
        record = self.record(job, key)
        assert (record.outcome, record.code) == ("rejected", code), record.message
        problem = self.w.problem(record.label)
        assert (problem.code, problem.message) == (code, record.message)
        assert problem.fix
        assert "(reason" not in record.message + problem.fix
        return record.message


@contextmanager
def site(
    *, profile: Mapping[str, Any] | None = None, switches: Switches | None = None, **settings: object
) -> Iterator[Site]:
    with world(profile=profile, switches=switches, **settings) as w:
        company = w.company
        for row in company.add_cost_codes(DIVISIONS):
            w.tie("cost_codes", CODES[company.full_code(company.standard_cost_codes, row)], row.id)
        for code, category in TYPES.items():
            w.tie("cost_types", category, company.cost_type(code).id)
        project = company.add_project("Wharf Street Tower", JOB, copy_cost_codes=True)
        assert isinstance(project, Project)
        w.tie("jobs", JOB, project.id, JOB)
        vendor = company.add_vendor(VENDOR_NAME)
        w.tie("vendors", VENDOR, vendor.id, VENDOR)
        yield Site(w, project, vendor)


@contextmanager
def one_contract(retainage: str | None = "5", **more: Any) -> Iterator[tuple[Site, Contract]]:
    """A subcontract of three lines that is a contract in MRI already."""
    with site(**more) as place:
        contract = place.contract(retainage=retainage)
        assert place.said(place.w.go("commitments")) == {f"{JOB}/SC-001": ("created", "")}
        yield place, contract


def claimed(contract: Contract, amount: str = "1,000.00", end: str = "2026-07-31", **more: Any) -> Claim:
    return contract.claim(period_end=end, work={contract.lines[0]: money(amount)}, **more)
