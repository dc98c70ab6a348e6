"""Filling in the interface's pages as a person does: what the page holds, with some of it typed anew."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from hub.interface import mark, profile_of
from hub.models import Connection, Customer, Membership, Role
from integrations.base.interface import Sheet


def person(customer: Customer, role: Role, *, verifies: bool = False, name: str = "") -> Client:
    user = User.objects.create_user(name or f"{role.value}{'-v' if verifies else ''}", first_name=name.capitalize())
    Membership.objects.create(customer=customer, user=user, role=role, verifies=verifies)
    client = Client()
    client.force_login(user)
    return client


def sheet_of(connection: Connection, operation: str) -> Sheet:
    fresh = Connection.objects.get(pk=connection.pk)
    interface = fresh.vendor.interface
    assert interface is not None
    return interface.sheet(profile_of(fresh), operation)


def form(sheet: Sheet, **changes: str) -> dict[str, Any]:
    """What the page would send. `changes` by the names of inputs; rows by table__label__cell (fields__id__mri)."""
    data: dict[str, Any] = {"was": mark(sheet)}
    for cell in sheet.cells:
        data[f"cell-{cell.name}"] = list(cell.chosen) if cell.kind == "choices" else cell.value
    names: dict[str, str] = {}
    for table in sheet.tables:
        data[f"{table.name}-rows"] = str(len(table.lines))
        for number, line in enumerate(table.lines):
            for cell in line.cells:
                data[f"{table.name}-{number}-{cell.name}"] = cell.value
                names.setdefault(
                    f"{table.name}__{line.label.replace(' ', '_')}__{cell.name}", f"{table.name}-{number}-{cell.name}"
                )
    for name, value in changes.items():
        data[names.get(name, f"cell-{name}")] = value
    return {name: value for name, value in data.items() if value not in ("", [])}


def address(connection: Connection, operation: str, page: str = "edit") -> str:
    return reverse(f"admin:hub_interface_{page}", args=[connection.pk, operation])


def store(client: Client, connection: Connection, operation: str, **changes: str) -> Any:
    data = form(sheet_of(connection, operation), **changes)
    return client.post(address(connection, operation), data, follow=True)


def verify(client: Client, connection: Connection, operation: str, **more: str) -> Any:
    data = {"was": mark(sheet_of(connection, operation)), **more}
    return client.post(address(connection, operation, "verify"), data, follow=True)
