"""The admin site of the hub: members of any customer may enter, and see their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from hub import access

if TYPE_CHECKING:
    from django.contrib.admin import AdminSite
    from django.contrib.admin.forms import AdminAuthenticationForm as AuthenticationForm
else:
    from unfold.forms import AuthenticationForm
    from unfold.sites import UnfoldAdminSite as AdminSite


class LoginForm(AuthenticationForm):
    """A login for members, whether or not Django calls them staff."""

    error_messages = {
        **AuthenticationForm.error_messages,
        "invalid_login": "This user name and password do not belong together. Both are case-sensitive.",
    }

    def confirm_login_allowed(self, user: AbstractBaseUser) -> None:
        if not access.may_enter(user):
            raise ValidationError("You are not a member of any customer yet. Ask a manager to make you one.")


class HubAdminSite(AdminSite):
    """Unfold's site with the hub's dashboard, pages and way in."""

    login_form = LoginForm
    index_title = "Dashboard"
    index_template = "hub/dashboard.html"

    def has_permission(self, request: HttpRequest) -> bool:
        return access.may_enter(request.user)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        from hub.admin import dashboard

        return super().index(request, {**dashboard.context(request), **(extra_context or {})})

    def extra_urls(self) -> list[URLPattern]:
        """The hub's own pages, each behind the login."""
        from hub.admin import pages

        return [path(route, self.admin_view(view), name=name) for route, view, name in pages.ROUTES]

    def get_urls(self) -> list[Any]:
        """Without Django's "view on site" shortcut, which looks rows up past every scope."""
        return [url for url in super().get_urls() if getattr(url, "name", "") != "view_on_site"]
