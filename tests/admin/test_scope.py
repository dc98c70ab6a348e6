"""Nobody sees or touches another customer's rows: every registered page is asked for them, in every role."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.db.models import ForeignKey, Model
from django.test import Client
from django.urls import reverse

from hub import access
from hub.admin.pages import ROUTES
from hub.models import Customer, Grant, JobRecord, LinkedEntity, Problem, Role, Tenant
from hub.models.health import Incident, Pulse
from hub.models.worker import Worker
from tests.admin.house import MARK, ROLES, House, everything

Answer = Any
INSTALLATION: set[type[Model]] = {Incident, Pulse, Worker}  # rows of no customer
pytestmark = pytest.mark.django_db


def scoped_models() -> list[type[Model]]:
    return [model for model in admin.site._registry if hasattr(model, "CUSTOMER_PATH")]


def address(model: type[Model], page: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def foreign(model: type[Model], two: House) -> Model:
    """A row of the first customer."""
    path = getattr(model, "CUSTOMER_PATH") or "pk"  # noqa: B009
    row = model._default_manager.filter(**{path: two.harbour.customer.pk}).first()
    assert row is not None, f"the house has no {model.__name__} of the first customer"
    return row


def clean(answer: Answer, where: str) -> None:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert MARK.lower() not in body.decode().lower(), f"{where} shows another customer's row"
    assert answer.status_code != 500, where


def refused(answer: Answer, where: str) -> None:
    clean(answer, where)
    assert answer.status_code in (302, 403, 404, 405), f"{where} answered {answer.status_code}"


@pytest.mark.parametrize("role", ROLES)
def test_lists_forms_and_filters_hold_no_foreign_row(two: House, role: Role) -> None:
    client = two.as_(two.kauri.people[role])
    for model in scoped_models():
        clean(client.get(address(model, "changelist")), f"{model.__name__} list")
        clean(client.get(address(model, "changelist"), {"q": MARK[1:-1]}), f"{model.__name__} search")
        add = client.get(address(model, "add"))
        clean(add, f"{model.__name__} add form")
        own = access.scoped(model._default_manager.all(), two.kauri.people[role]).first()
        assert own is not None, f"the house has no {model.__name__} of the second customer"
        clean(client.get(address(model, "change", own.pk), follow=True), f"{model.__name__} form")


@pytest.mark.parametrize("role", ROLES)
def test_a_foreign_rows_pages_lead_nowhere(two: House, role: Role) -> None:
    client = two.as_(two.kauri.people[role])
    before = everything()
    for model in scoped_models():
        pk = foreign(model, two).pk
        for page in ("change", "history", "delete"):
            where = address(model, page, pk)
            refused(client.get(where), f"GET {where}")
            refused(client.post(where, {"post": "yes", "name": "taken over"}), f"POST {where}")
            clean(client.get(where, follow=True), f"what follows {where}")
    assert everything() == before


@pytest.mark.parametrize("role", ROLES)
def test_the_hubs_own_pages_refuse_foreign_rows(two: House, role: Role) -> None:
    client = two.as_(two.kauri.people[role])
    before = everything()
    ids = two.harbour.ids()
    asked = 0
    for route, _, name in ROUTES:
        kind = route.split("/")[1]
        if "<int:pk>" not in route:
            clean(client.get(reverse(f"admin:{name}")), name)
            continue
        args = [ids[kind]] + (
            ["papers.list"]
            if "<str:operation>" in route
            else ["orders"]
            if "<slug:stage>" in route
            else ["cost_code"]
            if "<slug:kind>" in route
            else []
        )
        where = reverse(f"admin:{name}", args=args)
        answers = [
            client.get(where),
            client.post(where, {"all": "1", "one": "1", "key_number": f"{MARK}-1", "code": "x"}),
        ]
        for answer in answers:
            clean(answer, where)
            assert answer.status_code in (404, 405), f"{where} answered {answer.status_code}"
        asked += 1
    assert asked > 15
    assert everything() == before


@pytest.mark.parametrize("role", ROLES)
def test_queries_name_foreign_rows_in_vain(two: House, role: Role) -> None:
    """Filters by another customer's tenant, stage or problem; actions on its problems and tenants."""
    client = two.as_(two.kauri.people[role])
    before = everything()
    pk = {"stage": two.harbour.row.pk, "tenant": two.harbour.tenant.pk}
    for name in ("hub_problem_changelist", "hub_approvals"):
        for field in ("stage", "tenant"):
            clean(client.get(reverse(f"admin:{name}"), {field: pk[field]}), name)
    jobs = reverse("admin:hub_syncjob_changelist")
    clean(client.get(jobs, {"tenant_stage__tenant__id__exact": pk["tenant"]}), "jobs by tenant")
    problem = Problem.objects.filter(tenant_stage=two.harbour.row).first()
    assert problem is not None
    for data in ({"problem": problem.pk}, {"stage": pk["stage"], "code": problem.code}):
        answer = client.post(reverse("admin:hub_problem_act"), {**data, "ignore": "1", "reason": "x"})
        refused(answer, "acting on a problem")
    answer = client.post(
        reverse("admin:hub_tenant_changelist"), {"action": "run_toy_orders", "_selected_action": pk["tenant"]}
    )
    clean(answer, "starting a stage by action")
    assert everything() == before


