"""Customers, their members, logins and connections."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from django.contrib.auth import get_user_model

from hub import logins, registry
from hub.models import Connection, Customer, Grant, GrantState, Membership
from integrations.base.vendor import GrantKind, Vendor

from . import schema
from .profiles import log_profile, put_profile
from .work import Work

GRANT_FIELDS = ("vendor", "kind", "environment", "login_url", "token_url", "api_url", "client_id")
GRANT_NAMES = {"secret": "client_secret", "tokens": "refresh_token", "version": "refresh_token"}
KEYED_NAMES = dict.fromkeys(("secret", "tokens", "version"), "fields")
LOADED = "refresh_token_loaded"  # the hash of the token a file gave: the same file must not undo its renewals


def put_customers(work: Work) -> None:
    for one in work.document.customers:
        entry = one.entry
        row = Customer.objects.filter(slug=entry.slug).first() or Customer()
        values = {"slug": entry.slug, "name": entry.name}
        if entry.time_zone is not None:
            values["time_zone"] = entry.time_zone
        customer = work.put(one.place, row, values, "customer", entry.slug, {})
        if customer is None:
            work.give_up(entry.slug)
            continue
        for number, member in enumerate(entry.members):
            _put_member(work, f"{one.place}.members[{number}]", customer, member)


def _put_member(work: Work, place: str, customer: Customer, entry: schema.Member) -> None:
    user = get_user_model().objects.filter(username=entry.user).first()
    if user is None:
        work.fault(f"{place}.user", f"there is no user “{entry.user}”; make it in the admin first")
        return
    row = Membership.objects.filter(customer=customer, user=user).first() or Membership(customer=customer, user=user)
    values: dict[str, Any] = {"role": entry.role}
    if entry.verifies is not None:
        values["verifies"] = entry.verifies
    work.put(place, row, values, "member", f"{entry.user} of {customer.slug}", {})


def customer_of(work: Work, place: str, slug: str) -> Customer | None:
    customer = Customer.objects.filter(slug=slug).first()
    if customer is None:
        work.missing(f"{place}.customer", "customer", slug)
    return customer


def put_grants(work: Work) -> None:
    for one in work.document.grants:
        customer = customer_of(work, one.place, one.entry.customer)
        if customer is None or not _put_grant(work, one.place, customer, one.entry):
            work.give_up(one.entry.name)


def _put_grant(work: Work, place: str, customer: Customer, entry: schema.Grant) -> Grant | None:
    row = Grant.objects.filter(customer=customer, name=entry.name).first() or Grant(customer=customer, name=entry.name)
    keyed = entry.kind == GrantKind.CREDENTIALS
    secret = _keyed(work, place, row, entry) if keyed else _client_secret(work, place, row, entry)
    if secret is None:
        return None
    values = {name: getattr(entry, name) for name in GRANT_FIELDS} | _login(row, entry, secret)
    return work.put(place, row, values, "grant", entry.name, KEYED_NAMES if keyed else GRANT_NAMES)


def _client_secret(work: Work, place: str, row: Grant, entry: schema.Grant) -> dict[str, Any] | None:
    if entry.client_secret is None and not work.has_fault(f"{place}.client_secret"):
        work.fault(f"{place}.client_secret", "is missing")
    for name in entry.fields:
        work.fault(f"{place}.fields.{name}", "only a login of kind credentials has fields")
    if entry.client_secret is None or entry.fields:
        return None
    return {**row.secret, "client_secret": entry.client_secret.get_secret_value()}


def _keyed(work: Work, place: str, row: Grant, entry: schema.Grant) -> dict[str, Any] | None:
    """The fields of a login without tokens. A secret that is not in the file stays as it is stored."""
    vendor = registry.vendors().get(entry.vendor)
    if vendor is None or entry.kind not in vendor.grants:
        return {}  # said when the row is checked
    if work.has_fault(f"{place}.fields"):
        return None
    given = {name: value.get_secret_value() for name, value in entry.fields.items()}
    same = (row.vendor, row.kind) == (entry.vendor, entry.kind)
    secret = logins.merged(vendor, given, row.secret if same else {})
    wrong = _keyed_faults(vendor, entry, secret)
    for name, text in wrong:
        work.fault(f"{place}.{name}", text)
    return None if wrong else secret


def _keyed_faults(vendor: Vendor, entry: schema.Grant, secret: Mapping[str, str]) -> list[tuple[str, str]]:
    known = [field.name for field in vendor.fields]
    unknown = [name for name in entry.fields if name not in known]
    found = [(f"fields.{name}", f"{vendor.name} has the fields {', '.join(known)}") for name in unknown]
    if entry.client_secret is not None:
        found.append(("client_secret", "a login of kind credentials has none"))
    for name, text in logins.faults(vendor, entry.client_id, secret).items():
        found.append((f"fields.{name}" if name in known else name, text))
    return found


def _login(row: Grant, entry: schema.Grant, secret: dict[str, Any]) -> dict[str, Any]:
    """Secret and tokens. Tokens the hub has renewed since stay, unless the file gives another login."""
    given = entry.refresh_token.get_secret_value() if entry.refresh_token else ""
    if given:
        secret[LOADED] = hashlib.sha256(given.encode()).hexdigest()
    same_app = secret == row.secret and (row.client_id, row.kind) == (entry.client_id, entry.kind)
    if row.pk is not None and same_app:
        return {"secret": secret}
    kept = {"refresh_token": given} if given else {}
    fresh = {
        "tokens": kept,
        "expires_at": None,
        "version": row.version + 1,
        "state": GrantState.NEW,
        "state_reason": "",
    }
    return {"secret": secret, **fresh}


def put_connections(work: Work) -> None:
    places: dict[int, str] = {}
    for one in work.document.connections:
        customer = customer_of(work, one.place, one.entry.customer)
        row = _put_connection(work, one.place, customer, one.entry) if customer else None
        if row is None:
            work.give_up(one.entry.name)
        elif row.pk in places:
            work.fault(one.place, f"it is the same account as {places[row.pk]}")
        else:
            places[row.pk] = one.place


def _put_connection(work: Work, place: str, customer: Customer, entry: schema.Connection) -> Connection | None:
    grant = Grant.objects.filter(customer=customer, name=entry.grant).first()
    if grant is None:
        work.missing(f"{place}.grant", "grant", entry.grant)
        return None
    row = _existing(customer, grant, entry) or Connection(customer=customer)
    if row.account_id not in ("", entry.account) and row.has_links():
        work.fault(
            f"{place}.account",
            f"“{row.name}” has links to account {row.account_id}; another account needs another name",
        )
        return None
    values: dict[str, Any] = {"name": entry.name, "grant": grant, "account_id": entry.account}
    if entry.kept_for_people is not None:
        values["kept_for_people"] = entry.kept_for_people
    if entry.profile is None:
        return work.put(place, row, values, "connection", entry.name, {"account_id": "account"})
    before = row.profile
    profile = put_profile(work, f"{place}.profile", grant.vendor_spec, before, entry.profile)
    put = work.put(place, row, values | {"profile": profile}, "connection", entry.name, {"account_id": "account"})
    if put is not None:
        log_profile(put, before)
    return put


def _existing(customer: Customer, grant: Grant, entry: schema.Connection) -> Connection | None:
    """The same account at the same vendor, whatever its name and login were; else the same name."""
    rows = Connection.objects.filter(customer=customer, grant__vendor=grant.vendor).order_by("pk")
    same_account = rows.filter(account_id=entry.account) if entry.account else rows.none()
    return same_account.filter(name=entry.name).first() or same_account.first() or rows.filter(name=entry.name).first()
