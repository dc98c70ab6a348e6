"""Each role may do what it says, and no more."""

from __future__ import annotations

import pytest
from django.urls import reverse

from hub.models import Grant, Membership, Role, Tenant
from tests.admin.house import ROLES, House, everything

pytestmark = pytest.mark.django_db

# What a POST to each page needs. A page that is not here takes no POST.
NEEDED = {
    "hub_tenant_due": Role.OPERATOR,
    "hub_tenant_start": Role.OPERATOR,
    "hub_tenant_repair": Role.MANAGER,
    "hub_tenant_refresh": Role.OPERATOR,
    "hub_tenant_values": Role.OPERATOR,
    "hub_tenant_values_import": Role.OPERATOR,
    "hub_tenant_values_store": Role.OPERATOR,
    "hub_job_cancel": Role.OPERATOR,
    "hub_job_again": Role.OPERATOR,
    "hub_job_decide": Role.APPROVER,
    "hub_link_remove": Role.MANAGER,
    "hub_link_settle": Role.MANAGER,
    "hub_link_act": Role.APPROVER,
    "hub_grant_connect": Role.MANAGER,
    "hub_grant_accounts": Role.MANAGER,
    "hub_connection_check": Role.OPERATOR,
    "hub_interface_edit": Role.MANAGER,
    "hub_interface_probe": Role.OPERATOR,
    "hub_interface_verify": Role.MANAGER,  # in the house, managers have that permission
}
READ_BY = {"hub_tenant_check": Role.OPERATOR, "hub_link_act": Role.APPROVER} | {
    name: Role.MANAGER for name in ("hub_link_remove", "hub_link_settle", "hub_grant_accounts")
}


def routes() -> list[tuple[str, str]]:
    from hub.admin.pages import ROUTES

    return [(name, route) for route, _, name in ROUTES if "<int:pk>" in route]


def where(two: House, name: str, route: str) -> str:
    args: list[object] = [two.harbour.ids()[route.split("/")[1]]]
    args += ["papers.list"] if "<str:operation>" in route else []
    args += ["orders"] if "<slug:stage>" in route else ["cost_code"] if "<slug:kind>" in route else []
    return reverse(f"admin:{name}", args=args)


@pytest.mark.parametrize("role", ROLES)
def test_what_each_role_may_post(two: House, role: Role) -> None:
    client = two.as_(two.harbour.people[role])
    for name, route in routes():
        needed = NEEDED.get(name)
        before = everything() if needed is None or not role.covers(needed) else ""
        answer = client.post(where(two, name, route), {"code": "drawer"})
        expected = 405 if needed is None else 403
        if before:
            assert answer.status_code == expected, f"{role} posting to {name}: {answer.status_code}"
            assert everything() == before
        else:
            assert answer.status_code in (200, 302), f"{role} posting to {name}: {answer.status_code}"


@pytest.mark.parametrize("role", ROLES)
def test_what_each_role_may_read(two: House, role: Role) -> None:
    client = two.as_(two.harbour.people[role])
    for name, route in routes():
        if name in NEEDED and name not in READ_BY and name not in ("hub_tenant_values", "hub_interface_edit"):
            continue
        expected = (200, 302) if role.covers(READ_BY.get(name, Role.VIEWER)) else (403,)
        assert client.get(where(two, name, route)).status_code in expected, f"{role} reading {name}"


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR, Role.APPROVER])
def test_only_managers_change_the_set_up(two: House, role: Role) -> None:
    client = two.as_(two.harbour.people[role])
    before = everything()
    for kind, row in (
        ("tenant", two.harbour.tenant),
        ("grant", two.harbour.tenant.source.grant),
        ("connection", two.harbour.tenant.source),
        ("customer", two.harbour.customer),
    ):
        assert client.get(reverse(f"admin:hub_{kind}_change", args=[row.pk])).status_code == 200  # to look at
        for page in ("change", "delete"):
            answer = client.post(reverse(f"admin:hub_{kind}_{page}", args=[row.pk]), {"name": "x", "post": "yes"})
            assert answer.status_code == 403, f"{role} {page} {kind}"
        assert client.get(reverse(f"admin:hub_{kind}_add")).status_code == 403
    assert everything() == before


@pytest.mark.parametrize("role", ROLES)
def test_history_is_nobodys_to_change(two: House, role: Role) -> None:
    for client in (two.as_(two.harbour.people[role]), two.as_(two.admin)):
        for kind in ("syncjob", "jobrecord", "problem", "linkedentity", "apicall", "referenceitem"):
            assert client.get(reverse(f"admin:hub_{kind}_add")).status_code == 403
        job = two.harbour.job.pk
        assert client.post(reverse("admin:hub_syncjob_delete", args=[job]), {"post": "yes"}).status_code == 403
        assert client.post(reverse("admin:hub_syncjob_change", args=[job]), {"state": "failed"}).status_code == 405


def test_buttons_show_only_to_those_who_may_press_them(two: House) -> None:
    page = reverse("admin:hub_tenant_page", args=[two.harbour.tenant.pk])
    shown = {role: two.as_(two.harbour.people[role]).get(page).content.decode() for role in ROLES}
    assert "Send all orders" not in shown[Role.VIEWER]
    assert "Run everything due" not in shown[Role.VIEWER]
    assert "Send all orders" in shown[Role.OPERATOR]
    assert "Approve 1" not in shown[Role.OPERATOR]
    assert "Approve 1" in shown[Role.APPROVER]


def test_a_manager_adds_a_login_and_a_member_of_the_own_firm(two: House) -> None:
    client = two.as_(two.harbour.people[Role.MANAGER])
    customer = two.harbour.customer
    form = {
        "customer": customer.pk,
        "name": "Second login",
        "vendor": "vault",
        "environment": "production",
        "kind": "client_credentials",
        "client_id": "id",
        "client_secret": "right",
    }
    assert client.post(reverse("admin:hub_grant_add"), form).status_code == 302
    assert Grant.objects.get(name="Second login").secret == {"client_secret": "right"}
    member = Membership.objects.get(customer=customer, role=Role.VIEWER)
    rows = {f"memberships-0-{name}": getattr(member, f"{name}_id", None) or member.pk for name in ("customer", "user")}
    form = {
        **rows,
        "name": customer.name,
        "time_zone": "Australia/Perth",
        "memberships-TOTAL_FORMS": 1,
        "memberships-INITIAL_FORMS": 1,
        "memberships-0-id": member.pk,
        "memberships-0-role": "operator",
    }
    assert client.post(reverse("admin:hub_customer_change", args=[customer.pk]), form).status_code == 302
    member.refresh_from_db()
    customer.refresh_from_db()
    assert (member.role, customer.time_zone) == (Role.OPERATOR, "Australia/Perth")


def test_a_tenant_with_history_is_switched_off_not_deleted(two: House) -> None:
    for user in (two.harbour.people[Role.MANAGER], two.admin):
        answer = two.as_(user).post(reverse("admin:hub_tenant_delete", args=[two.harbour.tenant.pk]), {"post": "yes"})
        assert answer.status_code == 403
    assert Tenant.objects.filter(pk=two.harbour.tenant.pk).exists()


def test_an_inactive_member_is_out_at_once(two: House) -> None:
    person = two.harbour.people[Role.MANAGER]
    client = two.as_(person)
    assert client.get("/admin/").status_code == 200
    Membership.objects.filter(user=person).delete()
    assert client.get("/admin/").status_code == 302
