"""Addresses a person may type: only HTTPS, only hosts that the deployment allows, never a redirect away."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from fnmatch import fnmatch
from urllib.parse import urlsplit


class UnsafeUrl(ValueError):
    """The address may not be called; the text says why."""


def check_url(url: str, allowed_hosts: Sequence[str]) -> str:
    """Give back `url` without a trailing slash, or raise UnsafeUrl.

    `allowed_hosts` are `host` or `host:port` patterns (`*` matches any run of characters). Plain HTTP is accepted
    for loopback hosts only.
    """
    parts = urlsplit(url.strip())
    host = parts.hostname or ""
    if parts.scheme not in ("https", "http") or not host:
        raise UnsafeUrl(f"“{url}” is not a web address. It must begin with https://")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise UnsafeUrl(f"“{url}” must not hold a login, a query or a fragment.")
    try:
        port = parts.port
    except ValueError as error:
        raise UnsafeUrl(f"“{url}” has no valid port.") from error
    if parts.scheme == "http" and not is_loopback(host):
        raise UnsafeUrl(f"“{url}” must use https://")
    names = (host, f"{host}:{port or (443 if parts.scheme == 'https' else 80)}")
    if not any(fnmatch(name, pattern) for pattern in allowed_hosts for name in names):
        raise UnsafeUrl(f"The host of “{url}” is not allowed by this installation.")
    return url.strip().rstrip("/")


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
