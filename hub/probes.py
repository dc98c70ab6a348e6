"""`/healthz`, `/readyz` and `/metrics`: for whatever watches this process, not for people.

A middleware and not three addresses, because it answers before anything else looks at the request: a probe comes by IP
address and plain HTTP, which host check and HTTPS redirect refuse, and needs neither session nor user.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from prometheus_client import CONTENT_TYPE_LATEST

from hub import health, metrics


class ProbesMiddleware:
    """Answers the probes' addresses and lets everything else pass."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        probe = PROBES.get(request.path_info)
        if probe is None:
            return self.get_response(request)
        if request.method not in ("GET", "HEAD"):
            return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
        answer = probe(request)
        answer["Cache-Control"] = "no-store"
        return answer


def healthz(request: HttpRequest) -> HttpResponse:
    """This process answers. It asks nobody else, so that a broken database does not restart every web process."""
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(request: HttpRequest) -> HttpResponse:
    """200 when every check is good, else 503; one line for each. `?only=database,migrations` asks for these alone. The
    details are for whoever knows the metrics token."""
    only = [name for name in request.GET.get("only", "").split(",") if name]
    if unknown := sorted(set(only) - set(health.CHECKS)):
        known = ", ".join(health.CHECKS)
        return HttpResponse(f"No such check: {len(unknown)} of those asked for. There are {known}.\n", status=400)
    found = health.checks(only)
    ready, detailed = all(one.ok for one in found), _has_token(request)
    lines = [
        json.dumps({"check": one.name, "ok": one.ok, **({"detail": one.detail} if detailed else {})}) for one in found
    ]
    body = f'{{"ready": {json.dumps(ready)}, "checks": [\n' + ",\n".join(lines) + "\n]}\n"
    return HttpResponse(body, content_type="application/json", status=200 if ready else 503)


def serve_metrics(request: HttpRequest) -> HttpResponse:
    """For whoever knows the token; where none is set up there is no such page."""
    if not settings.HUB_METRICS_TOKEN:
        return HttpResponse("No TIEBACK_METRICS_TOKEN is set up.\n", status=404, content_type="text/plain")
    if not _has_token(request):
        headers = {"WWW-Authenticate": 'Bearer realm="metrics"'}
        return HttpResponse("This needs the metrics token.\n", status=401, headers=headers, content_type="text/plain")
    return HttpResponse(metrics.exposition(), content_type=CONTENT_TYPE_LATEST)


def _has_token(request: HttpRequest) -> bool:
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    token: str = settings.HUB_METRICS_TOKEN
    return bool(token) and kind.lower() == "bearer" and constant_time_compare(given.strip(), token)


PROBES: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "/healthz": healthz,
    "/readyz": readyz,
    "/metrics": serve_metrics,
}
