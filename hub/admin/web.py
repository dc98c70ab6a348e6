"""What the hub's own pages share: finding a row in scope, rendering inside the admin, the page's time zone."""

from __future__ import annotations

import zoneinfo
from typing import Any, TypeVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from pydantic import ValidationError as SettingsError

from hub import access, invalid
from hub.models import Customer, Role
from integrations.base.errors import VendorError

M = TypeVar("M", bound=Model)
PER_PAGE = 50


def found(rows: QuerySet[M], request: HttpRequest, pk: int | str, least: Role = Role.VIEWER) -> M:
    """The row, for a member with at least this role. Raises Http404 for strangers and PermissionDenied for members
    who may not."""
    row = get_object_or_404(access.scoped(rows, request.user), pk=pk)
    customer = access.customer_id(row)
    if not access.allows(request.user, customer, least):
        raise PermissionDenied(f"This needs the role “{least.label.split(':')[0]}” or more.")
    use_zone(Customer.objects.get(pk=customer))
    return row


def use_zone(customer: Customer) -> None:
    """Show times where this customer is, until the request ends (`hub.middleware`)."""
    timezone.activate(zoneinfo.ZoneInfo(customer.time_zone))


def page(request: HttpRequest, template: str, title: str, status: int = 200, **context: Any) -> HttpResponse:
    """A page in the admin's frame."""
    request.current_app = admin.site.name
    frame = {**admin.site.each_context(request), "title": title, "is_fullwidth": "1", **context}
    return render(request, template, frame, status=status)


def fragment(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    """A piece of a page, for htmx."""
    return render(request, template, context)


def paged(request: HttpRequest, rows: Any, per_page: int = PER_PAGE, name: str = "page") -> Page[Any]:
    return Paginator(rows, per_page).get_page(request.GET.get(name))


def back(request: HttpRequest, otherwise: str) -> HttpResponseRedirect:
    """To the page the form was on, if it is one of ours."""
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return HttpResponseRedirect(wanted if wanted and safe else otherwise)


def number(text: str) -> int:
    """A primary key out of an address or form; 0, which no row has, when it is no number."""
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def in_words(error: VendorError | SettingsError) -> str:
    """Why a vendor could not be asked: by what it said, or by the tenant's settings."""
    return error.message if isinstance(error, VendorError) else f"{invalid.told(error)} {invalid.FIX}"
