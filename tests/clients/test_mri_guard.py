"""Which writes never leave, whoever asks for them; and MRI as the hub sees it."""

from __future__ import annotations

import pytest
import responses

from integrations.base.client import Request
from integrations.base.errors import Rejected
from integrations.mri import VENDOR, credentials
from integrations.mri.client import MriClient
from integrations.mri.writing import create_request
from tests.clients.mri_bench import CONTRACTS, URL, VENDORS, Bench, login

WRITE = Request("POST", "/api.asp", {"$api": CONTRACTS, "$format": "json"}, '{"value": [{}]}')
JOB = {"value": [{"JobCode": "0042"}]}

# What may leave.


@pytest.mark.parametrize(
    "request_",
    [
        WRITE,
        Request("PUT", "/api.asp", {"$api": CONTRACTS}, "{}"),
        Request("POST", "/api.asp", {"$api": "MRI_S-PMRM_PaymentDetailsByPropertyID"}, "{}"),
        Request("POST", "/api.asp", {}, "{}"),
        Request("DELETE", "/api.asp", {"$api": CONTRACTS}),
    ],
)
def test_no_write_leaves_but_through_a_verified_endpoint(request_: Request) -> None:
    bench = Bench("contracts.find", "draws.create")
    with responses.RequestsMock(), pytest.raises(Rejected):
        bench.client.send(request_)
    assert bench.calls == []


def test_a_write_by_another_verb_than_the_verified_one_stays_here() -> None:
    bench = Bench("contracts.create")
    with responses.RequestsMock(), pytest.raises(Rejected, match="not among the connection's endpoints"):
        bench.client.send(Request("PUT", "/api.asp", {"$api": CONTRACTS}, "{}"))
    with responses.RequestsMock() as web:
        web.add("POST", URL, json=JOB)
        bench.client.send(WRITE)


def test_a_switched_off_endpoint_writes_nothing() -> None:
    bench = Bench("vendors.create")  # off as it ships: vendors are MRI's
    with pytest.raises(Rejected, match="switched off"):
        create_request(bench.client, "vendors.create", {"name": "Kauri"})
    with responses.RequestsMock(), pytest.raises(Rejected, match="switched off"):
        bench.client.send(Request("POST", "/api.asp", {"$api": VENDORS}, "{}"))


def test_a_connection_without_endpoints_of_its_own_writes_nothing() -> None:
    bench = Bench()
    client = MriClient(URL, "", bench.client.kind, type(bench.client.wiring)())
    with responses.RequestsMock(), pytest.raises(Rejected, match="has not been verified"):
        client.send(WRITE)


def test_endpoints_that_cannot_be_read_are_said_to_be_so() -> None:
    bench = Bench(contracts__create={"verb": "DELETE"})
    with pytest.raises(Rejected, match="cannot be read"):
        _ = bench.client.profile


# As the hub sees it.


def test_the_vendor_lists_the_database_once_the_login_works() -> None:
    bench = Bench(options={"database": "HARBOUR"})
    with responses.RequestsMock() as web:
        web.add("GET", URL, json={"odata.metadata": "x"})
        accounts = VENDOR.accounts(bench.client)
        assert [(a.id, a.name) for a in accounts] == [("HARBOUR", "HARBOUR at mri.example.mrisoftware.com")]
        assert VENDOR.check(bench.client) == "HARBOUR at mri.example.mrisoftware.com"
    assert bench.calls[0].request.params == {"$api": credentials.TEST_API, "$format": "json", "$top": "1"}


def test_secrets_are_in_no_repr() -> None:
    assert "pass:word" not in repr(login())
    assert "p-key" not in repr(login())
