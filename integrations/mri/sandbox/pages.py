"""The books for people to look at and to change a little, as somebody in the MRI office would. Not in the ledger."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from markupsafe import Markup
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from ...base.sandbox.kernel import Entry, route
from . import html
from .core import MriCore
from .state import Database, Row, net_of

HOME = "/books"
CALLS_SHOWN = 40


class Pages(MriCore):
    def is_ours(self, request: Request) -> bool:
        return super().is_ours(request) or request.path.startswith(HOME)

    @route("GET", "/")
    def home_page(self, request: Request) -> Response:
        rows = [
            (html.link(f"{HOME}/{books.name}", books.name), books.client_id, len(books.tables["jobs"]))
            for books in self.databases.values()
        ]
        calls = [
            (
                e.number,
                e.at[11:19],
                html.code(_call(e)),
                f"{e.status or 'no answer'} {e.fault}",
                e.account,
            )
            for e in reversed(self.ledger.entries[-CALLS_SHOWN:])
        ]
        return html.page(
            "Databases",
            html.table(("Database", "Client", "Jobs"), rows),
            html.heading("Last calls"),
            html.table(("#", "Time", "Call", "Status", "Database"), calls),
        )

    @route("GET", f"{HOME}/<name>")
    def books_page(self, request: Request, name: str) -> Response:
        books = self.databases.get(name)
        if books is None:
            return self.not_found(request)
        rows = [
            (html.link(f"{HOME}/{name}/{table}", table.replace("_", " ").capitalize()), html.number(len(kept)))
            for table, kept in books.tables.items()
        ]
        return html.page(name, html.table(("Table", "Records"), rows), *_new_records(books))

    @route("GET", f"{HOME}/<name>/<table>")
    def table_page(self, request: Request, name: str, table: str) -> Response:
        books = self.databases.get(name)
        if books is None or table not in books.tables:
            return self.not_found(request)
        rows = books.tables[table]
        columns = [column for column in dict.fromkeys(c for row in rows for c in row) if column != "lines"]
        headings = [column.replace("_", " ").capitalize() for column in columns]
        shown = [[*(_shown(row.get(column)) for column in columns), *_more(books, table, row)] for row in rows]
        more = {"draws": ["Lines", "Unpaid"]}.get(table, ["Lines"] if any("lines" in row for row in rows) else [])
        title = f"{table.replace('_', ' ').capitalize()} of {name}"
        back = html.paragraph(html.link(f"{HOME}/{name}", name))
        return html.page(title, back, html.table([*headings, *more], shown))

    @route("POST", f"{HOME}/<name>/jobs")
    def add_job_form(self, request: Request, name: str) -> Response:
        return self._add(request, name, "jobs", "id", status="O", cost_list="STD")

    @route("POST", f"{HOME}/<name>/vendors")
    def add_vendor_form(self, request: Request, name: str) -> Response:
        return self._add(request, name, "vendors", "name", active=True)

    def _add(self, request: Request, name: str, table: str, key: str, **more: object) -> Response:
        """A record from a form, unless there is one with this key."""
        books = self.databases.get(name)
        if books is None:
            return self.not_found(request)
        given = {field: value.strip() for field, value in request.form.items() if value.strip()}
        if given.get(key) and books.one(table, **{key: given[key]}) is None:
            books.add(table, **more, **given)
        return redirect(f"{HOME}/{name}/{table}", 303)

    @route("POST", f"{HOME}/<name>/draws/<draw_id>/pay")
    def pay_form(self, request: Request, name: str, draw_id: str) -> Response:
        books = self.databases.get(name)
        draw = books.one("draws", id=draw_id) if books else None
        try:
            amount = Decimal(request.form.get("amount", ""))
        except InvalidOperation:
            amount = Decimal("NaN")
        if books is None or draw is None:
            return self.not_found(request)
        if amount.is_finite() and amount:
            books.pay(draw, amount)
        return redirect(f"{HOME}/{name}/draws", 303)


def _new_records(books: Database) -> list[Markup]:
    job = html.form(
        f"{HOME}/{books.name}/jobs",
        html.field("Job code", "id"),
        html.field("Description", "name"),
        html.field("Entity", "entity_id"),
        html.button("Add"),
    )
    vendor = html.form(f"{HOME}/{books.name}/vendors", html.field("Name", "name"), html.button("Add"))
    return [html.heading("Add a job"), job, html.heading("Add a vendor"), vendor]


def _call(entry: Entry) -> str:
    told = "&".join(f"{name}={value}" for name, values in entry.query.items() for value in values)
    return f"{entry.method} {told}"


def _shown(value: object) -> object:
    if isinstance(value, Decimal):
        return html.number(f"{value:,.2f}")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return value.isoformat() if isinstance(value, date) else "" if value is None else value


def _more(books: Database, table: str, row: Row) -> list[object]:
    lines = row.get("lines") or []
    cells: list[object] = [_lines(lines)] if "lines" in row else []
    if table != "draws":
        return cells
    draws = {"contract_number": row["contract_number"], "job_id": row["job_id"], "draw_number": row["number"]}
    paid = sum((p["amount"] for p in books.where("payments", **draws) if not p["void"]), Decimal(0))
    left = net_of(row) - paid
    pay = html.form(
        f"{HOME}/{books.name}/draws/{row['id']}/pay", html.field("Amount", "amount", f"{left:.2f}"), html.button("Pay")
    )
    return [*(cells or [""]), pay if left else "paid"]


def _lines(lines: list[Row]) -> Markup:
    parts = [f"{line.get('phase') or '–'} {line.get('cost_code') or '–'}: {line.get('amount')}" for line in lines]
    return Markup("<br>").join(parts)
