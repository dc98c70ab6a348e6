"""The one address of the service: who calls, which API, and what comes back."""

from __future__ import annotations

import base64
import binascii
import json
import secrets
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from werkzeug.wrappers import Request, Response

from ...base.sandbox.kernel import Clock, Entry, Fault, Sandbox, route
from . import rules, wire
from .shapes import Api, Filter, default_apis
from .state import Database, Row, User
from .switches import Switches

PATHS = ("/mriapiservices/api.asp", "/mriweb/mriapiservices/api.asp")
DEADLOCK = (
    "Transaction (Process ID 63) was deadlocked on lock resources with another process and has been chosen as the "
    "deadlock victim. Rerun the transaction."
)
OWN = {"$api", "$format", "$top", "$skip", "_next", "$metadata"}


class MriCore(Sandbox):
    def __init__(self, switches: Switches | None = None, clock: Clock | None = None) -> None:
        super().__init__(clock)
        self.switches = switches or Switches()
        self.databases: dict[str, Database] = {}
        self.apis: list[Api] = default_apis()
        self._cursors: dict[str, int] = {}

    # For tests and the demo.

    def add_database(self, name: str, client_id: str = "C100") -> Database:
        self.databases[name] = Database(name, client_id, self.clock)
        return self.databases[name]

    def api(self, name: str) -> Api:
        """Raises KeyError."""
        found = self._named(name)
        if found is None:
            raise KeyError(name)
        return found

    def deadlock(self, times: int = 1, **where: Any) -> Fault:
        """The next calls fall victim to a deadlock: nothing of them is kept. `where`: method, query."""
        body = json.dumps({"error": {"code": "500", "message": DEADLOCK}})
        return self.faults.add("status", times=times, status=500, body=body, **where)

    def calls(self, api: str = "", *, writes: bool, since: int = 0) -> list[Entry]:
        """The reads or writes of an API, or of all, after entry `since` of the ledger."""
        entries = [entry for entry in self.ledger.entries[since:] if entry.writes is writes]
        return [entry for entry in entries if not api or api in entry.query.get("$api", ())]

    # Who calls.

    def account(self, request: Request) -> str:
        found = self._login(request)
        return found[0].name if found else ""

    def admit(self, request: Request) -> Response | None:
        """A 401 does not say which of the five parts is wrong, or that one API is closed to the user."""
        found = self._login(request)
        if found is None or not found[1].may(_parameter(request, "$api")):
            return Response("Unauthorized", status=401, headers={"WWW-Authenticate": 'Basic realm="MRI"'})
        user, partner = found[1], found[1].tier == "partner"
        wait = user.count(self.clock.now(), self.switches.partner_calls if partner else self.switches.developer_calls)
        return self._too_many(wait) if wait else None

    def throttle(self, request: Request, fault: Fault) -> Response:
        return Response("", status=429, headers=fault.headers) if fault.headers else self._too_many(1)

    def _too_many(self, wait: int) -> Response:
        return Response("", status=429, headers={"Retry-After": str(wait)} if self.switches.retry_after else {})

    def _login(self, request: Request) -> tuple[Database, User] | None:
        scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
        try:
            name, colon, password = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        if scheme != "Basic" or not colon:
            return None
        return next(
            (found for found in self._users() if self._shows(name, *found) and found[1].password == password), None
        )

    def _users(self) -> Iterator[tuple[Database, User]]:
        for books in self.databases.values():
            for user in books.users:
                yield books, user

    def _shows(self, name: str, books: Database, user: User) -> bool:
        parts = (books.client_id, books.name, user.name, user.key)
        return any(name == separator.join(parts) for separator in self.switches.separators)

    # Which API.

    def not_found(self, request: Request) -> Response:
        return Response("<html><body>404 - File or directory not found.</body></html>", 404, content_type="text/html")

    @route("GET", "/<path:where>")
    def get(self, request: Request, where: str) -> Response:
        return self._at(request, where, self._list)

    @route("POST", "/<path:where>")
    def post(self, request: Request, where: str) -> Response:
        return self._at(request, where, self._write)

    @route("PUT", "/<path:where>")
    def put(self, request: Request, where: str) -> Response:
        return self._at(request, where, self._write)

    def _at(self, request: Request, where: str, carry_out: Any) -> Response:
        path = f"/{where}"
        known = path.lower() in PATHS if self.switches.paths_fold_case else path == "/MRIAPIServices/api.asp"
        if not known:
            return self.not_found(request)
        api = self._named(_parameter(request, "$api"))
        found = self._login(request)
        if api is None or found is None:
            return wire.refused(f"API {_parameter(request, '$api')} is not valid.")
        verb = "POST" if request.method == "PUT" else request.method
        if verb not in api.verbs:
            return wire.refused(f"{request.method} is not supported by {api.name}.")
        response: Response = carry_out(request, api, found[0])
        return response

    def _named(self, name: str) -> Api | None:
        return next((api for api in self.apis if api.name.lower() == name.lower()), None)

    # Reading.

    def _list(self, request: Request, api: Api, books: Database) -> Response:
        given = {name: value for name, value in request.args.items() if name.lower() not in OWN}
        try:
            rows = list(self._filtered(api, books, given))
        except wire.BadField as error:
            return wire.refused(str(error))
        top = min(request.args.get("$top", self.switches.page_size, type=int), self.switches.largest_page)
        start = self._start(request)
        if start is None:
            return wire.refused("The page is not available any more.")
        page = rows[start : start + top]
        more = len(rows) > start + top or len(page) == top or (bool(page) and self.switches.link_after_last)
        link = self._link(request, top, start + top) if more and page else ""
        return self._told(request, api, [wire.show(api, row, self.switches) for row in page], link)

    def _filtered(self, api: Api, books: Database, given: dict[str, str]) -> Iterator[Row]:
        """Raises BadField for a filter that cannot be read, or one of a needed group that is missing."""
        fold = self.switches.parameters_fold_case
        tests: list[tuple[Filter, str]] = []
        for name, value in given.items():
            named = [f for f in api.filters if f.name == name or (fold and f.name.lower() == name.lower())]
            if not named and self.switches.unknown_parameters == "refuse":
                raise wire.BadField(f"{name} is not a parameter of this API.")
            tests += [(one, value) for one in named]
        there = {one.name for one, value in tests if value}
        if api.needs and not any(there.issuperset(group) for group in api.needs):
            groups = ", or ".join(" and ".join(group) for group in api.needs)
            raise wire.BadField(f"{api.name} needs {groups}.")
        bounds = [(one, value if one.compares == "is" else _day(one, value)) for one, value in tests if value]
        return (row for row in books.tables[api.table] if all(_fits(row, one, value) for one, value in bounds))

    def _start(self, request: Request) -> int | None:
        """`$skip` names the next record, counted from 1, as live servers' links do."""
        if token := request.args.get("_next"):
            return self._cursors.get(token)
        return max(0, request.args.get("$skip", 1, type=int) - 1)

    def _link(self, request: Request, top: int, start: int) -> str:
        kept = [(n, v) for n, v in request.args.items() if n.lower() not in ("$top", "$skip", "_next", "$format")]
        form = "xml" if self.switches.link_format == "xml" else _form(request)
        pairs = [*kept[:1], ("$format", form), *kept[1:]]
        if self.switches.links == "cursor":
            token = secrets.token_hex(8)
            self._cursors[token] = start
            pairs.append(("_next", token))
        else:
            pairs += [("$top", str(top)), ("$skip", str(start + 1))]
        query = "&".join(f"{quote(name)}={quote(value, safe='')}" for name, value in pairs)
        return f"{request.scheme}://{request.host}{request.path}?{query}"

    def _told(self, request: Request, api: Api, rows: list[dict[str, Any]], link: str = "") -> Response:
        low = api.name.lower()
        place = f"{request.scheme}://{request.host}{request.path}"
        metadata = f"{place}?$api={api.name}&$metadata#MRI.{low}-container/{low}"
        return wire.answer(api.name, rows, link, _form(request), metadata, self.switches.nothing)

    # Writing.

    def _write(self, request: Request, api: Api, books: Database) -> Response:
        """Each record has a fate of its own, and the status is 200 whatever it is."""
        try:
            sent, metadata = wire.records_in(request.get_data(), request.content_type or "")
        except Exception:  # noqa: BLE001  whatever cannot be read is one and the same to the caller
            return wire.refused("The request body could not be read.")
        if not sent or not all(isinstance(one, dict) for one in sent):
            return wire.refused("The request holds no records.")
        if self.switches.metadata_required and not metadata and _form(request) == "json":
            return wire.refused("odata.metadata is missing.")
        updates = request.method == "PUT" and self.switches.put_updates
        return self._told(request, api, [self.save(api, books, one, updates=updates) for one in sent])

    def save(self, api: Api, books: Database, record: dict[str, Any], *, updates: bool = False) -> dict[str, Any]:
        """The record as it was taken, or as it was sent with its error. `updates`: one that is there is changed."""
        try:
            row = wire.read(api, record, self.switches)
        except wire.BadField as error:
            return {**record, "Error": {"Message": str(error)}}
        known = rules.known(books, api.table, row) if updates else None
        with books.without(api.table, known):
            why = list(rules.refusals(books, self.switches, api.table, row))
        if why:
            return {**record, "Error": {"Message": " ".join(why)}}
        values = {name: value for name, value in row.items() if name not in ("id", "changed")}
        return wire.show(api, _kept(books, api.table, known, values), self.switches)


def _kept(books: Database, table: str, known: Row | None, values: Row) -> Row:
    if known is None:
        made = books.add(table, **values)
    else:
        made = known
        books.change(known, **{name: value for name, value in values.items() if name != "lines" or value})
        rules.unbook(books, known)
    rules.book(books, table, made)
    return made


def _parameter(request: Request, name: str) -> str:
    return next((value for key, value in request.args.items() if key.lower() == name), "")


def _form(request: Request) -> str:
    return "xml" if _parameter(request, "$format").lower() == "xml" else "json"


def _day(one: Filter, value: str) -> date:
    try:
        return datetime.strptime(value, one.date_format).date()  # noqa: DTZ007  a calendar date
    except ValueError:
        raise wire.BadField(f"{one.name} is not a valid date.") from None


def _fits(row: Row, one: Filter, value: Any) -> bool:
    held = row.get(one.column)
    if one.compares == "is":
        return str(held or "").rstrip().casefold() == str(value).rstrip().casefold()
    if held is None:
        return False
    day = held.date() if isinstance(held, datetime) else held
    return bool(day >= value) if one.compares == "since" else bool(day <= value)
