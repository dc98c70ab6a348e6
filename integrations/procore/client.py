"""Talks to Procore's REST API: which company a call is for, what its answers mean, how much quota is left.

https://developers.procore.com/documentation/error-reference
https://developers.procore.com/documentation/rate-limiting
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

import requests

from ..base.client import ApiClient, Reply, Request, Wiring
from ..base.errors import (
    Conflict,
    Forbidden,
    Missing,
    OutcomeUnknown,
    Rejected,
    Throttled,
    TokenExpired,
    Unavailable,
    VendorError,
)
from ..base.parsing import count
from ..base.vendor import GrantKind
from .answers import error_messages

SPIKE_SECONDS = 10
HOUR_SECONDS = 3600
SMALLEST_HOURLY = 300  # no spike limit this large is known, and no hourly limit under it in production

# These two are for no company, unless a service account asks: https://developers.procore.com/documentation/tutorial-mpz
COMPANY_FREE = ("/rest/v1.0/me", "/rest/v1.0/companies")

# Where a person sees what the API shows, by API host; other hosts show their pages themselves.
WEB_HOSTS = {"api.procore.com": "app.procore.com", "api-monthly.procore.com": "api-sandbox-monthly.procore.com"}

_MEANINGS: dict[int, tuple[type[VendorError], str]] = {
    401: (TokenExpired, "Procore no longer accepts the access token"),
    403: (Forbidden, "Procore does not allow this to the login"),
    404: (Missing, "Procore does not know this record, or does not show it to this login"),
    409: (Conflict, "Procore reports a conflict with what is there already"),
    413: (Rejected, "Procore found the request too large"),
}
_FORBIDDEN_HINT = "Check the account's permissions, the permitted projects and the project's tools."
_DISCONNECTED_HINT = "A company administrator must install the app in this company again."


@dataclass(frozen=True)
class RateWindow:
    """The window that an answer's headers describe: the one nearer to empty, not always the same one."""

    name: str  # "spike" or "hour"
    limit: int
    remaining: int
    seconds: float  # until it resets

    @classmethod
    def of(cls, reply: Reply) -> RateWindow | None:
        """None when the headers are missing or make no sense."""
        told = [count(reply.headers.get(f"X-Rate-Limit-{n}"), 10**10) for n in ("Limit", "Remaining", "Reset")]
        limit, remaining, reset = told
        if not limit or remaining is None or reset is None:
            return None
        now = (reply.date or datetime.now(UTC)).timestamp()
        seconds = min(max(0.0, reset - now), HOUR_SECONDS)
        # Nothing names the window. The hourly one may also be about to reset, so its size counts as well.
        hourly = limit >= SMALLEST_HOURLY or seconds > SPIKE_SECONDS + 1
        return cls("hour" if hourly else "spike", limit, remaining, seconds)


