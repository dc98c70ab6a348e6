"""What the books refuse, and what follows from a record that they take.

What MRI itself says is not public; the sentences are ours. Where even the rule is assumed, it is a switch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from .state import Database, Row
from .switches import Switches

# The columns that together name a document, by table.
KEYS = {
    "vendors": ("name",),
    "budgets": ("job_id", "budget_type"),
    "budget_revisions": ("job_id", "revision_number"),
    "contracts": ("job_id", "number"),
    "purchase_orders": ("job_id", "number"),
    "change_orders": ("job_id", "contract_number", "number"),
    "draws": ("job_id", "contract_number", "number"),
    "ap_invoices": ("vendor_id", "number"),
    "journals": ("number",),
}
# (column, table, column there, what a person calls it)
REFERENCES = (
    ("job_id", "jobs", "id", "Job"),
    ("vendor_id", "vendors", "id", "Vendor"),
    ("entity_id", "entities", "id", "Entity"),
    ("cost_code", "cost_codes", "id", "Cost code"),
    ("cost_type", "categories", "id", "Category"),
    ("account_id", "accounts", "id", "Account"),
)
TOTALS = {
    "budgets": "amount",
    "budget_revisions": "amount",
    "contracts": "amount",
    "purchase_orders": "amount",
    "change_orders": "amount",
    "draws": "gross",
    "ap_invoices": "amount",
}
PERIODS = ("draws", "ap_invoices", "journals")


def refusals(books: Database, switches: Switches, table: str, row: Row) -> Iterator[str]:
    """Why a record is not taken, as sentences; nothing when it is."""
    yield from _references(books, row)
    yield from _total(table, row)
    if switches.unique_keys and (other := twin(books, table, row)):
        yield f"This record exists already ({other['id']})."
    if (
        table in PERIODS
        and switches.closed_periods == "refuse"
        and row.get("accounting_period") in books.closed_periods
    ):
        yield f"Period {row['accounting_period']} is closed."
    yield from _RULES.get(table, _nothing)(books, switches, row)


def twin(books: Database, table: str, row: Row) -> Row | None:
    """A record with the same natural key."""
    key = {column: row.get(column) for column in KEYS.get(table, ())}
    return books.one(table, **key) if key else None


def known(books: Database, table: str, row: Row) -> Row | None:
    """The record that this one means: by its id, else by its natural key."""
    return (books.one(table, id=row["id"]) if row.get("id") else None) or twin(books, table, row)


def _references(books: Database, row: Row) -> Iterator[str]:
    for part in (row, *row.get("lines", ())):
        for column, table, there, word in REFERENCES:
            value = part.get(column)
            if value and books.one(table, **{there: value}) is None:
                yield f"{word} {value} does not exist."


def _total(table: str, row: Row) -> Iterator[str]:
    """The amount of a document is that of its lines; a journal comes to nothing."""
    lines = row.get("lines") or []
    total = sum((line.get("amount") or Decimal(0) for line in lines), Decimal(0))
    if table == "journals" and total != 0:
        yield f"The entry is out of balance by {total}."
    column = TOTALS.get(table)
    if column and lines and total != (row.get(column) or Decimal(0)):
        yield f"The lines come to {total}, the document to {row.get(column)}."


def _nothing(books: Database, switches: Switches, row: Row) -> Iterator[str]:
    yield from ()


def _contract_of(books: Database, row: Row) -> Row | None:
    return books.one("contracts", number=row.get("contract_number"), job_id=row.get("job_id"))


def _change_order(books: Database, switches: Switches, row: Row) -> Iterator[str]:
    order = books.one("purchase_orders", number=row.get("contract_number"), job_id=row.get("job_id"))
    if _contract_of(books, row) is None and order is None:
        yield f"Contract {row.get('contract_number')} does not exist."
    elif _contract_of(books, row) is None and switches.change_orders_on_purchase_orders == "refuse":
        yield "A purchase order takes no change orders."
    if not row.get("amount") and switches.zero_change_orders == "refuse":
        yield "A change order must have a value."


def _draw(books: Database, switches: Switches, row: Row) -> Iterator[str]:
    contract = _contract_of(books, row)
    if contract is None:
        yield f"Contract {row.get('contract_number')} does not exist."
        return
    asked = (row.get("gross") or Decimal(0), row.get("released") or Decimal(0))
    if not any(asked) and switches.zero_draws == "refuse":
        yield "A draw must have a value."
    if not switches.draws_take_retainage and (row.get("retained") or row.get("released")):
        yield "Retainage is not entered with the draw."
    if switches.overbilling == "refuse" and billed(books, contract) + asked[0] > committed(books, contract):
        yield "The draw exceeds the contract."


def committed(books: Database, contract: Row) -> Decimal:
    """The contract with its change orders."""
    orders = books.where("change_orders", contract_number=contract["number"], job_id=contract["job_id"])
    return sum((order.get("amount") or Decimal(0) for order in orders), contract.get("amount") or Decimal(0))


def billed(books: Database, contract: Row) -> Decimal:
    draws = books.where("draws", contract_number=contract["number"], job_id=contract["job_id"])
    return sum((draw.get("gross") or Decimal(0) for draw in draws), Decimal(0))


_RULES: dict[str, Callable[[Database, Switches, Row], Iterator[str]]] = {
    "change_orders": _change_order,
    "draws": _draw,
}


def book(books: Database, table: str, row: Row) -> None:
    """What follows from a new record: draws and invoices are costs of their jobs, a draw belongs to its vendor."""
    if table == "draws" and (contract := _contract_of(books, row)):
        row["vendor_id"] = row.get("vendor_id") or contract.get("vendor_id")
        row["entity_id"] = row.get("entity_id") or contract.get("entity_id")
    if table not in ("draws", "ap_invoices"):
        return
    for line in row.get("lines", ()):
        job_id = line.get("job_id") or row.get("job_id")
        if job_id and line.get("cost_code"):
            books.add("job_costs", **_cost(row, line, job_id))


def unbook(books: Database, row: Row) -> None:
    """The costs of a record that is about to be booked anew."""
    costs = books.tables["job_costs"]
    costs[:] = [cost for cost in costs if cost.get("reference") != row["id"]]


def _cost(row: Row, line: Row, job_id: str) -> Row:
    return {
        "job_id": job_id,
        "phase": line.get("phase"),
        "cost_code": line["cost_code"],
        "cost_type": line.get("cost_type"),
        "amount": line.get("amount"),
        "date": row.get("date"),
        "accounting_period": row.get("accounting_period"),
        "source": "AP",
        "reference": row["id"],
        "vendor_id": row.get("vendor_id"),
        "contract_number": row.get("contract_number"),
        "invoice_number": row.get("invoice_number") or row["number"],
        "description": line.get("description"),
    }
