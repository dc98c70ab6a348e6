"""What tests of logins share."""

from __future__ import annotations

from django.test import Client

from hub.models import Grant, Role
from tests.admin.house import House


def manager(two: House) -> Client:
    return two.as_(two.harbour.people[Role.MANAGER])


def grant_form(grant: Grant, **changes: object) -> dict[str, object]:
    names = ("name", "vendor", "environment", "kind", "client_id", "login_url", "token_url", "api_url")
    form = {name: getattr(grant, name) for name in names}
    return {**form, "customer": grant.customer_id, "client_secret": "", **changes}


def consent(two: House) -> Grant:
    return Grant.objects.get(customer=two.harbour.customer, kind="authorization_code")
