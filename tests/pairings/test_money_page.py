"""The stages of money on the integration page and among the actions on tenants: in order, each with its own fields."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from hub.models import SyncJob, TenantStage
from tests.pairings.claims_world import KEY, claimed, one_contract

pytestmark = pytest.mark.django_db

FIELDS = {
    "Send all commitments": ["Project #", "PO #"],
    "Send all progress claims": ["Project #", "PO #", "Application #"],
    "Get all payments": ["Bill number or payment id"],
    "Get all direct invoices": ["Project #"],
    "Get all journal entries": ["Project #"],
}


def test_each_stage_has_its_button_and_its_fields(admin_client: Client) -> None:
    with one_contract() as (site, _, __):
        site.w.tenant.stages.update(enabled=True)
        where = reverse("admin:hub_tenant_page", args=[site.w.tenant.pk])
        html = admin_client.get(where).content.decode()
        places = [html.index(label) for label in FIELDS]
        assert places == sorted(places)
        for row in TenantStage.objects.filter(tenant=site.w.tenant, stage__in=_slugs()):
            form = reverse("admin:hub_tenant_start", args=[site.w.tenant.pk, row.stage])
            assert form in html
            assert [field.label for field in row.spec.keys] == FIELDS[row.spec.all_label]
            for field in row.spec.keys:
                assert f'name="key_{field.name}"' in html
                assert field.label in html


def _slugs() -> list[str]:
    return ["commitments", "progress_claims", "payments", "direct_invoices", "journal_entries"]


def test_one_claim_is_sent_from_the_page_by_its_three_fields(admin_client: Client) -> None:
    with one_contract() as (site, contract, _):
        claimed(contract)
        claimed(contract, end="2026-08-31")
        where = reverse("admin:hub_tenant_start", args=[site.w.tenant.pk, "progress_claims"])
        admin_client.post(where, {"one": "1", "key_project": "24-001", "key_order": "SC-001", "key_application": "1"})
        job = SyncJob.objects.latest("pk")
        assert job.keys == ["24-001", "SC-001", "1"]
        assert job.tenant_stage.stage == "progress_claims"
        assert site.said(site.w.go_on(job)) == {KEY: ("created", "")}


def test_every_stage_can_be_started_for_chosen_tenants(admin_client: Client) -> None:
    with one_contract() as (site, _, __):
        site.w.tenant.stages.update(enabled=True)
        where = reverse("admin:hub_tenant_changelist")
        html = admin_client.get(where).content.decode()
        for label in FIELDS:
            assert label in html
        for slug in _slugs():
            told = {"action": f"run_procore_xero_{slug}", "_selected_action": [site.w.tenant.pk]}
            admin_client.post(where, told)
            assert SyncJob.objects.latest("pk").tenant_stage == site.w.row(slug)
