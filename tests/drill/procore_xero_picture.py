"""What a customer's Procore and Xero hold, without the ids they gave out, so that two runs can be compared."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from integrations.procore.sandbox import Company
from integrations.procore.sandbox.contracts import Contract
from integrations.procore.sandbox.core import FILES
from integrations.procore.sandbox.project import DirectCost, Project
from integrations.xero.sandbox import Document, Organisation
from integrations.xero.sandbox.books import File, Line

IDS = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b\d{15}\b")
OF_FILE = re.compile(rf"{FILES}(\d+)/")
Told = tuple[str, str]


def our_clock() -> datetime:
    return datetime.now(UTC)


def whose(sandbox: Any, vendor: str, request: Any) -> str:
    """The customer that a request is for: by its account, by its app when it asks for a token, by a file's address."""
    if "/token" in request.path:
        given = request.authorization
        client_id = given.username if given and given.type == "basic" else request.form.get("client_id", "")
        return str(client_id or "").removesuffix(f"-{vendor}")
    account = sandbox.account(request)
    if vendor == "xero":
        known = sandbox.organisations.get(account)
        return known.name if known else ""
    if found := OF_FILE.match(request.path):
        account = found[1]
    company = sandbox.companies.get(int(account)) if account.isdigit() else None
    return company.name if company else ""


def picture(company: Company, org: Organisation) -> Mapping[str, Counter[Told]]:
    return {kind: Counter(rows) for kind, rows in _everything(company, org).items()}


def _everything(company: Company, org: Organisation) -> dict[str, list[Told]]:
    contracts = [contract for project in _projects(company) for contract in project.commitments]
    return {
        "tracking options": [(c.name, f"{o.name} {o.status}") for c in org.categories.values() for o in c.options],
        "bills": [_document(org, bill) for bill in org.bills()],
        "purchase orders": [_document(org, order) for order in org.orders.values()],
        "credit notes": [_document(org, credit) for credit in org.credits.values()],
        "attachments": [_file(bill.number, file) for bill in org.bills() for file in bill.files],
        "vendors": [_vendor(org, row) for row in company.vendors],
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


def _said(*parts: object) -> str:
    return IDS.sub("#", " | ".join(map(str, parts)))


def _document(org: Organisation, one: Document) -> Told:
    """A bill or order: its vendor and number, and everything an accountant would check."""
    name = org.contacts[one.contact].name
    lines = [_line(org, row) for row in one.lines]
    told = (one.status, one.day, one.due, one.reference, one.subtotal, one.tax, one.paid, *lines)
    return f"{name} {one.number}", _said(*told)


def _line(org: Organisation, row: Line) -> str:
    return (
        f"{row.description}: {row.amount} {org.code(row)} {row.tax_type} {row.tax} {sorted(org.tracked(row).items())}"
    )


def _file(number: str, file: File) -> Told:
    return f"{number} {file.name}", hashlib.sha256(file.content).hexdigest()


def _vendor(org: Organisation, row: Any) -> Told:
    """By the contact it came from."""
    contact = org.contacts.get(str(row["origin_id"]))
    fields = ("name", "is_active", "business_phone", "email_address", "address", "city")
    told = [f"{name}={row[name]}" for name in fields if row.has(name)]
    return contact.name if contact else f"{row['name']} without contact", _said(*told)


def _payment(contract: Contract, row: Any) -> Told:
    fields = ("amount", "date", "invoice_number", "payment_number", "payment_method", "check_number", "notes")
    claim = next((str(c["number"]) for c in contract.claims if c.id == row["requisition_id"]), "none")
    return f"{contract['number']}/{claim} {row['check_number']}", _said(*(row[name] for name in fields))


def _cost(company: Company, cost: DirectCost) -> Told:
    header = ("direct_cost_type", "direct_cost_date", "status", "payment_date", "description")
    # A line that was sent once and is gone stays as a line of nothing; whether it was sent depends on the moment.
    rows = [row for row in cost.lines if row["amount"]]
    lines = sorted(f"{row['description']}: {row['amount']:.2f} {_code(company, row)}" for row in rows)
    key = f"{cost.project['project_number']} {cost['invoice_number'] or cost['direct_cost_type']}"
    return key, _said(*(cost[name] for name in header), *lines)


def _code(company: Company, row: Any) -> str:
    code = company.cost_codes.get(row["cost_code_id"])
    return company.full_code(company.cost_codes, code) if code else "none"


def disagreements(company: Company, org: Organisation) -> Iterator[str]:
    """Sums that must agree to the cent whatever has happened: each claim has one bill of what is due on it, and each
    contract's payments come to what its bills before tax were paid."""
    bills = [bill for bill in org.bills() if bill.made_by and bill.status not in ("VOIDED", "DELETED")]
    for project in _projects(company):
        for contract in project.commitments:
            for claim in contract.claims:
                number = f"{contract['number']}-{claim['number']}"
                sums = [bill.subtotal for bill in bills if bill.number == number]
                if sums != [claim.due]:
                    yield f"claim {number} of {claim.due} has bills of {', '.join(map(str, sums)) or 'nothing'}"
            yield from _unpaid(contract, [b for b in bills if b.number.startswith(f"{contract['number']}-")])


def _unpaid(contract: Contract, bills: list[Document]) -> Iterator[str]:
    wanted = sum((bill.subtotal for bill in bills if bill.status == "PAID"), Decimal())
    if contract.paid != wanted:
        yield f"contract {contract['number']} has payments of {contract.paid}, its bills were paid {wanted} before tax"


def targets(company: Company, org: Organisation) -> Mapping[str, frozenset[str]]:
    options = frozenset(option.id for category in org.categories.values() for option in category.options)
    contracts = [contract for project in _projects(company) for contract in project.commitments]
    payments = {str(row.id) for contract in contracts for row in contract.payments}
    claims = {f"claim {claim.id}" for contract in contracts for claim in contract.claims}
    costs = frozenset(str(cost.id) for project in _projects(company) for cost in project.direct_costs)
    return {
        "projects": options,
        "cost_codes": options,
        "contacts": frozenset(str(row.id) for row in company.vendors),
        "commitments": frozenset(org.orders),
        "progress_claims": frozenset({*org.invoices, *org.credits}),
        "payments": frozenset(payments | claims),
        "direct_invoices": costs,
        "journal_entries": costs,
        "claim_attachments": frozenset(file.id for bill in org.bills() for file in bill.files),
    }
