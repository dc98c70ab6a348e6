"""Lost answers, outages and limits while bills are written: nothing is doubled or lost, and the end is the same."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from hub.models import WriteBatch
from tests.pairings.claims_world import KEY, ClaimSite, claimed, money, one_contract

pytestmark = pytest.mark.django_db

KINDS: list[tuple[str, dict[str, Any]]] = [
    ("drop", {}),
    ("drop_after", {}),
    ("status", {"status": 503}),
    ("status_after", {"status": 500}),
    ("html", {}),
    ("truncate", {}),
    ("throttle", {}),
    ("expire_token", {}),
]
KEYS = {f"24-001/SC-001/{number}" for number in (1, 2, 3)}


def _finish(site: ClaimSite, job: Any) -> None:
    for _ in range(3):
        if job.is_open:
            job = site.w.go_on(job)
    assert job.state == "succeeded", job.error


def _check_three_bills(site: ClaimSite) -> None:
    assert sorted(bill.reference for bill in site.bills()) == sorted(KEYS)
    assert all(bill.total == money("1,045.00") for bill in site.bills())
    site.w.check_links()
    start = site.w.marks()
    assert set(site.said(site.run()).values()) == {("unchanged", "")}
    assert site.w.writes(start) == []


def _twice() -> list[Any]:
    """A token that expires twice in a row is a broken login, which is another matter."""
    cases = [(kind, more, times) for kind, more in KINDS for times in (1, 2) if (kind, times) != ("expire_token", 2)]
    return [pytest.param(*case, id=f"{case[0]}-{case[2]}") for case in cases]


@pytest.mark.parametrize(("kind", "more", "times"), _twice())
def test_new_bills(kind: str, more: dict[str, Any], times: int) -> None:
    with one_contract() as (site, contract, _):
        for month in (7, 8, 10):
            claimed(contract, end=f"2026-{month:02}-31")
        site.w.xero.faults.add(kind, method="PUT", path="/Invoices", times=times, **more)
        _finish(site, site.run())
        _check_three_bills(site)


def _lost_beyond_its_key(site: ClaimSite) -> None:
    """The answer is lost until the key has expired; then the run is finished."""
    site.w.xero.faults.add("drop_after", method="PUT", path="/Invoices")
    site.w.xero.faults.add("drop", method="PUT", path="/Invoices", times=9)
    job = site.run()
    assert (job.state, job.error_code) == ("waiting", "outcome_unknown")
    site.w.xero.faults.clear()
    site.w.xero.clock.advance(minutes=20)
    WriteBatch.objects.update(created_at=timezone.now() - timedelta(minutes=20))
    _finish(site, job)


def test_an_answer_lost_for_longer_than_its_key_lives_is_looked_up() -> None:
    with one_contract() as (site, contract, _):
        for month in (7, 8, 10):
            claimed(contract, end=f"2026-{month:02}-31")
        _lost_beyond_its_key(site)
        _check_three_bills(site)


def test_a_lost_bill_is_found_among_a_thousand_with_its_number() -> None:
    """Overlooked, it would be made twice: the look-up reads every page."""
    with one_contract() as (site, contract, contact):
        site.others("7")
        claimed(contract, invoice_number="7")
        _lost_beyond_its_key(site)
        (bill,) = site.w.org.bills(contact)
        assert (bill.number, bill.reference, bill.total) == ("7", KEY, money("1,045.00"))
        site.w.check_links()
        start = site.w.marks()
        assert site.said(site.run()) == {KEY: ("unchanged", "")}
        assert site.w.writes(start) == []


@pytest.mark.parametrize(("kind", "more"), KINDS, ids=[kind for kind, _ in KINDS])
def test_a_changed_bill(kind: str, more: dict[str, Any]) -> None:
    with one_contract() as (site, contract, _):
        claim = claimed(contract)
        site.run()
        (bill,) = site.bills()
        ids = [row.id for row in bill.lines]
        claim.revise(work={contract.lines[0]: money("2,000.00")})
        site.w.xero.faults.add(kind, method="POST", path=f"/Invoices/{bill.id}", **more)
        _finish(site, site.run())
        assert bill.total == money("2,090.00")
        assert [row.id for row in bill.lines] == ids
        site.w.check_links()
        assert set(site.said(site.run()).values()) == {("unchanged", "")}


@pytest.mark.parametrize("kind", ["drop_after", "status_after", "drop"])
def test_a_credit_note(kind: str) -> None:
    with one_contract(negative_claims="credit note") as (site, contract, _):
        claimed(contract, "-500.00", retained={contract.lines[0]: money("0")})
        site.w.xero.faults.add(kind, method="PUT", path="/CreditNotes")
        _finish(site, site.run())
        (note,) = site.w.org.credits.values()
        assert note.total == money("550.00")
        site.w.check_links()


def test_one_bad_claim_of_a_batch_does_not_hold_the_others_back() -> None:
    """What Xero refuses although nothing here foresaw it."""
    with one_contract() as (site, contract, _):
        claimed(contract, invoice_number="Ünïcode №1")
        claimed(contract, end="2026-08-31")
        job = site.run()
        assert site.said(job)["24-001/SC-001/2"] == ("created", "")
        assert site.said(job)["24-001/SC-001/1"][0] in ("created", "rejected")


@pytest.mark.parametrize("path", ["/requisitions", "/cost_codes", "/billing_periods", "/work_order_contracts"])
@pytest.mark.parametrize("kind", ["drop", "html", "truncate", "status", "throttle"])
def test_a_read_that_goes_wrong_once_is_read_again(kind: str, path: str) -> None:
    with one_contract() as (site, contract, _):
        claimed(contract)
        site.w.procore.faults.add(kind, method="GET", path=path)
        assert site.said(site.run()) == {"24-001/SC-001/1": ("created", "")}