@pytest.mark.parametrize("role", ROLES)
def test_look_ups_offer_no_foreign_row(two: House, role: Role) -> None:
    client = two.as_(two.kauri.people[role])
    for model in admin.site._registry:
        for field in model._meta.concrete_fields:
            if isinstance(field, ForeignKey):
                names: dict[str, Any] = {
                    "app_label": model._meta.app_label,
                    "model_name": model._meta.model_name,
                    "field_name": field.name,
                }
                clean(
                    client.get(reverse("admin:autocomplete"), {**names, "term": ""}),
                    f"look-up {model.__name__}.{field.name}",
                )
    for term in ("hub", MARK[1:-1], "customer"):
        clean(client.get(reverse("admin:search"), {"s": term, "extended": "1"}), "search")


def test_the_second_customers_records_do_not_approve_the_firsts(two: House) -> None:
    """A form of one's own job with another customer's records in it."""
    client = two.as_(two.kauri.people[Role.APPROVER])
    theirs = JobRecord.objects.get(job=two.harbour.plan, state="waiting")
    client.post(reverse("admin:hub_job_decide", args=[two.kauri.plan.pk]), {"record": theirs.pk, "approve": "1"})
    theirs.refresh_from_db()
    assert (theirs.state, theirs.decided_by) == ("waiting", None)


FORMS: dict[str, dict[str, object]] = {
    "tenant": {"name": "x", "slug": "x", "pairing": "toy"},
    "grant": {
        "name": "x",
        "vendor": "shop",
        "environment": "production",
        "kind": "client_credentials",
        "client_id": "x",
        "client_secret": "x",
    },
    "connection": {"name": "x", "account_id": "x"},
}


@pytest.mark.parametrize("kind", FORMS)
def test_forms_refuse_a_foreign_customer_or_connection(two: House, kind: str) -> None:
    client = two.as_(two.kauri.people[Role.MANAGER])
    before = everything()
    own, theirs = two.kauri, two.harbour
    pickers = [
        {
            "customer": theirs.customer.pk,
            "source": own.tenant.source_id,
            "target": own.tenant.target_id,
            "grant": own.tenant.source.grant_id,
        },
        {
            "customer": own.customer.pk,
            "source": theirs.tenant.source_id,
            "target": theirs.tenant.target_id,
            "grant": theirs.tenant.source.grant_id,
        },
    ]
    for picked in pickers[: 1 if kind == "grant" else 2]:
        answer = client.post(reverse(f"admin:hub_{kind}_add"), {**FORMS[kind], **picked})
        assert answer.status_code == 200, "the form was accepted"
        assert answer.context["errors"]
        clean(answer, f"{kind} form with errors")
    assert everything() == before


def test_a_manager_cannot_make_a_stranger_a_member(two: House) -> None:
    client = two.as_(two.kauri.people[Role.MANAGER])
    stranger = two.harbour.people[Role.MANAGER]
    where = reverse("admin:hub_customer_change", args=[two.kauri.customer.pk])
    form = {
        "name": "Kauri Ridge Builders",
        "time_zone": "Pacific/Auckland",
        "memberships-TOTAL_FORMS": 1,
        "memberships-INITIAL_FORMS": 0,
        "memberships-0-user": stranger.pk,
        "memberships-0-role": "viewer",
        "memberships-0-customer": two.kauri.customer.pk,
    }
    answer = client.post(where, form)
    assert answer.status_code == 200
    assert not two.kauri.customer.memberships.filter(user=stranger).exists()


