"""The value map: editing, exporting, importing with a look first, refreshing the lists."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from hub.models import ReferenceItem, Role, ValueMap
from hub.references import refresh
from hub.value_table import ValueTable
from tests.admin.house import House

pytestmark = pytest.mark.django_db
EMPTY = {"tax_type": "", "tracking": "", "item": ""}


@pytest.fixture
def lists(two: House) -> House:
    """Three codes and two accounts, fetched; one code mapped."""
    two.shop.codes = [{"id": str(n), "code": f"0{n}-100", "name": f"Code {n}"} for n in (1, 2, 3)]
    two.vault.accounts = [{"id": code, "code": code, "name": f"Account {code}"} for code in ("400", "477")]
    refresh(two.harbour.tenant)
    ValueMap.objects.filter(tenant=two.harbour.tenant).delete()
    ValueMap.objects.create(tenant=two.harbour.tenant, key="02-100", account="400")
    return two


def where(two: House, name: str = "hub_tenant_values") -> str:
    return reverse(f"admin:{name}", args=[two.harbour.tenant.pk, "cost_code"])


def post(two: House, rows: list[tuple[str, str, dict[str, str]]], role: Role = Role.OPERATOR) -> Any:
    form: dict[str, Any] = {"row": [f"r{n}" for n in range(len(rows))]}
    for number, (key, project, values) in enumerate(rows):
        form |= {f"r{number}-key": key, f"r{number}-project": project}
        form |= {f"r{number}-{column}": value for column, value in values.items()}
    return two.as_(two.harbour.people[role]).post(where(two), form, follow=True)


def upload(two: House, text: str | bytes) -> str:
    data = text.encode() if isinstance(text, str) else text
    client = two.as_(two.harbour.people[Role.OPERATOR])
    answer = client.post(
        where(two, "hub_tenant_values_import"), {"file": SimpleUploadedFile("map.csv", data)}, follow=True
    )
    return answer.content.decode()


def stored(two: House) -> dict[tuple[str, str], Mapping[str, str]]:
    return dict(ValueTable(two.harbour.tenant, "cost_code").stored)


def test_every_code_is_listed_and_the_unmapped_come_first(lists: House) -> None:
    html = lists.as_(lists.harbour.people[Role.VIEWER]).get(where(lists)).content.decode()
    assert html.index("01-100") < html.index("03-100") < html.index("02-100")
    assert "2 not mapped yet." in html
    assert "Store this page" not in html  # a viewer looks
    only = lists.as_(lists.harbour.people[Role.VIEWER]).get(where(lists), {"show": "unmapped"}).content.decode()
    assert "02-100" not in only


def test_rows_are_changed_added_and_removed_with_an_audit_entry_each(lists: House) -> None:
    before = LogEntry.objects.count()
    post(
        lists,
        [("01-100", "", {"account": "477"}), ("02-100", "", {"account": ""}), ("01-100", "J7", {"account": "400"})],
    )
    assert stored(lists) == {("01-100", ""): {"account": "477", **EMPTY}, ("01-100", "J7"): {"account": "400", **EMPTY}}
    entries = LogEntry.objects.all()[: LogEntry.objects.count() - before]
    assert len(entries) == 3
    assert {entry.actor for entry in entries} == {lists.harbour.people[Role.OPERATOR]}


def test_an_account_that_does_not_exist_is_told_beside_it_and_nothing_is_stored(lists: House) -> None:
    answer = post(lists, [("01-100", "", {"account": "999"}), ("03-100", "", {"account": "400"})])
    html = answer.content.decode()
    assert "There is no active account “999”." in html
    assert 'value="999"' in html
    assert set(stored(lists)) == {("02-100", "")}


def test_a_value_that_was_archived_may_stay_but_not_be_chosen(lists: House) -> None:
    ReferenceItem.objects.filter(kind="account", code="400").update(active=False)
    post(lists, [("02-100", "", {"account": "400"}), ("01-100", "", {"account": "477"})])
    assert set(stored(lists)) == {("01-100", ""), ("02-100", "")}
    assert (
        "400 Account 400 is archived, or no longer there."
        in post(lists, [("03-100", "", {"account": "400"})]).content.decode()
    )


def test_export_and_import_bring_back_the_same(lists: House) -> None:
    ValueMap.objects.create(tenant=lists.harbour.tenant, key="02-100", project="J7", account="477", tracking="=1+1")
    client = lists.as_(lists.harbour.people[Role.VIEWER])
    answer = client.get(where(lists, "hub_tenant_values_export"))
    assert answer["Content-Disposition"] == 'attachment; filename="harbourmark-au-cost_code.csv"'
    text = answer.content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["code"], row["project"], row["account"]) for row in rows] == [
        ("01-100", "", ""),
        ("02-100", "", "400"),
        ("02-100", "J7", "477"),
        ("03-100", "", ""),
    ]
    assert rows[2]["tracking"] == "'=1+1"  # no formula for a spreadsheet
    assert "The file says what is stored already" in upload(lists, answer.content)


def test_an_import_is_looked_at_before_it_is_stored(lists: House) -> None:
    html = upload(lists, "code;account;project\n01-100;477;\n02-100;477;\n03-100;;\n")
    assert "2 rows would change, 1 stay as they are." in html
    assert set(stored(lists)) == {("02-100", "")}
    sealed = html.split('name="lines" value="')[1].split('"')[0]
    client = lists.as_(lists.harbour.people[Role.OPERATOR])
    client.post(where(lists, "hub_tenant_values_store"), {"lines": sealed})
    assert {key: row["account"] for (key, _), row in stored(lists).items()} == {"01-100": "477", "02-100": "477"}
    forged = client.post(where(lists, "hub_tenant_values_store"), {"lines": sealed[:-3] + "abc"}, follow=True)
    assert "Choose the file again" in forged.content.decode()


def test_a_preview_of_one_tenant_is_not_stored_in_another(lists: House) -> None:
    html = upload(lists, "code,account\n01-100,477\n")
    sealed = html.split('name="lines" value="')[1].split('"')[0]
    other = reverse("admin:hub_tenant_values_store", args=[lists.kauri.tenant.pk, "cost_code"])
    lists.as_(lists.kauri.people[Role.OPERATOR]).post(other, {"lines": sealed})
    assert not ValueMap.objects.filter(tenant=lists.kauri.tenant, key="01-100").exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name,price\nx,1\n", "must name the columns"),
        ("", "must name the columns"),
        (b"code,account\n\xff\xfe,1\n", "not UTF-8"),
        ("code,account\n01-100,999\n,400\n01-100,400\n", "2 rows with errors"),
    ],
)
def test_a_file_that_does_not_fit_is_explained(lists: House, text: str | bytes, said: str) -> None:
    if said.endswith("errors"):
        html = upload(lists, text)
        assert "3 rows with errors" in html
        assert "There is no active account “999”." in html
        assert "The code is missing." in html
        assert "01-100 is in here twice" in html
        assert 'name="lines"' not in html
    else:
        assert said in upload(lists, text)
    assert set(stored(lists)) == {("02-100", "")}


def test_refreshing_marks_what_vanished_and_says_what_failed(lists: House) -> None:
    lists.shop.codes.pop()
    client = lists.as_(lists.harbour.people[Role.OPERATOR])
    button = reverse("admin:hub_tenant_refresh", args=[lists.harbour.tenant.pk])
    said = client.post(button, {"next": where(lists)}, follow=True).content.decode()
    assert "Cost codes: 2 fetched, 1 no longer there." in said
    assert not ReferenceItem.objects.get(connection=lists.harbour.tenant.source, code="03-100").active
    lists.vault.faults.add("status", path="/accounts", times=9, status=403)
    said = client.post(button, {"next": where(lists)}, follow=True).content.decode()
    assert "Accounts: Vault does not let this login in." in said
    assert (
        ReferenceItem.objects.filter(connection=lists.harbour.tenant.target, kind="account", active=True).count() == 2
    )


def test_a_kind_the_pairing_does_not_map_is_not_there(lists: House) -> None:
    client = lists.as_(lists.harbour.people[Role.OPERATOR])
    for name in ("hub_tenant_values", "hub_tenant_values_export"):
        assert client.get(reverse(f"admin:{name}", args=[lists.harbour.tenant.pk, "colour"])).status_code == 404
