"""What is where afterwards, by names and numbers: ids are different in every crowd; and whose it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hub.models import ApiCall, JobRecord, LinkedEntity
from integrations.procore.sandbox.claims import Claim
from integrations.procore.sandbox.project import Project
from tests.ops.crowd import Crowd, Side


def picture(side: Side) -> dict[str, list[Any]]:
    org, company = side.org, side.company
    return {
        "options": sorted((c.name, o.name, o.status) for c in org.categories.values() for o in c.options),
        "orders": sorted(_document(side, order) for order in org.orders.values()),
        "bills": sorted(_document(side, bill) for bill in org.bills()),
        "credits": sorted(_document(side, note) for note in org.credits.values()),
        "vendors": sorted(
            (vendor["name"], vendor["email_address"] or "", org.contacts[vendor["origin_id"]].name)
            for vendor in company.vendors
            if vendor["origin_id"] in org.contacts
        ),
        "payments": sorted(_payment(payment, claim) for claim in _claims(side) for payment in _paid(claim)),
        "dates": sorted((_called(claim), claim["payment_date"] or "") for claim in _claims(side)),
        "costs": sorted(_cost(side, project, cost) for project in side.projects for cost in project.direct_costs),
    }


def _document(side: Side, document: Any) -> tuple[Any, ...]:
    org = side.org
    lines = [
        (row.description, str(row.amount), org.code(row), row.tax_type, sorted(org.tracked(row).items()))
        for row in document.lines
    ]
    days = str(document.day), str(document.due)
    head = document.number, document.reference, document.status, org.contacts[document.contact].name
    return *head, *days, document.currency, str(document.left), lines, sorted(file.name for file in document.files)


def _claims(side: Side) -> Iterator[Claim]:
    for project in side.projects:
        for contract in project.commitments:
            yield from contract.claims


def _called(claim: Claim) -> str:
    return f"{claim.contract.project['project_number']}/{claim.contract['number']}/{claim['number']}"


def _paid(claim: Claim) -> list[Any]:
    return [payment for payment in claim.contract.payments if payment["requisition_id"] == claim.id]


def _payment(payment: Any, claim: Claim) -> tuple[str, ...]:
    names = ("amount", "date", "payment_number", "check_number", "invoice_number", "notes")
    return _called(claim), *(str(payment[name]) for name in names)


def _cost(side: Side, project: Project, cost: Any) -> tuple[Any, ...]:
    names = ("direct_cost_type", "status", "invoice_number", "direct_cost_date", "description")
    codes = side.company.cost_codes
    lines = [
        (row["description"], str(row["amount"]), side.company.full_code(codes, code))
        for row in cost.lines
        if (code := codes.get(row["cost_code_id"]))
    ]
    return project["project_number"], *(str(cost[name]) for name in names), lines


# Whose it is.


def own_ids(side: Side) -> set[str]:
    """Ids of all that belongs to this tenant at either end: of its projects and its books, and what the company has
    for every one of its organisations."""
    found = {*side.org.contacts, *side.org.invoices, *side.org.credits, *side.org.orders, *side.org.journals}
    found |= {option.id for category in side.org.categories.values() for option in category.options}
    found |= {payment.id for payment in side.org.payments.values()}
    found |= {file.id for bill in side.org.bills() for file in bill.files}
    numbers = {row.id for row in side.company.standard_cost_codes}
    numbers |= {row.id for row in side.company.vendors if row["origin_id"] in side.org.contacts}
    for project in side.projects:
        numbers |= {project.id, *(cost.id for cost in project.direct_costs)}
        for contract in project.commitments:
            numbers |= {contract.id, *(row.id for row in (*contract.claims, *contract.payments))}
    return found | set(map(str, numbers)) | {f"claim {number}" for number in numbers}


def strangers(side: Side) -> list[str]:
    """Links, and records that something was done for, with an id that is not this tenant's."""
    own = own_ids(side) | {str(number) for number in side.company.files} | {"paid"}
    links = LinkedEntity.objects.filter(tenant_stage__tenant=side.tenant).values_list("source_id", "target_id")
    done = JobRecord.objects.filter(
        job__tenant_stage__tenant=side.tenant, outcome__in=("created", "updated", "matched", "unchanged")
    )
    ids = {one for pair in (*links, *done.values_list("source_id", "target_id")) for one in pair if one}
    return sorted(one for one in ids if one not in own and not set(one.split(":")) <= own)


def stray_calls() -> int:
    """Calls of a job to an account that is not its tenant's, and calls of none."""
    return sum(
        call.job is None
        or call.connection_id not in (call.job.tenant_stage.tenant.source_id, call.job.tenant_stage.tenant.target_id)
        for call in ApiCall.objects.select_related("job__tenant_stage__tenant")
    )


def calls_seen(found: Crowd) -> dict[str, int]:
    """By account, as the vendors counted them."""
    entries = (*found.procore.ledger.entries, *found.xero.ledger.entries)
    accounts = [entry.account for entry in entries if "/token" not in entry.path and "/files/" not in entry.path]
    return {account: accounts.count(account) for account in sorted(set(accounts))}


def calls_kept(found: Crowd) -> dict[str, int]:
    """By account, as the hub recorded them."""
    ends = {end for side in found.sides for end in (side.tenant.source, side.tenant.target)}
    return {end.account_id: ApiCall.objects.filter(connection=end).count() for end in ends}
