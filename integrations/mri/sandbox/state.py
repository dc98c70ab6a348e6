"""What the pretend MRI remembers: the books of each client's database, and who may log in to it."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ...base.sandbox.kernel import Clock

# Columns are those of `shapes`; text is str, amounts Decimal, dates date, flags bool; "lines" is a list of rows.
Row = dict[str, Any]

TABLES = (
    "banks",
    "entities",
    "accounts",
    "vendors",
    "jobs",
    "phases",
    "cost_codes",
    "categories",
    "budgets",
    "budget_revisions",
    "contracts",
    "purchase_orders",
    "change_orders",
    "draws",
    "ap_invoices",
    "payments",
    "job_costs",
    "journals",
)
WINDOW_SECONDS = 300


@dataclass
class User:
    """A Web Services user. `rights`: APIs that its class may call; `manifest`: those that a partner key runs. None: all
    of them. Names fold case."""

    name: str
    password: str = field(repr=False)
    key: str = field(repr=False)
    tier: str = "partner"
    rights: set[str] | None = None
    manifest: set[str] | None = None
    calls: deque[datetime] = field(default_factory=deque, repr=False)

    def may(self, api: str) -> bool:
        lists = [self.rights, self.manifest if self.tier == "partner" else None]
        return all(one is None or api.lower() in {name.lower() for name in one} for one in lists)

    def count(self, now: datetime, limit: int) -> int:
        """Count a call of the last five minutes; the seconds to wait when there are too many, else 0."""
        while self.calls and (now - self.calls[0]).total_seconds() >= WINDOW_SECONDS:
            self.calls.popleft()
        if len(self.calls) >= limit:
            return max(1, WINDOW_SECONDS - int((now - self.calls[0]).total_seconds()))
        self.calls.append(now)
        return 0


class Database:
    """One client's books. Filled as people would fill them, or through the API."""

    def __init__(self, name: str, client_id: str, clock: Clock) -> None:
        self.name, self.client_id, self.clock = name, client_id, clock
        self.users: list[User] = []
        self.tables: dict[str, list[Row]] = {table: [] for table in TABLES}
        self.closed_periods: set[str] = set()
        self._numbers = itertools.count(1)

    def add_user(self, name: str, password: str, key: str, **more: Any) -> User:
        user = User(name, password, key, **more)
        self.users.append(user)
        return user

    def add(self, table: str, **values: Any) -> Row:
        """A row as a person makes it in MRI. Without an id it gets the next number, padded with zeros."""
        row: Row = {"id": f"{next(self._numbers):010}", **values, "changed": self.clock.now()}
        self.tables[table].append(row)
        return row

    def change(self, row: Row, **values: Any) -> None:
        row.update(values, changed=self.clock.now())

    @contextmanager
    def without(self, table: str, row: Row | None) -> Iterator[None]:
        """The books as they are apart from this record."""
        rows = self.tables[table]
        self.tables[table] = [one for one in rows if one is not row]
        try:
            yield
        finally:
            self.tables[table] = rows

    def where(self, table: str, **values: Any) -> Iterator[Row]:
        """Rows with these values; text folds case, as the database's collation does."""
        for row in self.tables[table]:
            if all(_fold(row.get(column)) == _fold(value) for column, value in values.items()):
                yield row

    def one(self, table: str, **values: Any) -> Row | None:
        return next(self.where(table, **values), None)

    def pay(self, draw: Row, amount: Decimal | str | None = None, *, on: date | None = None, check: str = "") -> Row:
        """Pay a draw, wholly or in part."""
        paid = Decimal(amount) if amount is not None else net_of(draw)
        return self.add(
            "payments",
            vendor_id=draw.get("vendor_id"),
            contract_number=draw["contract_number"],
            job_id=draw["job_id"],
            draw_number=draw["number"],
            invoice_number=draw.get("invoice_number") or draw["number"],
            date=on or self.clock.now().date(),
            amount=paid,
            check_number=check or f"{len(self.tables['payments']) + 1001}",
            method="CHECK",
            void=False,
        )

    def void(self, payment: Row) -> None:
        self.change(payment, void=True)

    def post_cost(self, job_id: str, cost_code: str, amount: str, **more: Any) -> Row:
        """A cost from outside the contracts: a journal, or a payable without one."""
        found = {"source": "GL", "date": self.clock.now().date(), **more}
        return self.add("job_costs", job_id=job_id, cost_code=cost_code, amount=Decimal(amount), **found)


def net_of(draw: Row) -> Decimal:
    """What a draw asks to be paid: its net, else gross less retained plus released plus tax."""
    told: Decimal | None = draw.get("net")
    if told is not None:
        return told
    parts = [draw.get(name) or Decimal(0) for name in ("gross", "retained", "released", "tax")]
    return Decimal(parts[0] - parts[1] + parts[2] + parts[3])


def _fold(value: Any) -> Any:
    return value.rstrip().casefold() if isinstance(value, str) else value
