"""Bad answers outside a run: lists for pickers, “Check set-up”, a login's consent, accounts and tokens, MRI's records.

A person waits for these, so each ends in words on a page; a list or a login that was good stays as it is.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from random import Random
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from hub.models import Connection, Grant, GrantState, ReferenceItem
from hub.references import refresh
from integrations.base.errors import VendorError
from integrations.mri import VENDOR as MRI
from integrations.mri.reading import probe, records
from tests.fuzz.play import Listener, Mangler, Play, undone
from tests.pairings.world import World, add_books, world
from tests.sandboxes.mri_world import MriWorld, mri_world

pytestmark = pytest.mark.django_db
PAYLOADS, SEED = int(os.environ.get("PAYLOADS", "2000")) // 20, int(os.environ.get("SEED", "1"))
Act = Callable[[World, Client], Any]


def _get(name: str, pk: int, client: Client) -> Any:
    return client.get(reverse(f"admin:{name}", args=[pk]), follow=True)


def _choose(w: World, client: Client) -> Any:
    """The accounts page, and then every account that it offers."""
    grant = w.tenant.target.grant_id
    shown = _get("hub_grant_accounts", grant, client)
    offers = shown.context.get("offers", []) if shown.context else []
    chosen = {"account": [offer.account.id for offer in offers]}
    return client.post(reverse("admin:hub_grant_accounts", args=[grant]), chosen, follow=True)


def _connect(w: World, client: Client) -> Any:
    """Press Connect, allow it at Xero, and come back with the code."""
    grant = w.tenant.target.grant
    sent = client.post(reverse("admin:hub_grant_connect", args=[grant.pk]))
    asked = parse_qs(urlsplit(sent["Location"]).query)
    app, back = w.xero.access.app(grant.client_id), asked["redirect_uri"][0]
    code = w.xero.consent(app, [one.organisation for one in app.connections], redirect_uri=back)
    answer = client.get("/connect/callback", {"code": code, "state": asked["state"][0]}, follow=True)
    kept = Grant.objects.get(pk=grant.pk).tokens["refresh_token"]
    assert kept in w.xero.access.refresh_tokens, "a login that works is not replaced by one that cannot be renewed"
    return answer


ACTS: dict[str, Act] = {
    "consent": _connect,
    "lists": lambda w, client: client.post(reverse("admin:hub_tenant_refresh", args=[w.tenant.pk]), follow=True),
    "set-up": lambda w, client: _get("hub_tenant_check", w.tenant.pk, client),
    "accounts of Procore": lambda w, client: _get("hub_grant_accounts", w.tenant.source.grant_id, client),
    "accounts of Xero": _choose,
    "test of a connection": lambda w, client: client.post(
        reverse("admin:hub_connection_check", args=[w.tenant.target_id]), follow=True
    ),
}


@pytest.fixture
def log() -> Iterator[list[str]]:
    lines: list[str] = []
    listener = Listener(lines)
    logging.getLogger().addHandler(listener)
    yield lines
    logging.getLogger().removeHandler(listener)


@contextmanager
def spoilt(w: World, play: Play) -> Iterator[None]:
    real = dict(w.net.hosts)
    w.net.hosts.update({host: Mangler(app, play) for host, app in real.items()})
    Grant.objects.update(expires_at=None)
    w.limits.advance(200_000)
    play.active = True
    with w.net.unobserved():
        yield
    w.net.hosts.update(real)


@pytest.mark.parametrize("what", ACTS)
def test_a_page_says_what_is_wrong(what: str, log: list[str]) -> None:
    with world(custom=False) as w:
        add_books(w.xero, "A second organisation", "NZ")
        client = Client()
        client.force_login(User.objects.create_superuser("root"))
        refresh(w.tenant)
        listed = ReferenceItem.objects.count()
        served, seed = 0, SEED
        while served < PAYLOADS:
            log.clear()
            play = Play(Random(f"{what} {seed}"), 6)
            with undone():
                with spoilt(w, play):
                    answer = ACTS[what](w, client)
                where = f"SEED={seed} {what}"
                assert answer.status_code in (200, 400), where
                assert "Traceback" not in "\n".join(log), where
                _nothing_lost(listed, where)
                _no_secret(answer.content.decode() + "\n".join(log), where)
            served, seed = served + play.served, seed + 1


def _nothing_lost(listed: int, where: str) -> None:
    assert ReferenceItem.objects.count() >= listed, where
    for connection in Connection.objects.all():
        connection.full_clean(exclude=["grant"])
    assert set(Grant.objects.values_list("state", flat=True)) <= set(GrantState.values), where


def _no_secret(told: str, where: str) -> None:
    secrets = {"procore-secret", "xero-secret"}
    for grant in Grant.objects.all():
        secrets |= {value for value in grant.tokens.values() if len(value) > 12}
    assert [secret for secret in secrets if secret in told] == [], where


# MRI.


def _mri(w: MriWorld) -> Iterator[Callable[[], object]]:
    for name in ("vendors.list", "jobs.list", "cost_codes.list", "accounts.list", "ap_invoices.list"):
        yield partial(_listed, w, name)
        yield partial(probe, w.client, w.client.profile.endpoints[name])
    yield partial(MRI.accounts, w.client)
    yield partial(MRI.check, w.client)


def _listed(w: MriWorld, name: str) -> list[Any]:
    return list(records(w.connect(), name))


def test_mris_answers_are_refused_in_words_or_read() -> None:
    with mri_world() as w:
        acts = list(_mri(w))
        assert len(acts) == 12
        served, seed, read, refused = 0, SEED, 0, 0
        while served < PAYLOADS:
            play = Play(Random(f"MRI {seed}"), 3, active=True)
            w.net.hosts.update(dict.fromkeys(w.net.hosts, Mangler(w.sandbox, play)))
            try:
                acts[seed % len(acts)]()
                read += 1
            except VendorError as error:
                refused += bool(error.message)
            served, seed = served + play.served, seed + 1
        assert read > 0
        assert refused > 0
