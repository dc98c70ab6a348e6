"""Where a request comes from, as far as it can be known: behind proxies every connection is the last proxy's.

A proxy adds the address it was called from to the end of X-Forwarded-For. What stands before that the client may have
written itself, so only as many entries count, from the end, as there are proxies of ours (TIEBACK_PROXIES).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from contextlib import suppress

from django.conf import settings
from django.http import HttpRequest, HttpResponse

FORWARDED = "HTTP_X_FORWARDED_FOR"


class OriginMiddleware:
    """Puts the client's address where everybody looks for it, the lock against guessing and the audit log among them,
    and takes the header away, so that nobody reads a forged part of it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.META["REMOTE_ADDR"] = address_of(request)
        request.META.pop(FORWARDED, None)
        request.__dict__.pop("headers", None)  # made from META once, when somebody first reads them
        return self.get_response(request)


def address_of(request: HttpRequest) -> str:
    """What our outermost proxy was called from; without a proxy, or where its entry is no address, the connection's."""
    hops, proxies = request.META.get(FORWARDED, "").split(","), settings.HUB_PROXIES
    told = _plain(hops[-proxies].strip()) if 0 < proxies <= len(hops) else ""
    return told or str(request.META.get("REMOTE_ADDR", ""))


def _plain(text: str) -> str:
    """An address without its port; "" when there is none. The audit log's column takes addresses only."""
    without_port = text[1:].partition("]")[0] if text.startswith("[") else text.partition(":")[0]
    for host in (text, without_port):
        with suppress(ValueError):
            return str(ipaddress.ip_address(host.partition("%")[0]))
    return ""
