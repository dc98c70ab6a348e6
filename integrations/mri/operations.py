"""What the hub asks of MRI: a fixed list of operations, and the fields that each knows.

Code depends on these names only. The names of APIs, parameters and fields at MRI are not public (MRI gives its API
documents under agreement), so they are data: see `endpoints`. Every operation that creates has one that finds, because
MRI has no idempotency keys: an answer that was lost is settled by finding.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "amount", "date", "flag"]


@dataclass(frozen=True)
class HubField:
    """A field as the hub calls it. `required`: an endpoint that does not map it is of no use."""

    name: str
    kind: Kind
    required: bool


@dataclass(frozen=True)
class Operation:
    """`fields` of the record, `lines` of its lines, if it has any; `filters`: what a read may be narrowed by."""

    name: str
    title: str
    fields: Mapping[str, HubField]
    lines: Mapping[str, HubField]
    filters: Mapping[str, Kind]

    @property
    def writes(self) -> bool:
        return self.name.endswith(".create")

    @property
    def finder(self) -> str:
        """The operation that finds what this one creates."""
        return self.name.replace(".create", ".find")


MARKS: dict[str, Kind] = {"#": "amount", "@": "date", "?": "flag"}


def _fields(text: str) -> dict[str, HubField]:
    """`name` is text, `name#` an amount, `name@` a date, `name?` a flag; a star at the end: required."""
    found = {}
    for word in text.split():
        name = word.rstrip("*").rstrip("#@?")
        kind = MARKS.get(word.rstrip("*")[-1], "text")
        found[name] = HubField(name, kind, word.endswith("*"))
    return found


VENDOR = "id* name* address1 address2 city state postcode country phone email tax_number active? changed@"
JOB = "id* name* entity_id status start_date@ completion_date@ cost_list address1 city state postcode country changed@"
ACCOUNT = "id* name* entity_id kind active?"
CODE_LINE = "line_number phase cost_code* cost_type description amount#*"
BUDGET = "id job_id* budget_type description amount#"
REVISION = "id job_id* revision_number* revision_date@ revision_type budget_type status description amount#"
CONTRACT = (
    "id number* job_id* vendor_id* entity_id title status date@ start_date@ completion_date@ retainage_percent# amount#"
)
CONTRACT_LINE = f"{CODE_LINE} retainage_percent# tax#"
CHANGE_ORDER = "id number* contract_number* job_id vendor_id title status date@ amount#"
DRAW = (
    "id number* contract_number* job_id vendor_id entity_id invoice_number date@ period_start@ period_end@ due_date@"
    " accounting_period gross#* retained# released# stored# tax# net# description status"
)
DRAW_LINE = f"{CODE_LINE} retained# released# stored# tax#"
INVOICE = (
    "id number* vendor_id* entity_id job_id contract_number date@ due_date@ accounting_period amount#* tax# description"
    " status changed@"
)
# A line of overhead is on no job and has no cost code.
INVOICE_LINE = f"{CODE_LINE} job_id account_id tax#".replace("cost_code*", "cost_code")
PAYMENT = (
    "id* vendor_id contract_number job_id draw_number invoice_number date@* amount#* check_number method void? changed@"
)
JOB_COST = (
    "id* job_id* phase cost_code* cost_type amount#* date@* accounting_period source reference vendor_id"
    " contract_number invoice_number description changed@"
)
JOURNAL = "id number* entity_id accounting_period date@* description status changed@"
JOURNAL_LINE = "line_number account_id* job_id phase cost_code cost_type description amount#*"

# name: (title, fields, fields of lines, filters)
_TABLE: dict[str, tuple[str, str, str, str]] = {
    "vendors.list": ("Vendors", VENDOR, "", "since@ id"),
    "vendors.find": ("Find a vendor", VENDOR, "", "id name"),
    "vendors.create": ("Create a vendor", VENDOR.replace("id*", "id"), "", ""),
    "jobs.list": ("Jobs", JOB, "", "since@ id entity_id"),
    "phases.list": ("Phases", "id* name* job_id", "", "since@ job_id"),
    "cost_codes.list": ("Cost codes", "id* name* phase cost_list job_id cost_type active?", "", "since@ job_id"),
    "cost_types.list": ("Cost types", "id* name*", "", ""),
    "entities.list": ("Entities", "id* name* current_period", "", ""),
    "accounts.list": ("Accounts", ACCOUNT, "", "entity_id"),
    "budgets.find": ("Find a budget", BUDGET, CODE_LINE, "job_id budget_type"),
    "budgets.create": ("Create a budget", BUDGET, CODE_LINE, ""),
    "budget_revisions.find": ("Find a budget revision", REVISION, CODE_LINE, "job_id revision_number"),
    "budget_revisions.create": ("Create a budget revision", REVISION, CODE_LINE, ""),
    "contracts.find": ("Find a contract", CONTRACT, CONTRACT_LINE, "job_id number vendor_id"),
    "contracts.create": ("Create a contract", CONTRACT, CONTRACT_LINE, ""),
    "purchase_orders.find": ("Find a purchase order", CONTRACT, CONTRACT_LINE, "job_id number vendor_id"),
    "purchase_orders.create": ("Create a purchase order", CONTRACT, CONTRACT_LINE, ""),
    "contract_change_orders.find": ("Find a change order", CHANGE_ORDER, CODE_LINE, "job_id contract_number number"),
    "contract_change_orders.create": ("Create a change order", CHANGE_ORDER, CODE_LINE, ""),
    "draws.find": ("Find a draw", DRAW, DRAW_LINE, "job_id contract_number number"),
    "draws.create": ("Create a draw", DRAW, DRAW_LINE, ""),
    "ap_invoices.list": ("Invoices", INVOICE, INVOICE_LINE, "since@ until@ vendor_id job_id"),
    "ap_invoices.find": ("Find an invoice", INVOICE, INVOICE_LINE, "vendor_id number"),
    "ap_invoices.create": ("Create an invoice", INVOICE, INVOICE_LINE, ""),
    "payments.list": ("Payments", PAYMENT, "", "since@ until@ vendor_id contract_number"),
    "job_costs.list": ("Job costs", JOB_COST, "", "since@ until@ job_id"),
    "journals.list": ("Journal entries", JOURNAL, JOURNAL_LINE, "since@ until@ job_id"),
    "journals.find": ("Find a journal entry", JOURNAL, JOURNAL_LINE, "number"),
    "journals.create": ("Create a journal entry", JOURNAL, JOURNAL_LINE, ""),
}

OPERATIONS: Mapping[str, Operation] = {
    name: Operation(
        name,
        title,
        _fields(fields),
        _fields(lines),
        {one.name: one.kind for one in _fields(filters).values()},
    )
    for name, (title, fields, lines, filters) in _TABLE.items()
}
