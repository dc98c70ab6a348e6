"""The small commands: keys and pruning."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hub.models import ApiCall, Grant, JobRecord, Membership, Role
from tests.engine.world import World
from tests.ops.shell import manage


def test_new_key_is_a_key() -> None:
    key = manage("new_key").out.strip()
    assert Fernet(key).decrypt(Fernet(key).encrypt(b"x")) == b"x"
    assert manage("new_key").out.strip() != key


def test_rotate_keys_makes_the_old_key_superfluous(toy: World, settings: Any) -> None:
    toy.go()
    old, new = settings.HUB_FIELD_KEYS[0], Fernet.generate_key().decode()
    settings.HUB_FIELD_KEYS = [new, old]
    assert manage("rotate_keys").out == "Secrets of 2 logins encrypted under the first key.\n"
    settings.HUB_FIELD_KEYS = [new]
    assert [grant.secret for grant in Grant.objects.all()] == [{"client_secret": "right"}] * 2
    assert all(grant.tokens["access_token"] for grant in Grant.objects.all())
    settings.HUB_FIELD_KEYS = [old]
    for grant in Grant.objects.all():
        with pytest.raises(InvalidToken):
            _ = grant.secret
        with pytest.raises(InvalidToken):
            _ = grant.tokens


def test_rotate_keys_without_the_old_key_changes_nothing(toy: World, settings: Any) -> None:
    old = settings.HUB_FIELD_KEYS
    settings.HUB_FIELD_KEYS = [Fernet.generate_key().decode()]
    shell = manage("rotate_keys")
    assert shell.status == 1
    assert "None of TIEBACK_FIELD_KEYS fits" in shell.err
    settings.HUB_FIELD_KEYS = old
    assert Grant.objects.filter(pk__gt=0).first() is not None


def test_logins_whose_key_is_lost_are_forgotten_and_can_be_entered_again(
    toy: World, settings: Any, mailoutbox: Any
) -> None:
    toy.go()
    kim = get_user_model().objects.create_user("kim", "kim@example.com")
    Membership.objects.create(customer=toy.row.tenant.customer, user=kim, role=Role.MANAGER)
    new = Fernet.generate_key().decode()
    shop, vault = toy.row.tenant.source.grant, toy.row.tenant.target.grant
    settings.HUB_FIELD_KEYS = [new]
    Grant.objects.filter(pk=vault.pk).update(tokens={"access_token": "newer"}, secret={"client_secret": "right"})
    with pytest.raises(InvalidToken, match="None of TIEBACK_FIELD_KEYS fits"):
        _ = Grant.objects.get(pk=shop.pk).secret
    told = manage("rotate_keys")
    assert (told.status, told.out) == (1, "")
    assert "“toy shop” (toy-makers); add the key" in told.err
    assert manage("rotate_keys", "--forget").out.splitlines() == [
        "Forgotten: what was stored for “toy shop” (toy-makers); it must be entered and connected again.",
        "Secrets of 2 logins encrypted under the first key.",
    ]
    lost, kept = Grant.objects.get(pk=shop.pk), Grant.objects.get(pk=vault.pk)
    assert (lost.secret, lost.tokens, lost.state, lost.version) == ({}, {}, "needs_login", shop.version + 1)
    assert "key that it was stored under is gone" in lost.state_reason
    assert (kept.tokens, kept.secret, kept.state) == ({"access_token": "newer"}, {"client_secret": "right"}, "ok")
    assert [mail.to for mail in mailoutbox] == [["kim@example.com"]]
    root = Client()
    root.force_login(get_user_model().objects.create_superuser("root"))
    for page in (reverse("admin:index"), reverse("admin:hub_grant_change", args=[shop.pk])):
        assert root.get(page).status_code == 200


def test_nothing_is_forgotten_that_a_key_fits(toy: World, settings: Any) -> None:
    before = [(one.secret, one.state, one.version) for one in Grant.objects.all()]
    assert manage("rotate_keys", "--forget").out == "Secrets of 2 logins encrypted under the first key.\n"
    assert [(one.secret, one.state, one.version) for one in Grant.objects.all()] == before


def test_prune_deletes_old_calls_and_nothing_else(toy: World, settings: Any) -> None:
    toy.go()
    calls = list(ApiCall.objects.order_by("pk"))
    ApiCall.objects.filter(pk=calls[0].pk).update(at=timezone.now() - timedelta(days=settings.HUB_KEEP_CALLS_DAYS + 1))
    assert manage("prune").out.splitlines()[:2] == [
        "        1 records of API calls deleted",
        "        0 payloads deleted",
    ]
    assert list(ApiCall.objects.order_by("pk")) == calls[1:]
    assert JobRecord.objects.count() == 3
