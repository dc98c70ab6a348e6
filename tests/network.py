"""The network as the tests know it: hosts are WSGI applications, and any other host cannot be reached.

Patches requests' transport, the way `responses` does, so that the product needs no seam for tests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import RemoteDisconnected
from io import BytesIO
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse
from urllib3.exceptions import NewConnectionError, ProtocolError
from werkzeug.test import EnvironBuilder, run_wsgi_app

from integrations.base.sandbox.kernel import ConnectionDropped

Observer = Callable[[requests.PreparedRequest, requests.Response], None]

watchers: list[Observer] = []  # observers of every network made from now on


class Network:
    def __init__(self, hosts: dict[str, Any]) -> None:
        self.hosts = hosts
        self.observers: list[Observer] = [*watchers]

    def send(self, adapter: HTTPAdapter, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        app = self.hosts.get(urlsplit(request.url or "").netloc)
        if app is None:
            refused = NewConnectionError(None, f"no such host: {request.url}")  # type: ignore[arg-type]
            raise requests.ConnectionError(refused, request=request)
        try:
            body, status, headers = run_wsgi_app(app, self._environ(request), buffered=True)
        except ConnectionDropped:
            aborted = ProtocolError("Connection aborted.", RemoteDisconnected("hung up"))
            raise requests.ConnectionError(aborted, request=request) from None
        raw = HTTPResponse(
            body=BytesIO(b"".join(body)), headers=dict(headers), status=int(status.split()[0]), preload_content=False
        )
        response = adapter.build_response(request, raw)
        response.content  # noqa: B018  read now, as requests does without stream=True
        for observe in self.observers:
            observe(request, response)
        return response

    @contextmanager
    def unobserved(self) -> Iterator[None]:
        """Answers are spoilt on purpose: nobody holds them against the vendor's description."""
        self.observers, kept = [], self.observers
        yield
        self.observers = kept

    @staticmethod
    def _environ(request: requests.PreparedRequest) -> dict[str, Any]:
        parts = urlsplit(request.url or "")
        body = request.body or b""
        builder = EnvironBuilder(
            path=parts.path or "/",
            query_string=parts.query,
            base_url=f"{parts.scheme}://{parts.netloc}",
            method=request.method or "GET",
            headers=list(request.headers.items()),
            data=body.encode() if isinstance(body, str) else body,
        )
        return builder.get_environ()


@contextmanager
def network(hosts: dict[str, Any]) -> Iterator[Network]:
    """Route every request made with `requests` to `hosts` ("api.xero.com": application)."""
    net = Network(hosts)
    with mock.patch.object(HTTPAdapter, "send", lambda adapter, request, **kw: net.send(adapter, request, **kw)):
        yield net
