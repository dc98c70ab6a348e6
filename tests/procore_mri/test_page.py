"""The integration page of a tenant of Procore and MRI: its rows, its words, and links to both systems."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from hub.models import LinkedEntity, SyncJob
from tests.procore_mri.world import World, world

pytestmark = pytest.mark.django_db

# In working order: title, button, fields of “just this one”.
ROWS = {
    "vendors": ("Vendors", "Get all vendors", ["Vendor id or exact name"]),
    "new_vendors": ("New vendors", "Send all new vendors", ["Exact name"]),
    "cost_codes": ("Cost codes", "Get all cost codes", ["Cost code"]),
    "cost_types": ("Cost types", "Get all cost types", ["Category or exact name"]),
    "jobs": ("Jobs → projects", "Get all jobs", ["Job code or exact name"]),
    "payments": ("Payments", "Get all payments", ["Payment, check or invoice number"]),
    "direct_invoices": ("Payables → direct costs", "Get all payables", ["Job code"]),
    "journal_entries": ("Journal entries → direct costs", "Get all journal entries", ["Job code"]),
}


def page(client: Client, w: World) -> str:
    return unescape(client.get(reverse("admin:hub_tenant_page", args=[w.tenant.pk])).content.decode())


def test_a_new_tenant_has_a_row_for_every_stage_with_its_own_fields(admin_client: Client) -> None:
    with world() as w:
        w.tenant.stages.update(enabled=True)
        html = page(admin_client, w)
        places = [html.index(button) for _, button, _ in ROWS.values()]
        assert places == sorted(places)
        for slug, (title, _, labels) in ROWS.items():
            row = w.row(slug)
            assert reverse("admin:hub_tenant_start", args=[w.tenant.pk, slug]) in html
            assert row.spec.title == title
            assert [field.label for field in row.spec.keys] == labels
        assert "MRI" in html
        assert "Xero" not in html
        assert not re.search(r"\{[a-z_]+\}", re.sub(r"<script.*?</script>|<style.*?</style>", "", html, flags=re.S))


def test_after_a_run_the_page_and_the_job_tell_what_became_of_it(admin_client: Client) -> None:
    with world() as w:
        where = reverse("admin:hub_tenant_start", args=[w.tenant.pk, "jobs"])
        admin_client.post(where, {"one": "1", "key_job": "WHARF01"})
        job = w.go_on(SyncJob.objects.latest("pk"))
        assert w.outcomes(job) == {"WHARF01 Wharf Street Tower": ("created", "")}
        link = LinkedEntity.objects.get()
        assert link.target_url.endswith(f"/{link.target_id}/project/home")
        html = unescape(admin_client.get(reverse("admin:hub_syncjob_change", args=[job.pk])).content.decode())
        assert "WHARF01 Wharf Street Tower" in html
        assert link.target_url in html
        assert "Jobs → projects" in page(admin_client, w)


def test_the_tenants_form_explains_directions_and_keeps_them(admin_client: Client) -> None:
    with world() as w:
        where = reverse("admin:hub_tenant_change", args=[w.tenant.pk])
        html = unescape(admin_client.get(where).content.decode())
        for words in ("Vendors begin in", "Jobs begin in", "Cost codes begin in", "Statuses of open jobs", "First day"):
            assert words in html
        assert 'name="setting_vendor_master"' in html
