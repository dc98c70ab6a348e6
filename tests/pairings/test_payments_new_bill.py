"""A claim gets a second bill after the first was ended: what was paid on the first is not lost from sight."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from hub.engine.decide import remove_link
from hub.models import LinkedEntity, Problem, SyncJob
from integrations.procore.sandbox.claims import Claim
from integrations.procore.sandbox.contracts import Contract
from integrations.xero.sandbox.books import Document
from tests.pairings.claims_world import KEY, ClaimSite, money, one_contract

pytestmark = pytest.mark.django_db

EARLY, LATE = date(2026, 8, 20), date(2026, 8, 28)
DELETED, BACK = "SC-001-1: deleted payment", "SC-001-1: not paid in full"


@dataclass
class Again:
    """A claim whose first bill was paid, sent to Procore and ended, and whose second bill waits to be paid."""

    site: ClaimSite
    contract: Contract
    claim: Claim
    first: Document
    second: Document

    def paid(self) -> list[tuple[str, str]]:
        return [(str(row["date"]), str(row["amount"])) for row in self.contract.payments]

    def run(self, **more: Any) -> SyncJob:
        return self.site.w.go("payments", **more)


def _unlink(site: ClaimSite) -> None:
    """A person removes the link of the claim and its bill."""
    remove_link(LinkedEntity.objects.get(tenant_stage__stage="progress_claims", source_key=KEY), None)


@contextmanager
def again(*, told: bool, **settings: Any) -> Iterator[Again]:
    """`told`: a run has seen that the first bill's payment was deleted, before the second bill was made."""
    with one_contract(bill_status="AUTHORISED", **settings) as (site, contract, _):
        w = site.w
        claim = contract.claim(period_end="2026-07-31", work={contract.lines[0]: money("10,000.00")})
        site.run()
        first = w.org.bill("SC-001-1")
        payment = w.org.pay(first, date=EARLY)
        assert w.go("payments").counts == {"created": 1, "matched": 1}
        w.org.delete_payment(payment)
        if told:
            assert w.outcomes(w.go("payments"))[DELETED] == ("rejected", "payment_deleted")
        w.org.void(first)
        _unlink(site)
        site.run()
        (second,) = (bill for bill in site.bills() if bill.status == "AUTHORISED")
        yield Again(site, contract, claim, first, second)


@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize("full", [True, False])
def test_the_deleted_payment_of_the_first_bill_stays_a_problem(told: bool, full: bool) -> None:
    with again(told=told) as b:
        b.site.w.org.pay(b.second, date=LATE)
        outcomes = b.site.w.outcomes(b.run(full=full))
        assert outcomes[DELETED] == ("rejected", "payment_deleted")
        assert b.site.w.problem(DELETED).code == "payment_deleted"
        assert b.paid() == [("2026-08-20", "9500.00"), ("2026-08-28", "9500.00")]
        assert b.claim["payment_date"] == "2026-08-28"
        assert [problem.code for problem in Problem.objects.filter(state="open")] == ["payment_deleted"]
        again_told = b.site.w.outcomes(b.run(full=True))
        assert set(again_told.values()) == {("rejected", "payment_deleted"), ("unchanged", "")}
        b.site.w.check_links()


def test_it_is_removed_by_setting_and_the_payment_date_is_that_of_the_second_bill() -> None:
    with again(told=False, deleted_payments="remove") as b:
        b.site.w.org.pay(b.second, date=LATE)
        job = b.run(full=True)
        assert b.site.w.record(job, DELETED).warnings == ["It was deleted in Xero."]
        assert (b.paid(), b.claim["payment_date"]) == ([("2026-08-28", "9500.00")], "2026-08-28")
        start = b.site.w.marks()
        b.run(full=True)
        assert b.site.w.writes(start) == []
        b.site.w.check_links()


def test_a_claim_without_a_second_bill_loses_its_payment_date() -> None:
    with again(told=False) as b:
        b.site.w.org.void(b.second)
        _unlink(b.site)
        assert b.site.w.outcomes(b.run(full=True)) == {
            DELETED: ("rejected", "payment_deleted"),
            BACK: ("updated", ""),
        }
        assert (b.paid(), b.claim["payment_date"]) == ([("2026-08-20", "9500.00")], None)


@pytest.mark.parametrize("full", [True, False])
def test_while_the_second_bill_is_not_paid_the_claim_has_no_payment_date(full: bool) -> None:
    """A scheduled run sees it too, though the first bill has not changed for long."""
    with again(told=False) as b:
        w = b.site.w
        b.run(full=full)
        assert b.claim["payment_date"] is None
        assert b.paid() == [("2026-08-20", "9500.00")]
        for clock in (w.xero.clock, w.procore.clock):
            clock.advance(hours=3)
        b.run(full=full)
        w.org.pay(b.second, date=LATE)
        b.run(full=full)
        assert b.claim["payment_date"] == "2026-08-28"
        assert [problem.code for problem in Problem.objects.filter(state="open")] == ["payment_deleted"]
        w.check_links()


def test_a_preview_says_the_same_and_moves_nothing() -> None:
    with again(told=False) as b:
        b.site.w.org.pay(b.second, date=LATE)
        start = b.site.w.marks()
        seen = b.site.w.outcomes(b.run(preview=True))
        assert (b.site.w.writes(start), b.claim["payment_date"]) == ([], "2026-08-20")
        assert seen == b.site.w.outcomes(b.run(full=True))


def test_a_payment_that_still_stands_on_an_unlinked_bill_is_kept_and_none_is_added() -> None:
    with one_contract(bill_status="AUTHORISED") as (site, contract, _):
        w = site.w
        contract.claim(period_end="2026-07-31", work={contract.lines[0]: money("10,000.00")})
        site.run()
        bill = w.org.bill("SC-001-1")
        kept = w.org.pay(bill, "1045.00", EARLY)
        w.go("payments")
        _unlink(site)
        w.org.pay(bill, "2090.00", LATE)
        start = w.marks()
        assert w.outcomes(w.go("payments", full=True)) == {
            "SC-001-1: payment of 1,045.00 on 2026-08-20": ("unchanged", "")
        }
        assert w.writes(start) == []
        w.org.delete_payment(kept)
        assert w.outcomes(w.go("payments", "SC-001-1"))[DELETED] == ("rejected", "payment_deleted")
