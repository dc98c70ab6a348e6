"""What no page is shown: text that cannot be stored, and values that no column holds.

One guard for every page and form, so that none of them needs to know what a database chokes on. It answers with status
400 and a sentence; nothing has been changed then.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import DataError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render

from hub.texts import storable

log = logging.getLogger(__name__)

LONGEST = 4_000  # characters of one value in an address; SQLite refuses to search for much longer ones
# What a database or its adapter says to a number or date that its column cannot hold.
BEYOND_A_COLUMN = (DataError, OverflowError)


class BadInputMiddleware:
    """Refuses what cannot be stored before a page sees it, and answers for a page that met a value it cannot use."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        fault = _fault(request)
        return _refused(request, fault) if fault else self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A line in the log, without a traceback: it is no mistake of ours, and scanners make many."""
        if isinstance(error, SuspiciousOperation | BadRequest):
            reason = "Something in the address or the form is not as this page knows it."
        elif isinstance(error, BEYOND_A_COLUMN):
            reason = "One of its values is larger than what can be stored, or not of its kind."
        else:
            return None
        log.warning("%s %s refused: %s", request.method, request.path, str(error)[:200])
        return _refused(request, reason)


def _refused(request: HttpRequest, reason: str) -> HttpResponse:
    return render(request, "400.html", {"reason": reason}, status=400)


def _fault(request: HttpRequest) -> str:
    """What is wrong with an address, a form or a cookie; "" when nothing is."""
    if any(len(value) > LONGEST for _, values in request.GET.lists() for value in values):
        return "One of the values in its address is too long."
    try:
        whole = all(map(storable, _texts(request)))
    except (BadRequest, MultiPartParserError, SuspiciousOperation, UnreadablePostError):
        return "What was sent with it is too large, or cannot be read."
    return "" if whole else "It holds characters that cannot be stored."


def _texts(request: HttpRequest) -> Iterator[str]:
    yield request.path
    yield from request.COOKIES.values()
    for fields in (request.GET, request.POST):
        for name, values in fields.lists():
            yield name
            yield from values