class ProcoreClient(ApiClient):
    """A login seen through one company. `company_id` may be "" for calls that are for no company."""

    vendor = "Procore"
    correlation_header = "X-Request-Id"

    def __init__(
        self,
        base_url: str,
        company_id: str,
        kind: GrantKind,
        wiring: Wiring,
        session: requests.Session | None = None,
    ) -> None:
        super().__init__(base_url, wiring, session)
        self.company_id = company_id
        self.kind = kind

    def headers(self, request: Request) -> dict[str, str]:
        free = request.path.partition("?")[0] in COMPANY_FREE and self.kind is not GrantKind.CLIENT_CREDENTIALS
        company = {} if free or not self.company_id else {"Procore-Company-Id": self.company_id}
        return {**super().headers(request), **company}

    def calls_left(self, reply: Reply) -> dict[str, int]:
        window = RateWindow.of(reply)
        return {window.name: window.remaining} if window else {}

    def observe(self, reply: Reply) -> None:
        """Take the limits from the headers, as Procore asks for: they differ by customer and may change any time."""
        window = RateWindow.of(reply)
        if window is None:
            return
        limiter = self.wiring.limiter
        limiter.learn(window.name, window.limit)
        if window.remaining <= 0 and window.seconds > 0:
            limiter.throttled(window.seconds, window.name)
        elif window.name == "hour":
            limiter.told(window.name, window.remaining)

    def classify(self, request: Request, reply: Reply) -> VendorError | None:
        if reply.status < 300:
            return None
        if reply.status == 429:
            return self._throttled(reply)
        if reply.status == 408:
            return self._timed_out(request, reply)
        kind, meaning = _MEANINGS.get(reply.status, (Rejected, "Procore refused the request"))
        said = error_messages(reply.data)
        return kind(
            _message(reply.status, meaning, said),
            status=reply.status,
            messages=said,
            correlation_id=self._correlation(reply),
        )

    def _throttled(self, reply: Reply) -> Throttled:
        """Retry-After, else the reset time, else a pause: the documentation promises one on either page."""
        window = RateWindow.of(reply)
        wait = reply.retry_after
        if wait is None and window is not None:
            wait = window.seconds
        pause = wait if wait is not None else float(SPIKE_SECONDS)
        name = window.name if window else "hour" if pause > SPIKE_SECONDS + 1 else "spike"
        return Throttled(
            f"Procore's {'hourly' if name == 'hour' else '10-second'} limit of calls is used up.",
            retry_after=pause + random.uniform(0.1, 1.0),  # noqa: S311  spreads retries, no secret
            scope=name,
            status=reply.status,
            messages=error_messages(reply.data),
            correlation_id=self._correlation(reply),
        )

    def _timed_out(self, request: Request, reply: Reply) -> VendorError:
        if request.writes:
            unknown = "Procore took too long over a write; whether it was carried out is not known yet."
            return OutcomeUnknown(unknown, status=reply.status, correlation_id=self._correlation(reply))
        slow = "Procore took too long to answer; the list may need narrower filters."
        return Unavailable(slow, status=reply.status, correlation_id=self._correlation(reply))

    def _correlation(self, reply: Reply) -> str:
        return reply.headers.get(self.correlation_header) or ""

    # Pages for people.

    @property
    def web_url(self) -> str:
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{WEB_HOSTS.get(parts.netloc, parts.netloc)}"

    def project_page(self, project_id: int | str) -> str:
        return f"{self.web_url}/{project_id}/project/home"

    def vendor_page(self, vendor_id: int | str) -> str:
        """In the company directory. The path mirrors the documented one of a project's directory:
        https://developers.procore.com/documentation/side-panel-view-keys"""
        return f"{self.web_url}/{self.company_id}/company/directory/vendors/{vendor_id}/edit"

    def commitment_page(self, project_id: int | str, kind: str, commitment_id: int | str) -> str:
        """`kind` is "WorkOrderContract" or "PurchaseOrderContract".

        https://developers.procore.com/documentation/side-panel-view-keys"""
        folder = "purchase_order_contracts" if kind == "PurchaseOrderContract" else "work_order_contracts"
        return f"{self.web_url}/{project_id}/project/commitments/{folder}/{commitment_id}"

    def requisition_page(self, project_id: int | str, kind: str, commitment_id: int | str, claim_id: int | str) -> str:
        return f"{self.commitment_page(project_id, kind, commitment_id)}/requisitions/{claim_id}"

    def payments_page(self, project_id: int | str, kind: str, commitment_id: int | str) -> str:
        return f"{self.commitment_page(project_id, kind, commitment_id)}/contract_payments"

    def direct_cost_page(self, project_id: int | str, direct_cost_id: int | str) -> str:
        """The path follows those of the other tools of a project; it is not documented."""
        return f"{self.web_url}/{project_id}/project/direct_costs/{direct_cost_id}"


def _message(status: int, meaning: str, said: tuple[str, ...]) -> str:
    sentence = f"{meaning}: {'; '.join(said)}" if said else f"{meaning} (status {status})"
    if not sentence.endswith((".", "!", "?")):
        sentence += "."
    if status != 403:
        return sentence
    return f"{sentence} {_DISCONNECTED_HINT if 'not connected' in sentence else _FORBIDDEN_HINT}"
