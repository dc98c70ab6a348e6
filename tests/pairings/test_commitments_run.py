"""Commitments from end to end: Procore's subcontracts and purchase orders, the engine, Xero's purchase orders."""

from __future__ import annotations

from typing import Any

import pytest

from hub.engine.decide import remove_link
from hub.engine.hashing import body_hash
from hub.engine.start import CannotStart
from hub.models import LinkedEntity, Problem
from integrations.xero.sandbox.books import Document
from tests.pairings.claims_world import ClaimSite, claim_site, held, money, one_contract
from tests.pairings.test_claim_faults_run import KINDS

pytestmark = pytest.mark.django_db

KEY = "24-001/SC-001"


def orders(site: ClaimSite) -> list[Document]:
    return list(site.w.org.orders.values())


def test_off_until_switched_on() -> None:
    with one_contract() as (site, _, __), pytest.raises(CannotStart, match="switched off"):
        site.w.go("commitments")


def test_an_approved_subcontract_becomes_a_coded_purchase_order() -> None:
    with one_contract() as (site, _, contact):
        job = site.run_orders()
        assert site.said(job) == {KEY: ("created", "")}
        (order,) = orders(site)
        assert (order.number, order.reference, order.status) == ("24-001-SC-001", KEY, "DRAFT")
        assert (order.contact, order.subtotal) == (contact.id, money("180,000.00"))
        project = "24-001 Wharf 9 Apartments"
        assert site.shown(order) == [
            ("60000.00", "310", "INPUT", project, f"{code} Trade {code}") for code in ("03-310", "05-120", "26-050")
        ]
        start = site.w.marks()
        assert site.said(site.run_orders()) == {KEY: ("unchanged", "")}
        assert site.w.writes(start) == []
        site.w.check_links()


def test_a_purchase_order_and_what_is_not_approved() -> None:
    with one_contract(order_status="AUTHORISED", order_number="{number}") as (site, contract, contact):
        contract.change(status="Draft")
        vendor = site.vendor(contact)
        lines = [("03-310", "Bolts", money("250.00"))]
        contract.project.add_purchase_order(vendor, number="PO-001", lines=lines)
        contract.project.add_purchase_order(vendor, number="PO-002", lines=[])
        job = site.run_orders()
        assert site.said(job) == {
            KEY: ("skipped", "not_approved"),
            "24-001/PO-001": ("created", ""),
            "24-001/PO-002": ("skipped", "no_lines"),
        }
        assert [(order.number, order.status) for order in orders(site)] == [("PO-001", "AUTHORISED")]
        assert site.said(site.run_orders("24-001", "PO-001")) == {"24-001/PO-001": ("unchanged", "")}


def test_an_approved_change_order_rewrites_the_lines_and_keeps_the_known_ones() -> None:
    with one_contract() as (site, contract, _):
        site.run_orders()
        (order,) = orders(site)
        ids = [row.id for row in order.lines]
        site.w.procore.clock.advance(hours=1)
        change = contract.add_change_order("001", [("05-120", "Extra beams", money("5,000.00"))], status="draft")
        assert site.said(site.run_orders()) == {KEY: ("unchanged", "")}
        change.approve()
        assert site.said(site.run_orders(full=False)) == {KEY: ("updated", "")}
        assert [row.id for row in order.lines][:3] == ids
        assert (order.lines[3].description, order.lines[3].amount) == (
            "Change order 001: Extra beams",
            money("5,000.00"),
        )
        assert site.shown(order)[3][4].startswith("05-120")
        assert site.said(site.run_orders()) == {KEY: ("unchanged", "")}


def test_a_foreign_currency_is_held_unless_the_organisation_uses_it() -> None:
    with one_contract() as (site, contract, _):
        contract.project.own_currency = "USD"
        said = held(site, site.run_orders(), KEY, "currency_not_subscribed")
        assert "in USD" in said
        assert "in AUD" in said
        assert orders(site) == []
        site.w.org.currencies["USD"] = "United States Dollar"
        assert site.said(site.run_orders()) == {KEY: ("created", "")}
        (order,) = orders(site)
        assert (order.currency, order.subtotal) == ("USD", money("180,000.00"))
        assert not Problem.objects.filter(state="open").exists()
        site.w.procore.clock.advance(hours=1)
        contract.add_change_order("001", [("05-120", "Extra beams", money("5,000.00"))], status="approved")
        assert site.said(site.run_orders()) == {KEY: ("updated", "")}
        assert (order.currency, order.subtotal) == ("USD", money("185,000.00"))
        assert site.said(site.run_orders()) == {KEY: ("unchanged", "")}
        site.w.check_links()


def test_an_order_that_was_made_in_another_currency_is_shown() -> None:
    """As those were that were sent before the currency was, and one whose link was lost since."""
    with one_contract() as (site, contract, _):
        site.run_orders()
        link = LinkedEntity.objects.get(tenant_stage__stage="commitments")
        link.sent.pop("currency")
        link.sent_hash = body_hash(link.sent)
        link.save()
        assert site.said(site.run_orders()) == {KEY: ("unchanged", "")}
        contract.project.own_currency = "USD"
        site.w.org.currencies["USD"] = "United States Dollar"
        start = site.w.marks()
        said = held(site, site.run_orders(), KEY, "order_currency")
        assert "The commitment is in USD" in said
        assert "is in AUD in Xero" in said
        remove_link(link, None)
        held(site, site.run_orders(), KEY, "order_currency")
        assert site.w.writes(start) == []
        (order,) = orders(site)
        order.status = "DELETED"
        assert site.said(site.run_orders()) == {KEY: ("created", "")}
        assert [row.currency for row in orders(site)] == ["AUD", "USD"]
        site.w.check_links()


