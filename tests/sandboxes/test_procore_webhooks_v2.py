"""Webhooks of the pretend Procore over version 2 of its API."""

from __future__ import annotations

import pytest

from tests.sandboxes.test_procore_webhooks import HOOK, deliver, hooked


@pytest.mark.parametrize("of_project", [False, True])
def test_version_two(of_project: bool) -> None:
    with hooked() as (place, receiver, _):
        base = f"/rest/v2.0/companies/{place.world.company.id}"
        base += f"/projects/{place.project.id}/webhooks" if of_project else "/webhooks"
        sent = {**HOOK, "payload_version": "v4.0"}
        del sent["api_version"]
        assert place.world.call("POST", f"{base}/hooks", json={**sent, "namespace": None}).status_code == 400
        assert place.world.call("POST", f"{base}/hooks", json={**sent, "payload_version": "v2"}).status_code == 400
        hook = place.world.call("POST", f"{base}/hooks", json=sent).json()["data"]
        assert hook["project_id"] == (str(place.project.id) if of_project else None)
        path = f"{base}/hooks/{hook['id']}"
        one = {"resource_name": "Sub Jobs", "event_type": "create"}
        assert place.world.call("POST", f"{path}/triggers", json=one).json()["data"]["webhook_hook_id"] == hook["id"]
        bulk = place.world.call("POST", f"{path}/triggers/bulk", json=[one, {**one, "event_type": "update"}])
        assert (bulk.status_code, len(bulk.json()["data"])) == (207, 1)
        found = place.world.call("GET", f"{base}/hooks", params={"payload_version": "v4.0"}).json()
        assert found["data"] == [{**hook, "trigger_count": 2}]
        place.world.company.add_project("Kauri Ridge", "KR-01").add_sub_job("B", "Tower B")
        sub_job = place.project.add_sub_job("A", "Tower A")
        deliver(place)
        assert len(receiver.got) == (1 if of_project else 2)
        assert receiver.got[-1].items() >= {"resource_type": "Sub Jobs", "resource_id": str(sub_job.id)}.items()
        query = {"filter[status]": "succeeded", "filter[resource_name]": "Sub Jobs"}
        rows = place.world.call("GET", f"{path}/deliveries", params=query).json()["data"]
        assert [row["status"] for row in rows] == ["delivered"] * len(receiver.got)
        assert place.world.call("GET", f"{path}/deliveries", params={"filter[status]": "ok"}).status_code == 400
        assert place.world.call("PATCH", path, json={"status": "disabled"}).json()["data"]["status"] == "disabled"
        place.project.add_sub_job("C", "Tower C")
        assert deliver(place) == 0
        assert place.world.call("GET", f"{base}/resources").status_code == 400
        names = place.world.call("GET", f"{base}/resources", params={"payload_version": "v2.0", "per_page": 100})
        assert ("Company Vendors" in {row["name"] for row in names.json()["data"]}) is not of_project
        assert place.world.call("DELETE", path).status_code == 204
        assert place.world.call("DELETE", path).status_code == 404
