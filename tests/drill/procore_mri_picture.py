"""What a customer's Procore and MRI hold, without the ids they gave out, so that two runs can be compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from integrations.mri.sandbox import Database
from integrations.mri.sandbox import Row as MriRow
from integrations.mri.sandbox.state import net_of
from integrations.procore.sandbox import Company
from integrations.procore.sandbox.contracts import Contract
from integrations.procore.sandbox.project import DirectCost, Project
from integrations.procore.sandbox.state import Row

Told = tuple[str, str]
# Table of the books: what tells one from another.
DOCUMENTS = {
    "budgets": ("job_id", "budget_type"),
    "budget_revisions": ("job_id", "revision_number"),
    "contracts": ("job_id", "number"),
    "change_orders": ("job_id", "contract_number", "number"),
    "draws": ("job_id", "contract_number", "number"),
}
NEVER = ("id", "changed", "lines")  # what MRI gives out by itself


def whose(sandbox: Any, vendor: str, request: Any) -> str:
    """The customer that a request is for: its database, its company, or its app when it asks for a token."""
    if vendor == "mri":
        return str(sandbox.account(request))
    if "/token" in request.path:
        given = request.authorization
        client_id = given.username if given and given.type == "basic" else request.form.get("client_id", "")
        return str(client_id or "").removesuffix(f"-{vendor}")
    account = sandbox.account(request)
    company = sandbox.companies.get(int(account)) if account.isdigit() else None
    return company.name if company else ""


def picture(company: Company, books: Database) -> Mapping[str, Counter[Told]]:
    return {kind: Counter(rows) for kind, rows in _everything(company, books).items()}


def _everything(company: Company, books: Database) -> dict[str, list[Told]]:
    contracts = _contracts(company)
    called = {str(row["id"]): row["name"] for row in books.tables["vendors"]}
    documents = {table: [_document(table, row, called) for row in books.tables[table]] for table in DOCUMENTS}
    return {
        **documents,
        "MRI's vendors": [(row["name"], _without(row, NEVER)) for row in books.tables["vendors"]],
        "vendors": [_vendor(row) for row in company.vendors],
        "projects": [
            (str(row["project_number"]), _said(row, "name", "active", "completion_date")) for row in _projects(company)
        ],
        "cost codes": [
            (company.full_code(company.standard_cost_codes, row), row["name"]) for row in company.standard_cost_codes
        ],
        "cost types": [(row["code"], row["name"]) for row in company.line_item_types],
        "payments": [_payment(contract, row) for contract in contracts for row in contract.payments],
        "claims": [
            (f"{contract['number']}/{claim['number']}", f"{claim.due} {claim['payment_date']}")
            for contract in contracts
            for claim in contract.claims
        ],
        "direct costs": [_cost(company, cost) for project in _projects(company) for cost in project.direct_costs],
    }


def _projects(company: Company) -> Iterator[Project]:
    return (row for row in company.projects if isinstance(row, Project))


def _contracts(company: Company) -> list[Contract]:
    return [contract for project in _projects(company) for contract in project.commitments]


def _said(row: Row, *names: str) -> str:
    return " | ".join(f"{name}={row[name]}" for name in names if row.has(name))


def key_of(table: str, row: MriRow) -> str:
    return "/".join(str(row.get(name)) for name in DOCUMENTS[table])


def _document(table: str, row: MriRow, called: Mapping[str, str]) -> Told:
    """Everything that was sent, header and lines; of a vendor the name."""
    lines = sorted(str(sorted(line.items(), key=lambda one: one[0])) for line in row.get("lines", ()))
    return key_of(table, row), " | ".join(
        [called.get(str(row.get("vendor_id")), ""), _without(row, (*NEVER, "vendor_id")), *lines]
    )


def _without(row: MriRow, names: Sequence[str]) -> str:
    return " | ".join(f"{name}={value}" for name, value in sorted(row.items()) if name not in names)


def _vendor(row: Row) -> Told:
    return str(row["origin_id"] or row["name"]).rpartition(":")[2], _said(row, "name", "is_active", "business_phone")


def _payment(contract: Contract, row: Row) -> Told:
    claim = next((str(c["number"]) for c in contract.claims if c.id == row["requisition_id"]), "none")
    fields = ("amount", "date", "invoice_number", "payment_number", "payment_method", "notes")
    return f"{contract['number']}/{claim} {row['date']}", _said(row, *fields)


def _cost(company: Company, cost: DirectCost) -> Told:
    lines = sorted(f"{row['description']}: {row['amount']:.2f}" for row in cost.lines if row["amount"])
    key = f"{cost.project['project_number']} {cost['invoice_number'] or cost['direct_cost_type']}"
    return key, " | ".join([_said(cost, "direct_cost_type", "direct_cost_date", "status"), *lines])


def disagreements(company: Company, books: Database) -> Iterator[str]:
    """Sums that must agree to the cent whatever has happened: each claim has one draw of what is due on it, and each
    contract's payments come to what its draws were paid."""
    for contract in _contracts(company):
        place = {"job_id": contract.project["project_number"], "contract_number": contract["number"]}
        for claim in contract.claims:
            sums = [net_of(draw) for draw in books.where("draws", number=str(claim["number"]), **place)]
            if sums != [claim.due]:
                shown = ", ".join(map(str, sums)) or "nothing"
                yield f"claim {contract['number']}/{claim['number']} of {claim.due} has draws of {shown}"
        paid = sum((row["amount"] for row in books.where("payments", **place) if not row["void"]), Decimal())
        if contract.paid != paid:
            yield f"contract {contract['number']} has payments of {contract.paid}, its draws were paid {paid}"


def targets(company: Company, books: Database) -> Mapping[str, frozenset[str]]:
    stages = {"contracts": "commitments"}
    documents = {
        stages.get(table, table): frozenset(key_of(table, row) for row in books.tables[table]) for table in DOCUMENTS
    }
    contracts = _contracts(company)
    payments = {str(row.id) for contract in contracts for row in contract.payments}
    claims = {f"claim {claim.id}" for contract in contracts for claim in contract.claims}
    costs = frozenset(str(cost.id) for project in _projects(company) for cost in project.direct_costs)
    return {
        **documents,
        "vendors": frozenset(str(row.id) for row in company.vendors),
        "new_vendors": frozenset(str(row["id"]) for row in books.tables["vendors"]),
        "jobs": frozenset(str(row.id) for row in company.projects),
        "cost_codes": frozenset(str(row.id) for row in company.standard_cost_codes),
        "cost_types": frozenset(str(row.id) for row in company.line_item_types),
        "payments": frozenset(payments | claims),
        "direct_invoices": costs,
        "journal_entries": costs,
    }
