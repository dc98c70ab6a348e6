"""The mail server's address: TIEBACK_EMAIL_URL."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

SUBMISSION, RELAY, SMTPS = 587, 25, 465  # ports
WANTED = "must be smtp://user:password@host:587 or smtps://user:password@host:465"
ENCODED = "in user and password write %2F for /, %3F for ?, %23 for #, %25 for %, %5B for [ and %5D for ]"


@dataclass(frozen=True)
class MailServer:
    """Where mails go, and how the way there is encrypted. `tls` is from the first byte, `starttls` after a greeting;
    with neither, no password is sent."""

    host: str = "localhost"
    port: int = RELAY
    user: str = ""
    password: str = ""
    tls: bool = False
    starttls: bool = False


def mail_server(url: str) -> MailServer:
    """Raises ValueError with a sentence that repeats nothing of the address: it holds a password."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError(f"{WANTED}; {ENCODED}") from None
    if fault := _fault(parts):
        raise ValueError(fault)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    port = port or (SMTPS if parts.scheme == "smtps" else SUBMISSION if user else RELAY)
    tls = parts.scheme == "smtps" and port != SUBMISSION  # whose servers all begin in the clear (RFC 6409, RFC 8314)
    starttls = not tls and (port == SUBMISSION or bool(user))
    return MailServer(parts.hostname or "", port, user, password, tls, starttls)


def _fault(parts: SplitResult) -> str:
    """What is wrong with the address; "" when nothing is. A / ? or # of the password has cut it short."""
    if parts.scheme not in ("smtp", "smtps"):
        return WANTED
    if parts.path.strip("/") or parts.query or parts.fragment:
        return f"{WANTED}, with nothing behind the port; {ENCODED}"
    return "" if parts.hostname else f"{WANTED}; it names no host"
