"""What the client does not use of the pretend Procore keeps to the published schema as well."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.wrappers import Response

from tests.contract.test_procore_described import Watch
from tests.contract.test_procore_money_described import RECORDED, filled
from tests.sandboxes.procore_site import ROOF, Site, site

V1 = "/rest/v1.0"
HOOK = {"namespace": "acct-hub", "destination_url": "https://hub.example/hooks"}


def webhooks(place: Site) -> None:
    world, hooks = place.world, f"{V1}/webhooks/hooks"
    world.sandbox.courier.by_itself = False
    number = world.post(hooks, hook={**HOOK, "api_version": "v2"}).json()["id"]
    one = {"resource_name": "Company Vendors", "event_type": "create"}
    world.post(f"{hooks}/{number}/triggers", api_version="v2", trigger=one)
    more = [{**one, "event_type": event} for event in ("update", "delete")]
    world.post(f"{hooks}/{number}/triggers/bulk", api_version="v2", triggers=more)
    world.company.add_vendor("Tāmaki Timber")
    world.sandbox.courier.deliver()
    for path in (hooks, f"{hooks}/{number}/triggers", f"{hooks}/{number}/deliveries"):
        assert world.get(path).json()
    assert place.get(f"{V1}/webhooks/resources").json()
    world.patch(f"{hooks}/{number}", hook={"namespace": "acct-hub-2"})
    newer = f"/rest/v2.0/companies/{world.company.id}/webhooks"
    made = world.call("POST", f"{newer}/hooks", json={**HOOK, "payload_version": "v2.0"}).json()["data"]["id"]
    world.call("POST", f"{newer}/hooks/{made}/triggers", json=one)
    world.call("POST", f"{newer}/hooks/{made}/triggers/bulk", json=more)
    world.company.add_vendor("Northern Glass")
    world.sandbox.courier.deliver()
    for path in ("hooks", f"hooks/{made}/deliveries", "resources?payload_version=v2.0"):
        assert world.call("GET", f"{newer}/{path}").json()["data"]
    world.call("PATCH", f"{newer}/hooks/{made}", json={"status": "disabled"})
    world.call("DELETE", f"{newer}/hooks/{made}")


def structure(place: Site) -> None:
    world, wbs = place.world, f"{V1}/projects/{place.project.id}/work_breakdown_structure"
    assert world.call("GET", f"{V1}/companies/{world.company.id}/work_breakdown_structure/segments").json()
    assert world.call("GET", f"{wbs}/patterns").json()
    codes, kinds = (row["id"] for row in world.call("GET", f"{wbs}/segments").json())
    assert world.call("GET", f"{wbs}/segments/{codes}/segment_items").json()
    made = world.call("POST", f"{wbs}/segments/{codes}/segment_items", json={"code": "99", "name": "Sundry"}).json()[
        "id"
    ]
    kind = world.company.cost_type("O").id
    items = [{"segment_id": codes, "segment_item_id": made}, {"segment_id": kinds, "segment_item_id": kind}]
    number = world.call("POST", f"{wbs}/wbs_codes", json={"segment_items": items}).json()["id"]
    world.call("PATCH", f"{wbs}/wbs_codes/bulk_create", json={"bulk": [{"segment_items": items}]})
    assert world.call("GET", f"{wbs}/wbs_codes").json()
    world.call("PATCH", f"{wbs}/wbs_codes/update_all", json={"ids": [number], "attributes": {"status": "inactive"}})


def registers(place: Site) -> None:
    world, scope = place.world, {"project_id": place.project.id}
    world.call("POST", f"{V1}/sub_jobs", json={**scope, "sub_job": {"name": "Tower A", "code": "A"}})
    update = {"name": "Tower B", "code": "B", "origin_id": "s:1", "origin_data": "{}"}
    world.call("PATCH", f"{V1}/sub_jobs/sync", params=scope, json={**scope, "updates": [update]})
    assert place.get(f"{V1}/sub_jobs").json()
    code = {"code": "GST", "description": "GST", "rate1": 10, "origin_id": "t:1"}
    world.patch(f"{V1}/tax_codes/sync", updates=[code])
    assert world.get(f"{V1}/tax_codes").json()
    body = {**scope, "cost_code": {"code": "98", "name": "Sundry"}}
    number = world.call("POST", f"{V1}/cost_codes", json=body).json()["id"]
    world.call("PATCH", f"{V1}/cost_codes/{number}", json=body)
    world.post(f"{V1}/line_item_types", line_item_type={"name": "Plant", "csv_import_code": "P", "base_type": "other"})


def money(place: Site) -> None:
    world, contract, claim = place.world, filled(place), place.project.commitments[0].claims[0]
    newer = f"/rest/v2.0/companies/{world.company.id}/projects/{place.project.id}"
    assert place.get(f"{V1}/commitments/{contract.id}").json()
    contracts = f"{newer}/commitment_contracts"
    made = world.call("POST", contracts, json={"type": "WorkOrderContract", "title": "Glass"}).json()["data"]["id"]
    world.call("PATCH", f"{contracts}/{made}", json={"description": "Glazing"})
    line = {"wbs_code_id": str(contract.lines[0]["wbs_code_id"]), "amount": "1.00", "description": "Pane"}
    world.call("POST", f"{contracts}/{made}/line_items", json=line)
    for rest in ("", f"/{made}", f"/{contract.id}/summary", f"/{made}/line_items"):
        assert world.call("GET", f"{contracts}{rest}").json()["data"]
    claims = f"{V1}/requisitions/{claim.id}"
    assert place.get(f"{claims}/detail").json()
    items: list[dict[str, Any]] = [{"id": claim.items[0].id, "item_type": "contract_item", "status": "approved"}]
    query = {"project_id": place.project.id}
    world.call("PATCH", f"{claims}/bulk_item_update", params=query, json={"requisition_items": items})
    world.call("PATCH", f"{newer}/requisitions/{claim.id}/payment_details", json={"due_date": "2026-09-20"})
    new = {"wbs_code_id": place.project.coded(ROOF, "C")["wbs_code_id"], "original_budget_amount": "5.00"}
    sync = f"{V1}/budget_line_items/sync"
    number = world.call("POST", sync, json={**query, "budget_line_items": [new]}).json()[0]["id"]
    assert place.get(f"/rest/v1.1/budget_line_items/{number}").json()
    assert place.get(f"{V1}/budget_views/{place.project.budget.view_id}/budget_detail_columns").json()
    world.call("DELETE", f"{newer}/budget_line_items/{number}")


@pytest.mark.parametrize("part", [webhooks, structure, registers, money])
def test_requests_and_answers_keep_to_the_published_schema(part: Any) -> None:
    watch = Watch()
    with site() as place:
        place.world.net.hosts["hub.example"] = Response("")
        place.world.net.observers.append(lambda *call: None if "hub.example" in str(call[0].url) else watch(*call))
        part(place)
    assert watch.seen >= 8
    assert [name for name in watch.asked if name != "company_id"] == []
    assert [name for name in sorted(set(watch.answered)) if name.rpartition(".")[2] not in RECORDED] == []
