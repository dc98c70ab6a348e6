"""Pages show times where their reader is."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from hub.models import Membership


class LocalTimeMiddleware:
    """Activates the time zone of the customer a user belongs to."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = self._zone(request)
        if not name:
            return self.get_response(request)
        with timezone.override(zoneinfo.ZoneInfo(name)):
            return self.get_response(request)

    @staticmethod
    def _zone(request: HttpRequest) -> str:
        if not request.user.is_authenticated:
            return ""
        if "zone" not in request.session:
            zones = Membership.objects.filter(user=request.user).order_by("pk").values_list("customer__time_zone", flat=True)
            request.session["zone"] = zones.first() or ""
        return str(request.session["zone"])