def test_two_projects_may_number_their_commitments_alike() -> None:
    with claim_site() as site:
        one, two, contact = site.project(), site.project("24-002", "Library"), site.supplier()
        site.send_before()
        for project in (one, two):
            site.contract(project, contact)
        assert set(site.said(site.run_orders()).values()) == {("created", "")}
        assert sorted(order.number for order in orders(site)) == ["24-001-SC-001", "24-002-SC-001"]


def test_with_one_number_for_two_the_second_is_held() -> None:
    with claim_site(order_number="{number}") as site:
        one, two, contact = site.project(), site.project("24-002", "Library"), site.supplier()
        site.send_before()
        site.contract(one, contact)
        site.run_orders()
        site.contract(two, contact)
        assert "SC-001" in held(site, site.run_orders(), "24-002/SC-001", "order_number_taken")


def test_orders_edited_billed_deleted_and_commitments_withdrawn() -> None:
    with one_contract() as (site, contract, _):
        site.run_orders()
        (order,) = orders(site)
        contract.lines[0].change(amount=money("61,000.00"))
        order.status = "BILLED"
        assert "180,000.00 to 181,000.00" in held(site, site.run_orders(), KEY, "order_billed")
        order.status = "DRAFT"
        account = order.lines[0].account
        order.lines[0].account = site.w.org.account("429").id
        assert "“429”" in held(site, site.run_orders(), KEY, "order_edited")
        order.lines[0].account = account
        assert site.said(site.run_orders()) == {KEY: ("updated", "")}
        contract.change(status="Void")
        held(site, site.run_orders(), KEY, "order_withdrawn")
        order.status = "DELETED"
        assert site.said(site.run_orders()) == {KEY: ("skipped", "withdrawn")}
        contract.change(status="Approved")
        held(site, site.run_orders(), KEY, "order_ended")
        assert len(orders(site)) == 1


def test_an_order_after_a_deleted_one_has_a_number_of_its_own() -> None:
    with one_contract() as (site, contract, _):
        for number, times in (("24-001-SC-001", 1), ("24-001-SC-001-2", 2), ("24-001-SC-001-3", 3)):
            assert site.said(site.run_orders()) == {KEY: ("created", "")}
            order = orders(site)[-1]
            assert (order.number, len(orders(site))) == (number, times)
            order.status = "DELETED"
            held(site, site.run_orders(), KEY, "order_ended")
            unlink()
        order.status = "DRAFT"  # put back by hand: the commitment's own, whose link was lost
        assert site.said(site.run_orders()) == {KEY: ("matched", "")}
        contract.lines[0].change(amount=money("61,000.00"))
        assert site.said(site.run_orders()) == {KEY: ("updated", "")}
        assert (order.number, order.subtotal) == ("24-001-SC-001-3", money("181,000.00"))
        site.w.check_links()


def test_the_order_of_another_vendor_is_deleted_and_made_anew() -> None:
    with one_contract() as (site, contract, _):
        site.run_orders()
        other = site.supplier("Beacon Formwork")
        site.w.go("contacts")
        contract.change(vendor_id=site.vendor(other).id)
        assert "vendor is now “Beacon Formwork”" in held(site, site.run_orders(), KEY, "order_vendor_changed")
        (order,) = orders(site)
        order.status = "DELETED"
        unlink()
        assert site.said(site.run_orders()) == {KEY: ("created", "")}
        assert [(one.number, one.contact) for one in orders(site)][1:] == [("24-001-SC-001-2", other.id)]
        site.w.check_links()


def unlink() -> None:
    remove_link(LinkedEntity.objects.get(tenant_stage__stage="commitments"), None)


def test_what_is_missing_is_named_and_mended() -> None:
    with one_contract(cost_account="") as (site, _, __):
        assert "03-310 has no account" in held(site, site.run_orders(), KEY, "unmapped_code")
        site.w.configure(cost_account="310")
        assert site.said(site.run_orders(full=False)) == {KEY: ("created", "")}


@pytest.mark.parametrize("method", ["PUT", "POST"])
@pytest.mark.parametrize(("kind", "more"), KINDS, ids=[kind for kind, _ in KINDS])
def test_a_lost_answer_doubles_nothing(kind: str, more: dict[str, Any], method: str) -> None:
    with one_contract() as (site, contract, _):
        if method == "POST":
            site.run_orders()
            contract.lines[0].change(amount=money("61,000.00"))
        site.w.xero.faults.add(kind, method=method, path="/PurchaseOrders", **more)
        job = site.run_orders()
        while job.is_open:
            job = site.w.go_on(job)
        assert job.state == "succeeded", job.error
        (order,) = orders(site)
        assert order.subtotal == money("181,000.00" if method == "POST" else "180,000.00")
        site.w.check_links()
        assert site.said(site.run_orders()) == {KEY: ("unchanged", "")}
