"""What was sent long ago and has not changed stands, whatever has been archived, unmapped or hidden since."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hub.models import LinkedEntity, Problem
from tests.pairings.claims_world import KEY, ClaimSite, claimed, held, money, one_contract
from tests.pairings.costs_world import P1, Costs, amounts, cost, costs
from tests.pairings.test_commitments_run import KEY as ORDER_KEY
from tests.pairings.test_commitments_run import orders

pytestmark = pytest.mark.django_db

STAYS = "It stays as it was sent. Sent anew, it would be held: "


def _archive_option(site: ClaimSite) -> None:
    site.w.org.category("Project").options[0].status = "ARCHIVED"


def _archive_account(site: ClaimSite) -> None:
    site.w.org.account("310").status = "ARCHIVED"


def _no_account(site: ClaimSite) -> None:
    site.w.configure(cost_account="")


def _unlink_project(site: ClaimSite) -> None:
    LinkedEntity.objects.filter(tenant_stage__stage="projects").delete()


MISSES: dict[str, tuple[Callable[[ClaimSite], None], str]] = {
    "option_gone": (_archive_option, "The tracking option “24-001 Wharf 9 Apartments” of project 24-001"),
    "account_archived": (_archive_account, "The account 310"),
    "unmapped_code": (_no_account, "The cost code 03-310 has no account"),
    "project_not_linked": (_unlink_project, "The progress claim belongs to project 24-001"),
}


def stands(site: ClaimSite, job: Any, key: str, said: str) -> None:
    """Unchanged, with one warning, and nobody is asked about it."""
    record = site.record(job, key)
    assert (record.outcome, record.code) == ("unchanged", "")
    (warning,) = record.warnings
    assert warning.startswith(STAYS + said)
    assert not Problem.objects.filter(state="open").exists()


@pytest.mark.parametrize("code", MISSES)
def test_a_paid_claim_stands_and_a_changed_one_is_asked_about(code: str) -> None:
    happens, said = MISSES[code]
    with one_contract(bill_status="AUTHORISED") as (site, contract, _):
        claim = claimed(contract)
        site.run()
        (bill,) = site.bills()
        link = LinkedEntity.objects.get(source_id=str(claim.id))
        site.w.org.pay(bill, "500.00")
        happens(site)
        start = site.w.marks()
        for _again in range(2):
            stands(site, site.run(), KEY, said)
        assert (site.w.writes(start), bill.total) == ([], money("1,045.00"))
        after = LinkedEntity.objects.get(pk=link.pk)
        assert (after.sent, after.target_id) == (link.sent, bill.id)
        claimed(contract, end="2026-08-31")
        held(site, site.run(), "24-001/SC-001/2", code)
        claim.revise(work={contract.lines[0]: money("1,200.00")})
        assert site.said(site.run())[KEY][0] == "rejected"
        assert (site.w.writes(start), bill.total) == ([], money("1,045.00"))


def test_a_draft_stands_too_and_its_changed_figures_are_asked_about() -> None:
    with one_contract() as (site, contract, _):
        claim = claimed(contract)
        site.run()
        (bill,) = site.bills()
        _archive_option(site)
        said = MISSES["option_gone"][1]
        stands(site, site.run(), KEY, said)
        claim.revise(work={contract.lines[0]: money("1,200.00")})
        start = site.w.marks()
        assert said in held(site, site.run(), KEY, "option_gone")
        assert site.w.writes(start) == []
        site.w.org.category("Project").options[0].status = "ACTIVE"
        assert site.said(site.run(full=False)) == {KEY: ("updated", "")}
        assert bill.subtotal == money("1,140.00")


def test_an_edit_in_xero_is_told_beside_it() -> None:
    with one_contract() as (site, contract, _):
        claimed(contract)
        site.run()
        (bill,) = site.bills()
        site.w.org.edit_bill(bill, DueDate="2026-12-31")
        _archive_option(site)
        edited, said = site.record(site.run(), KEY).warnings
        assert edited.startswith("It was changed in Xero: The due date is now 2026-12-31")
        assert said.startswith(STAYS)


def test_a_credit_note_stands_when_negative_claims_are_held_by_now() -> None:
    with one_contract(negative_claims="credit note") as (site, contract, _):
        claimed(contract, "-10.00", retained={contract.lines[0]: money("0")})
        site.run()
        site.w.configure(negative_claims="hold")
        start = site.w.marks()
        assert site.said(site.run()) == {KEY: ("unchanged", "")}
        assert site.w.writes(start) == []
        (note,) = site.w.org.credits.values()
        assert note.subtotal == money("10.00")


def test_a_commitment_stands() -> None:
    with one_contract() as (site, contract, _):
        site.run_orders()
        (order,) = orders(site)
        _archive_option(site)
        said = MISSES["option_gone"][1]
        start = site.w.marks()
        stands(site, site.run_orders(), ORDER_KEY, said)
        contract.lines[0].change(amount=money("61,000.00"))
        assert said in held(site, site.run_orders(), ORDER_KEY, "option_gone")
        assert (site.w.writes(start), order.subtotal) == ([], money("180,000.00"))


# Costs on their way back.


def _hide(c: Costs) -> None:
    (app,) = c.w.procore.logins.apps.values()
    app.permit_only(c.w.company, c.p2)


def _forget_codes(c: Costs) -> None:
    LinkedEntity.objects.filter(tenant_stage__stage="cost_codes").delete()


def _forget_vendor(c: Costs) -> None:
    LinkedEntity.objects.filter(tenant_stage__stage="contacts").delete()


@pytest.mark.parametrize(
    ("happens", "code"),
    [(_hide, "project_hidden"), (_forget_codes, "no_cost_code"), (_forget_vendor, "vendor_not_linked")],
)
def test_a_cost_stands_and_a_changed_one_is_asked_about(happens: Callable[[Costs], None], code: str) -> None:
    with costs() as c:
        bill = c.bill(lines=[cost("Cable", "1000", P1)])
        assert c.go().counts == {"created": 1}
        happens(c)
        start = c.w.marks()
        job = c.go()
        assert job.counts == {"unchanged": 1}
        (record,) = job.records.all()
        assert record.warnings[0].startswith(STAYS)
        assert not Problem.objects.filter(state="open").exists()
        kept = {"LineItemID": bill.lines[0].id, **cost("Cable", "1100", P1)}
        c.w.org.edit_bill(bill, LineItems=[kept])
        assert set(c.w.outcomes(c.go()).values()) == {("rejected", code)}
        assert c.w.writes(start) == []
        assert amounts(c.p1) == {"INV-9": ["1000.00"]}
        c.w.check_links()
