"""A claim below zero became a credit note: what was paid comes to what was claimed, and what cannot be sent is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from hub.models import LinkedEntity, Problem, SyncJob
from integrations.procore.sandbox.claims import Claim
from integrations.procore.sandbox.contracts import Contract
from integrations.xero.sandbox.books import Document
from integrations.xero.sandbox.state import Contact
from tests.pairings.claims_world import ClaimSite, money, one_contract

pytestmark = pytest.mark.django_db

DAY = date(2026, 9, 20)
CREDIT = "SC-001-1: credit note of 110.00 on 2026-08-31"
NET = "SC-001-1: payment of 990.00 on 2026-09-20"
PAID, USED = "SC-001-1: paid in full", "SC-001-2: credit used up"


@dataclass
class Below:
    """A claim of 1,000.00 with its bill, and the next one of -100.00 with its credit note; 10% tax on both."""

    site: ClaimSite
    contract: Contract
    contact: Contact
    first: Claim
    second: Claim

    @property
    def bill(self) -> Document:
        return self.site.w.org.bill("SC-001-1")

    @property
    def note(self) -> Document:
        (note,) = self.site.w.org.credits.values()
        return note

    def run(self, **more: Any) -> SyncJob:
        return self.site.w.go("payments", **more)

    def outcomes(self, **more: Any) -> dict[str, tuple[str, str]]:
        return self.site.w.outcomes(self.run(**more))

    def paid(self) -> dict[object, Decimal]:
        """By claim."""
        found: dict[object, Decimal] = {}
        for row in self.contract.payments:
            found[row["requisition_id"]] = found.get(row["requisition_id"], Decimal()) + row["amount"]
        return found

    def dates(self) -> tuple[object, object]:
        return self.first["payment_date"], self.second["payment_date"]


@contextmanager
def below(**settings: Any) -> Iterator[Below]:
    with one_contract(bill_status="AUTHORISED", negative_claims="credit note", **settings) as (site, contract, contact):
        claims = [_claim(contract, "1,000.00", "2026-07-31"), _claim(contract, "-100.00", "2026-08-31")]
        site.run()
        yield Below(site, contract, contact, *claims)


def _claim(contract: Contract, amount: str, end: str) -> Claim:
    line = contract.lines[0]
    return contract.claim(period_end=end, work={line: money(amount)}, retained={line: money("0")})


@pytest.mark.parametrize("full", [True, False])
def test_the_credit_is_less_paid_and_no_payment_and_both_claims_are_dated(full: bool) -> None:
    with below() as b:
        b.run()
        b.site.w.org.allocate(b.note, b.bill)
        b.site.w.org.pay(b.bill, date=DAY)
        job = b.run(full=full)
        assert b.site.w.outcomes(job) == {
            CREDIT: ("skipped", "nothing_to_send"),
            NET: ("created", ""),
            PAID: ("matched", ""),
            USED: ("matched", ""),
        }
        said = b.site.w.record(job, CREDIT).message
        assert said.startswith("110.00 is the claim 24-001/SC-001/2, which is below zero")
        assert b.paid() == {b.first.id: Decimal("900.00")}  # 1,000.00 - 100.00 were claimed, and 990.00 paid with tax
        assert b.dates() == ("2026-09-20", "2026-08-31")
        assert not Problem.objects.filter(state="open").exists()
        start = b.site.w.marks()
        assert set(b.outcomes(full=True).values()) == {("skipped", "nothing_to_send"), ("unchanged", "")}
        assert b.site.w.writes(start) == []
        b.site.w.check_links()


def test_a_credit_that_was_taken_back_takes_the_dates_back() -> None:
    with below() as b:
        used = b.site.w.org.allocate(b.note, b.bill)
        b.site.w.org.pay(b.bill, date=DAY)
        b.run()
        b.site.w.org.deallocate(used)
        assert b.outcomes(full=False) == {
            NET: ("unchanged", ""),
            "SC-001-1: not paid in full": ("updated", ""),
            "SC-001-2: credit not used up": ("updated", ""),
        }
        assert b.dates() == (None, None)
        assert b.paid() == {b.first.id: Decimal("900.00")}


def test_what_left_the_commitment_is_entered_by_hand() -> None:
    """Set against a bill of another commitment, which it pays like any credit; the rest is refunded."""
    with below() as b:
        w = b.site.w
        other = b.site.contract(b.contract.project, b.contact, "SC-002")
        claim = _claim(other, "50.00", "2026-08-31")
        b.site.run()
        w.org.allocate(b.note, w.org.bill("SC-002-1"))
        w.org.pay(b.note, date=DAY)
        outcomes = b.outcomes()
        assert outcomes == {
            "SC-002-1: credit note of 55.00 on 2026-08-31": ("created", ""),
            "SC-002-1: paid in full": ("matched", ""),
            "SC-001-2: 55.00 set against the bill SC-002-1": ("rejected", "credit_by_hand"),
            "SC-001-2: 55.00 refunded on 2026-09-20": ("rejected", "credit_by_hand"),
            USED: ("matched", ""),
        }
        said = w.problem("SC-001-2: 55.00 refunded on 2026-09-20")
        assert "a payment of -50.00 on this claim, dated 2026-09-20" in said.message
        assert "the claim 24-001/SC-001/2, which is below zero, was refunded" in said.message
        assert "by hand" in said.title
        assert [(row["requisition_id"], str(row["amount"])) for row in other.payments] == [(claim.id, "50.00")]
        assert (b.paid(), b.dates(), claim["payment_date"]) == ({}, (None, "2026-09-20"), "2026-08-31")
        assert b.outcomes(full=False)["SC-001-2: 55.00 refunded on 2026-09-20"] == ("rejected", "credit_by_hand")
        Problem.objects.update(state="ignored")
        b.run(full=True)
        assert not Problem.objects.filter(state="open").exists()
        w.check_links()


@pytest.mark.parametrize("rule", ["ask", "remove"])
def test_what_was_counted_before_is_a_problem_or_removed(rule: str) -> None:
    with below(deleted_payments=rule) as b:
        b.site.w.org.allocate(b.note, b.bill)
        b.site.w.org.pay(b.bill, date=DAY)
        claims = LinkedEntity.objects.filter(tenant_stage__stage="progress_claims", target_id=b.note.id)
        row, key = claims.get(), claims.get().source_key
        claims.update(source_key="")  # as if the credit note were anybody's
        b.run()
        assert b.paid() == {b.first.id: Decimal("1000.00")}
        claims.update(source_key=key)
        assert row.target_id == b.note.id
        job = b.run()
        record = b.site.w.record(job, CREDIT)
        if rule == "ask":
            assert (record.outcome, record.code) == ("rejected", "credit_counted")
            assert "A payment of 100.00 was made of it" in b.site.w.problem(CREDIT).message
            assert b.paid() == {b.first.id: Decimal("1000.00")}
        else:
            assert (record.outcome, record.warnings[0][:6]) == ("updated", "110.00")
            assert b.paid() == {b.first.id: Decimal("900.00")}
            assert b.outcomes()[CREDIT] == ("unchanged", "")
        b.site.w.check_links()
