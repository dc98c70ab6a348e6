"""The small commands: keys and pruning."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.utils import timezone

from hub.models import ApiCall, Grant, JobRecord
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
    with pytest.raises(InvalidToken):
        Grant.objects.first()


def test_rotate_keys_without_the_old_key_changes_nothing(toy: World, settings: Any) -> None:
    old = settings.HUB_FIELD_KEYS
    settings.HUB_FIELD_KEYS = [Fernet.generate_key().decode()]
    shell = manage("rotate_keys")
    assert shell.status == 1
    assert "None of TIEBACK_FIELD_KEYS fits" in shell.err
    settings.HUB_FIELD_KEYS = old
    assert Grant.objects.filter(pk__gt=0).first() is not None


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
