"""Each way in which cost codes reach the books, through both pretend services, with an override for one project; and
what becomes of a claim whose row has become invalid since it was stored."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from hub.admin.value_notices import checks, notices
from hub.references import refresh
from hub.value_table import ValueTable
from integrations.procore.sandbox.contracts import Contract
from tests.pairings.claims_world import CODES, KEY, ClaimSite, claim_site, claimed, held

pytestmark = pytest.mark.django_db
CODE = CODES[0]
OTHER = "24-002/SC-002/1"


@contextmanager
def two_projects(**settings: Any) -> Iterator[tuple[ClaimSite, Contract, Contract]]:
    """Two linked projects of one supplier, each with a subcontract that has one claim of 1,000.00 on the first code."""
    with claim_site(**settings) as site:
        first, second, contact = site.project(), site.project("24-002", "Ferry Terminal"), site.supplier()
        site.w.org.add_item("CONC", "Concrete", account="310", tax="INPUT")
        site.w.org.add_item("SLAB", "Slabs", account="429", tax="EXEMPTEXPENSES")
        site.send_before()
        contracts = site.contract(first, contact), site.contract(second, contact, "SC-002")
        for contract in contracts:
            claimed(contract)
        yield site, *contracts


def put(site: ClaimSite, project: str = "", **values: str) -> None:
    site.w.tenant.value_maps.update_or_create(kind="cost_code", key=CODE, project=project, defaults=values)


def work(site: ClaimSite, number: str) -> tuple[str, str, str, str, str, str]:
    """Of a bill's first line: account, tax type, options, item code, description."""
    bill = site.w.org.bill(number)
    amount, account, tax, project, code = site.shown(bill)[0]
    assert amount == "1000.00"
    line = bill.lines[0]
    item = next((one.code for one in site.w.org.items.values() if one.id == line.item), "")
    return account, tax, project, code, item, line.description


def valid(site: ClaimSite) -> dict[tuple[str, str], dict[str, str]]:
    """The table's faults by place, after its lists were fetched anew."""
    assert [done.error for done in refresh(site.w.tenant) if done.error] == []
    return {(row.key, row.project): dict(row.faults) for row in ValueTable(site.w.tenant, "cost_code").rows}


GENERAL: dict[str, dict[str, str]] = {
    "tracking": {"account": "320", "tracking": "Concrete"},
    "account": {"account": "320"},
    "item": {"item": "CONC"},
    "description": {"account": "320"},
}
OVERRIDE: dict[str, dict[str, str]] = {
    "tracking": {"account": "429", "tax_type": "EXEMPTEXPENSES", "tracking": "Wharf concrete"},
    "account": {"account": "429", "tax_type": "EXEMPTEXPENSES"},
    "item": {"item": "SLAB"},
    "description": {"account": "429", "tax_type": "EXEMPTEXPENSES"},
}
WHARF, FERRY = "24-001 Wharf 9 Apartments", "24-002 Ferry Terminal"
WORKS = f"Works {CODE}"
EXPECTED: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {  # the overridden project's line, the other's
    "tracking": (
        ("429", "EXEMPTEXPENSES", WHARF, "Wharf concrete", "", WORKS),
        ("320", "INPUT", FERRY, "Concrete", "", WORKS),
    ),
    "account": (("429", "EXEMPTEXPENSES", WHARF, "", "", WORKS), ("320", "INPUT", FERRY, "", "", WORKS)),
    "item": (("429", "EXEMPTEXPENSES", WHARF, "", "SLAB", WORKS), ("310", "INPUT", FERRY, "", "CONC", WORKS)),
    "description": (
        ("429", "EXEMPTEXPENSES", WHARF, "", "", f"{CODE} {WORKS}"),
        ("320", "INPUT", FERRY, "", "", f"{CODE} {WORKS}"),
    ),
}


@pytest.mark.parametrize("strategy", list(EXPECTED))
def test_a_code_reaches_the_books_as_its_row_says_and_otherwise_in_one_project(strategy: str) -> None:
    with two_projects(cost_code_strategy=strategy, cost_account="") as (site, _, _):
        for option in ("Concrete", "Wharf concrete"):
            site.w.org.add_option(site.w.org.category("Cost Codes"), option)
        job = site.run()
        wanted = "item" if strategy == "item" else "account"
        assert f"{CODE} has no {wanted}" in held(site, job, KEY, "unmapped_code")
        put(site, **GENERAL[strategy])
        put(site, "24-001", **OVERRIDE[strategy])
        assert valid(site)[CODE, "24-001"] == valid(site)[CODE, ""] == {}
        start = site.w.marks()
        assert site.said(site.run()) == {KEY: ("created", ""), OTHER: ("created", "")}
        assert (work(site, "SC-001-1"), work(site, "SC-002-1")) == EXPECTED[strategy]
        assert len([entry for entry in site.w.writes(start) if "Invoices" in entry.path]) == 1
        start = site.w.marks()
        assert set(site.said(site.run()).values()) == {("unchanged", "")}
        assert site.w.writes(start) == []


