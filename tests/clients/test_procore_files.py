"""Files are fetched from Procore's own hosts without the token, and only as large as is wanted."""

from __future__ import annotations

import pytest
import responses

from integrations.base.errors import BadReply, Missing, Rejected, Unavailable, VendorError
from integrations.procore.files import download
from integrations.procore.requisitions import requisition_pages
from tests.network import network
from tests.sandboxes.procore_site import Site, site
from tests.sandboxes.procore_world import HOSTS

STORE = "https://storage.procore.com/files/1"
LIMIT = 10_000_000


def link(place: Site) -> str:
    claim = next(iter(requisition_pages(place.world.client, place.project.id))).rows[0]
    return claim.attachments[0].url


def test_the_file_of_a_claim_is_fetched_without_the_token() -> None:
    with site() as place:
        place.contract("1.00").claim(period_end="2026-07-31", attachments=["Claim 1.pdf"])
        sandbox = place.world.sandbox
        with network(dict.fromkeys((*HOSTS, "storage.procore.com"), sandbox)) as net:
            tokens: list[str | None] = []
            net.observers.append(lambda request, _: tokens.append(request.headers.get("Authorization")))
            url = link(place)
            assert download(place.world.client, url, LIMIT) == b"%PDF-1.4 Claim 1.pdf"
            assert tokens[-1] is None
            with pytest.raises(Rejected, match="larger"):
                download(place.world.client, url, 10)
            sandbox.clock.advance(minutes=61)
            with pytest.raises(Missing):
                download(place.world.client, url, LIMIT)


@pytest.mark.parametrize(
    ("status", "error"), [(403, Missing), (404, Missing), (410, Missing), (500, Unavailable), (503, Unavailable)]
)
def test_what_the_file_host_answers(status: int, error: type[VendorError]) -> None:
    with site() as place, responses.RequestsMock() as wire:
        wire.get(STORE, status=status)
        with pytest.raises(error):
            download(place.world.client, STORE, LIMIT)


def test_silence_of_the_file_host() -> None:
    with site() as place, responses.RequestsMock(), pytest.raises(Unavailable):
        download(place.world.client, STORE, LIMIT)


@pytest.mark.parametrize(
    "elsewhere",
    [
        "http://storage.procore.com/files/1",
        "https://procore.com.evil.example/files/1",
        "https://storage.procore.com@evil.example/files/1",
        "https://169.254.169.254/latest",
        "http://localhost/files/1",
        "file:///etc/passwd",
        "",
    ],
)
def test_no_other_host_is_asked(elsewhere: str) -> None:
    with site() as place, responses.RequestsMock() as wire:
        with pytest.raises(BadReply):
            download(place.world.client, elsewhere, LIMIT)
        wire.get(STORE, status=302, headers={"Location": elsewhere or "https://evil.example/"})
        with pytest.raises(BadReply):
            download(place.world.client, STORE, LIMIT)


def test_a_redirect_to_the_store_is_followed_but_not_for_ever() -> None:
    with site() as place, responses.RequestsMock() as wire:
        wire.get(STORE, status=302, headers={"Location": "https://bucket.s3.amazonaws.com/1?signed"})
        wire.get("https://bucket.s3.amazonaws.com/1?signed", body=b"%PDF")
        assert download(place.world.client, STORE, LIMIT) == b"%PDF"
        wire.get(f"{STORE}/2", status=302, headers={"Location": f"{STORE}/2"})
        with pytest.raises(BadReply, match="from one address to the next"):
            download(place.world.client, f"{STORE}/2", LIMIT)


def test_a_page_instead_of_the_file_is_not_the_file() -> None:
    with site() as place, responses.RequestsMock() as wire:
        wire.get(STORE, body="<!DOCTYPE html><html>Please wait</html>", content_type="text/html; charset=utf-8")
        with pytest.raises(Unavailable, match="web page"):
            download(place.world.client, STORE, LIMIT)
        wire.get(f"{STORE}/letter.html", body="<p>Dear", content_type="text/html")
        assert download(place.world.client, f"{STORE}/letter.html", LIMIT) == b"<p>Dear"
