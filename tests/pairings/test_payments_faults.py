"""Payments whose writing goes wrong: nothing doubled, nothing forgotten."""

from __future__ import annotations

import pytest

from integrations.xero.sandbox.organisation import line
from tests.pairings.payments_world import FIRST, billed

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", ["drop", "drop_after", "status", "status_after", "html", "truncate"])
@pytest.mark.parametrize("path", ["contract_payments", "requisitions"])
def test_a_write_whose_answer_is_lost_is_neither_doubled_nor_forgotten(kind: str, path: str) -> None:
    with billed() as b:
        b.pay()
        method = "POST" if path == "contract_payments" else "PATCH"
        b.w.procore.faults.add(kind, method=method, path=path, times=2)
        job = b.w.go("payments")
        while job.is_open:
            job = b.w.go_on(job)
        assert job.state == "succeeded"
        assert b.paid() == ["9500.00"]
        assert b.claim["payment_date"] == "2026-11-10"
        start = b.w.marks()
        assert b.w.go("payments").counts == {"unchanged": 2}
        assert b.w.writes(start) == []
        b.w.check_links()


@pytest.mark.parametrize("kind", ["drop", "drop_after", "status_after", "throttle"])
@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_a_removal_whose_answer_is_lost_is_carried_out_once(kind: str, method: str) -> None:
    with billed(deleted_payments="remove") as b:
        payment = b.pay("5225.00")
        b.w.go("payments")
        b.w.org.delete_payment(payment)
        b.w.procore.faults.add(kind, method=method, path="contract_payments")
        job = b.w.go("payments")
        while job.is_open:
            job = b.w.go_on(job)
        assert job.state == "succeeded"
        assert b.contract.payments == []
        assert b.w.go("payments").counts == {"unchanged": 1}
        b.w.check_links()


def test_the_wait_of_a_used_up_quota_doubles_nothing() -> None:
    with billed() as b:
        b.pay()
        b.w.procore.faults.add("throttle", method="POST", path="contract_payments", headers={"Retry-After": "3000"})
        job = b.w.go("payments")
        assert (job.state, job.error_code) == ("waiting", "quota")
        b.w.procore.clock.advance(hours=1)
        b.w.limits.advance(3600)
        assert b.w.go_on(job).state == "succeeded"
        assert b.paid() == ["9500.00"]


@pytest.mark.parametrize("kind", ["", "drop_after", "status_after"])
def test_a_credit_that_is_taken_back_and_given_again_is_one_payment(kind: str) -> None:
    with billed(deleted_payments="remove") as b:
        note = b.w.org.add_credit_note(b.contact, [line("Rework", "500", "320", "INPUT")], FIRST, number="CN-7")
        allocation = b.w.org.allocate(note, b.bill)
        b.w.go("payments")
        b.w.org.deallocate(allocation)
        b.w.go("payments")
        assert b.contract.payments == []
        b.w.org.allocate(note, b.bill)
        if kind:
            b.w.procore.faults.add(kind, method="POST", path="contract_payments")
        job = b.w.go("payments")
        while job.is_open:
            job = b.w.go_on(job)
        assert job.state == "succeeded"
        assert b.paid() == ["500.00"]
        assert b.w.go("payments").counts == {"unchanged": 1}
        b.w.check_links()
