"""Small things about requests: how the token goes on, and whether a failed request ever left."""

from __future__ import annotations

import requests
import requests.auth
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NameResolutionError, NewConnectionError


class Bearer(requests.auth.AuthBase):
    """Set as `auth`, so that a .netrc file of the machine cannot replace the token."""

    scheme = "Bearer"

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"{self.scheme} {self._token}"
        return request


class Basic(Bearer):
    """For a vendor that is shown who we are with every call: the token is the encoded pair of name and password."""

    scheme = "Basic"


def never_left(error: requests.RequestException) -> bool:
    """True when the connection was never made, so that the vendor cannot have seen the request."""
    if isinstance(error, requests.ConnectTimeout) or "CERTIFICATE_VERIFY_FAILED" in str(error):
        return True
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    return isinstance(reason, NewConnectionError | NameResolutionError | ConnectTimeoutError)
