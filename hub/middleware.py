"""What is around every request: the id it is known by in the logs, and the time zone of its reader."""

from __future__ import annotations

import logging
import re
import time
import zoneinfo
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from hub import access, logs
from hub.fields import WrongKey

log = logging.getLogger(__name__)
PLAIN_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


class RequestIdMiddleware:
    """Gives each request an id, or takes over the one a proxy gave it in X-Request-ID, and says it in the answer. Jobs
    that it starts and the calls they make carry it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        one = given if PLAIN_ID.fullmatch(given) else logs.new_id()
        began = time.monotonic()
        with logs.about(request=one):
            answer = self.get_response(request)
            took = (time.monotonic() - began) * 1000
            # Without the query: the login's redirect carries its code there.
            log.info("%s %s answered %s in %.0f ms", request.method, request.path, answer.status_code, took)
        answer["X-Request-ID"] = one
        return answer


class LostKeyMiddleware:
    """Says what happened on pages that need a stored secret while none of the installation's keys fits it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, WrongKey):
            return None
        log.error("%s %s: %s", request.method, request.path, error)
        return render(request, "lost_key.html", status=503)


class LocalTimeMiddleware:
    """Activates the time zone of the customer a user belongs to. A page about one customer activates that one's
    (`hub.admin.web.use_zone`); either way the zone ends with the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = access.standing(request.user).zone
        with timezone.override(zoneinfo.ZoneInfo(name) if name else None):
            return self.get_response(request)
