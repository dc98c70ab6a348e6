"""Links: which records are the same thing; undoing one, and settling one whose answer was lost."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET, require_http_methods
from pydantic import ValidationError

from hub import access, actions
from hub.documents import last_document_of
from hub.engine import decide
from hub.models import JobRecord, LinkedEntity, LinkState, Problem, Role
from hub.words import chip, named, time_tag
from integrations.base.errors import VendorError

from .base import ChoicesFilter, ReadOnlyAdmin, ScopedFilter
from .filters import StageFilter
from .tenant_page import launch
from .web import found, in_words, number, page

LINKS = LinkedEntity.objects.select_related(
    "tenant_stage__tenant__customer", "tenant_stage__tenant__source__grant", "tenant_stage__tenant__target__grant"
)


@admin.register(LinkedEntity)
class LinkAdmin(ReadOnlyAdmin):
    list_display = ("source", "target", "kind", "tenant", "standing", "changed")
    list_display_links = ("source",)
    list_filter = (("tenant_stage__tenant", ScopedFilter), StageFilter, ("state", ChoicesFilter))
    search_fields = ("=source_key", "label", "=source_id", "=target_id", "=reference")
    list_select_related = ("tenant_stage__tenant",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("sent")

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        return show(request, number(object_id))

    @admin.display(description="Source record", ordering="source_key")
    def source(self, link: LinkedEntity) -> SafeString:
        return named(link)

    @admin.display(description="Target record")
    def target(self, link: LinkedEntity) -> SafeString | str:
        if link.target_id and link.target_url:
            return format_html('<a href="{}" rel="noreferrer">{}</a>', link.target_url, link.target_id)
        return link.target_id or "–"

    @admin.display(description="Stage")
    def kind(self, link: LinkedEntity) -> str:
        return link.tenant_stage.spec.title

    @admin.display(description="Tenant", ordering="tenant_stage__tenant__name")
    def tenant(self, link: LinkedEntity) -> str:
        return str(link.tenant_stage.tenant)

    @admin.display(description="State", ordering="state")
    def standing(self, link: LinkedEntity) -> SafeString:
        return chip(link.state, link.get_state_display())

    @admin.display(description="Changed", ordering="updated_at")
    def changed(self, link: LinkedEntity) -> str:
        return time_tag(link.updated_at)


@require_GET
def show(request: HttpRequest, pk: int) -> HttpResponse:
    link = found(LINKS, request, pk)
    row = link.tenant_stage
    source, target = row.connections
    same = {"source_id": link.source_id}
    history = JobRecord.objects.filter(job__tenant_stage=row, **same).select_related("job__tenant_stage__tenant")
    return page(
        request,
        "hub/link_page.html",
        str(link),
        link=link,
        spec=row.spec,
        tenant=row.tenant,
        source=source,
        target=target,
        history=history.order_by("-pk")[:20],
        problem=Problem.objects.filter(tenant_stage=row, **same).first(),
        document=last_document_of(link),
        settled=link.state == LinkState.LINKED and bool(link.target_id),
        actions=actions.actions_for(link),
        may_approve=access.allows(request.user, row.tenant.customer_id, Role.APPROVER),
        may_run=access.allows(request.user, row.tenant.customer_id, Role.OPERATOR),
        may_manage=access.allows(request.user, row.tenant.customer_id, Role.MANAGER),
    )


@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask first, saying what follows; then forget the link."""
    link = found(LINKS, request, pk, Role.MANAGER)
    if request.method == "GET":
        source, target = link.tenant_stage.connections
        return page(
            request,
            "hub/link_remove.html",
            f"Remove the link of {link}",
            link=link,
            spec=link.tenant_stage.spec,
            source=source,
            target=target,
        )
    user: Any = request.user
    try:
        decide.remove_link(link, user)
    except decide.CannotDecide as reason:
        messages.error(request, str(reason))
        return _to(link)
    messages.success(request, f"The link of {link} is removed. Both records are as they were.")
    return HttpResponseRedirect(reverse("admin:hub_linkedentity_changelist"))


@require_http_methods(["GET", "POST"])
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of a lost write: shows what the target holds under its reference, and takes the decision."""
    link = found(LINKS, request, pk, Role.MANAGER)
    if link.state == LinkState.LINKED:
        messages.info(request, "It has been settled meanwhile.")
        return _to(link)
    try:
        hits = decide.candidates(link)
    except (VendorError, ValidationError) as error:
        messages.error(request, f"{in_words(error)} Without a look into the other system nothing can be decided.")
        return _to(link)
    if request.method == "POST":
        return _decided(request, link, hits)
    source, target = link.tenant_stage.connections
    return page(
        request,
        "hub/link_settle.html",
        f"Settle {link}",
        link=link,
        hits=hits,
        spec=link.tenant_stage.spec,
        source=source,
        target=target,
    )


def _decided(request: HttpRequest, link: LinkedEntity, hits: list[decide.Candidate]) -> HttpResponse:
    """Only what was found a moment ago can be chosen, and only what was not found can be sent again."""
    user: Any = request.user
    chosen = next((hit for hit in hits if hit.target_id == request.POST.get("target")), None)
    try:
        if chosen is not None:
            decide.settle_found(link, chosen.target_id, chosen.url, user)
            messages.success(request, f"{link} is linked to {chosen.target_id}.")
        elif "absent" in request.POST and not hits:
            decide.settle_absent(link, user)
            launch(request, link.tenant_stage, source_ids=[link.source_id])
            return HttpResponseRedirect(reverse("admin:hub_tenant_page", args=[link.tenant_stage.tenant_id]))
        else:
            messages.error(request, "What the other system holds has changed meanwhile. Look again and choose.")
    except decide.CannotDecide as reason:
        messages.error(request, str(reason))
    return _to(link)


@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """What the stage lets a person do to the record in the other system: asks first, then does it."""
    link = found(LINKS, request, pk, Role.APPROVER)
    code = request.POST.get("code") or request.GET.get("code", "")
    action = next((one for one in actions.actions_for(link) if one.code == code), None)
    if action is None:
        messages.error(request, "This cannot be done to it.")
        return _to(link)
    if request.method == "GET":
        return page(request, "hub/link_act.html", f"{action.label}: {link}", link=link, action=action)
    user: Any = request.user
    try:
        messages.success(request, actions.act(link, code, user))
    except decide.CannotDecide as reason:
        messages.error(request, str(reason))
    except (VendorError, ValidationError) as error:
        messages.error(request, in_words(error))
    return _to(link)


def _to(link: LinkedEntity) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:hub_linkedentity_change", args=[link.pk]))
