"""The pretend MRI's manners: logins, links, forms of records, limits; our client copes with each of them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from integrations.base.errors import AuthBroken, BadReply, Forbidden, OutcomeUnknown, Rejected, Throttled, Unavailable
from integrations.mri.reading import probe, records
from integrations.mri.writing import create_request
from tests.sandboxes.mri_world import URL, MriWorld, mri_world

VENDORS = "MRI_S-PMAP_Vendors"
JOBS = "MRI_S-PMJC_Jobs"


def many(world: MriWorld, count: int) -> None:
    for number in range(count):
        world.books.add("vendors", name=f"Vendor {number}", active=True)


def ids(world: MriWorld, operation: str = "vendors.list") -> list[str]:
    return [one["id"] for one in records(world.client, operation)]


# Lists.


@pytest.mark.parametrize("links", ["skip", "cursor"])
@pytest.mark.parametrize("link_format", ["same", "xml"])
@pytest.mark.parametrize("after_last", [False, True])
def test_a_list_is_read_whole_by_every_kind_of_link(links: str, link_format: str, after_last: bool) -> None:
    with mri_world(links=links, link_format=link_format, page_size=4, link_after_last=after_last) as world:
        world.client = world.connect(page_size="4")
        many(world, 8)
        assert ids(world) == [row["id"] for row in world.books.tables["vendors"]]


def test_the_links_look_like_those_of_live_servers() -> None:
    with mri_world(page_size=3) as world:
        link = world.call("GET", f"$api={VENDORS}&$format=json").json()["nextLink"]
        assert f"%24api={VENDORS}&%24format=json" in link
        assert link.endswith("&%24top=3&%24skip=4")
        world.sandbox.switches.links, world.sandbox.switches.link_format = "cursor", "xml"
        link = world.call("GET", f"%24api={VENDORS}&%24format=json&%24top=2").json()["nextLink"]
        asked = parse_qs(urlsplit(link).query)
        assert set(asked) == {"$api", "$format", "_next"}
        assert asked["$format"] == ["xml"]


def test_a_client_that_counted_by_itself_would_read_one_twice() -> None:
    with mri_world() as world:
        first = world.call("GET", f"$api={VENDORS}&$top=2").json()["value"]
        second = world.call("GET", f"$api={VENDORS}&$top=2&$skip=2").json()["value"]
        assert first[1] == second[0]


@pytest.mark.parametrize(
    "switches",
    [
        {"numbers": "number"},
        {"lines": "list"},
        {"one_line": "list"},
        {"empty_fields": "missing"},
        {"flags": "True"},
        {"date_digits": 7},
        {},
    ],
)
@pytest.mark.parametrize("form", ["json", "xml"])
def test_records_read_alike_in_every_form(switches: dict[str, Any], form: str) -> None:
    with mri_world() as plain:
        expected = _everything(plain)
    with mri_world(**switches) as world:
        world.client = world.connect(format=form)
        assert _everything(world) == expected


def _everything(world: MriWorld) -> list[Any]:
    line = {"line_number": "1", "cost_code": "0300", "amount": 10}
    world.books.add("contracts", number="SC-1", job_id="WHARF01", vendor_id="0000010449", amount=10, lines=[line])
    found = [*records(world.client, "jobs.list"), *records(world.client, "vendors.list")]
    contracts = list(records(world.client, "purchase_orders.find")) + list(records(world.client, "contracts.find"))
    return [{name: value for name, value in one.items() if name != "changed"} for one in [*found, *contracts]]


@pytest.mark.parametrize("nothing", ["missing", "empty", "null"])
@pytest.mark.parametrize("form", ["json", "xml"])
def test_nothing_there_is_no_error(nothing: str, form: str) -> None:
    with mri_world(nothing=nothing) as world:
        world.client = world.connect(format=form)
        assert ids(world, "draws.find") == []


def test_filters_have_each_their_own_name_and_form_of_dates() -> None:
    with mri_world() as world:
        world.sandbox.clock.advance(days=40)
        new = world.books.add("vendors", name="New", active=True)
        day = new["changed"].date()
        assert [one["id"] for one in records(world.client, "vendors.list", since=day)] == [new["id"]]
        assert world.call("GET", f"$api={VENDORS}&LastUpdate={day}").status_code == 400  # not this API's form
        assert list(records(world.client, "jobs.list", since=day)) == []
        assert [one["id"] for one in records(world.client, "jobs.list", id="depot02")] == ["DEPOT02"]


def test_an_api_may_need_one_of_several_groups_of_filters() -> None:
    with mri_world() as world:
        answer = world.call("GET", "$api=MRI_S-PMAP_Invoices")
        assert answer.status_code == 400
        assert "STARTDATE and ENDDATE" in answer.json()["error"]["message"]
        for enough in ("LastUpdate=01-01-2026", "STARTDATE=2026-01-01&ENDDATE=2026-12-31", "vendorid=1"):
            assert world.call("GET", f"$api=MRI_S-PMAP_Invoices&{enough}").status_code == 200
        assert world.call("GET", "$api=MRI_S-PMAP_Invoices&STARTDATE=2026-01-01").status_code == 400
        assert list(records(world.client, "ap_invoices.list")) == []


def test_an_unknown_parameter_is_ignored_or_refused() -> None:
    with mri_world() as world:
        assert len(world.call("GET", f"$api={JOBS}&JobNo=WHARF01").json()["value"]) == 2
        world.sandbox.switches.unknown_parameters = "refuse"
        assert world.call("GET", f"$api={JOBS}&JobNo=WHARF01").status_code == 400


@pytest.mark.parametrize("path", ["/mriapiservices/api.asp", "/MRIWeb/MRIAPIServices/api.asp"])
def test_the_path_folds_case(path: str) -> None:
    with mri_world() as world:
        url = URL.replace("/MRIAPIServices/api.asp", path)
        assert world.call("GET", f"%24api={JOBS}", url=url).status_code == 200
        assert world.call("GET", f"$api={JOBS}", url=url.replace("api.asp", "nowhere.asp")).status_code == 404


# Logins.


@pytest.mark.parametrize("separator", ["/", "\\"])
def test_either_separator(separator: str) -> None:
    with mri_world(separators=separator) as world:
        world.client = world.connect(fields={"separator": separator})
        assert ids(world, "jobs.list") == ["WHARF01", "DEPOT02"]
        other = world.connect(fields={"separator": "\\" if separator == "/" else "/"})
        with pytest.raises(AuthBroken):
            list(records(other, "jobs.list"))


@pytest.mark.parametrize("part", ["database", "user", "key", "password"])
def test_no_wrong_part_is_told_from_another(part: str) -> None:
    with mri_world() as world:
        with pytest.raises(AuthBroken, match="does not say why"):
            list(records(world.connect(fields={part: "wrong"}), "jobs.list"))
        assert {entry.status for entry in world.sandbox.ledger.entries} == {401}


def test_a_class_without_the_right_and_a_partner_key_without_the_api_are_forbidden_by_name() -> None:
    with mri_world() as world:
        user = world.books.users[0]
        user.rights = {"MRI_S-PMAP_Bank", VENDORS}
        with pytest.raises(Forbidden, match=JOBS):
            ids(world, "jobs.list")
        assert len(ids(world)) == 4
        user.rights, user.manifest = None, {"MRI_S-PMAP_Bank", JOBS}
        with pytest.raises(Forbidden, match="manifest"):
            ids(world)
        user.tier = "developer"  # runs any API, at a lower rate
        assert len(ids(world)) == 4


def test_a_thousand_calls_in_any_five_minutes_and_fewer_for_a_developer_key() -> None:
    with mri_world(partner_calls=3, developer_calls=2, retry_after=True) as world:
        for _ in range(3):
            ids(world)
        with pytest.raises(Throttled) as raised:
            ids(world)
        assert 290 <= raised.value.retry_after <= 300
        world.sandbox.clock.advance(seconds=300)
        world.client = world.connect()
        ids(world)
        world.sandbox.clock.advance(seconds=300)
        world.books.users[0].tier = "developer"
        world.client = world.connect()
        ids(world)
        ids(world)
        with pytest.raises(Throttled):
            ids(world)


# Faults.


def test_a_deadlocked_read_is_read_again_and_a_deadlocked_write_is_not_written_again() -> None:
    with mri_world() as world:
        world.sandbox.deadlock(method="GET")
        assert ids(world, "jobs.list") == ["WHARF01", "DEPOT02"]
        world.sandbox.deadlock(times=3, method="GET")
        with pytest.raises(Unavailable, match="deadlocked"):
            ids(world, "jobs.list")
        world.sandbox.deadlock(method="POST", query="Vendors")
        with pytest.raises(OutcomeUnknown):
            world.client.send(_vendor(world))
        assert len(world.books.tables["vendors"]) == 4


def _vendor(world: MriWorld) -> Any:
    return create_request(world.client, "vendors.create", {"name": "Kauri"})


def test_a_write_may_be_kept_although_its_answer_never_comes() -> None:
    with mri_world() as world:
        world.sandbox.faults.add("drop_after", method="POST", query=VENDORS)
        with pytest.raises(OutcomeUnknown):
            world.client.send(_vendor(world))
        assert [row["name"] for row in world.books.tables["vendors"]][-1] == "Kauri"
        assert len(world.sandbox.calls(VENDORS, writes=True)) == 1
        world.client.send(_vendor(world))  # sent blindly once more: nothing holds it back
        assert [row["name"] for row in world.books.tables["vendors"]][-2:] == ["Kauri", "Kauri"]


def test_a_web_page_instead_of_data() -> None:
    with mri_world() as world:
        world.sandbox.faults.add("html", times=3)
        with pytest.raises(BadReply, match="a web page"):
            ids(world)


# What is data here as well.


def test_an_api_a_field_and_a_parameter_by_other_names_work_after_a_change_of_the_endpoint_alone() -> None:
    with mri_world() as world:
        api = world.sandbox.api(JOBS)
        api.name = "MRI_S-PMJC_Projects"
        api.rename_field("JobCode", "ProjectNo")
        api.rename_parameter("JOBCODE", "ProjectNumber")
        with pytest.raises(Rejected, match="is not valid"):
            ids(world, "jobs.list")
        profile: Any = dict(world.client.wiring.profile)
        jobs = profile["endpoints"]["jobs.list"]
        jobs["api"] = "MRI_S-PMJC_Projects"
        for part in (*jobs["fields"], *jobs["parameters"]):
            for key, old, new in (("mri", "JobCode", "ProjectNo"), ("name", "JOBCODE", "ProjectNumber")):
                if part.get(key) == old:
                    part[key] = new
        world.client = world.connect(profile)
        assert [one["id"] for one in records(world.client, "jobs.list", id="WHARF01")] == ["WHARF01"]


def test_every_assumed_endpoint_answers_a_probe() -> None:
    with mri_world() as world:
        for endpoint in world.client.profile.endpoints.values():
            values = {"vendor_id": "1", "number": "1"}
            told = probe(world.connect({}), endpoint, values)
            writes_only_needed = endpoint.api == "MRI_S-PMAP_Invoices" and endpoint.spec.writes
            assert told.ok or writes_only_needed, told.message


def test_pages_for_people_are_not_in_the_ledger_and_can_pay_a_draw() -> None:
    with mri_world() as world:
        ids(world, "jobs.list")
        mark = world.sandbox.ledger.mark()
        draw = world.books.add(
            "draws", number="1", contract_number="SC-1", job_id="WHARF01", gross=Decimal("90.00"), lines=[{"amount": 1}]
        )
        pay = URL.replace("/MRIAPIServices/api.asp", f"/books/HARBOUR/draws/{draw['id']}/pay")
        for amount in ("80.00", "nothing", "NaN"):
            requests.post(pay, {"amount": amount}, timeout=5)
        assert [payment["amount"] for payment in world.books.tables["payments"]] == [Decimal("80.00")]
        for path in ("/", "/books/HARBOUR", *(f"/books/HARBOUR/{table}" for table in world.books.tables)):
            told = world.call("GET", "", url=URL.replace("/MRIAPIServices/api.asp", path))
            assert told.status_code == 200
            assert "<h1>" in told.text
        assert world.sandbox.ledger.mark() == mark


def test_a_person_adds_a_job_and_a_vendor() -> None:
    with mri_world() as world:
        home = URL.replace("/MRIAPIServices/api.asp", "/books/HARBOUR")
        for _ in range(2):
            requests.post(f"{home}/jobs", {"id": "NEW03", "name": "Annexe", "entity_id": "100"}, timeout=5)
            requests.post(f"{home}/vendors", {"name": "Kauri"}, timeout=5)
        assert ids(world, "jobs.list") == ["WHARF01", "DEPOT02", "NEW03"]
        assert len(ids(world)) == 5
