"""Nothing is written through an endpoint that nobody has verified, whoever presses what."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from hub.connect import client_for
from hub.engine.run import run
from hub.models import OPEN_STATES, Connection, Gate, JobRecord, Role, SyncJob, TenantStage
from integrations.base.client import Request
from integrations.base.errors import Rejected
from integrations.mri.operations import OPERATIONS
from tests.ops.shell import manage
from tests.procore_mri.claims_site import CONTRACTS, JOB, Site, site
from tests.procore_mri.sheets import address, form, person, sheet_of, store, verify
from tests.procore_mri.world import verified

pytestmark = pytest.mark.django_db
OTHERS = [name for name in OPERATIONS if name != "contracts.create"]


@pytest.fixture
def place() -> Iterator[Site]:
    """A subcontract that is ready to go, and every endpoint verified but the one that it would be written by."""
    with site(profile=verified(*OTHERS)) as one:
        one.contract()
        yield one


def work() -> None:
    """What the workers do."""
    for job in SyncJob.objects.filter(state__in=OPEN_STATES):
        run(job.pk)


def by_its_page(place: Site) -> None:
    where = reverse("admin:hub_tenant_start", args=[place.w.tenant.pk, "commitments"])
    person(place.w.customer, Role.OPERATOR).post(where, {"all": "1"})
    work()


def by_its_number(place: Site) -> None:
    where = reverse("admin:hub_tenant_start", args=[place.w.tenant.pk, "commitments"])
    person(place.w.customer, Role.MANAGER).post(where, {"one": "1", "key_project": JOB, "key_order": "SC-001"})
    work()


def by_an_action_for_several_tenants(place: Site) -> None:
    client = Client()
    client.force_login(User.objects.create_superuser("root", password="root"))
    picked = {"action": "run_procore_mri_commitments", "_selected_action": place.w.tenant.pk}
    client.post(reverse("admin:hub_tenant_changelist"), picked)
    work()


def by_approval(place: Site) -> None:
    TenantStage.objects.filter(tenant=place.w.tenant).update(gate=Gate.APPROVE)
    job = place.w.go("commitments")
    record = JobRecord.objects.get(job=job, state="waiting")
    where = reverse("admin:hub_job_decide", args=[job.pk])
    person(place.w.customer, Role.APPROVER).post(where, {"record": record.pk, "approve": "1"})
    work()


def from_the_shell(place: Site) -> None:
    manage("run_stage", place.w.tenant.slug, "commitments")


def by_a_form_that_claims_it(place: Site) -> None:
    mri = place.w.tenant.target
    manager = person(place.w.customer, Role.MANAGER)
    claims = {"cell-verified": "on", "cell-verified_by": "Kim", "cell-verified_at": "2026-11-20", "verified": "on"}
    data = form(sheet_of(mri, "contracts.create"), fields__title__max_length="59")
    manager.post(address(mri, "contracts.create"), {**data, **claims})
    place.w.go("commitments")


def by_one_who_may_not_say_so(place: Site) -> None:
    assert verify(person(place.w.customer, Role.MANAGER), place.w.tenant.target, "contracts.create").status_code == 403
    place.w.go("commitments")


WAYS = (
    by_its_page,
    by_its_number,
    by_an_action_for_several_tenants,
    by_approval,
    from_the_shell,
    by_a_form_that_claims_it,
    by_one_who_may_not_say_so,
)


@pytest.mark.parametrize("press", WAYS, ids=lambda way: way.__name__)
def test_nothing_is_written(place: Site, press: Callable[[Site], None]) -> None:
    press(place)
    assert SyncJob.objects.exists()
    assert place.w.mri.calls(writes=True) == []
    assert place.rows("contracts") == []
    assert not place.w.links("commitments")


def test_a_call_made_by_hand_does_not_leave_either(place: Site) -> None:
    client = client_for(Connection.objects.get(pk=place.w.tenant.target_id))
    with pytest.raises(Rejected, match="has not been verified"):
        client.send(Request("POST", "/api.asp", {"$api": CONTRACTS, "$format": "json"}, '{"value": [{}]}'))
    assert place.w.mri.calls(writes=True) == []


def test_the_record_says_why_and_goes_once_somebody_has_verified_it(place: Site) -> None:
    job = place.w.go("commitments")
    told = place.record(job, f"{JOB}/SC-001")
    assert (told.outcome, told.code) == ("rejected", "not_verified")
    mri, kim = place.w.tenant.target, person(place.w.customer, Role.OPERATOR, verifies=True, name="kim")
    verify(kim, mri, "contracts.create")
    place.w.tenant.target.refresh_from_db()
    assert place.said(place.w.go("commitments")) == {f"{JOB}/SC-001": ("created", "")}
    (contract,) = place.rows("contracts")
    assert contract["number"] == "SC-001"


def test_an_endpoint_that_is_changed_after_it_was_verified_writes_nothing_more(place: Site) -> None:
    mri = place.w.tenant.target
    verify(person(place.w.customer, Role.OPERATOR, verifies=True, name="kim"), mri, "contracts.create")
    manager = person(place.w.customer, Role.MANAGER)
    store(manager, mri, "contracts.create", fields__title__max_length="59")
    place.w.go("commitments")
    assert place.w.mri.calls(writes=True) == []
    store(manager, mri, "contracts.create", fields__title__max_length="60")  # as it was: but nobody has said so again
    place.w.go("commitments")
    assert place.w.mri.calls(writes=True) == []
