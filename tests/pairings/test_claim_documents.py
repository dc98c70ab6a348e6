"""The document that an accountant sees before it goes: names, tax, totals, and Procore's figures beside them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from hub.documents import document_of
from hub.models import LinkedEntity
from hub.references import refresh
from tests.pairings.claims_world import KEY, claimed, money, one_contract

pytestmark = pytest.mark.django_db


def test_a_bill_in_words_before_it_is_sent() -> None:
    with one_contract() as (site, contract, _):
        claimed(contract, "10,000.00")
        refresh(site.w.tenant)
        view = document_of(site.record(site.run(preview=True), KEY))
        assert view is not None
        assert view.title == "Bill"
        assert dict(view.facts) == {
            "Number": "SC-001-1",
            "Reference": KEY,
            "Date": "2026-07-31",
            "Due": "2026-08-30",
            "Currency": "AUD",
            "Status": "DRAFT",
        }
        work, retained = view.lines
        assert (work.account, work.tax, work.amount, work.tax_amount) == (
            "310 Cost of Goods Sold",
            "GST on Expenses",
            money("10,000.00"),
            money("1,000.00"),
        )
        assert work.tracking == ("Project: 24-001 Wharf 9 Apartments", "Cost Codes: 03-310 Trade 03-310")
        assert (retained.account, retained.amount) == ("835 Retentions Payable", money("-500.00"))
        assert view.totals == (("Before tax", Decimal(9500)), ("Tax", money("950.00")), ("Total", money("10,450.00")))
        assert view.beside == (("Current payment due in Procore", Decimal(9500)),)
        site.run()
        assert site.w.org.bill("SC-001-1").total == view.totals[2][1]


def test_without_the_lists_it_shows_codes_and_no_tax() -> None:
    with one_contract() as (site, contract, _):
        claimed(contract)
        view = document_of(site.record(site.run(), KEY))
        assert view is not None
        assert [line.account for line in view.lines] == ["310", "835"]
        assert view.totals == (("Before tax", Decimal(950)),)


def test_orders_are_documents_and_projects_are_not() -> None:
    with one_contract() as (site, _, __):
        view = document_of(site.record(site.run_orders(preview=True), "24-001/SC-001"))
        assert view is not None
        assert (view.title, view.totals) == ("Purchase order", (("Before tax", Decimal(180_000)),))
        assert document_of(site.record(site.w.go("projects"), "24-001")) is None


def test_the_page_of_a_claim_shows_its_bill(admin_client: Client) -> None:
    with one_contract() as (site, contract, _):
        claimed(contract, "10,000.00")
        refresh(site.w.tenant)
        record = site.record(site.run(preview=True), KEY)
        page = admin_client.get(reverse("admin:hub_jobrecord_change", args=[record.pk])).content.decode()
    for text in ("835 Retentions Payable", "-500.00", "10,450.00", "Current payment due in Procore", "9,500.00"):
        assert text in page


def test_the_page_of_a_link_shows_the_bill_that_was_sent_last(admin_client: Client) -> None:
    with one_contract() as (site, contract, _):
        claimed(contract, "10,000.00")
        refresh(site.w.tenant)
        link = LinkedEntity.objects.get(target_id=site.record(site.run(), KEY).target_id)
        page = admin_client.get(reverse("admin:hub_linkedentity_change", args=[link.pk])).content.decode()
    for text in ("835 Retentions Payable", "-500.00", "10,450.00", "Current payment due in Procore", "9,500.00"):
        assert text in page
