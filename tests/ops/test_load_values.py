"""Value maps in a configuration file, checked against the lists that have been fetched."""

from __future__ import annotations

from pathlib import Path

from django.utils import timezone

from hub.models import ReferenceFetch, ReferenceItem, Tenant, ValueMap
from tests.ops.test_load_config import FILE, folder, load

__all__ = ["folder"]  # the fixture


def test_value_maps_are_checked_against_fetched_lists_and_spelled_as_these_are(folder: Path) -> None:
    load(folder)
    target, now = Tenant.objects.get().target, timezone.now()
    ReferenceFetch.objects.create(connection=target, kind="account", fetched_at=now)
    ReferenceItem.objects.create(connection=target, kind="account", code="400", name="Concrete", fetched_at=now)
    row = '\n[[tenants.values]]\nkey = "01-310"\naccount = "999"\n'
    wrong = load(folder, FILE + row)
    assert "tenants[0].values[0].account: There is no active account “999”." in wrong.err
    assert not ValueMap.objects.exists()
    load(folder, FILE + row.replace("999", "concrete"))
    assert ValueMap.objects.get().account == "400"
    ReferenceItem.objects.update(active=False)
    assert "0 created, 0 updated" in load(folder, FILE + row.replace("999", "400")).out  # stored already, so it stays
