"""The sites at work: commitments and progress claims are entered in the pretend Procore."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from integrations.procore.sandbox import Company
from integrations.procore.sandbox.claims import Claim as Requisition
from integrations.procore.sandbox.contracts import Contract as Commitment
from integrations.procore.sandbox.project import Project
from integrations.procore.sandbox.state import Row

from .claims import Amounts, Claim
from .contracts import Contract, Line


def enter(company: Company, contracts: Iterable[Contract], claims: Iterable[Claim]) -> None:
    """Once the vendors are there: in Procore a commitment names one."""
    made = {contract.place: _commit(company, contract) for contract in contracts}
    for claim in claims:
        _claim(made[claim.place], claim)


def project(company: Company, number: str) -> Project:
    """Raises StopIteration when no project has this job number."""
    rows = (row for row in company.projects if isinstance(row, Project))
    return next(row for row in rows if row["project_number"] == number)


def commitment(company: Company, place: str) -> Commitment:
    """By "job number/commitment's number"."""
    number, _, own = place.partition("/")
    return project(company, number).commitment(own)


def application(company: Company, place: str, number: int) -> Requisition:
    return commitment(company, place).claims[number - 1]


def _commit(company: Company, contract: Contract) -> Commitment:
    number, _, own = contract.place.partition("/")
    made = project(company, number).add_commitment(
        company.vendors.named(contract.vendor) or company.add_vendor(contract.vendor),
        number=own,
        lines=_lines(contract.lines),
        retainage=contract.retainage,
        status=contract.status,
        title=contract.title,
        kind=contract.kind,
    )
    for row, line in zip(made.lines, contract.lines, strict=True):
        made.add_details(row, [(text, Decimal(amount)) for text, amount in line.parts])
    for change in contract.changes:
        made.add_change_order(change.number, _lines(change.lines), status=change.status, title=change.title)
    return made


def _lines(lines: Iterable[Line]) -> list[tuple[str, str, Decimal]]:
    return [(line.code, line.text, Decimal(line.amount)) for line in lines]


def _claim(contract: Commitment, claim: Claim) -> None:
    lines = dict(enumerate((line for line, _ in contract.billable()), 1))
    contract.claim(
        period_end=claim.end,
        invoice_number=claim.invoice,
        status=claim.status,
        off_by=Decimal(claim.off_by),
        attachments=claim.files,
        work=_amounts(lines, claim.work),
        stored=_amounts(lines, claim.stored),
        moved=_amounts(lines, claim.moved),
        released=_amounts(lines, claim.released),
        rejected=_amounts(lines, claim.rejected),
    )


def _amounts(lines: Mapping[int, Row], amounts: Amounts) -> dict[Row, Decimal]:
    return {lines[number]: Decimal(amount) for number, amount in amounts.items()}
