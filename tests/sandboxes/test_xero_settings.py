"""Tracking, organisation, accounts, tax rates, filters and pages of the pretend Xero."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from integrations.base.errors import Missing, Rejected
from integrations.xero import endpoints
from integrations.xero.sandbox import Category, XeroSandbox
from tests.sandboxes.xero_world import XeroWorld, xero_world


@pytest.fixture
def xero() -> Iterator[XeroWorld]:
    with xero_world() as world:
        yield world


@pytest.fixture
def project(xero: XeroWorld) -> Category:
    return xero.org.add_category("Project", ["1042 Wharf Street"])


def names(category: Category) -> list[str]:
    return [option.name for option in category.options]


# Tracking categories.


def test_two_active_and_four_in_all(xero: XeroWorld) -> None:
    for name in ("A", "B"):
        xero.client.send(endpoints.put_category(name))
    with pytest.raises(Rejected, match="2 active"):
        xero.client.send(endpoints.put_category("C"))
    for category in xero.org.categories.values():
        category.status = "ARCHIVED"
    for name in ("C", "D"):
        xero.client.send(endpoints.put_category(name))
    xero.org.category("C").status = "ARCHIVED"
    with pytest.raises(Rejected, match="4 tracking categories in total"):
        xero.client.send(endpoints.put_category("E"))
    address = f"TrackingCategories/{xero.org.category('A').id}"
    assert xero.call("POST", address, {"Status": "ACTIVE"}).status_code == 200
    assert xero.call("POST", f"TrackingCategories/{xero.org.category('B').id}", {"Status": "ACTIVE"}).status_code == 400


def test_archived_categories_and_options_are_hidden_unless_asked_for(xero: XeroWorld, project: Category) -> None:
    xero.org.add_option(project, "1000 Old", "ARCHIVED")
    xero.org.add_category("Old").status = "ARCHIVED"
    (shown,) = endpoints.tracking_categories(xero.client, archived=False)
    assert [option.name for option in shown.options] == ["1042 Wharf Street"]
    both = {c.name: c for c in endpoints.tracking_categories(xero.client)}
    assert sorted(both) == ["Old", "Project"]
    assert [option.active for option in both["Project"].options] == [True, False]
    filtered = xero.call("GET", 'TrackingCategories?includeArchived=true&where=Status=="ACTIVE"').json()
    assert [c["Name"] for c in filtered["TrackingCategories"]] == ["Project"]


def test_a_category_can_be_renamed_and_deleted(xero: XeroWorld, project: Category) -> None:
    assert xero.call("POST", f"TrackingCategories/{project.id}", {"Name": "Job"}).json()["Status"] == "OK"
    assert project.name == "Job"
    deleted = xero.call("DELETE", f"TrackingCategories/{project.id}").json()["TrackingCategories"][0]
    assert deleted["Status"] == "DELETED"
    assert endpoints.tracking_categories(xero.client) == []
    assert xero.call("GET", f"TrackingCategories/{project.id}").status_code == 404


# Options.


def test_an_option_is_created_renamed_and_archived(xero: XeroWorld, project: Category) -> None:
    (made,) = endpoints.read_options(xero.client.send(endpoints.put_option(project.id, "1043 Quay")).data)
    assert (made.name, made.active) == ("1043 Quay", True)
    rename = endpoints.post_option(project.id, made.tracking_option_id, name="1043 Quay Stage 2")
    (renamed,) = endpoints.read_options(xero.client.send(rename).data)
    assert renamed.tracking_option_id == made.tracking_option_id
    archive = endpoints.post_option(project.id, made.tracking_option_id, status="ARCHIVED")
    xero.client.send(archive)
    assert project.option("1043 Quay Stage 2").status == "ARCHIVED"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("1042 wharf  STREET", "For each specified tracking option the name must be unique."),
        ("x" * 101, "must be less than or equal to 100 characters in length"),
        ("", "cannot be empty"),
    ],
)
def test_refused_option_names(xero: XeroWorld, project: Category, name: str, said: str) -> None:
    with pytest.raises(Rejected, match=said):
        xero.client.send(endpoints.put_option(project.id, name))
    other = xero.org.add_option(project, "1043")
    if name:
        with pytest.raises(Rejected, match=said):
            xero.client.send(endpoints.post_option(project.id, other.id, name=name))


def test_case_and_archived_names_are_switches(xero: XeroWorld, project: Category) -> None:
    xero.sandbox.switches.option_names_fold_case = False
    xero.client.send(endpoints.put_option(project.id, "1042 WHARF STREET"))
    xero.org.add_option(project, "900 Old", "ARCHIVED")
    with pytest.raises(Rejected, match="unique"):
        xero.client.send(endpoints.put_option(project.id, "900 Old"))
    xero.sandbox.switches.archived_option_names_block = False
    xero.client.send(endpoints.put_option(project.id, "900 Old"))


def test_more_than_a_hundred_options_are_allowed(xero: XeroWorld, project: Category) -> None:
    for n in range(120):
        xero.org.add_option(project, f"Job {n}")
    xero.client.send(endpoints.put_option(project.id, "One more"))
    assert len(project.options) == 122


@pytest.mark.parametrize("form", ["xml", "json"])
@pytest.mark.parametrize(
    ("mode", "sent", "refused", "kept"),
    [
        ("refuse", ["A", "B"], True, []),
        ("accept", ["A", "B"], False, ["A", "B"]),
        ("accept", ["A", "1042 Wharf Street"], True, []),
        ("partial", ["A", "1042 Wharf Street", "B"], True, ["A", "B"]),
        ("ignore", ["A", "B"], False, []),
    ],
)
def test_what_becomes_of_a_list_of_options_is_a_switch(
    project: Category, xero: XeroWorld, form: str, mode: Any, sent: list[str], refused: bool, kept: list[str]
) -> None:
    xero.sandbox.switches.bulk_options = mode
    request = endpoints.put_options(project.id, sent)
    if form == "json":
        body = {"Options": [{"Name": name} for name in sent]}
        assert xero.call("PUT", f"TrackingCategories/{project.id}/Options", body).ok is not refused
    elif refused:
        with pytest.raises(Rejected):
            xero.client.send(request)
    else:
        assert [o.name for o in endpoints.read_options(xero.client.send(request).data)] == kept
    assert names(project) == ["1042 Wharf Street", *kept]


def test_a_single_option_is_no_list(xero: XeroWorld, project: Category) -> None:
    xero.client.send(endpoints.put_options(project.id, ["Tom & Jerry <1>"]))
    assert names(project) == ["1042 Wharf Street", "Tom & Jerry <1>"]


def test_deleting_an_option_deletes_it_unless_it_was_used(xero: XeroWorld, project: Category) -> None:
    used = xero.org.add_option(project, "Used")
    used.used = True
    fresh = xero.org.add_option(project, "Fresh")
    address = f"TrackingCategories/{project.id}/Options"
    shown = xero.call("DELETE", f"{address}/{fresh.id}").json()["Options"][0]
    assert (shown["Status"], shown["IsDeleted"], shown["IsActive"]) == ("DELETED", True, False)
    xero.sandbox.switches.delete_used_option = "refuse"
    assert xero.call("DELETE", f"{address}/{used.id}").status_code == 400
    xero.sandbox.switches.delete_used_option = "archive"
    assert xero.call("DELETE", f"{address}/{used.id}").json()["Options"][0]["IsArchived"] is True
    assert xero.call("POST", f"{address}/{fresh.id}", {"Name": "Back"}).status_code == 404


def test_an_id_that_is_none_is_refused_before_it_is_sent(xero: XeroWorld) -> None:
    with pytest.raises(Rejected, match="not a Xero identifier"):
        endpoints.put_option("../Contacts", "x")
    assert xero.sandbox.ledger.entries == []


# Organisation, accounts, tax rates.


@pytest.mark.parametrize(
    ("country", "currency", "purchases", "rate"), [("AU", "AUD", "INPUT", "10"), ("NZ", "NZD", "INPUT2", "15")]
)
def test_a_fresh_organisation_has_its_countrys_books(country: str, currency: str, purchases: str, rate: str) -> None:
    with xero_world(country) as xero:
        org = endpoints.organisation(xero.client)
        assert (org.country_code, org.base_currency, org.is_demo_company) == (country, currency, False)
        rates = {r.tax_type: r for r in endpoints.tax_rates(xero.client)}
        assert rates[purchases].effective_rate == Decimal(rate)
        assert rates[purchases].can_apply_to_expenses
        assert not rates[purchases].can_apply_to_revenue
        accounts = {a.code: a for a in endpoints.accounts(xero.client)}
        assert {a.tax_type for a in accounts.values()} <= set(rates)
        assert (accounts["800"].system_account, accounts["310"].class_) == ("CREDITORS", "EXPENSE")
        assert [c.code for c in endpoints.currencies(xero.client)] == [currency]


def test_lock_dates_and_actions(xero: XeroWorld) -> None:
    assert endpoints.organisation(xero.client).period_lock_date is None
    xero.org.profile["PeriodLockDate"] = datetime(2026, 6, 30, tzinfo=UTC)
    assert endpoints.organisation(xero.client).period_lock_date == date(2026, 6, 30)
    xero.org.refused_actions.add("CreateApprovedBill")
    actions = {a["Name"]: a["Status"] for a in xero.call("GET", "Organisation/Actions").json()["Actions"]}
    assert (actions["CreateApprovedBill"], actions["CreateDraftBill"]) == ("NOT-ALLOWED", "ALLOWED")


def test_accounts_are_not_paged_but_know_changes(xero: XeroWorld) -> None:
    everything = xero.call("GET", "Accounts?page=1&pageSize=2").json()
    assert "pagination" not in everything
    assert len(everything["Accounts"]) == len(xero.org.accounts)
    xero.sandbox.clock.advance(minutes=5)
    since = xero.sandbox.clock.now().strftime("%Y-%m-%dT%H:%M:%S")
    account = xero.org.account("429")
    assert xero.call("POST", f"Accounts/{account.id}", {"Status": "ARCHIVED"}).status_code == 200
    changed = xero.call("GET", "Accounts", If_Modified_Since=since).json()["Accounts"]
    assert [a["Code"] for a in changed] == ["429"]
    one = xero.call("GET", f"Accounts/{account.id}").json()["Accounts"][0]
    assert one["Status"] == "ARCHIVED"


def test_accounts_can_be_added_once(xero: XeroWorld) -> None:
    body = {"Code": "836", "Name": "Retentions Receivable", "Type": "CURRENT"}
    assert xero.call("PUT", "Accounts", body).json()["Accounts"][0]["Class"] == "ASSET"
    refused = xero.call("PUT", "Accounts", body).json()["Elements"][0]["ValidationErrors"]
    assert [e["Message"] for e in refused] == ["Please enter a unique Name.", "Please enter a unique Code."]


def test_codes_and_names_of_accounts_are_short(xero: XeroWorld) -> None:
    """https://developer.xero.com/documentation/api/accounting/accounts"""
    body = {"Code": "1" * 10, "Name": "x" * 150, "Type": "EXPENSE"}
    assert xero.call("PUT", "Accounts", body).status_code == 200
    long = {"Code": "1" * 11, "Name": "x" * 151, "Type": "EXPENSE"}
    assert len(xero.call("PUT", "Accounts", long).json()["Elements"][0]["ValidationErrors"]) == 2