def test_the_change_log_is_scoped_and_outlives_its_rows(two: House) -> None:
    from auditlog.models import LogEntry

    theirs, own = (two.as_(estate.people[Role.VIEWER]) for estate in (two.kauri, two.harbour))
    url = reverse("admin:auditlog_logentry_changelist")
    clean(theirs.get(url), "change log")
    assert MARK.lower() in own.get(url).content.decode().lower()
    entry = LogEntry.objects.filter(additional_data__customer=two.harbour.customer.pk).first()
    assert entry is not None
    change = reverse("admin:auditlog_logentry_change", args=[entry.pk])
    assert own.get(change).status_code == 200
    assert theirs.get(change).status_code == 302
    Grant.objects.filter(customer=two.harbour.customer, connections=None).first().delete()  # type: ignore[union-attr]
    assert b"consent" in own.get(url).content
    assert b"HARBOURMARK-AU consent" not in theirs.get(url).content


def test_a_member_of_both_sees_both_with_the_role_of_each(two: House) -> None:
    """Somebody who manages one customer and views the other may change only the first."""
    from hub.models import Membership

    person = two.kauri.people[Role.MANAGER]
    Membership.objects.create(customer=two.harbour.customer, user=person, role=Role.VIEWER)
    client = two.as_(person)
    assert MARK in client.get(reverse("admin:hub_tenant_changelist")).content.decode()
    assert client.post(reverse("admin:hub_tenant_due", args=[two.harbour.tenant.pk])).status_code == 403
    assert client.post(reverse("admin:hub_tenant_due", args=[two.kauri.tenant.pk])).status_code == 302
    form = client.get(reverse("admin:hub_tenant_add")).content.decode()
    assert "Kauri Ridge Builders" in form
    assert MARK not in form.split("<form")[-1].split("</form>")[0]
    changed = client.post(reverse("admin:hub_tenant_change", args=[two.harbour.tenant.pk]), {"name": "taken"})
    assert changed.status_code == 403


@pytest.mark.parametrize("path", ["/admin/", "/admin/hub/tenant/", "/connect/callback"])
def test_outsiders_are_sent_to_the_login(two: House, path: str) -> None:
    from django.contrib.auth.models import User

    nobody = User.objects.create_user("nobody", is_staff=True)  # staff without a membership has no business here
    for client in (Client(), two.as_(nobody)) if path != "/connect/callback" else (Client(),):
        answer = client.get(path)
        assert answer.status_code == 302
        assert "/admin/login/" in answer["Location"]


def test_every_admin_class_is_scoped_or_for_superusers(two: House) -> None:
    """A new admin class cannot slip past the base classes."""
    from hub.admin.base import ScopedAdmin, SuperuserAdmin
    from hub.admin.installation import ChangeAdmin

    for model, one in admin.site._registry.items():
        allowed = (
            isinstance(one, ScopedAdmin)
            if hasattr(model, "CUSTOMER_PATH")
            else isinstance(one, SuperuserAdmin | ChangeAdmin)
        )
        assert allowed, f"{type(one).__name__} is neither scoped nor for superusers"
    manager = two.as_(two.kauri.people[Role.MANAGER])
    for model, one in admin.site._registry.items():
        if isinstance(one, SuperuserAdmin):
            assert manager.get(address(model, "changelist")).status_code == 403


def test_every_model_knows_its_customer() -> None:
    from django.apps import apps

    models = set(apps.get_app_config("hub").get_models())
    assert {model for model in models if not hasattr(model, "CUSTOMER_PATH")} == INSTALLATION
    for model in models - INSTALLATION:
        path = getattr(model, "CUSTOMER_PATH")  # noqa: B009
        assert path == "" if model is Customer else access.scoped(model._default_manager.all(), _nobody()).count() == 0
    assert {Tenant, LinkedEntity} <= models


def _nobody() -> Any:
    from django.contrib.auth.models import AnonymousUser

    return AnonymousUser()
