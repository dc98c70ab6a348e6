"""Numbers of bills, and what Procore leaves open: one bill for one claim, by either reading."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from hub.engine.run import run
from hub.engine.start import approve
from hub.models import LinkedEntity
from integrations.procore.sandbox.claims import Claim
from integrations.xero.sandbox.organisation import line
from integrations.xero.sandbox.state import Contact
from tests.pairings.claims_world import KEY, ClaimSite, claim_site, claimed, held, money, one_contract

pytestmark = pytest.mark.django_db


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
        typed = site.w.org.add_bill(contact, [line("By hand", "950", "429", "INPUT")], number="INV-7")
        claimed(contract, invoice_number="INV-7")
        job = site.run(preview=True)
        assert "the same amount" in site.record(job, KEY).warnings[0]
        assert site.record(job, KEY).payload["number"] == "SC-001-1"
        site.w.org.void(typed)
        site.run()
        assert [bill.number for bill in site.bills()] == ["INV-7", "INV-7"]


def test_a_number_that_a_thousand_others_bear_is_still_seen_to_be_used() -> None:
    """Xero gives a thousand bills a page, the oldest first: the one that counts may be on any page."""
    with one_contract() as (site, contract, contact):
        site.others("7")
        typed = site.w.org.add_bill(contact, [line("By hand", "1", "429", "INPUT")], number="7")
        claimed(contract, invoice_number="7")
        job = site.run()
        assert site.said(job) == {KEY: ("created", "")}
        assert "has used the number 7 before" in site.record(job, KEY).warnings[0]
        assert [bill.number for bill in site.w.org.bills(contact)] == ["7", "SC-001-1"]
        assert typed.total == money("1.10")
        assert site.said(site.run()) == {KEY: ("unchanged", "")}


SECOND = "24-001/SC-001/2"


@contextmanager
def two_sent() -> Iterator[tuple[ClaimSite, Claim, Contact]]:
    """Two claims that were sent as INV-70 and INV-71; the second one, an hour later."""
    with one_contract() as (site, contract, contact):
        claimed(contract, invoice_number="INV-70")
        second = claimed(contract, end="2026-08-31", invoice_number="INV-71")
        site.run()
        site.w.procore.clock.advance(hours=1)
        yield site, second, contact


def of(site: ClaimSite) -> dict[str, str]:
    """The numbers of the bills by what they are found by; linked bills are still those of their claims."""
    site.w.check_links()
    return {bill.reference: bill.number for bill in site.bills()}


def test_a_number_that_is_changed_to_one_used_before_falls_back() -> None:
    with two_sent() as (site, second, _):
        second.revise(invoice_number="INV-70")
        job = site.run()
        assert site.said(job) == {KEY: ("unchanged", ""), SECOND: ("updated", "")}
        said = "The vendor has used the number INV-70 before, so the bill is numbered SC-001-2."
        assert site.record(job, SECOND).warnings[0].startswith(said)
        assert ["number", "INV-71", "SC-001-2"] in site.record(job, SECOND).diff
        assert of(site) == {KEY: "INV-70", SECOND: "SC-001-2"}
        start = site.w.marks()
        assert set(site.said(site.run()).values()) == {("unchanged", "")}
        assert site.w.writes(start) == []
        second.revise(invoice_number="INV-71")
        site.run()
        assert of(site) == {KEY: "INV-70", SECOND: "INV-71"}


def test_a_number_on_a_bill_typed_by_hand_counts_for_a_changed_claim_too() -> None:
    with two_sent() as (site, second, contact):
        for number in ("INV-80", "SC-001-2", "24-001-SC-001-2"):
            site.w.org.add_bill(contact, [line("By hand", "1", "429", "INPUT")], number=number)
        second.revise(invoice_number="INV-80")
        start = site.w.marks()
        assert "INV-80 and SC-001-2 and 24-001-SC-001-2" in held(site, site.run(), SECOND, "number_twice")
        assert site.w.writes(start) == []
        assert of(site)[SECOND] == "INV-71"
        second.revise(invoice_number="INV-81")
        assert site.said(site.run())[SECOND] == ("updated", "")
        assert of(site)[SECOND] == "INV-81"


def test_a_bills_own_number_is_not_one_that_was_used_before() -> None:
    """Not even for one that lost its reference, as Xero promises none on bills."""
    with two_sent() as (site, second, _):
        bill = site.w.org.bill("INV-71")
        bill.reference = ""
        second.revise(invoice_number="inv-71")
        job = site.run()
        assert (site.said(job)[SECOND], site.record(job, SECOND).warnings) == (("updated", ""), [])
        assert of(site)[SECOND] == "inv-71"


@pytest.mark.parametrize("at_once", [True, False])
def test_commitments_of_one_vendor_may_be_numbered_alike_in_two_projects(at_once: bool) -> None:
    with claim_site() as site:
        one, two, contact = site.project(), site.project("24-002", "Library"), site.supplier()
        site.send_before()
        claimed(site.contract(one, contact))
        if not at_once:
            site.run()
        claimed(site.contract(two, contact))
        job = site.run()
        assert [bill.number for bill in site.bills()] == ["SC-001-1", "24-002-SC-001-1"]
        assert "numbered 24-002-SC-001-1" in site.record(job, "24-002/SC-001/1").warnings[0]


def test_when_all_its_numbers_are_used_a_person_decides() -> None:
    with one_contract() as (site, contract, contact):
        for number in ("SC-001-1", "24-001-SC-001-1"):
            site.w.org.add_bill(contact, [line("By hand", "1", "429", "INPUT")], number=number)
        claimed(contract)
        assert "SC-001-1 and 24-001-SC-001-1" in held(site, site.run(), KEY, "number_twice")


def test_a_bill_that_bears_the_claims_reference_is_linked_and_not_made_again() -> None:
    with one_contract() as (site, contract, _):
        claimed(contract)
        site.run()
        LinkedEntity.objects.filter(tenant_stage__stage="progress_claims").delete()
        start = site.w.marks()
        assert site.said(site.run()) == {KEY: ("matched", "")}
        assert site.w.writes(start) == []
        assert site.said(site.run()) == {KEY: ("unchanged", "")}


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


# Other ways of running.


def test_with_a_consented_login_and_other_tax_types() -> None:
    with claim_site("NZ", custom=False) as site:
        project, contact = site.project(), site.supplier()
        site.send_before()
        claimed(site.contract(project, contact))
        site.w.company.country_code = "NZ"
        assert site.said(site.run()) == {KEY: ("created", "")}
        bill = site.w.org.bill("SC-001-1")
        assert {row[2] for row in site.shown(bill)} == {"INPUT2"}
        assert (bill.tax, bill.currency) == (money("142.50"), "NZD")


def test_after_approval_exactly_what_was_approved_is_sent() -> None:
    with one_contract() as (site, contract, _):
        claimed(contract)
        claimed(contract, end="2026-08-31")
        site.w.tenant.stages.filter(stage="progress_claims").update(gate="approve")
        job = site.run()
        assert site.bills() == []
        one = site.record(job, KEY)
        run(approve(job, [one.source_id], None).job.pk)
        assert [bill.reference for bill in site.bills()] == [KEY]
