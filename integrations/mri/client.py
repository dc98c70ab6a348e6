"""Talks to one MRI installation: how it is logged in to, what its answers mean, which calls may leave at all.

There is no shared host: each client has an address of its own, `https://{host}/MRIAPIServices/api.asp`, and every call
names its API in the query. https://developers.apideck.com/apis/accounting/mrisoftware/configuration
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import requests
import requests.auth
from pydantic import ValidationError

from ..base.client import ApiClient, Reply, Request, Wiring
from ..base.errors import (
    AuthBroken,
    BadReply,
    Forbidden,
    Missing,
    OutcomeUnknown,
    Rejected,
    Throttled,
    Unavailable,
    VendorError,
)
from ..base.transport import Basic
from ..base.vendor import GrantKind
from . import envelope
from .credentials import PAGE_SIZE, TEST_API, WINDOW
from .endpoints import Profile, assumed, load

API_PATH = "/api.asp"
PAUSE = 20.0  # seconds after a 429 that names none; others who call MRI wait 5 to 20
GATEWAY = (502, 503, 504)
DEADLOCK = "deadlock"  # SQL Server: "Transaction … was deadlocked on lock resources with another process"


class MriClient(ApiClient):
    """One database of one installation. `account` is the database's name."""

    vendor = "MRI"
    correlation_header = "X-Request-Id"

    def __init__(
        self,
        base_url: str,
        account: str,
        kind: GrantKind,
        wiring: Wiring,
        session: requests.Session | None = None,
    ) -> None:
        super().__init__(_folder(base_url), wiring, session)
        self.account, self.kind = account, kind
        self.page_size = int(wiring.options.get("page_size") or PAGE_SIZE)
        self.format = wiring.options.get("format") or "json"
        self.test_api = wiring.options.get("test_api") or TEST_API
        self._answered: set[str] = set()  # APIs that have let this login in
        if calls := wiring.options.get("calls"):
            wiring.limiter.learn(WINDOW, int(calls))

    @cached_property
    def profile(self) -> Profile:
        """The connection's endpoints; the assumed ones, which nobody has verified, when there are none.

        Raises Rejected when they cannot be read.
        """
        if not self.wiring.profile:
            return assumed()
        try:
            return load(self.wiring.profile)
        except ValidationError as error:
            raise Rejected(
                f"The connection's endpoints cannot be read ({error.error_count()} faults). Open and correct them."
            ) from error

    @property
    def origin(self) -> str:
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc}"

    # How calls look.

    def headers(self, request: Request) -> dict[str, str]:
        xml = request.params.get("$format") == "xml"
        return {"Accept": "application/xml, text/xml" if xml else "application/json"}

    def proof(self, token: str) -> requests.auth.AuthBase:
        return Basic(token)

    def address(self, request: Request) -> str:
        """A next page may have its own way of writing the path, under the same host."""
        return (self.base_url if request.path == API_PATH else self.origin) + request.path

    def parse(self, content: bytes, response: requests.Response) -> Any:
        return envelope.parse(content, response.headers.get("Content-Type", ""))

    def _reply(self, response: requests.Response) -> Reply:
        """Of what is neither JSON nor XML, 500 characters are kept, and it is never read as data."""
        reply = super()._reply(response)
        return reply if reply.readable else replace(reply, text=reply.text[: envelope.KEPT])

    # What may leave, and what a refusal means.

    def send(self, request: Request, *, key: str = "", headers: Mapping[str, str] | None = None) -> Reply:
        """As the base, but a write leaves only through a verified endpoint, whoever asks for it (Rejected), and a 401
        is looked into: MRI does not say whether the login is wrong or one API is closed to it."""
        api = request.params.get("$api", "")
        if request.writes:
            self.profile.may_write(api, request.method)
        try:
            reply = super().send(request, key=key, headers=headers)
        except AuthBroken as error:
            if error.status != 401:
                raise
            if self._lets_in_elsewhere(api):
                raise self._closed_api(api) from error
            raise self.wiring.refused(error) from error
        self._answered.add(api)
        return reply

    def _lets_in_elsewhere(self, api: str) -> bool:
        """Whether this login works for another API: the one that is meant for trying, else any that has answered."""
        if api.casefold() == self.test_api.casefold():
            return bool(self._answered - {api})
        try:
            super().send(self.test_request())
        except AuthBroken:
            return False
        except VendorError:
            return bool(self._answered - {api})  # it is neither proved nor disproved now
        return True

    def test_request(self) -> Request:
        """One record of the API that the login is tested with."""
        return Request("GET", API_PATH, {"$api": self.test_api, "$format": self.format, "$top": "1"})

    @staticmethod
    def _closed_api(api: str) -> Forbidden:
        return Forbidden(
            f"MRI refused the login for {api} (401), while another API let it in. Either the Web Services class has no "
            f"right to {api}, or the key does not cover it (a partner key runs only the APIs in the partner's "
            "manifest). Give the right in MRI's Security Console.",
            status=401,
        )

    def classify(self, request: Request, reply: Reply) -> VendorError | None:
        said = envelope.document_errors(reply.data)
        if reply.status < 300:
            return self._success(request, reply, said)
        api = request.params.get("$api", "")
        if reply.status == 401:
            return AuthBroken(
                f"MRI refused the login for {api} (401), and does not say why. Check client id, database, Web Services "
                f"user, key, key tier, password and separator; and that the user's class has the right to {api}.",
                status=401,
            )
        if reply.status == 429:
            return self._throttled(reply)
        if self._deadlocked(said) or reply.status == 408:
            return self._gave_up(request, reply)
        return _refused(api, reply, said)

    def _success(self, request: Request, reply: Reply, said: tuple[str, ...]) -> VendorError | None:
        """A status of 200 tells little: the refusal stands in the record, or in the document."""
        in_records = envelope.record_errors(reply.data)
        if self._deadlocked((*said, *in_records)) or (not reply.readable and DEADLOCK in reply.text.lower()):
            return self._gave_up(request, reply)
        if said or (in_records and not request.writes):
            return _refused(request.params.get("$api", ""), reply, said or in_records)
        return None  # a writer reads the fate of its record itself

    @staticmethod
    def _deadlocked(said: tuple[str, ...]) -> bool:
        return any(DEADLOCK in text.lower() for text in said)

    @staticmethod
    def _gave_up(request: Request, reply: Reply) -> VendorError:
        if request.writes:
            return OutcomeUnknown(
                "MRI's database gave up in the middle of a write; whether it was carried out is not known yet.",
                status=reply.status,
                answered_5xx=True,
            )
        return Unavailable("MRI's database was busy and gave up on a read.", status=reply.status)

    @staticmethod
    def _throttled(reply: Reply) -> Throttled:
        told = reply.retry_after
        return Throttled(
            "MRI's limit of calls in five minutes is used up.",
            retry_after=PAUSE * random.uniform(1.0, 1.3) if told is None else told,  # noqa: S311  no secret
            scope=WINDOW,
            status=429,
        )

    def _server_error(self, request: Request, reply: Reply) -> VendorError:
        """A gateway's 5xx tells nothing of MRI behind it, which may still be at work: for a write that is silence."""
        error = super()._server_error(request, reply)
        if isinstance(error, OutcomeUnknown) and reply.status in GATEWAY:
            error.answered_5xx = False
        return error

    def outage_text(self, reply: Reply) -> str:
        said = envelope.document_errors(reply.data)
        return f": {said[0]}" if said else super().outage_text(reply)

    def _unreadable(self, request: Request, reply: Reply) -> VendorError:
        web = envelope.is_web_page(reply.text, reply.headers.get("Content-Type", ""))
        kind = "a web page" if web else "something that is neither JSON nor XML"
        beginning = " ".join(reply.text.split())
        if request.writes:
            unknown = f"MRI answered a write with {kind}; whether it was carried out is not known yet."
            return OutcomeUnknown(unknown, status=reply.status, messages=(unknown, beginning))
        bad = f"MRI answered with {kind} instead of data. It may be a login page or a proxy; check the address."
        return BadReply(bad, status=reply.status, messages=(bad, beginning))


def _folder(base_url: str) -> str:
    """People paste the address with or without its last part; servers do not mind its case."""
    url = base_url.rstrip("/")
    return url[: -len(API_PATH)] if url.lower().endswith(API_PATH) else url


def _refused(api: str, reply: Reply, said: tuple[str, ...]) -> VendorError:
    if reply.status == 404:
        return Missing("MRI has nothing at this address. Check the address of the login.", status=404, messages=said)
    kind = Forbidden if reply.status == 403 else Rejected
    reason = "; ".join(said) or f"status {reply.status}"
    sentence = f"MRI refused the request to {api}: {reason}"
    return kind(sentence if sentence.endswith(".") else sentence + ".", status=reply.status, messages=said)


def with_format(request: Request, form: str) -> Request:
    """The request with our format, however its link called for another."""
    kept = {name: value for name, value in request.params.items() if name.lower() != "$format"}
    return replace(request, params={**kept, "$format": form})
