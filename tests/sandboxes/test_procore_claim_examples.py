"""The claims that an accountant would work through by hand, to the cent: seeded, served and read."""

from __future__ import annotations

from decimal import Decimal

import pytest

from integrations.procore.requisitions import ClaimLine, Requisition, requisition_pages
from integrations.procore.sandbox.claims import Claim
from tests.sandboxes.procore_site import Site, money, site

ZERO = Decimal(0)


def read(place: Site) -> list[Requisition]:
    pages = requisition_pages(place.world.client, place.project.id)
    return [row for page in pages for row in page.rows]


def due(claim: Requisition) -> Decimal:
    assert claim.summary is not None
    return claim.summary.current_payment_due


def nets(claims: list[Requisition]) -> list[Decimal]:
    """What the lines of each claim come to: gross of the period less what is retained more than before."""
    return [sum((_net(line, before) for line in claim.items), ZERO) for claim, before in _with_previous(claims)]


def _with_previous(claims: list[Requisition]) -> list[tuple[Requisition, dict[int, ClaimLine]]]:
    lines = {claim.id: {line.id: line for line in claim.items} for claim in claims}
    return [(claim, lines.get(claim.previous_requisition_id or 0, {})) for claim in claims]


def _net(line: ClaimLine, before: dict[int, ClaimLine]) -> Decimal:
    if line.item_type == "contract_detail_item":
        return ZERO
    earlier = before.get(line.previous_progress_id or 0)
    gross = line.total_completed_and_stored_to_date - line.total_completed_and_stored_to_date_from_previous
    return gross - (held(line) - (held(earlier) if earlier else ZERO))


def held(line: ClaimLine) -> Decimal:
    return (
        line.work_completed_retainage_from_previous_application
        + line.work_completed_retainage_retained_this_period
        - line.work_completed_retainage_released_this_period
        + line.materials_stored_retainage_currently_retained
    )


def worked_example(place: Site, moved_into_previous: bool = False) -> list[Claim]:
    contract = place.contract("60,000.00", "40,000.00", "20,000.00")
    one, two, three = contract.lines
    return [
        contract.claim(period_end="2026-07-31", work={one: money("10,000.00")}),
        contract.claim(
            period_end="2026-08-31",
            work={one: money("12,000.00"), two: money("8,000.00")},
            stored={three: money("4,500.00")},
        ),
        contract.claim(
            period_end="2026-09-30", moved={three: money("4,500.00")}, moved_into_previous=moved_into_previous
        ),
        contract.claim(
            period_end="2026-10-31",
            released={one: money("1,100.00"), two: money("400.00"), three: money("225.00")},
        ),
    ]


@pytest.mark.parametrize("moved_into_previous", [False, True])
def test_work_stored_materials_their_move_and_the_release_of_retention(moved_into_previous: bool) -> None:
    with site() as place:
        seeded = worked_example(place, moved_into_previous)
        claims = read(place)
    assert [due(claim) for claim in claims] == [money(x) for x in ("9,500.00", "23,275.00", "0.00", "1,725.00")]
    assert [claim.due for claim in seeded] == nets(claims) == [due(claim) for claim in claims]
    assert [claim.total_claimed_amount for claim in claims] == [10_000, 24_500, 0, 0]
    assert [claim.number for claim in claims] == [1, 2, 3, 4]
    assert [claim.previous_requisition_id for claim in claims] == [None, *(claim.id for claim in claims[:-1])]


def test_the_lines_of_the_second_application() -> None:
    with site() as place:
        worked_example(place)
        one, two, three = read(place)[1].items
    assert [line.work_completed_this_period for line in (one, two, three)] == [12_000, 8_000, 0]
    assert three.materials_presently_stored == money("4,500.00")
    assert [line.work_completed_retainage_retained_this_period for line in (one, two, three)] == [600, 400, 0]
    assert three.materials_stored_retainage_new_materials == money("225.00")
    assert one.work_completed_retainage_from_previous_application == money("500.00")


def test_materials_that_move_take_their_retention_along() -> None:
    with site() as place:
        worked_example(place)
        line = read(place)[2].items[2]
    assert (line.work_completed_this_period, line.materials_presently_stored) == (money("4,500.00"), ZERO)
    assert (line.materials_moved, line.materials_retainage_retained_moved) == (money("4,500.00"), money("225.00"))
    assert line.work_completed_retainage_retained_this_period == 225
    assert line.materials_stored_retainage_currently_retained == 0


def test_materials_may_move_into_the_work_of_the_application_before() -> None:
    with site() as place:
        worked_example(place, moved_into_previous=True)
        claim = read(place)[2]
    assert claim.move_materials_to_previous_work_completed
    line = claim.items[2]
    assert (line.work_completed_from_previous_application, line.work_completed_this_period) == (money("4,500.00"), ZERO)
    assert line.work_completed_retainage_from_previous_application == 225
    assert line.total_completed_and_stored_to_date_from_previous == line.total_completed_and_stored_to_date


def test_a_release_alone_claims_nothing_and_is_due() -> None:
    with site() as place:
        worked_example(place)
        claim = read(place)[3]
    assert claim.summary is not None
    assert (claim.total_claimed_amount, claim.summary.total_retainage) == (ZERO, ZERO)
    assert due(claim) == money("1,725.00")


def test_what_is_rejected_is_not_due() -> None:
    with site() as place:
        contract = place.contract("60,000.00", "40,000.00", retainage="0")
        one, two = contract.lines
        contract.claim(
            period_end="2026-07-31",
            work={one: money("6,000.00")},
            rejected={two: money("1,000.00")},
            status="approved_as_noted",
        )
        claim = read(place)[0]
    assert (due(claim), claim.status) == (money("6,000.00"), "approved_as_noted")
    assert [line.status for line in claim.items] == ["no_action", "rejected"]
    assert [line.subcontractor_claimed_amount for line in claim.items] == [6_000, 1_000]
    assert claim.items[1].work_completed_this_period == 0


def test_a_correction_is_negative() -> None:
    with site() as place:
        contract = place.contract("60,000.00", retainage="0")
        line = contract.lines[0]
        contract.claim(period_end="2026-07-31", work={line: money("10,000.00")})
        contract.claim(period_end="2026-08-31", work={line: money("-2,000.00")})
        claims = read(place)
    assert due(claims[1]) == nets(claims)[1] == money("-2,000.00")


def test_retention_is_as_procore_holds_it() -> None:
    with site() as place:
        contract = place.contract("1,000.50", "1,000.50", "1,000.50", retainage="10")
        cents = dict(zip(contract.lines, (money("10.01"), money("10.00"), money("10.01")), strict=True))
        contract.claim(period_end="2026-07-31", work=dict.fromkeys(contract.lines, money("100.05")), retained=cents)
        claims = read(place)
    assert due(claims[0]) == nets(claims)[0] == money("270.13")


def test_a_claim_may_disagree_with_its_lines() -> None:
    with site() as place:
        contract = place.contract("60,000.00", retainage="0")
        contract.claim(period_end="2026-07-31", work={contract.lines[0]: money("999.99")}, off_by=money("0.01"))
        claims = read(place)
    assert (due(claims[0]), nets(claims)[0]) == (money("1,000.00"), money("999.99"))
