"""What belongs to the installation and to no customer: users, beat schedules, failed logins; and the audit log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from auditlog.models import LogEntry
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django_celery_beat.models import ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule

from hub import access
from hub.models import Membership, Role
from hub.words import time_tag

from .base import ChoicesFilter, StrictList, SuperuserAdmin, Tabular

if TYPE_CHECKING:
    from django.contrib.auth.admin import UserAdmin as BaseUserAdmin

    UserBase = BaseUserAdmin[User]
else:
    from django.contrib.auth.admin import UserAdmin as UserBase
    from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

for shown_elsewhere in (User, Group, LogEntry, AccessAttempt, AccessFailureLog, AccessLog):
    if admin.site.is_registered(shown_elsewhere):
        admin.site.unregister(shown_elsewhere)
for schedule in (ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule):
    if admin.site.is_registered(schedule):
        admin.site.unregister(schedule)

STAYS = (
    "Superusers see every customer. Nobody is deleted: what a person started and approved keeps their name. "
    "Whoever leaves is no longer active: they cannot log in, and get no mails."
)


class RoleInline(Tabular):
    """Where a user works, and as what."""

    model = Membership
    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return access.standing(request.user).superuser

    has_change_permission = has_delete_permission = has_add_permission = has_view_permission


@admin.register(User)
class PersonAdmin(UserBase, SuperuserAdmin):
    """Users. What one may do is in the memberships; Django's own groups and permissions are not used."""

    if not TYPE_CHECKING:
        form, add_form, change_password_form = UserChangeForm, UserCreationForm, AdminPasswordChangeForm
    inlines = (RoleInline,)
    list_display = ("username", "email", "is_active", "is_superuser", "last_login")
    list_filter = ("is_active", "is_superuser")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Person", {"fields": ("first_name", "last_name", "email")}),
        ("Access", {"fields": ("is_active", "is_superuser"), "description": STAYS}),
    )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Jobs, decisions and the change log would no longer say who."""
        return False


@admin.register(PeriodicTask)
class ScheduleAdmin(SuperuserAdmin):
    """What the beat starts. The hub writes these rows from the stages' schedules; here they are only looked at."""

    list_display = ("name", "enabled", "crontab", "interval", "last_run_at", "total_run_count")
    list_filter = ("enabled",)
    list_filter_submit = True
    search_fields = ("name",)
    list_select_related = ("crontab", "interval")
    fields = ("name", "task", "args", "enabled", "crontab", "interval", "description", "last_run_at", "total_run_count")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(AccessAttempt)
class AttemptAdmin(SuperuserAdmin):
    """Failed logins. Deleting one lets the person try again at once."""

    list_display = ("username", "ip_address", "failures_since_start", "attempt_time")
    search_fields = ("username", "ip_address")
    fields = ("username", "ip_address", "failures_since_start", "attempt_time", "user_agent", "path_info")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(LogEntry)
class ChangeAdmin(StrictList):
    """Who changed what. Entries carry their customer (`hub.models.owned`), so that members see those of theirs."""

    list_display = ("when", "actor", "action", "kind", "object_repr", "what")
    list_display_links = ("when",)
    list_filter = (("action", ChoicesFilter),)
    list_filter_submit = True
    list_fullwidth = True
    show_full_result_count = False
    search_fields = ("object_repr", "actor__username", "=cid")
    list_select_related = ("actor", "content_type")
    fields = ("timestamp", "actor", "remote_addr", "action", "kind", "object_repr", "what")
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[LogEntry]:
        rows: QuerySet[LogEntry] = super().get_queryset(request)
        who = access.standing(request.user)
        if who.superuser:
            return rows
        mine = [Q(additional_data__customer=customer) for customer in who.ids(Role.VIEWER)]
        return rows.filter(Q(*mine, _connector=Q.OR)) if mine else rows.none()

    def has_module_permission(self, request: HttpRequest) -> bool:
        return access.may_enter(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return access.may_enter(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="When", ordering="timestamp")
    def when(self, entry: LogEntry) -> str:
        return time_tag(entry.timestamp)

    @admin.display(description="Of a", ordering="content_type")
    def kind(self, entry: LogEntry) -> str:
        return str(entry.content_type.name).capitalize()

    @admin.display(description="What changed")
    def what(self, entry: LogEntry) -> SafeString:
        sides = [(name, _side(values, 0), _side(values, 1)) for name, values in (entry.changes or {}).items()]
        told = [(name.replace("_", " "), before, after) for name, before, after in sides if before != after]
        return format_html_join("", '<div class="tb-change"><b>{}</b> {} → {}</div>', told)


def _side(values: Any, index: int) -> str:
    """One side of a change; what is empty or was not there is a dash."""
    value = values[index] if isinstance(values, list) and len(values) > index else None
    return "–" if value in ("", "None", "{}", None) else str(value)[:200]
