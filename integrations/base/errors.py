"""What can go wrong at a vendor, as a tree by *what to do next*.

Clients raise these; `hub.engine.policy` is the one place that turns them into outcomes.
The message is always a sentence for a person.
"""

from __future__ import annotations


class VendorError(Exception):
    """Base of the tree. `status` is the HTTP status, when there was an answer."""

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        messages: tuple[str, ...] = (),
        correlation_id: str = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.messages = messages or (message,)
        self.correlation_id = correlation_id


class Throttled(VendorError):
    """A quota is used up. Wait `retry_after` seconds; nothing was done. `scope`: minute, day, hour, concurrent…"""

    def __init__(self, message: str, *, retry_after: float, scope: str = "minute", **kw: object) -> None:
        super().__init__(message, **kw)  # type: ignore[arg-type]
        self.retry_after = retry_after
        self.scope = scope


class Unavailable(VendorError):
    """The vendor cannot answer now and nothing was changed: a read that failed, or a write that never left."""

    def __init__(self, message: str, *, retry_after: float | None = None, **kw: object) -> None:
        super().__init__(message, **kw)  # type: ignore[arg-type]
        self.retry_after = retry_after


class OutcomeUnknown(VendorError):
    """A write left us and no usable answer came back. `answered_5xx` tells a 5xx from silence."""

    def __init__(self, message: str, *, answered_5xx: bool = False, **kw: object) -> None:
        super().__init__(message, **kw)  # type: ignore[arg-type]
        self.answered_5xx = answered_5xx


class AuthBroken(VendorError):
    """The login is dead: a person must reconnect or correct the credentials. Retrying is pointless."""


class TokenExpired(VendorError):
    """The access token was refused as expired; the client renews it once and repeats. It leaves the client only when
    the new one is refused too: nothing was done, and trying again later may help."""


class Forbidden(VendorError):
    """The login works but may not do this: scope, permission, project or organisation not granted."""


class Rejected(VendorError):
    """The vendor read the request and refused it. `messages` holds its reasons, word for word."""


class Missing(VendorError):
    """The address or record does not exist, or is not visible to this login."""


class Conflict(VendorError):
    """Somebody else changed the same record at the same time. Nothing was done; try again."""


class BadReply(VendorError):
    """A read was answered with something that is not what the API documents (HTML, broken JSON, wrong types)."""
