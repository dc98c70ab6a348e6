"""Fetching files that records name: attachments of claims.

Their addresses carry their own permission for a short while, on hosts for files: the access token is not sent there,
and no other host is asked.
https://github.com/procore/documentation/blob/c29c9988d7b461ba349c8f1063b54deb8d548d97/tutorials/secure_file_access.md
"""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import requests

from ..base.client import Request
from ..base.errors import BadReply, Missing, Rejected, Unavailable
from .client import ProcoreClient

LONGEST_WAIT = 60.0  # seconds for an answer to begin
MAX_HOPS = 3
CHUNK = 65_536
FILE_HOSTS = (".procore.com", ".amazonaws.com")


def download(client: ProcoreClient, url: str, limit: int) -> bytes:
    """The file at `url`, at most `limit` bytes.

    Raises Missing when the link is dead or expired (read the record again for a new one), Rejected when the file is too
    large, BadReply when the address is of another host, Unavailable.
    """
    client.wiring.before_call(Request("GET", url))
    address = url
    for _ in range(MAX_HOPS):
        _check_address(client, address)
        try:
            with client.session.get(address, timeout=_timeout(client), stream=True, allow_redirects=False) as response:
                if not response.is_redirect:
                    return _content(response, limit)
                address = urljoin(address, response.headers["Location"])
        except requests.RequestException as error:
            raise Unavailable("Procore's file host did not answer.") from error
    raise BadReply("Procore's file host leads from one address to the next.")


def _timeout(client: ProcoreClient) -> tuple[float, float]:
    connect, read = client.wiring.timeout
    return connect, min(read, LONGEST_WAIT)


def _check_address(client: ProcoreClient, address: str) -> None:
    parts, own = urlsplit(address), urlsplit(client.base_url)
    ours = (parts.scheme, parts.netloc) == (own.scheme, own.netloc)
    if not ours and not (parts.scheme == "https" and (parts.hostname or "").endswith(FILE_HOSTS)):
        raise BadReply("Procore names a file at an address that is not one of its own, which is not followed.")


def _content(response: requests.Response, limit: int) -> bytes:
    if response.status_code in (401, 403, 404, 410):
        raise Missing("Procore's link to the file is no longer valid.", status=response.status_code)
    if response.status_code != 200:
        raise Unavailable("Procore's file host cannot answer now.", status=response.status_code)
    if _is_page(response):
        raise Unavailable("Procore's file host answered with a web page instead of the file.")
    content = bytearray()
    for chunk in response.iter_content(CHUNK):
        content += chunk
        if len(content) > limit:
            raise Rejected(f"The file is larger than {limit:,} bytes.")
    return bytes(content)


def _is_page(response: requests.Response) -> bool:
    """A host in trouble shows a page with status 200, which must not be kept as somebody's invoice."""
    named = urlsplit(response.url).path.lower()
    return "text/html" in response.headers.get("Content-Type", "") and not named.endswith((".htm", ".html"))
