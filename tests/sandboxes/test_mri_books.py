"""The pretend MRI's books: what is taken, what is refused and in which way, and what follows from a record."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from integrations.base.errors import Rejected
from integrations.mri.reading import find, records
from integrations.mri.writing import Fate, Written, create_request, read_written
from tests.sandboxes.mri_world import MriWorld, mri_world

KEY = {"job_id": "WHARF01", "contract_number": "SC-001"}


def lines(*amounts: str, **more: Any) -> list[dict[str, Any]]:
    return [
        {
            "line_number": str(number),
            "phase": "02",
            "cost_code": "0300",
            "cost_type": "SUB",
            "amount": Decimal(amount),
            **more,
        }
        for number, amount in enumerate(amounts, 1)
    ]


def write(world: MriWorld, operation: str, **record: Any) -> Written:
    reply = world.client.send(create_request(world.client, operation, record))
    return read_written(world.client, operation, reply)


def contract(world: MriWorld, operation: str = "contracts.create", number: str = "SC-001", **more: Any) -> Written:
    return write(
        world,
        operation,
        **{
            "number": number,
            "job_id": "WHARF01",
            "vendor_id": "0000010449",
            "title": "Concrete",
            "amount": Decimal("1500.00"),
            "lines": lines("1000.00", "500.00"),
            **more,
        },
    )


def draw(world: MriWorld, number: str = "1", gross: str = "1000.00", **more: Any) -> Written:
    given = {"number": number, "gross": Decimal(gross), "date": date(2026, 11, 5), "lines": lines(gross)}
    return write(world, "draws.create", **KEY, **{**given, **more})


@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_contract_its_change_order_and_its_draws_are_kept_to_the_cent(form: str) -> None:
    with mri_world() as world:
        world.client = world.connect(format=form)
        assert contract(world).fate is Fate.DONE
        change = write(
            world, "contract_change_orders.create", number="1", amount=Decimal("0.05"), lines=lines("0.05"), **KEY
        )
        assert change.fate is Fate.DONE
        told = draw(world, gross="1000.03", retained=Decimal("100.01"))
        assert told.fate is Fate.DONE
        assert told.record
        assert told.record["gross"] == Decimal("1000.03")
        row = world.books.tables["draws"][0]
        assert (row["gross"], row["retained"], row["vendor_id"]) == (
            Decimal("1000.03"),
            Decimal("100.01"),
            "0000010449",
        )
        assert row["id"] == told.record["id"]
        assert [found["number"] for found in find(world.client, "draws.find", {**KEY, "number": "1"})] == ["1"]
        assert find(world.client, "contracts.find", {"job_id": "WHARF01", "number": "SC-001"})[0]["lines"] == [
            {**line, "description": "", "retainage_percent": None, "tax": None} for line in lines("1000.00", "500.00")
        ]


def test_a_draw_is_a_cost_of_its_job_and_its_payment_tells_which_draw() -> None:
    with mri_world() as world:
        contract(world)
        draw(world, retained=Decimal("100.00"))
        cost = next(records(world.client, "job_costs.list", job_id="WHARF01"))
        assert (cost["amount"], cost["contract_number"], cost["source"]) == (Decimal("1000.00"), "SC-001", "AP")
        world.books.pay(world.books.tables["draws"][0])
        paid = next(records(world.client, "payments.list"))
        assert (paid["amount"], paid["draw_number"], paid["contract_number"]) == (Decimal("900.00"), "1", "SC-001")
        world.books.void(world.books.tables["payments"][0])
        assert next(records(world.client, "payments.list"))["void"] is True


def test_costs_without_a_contract_come_from_invoices_and_journals() -> None:
    with mri_world() as world:
        given = {"number": "INV-1", "vendor_id": "0000010502", "date": date(2026, 11, 2), "amount": Decimal(80)}
        told = write(world, "ap_invoices.create", **given, lines=lines("80.00", job_id="WHARF01"))
        assert told.fate is Fate.DONE
        world.books.post_cost("DEPOT02", "9900", "12.34", cost_type="LAB")
        costs = list(records(world.client, "job_costs.list"))
        assert [(one["source"], one["job_id"], one["amount"]) for one in costs] == [
            ("AP", "WHARF01", Decimal("80.00")),
            ("GL", "DEPOT02", Decimal("12.34")),
        ]
        assert len(list(records(world.client, "ap_invoices.list", since=date(2026, 1, 1)))) == 1


def test_budgets_and_their_revisions() -> None:
    with mri_world() as world:
        budget = write(
            world,
            "budgets.create",
            job_id="WHARF01",
            budget_type="ORIG",
            amount=Decimal(30),
            lines=lines("10.00", "20.00"),
        )
        assert budget.fate is Fate.DONE
        revision: dict[str, Any] = {"job_id": "WHARF01", "revision_number": "1", "revision_date": date(2026, 11, 1)}
        told = write(world, "budget_revisions.create", **revision, amount=Decimal(-5), lines=lines("-5.00"))
        assert told.fate is Fate.DONE
        assert len(find(world.client, "budget_revisions.find", revision)) == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"job_id": "NOWHERE"}, "Job NOWHERE does not exist"),
        ({"vendor_id": "0000000000"}, "Vendor 0000000000 does not exist"),
        ({"lines": lines("1000.00")}, "The lines come to 1000.00"),
        ({"lines": lines("1500.00", cost_code="7777")}, "Cost code 7777 does not exist"),
    ],
)
def test_a_refusal_stands_in_the_record_although_the_status_is_200(change: dict[str, Any], words: str) -> None:
    with mri_world() as world:
        told = contract(world, **change)
        assert told.fate is Fate.REFUSED
        assert words in told.messages[0]
        assert world.sandbox.ledger.entries[-1].status == 200
        assert world.books.tables["contracts"] == []


def test_a_refusal_in_xml() -> None:
    with mri_world() as world:
        world.client = world.connect(format="xml")
        assert "does not exist" in contract(world, job_id="NOWHERE").messages[0]


def test_lengths_are_hard() -> None:
    with mri_world() as world:
        profile: Any = dict(world.client.wiring.profile)
        for one in profile["endpoints"]["contracts.create"]["fields"]:
            one.pop("max_length", None)  # a map that does not know better
        world.client = world.connect(profile)
        told = contract(world, number="SC-001-TOO-LONG-BY-FAR")
        assert told.messages == ("ContractID exceeds its maximum length of 15.",)
        world.sandbox.switches.too_long = "cut"
        assert contract(world, number="SC-001-TOO-LONG-BY-FAR").record["number"] == "SC-001-TOO-LONG"  # type: ignore[index]
        with pytest.raises(Rejected, match="takes 15 characters"):
            create_request(world.connect(), "contracts.create", {"number": "SC-001-TOO-LONG-BY-FAR"})


@pytest.mark.parametrize("choice", ["refuse", "take"])
def test_zero_change_orders_and_draws(choice: str) -> None:
    with mri_world(zero_change_orders=choice, zero_draws=choice) as world:
        contract(world)
        order = write(world, "contract_change_orders.create", number="1", amount=Decimal(0), **KEY)
        fates = {order.fate, draw(world, gross="0.00").fate}
        assert fates == {Fate.REFUSED if choice == "refuse" else Fate.DONE}


@pytest.mark.parametrize("choice", ["refuse", "take"])
def test_change_orders_on_purchase_orders(choice: str) -> None:
    with mri_world(change_orders_on_purchase_orders=choice) as world:
        contract(world, "purchase_orders.create", "SC-001")
        told = write(world, "contract_change_orders.create", number="1", amount=Decimal(5), lines=lines("5.00"), **KEY)
        assert told.fate is (Fate.REFUSED if choice == "refuse" else Fate.DONE)


def test_a_draw_that_only_releases_is_taken_where_draws_have_the_field() -> None:
    with mri_world() as world:
        contract(world)
        assert draw(world, gross="0.00", released=Decimal("100.00")).fate is Fate.DONE
        world.sandbox.switches.draws_take_retainage = False
        assert "Retainage is not entered" in draw(world, "2", released=Decimal("1.00")).messages[0]


def test_overbilling_and_closed_periods() -> None:
    with mri_world(overbilling="refuse") as world:
        contract(world)
        assert draw(world, gross="1500.00").fate is Fate.DONE
        assert draw(world, "2", gross="0.01").messages == ("The draw exceeds the contract.",)
        world.sandbox.switches.overbilling = "take"
        world.books.closed_periods.add("202610")
        assert draw(world, "3", accounting_period="202610").messages == ("Period 202610 is closed.",)
        assert draw(world, "4", accounting_period="202611").fate is Fate.DONE


def test_the_same_number_twice_is_taken_unless_the_installation_minds() -> None:
    with mri_world() as world:
        contract(world)
        contract(world)
        key = {"job_id": "WHARF01", "number": "SC-001"}
        assert len(find(world.client, "contracts.find", key)) == 2
        world.sandbox.switches.unique_keys = True
        assert contract(world).fate is Fate.REFUSED


def test_a_journal_balances() -> None:
    with mri_world() as world:
        entry = {"number": "J1", "date": date(2026, 11, 1)}
        one = {"account_id": "1510-00", "amount": Decimal("10.00")}
        other = {"account_id": "2010-00", "amount": Decimal("-10.00")}
        assert write(world, "journals.create", **entry, lines=[one, other]).fate is Fate.DONE
        assert write(world, "journals.create", **entry, lines=[one]).fate is Fate.REFUSED


@pytest.mark.parametrize("required", [True, False])
def test_metadata_may_be_required(required: bool) -> None:
    with mri_world(metadata_required=required) as world:
        profile: Any = dict(world.client.wiring.profile)
        profile["endpoints"]["contracts.create"]["send_metadata"] = False
        world.client = world.connect(profile)
        if required:
            with pytest.raises(Rejected, match=r"odata\.metadata is missing"):
                contract(world)
        else:
            assert contract(world).fate is Fate.DONE


def test_several_records_of_one_call_have_each_their_own_fate() -> None:
    with mri_world() as world:
        body = {"value": [{"VendorName": "Kauri"}, {"City": "Perth"}]}
        answer = world.call("POST", "$api=MRI_S-PMAP_Vendors&$format=json", body)
        first, second = answer.json()["value"]
        assert first["VendorID"]
        assert second["Error"] == {"Message": "VendorName is required."}


@pytest.mark.parametrize("body", [None, {}, {"value": "x"}, {"value": []}])
def test_a_body_without_records_is_refused(body: Any) -> None:
    with mri_world() as world:
        assert world.call("POST", "$api=MRI_S-PMAP_Vendors", body).status_code == 400


def test_what_an_api_does_not_do() -> None:
    with mri_world() as world:
        assert world.call("POST", "$api=MRI_S-PMJC_Jobs", {"value": [{}]}).status_code == 400
        assert world.call("GET", "$api=MRI_S-PMJC_Nothing").status_code == 400
        assert world.call("PUT", "$api=MRI_S-PMAP_Vendors", {"value": [{"VendorName": "Kauri"}]}).status_code == 200
