"""Connecting a login: consent at the vendor and back, then the accounts it opens."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hub import access, logins
from hub.connect import login_client
from hub.models import Connection, Grant, GrantState, Role
from hub.tokens import app_of, store
from integrations.base.errors import VendorError
from integrations.base.vendor import Account, GrantKind

from .web import found, page

SALT, STATE_SECONDS, SESSION_KEY = "hub.connect", 600, "connecting"
GRANTS = Grant.objects.select_related("customer")


@dataclass(frozen=True)
class Offer:
    """An account the login opens, and the connection it has already."""

    account: Account
    connection: Connection | None


@require_POST
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the manager to the vendor's consent page. The state comes back only in this session, for this user and
    login, once, and within ten minutes. A service account needs no consent: it is tried again, whatever was known."""
    grant = found(GRANTS, request, pk, Role.MANAGER)
    if grant.kind != GrantKind.AUTHORIZATION_CODE:
        Grant.objects.filter(pk=grant.pk, state=GrantState.NEEDS_LOGIN).update(state=GrantState.NEW, state_reason="")
        return _to_accounts(grant)
    nonce = secrets.token_urlsafe(24)
    request.session[SESSION_KEY] = nonce
    state = signing.dumps({"grant": grant.pk, "user": request.user.pk, "nonce": nonce}, salt=SALT)
    try:
        return HttpResponseRedirect(app_of(grant).authorization_url(state))
    except ValidationError as error:
        return _refused(request, grant, error)


@login_required
@require_GET
def callback(request: HttpRequest) -> HttpResponse:
    """Where the vendor sends the person back to, with a code or a refusal."""
    grant = _asked_for(request)
    if grant is None:
        messages.error(
            request,
            "This answer does not belong to a connection you began here in the last ten minutes. Press Connect again.",
        )
        return HttpResponseRedirect(reverse("admin:hub_grant_changelist"))
    code = request.GET.get("code", "")
    if not code:
        messages.error(
            request, f"{grant.vendor_spec.name} was not connected: consent was declined or the request was refused."
        )
        return _to_grant(grant)
    try:
        tokens = app_of(grant).exchange_code(code)
    except (VendorError, ValidationError) as error:
        return _refused(request, grant, error)
    store(grant, tokens)
    messages.success(request, f"{grant} is connected.")
    return _to_accounts(grant)


def _asked_for(request: HttpRequest) -> Grant | None:
    """The login this answer is for; the session's nonce is used up either way."""
    nonce = request.session.pop(SESSION_KEY, "")
    try:
        state: Any = signing.loads(request.GET.get("state", ""), salt=SALT, max_age=STATE_SECONDS)
    except signing.BadSignature:
        return None
    if not nonce or not secrets.compare_digest(str(state["nonce"]), nonce) or state["user"] != request.user.pk:
        return None
    return access.scoped(GRANTS.all(), request.user, Role.MANAGER).filter(pk=state["grant"]).first()


@require_http_methods(["GET", "POST"])
def accounts(request: HttpRequest, pk: int) -> HttpResponse:
    """The accounts a login opens, each with its connection or a box to make one. Asking is the test of the login."""
    grant = found(GRANTS, request, pk, Role.MANAGER)
    if grant.kind == GrantKind.AUTHORIZATION_CODE and not grant.tokens.get("refresh_token"):
        messages.error(request, f"{grant} has not been connected yet. Press Connect first.")
        return _to_grant(grant)
    try:
        told = grant.vendor_spec.accounts(login_client(grant))
    except VendorError as error:
        return _refused(request, grant, error)
    if logins.is_keyed(grant):
        logins.confirm(grant)
    have = {connection.account_id: connection for connection in grant.connections.all()}
    if request.method == "POST":
        _keep(request, grant, [one for one in told if one.id in request.POST.getlist("account") and one.id not in have])
        return HttpResponseRedirect(reverse("admin:hub_connection_changelist"))
    offers = [Offer(account, have.get(account.id)) for account in told]
    lost = [connection for account, connection in have.items() if account not in {one.id for one in told}]
    return page(request, "hub/accounts.html", f"Accounts of {grant}", grant=grant, offers=offers, lost=lost)


def _refused(request: HttpRequest, grant: Grant, error: VendorError | ValidationError) -> HttpResponse:
    messages.error(request, error.message if isinstance(error, VendorError) else " ".join(error.messages))
    return _to_grant(grant)


def _keep(request: HttpRequest, grant: Grant, wanted: list[Account]) -> None:
    """Make connections of accounts the vendor has just listed; what the form sends is only which of them."""
    for account in wanted:
        Connection.objects.create(customer=grant.customer, grant=grant, name=account.name[:200], account_id=account.id)
    if wanted:
        messages.success(
            request,
            f"{len(wanted)} connection{'' if len(wanted) == 1 else 's'} made. Next: make a tenant of two of them.",
        )


def _to_grant(grant: Grant) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:hub_grant_change", args=[grant.pk]))


def _to_accounts(grant: Grant) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:hub_grant_accounts", args=[grant.pk]))
