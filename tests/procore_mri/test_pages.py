"""Every page of a tenant with MRI, for each role: what the hub has for any ledger is there for this one as well."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from hub.models import ApiCall, Customer, Gate, JobRecord, LinkedEntity, Membership, Problem, Role, SyncJob
from tests.procore_mri.claims_site import DRAWS, Site, claimed, one_contract

pytestmark = pytest.mark.django_db


@dataclass
class Estate:
    """A draw is in MRI, one waits for an approver, and one is a problem."""

    site: Site
    waiting: SyncJob
    browsers: dict[Role, Client]

    def read(self, role: Role, name: str, *args: object) -> tuple[int, str]:
        answer = self.browsers[role].get(reverse(f"admin:{name}", args=args))
        return answer.status_code, unescape(answer.content.decode())


@pytest.fixture
def estate() -> Iterator[Estate]:
    with one_contract() as (site, contract):
        claimed(contract, "40,000.00")
        assert site.w.go("draws").counts == {"created": 1}
        claimed(contract, "1,500.50", "2026-08-31")
        claimed(contract, "-9,000.00", "2026-09-30")
        row = site.w.row("draws")
        row.gate = Gate.APPROVE
        row.save()
        waiting = site.w.go("draws")
        browsers = {role: member(role, site.w.customer) for role in Role}
        yield Estate(site, waiting, browsers)


def member(role: Role, customer: Customer) -> Client:
    user = User.objects.create_user(f"{role.value}-{customer.slug}")
    Membership.objects.create(customer=customer, user=user, role=role)
    browser = Client()
    browser.force_login(user)
    return browser


def pages(estate: Estate) -> dict[str, list[object]]:
    """Name and place of every page that anybody may read."""
    tenant, record = estate.site.w.tenant, JobRecord.objects.get(state="waiting")
    link = LinkedEntity.objects.get(tenant_stage__stage="draws", state="linked")
    lists = ("tenant", "syncjob", "jobrecord", "problem", "linkedentity", "apicall", "connection", "referenceitem")
    return {
        "index": [],
        "hub_approvals": [],
        **{f"hub_{name}_changelist": [] for name in lists},
        "hub_tenant_page": [tenant.pk],
        "hub_tenant_live": [tenant.pk],
        "hub_syncjob_change": [estate.waiting.pk],
        "hub_jobrecord_change": [record.pk],
        "hub_linkedentity_change": [link.pk],
        "hub_apicall_change": [ApiCall.objects.filter(query__contains=DRAWS, method="POST").latest("pk").pk],
        "hub_connection_change": [tenant.target_id],
    }


@pytest.mark.parametrize("role", list(Role))
def test_every_page_is_there_for_each_role(estate: Estate, role: Role) -> None:
    for name, args in pages(estate).items():
        status, text = estate.read(role, name, *args)
        assert status == 200, f"{role} {name}"
        assert "Xero" not in text, name
        words = re.sub(r"<script.*?</script>|<style.*?</style>", "", text, flags=re.S)
        assert not re.search(r"\{[a-z_]+\}", words), name


def test_a_pairing_without_value_maps_has_no_page_for_them(estate: Estate) -> None:
    """Nor does anything lead there."""
    tenant = estate.site.w.tenant
    status, text = estate.read(Role.MANAGER, "hub_tenant_values", tenant.pk, "cost_code")
    assert (status, "There is nothing here" in text) == (404, True)
    assert "/values/" not in estate.read(Role.MANAGER, "hub_tenant_page", tenant.pk)[1]


def test_a_problem_says_why_and_what_to_do(estate: Estate) -> None:
    problem = Problem.objects.get(state="open")
    text = estate.read(Role.VIEWER, "hub_problem_changelist")[1]
    assert problem.code == "negative_claim"
    assert "The claim comes to -8,550.00, and the tenant's settings hold such claims." in text
    assert "Let negative claims be sent in the tenant's settings" in text


def test_the_record_shows_the_draw_as_an_accountant_sees_it(estate: Estate) -> None:
    record = JobRecord.objects.get(state="waiting")
    text = estate.read(Role.APPROVER, "hub_jobrecord_change", record.pk)[1]
    for words in ("1,500.50", "75.03", "1,425.47"):  # gross, 5 % withheld, net
        assert words in text


def test_only_an_approver_lets_it_go_and_the_audit_says_who(estate: Estate) -> None:
    record = JobRecord.objects.get(state="waiting")
    where = reverse("admin:hub_job_decide", args=[estate.waiting.pk])
    form = {"record": str(record.pk), "approve": "1"}
    mark = estate.site.w.mri.ledger.mark()
    for role in (Role.VIEWER, Role.OPERATOR):
        assert estate.browsers[role].post(where, form).status_code == 403
    assert estate.browsers[Role.APPROVER].post(where, form).status_code == 302
    job = estate.site.w.go_on(SyncJob.objects.latest("pk"))
    assert (job.counts, job.started_by) == ({"created": 1}, User.objects.get(username__startswith="approver"))
    (sent,) = estate.site.w.mri.ledger.writes(since=mark)
    assert '"NetAmount": "1425.47"' in sent.body
    text = estate.read(Role.VIEWER, "hub_syncjob_change", job.pk)[1]
    assert "approver-harbour-lane" in text


def test_another_customers_member_sees_nothing_of_it(estate: Estate) -> None:
    stranger = member(Role.MANAGER, Customer.objects.create(name="Kauri Ridge Builders", slug="kauri"))
    for name, args in pages(estate).items():
        answer = stranger.get(reverse(f"admin:{name}", args=args))
        text = answer.content.decode()
        assert answer.status_code in ((200,) if not args else (302, 404)), name
        assert "Wharf Street" not in text, name
        assert "Harbour" not in text, name
