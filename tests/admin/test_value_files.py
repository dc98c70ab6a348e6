"""A value map as a file: what spreadsheets make of it, and what comes back."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from hub.models import Role, ValueMap
from hub.references import refresh
from hub.value_csv import BadFile, from_csv, inert, plain
from hub.value_maps import Line, compare, store
from hub.value_table import ValueTable
from tests.admin.house import House

FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "'=1+1", "''=1", "'+", "＝1")  # noqa: RUF001
EMPTY = {"account": "", "tax_type": "", "tracking": "", "item": ""}


@given(st.text().map(str.strip))
def test_any_text_comes_back_and_none_is_a_formula(text: str) -> None:
    cell = inert(text)
    assert plain(cell) == text
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize("text", FORMULAS)
def test_formulas_come_back_as_they_were(text: str) -> None:
    assert inert(text) == f"'{text}"
    assert plain(inert(text)) == text


@pytest.mark.parametrize("text", ["400", "O'Brien", "'quoted'", "a=b"])
def test_other_texts_are_left_alone(text: str) -> None:
    assert inert(text) == plain(text) == text


ROWS = [("01-100", {"account": "400", "tax_type": "INPUT"}), ("02-100", {"account": "477", "tax_type": ""})]
FILES = {
    "plain": b"code,account,tax_type\n01-100,400,INPUT\n02-100,477,\n",
    "byte order mark": b"\xef\xbb\xbfcode,account,tax_type\r\n01-100,400,INPUT\r\n02-100,477,\r\n",
    "semicolons": "\ufeffcode;account;tax_type\r\n01-100;400;INPUT\r\n02-100;477;\r\n".encode(),
    "tabs": b"code\taccount\ttax_type\n01-100\t400\tINPUT\n02-100\t477\t\n",
    "another order": b"Tax_Type,NAME,Account, code \nINPUT,x,400,01-100\n,y,477,02-100\n",
    "quoted newlines": b'code,name,account,tax_type\n01-100,"Concrete\nand steel",400,INPUT\n02-100,"a;b;c;d",477,\n',
    "blank rows": b"code,account,tax_type\n\n01-100,400,INPUT\n,,\n02-100,477,\n\n",
    "old Mac": b"code,account,tax_type\r01-100,400,INPUT\r02-100,477,\r",
}


@pytest.mark.parametrize("kind", list(FILES))
def test_what_spreadsheets_save_is_read(kind: str) -> None:
    lines = from_csv(FILES[kind]).lines
    assert [(line.key, line.values) for line in lines] == ROWS
    assert [line.number for line in lines] == ([3, 5] if kind == "blank rows" else [2, 3])


def test_columns_are_told_that_mean_nothing_and_that_are_absent() -> None:
    sheet = from_csv(b"code,price,account,colour\n01-100,9,400,red\n")
    assert sheet.ignored == ["price", "colour"]
    assert sheet.absent == ["tax_type", "tracking", "item"]
    assert sheet.lines[0].values == {"account": "400"}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"code,account\n\xff\xfe,1\n", "not UTF-8 text"),
        ("code,account\n1,2\n".encode("utf-16"), "not UTF-8 text"),
        (b"name,price\nx,1\n", "must name the columns: code, name, project, account"),
        (b"", "must name the columns"),
        (b"code,account,account\nx,1,2\n", "names a column twice: account"),
        (b"code,account\n" + b"x" * 200_000 + b",1\n", "not a readable CSV"),
        (b"code,account\n" + b"x,1\n" * 20_001, "more than 20,000 rows"),
    ],
)
def test_what_cannot_be_read_is_explained(data: bytes, said: str) -> None:
    with pytest.raises(BadFile, match=said):
        from_csv(data)


@pytest.fixture
def lists(two: House) -> House:
    """Three codes and two accounts, fetched; one code mapped."""
    two.shop.codes = [{"id": str(n), "code": f"0{n}-100", "name": f"Code {n}"} for n in (1, 2, 3)]
    two.vault.accounts = [{"id": code, "code": code, "name": f"Account {code}"} for code in ("400", "477")]
    refresh(two.harbour.tenant)
    ValueMap.objects.filter(tenant=two.harbour.tenant).delete()
    ValueMap.objects.create(tenant=two.harbour.tenant, key="02-100", account="400", tax_type="KEPT")
    return two


def address(two: House, name: str) -> str:
    return reverse(f"admin:hub_tenant_values{name}", args=[two.harbour.tenant.pk, "cost_code"])


def upload(two: House, data: bytes) -> str:
    client = two.as_(two.harbour.people[Role.OPERATOR])
    answer = client.post(address(two, "_import"), {"file": SimpleUploadedFile("map.csv", data)}, follow=True)
    return answer.content.decode()


def sealed(html: str) -> str:
    return html.split('name="lines" value="')[1].split('"')[0]


def confirm(two: House, html: str) -> str:
    client = two.as_(two.harbour.people[Role.OPERATOR])
    answer = client.post(address(two, "_store"), {"lines": sealed(html)}, follow=True)
    return answer.content.decode()


@pytest.mark.django_db
def test_an_absent_column_stays_as_it_is(lists: House) -> None:
    html = upload(lists, b"code,account,price\n02-100,477,9\n")
    assert "nothing here and is left out: price." in html
    assert "so as it is in every row: tax_type, tracking, item." in html
    assert "1 row stored." in confirm(lists, html)
    assert ValueMap.objects.get(tenant=lists.harbour.tenant).values() == {**EMPTY, "account": "477", "tax_type": "KEPT"}


@pytest.mark.django_db
def test_errors_come_first_and_name_the_row_of_the_file(lists: House) -> None:
    html = upload(lists, b"code,account\n01-100,400\n03-100,999\n01-100,477\n")
    assert "2 rows with errors" in html
    assert "01-100 is in here twice: see row 2." in html
    assert html.index("There is no active account “999”.") < html.index("new</span>")
    assert 'name="lines"' not in html


@pytest.mark.django_db
def test_a_row_changed_since_the_preview_is_not_overwritten(lists: House) -> None:
    html = upload(lists, b"code,account\n02-100,477\n")
    ValueMap.objects.filter(tenant=lists.harbour.tenant).update(item="BRICK")
    assert "have changed since the preview" in confirm(lists, html)
    assert ValueMap.objects.get(tenant=lists.harbour.tenant).account == "400"


@pytest.mark.django_db
def test_names_and_other_spellings_find_their_entry(lists: House) -> None:
    html = upload(lists, b"code,account\n01-100,account 477\n02-100,477 ACCOUNT 477\n03-100,Account 400\n")
    assert "3 rows stored." in confirm(lists, html)
    rows = ValueMap.objects.filter(tenant=lists.harbour.tenant).values_list("key", "account")
    assert dict(rows) == {"01-100": "477", "02-100": "477", "03-100": "400"}


@pytest.mark.django_db
def test_texts_that_look_like_formulas_come_back_unchanged(lists: House) -> None:
    for number, text in enumerate(FORMULAS):
        ValueMap.objects.create(tenant=lists.harbour.tenant, key=text, project=f"P{number}", tracking=text, item="a\nb")
    client = lists.as_(lists.harbour.people[Role.VIEWER])
    data = client.get(address(lists, "_export")).content
    cells = [cell for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    assert "The file says what is stored already" in upload(lists, data)


def _lines(count: int) -> list[Line]:
    return [Line(f"{n:05}", "", {"account": "400" if n % 2 else "477"}, n) for n in range(count)]


def _queries(table: Any, lines: list[Line]) -> int:
    with CaptureQueriesContext(database) as told:
        store(table.tenant, table.kind, compare(table, lines))
    return len(told)


@pytest.mark.django_db
def test_ten_thousand_rows_take_queries_by_the_hundred_rows(lists: House) -> None:
    """A query stores as many rows and entries of the audit log as the database takes values (SQLite: 999)."""
    tenant = lists.harbour.tenant
    before = LogEntry.objects.count()
    assert _queries(ValueTable(tenant, "cost_code"), _lines(10_000)) < 300
    assert ValueMap.objects.filter(tenant=tenant).count() == 10_001
    assert LogEntry.objects.count() == before + 10_000
    assert _queries(ValueTable(tenant, "cost_code"), _lines(10_000)) < 12  # nothing is different
    gone = [Line(line.key, "", EMPTY) for line in _lines(10_000)]
    assert _queries(ValueTable(tenant, "cost_code"), gone) < 300
    assert list(ValueMap.objects.filter(tenant=tenant).values_list("key", flat=True)) == ["02-100"]
    actions = LogEntry.objects.all()[: LogEntry.objects.count() - before].values_list("action", flat=True)
    assert sorted(set(actions)) == [LogEntry.Action.CREATE, LogEntry.Action.DELETE]


@pytest.mark.django_db
def test_a_large_file_goes_through_its_pages(lists: House) -> None:
    data = b"code,account\n" + b"".join(f"{n:05},{400 if n % 2 else 477}\n".encode() for n in range(10_000))
    html = upload(lists, data)
    assert "10,000 rows would change" in html
    assert "and 9,500 more" in html
    assert "10,000 rows stored." in confirm(lists, html)
    entry = LogEntry.objects.first()
    assert entry is not None
    assert entry.actor == lists.harbour.people[Role.OPERATOR]
    client = lists.as_(lists.harbour.people[Role.VIEWER])
    with CaptureQueriesContext(database) as told:
        assert client.get(address(lists, "")).status_code == 200
    assert len(told) < 16
