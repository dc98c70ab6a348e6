"""The worked examples of an accountant, from the site's entry in Procore to the bill in Xero, to the cent."""

from __future__ import annotations

from decimal import Decimal

import pytest

from integrations.procore.sandbox.contracts import Contract
from tests.pairings.claims_world import ClaimSite, money, one_contract

pytestmark = pytest.mark.django_db

PROJECT = "24-001 Wharf 9 Apartments"


def _costs(site: ClaimSite, number: str) -> list[tuple[str, str, str]]:
    """(amount, account, cost code) of a bill's lines; all of them have the project and the work's tax."""
    bill = site.w.org.bill(number)
    shown = site.shown(bill)
    assert {row[3] for row in shown} == {PROJECT}
    assert {row[2] for row in shown} == {"INPUT"}
    return [(row[0], row[1], row[4].partition(" ")[0]) for row in shown]


def test_claim_a_over_four_applications() -> None:
    with one_contract() as (site, contract, contact):
        one, two, three = contract.lines
        contract.claim(period_end="2026-07-31", work={one: money("10,000.00")})
        job = site.run()
        assert site.said(job) == {"24-001/SC-001/1": ("created", "")}
        bill = site.w.org.bill("SC-001-1")
        assert (bill.contact, bill.status, bill.reference) == (contact.id, "DRAFT", "24-001/SC-001/1")
        assert (str(bill.day), str(bill.due)) == ("2026-07-31", "2026-08-30")
        assert _costs(site, "SC-001-1") == [("10000.00", "310", "03-310"), ("-500.00", "835", "03-310")]
        assert (bill.subtotal, bill.tax, bill.total) == (money("9,500.00"), money("950.00"), money("10,450.00"))

        contract.claim(
            period_end="2026-08-31",
            work={one: money("12,000.00"), two: money("8,000.00")},
            stored={three: money("4,500.00")},
        )
        assert site.said(site.run())["24-001/SC-001/2"] == ("created", "")
        assert _costs(site, "SC-001-2") == [
            ("12000.00", "310", "03-310"),
            ("8000.00", "310", "05-120"),
            ("4500.00", "310", "26-050"),
            ("-600.00", "835", "03-310"),
            ("-400.00", "835", "05-120"),
            ("-225.00", "835", "26-050"),
        ]
        assert site.w.org.bill("SC-001-2").total == money("25,602.50")

        contract.claim(period_end="2026-09-30", moved={three: money("4,500.00")})
        job = site.run()
        assert site.said(job) == {
            "24-001/SC-001/1": ("unchanged", ""),
            "24-001/SC-001/2": ("unchanged", ""),
            "24-001/SC-001/3": ("skipped", "nothing_due"),
        }
        assert site.record(job, "24-001/SC-001/3").message.startswith("Nothing is due")

        contract.claim(
            period_end="2026-10-31",
            released={one: money("1,100.00"), two: money("400.00"), three: money("225.00")},
        )
        assert site.said(site.run())["24-001/SC-001/4"] == ("created", "")
        assert _costs(site, "SC-001-4") == [
            ("1100.00", "835", "03-310"),
            ("400.00", "835", "05-120"),
            ("225.00", "835", "26-050"),
        ]
        assert site.w.org.bill("SC-001-4").total == money("1,897.50")
        assert len(site.bills()) == 3
        site.w.check_links()


def test_claim_b_comes_without_its_rejected_line() -> None:
    with one_contract() as (site, contract, _):
        one, two, _ = contract.lines
        contract.claim(
            period_end="2026-07-31", status="approved_as_noted", retained={one: Decimal(0)},
            work={one: money("6,000.00")}, rejected={two: money("1,000.00")},
        )  # fmt: skip
        assert site.said(site.run()) == {"24-001/SC-001/1": ("created", "")}
        assert _costs(site, "SC-001-1") == [("6000.00", "310", "03-310")]


def _correction(contract: Contract) -> None:
    line = contract.lines[0]
    none = {line: Decimal(0)}
    contract.claim(period_end="2026-07-31", work={line: money("5,000.00")}, retained=none)
    contract.claim(period_end="2026-08-31", work={line: money("-2,000.00")}, retained=none)


def test_claim_c_is_held() -> None:
    with one_contract() as (site, contract, _):
        _correction(contract)
        job = site.run()
        assert site.said(job)["24-001/SC-001/2"] == ("rejected", "negative_claim")
        assert "-2,000.00" in site.record(job, "24-001/SC-001/2").message
        assert len(site.bills()) == 1
        assert site.w.org.credits == {}


def test_claim_c_becomes_a_credit_note_by_setting() -> None:
    with one_contract(negative_claims="credit note") as (site, contract, contact):
        _correction(contract)
        assert site.said(site.run())["24-001/SC-001/2"] == ("created", "")
        (note,) = site.w.org.credits.values()
        assert (note.type, note.contact, note.number) == ("ACCPAYCREDIT", contact.id, "SC-001-2")
        assert (note.subtotal, note.tax) == (money("2,000.00"), money("200.00"))
        start = site.w.marks()
        assert site.said(site.run())["24-001/SC-001/2"] == ("unchanged", "")
        assert site.w.writes(start) == []


def test_claim_d_takes_the_cents_that_procore_holds() -> None:
    with one_contract() as (site, contract, _):
        one, two, three = contract.lines
        work = dict.fromkeys((one, two, three), money("100.05"))
        retained = {one: money("10.01"), two: money("10.00"), three: money("10.01")}
        contract.claim(period_end="2026-07-31", work=work, retained=retained)
        site.run()
        bill = site.w.org.bill("SC-001-1")
        assert [row[0] for row in _costs(site, "SC-001-1")] == ["100.05"] * 3 + ["-10.01", "-10.00", "-10.01"]
        assert bill.subtotal == money("270.13")
        assert bill.tax == money("27.03")  # per line: 3 × 10.01 − 1.00 − 1.00 − 1.00


def test_claim_e_is_not_sent_and_both_figures_are_shown() -> None:
    with one_contract() as (site, contract, _):
        one, two, _ = contract.lines
        none = {one: Decimal(0), two: Decimal(0)}
        contract.claim(
            period_end="2026-07-31", work={one: money("500.00"), two: money("499.99")}, retained=none,
            off_by=money("0.01"),
        )  # fmt: skip
        job = site.run()
        record = site.record(job, "24-001/SC-001/1")
        assert (record.outcome, record.code) == ("rejected", "figures_differ")
        assert "999.99" in record.message
        assert "1,000.00" in record.message
        assert site.bills() == []
