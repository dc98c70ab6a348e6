"""Who gets in: tokens, companies, permitted projects, tools, limits."""

from __future__ import annotations

import pytest
import requests

from integrations.procore.sandbox import Switches
from tests.sandboxes.procore_world import procore_world

VENDORS = "/rest/v1.0/vendors"


def test_no_unknown_and_expired_tokens_are_401() -> None:
    with procore_world() as world:
        for header in ("", "Bearer nonsense", "Basic abc", f"Token {world.token}"):
            assert world.call("GET", VENDORS, headers={"Authorization": header}).status_code == 401
        assert world.get(VENDORS).status_code == 200
        world.sandbox.clock.advance(seconds=5400)
        answer = world.get(VENDORS)
        assert answer.status_code == 401
        assert answer.json() == {"errors": ["The access token is invalid"]}


def test_a_fault_can_expire_the_token_of_one_call() -> None:
    with procore_world() as world:
        world.sandbox.faults.add("expire_token", path=VENDORS)
        assert [world.get(VENDORS).status_code for _ in range(2)] == [401, 401]


def test_the_company_header_is_needed_but_for_two_addresses() -> None:
    with procore_world() as world:
        without = {"headers": {"Procore-Company-Id": ""}}
        answer = world.call("GET", VENDORS, params={"company_id": world.company.id}, **without)
        assert (answer.status_code, answer.json()) == (404, {"errors": ["Item not found"]})
        assert world.call("GET", "/rest/v1.0/me", **without).status_code == 200
        assert world.call("GET", "/rest/v1.0/companies", **without).status_code == 200


def test_the_missing_header_can_be_explained_instead() -> None:
    with procore_world(switches=Switches(explains_missing_header=True)) as world:
        answer = world.call("GET", VENDORS, headers={"Procore-Company-Id": ""})
        assert answer.status_code == 400
        assert answer.json()["message"].startswith("Missing Procore-Company-Id header!")


def test_a_service_account_may_have_to_send_the_header_everywhere() -> None:
    with procore_world(switches=Switches(service_account_always_needs_header=True)) as world:
        without = {"headers": {"Procore-Company-Id": ""}}
        assert world.call("GET", "/rest/v1.0/companies", **without).status_code == 404
        assert world.call("GET", "/rest/v1.0/companies").status_code == 200


def test_the_header_does_not_replace_the_documented_parameter() -> None:
    with procore_world() as world:
        answer = world.call("GET", VENDORS)
        assert (answer.status_code, answer.json()) == (400, {"errors": {"company_id": ["required"]}})
        assert world.call("GET", "/rest/v1.0/cost_codes").json() == {"errors": {"project_id": ["required"]}}


def test_another_companys_records_do_not_exist() -> None:
    with procore_world() as world:
        other = world.sandbox.add_company("Kauri Ridge Builders")
        world.app.install(other)
        theirs = other.add_vendor("Kauri Steel")
        assert world.get(f"{VENDORS}/{theirs.id}").status_code == 404
        assert world.get(VENDORS, company_id=other.id).status_code == 404
        assert world.get(f"/rest/v1.0/companies/{other.id}/project_stages").status_code == 404
        assert world.get(VENDORS, headers={"Procore-Company-Id": "x"}).status_code == 404


def test_a_company_without_the_app_is_403() -> None:
    with procore_world() as world:
        world.app.uninstall(world.company)
        answer = world.get(VENDORS)
        assert (answer.status_code, answer.json()) == (403, {"errors": ["App is not connected to this company."]})
        assert world.call("GET", "/rest/v1.0/companies", headers={"Procore-Company-Id": ""}).json() == []


@pytest.mark.parametrize("status", [403, 404])
def test_projects_that_are_not_permitted_vanish_from_lists_and_refuse_to_show(status: int) -> None:
    with procore_world(switches=Switches(not_permitted_status=status)) as world:
        seen, hidden = world.company.add_project("Harbour Tower"), world.company.add_project("Kauri Mall")
        world.app.permit_only(world.company, seen)
        later = world.company.add_project("Made later")
        assert [row["id"] for row in world.get("/rest/v1.1/projects").json()] == [seen.id]
        assert [row["id"] for row in world.get(f"/rest/v1.0/companies/{world.company.id}/projects").json()] == [seen.id]
        assert world.get(f"/rest/v1.0/projects/{hidden.id}").status_code == status
        assert world.get("/rest/v1.0/cost_codes", project_id=later.id).status_code == status
        refused = world.patch("/rest/v1.0/projects/sync", updates=[{"id": hidden.id, "name": "x"}]).json()
        assert refused["errors"][0]["errors"] == {"id": ["Entity with this ID not found"]}
        # Rights are looked at for each request: the same token sees a project as soon as it is picked.
        world.app.permit_only(world.company, seen, hidden)
        assert world.get(f"/rest/v1.0/projects/{hidden.id}").status_code == 200


