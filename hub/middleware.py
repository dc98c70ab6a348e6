"""Pages show times where their reader is."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from hub import access


class LocalTimeMiddleware:
    """Activates the time zone of the customer a user belongs to. A page about one customer activates that one's
    (`hub.admin.web.use_zone`); either way the zone ends with the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = access.standing(request.user).zone
        with timezone.override(zoneinfo.ZoneInfo(name) if name else None):
            return self.get_response(request)