def test_an_account_archived_after_its_row_was_stored() -> None:
    with two_projects(cost_code_strategy="account", cost_account="") as (site, _, _):
        put(site, account="320")
        put(site, "24-001", account="429")
        site.w.org.account("429").status = "ARCHIVED"
        assert valid(site)[CODE, "24-001"] == {"account": "429 General Expenses is archived, or no longer there."}
        assert valid(site)[CODE, ""] == {}
        job = site.run()
        assert "429 General Expenses for cost code 03-310 is archived" in held(site, job, KEY, "account_archived")
        assert "value map" in site.record(job, KEY).fix
        assert site.said(job)[OTHER] == ("created", "")
        put(site, "24-001", account="320")
        assert site.said(site.run())[KEY] == ("created", "")


def test_an_option_archived_after_its_row_was_stored() -> None:
    with two_projects() as (site, _, _):
        option = site.w.org.add_option(site.w.org.category("Cost Codes"), "Concrete")
        put(site, account="320", tracking="Concrete")
        option.status = "ARCHIVED"
        assert list(valid(site)[CODE, ""]) == ["tracking"]
        job = site.run()
        assert "“Concrete” of cost code 03-310" in held(site, job, KEY, "option_gone")
        assert "value map" in site.record(job, KEY).fix
        assert site.bills() == []


def test_an_item_deleted_or_made_into_stock_after_its_row_was_stored() -> None:
    with two_projects(cost_code_strategy="item") as (site, _, _):
        put(site, item="CONC")
        put(site, "24-001", item="SLAB")
        assert valid(site)[CODE, "24-001"] == {}
        items = {item.code: item for item in site.w.org.items.values()}
        del site.w.org.items[items["CONC"].id]
        items["SLAB"].tracked = True
        wrong = valid(site)
        assert wrong[CODE, ""] == {"item": "CONC Concrete is archived, or no longer there."}
        assert wrong[CODE, "24-001"] == {
            "item": "SLAB Slabs is tracked as inventory in Xero: a bill for it would change the stock."
        }
        job = site.run()
        assert "which Xero does not have" in held(site, job, OTHER, "item_gone")
        assert "“SLAB”" in held(site, job, KEY, "item_not_usable")
        assert all("value map" in site.record(job, key).fix for key in (KEY, OTHER))
        assert site.bills() == []


def test_what_is_unmapped_or_invalid_is_told_before_a_claim_fails_on_it() -> None:
    with two_projects(cost_code_strategy="account", cost_account="") as (site, _, _):
        (only,) = checks(site.w.tenant)
        assert (only.ok, "not been fetched yet" in only.detail) == (False, True)
        refresh(site.w.tenant)
        assert [(one.unmapped, one.invalid) for one in notices(site.w.tenant)] == [(3, 0)]
        (mapped,) = checks(site.w.tenant)
        assert mapped.detail == "3 of 3 not mapped: 03-310 (no account), 05-120 (no account), 26-050 (no account)."
        assert mapped.url.endswith("/values/cost_code/?show=unmapped")
        for code in CODES:
            site.w.tenant.value_maps.create(kind="cost_code", key=code, account="320")
        assert notices(site.w.tenant) == []
        assert [check.ok for check in checks(site.w.tenant)] == [True, True]
        site.w.org.account("320").status = "ARCHIVED"
        refresh(site.w.tenant)
        (one,) = notices(site.w.tenant)
        assert (one.unmapped, one.invalid, one.url[-13:]) == (0, 3, "?show=invalid")
        broken = [check for check in checks(site.w.tenant) if not check.ok]
        assert [check.label for check in broken] == ["Cost codes: rows of the value map"]
        assert "03-310: 320 Subcontractors is archived, or no longer there." in broken[0].detail


def test_with_a_default_account_no_code_needs_a_row() -> None:
    with two_projects() as (site, _, _):
        (before,) = checks(site.w.tenant)
        assert before.detail == "None needs a row of its own; the list has not been fetched yet."
        refresh(site.w.tenant)
        assert notices(site.w.tenant) == []
        (check,) = checks(site.w.tenant)
        assert check.detail == "All 3 of the list are mapped, or need no row of their own."
        site.w.configure(cost_account="")
        assert notices(site.w.tenant)[0].unmapped == 3


def test_two_tenants_with_different_code_lists_do_not_undo_each_other() -> None:
    """They share the company's cached list; each sees what it sends."""
    with two_projects(cost_account="") as (site, _, _):
        refresh(site.w.tenant)
        assert len(ValueTable(site.w.tenant, "cost_code").names) == 3
        (name,) = {row.extra["list"] for row in ValueTable(site.w.tenant, "cost_code").lists.rows("cost_code")}
        site.w.configure(cost_code_list=name)
        assert len(ValueTable(site.w.tenant, "cost_code").names) == 3
        site.w.configure(cost_code_list="Another")
        assert len(ValueTable(site.w.tenant, "cost_code").names) == 0
