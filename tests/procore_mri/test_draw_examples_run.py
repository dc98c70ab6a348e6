"""The worked examples of an accountant, from the site's entry in Procore to the draw in MRI, to the cent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from integrations.mri.sandbox.state import net_of
from integrations.procore.sandbox.contracts import Contract
from tests.procore_mri.claims_site import JOB, VENDOR, Site, money, one_contract

pytestmark = pytest.mark.django_db
HEADER = ("gross", "stored", "retained", "released", "tax", "net")


def draw(place: Site, number: int) -> dict[str, Any]:
    (found,) = [row for row in place.rows("draws") if row["number"] == str(number)]
    assert (found["job_id"], found["contract_number"], found["vendor_id"]) == (JOB, "SC-001", VENDOR)
    return found


def sums(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(f"{row[name]:,.2f}" for name in HEADER)


def lines(row: dict[str, Any]) -> list[tuple[str, ...]]:
    """(code, amount, stored, retained, released) of its lines."""
    amounts = ("amount", "stored", "retained", "released")
    return [
        (f"{one['phase']}-{one['cost_code']} {one['cost_type']}", *(f"{one[name]:,.2f}" for name in amounts))
        for one in row["lines"]
    ]


def test_claim_a_over_four_applications() -> None:
    with one_contract() as (place, contract):
        one, two, three = contract.lines
        contract.claim(period_end="2026-07-31", work={one: money("10,000.00")})
        assert place.said(place.w.go("draws")) == {f"{JOB}/SC-001/1": ("created", "")}
        first = draw(place, 1)
        assert sums(first) == ("10,000.00", "0.00", "500.00", "0.00", "0.00", "9,500.00")
        assert lines(first) == [("02-0300 SUB", "10,000.00", "0.00", "500.00", "0.00")]
        assert (str(first["date"]), str(first["due_date"])) == ("2026-07-31", "2026-08-30")
        assert (first["invoice_number"], first["accounting_period"]) == ("SC-001-1", "202607")
        assert (str(first["period_start"]), str(first["period_end"])) == ("2026-07-01", "2026-07-31")

        contract.claim(
            period_end="2026-08-31",
            work={one: money("12,000.00"), two: money("8,000.00")},
            stored={three: money("4,500.00")},
        )
        assert place.said(place.w.go("draws"))[f"{JOB}/SC-001/2"] == ("created", "")
        second = draw(place, 2)
        assert sums(second) == ("24,500.00", "4,500.00", "1,225.00", "0.00", "0.00", "23,275.00")
        assert lines(second) == [
            ("02-0300 SUB", "12,000.00", "0.00", "600.00", "0.00"),
            ("02-0510 SUB", "8,000.00", "0.00", "400.00", "0.00"),
            ("03-1600 SUB", "4,500.00", "4,500.00", "225.00", "0.00"),
        ]

        contract.claim(period_end="2026-09-30", moved={three: money("4,500.00")})
        job = place.w.go("draws")
        assert place.said(job)[f"{JOB}/SC-001/3"] == ("skipped", "nothing_due")
        assert place.record(job, f"{JOB}/SC-001/3").message.startswith("Nothing is due")

        contract.claim(
            period_end="2026-10-31",
            released={one: money("1,100.00"), two: money("400.00"), three: money("225.00")},
        )
        assert place.said(place.w.go("draws"))[f"{JOB}/SC-001/4"] == ("created", "")
        fourth = draw(place, 4)
        assert sums(fourth) == ("0.00", "0.00", "0.00", "1,725.00", "0.00", "1,725.00")
        assert lines(fourth) == [
            ("02-0300 SUB", "0.00", "0.00", "0.00", "1,100.00"),
            ("02-0510 SUB", "0.00", "0.00", "0.00", "400.00"),
            ("03-1600 SUB", "0.00", "0.00", "0.00", "225.00"),
        ]
        due = [claim.certificate.due for claim in contract.claims if claim["number"] != 3]
        assert [net_of(row) for row in place.rows("draws")] == due
        assert sum((row["retained"] - row["released"] for row in place.rows("draws")), Decimal(0)) == 0
        assert place.w.links("draws") == {
            str(claim.id): f"{JOB}/SC-001/{claim['number']}" for claim in contract.claims if claim["number"] != 3
        }
        place.again("commitments", "draws")
        place.w.check_links()


def test_all_four_applications_in_one_run_go_in_their_order() -> None:
    with one_contract() as (place, contract):
        one, _, three = contract.lines
        contract.claim(period_end="2026-07-31", work={one: money("10,000.00")}, stored={three: money("4,500.00")})
        contract.claim(period_end="2026-08-31", moved={three: money("4,500.00")})
        contract.claim(period_end="2026-09-30", work={one: money("1.00")})
        mark = place.w.marks()
        assert set(place.said(place.w.go("draws")).values()) == {("created", ""), ("skipped", "nothing_due")}
        assert [row["number"] for row in place.rows("draws")] == ["1", "3"]
        assert place.w.calls(mark)[-3:] == ["GET MRI_S-PMJC_ContractDraws"] + ["POST MRI_S-PMJC_ContractDraws"] * 2
        place.again("draws")


def test_claim_b_comes_without_its_rejected_line() -> None:
    with one_contract() as (place, contract):
        one, two, _ = contract.lines
        contract.claim(
            period_end="2026-07-31", status="approved_as_noted", retained={one: Decimal(0)},
            work={one: money("6,000.00")}, rejected={two: money("1,000.00")},
        )  # fmt: skip
        assert place.said(place.w.go("draws")) == {f"{JOB}/SC-001/1": ("created", "")}
        assert sums(draw(place, 1)) == ("6,000.00", "0.00", "0.00", "0.00", "0.00", "6,000.00")
        assert lines(draw(place, 1)) == [("02-0300 SUB", "6,000.00", "0.00", "0.00", "0.00")]
        place.again("draws")


def _correction(contract: Contract) -> None:
    line = contract.lines[0]
    none = {line: Decimal(0)}
    contract.claim(period_end="2026-07-31", work={line: money("5,000.00")}, retained=none)
    contract.claim(period_end="2026-08-31", work={line: money("-2,000.00")}, retained=none)


def test_claim_c_is_held() -> None:
    with one_contract() as (place, contract):
        _correction(contract)
        job = place.w.go("draws")
        assert "-2,000.00" in place.held(job, f"{JOB}/SC-001/2", "negative_claim")
        assert [row["number"] for row in place.rows("draws")] == ["1"]


def test_claim_c_becomes_a_negative_draw_by_setting() -> None:
    with one_contract(negative_draws="send") as (place, contract):
        _correction(contract)
        assert set(place.said(place.w.go("draws")).values()) == {("created", "")}
        assert sums(draw(place, 2)) == ("-2,000.00", "0.00", "0.00", "0.00", "0.00", "-2,000.00")
        place.again("draws")


def test_claim_d_takes_the_cents_that_procore_holds() -> None:
    with one_contract() as (place, contract):
        one, two, three = contract.lines
        work = dict.fromkeys((one, two, three), money("100.05"))
        retained = {one: money("10.01"), two: money("10.00"), three: money("10.01")}
        contract.claim(period_end="2026-07-31", work=work, retained=retained)
        place.w.go("draws")
        assert [row[3] for row in lines(draw(place, 1))] == ["10.01", "10.00", "10.01"]
        assert sums(draw(place, 1)) == ("300.15", "0.00", "30.02", "0.00", "0.00", "270.13")


def test_claim_e_is_not_sent_and_both_figures_are_shown() -> None:
    with one_contract() as (place, contract):
        one, two, _ = contract.lines
        none = {one: Decimal(0), two: Decimal(0)}
        contract.claim(
            period_end="2026-07-31", work={one: money("500.00"), two: money("499.99")}, retained=none,
            off_by=money("0.01"),
        )  # fmt: skip
        said = place.held(place.w.go("draws"), f"{JOB}/SC-001/1", "figures_differ")
        assert "999.99" in said
        assert "1,000.00" in said
        assert place.rows("draws") == []
