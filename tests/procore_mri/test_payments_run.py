"""Payments of draws as payments of claims, through both sandboxes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from tests.procore_mri.site import WHARF, Site, site

pytestmark = pytest.mark.django_db

PAYMENTS = "MRI_S-PMJC_ContractInvoicePayments"
FIRST, SECOND = date(2026, 11, 10), date(2026, 11, 20)


@pytest.fixture
def at() -> Iterator[Site]:
    with site() as one:
        yield one


def test_partial_payments_and_then_the_day_it_is_paid_in_full(at: Site) -> None:
    w, contract = at.w, at.contract()
    claim, draw = at.draw(contract)
    w.books.pay(draw, "4000.00", on=FIRST, check="5501")
    job = at.finish(w.go("payments"))
    assert w.outcomes(job) == {f"{WHARF}/SC-1/1: payment of 4,000.00 on 2026-11-10": ("created", "")}
    (first,) = contract.payments
    told = ("amount", "date", "requisition_id", "check_number", "payment_method", "payment_number", "notes")
    assert [str(first[name]) for name in told] == [
        "4000.00",
        "2026-11-10",
        str(claim.id),
        "5501",
        "check",
        "1",
        "Paid 4,000.00 in MRI.",
    ]
    assert first["origin_id"].startswith("mri:HARBOUR:payment:WHARF01/SC-1/1:")
    assert claim["payment_date"] is None
    w.books.pay(draw, "5500.00", on=SECOND)
    mark = w.marks()
    at.finish(w.go("payments", full=False))
    assert [str(one["amount"]) for one in contract.payments] == ["4000.00", "5500.00"]
    asked = [entry.query.get("ContractID") for entry in w.mri.calls(PAYMENTS, writes=False, since=mark[1])]
    assert asked == [None, ["SC-1"]]  # what changed, and then all that was paid on its contract
    assert str(claim["payment_date"]) == "2026-11-20"
    mark = w.marks()
    again = at.finish(w.go("payments", full=True))
    assert {outcome for outcome, _ in w.outcomes(again).values()} == {"unchanged"}
    assert w.writes(mark) == []
    assert w.calls(mark) == ["GET MRI_S-PMJC_ContractInvoicePayments", "GET MRI_S-PMJC_ContractDraws"]
    w.check_links()


def test_a_voided_payment_waits_for_a_person_or_is_removed(at: Site) -> None:
    w, contract = at.w, at.contract()
    claim, draw = at.draw(contract)
    payment = w.books.pay(draw, on=FIRST)
    at.finish(w.go("payments"))
    assert str(claim["payment_date"]) == "2026-11-10"
    w.books.void(payment)
    job = at.finish(w.go("payments"))
    label = f"{WHARF}/SC-1/1: voided payment {payment['id']}"
    assert w.outcomes(job)[label] == ("rejected", "payment_deleted")
    assert len(contract.payments) == 1
    assert claim["payment_date"] is None
    w.configure(deleted_payments="remove")
    at.finish(w.go("payments"))
    assert contract.payments == []
    mark = w.marks()
    at.finish(w.go("payments", full=True))
    assert w.writes(mark) == []


def test_a_payment_that_mri_shows_no_more_is_told_of_and_left(at: Site) -> None:
    w, contract = at.w, at.contract()
    _, draw = at.draw(contract)
    w.configure(deleted_payments="remove")
    for amount in ("4000.00", "100.00"):
        w.books.pay(draw, amount, on=FIRST)
    at.finish(w.go("payments"))
    w.books.tables["payments"].pop(0)
    mark = w.marks()
    job = at.finish(w.go("payments"))
    assert w.outcomes(job)[f"{WHARF}/SC-1/1: payment of 4,000.00 on 2026-11-10"] == ("skipped", "gone")
    assert w.writes(mark) == []
    assert len(contract.payments) == 2


def test_one_payment_is_got_by_its_check_number(at: Site) -> None:
    w, contract = at.w, at.contract()
    _, draw = at.draw(contract)
    w.books.pay(draw, "4000.00", on=FIRST, check="5501")
    w.books.pay(draw, "100.00", on=FIRST, check="5502")
    at.finish(w.go("payments", "5501"))
    assert [str(one["amount"]) for one in contract.payments] == ["4000.00"]


def test_of_a_draw_with_tax_the_part_before_tax_counts(at: Site) -> None:
    contract = at.contract()
    _, draw = at.draw(contract, tax="950")
    for amount in ("5225.00", "5225.00"):
        at.w.books.pay(draw, amount, on=FIRST)
    at.finish(at.w.go("payments"))
    assert [str(one["amount"]) for one in contract.payments] == ["4750.00", "4750.00"]


def test_a_release_of_retention_is_paid_like_any_other(at: Site) -> None:
    contract = at.contract()
    at.draw(contract)
    claim, draw = at.draw(contract, "0", retained="0", released="500")
    at.w.books.pay(draw, on=SECOND)
    at.finish(at.w.go("payments"))
    assert [(str(one["amount"]), one["requisition_id"]) for one in contract.payments] == [("500.00", claim.id)]


def test_payments_of_other_draws_say_why_they_are_left_out(at: Site) -> None:
    w, contract = at.w, at.contract()
    at.draw(contract)
    other = w.books.add("draws", number="9", contract_number="SC-1", job_id=WHARF, gross=100)
    w.books.pay(other, "100.00", on=FIRST)
    job = at.finish(w.go("payments"))
    assert w.outcomes(job) == {f"{WHARF}/SC-1/9: payment of 100.00 on 2026-11-10": ("skipped", "nothing_to_send")}
    assert "did not come from a progress claim" in w.record(job, next(iter(w.outcomes(job)))).message
    assert contract.payments == []


def test_codes_of_payments_are_compared_as_mri_compares_them(at: Site) -> None:
    w, contract = at.w, at.contract()
    claim, draw = at.draw(contract)
    w.books.change(w.books.pay(draw, "4000.00", on=FIRST), job_id="wharf01 ")
    w.books.change(w.books.pay(draw, "5500.00", on=SECOND), job_id="Wharf01", contract_number="sc-1")
    job = at.finish(w.go("payments"))
    assert {outcome for outcome, _ in w.outcomes(job).values()} <= {"created", "matched", "updated"}
    assert [str(one["amount"]) for one in contract.payments] == ["4000.00", "5500.00"]
    assert str(claim["payment_date"]) == "2026-11-20"
    assert len(w.links("payments")) == 3
    mark = w.marks()
    for full in (False, True):
        at.finish(w.go("payments", full=full))
    assert w.writes(mark) == []
    w.check_links()


def test_payments_of_no_job_and_of_jobs_that_are_not_linked_say_so(at: Site) -> None:
    w, contract = at.w, at.contract()
    _, draw = at.draw(contract)
    paid = w.books.pay(draw, "4000.00", on=FIRST)
    w.books.change(paid, job_id="")
    w.books.change(w.books.pay(draw, "70.00", on=SECOND), job_id="OTHER9")
    labels = {
        "": "SC-1/1: payment of 4,000.00 on 2026-11-10",
        "OTHER9": "OTHER9/SC-1/1: payment of 70.00 on 2026-11-20",
    }
    mark = w.marks()
    job = at.finish(w.go("payments"))
    assert w.outcomes(job) == dict.fromkeys(labels.values(), ("skipped", "nothing_to_send"))
    assert "names no job" in w.record(job, labels[""]).message
    assert "job OTHER9 is not linked to a project" in w.record(job, labels["OTHER9"]).message
    assert w.calls(mark) == [f"GET {PAYMENTS}"]
    w.mri.clock.advance(days=2)
    w.books.change(paid, check_number="1")
    mark = w.marks()
    assert labels[""] in w.outcomes(at.finish(w.go("payments", full=False)))
    assert w.calls(mark) == [f"GET {PAYMENTS}"], "no more is asked about contracts of other jobs"
    assert contract.payments == []
    w.books.change(paid, job_id=WHARF)
    assert ("created", "") in w.outcomes(at.finish(w.go("payments"))).values()
    assert [str(one["amount"]) for one in contract.payments] == ["4000.00"]
    w.check_links()


def test_an_answer_that_is_lost_pays_nothing_twice(at: Site) -> None:
    w, contract = at.w, at.contract()
    _, draw = at.draw(contract)
    w.books.pay(draw, on=FIRST)
    w.procore.faults.add("drop_after", method="POST", path="/rest/v1.0/contract_payments")
    at.finish(at.w.go_on(at.finish(w.go("payments"))))
    assert [str(one["amount"]) for one in contract.payments] == ["9500.00"]
    w.check_links()
