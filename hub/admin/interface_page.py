"""“Interface”: how a vendor's API looks at this customer, operation by operation; the probe; marking it verified."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hub import access
from hub.connect import client_for
from hub.interface import ChangedMeanwhile, Faulty, interface_of, mark, profile_of, remember, store
from hub.models import Connection, Role
from hub.redact import redact_named
from integrations.base.errors import VendorError
from integrations.base.interface import Cell, Data, Interface, Probed, Sample, Sheet, State, Statement, Values
from integrations.base.parsing import storable

from .check_page import PATIENCE
from .web import found, page

CONNECTIONS = Connection.objects.select_related("grant", "customer")
MOST_ROWS, LONGEST_VALUE = 300, 2_000
TOO_LONG = f"A table of more than {MOST_ROWS} rows is changed by a configuration file only."
MEANWHILE = "Somebody else has changed this meanwhile. Nothing was stored: look at it as it is now and try again."
TONES = {State.VERIFIED: "good", State.ASSUMED: "warn", State.CHANGED: "warn"}


def _opened(request: HttpRequest, pk: int, least: Role = Role.VIEWER) -> tuple[Connection, Interface]:
    """Raises Http404 for a connection whose vendor has the same interface everywhere."""
    connection = found(CONNECTIONS, request, pk, least)
    interface = interface_of(connection)
    if interface is None:
        raise Http404
    return connection, interface


def _sheet(interface: Interface, profile: Data, operation: str) -> Sheet:
    try:
        return interface.sheet(profile, operation)
    except KeyError as error:
        raise Http404 from error


def _called(sheet: Sheet) -> Sheet:
    """Raises Http404 for what is no call by itself."""
    if sheet.operation.state == State.PLAIN:
        raise Http404
    return sheet


@require_GET
def show(request: HttpRequest, pk: int) -> HttpResponse:
    connection, interface = _opened(request, pk)
    rows = [(one, TONES.get(one.state, "calm")) for one in interface.operations(profile_of(connection))]
    counts = {state: sum(one.state == state for one, _ in rows) for state in State}
    return page(
        request, "hub/interface.html", f"Interface of {connection}", connection=connection, rows=rows, counts=counts
    )


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int, operation: str) -> HttpResponse:
    """The form of one operation. Storing it takes a verification back, unless nothing has changed."""
    least = Role.MANAGER if request.method == "POST" else Role.VIEWER
    connection, interface = _opened(request, pk, least)
    sheet = _sheet(interface, profile_of(connection), operation)
    if request.method == "GET":
        return _page(request, connection, sheet)
    if _is_too_long(sheet):
        raise PermissionDenied(TOO_LONG)
    values, names = _values(sheet, request.POST), request.POST.get("seen", "").split()[:MOST_ROWS]

    def change(profile: Data) -> Data:
        filled = interface.filled(profile, operation, values)
        return interface.seen(filled, operation, names) if names else filled

    try:
        changed = store(connection, operation, request.POST.get("was", ""), change)
    except ChangedMeanwhile:
        messages.error(request, MEANWHILE)
        return _page(request, connection, sheet)
    except Faulty as error:
        return _page(request, connection, error.sheet, was=mark(sheet), names=names)
    _say(request, _sheet(interface, profile_of(_again(connection)), operation), changed)
    return HttpResponseRedirect(request.path)


def _say(request: HttpRequest, sheet: Sheet, changed: bool) -> None:
    if not changed:
        messages.info(request, "Nothing was changed.")
    elif sheet.operation.state == State.PLAIN:
        messages.success(request, "Stored.")
    elif sheet.operation.state == State.VERIFIED:
        messages.success(request, "Stored. It is still verified: the call itself is the same.")
    else:
        messages.success(request, "Stored. Nothing uses it until somebody has probed it and marked it verified.")


def _again(connection: Connection) -> Connection:
    return CONNECTIONS.get(pk=connection.pk)


@require_POST
def probe(request: HttpRequest, pk: int, operation: str) -> HttpResponse:
    """Read one record: as the form says for those who may store it, else as it is stored."""
    connection, interface = _opened(request, pk, Role.OPERATOR)
    profile = profile_of(connection)
    stored = _called(_sheet(interface, profile, operation))
    typed = access.allows(request.user, connection.customer_id, Role.MANAGER) and "was" in request.POST
    typed = typed and not _is_too_long(stored)
    if typed:
        profile = interface.filled(profile, operation, _values(stored, request.POST))
    sheet = interface.sheet(profile, operation)
    given = {cell.name: storable(request.POST.get(f"ask-{cell.name}", ""))[:LONGEST_VALUE] for cell in stored.asks}
    told = _probed(connection, interface, profile, sheet, given)
    if told.names and mark(sheet) == mark(stored):
        remember(connection, operation, list(told.names))
    if told.names:
        sheet = interface.sheet(interface.seen(profile, operation, told.names), operation)
    was = request.POST.get("was", "") if typed else mark(stored)
    return _page(request, connection, sheet, was=was, probed=_masked(told), given=given, names=told.names)


def _probed(
    connection: Connection, interface: Interface, profile: Data, sheet: Sheet, given: Mapping[str, str]
) -> Probed:
    if any(sheet.all_faults()):
        return Probed(False, "Nothing was asked. Correct what is wrong below first.")
    try:
        return interface.probe(client_for(connection, patience=PATIENCE), profile, sheet.operation.name, given)
    except VendorError as error:
        return Probed(False, error.message)


def _masked(told: Probed) -> Probed:
    samples = [Sample(one.name, redact_named(one.name, one.value), one.used) for one in told.samples]
    return Probed(told.ok, told.message, samples, told.names, told.lacking)


@require_POST
def verify(request: HttpRequest, pk: int, operation: str) -> HttpResponse:
    """A person says that the operation is as the vendor has it, or takes that back."""
    connection, interface = _opened(request, pk)
    if not access.may_verify(request.user, connection.customer_id):
        raise PermissionDenied("This needs the permission to verify endpoints. A manager gives it, among the members.")
    sheet = _called(_sheet(interface, profile_of(connection), operation))
    withdrawn = "withdraw" in request.POST
    statement = None if withdrawn else Statement(_name(request.user), timezone.localdate().isoformat())
    try:
        was = request.POST.get("was", "")
        store(connection, operation, was, lambda profile: interface.stated(profile, operation, statement))
    except ChangedMeanwhile:
        messages.error(request, MEANWHILE)
    except KeyError:
        messages.error(request, "There is nothing to verify yet: fill it in and store it first.")
    except Faulty as error:
        messages.error(request, f"It cannot be verified as it is. {error}")
    else:
        done = "is not verified any more: nothing uses it" if withdrawn else "is verified and may be used"
        messages.success(request, f"“{sheet.operation.title}” {done}.")
    return HttpResponseRedirect(reverse("admin:hub_interface_edit", args=[connection.pk, operation]))


def _name(user: access.Viewer) -> str:
    return (user.get_full_name() if isinstance(user, AbstractUser) else "") or user.get_username()


# The form.


def _page(request: HttpRequest, connection: Connection, sheet: Sheet, was: str = "", **more: Any) -> HttpResponse:
    faults = list(sheet.all_faults())
    customer = connection.customer_id
    context: dict[str, Any] = {
        "connection": connection,
        "sheet": sheet,
        "operation": sheet.operation,
        "tone": TONES.get(sheet.operation.state, "calm"),
        "was": was or mark(sheet),
        "is_probed": any(table.offers for table in sheet.tables),
        "unsaved": bool(was) and was != mark(sheet),
        "wrong": len(faults) if request.method == "POST" or sheet.operation.faults else 0,
        "may_edit": access.allows(request.user, customer, Role.MANAGER) and not _is_too_long(sheet),
        "too_long": TOO_LONG if _is_too_long(sheet) else "",
        "may_probe": access.allows(request.user, customer, Role.OPERATOR),
        "may_verify": access.may_verify(request.user, customer),
        "asks": [(cell, more.get("given", {}).get(cell.name, "")) for cell in sheet.asks],
        "narrowed": any(more.get("given", {}).values()),
    }
    title = f"{sheet.operation.title} at {connection.vendor.name}"
    return page(request, "hub/interface_edit.html", title, **context, **more)


def _is_too_long(sheet: Sheet) -> bool:
    """A form of more fields than a server takes must not lose the rest of them."""
    return any(len(table.lines) > MOST_ROWS for table in sheet.tables)


def _values(sheet: Sheet, post: QueryDict) -> Values:
    """What was typed. Only cells that the sheet has are looked for."""
    cells = {cell.name: _value(post, f"cell-{cell.name}", cell) for cell in sheet.cells}
    rows = {}
    for table in sheet.tables:
        count = post.get(f"{table.name}-rows", "0")
        numbers = range(min(int(count), MOST_ROWS) if count.isascii() and count.isdecimal() else 0)
        names = table.lines[0].cells if table.lines else ()
        rows[table.name] = [
            {cell.name: _value(post, f"{table.name}-{n}-{cell.name}", cell) for cell in names} for n in numbers
        ]
    return Values(cells, rows)


def _value(post: QueryDict, name: str, cell: Cell) -> str:
    text = " ".join(post.getlist(name)) if cell.kind == "choices" else post.get(name, "")
    return storable(text)[:LONGEST_VALUE]
