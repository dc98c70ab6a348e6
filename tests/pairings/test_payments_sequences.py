"""Any order of payments, credits and deletions: Procore holds what Xero says was settled, after every run."""

from __future__ import annotations

import random
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest

from hub.engine.run import run
from hub.engine.start import approve
from hub.models import JobRecord, TenantStage
from integrations.xero.sandbox.organisation import line
from tests.pairings.payments_world import FIRST, Billed, billed

pytestmark = pytest.mark.django_db

CENT = Decimal("0.01")


def settled(b: Billed) -> Decimal:
    """What Xero says was paid and credited, without tax."""
    bill = b.bill
    whole = bill.total - bill.left
    return bill.subtotal if bill.left == 0 else (whole * bill.subtotal / bill.total).quantize(CENT, ROUND_HALF_UP)


def step(b: Billed, chance: random.Random, undo: list[object], day: int) -> None:
    """Something that an accountant does to the bill."""
    org, left, when = b.w.org, b.bill.left, FIRST + timedelta(days=day)
    part = min(left, Decimal(chance.randrange(1, 500_000)) / 100)
    what = chance.choice(["pay", "pay", "credit", "undo"])
    if what == "undo" and undo:
        one = undo.pop(chance.randrange(len(undo)))
        if hasattr(one, "status"):
            org.delete_payment(one)  # type: ignore[arg-type]
        else:
            org.deallocate(one)  # type: ignore[arg-type]
    elif what == "credit" and left:
        note = org.add_credit_note(b.contact, [line("Credit", part, "320", "BASEXCLUDED")], when, number=f"CN-{day}")
        undo.append(org.allocate(note, b.bill, min(part, left)))
    elif left:
        undo.append(org.pay(b.bill, part, when))


@pytest.mark.parametrize("seed", range(6))
def test_procore_holds_what_was_settled(seed: int) -> None:
    chance, undo = random.Random(seed), list[object]()  # noqa: S311
    with billed(deleted_payments="remove") as b:
        for day in range(8):
            step(b, chance, undo, day)
            if chance.random() < 0.6:
                assert b.w.go("payments").state == "succeeded"
                assert sum((row["amount"] for row in b.contract.payments), Decimal()) == settled(b)
                assert len(b.contract.payments) == len(undo)
                assert bool(b.claim["payment_date"]) is (b.bill.left == 0)
        b.w.go("payments")
        start = b.w.marks()
        b.w.go("payments")
        assert b.w.writes(start) == []
        b.w.check_links()


def test_the_fewest_calls_for_many_claims() -> None:
    """A read of claims per project, one of payments per commitment, and a call for every payment and date."""
    with billed() as b:
        _, vendor = b.at.vendor("Plain Tiling")
        contact = b.w.org.contact("Plain Tiling")
        for number in range(2, 5):
            project = b.at.project(f"24-00{number}")
            for order in ("SC-1", "SC-2"):
                contract = b.at.contract(project, vendor, order)
                for _ in range(3):
                    b.w.org.pay(b.at.bill(contact, b.at.claim(contract)), date=FIRST)
        start = b.w.marks()
        assert b.w.go("payments").counts == {"created": 18, "matched": 18}
        calls = b.w.calls(start)
        assert calls.count("GET /rest/v1.1/requisitions") == 3
        assert calls.count("GET /rest/v1.0/contract_payments") == 6
        assert len(b.w.writes(start)) == 36
        assert [call for call in calls if "Invoices" in call] == ["GET Invoices"]


def test_each_payment_waits_for_its_own_approval() -> None:
    with billed() as b:
        TenantStage.objects.filter(stage="payments").update(gate="approve")
        b.pay("1045.00")
        b.pay("2090.00", FIRST + timedelta(days=1))
        job = b.w.go("payments")
        waiting = list(JobRecord.objects.filter(job=job).order_by("label").values_list("source_id", "state"))
        assert [state for _, state in waiting] == ["waiting", "waiting"]
        assert b.paid() == []
        done = run(approve(job, [waiting[1][0]], None).job.pk)
        assert done.counts == {"created": 1}
        assert b.paid() == ["1900.00"]
