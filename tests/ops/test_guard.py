"""No test reaches the real network."""

from __future__ import annotations

import socket

import pytest
import requests

from tests.conftest import RealNetwork


@pytest.mark.parametrize("url", ["https://api.xero.com/", "http://192.0.2.1/"])
def test_a_request_to_the_world_is_an_error(url: str) -> None:
    with pytest.raises(RealNetwork):
        requests.get(url, timeout=1)


def test_this_machine_is_near() -> None:
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_connection(one.getsockname(), 1) as two:
        assert two.getpeername() == one.getsockname()
