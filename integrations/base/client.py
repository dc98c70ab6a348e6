"""One HTTP client for every vendor: a slot, a token, one call, a classified answer, a record of it.

A vendor's client adds its headers and says what an answer means (`classify`). Writes are never repeated after they
may have been executed; reads are.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import requests
import requests.auth
from requests.structures import CaseInsensitiveDict

from .auth import StaticToken, TokenSource
from .errors import AuthBroken, BadReply, OutcomeUnknown, Throttled, TokenExpired, Unavailable, VendorError
from .limits import Limiter, MemoryStore, Quota
from .messages import LONGEST_WAIT as LONGEST_WAIT
from .messages import Call as Call
from .messages import Reply as Reply
from .messages import Request as Request
from .parsing import MAX_BYTES, TooLarge, body_of
from .parsing import parse_json as parse_json
from .transport import Bearer, never_left

USER_AGENT = "Tieback/1.0 (integration hub)"
READ_TRIES = 3
THROTTLE_TRIES = 4


@dataclass(frozen=True)
class Wiring:
    """What a client needs from its surroundings. The defaults suit scripts and tests."""

    tokens: TokenSource = field(default_factory=lambda: StaticToken(""))
    limiter: Limiter = field(default_factory=lambda: Limiter(MemoryStore(), "", Quota(in_flight=99)))
    record: Callable[[Call], None] = lambda call: None
    before_call: Callable[[Request], None] = lambda request: None  # the last thing before it leaves
    timeout: tuple[float, float] = (10, 100)  # seconds: connect, read; a batch of fifty may take over a minute
    hurry: float = math.inf  # seconds that a read may take while somebody waits for a page
    sleep: Callable[[float], None] = time.sleep
    options: Mapping[str, str] = field(default_factory=dict)  # the login's fields that are no secrets
    refused: Callable[[AuthBroken], VendorError] = lambda error: error  # of a login without tokens: it is turned down
    profile: Mapping[str, Any] = field(default_factory=dict)  # what people set up where the API differs by customer

    @property
    def is_looked_on(self) -> bool:
        return self.hurry < math.inf

    def tries(self, request: Request) -> int:
        return 1 if request.writes else READ_TRIES - self.is_looked_on

    def timeout_of(self, request: Request) -> tuple[float, float]:
        """A write is not given up early, whoever waits: what became of it would not be known."""
        connect, read = self.timeout
        return connect, read if request.writes else min(read, self.hurry)


class ApiClient:
    """Base of the vendors' clients."""

    vendor = "The vendor"
    correlation_header = "X-Request-Id"

    def __init__(self, base_url: str, wiring: Wiring, session: requests.Session | None = None) -> None:
        self.base_url = base_url.rstrip("/")
        self.wiring = wiring
        self.session = session or requests.Session()
        self.calls = 0
        self.first_date: datetime | None = None  # the server's clock when this client first heard from it
        self._silence = ""  # what a person who waits has waited for already

    # What a vendor's client fills in.

    def headers(self, request: Request) -> dict[str, str]:
        """Headers besides the token: account, accepted type."""
        return {"Accept": "application/json"}

    def proof(self, token: str) -> requests.auth.AuthBase:
        """How a call shows the token."""
        return Bearer(token)

    def address(self, request: Request) -> str:
        return self.base_url + request.path

    def parse(self, content: bytes, response: requests.Response) -> Any:
        """An answer as plain data. Raises ValueError for anything that is none."""
        return parse_json(content.decode("utf-8", "replace"))

    def classify(self, request: Request, reply: Reply) -> VendorError | None:
        """The error an answer stands for, or None when it is a success."""
        raise TypeError(f"{type(self).__name__} does not say what answers mean")

    def calls_left(self, reply: Reply) -> dict[str, int]:
        """Remaining calls by window, as the answer's headers tell."""
        return {}

    def observe(self, reply: Reply) -> None:
        """Learn from an answer's headers, whatever its status: the limits in force, a window used up."""

    # What vendors' clients and the engine call.

    def get(self, path: str, params: Mapping[str, str] | None = None, **headers: str) -> Reply:
        """Read. Raises any of the tree but OutcomeUnknown."""
        return self.send(Request("GET", path, params or {}), headers=headers)

    def send(self, request: Request, *, key: str = "", headers: Mapping[str, str] | None = None) -> Reply:
        """Carry out `request`; `key` is the idempotency key where the vendor knows such.

        A 429 is waited for within the limiter's patience, an expired token renewed once; a read is tried again when
        the vendor could not answer. Raises the error tree; OutcomeUnknown only for writes.
        """
        if self._silence:
            raise Unavailable(self._silence)
        extra = {**(headers or {}), **({"Idempotency-Key": key} if key else {})}
        tries = self.wiring.tries(request)
        for left in range(tries - 1, -1, -1):
            try:
                return self._patiently(request, extra)
            except (Unavailable, BadReply) as error:
                pause = self._pause(error, tries - left)
                if left == 0 or pause > self.wiring.limiter.patience:
                    self._keep_silence(error)
                    raise
                self.wiring.sleep(pause)
        raise AssertionError("unreachable")

    def _keep_silence(self, error: VendorError) -> None:
        """A page that asks for several things waits once for a vendor that does not answer, not for each of them."""
        if self.wiring.is_looked_on and isinstance(error, Unavailable) and error.status is None:
            self._silence = error.message

    @staticmethod
    def _pause(error: VendorError, tried: int) -> float:
        told = error.retry_after if isinstance(error, Unavailable) else None
        return told if told is not None else 0.4 * 3**tried * random.uniform(0.8, 1.2)  # noqa: S311  spreads retries, no secret

    def _patiently(self, request: Request, extra: dict[str, str]) -> Reply:
        limiter = self.wiring.limiter
        for tried in range(THROTTLE_TRIES):
            try:
                return self._with_token(request, extra)
            except Throttled as error:
                limiter.throttled(error.retry_after, error.scope)
                if error.retry_after > limiter.patience or tried == THROTTLE_TRIES - 1:
                    raise
                self.wiring.sleep(error.retry_after)
        raise AssertionError("unreachable")

    def _with_token(self, request: Request, extra: dict[str, str]) -> Reply:
        token = self.wiring.tokens.token()
        try:
            return self._once(request, extra, token)
        except TokenExpired:
            renewed = self.wiring.tokens.renew(token)
        try:
            return self._once(request, extra, renewed)
        except TokenExpired as error:
            raise TokenExpired(
                f"{self.vendor} refused an access token that was issued a moment ago.",
                status=error.status,
                messages=error.messages,
                correlation_id=error.correlation_id,
            ) from error

    def _once(self, request: Request, extra: dict[str, str], token: str) -> Reply:
        with self.wiring.limiter.slot():
            self.wiring.before_call(request)
            started = time.monotonic()
            try:
                reply = self._transfer(request, extra, token)
            except VendorError as failure:
                self._record(request, None, failure, started)
                raise
            self.first_date = self.first_date or reply.date
            self.observe(reply)
            error = self._error_in(request, reply)
            self._record(request, reply, error, started)
        if error is not None:
            raise error
        return reply

    def _transfer(self, request: Request, extra: dict[str, str], token: str) -> Reply:
        headers = {"User-Agent": USER_AGENT, **self.headers(request), **extra}
        if request.body or request.content:
            headers["Content-Type"] = request.content_type
        try:
            with self.session.request(
                request.method,
                self.address(request),
                params=dict(request.params),
                data=request.content or request.body.encode() or None,
                headers=headers,
                auth=self.proof(token),
                timeout=self.wiring.timeout_of(request),
                allow_redirects=False,  # a token must not follow a redirect to another host
                stream=True,
            ) as response:
                return self._reply(response)
        except requests.RequestException as error:
            raise self._network_error(request, error) from error

    def _reply(self, response: requests.Response) -> Reply:
        try:
            content = body_of(response)
        except TooLarge:
            return Reply(response.status_code, response.headers, "", None, readable=False, whole=False)
        text = content.decode("utf-8", "replace")
        try:
            data, readable = (self.parse(content, response), True) if text.strip() else (None, not text)
        except ValueError:
            data, readable = None, False
        return Reply(response.status_code, response.headers, text, data, readable)

    def _network_error(self, request: Request, error: requests.RequestException) -> VendorError:
        if never_left(error):
            where = f"{self.vendor} could not be reached at {self.base_url}"
            return Unavailable(f"{where}: check the address and the network.")
        if request.writes:
            return OutcomeUnknown(f"{self.vendor} did not answer a write; whether it was carried out is not known yet.")
        return Unavailable(f"{self.vendor} did not answer ({type(error).__name__}).")

    def _error_in(self, request: Request, reply: Reply) -> VendorError | None:
        if reply.status >= 500:
            return self._server_error(request, reply)
        if 300 <= reply.status < 400:
            return BadReply(f"{self.vendor} answered with a redirect; check the API address.", status=reply.status)
        error = self.classify(request, reply)
        if error is None and not reply.readable:
            return self._unreadable(request, reply)
        return error

    def _server_error(self, request: Request, reply: Reply) -> VendorError:
        said = self.outage_text(reply)
        if request.writes:
            return OutcomeUnknown(
                f"{self.vendor} failed while carrying out a write (status {reply.status}{said}); "
                "whether it was carried out is not known yet.",
                status=reply.status,
                answered_5xx=True,
            )
        return Unavailable(
            f"{self.vendor} is unavailable at the moment (status {reply.status}{said}).",
            status=reply.status,
            retry_after=reply.retry_after,
        )

    def outage_text(self, reply: Reply) -> str:
        """A short plain-text reason the vendor gave with a 5xx, as ": text", or nothing."""
        text = reply.text.strip()
        return f": {text}" if 0 < len(text) < 120 and not set(text) & set("<{") else ""

    def _unreadable(self, request: Request, reply: Reply) -> VendorError:
        kind = "a web page" if "<html" in reply.text[:500].lower() else "something that is not valid JSON"
        if not reply.whole:
            kind = f"more than {MAX_BYTES // 1_000_000} MB"
        if request.writes:
            unknown = f"{self.vendor} answered a write with {kind}; whether it was carried out is not known yet."
            return OutcomeUnknown(unknown, status=reply.status)
        return BadReply(f"{self.vendor} answered with {kind} instead of data.", status=reply.status)

    def _record(self, request: Request, reply: Reply | None, error: VendorError | None, started: float) -> None:
        self.calls += 1
        headers = reply.headers if reply else CaseInsensitiveDict()
        self.wiring.record(
            Call(
                request=request,
                status=reply.status if reply else None,
                milliseconds=int((time.monotonic() - started) * 1000),
                correlation_id=headers.get(self.correlation_header) or "",
                calls_left=self.calls_left(reply) if reply else {},
                answer=reply.text if reply else "",
                error=error.message if error else "",
            )
        )