def test_new_tax_rates_are_numbered(xero: XeroWorld) -> None:
    body = {"Name": "Import duty", "TaxComponents": [{"Name": "Duty", "Rate": 5}]}
    assert [xero.call("PUT", "TaxRates", body).json()["TaxRates"][0]["TaxType"] for _ in range(2)] == [
        "TAX001",
        "TAX002",
    ]
    assert xero.call("PUT", "TaxRates", {"Name": "x"}).status_code == 400


def test_several_tax_rates_are_made_in_one_call(xero: XeroWorld) -> None:
    rates = [{"Name": name, "TaxComponents": [{"Name": name, "Rate": 5}]} for name in ("Duty", "Levy")]
    made = xero.call("PUT", "TaxRates", {"TaxRates": rates}).json()["TaxRates"]
    assert [(row["Name"], row["TaxType"]) for row in made] == [("Duty", "TAX001"), ("Levy", "TAX002")]
    before = dict(xero.org.tax_rates)
    assert xero.call("PUT", "TaxRates", {"TaxRates": [*rates, {"Name": "x"}]}).status_code == 400
    assert xero.org.tax_rates == before


def test_a_currency_can_be_added(xero: XeroWorld) -> None:
    xero.call("PUT", "Currencies", {"Code": "USD", "Description": "US Dollar"})
    assert [c.code for c in endpoints.currencies(xero.client)] == ["AUD", "USD"]


def test_no_two_resources_share_a_name() -> None:
    """They are put together by inheritance, where a second helper of the same name would replace the first."""
    own = Counter(
        name for kind in XeroSandbox.__bases__ for name in vars(kind) if not name.startswith("__") and name != "is_ours"
    )
    assert [name for name, times in own.items() if times > 1] == []


def test_an_unknown_option_is_missing(xero: XeroWorld, project: Category) -> None:
    with pytest.raises(Missing):
        xero.client.send(endpoints.post_option(project.id, project.id, name="x"))
