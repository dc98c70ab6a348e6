"""Addresses a person may type."""

from __future__ import annotations

import pytest

from integrations.base.urls import UnsafeUrl, check_url, is_loopback

ALLOWED = ("*.procore.com", "127.0.0.1:*", "localhost:8001", "[::1]:*", "::1:*")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" https://api.procore.com/ ", "https://api.procore.com"),
        ("https://api.procore.com:443/rest", "https://api.procore.com:443/rest"),
        ("http://127.0.0.1:9000", "http://127.0.0.1:9000"),
        ("http://localhost:8001/", "http://localhost:8001"),
        ("http://[::1]:9000", "http://[::1]:9000"),
    ],
)
def test_a_safe_address_is_kept_without_its_slash(typed: str, kept: str) -> None:
    assert check_url(typed, ALLOWED) == kept


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "not a web address"),
        ("ftp://api.procore.com", "not a web address"),
        ("//api.procore.com", "not a web address"),
        ("javascript:alert(1)", "not a web address"),
        ("http://api.procore.com", "must use https"),
        ("https://somebody:secret@api.procore.com", "must not hold a login"),
        ("https://api.procore.com?x=1", "must not hold a login"),
        ("https://api.procore.com#x", "must not hold a login"),
        ("https://api.procore.com:99999", "no valid port"),
        ("https://procore.com.evil.example", "not allowed"),
        ("https://evilprocore.com", "not allowed"),
        ("https://169.254.169.254", "not allowed"),
        ("http://localhost:8002", "not allowed"),
        ("https://api.procore.com.", "not allowed"),
    ],
)
def test_an_unsafe_address_is_refused_with_the_reason(typed: str, why: str) -> None:
    with pytest.raises(UnsafeUrl, match=why):
        check_url(typed, ALLOWED)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "::1"])
def test_loopback(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["", "10.0.0.1", "localhost.example", "0.0.0.0"])
def test_not_loopback(host: str) -> None:
    assert not is_loopback(host)
