"""Progress claims that cannot go as they are: each in its outcome, with cause and fix, while the others go on."""

from __future__ import annotations

from datetime import date

import pytest

from hub.models import LinkedEntity
from tests.pairings.claims_world import KEY, claim_site, claimed, held, money, one_contract

pytestmark = pytest.mark.django_db

# What is missing. A second claim of the same run goes out each time.


def test_a_vendor_without_contact_holds_only_its_own_claims() -> None:
    with claim_site() as site:
        project, contact = site.project(), site.supplier()
        site.send_before()
        claimed(site.contract(project, contact, "SC-002"))
        stranger = site.w.company.add_vendor("Nobody Linked")
        contract = project.add_commitment(stranger, number="SC-001", lines=[("03-310", "Slab", money("9"))])
        claimed(contract, "9.00")
        job = site.run()
        assert "“Nobody Linked”" in held(site, job, KEY, "vendor_not_linked")
        assert site.said(job)["24-001/SC-002/1"] == ("created", "")


def test_a_vendor_may_have_an_id_of_the_projects_own() -> None:
    with claim_site() as site:
        site.w.procore.switches.project_vendors_have_own_ids = True
        project, contact = site.project(), site.supplier()
        site.send_before()
        claimed(site.contract(project, contact))
        assert site.said(site.run()) == {KEY: ("created", "")}
        assert site.w.org.bill("SC-001-1").contact == contact.id


def test_a_project_that_is_not_linked_is_seen_to_wait() -> None:
    with one_contract() as (site, contract, contact):
        claimed(contract)
        late = site.project("24-009", "Late Start")
        claimed(site.contract(late, contact, "SC-009"))
        job = site.run()
        assert "24-009 Late Start" in held(site, job, "24-009/SC-009/1", "project_not_linked")
        assert site.said(job)[KEY] == ("created", "")
        site.w.go("projects")
        assert site.said(site.run())["24-009/SC-009/1"] == ("created", "")


def test_an_unmapped_code_and_its_mapping() -> None:
    with one_contract(cost_account="") as (site, contract, _):
        claimed(contract)
        assert "03-310 has no account" in held(site, site.run(), KEY, "unmapped_code")
        site.w.tenant.value_maps.create(kind="cost_code", key="03-310", account="429", tax_type="EXEMPTEXPENSES")
        site.run()
        shown = site.shown(site.w.org.bill("SC-001-1"))
        assert [row[:3] for row in shown] == [
            ("1000.00", "429", "EXEMPTEXPENSES"),
            ("-50.00", "835", "EXEMPTEXPENSES"),
        ]


def test_a_code_without_tracking_option() -> None:
    with one_contract() as (site, contract, _):
        LinkedEntity.objects.filter(source_key="03-310").delete()
        claimed(contract)
        assert "03-310" in held(site, site.run(), KEY, "code_not_linked")
        other = site.w.org.add_option(site.w.org.category("Cost Codes"), "Concrete")
        site.w.tenant.value_maps.create(kind="cost_code", key="03-310", tracking=other.name)
        site.run()
        assert {row[4] for row in site.shown(site.w.org.bill("SC-001-1"))} == {"Concrete"}


@pytest.mark.parametrize(
    ("settings", "code", "said"),
    [
        ({"retention_payable_account": ""}, "no_retention_account", "name no account"),
        ({"retention_payable_account": "999"}, "account_missing", "“999” for retention"),
        ({"retention_payable_account": "800"}, "account_not_allowed", "800 Accounts Payable"),
        ({"cost_account": "998"}, "account_missing", "“998” for cost code 03-310"),
        ({"cost_tax": "NOSUCH"}, "tax_unknown", "“NOSUCH”"),
        ({"cost_tax": "OUTPUT"}, "tax_refused", "OUTPUT"),
    ],
)
def test_accounts_and_tax_types_are_checked_before_anything_is_sent(
    settings: dict[str, str], code: str, said: str
) -> None:
    with one_contract(**settings) as (site, contract, _):
        claimed(contract)
        start = site.w.marks()
        assert said in held(site, site.run(), KEY, code)
        assert site.w.writes(start) == []


def test_an_archived_account_and_an_archived_option() -> None:
    with one_contract() as (site, contract, _):
        claimed(contract)
        site.w.org.account("310").status = "ARCHIVED"
        assert "310" in held(site, site.run(), KEY, "account_archived")
        site.w.org.account("310").status = "ACTIVE"
        option = site.w.org.category("Project").options[0]
        option.status = "ARCHIVED"
        assert "project 24-001" in held(site, site.run(), KEY, "option_gone")


def test_without_retention_no_retention_account_is_needed() -> None:
    with claim_site(retention_payable_account="") as site:
        project, contact = site.project(), site.supplier()
        site.send_before()
        claimed(site.contract(project, contact, retainage=None))
        assert site.said(site.run()) == {KEY: ("created", "")}


def test_a_contact_merged_or_archived_in_xero() -> None:
    with one_contract() as (site, contract, contact):
        claimed(contract)
        survivor = site.supplier("Kauri Ridge Group")
        site.w.org.merge(contact, survivor)
        assert "was merged into another one" in held(site, site.run(), KEY, "vendor_merged")
        site.w.go("contacts")
        site.run()
        assert [bill.contact for bill in site.bills()] == [survivor.id]