def test_a_person_is_not_bound_by_the_permitted_projects() -> None:
    with procore_world() as world:
        world.company.add_project("Harbour Tower")
        world.app.permit_only(world.company)
        person = world.sandbox.logins.new_token(world.app, world.sandbox.logins.administrator)
        answer = world.get("/rest/v1.1/projects", headers={"Authorization": f"Bearer {person.value}"})
        assert len(answer.json()) == 1


def test_a_tool_that_is_off_is_403() -> None:
    with procore_world() as world:
        project = world.company.add_project("Harbour Tower", tools_off=frozenset({"directory"}))
        assert world.get(f"/rest/v1.1/projects/{project.id}/vendors").status_code == 403
        assert world.get(VENDORS).status_code == 200
        world.company.tools_off.add("directory")
        assert world.get(VENDORS).status_code == 403
        assert world.get("/rest/v1.1/projects").status_code == 200


@pytest.mark.parametrize("body", ["{broken", "[]", '"text"'])
def test_a_body_that_is_no_object_is_400(body: str) -> None:
    with procore_world() as world:
        answer = world.call("PATCH", f"{VENDORS}/sync", data=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == 400


# The limits.


def limit_headers(answer: requests.Response) -> tuple[int, int]:
    return int(answer.headers["X-Rate-Limit-Limit"]), int(answer.headers["X-Rate-Limit-Remaining"])


def test_the_headers_name_the_window_nearer_to_empty() -> None:
    with procore_world(spike=5, hourly=7) as world:
        seen = [limit_headers(world.get(VENDORS)) for _ in range(4)]
        assert seen == [(5, 4), (5, 3), (5, 2), (5, 1)]
        world.sandbox.clock.advance(seconds=10)
        assert limit_headers(world.get(VENDORS)) == (7, 2)


def test_the_spike_limit_refuses_and_opens_again_after_ten_seconds() -> None:
    with procore_world(spike=3) as world:
        assert [world.get(VENDORS).status_code for _ in range(4)] == [200, 200, 200, 429]
        refused = world.get(VENDORS)
        assert limit_headers(refused) == (3, 0)
        assert 1 <= int(refused.headers["Retry-After"]) <= 11
        assert refused.json()["errors"].startswith("You have surpassed the max number of requests")
        world.sandbox.clock.advance(seconds=10)
        assert world.get(VENDORS).status_code == 200


def test_the_hourly_limit_resets_when_its_oldest_call_is_an_hour_old() -> None:
    with procore_world(spike=10, hourly=2) as world:
        for _ in range(2):
            world.get(VENDORS)
            world.sandbox.clock.advance(minutes=20)
        refused = world.get(VENDORS)
        assert refused.status_code == 429
        assert int(refused.headers["Retry-After"]) == pytest.approx(1200, abs=2)
        world.sandbox.clock.advance(minutes=20)
        assert world.get(VENDORS).status_code == 200
        assert world.get(VENDORS).status_code == 429


def test_limits_count_by_token_and_company() -> None:
    with procore_world(spike=1) as world:
        other = world.sandbox.add_company("Kauri Ridge Builders")
        world.app.install(other)
        assert world.get(VENDORS).status_code == 200
        assert world.get(VENDORS).status_code == 429
        there = {"Procore-Company-Id": str(other.id)}
        assert world.get(VENDORS, company_id=other.id, headers=there).status_code == 200
        fresh = {"Authorization": f"Bearer {world.sandbox.access_token(world.app)}"}
        assert world.get(VENDORS, headers=fresh).status_code == 200


def test_errors_count_too_and_carry_the_headers() -> None:
    with procore_world(spike=2) as world:
        assert limit_headers(world.get(f"{VENDORS}/1")) == (2, 1)
        assert world.call("GET", "/rest/v1.0/nowhere").headers["X-Rate-Limit-Remaining"] == "0"
        assert world.get(VENDORS).status_code == 429


def test_retry_after_can_be_missing() -> None:
    with procore_world(spike=1, switches=Switches(retry_after_on_429=False)) as world:
        world.get(VENDORS)
        refused = world.get(VENDORS)
        assert refused.status_code == 429
        assert "Retry-After" not in refused.headers
        assert int(refused.headers["X-Rate-Limit-Reset"]) >= int(world.sandbox.clock.now().timestamp())


def test_a_429_on_demand() -> None:
    with procore_world() as world:
        world.sandbox.faults.add("throttle", headers={"Retry-After": "7"})
        assert world.get(VENDORS).headers["Retry-After"] == "7"
        world.sandbox.faults.add("throttle", seconds=3)
        assert world.get(VENDORS).headers["Retry-After"] == "3"


def test_every_answer_has_a_request_id_and_a_date() -> None:
    with procore_world() as world:
        answer = world.get(VENDORS)
        assert answer.headers["X-Request-Id"]
        assert answer.headers["Date"].endswith("GMT")
        assert world.sandbox.ledger.entries[0].account == str(world.company.id)
