"""Progress claims that cannot go as they are: each in its outcome, with cause and fix, while the others go on."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from hub.models import LinkedEntity, SyncJob
from integrations.procore.sandbox.claims import Claim
from integrations.procore.sandbox.contracts import Contract
from integrations.xero.sandbox.organisation import line
from tests.pairings.claims_world import ClaimSite, claim_site, money, one_contract

pytestmark = pytest.mark.django_db

KEY = "24-001/SC-001/1"


def claimed(contract: Contract, amount: str = "1,000.00", end: str = "2026-07-31", **more: Any) -> Claim:
    return contract.claim(period_end=end, work={contract.lines[0]: money(amount)}, **more)


def held(site: ClaimSite, job: SyncJob, key: str, code: str) -> str:
    """The sentence of a claim that was held for this reason, which is also an open problem with a fix."""
    record = site.record(job, key)
    assert (record.outcome, record.code) == ("rejected", code)
    problem = site.w.problem(record.label)
    assert (problem.code, problem.message) == (code, record.message)
    assert problem.fix
    assert "(" + "reason" not in record.message
    return record.message


# Numbers.


def test_one_invoice_number_from_two_vendors_is_no_trouble() -> None:
    with claim_site() as site:
        project, one, two = site.project(), site.supplier(), site.supplier("Southern Cross Fixings")
        site.send_before()
        for contact, number in ((one, "SC-001"), (two, "SC-002")):
            claimed(site.contract(project, contact, number), invoice_number="INV-7")
        site.run()
        assert sorted((b.number, b.contact) for b in site.bills()) == sorted(("INV-7", c.id) for c in (one, two))


def test_a_number_that_the_vendor_uses_twice_falls_back_the_second_time() -> None:
    with one_contract() as (site, contract, _):
        for end in ("2026-07-31", "2026-08-31"):
            claimed(contract, end=end, invoice_number="INV-7")
        job = site.run()
        assert [bill.number for bill in site.bills()] == ["INV-7", "SC-001-2"]
        assert "has used the number INV-7 before" in site.record(job, "24-001/SC-001/2").warnings[0]
        claimed(contract, end="2026-09-30", invoice_number="INV-7")
        site.run()
        assert [bill.number for bill in site.bills()] == ["INV-7", "SC-001-2", "SC-001-3"]
        assert set(site.said(site.run()).values()) == {("unchanged", "")}


def test_a_number_on_a_bill_typed_by_hand_counts_unless_it_was_voided() -> None:
    with one_contract() as (site, contract, contact):
        typed = site.w.org.add_bill(contact, [line("By hand", "1", "429", "INPUT")], number="INV-7")
        claimed(contract, invoice_number="INV-7")
        job = site.run(preview=True)
        assert site.record(job, KEY).payload["number"] == "SC-001-1"
        site.w.org.void(typed)
        site.run()
        assert [bill.number for bill in site.bills()] == ["INV-7", "INV-7"]


def test_when_both_numbers_are_used_a_person_decides() -> None:
    with one_contract() as (site, contract, contact):
        site.w.org.add_bill(contact, [line("By hand", "1", "429", "INPUT")], number="SC-001-1")
        claimed(contract)
        assert "SC-001-1" in held(site, site.run(), KEY, "number_twice")


def test_a_bill_that_bears_the_claims_reference_is_linked_and_not_made_again() -> None:
    with one_contract() as (site, contract, _):
        claimed(contract)
        site.run()
        LinkedEntity.objects.filter(tenant_stage__stage="progress_claims").delete()
        start = site.w.marks()
        assert site.said(site.run()) == {KEY: ("matched", "")}
        assert site.w.writes(start) == []
        assert site.said(site.run()) == {KEY: ("unchanged", "")}


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
    with one_contract(cost_account="") as (site, contract, _):
        claimed(contract)
        site.w.procore.clock.advance(hours=1)
        claimed(contract, end="2026-08-31", status="under_review")
        job = site.run()
        assert site.said(job)["24-001/SC-001/2"] == ("skipped", "not_approved")
        assert site.record(job, "24-001/SC-001/2").message == "It is “under review” in Procore."
        site.w.configure(cost_account="310")
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


# What Procore does not say, either way.


@pytest.mark.parametrize("switch", ["payment_due_includes_tax", "cut_amounts_stay_in_lines"])
def test_either_reading_of_what_is_not_documented(switch: str) -> None:
    with one_contract() as (site, contract, _):
        setattr(site.w.procore.switches, switch, True)
        one, two, _three = contract.lines
        contract.claim(
            period_end="2026-07-31", status="approved_as_noted", tax=money("95.00"), work={one: money("1,000.00")},
            rejected={two: money("300.00")},
        )  # fmt: skip
        assert site.said(site.run()) == {KEY: ("created", "")}
        assert [str(row.amount) for row in site.w.org.bill("SC-001-1").lines] == ["1000.00", "-50.00"]


@pytest.mark.parametrize("named", [True, False])
def test_a_doubled_schedule_is_billed_once(named: bool) -> None:
    with one_contract() as (site, contract, _):
        site.w.procore.switches.details_name_the_contract_line = named
        line_ = contract.lines[0]
        parts = contract.add_details(line_, [("North", money("30,000.00")), ("South", money("30,000.00"))])
        contract.claim(period_end="2026-07-31", work=dict.fromkeys(parts, money("500.00")))
        assert site.said(site.run()) == {KEY: ("created", "")}
        assert [str(row.amount) for row in site.w.org.bill("SC-001-1").lines] == ["1000.00", "-50.00"]


@pytest.mark.parametrize("shown_before", [True, False])
def test_retention_of_materials_is_released_either_way_it_is_shown(shown_before: bool) -> None:
    with one_contract() as (site, contract, _):
        site.w.procore.switches.stored_retainage_shown_before_release = shown_before
        line_ = contract.lines[0]
        contract.claim(period_end="2026-07-31", stored={line_: money("1,000.00")})
        contract.claim(period_end="2026-08-31", stored_released={line_: money("20.00")})
        contract.claim(period_end="2026-09-30", work={line_: money("100.00")}, retained={line_: money("5.00")})
        assert set(site.said(site.run()).values()) == {("created", "")}
        assert [[str(row.amount) for row in bill.lines] for bill in site.bills()] == [
            ["1000.00", "-50.00"],
            ["20.00"],
            ["100.00", "-5.00"],
        ]