def test_a_foreign_currency_is_held_unless_the_organisation_uses_it() -> None:
    with one_contract() as (site, contract, _):
        site.w.company.country_code = "US"
        claimed(contract)
        assert "in USD" in held(site, site.run(), KEY, "currency_not_subscribed")
        site.w.org.currencies["USD"] = "United States Dollar"
        site.run()
        assert site.w.org.bill("SC-001-1").currency == "USD"


# Dates.


def test_a_locked_period_holds_the_claim_and_names_the_other_rule() -> None:
    with one_contract() as (site, contract, _):
        site.w.org.lock(period=date(2026, 7, 31))
        claimed(contract)
        claimed(contract, end="2026-08-31")
        job = site.run()
        said = held(site, job, KEY, "locked_period")
        assert "locked up to 2026-07-31" in said
        assert "would be dated 2026-08-01" in said
        assert site.said(job)["24-001/SC-001/2"] == ("created", "")


def test_by_setting_its_bill_is_dated_on_the_first_open_day_and_stays_there() -> None:
    with one_contract(locked_period="first open day") as (site, contract, _):
        site.w.org.lock(year_end=date(2026, 8, 15))
        claimed(contract)
        job = site.run(preview=True)
        assert "Dated 2026-08-16 instead of 2026-07-31" in site.record(job, KEY).warnings[0]
        site.run()
        assert str(site.w.org.bill("SC-001-1").day) == "2026-08-16"
        site.w.org.lock(year_end=date(2026, 9, 30))
        assert site.said(site.run()) == {KEY: ("unchanged", "")}


# Reading and asking.


def test_one_by_its_three_keys_and_one_that_nobody_has() -> None:
    with one_contract() as (site, contract, _):
        claimed(contract)
        claimed(contract, end="2026-08-31")
        job = site.run("24-001", "SC-001", "2")
        assert site.said(job) == {"24-001/SC-001/2": ("created", "")}
        missing = site.run("24-001", "SC-001", "9")
        assert [code for _, code in site.said(missing).values()] == ["not_found"]


def test_what_is_not_approved_is_skipped_and_a_retry_finds_its_claim() -> None:
    with one_contract() as (site, contract, _):
        LinkedEntity.objects.filter(source_key="03-310").delete()
        claimed(contract)
        site.w.procore.clock.advance(hours=1)
        claimed(contract, end="2026-08-31", status="under_review")
        job = site.run()
        assert site.said(job)["24-001/SC-001/2"] == ("skipped", "not_approved")
        assert site.record(job, "24-001/SC-001/2").message == "It is “under review” in Procore."
        site.w.go("cost_codes", "03-310")
        site.w.procore.clock.advance(hours=1)
        start = site.w.marks()
        job = site.run(full=False)
        assert site.said(job)[KEY] == ("created", "")
        reads = [call for call in site.w.calls(start) if "requisitions" in call]
        assert len(reads) == 2  # what changed, and the one that failed


def test_a_preview_writes_nothing_and_shows_the_lines() -> None:
    with one_contract() as (site, contract, _):
        claimed(contract)
        start = site.w.marks()
        record = site.record(site.run(preview=True), KEY)
        assert site.w.writes(start) == []
        assert [line["amount"] for line in record.payload["lines"]] == ["1000", "-50"]


def test_the_other_strategies_for_cost_codes() -> None:
    with one_contract(cost_code_strategy="description") as (site, contract, _):
        claimed(contract)
        site.run()
        bill = site.w.org.bill("SC-001-1")
        assert [row.description for row in bill.lines] == [
            "03-310 Works 03-310",
            "Retention: 03-310 Works 03-310",
        ]
        assert {row[4] for row in site.shown(bill)} == {""}


def test_a_project_that_the_login_may_not_read_holds_up_no_other() -> None:
    with one_contract() as (site, contract, contact):
        claimed(contract)
        closed = site.project("24-002", "Closed Shop")
        claimed(site.contract(closed, contact, "SC-002"))
        site.w.go("projects")
        closed.change(tools_off=frozenset({"commitments"}))
        for run, made in ((site.run, KEY), (site.run_orders, "24-001/SC-001")):
            job = run()
            assert "permitted projects" in site.w.record(job, "24-002 Closed Shop").fix
            assert site.said(job) == {"24-002": ("rejected", "project_unreadable"), made: ("created", "")}
        closed.change(tools_off=frozenset())
        assert site.said(site.run())["24-002/SC-002/1"] == ("created", "")
        row = site.w.row("progress_claims")
        assert set(row.problem_rows.values_list("state", flat=True)) == {"resolved"}


def test_a_claim_deleted_in_procore_is_shown_and_its_bill_left_alone() -> None:
    with one_contract() as (site, contract, _):
        claim = claimed(contract)
        site.run()
        claim.delete()
        job = site.run()
        assert site.said(job) == {KEY: ("skipped", "gone")}
        assert site.w.org.bill("SC-001-1").status == "DRAFT"
