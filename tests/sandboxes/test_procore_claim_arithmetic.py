"""Whatever a site claims: summary and lines agree, and the lines' nets are what is due."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.base.client import parse_json
from integrations.base.sandbox.kernel import Clock, dump_json
from integrations.procore.records import read_one
from integrations.procore.requisitions import Requisition
from integrations.procore.sandbox import Company, Switches
from integrations.procore.sandbox.claim_shapes import v11
from integrations.procore.sandbox.claims import Claim
from integrations.procore.sandbox.contracts import Contract
from integrations.procore.sandbox.project import month_end
from integrations.procore.sandbox.state import Row, World
from tests.sandboxes.test_procore_claim_examples import nets

ZERO, CENT = Decimal(0), Decimal("0.01")
cents = st.integers(-5_000_000, 50_000_000).map(lambda number: number * CENT)
gains = st.integers(0, 50_000_000).map(lambda number: number * CENT)
shares = st.integers(0, 100).map(lambda percent: Decimal(percent) / 100)

one_line = st.fixed_dictionaries(
    {},
    optional={
        "work": cents,
        "stored": gains,
        "moved": shares,
        "retained": cents,
        "released": shares,
        "stored_released": shares,
        "rejected": gains,
    },
)
periods = st.lists(
    st.tuples(st.lists(one_line, min_size=4, max_size=4), st.booleans(), st.sampled_from(["approved", "draft"])),
    min_size=1,
    max_size=5,
)


def new_contract(rate: Decimal) -> Contract:
    """Two plain lines, one of two details, and a change order that comes with the second claim."""
    company = Company(World(Clock()), "Harbour & Lane Constructions", "AU")
    project = company.add_project("Harbour Tower", "HT-01")
    amounts = [
        ("03-310", "Slabs", Decimal(60_000)),
        ("05-120", "Steel", Decimal(40_000)),
        ("07-410", "Roof", Decimal(9)),
    ]
    contract = project.add_commitment(company.add_vendor("Kauri Steel"), number="SC-1", lines=amounts, retainage=rate)
    contract.add_details(contract.lines[2], [("Battens", Decimal(4)), ("Sheets", Decimal(5))])
    return contract


def claimed_lines(contract: Contract) -> list[Row]:
    return [line for line, kind in contract.billable() if not (kind == "contract_item" and line is contract.lines[2])]


def enter(contract: Contract, number: int, drawn: list[dict[str, Any]], into_previous: bool, status: str) -> Claim:
    """Shares are of what is there: nothing is moved or released that was not stored or retained."""
    claim = contract.claim(period_end=month_end(2026, number), moved_into_previous=into_previous, status=status)
    amounts: dict[str, Any] = {}
    for line, figures in zip(claimed_lines(contract), drawn, strict=False):
        before = claim.item(line).progress_before
        whole = {"moved": before.stored, "released": before.work_held, "stored_released": ZERO}
        for name, value in figures.items():
            amount = (whole[name] * value).quantize(CENT) if name in whole else value
            amounts.setdefault(name, {})[line] = amount
    claim.revise(**amounts)
    return claim


def served(claim: Claim) -> Requisition:
    """The way over the wire and back."""
    return read_one(Requisition, parse_json(dump_json(v11(claim, Switches(), "extended"))), "claim")


@settings(max_examples=150, deadline=None)
@given(drawn=periods, rate=st.sampled_from([Decimal(0), Decimal(5), Decimal(10), Decimal("7.5")]))
def test_summary_and_lines_always_agree(drawn: list[tuple[list[dict[str, Any]], bool, str]], rate: Decimal) -> None:
    contract = new_contract(rate)
    for number, (lines, into_previous, status) in enumerate(drawn, 1):
        if number == 2:
            contract.add_change_order("1", [("03-310", "Thicker slabs", Decimal(500))])
        enter(contract, number, lines, into_previous, status)
    claims = [served(claim) for claim in contract.claims]
    previous = ZERO
    for claim in claims:
        assert_agrees(claim, previous)
        assert claim.summary is not None
        previous = claim.summary.total_earned_less_retainage
    assert nets(claims) == [claim.summary.current_payment_due for claim in claims if claim.summary]


def assert_agrees(claim: Requisition, previous: Decimal) -> None:
    summary, lines = claim.summary, [line for line in claim.items if line.item_type != "contract_detail_item"]
    assert summary is not None
    total = sum((line.total_completed_and_stored_to_date for line in lines), ZERO)
    work_held = sum(
        (
            line.work_completed_retainage_from_previous_application
            + line.work_completed_retainage_retained_this_period
            - line.work_completed_retainage_released_this_period
            for line in lines
        ),
        ZERO,
    )
    stored_held = sum((line.materials_stored_retainage_currently_retained for line in lines), ZERO)
    assert summary.total_completed_and_stored_to_date == total
    assert summary.completed_work_retainage_amount == work_held
    assert summary.stored_materials_retainage_amount == stored_held
    assert summary.total_retainage == work_held + stored_held
    assert summary.total_earned_less_retainage == total - work_held - stored_held
    assert summary.less_previous_certificates_for_payment == previous
    assert summary.current_payment_due == summary.total_earned_less_retainage - previous
    assert summary.contract_sum_to_date == sum((line.scheduled_value for line in lines), ZERO)
    assert claim.total_claimed_amount == sum(
        (
            line.total_completed_and_stored_to_date - line.total_completed_and_stored_to_date_from_previous
            for line in lines
        ),
        ZERO,
    )


@settings(max_examples=100, deadline=None)
@given(
    stored=st.integers(1, 50_000_000).map(lambda number: number * CENT),
    share=shares,
    rate=st.sampled_from([Decimal(5), Decimal(10), Decimal("7.5")]),
    into_previous=st.booleans(),
)
def test_a_move_changes_neither_value_nor_retention_of_its_line(
    stored: Decimal, share: Decimal, rate: Decimal, into_previous: bool
) -> None:
    contract = new_contract(rate)
    line = contract.lines[0]
    first = contract.claim(period_end="2026-01-31", stored={line: stored})
    moved = (stored * share).quantize(CENT)
    second = contract.claim(period_end="2026-02-28", moved={line: moved}, moved_into_previous=into_previous)
    before, after = first.item(line).progress, second.item(line).progress
    assert (after.total, after.held) == (before.total, before.held)
    assert after.stored == stored - moved
    assert (second.due, second.gross) == (ZERO, ZERO)
    # Moving everything leaves no retention behind.
    third = contract.claim(period_end="2026-03-31", moved={line: stored - moved}).item(line).progress
    assert (third.stored, third.stored_held, third.held) == (ZERO, ZERO, before.held)


@settings(max_examples=60, deadline=None)
@given(parts=st.lists(gains, min_size=2, max_size=2), rate=st.sampled_from([Decimal(5), Decimal("7.5")]))
def test_details_repeat_the_money_of_their_line_exactly(parts: list[Decimal], rate: Decimal) -> None:
    contract = new_contract(rate)
    claim = contract.claim(period_end="2026-01-31", work=dict(zip(contract.details, parts, strict=True)))
    items = served(claim).items
    whole = next(item for item in items if item.line_item_id == contract.lines[2].id)
    details = [item for item in items if item.item_type == "contract_detail_item"]
    assert whole.work_completed_this_period == sum(parts)
    for name in ("work_completed_this_period", "work_completed_retainage_retained_this_period"):
        assert getattr(whole, name) == sum((getattr(item, name) for item in details), ZERO)
