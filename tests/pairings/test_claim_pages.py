"""A withdrawn claim's bill is voided from its page: asked first, done once, refused with a sentence when paid."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from hub.models import LinkedEntity
from tests.pairings.claims_world import claimed, one_contract

pytestmark = pytest.mark.django_db


def test_voiding_from_the_page_asks_first(admin_client: Client) -> None:
    with one_contract() as (site, contract, _):
        claim = claimed(contract)
        site.run()
        link = LinkedEntity.objects.get(source_id=str(claim.id))
        page = admin_client.get(reverse("admin:hub_linkedentity_change", args=[link.pk])).content.decode()
        assert "Void in Xero" in page
        where = reverse("admin:hub_link_act", args=[link.pk])
        assert "cannot be undone" in admin_client.get(where, {"code": "void"}).content.decode()
        assert site.w.org.bill("SC-001-1").status == "DRAFT"
        told = admin_client.post(where, {"code": "void"}, follow=True).content.decode()
        assert "was deleted in Xero" in told
        assert site.w.org.bill("SC-001-1").status == "DELETED"


def test_a_paid_bill_says_why_it_cannot(admin_client: Client) -> None:
    with one_contract(bill_status="AUTHORISED") as (site, contract, _):
        claim = claimed(contract)
        site.run()
        site.w.org.pay(site.w.org.bill("SC-001-1"))
        link = LinkedEntity.objects.get(source_id=str(claim.id))
        where = reverse("admin:hub_link_act", args=[link.pk])
        told = admin_client.post(where, {"code": "void"}, follow=True).content.decode()
        assert "has payments or credits in Xero" in told
        assert "This cannot be done to it" in admin_client.post(where, {"code": "x"}, follow=True).content.decode()
