"""What a claim's bill must hold: the worked examples, and what is true of any claim."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.procore_kit.amounts import (
    CONTRACT_ITEM,
    DETAIL_ITEM,
    REJECTED,
    Amount,
    ClaimLine,
    Part,
    adds_up,
    billed,
    claim_amounts,
    payable,
)

D = Decimal
WORK, STORED, RETAINED, RELEASED = Part.WORK, Part.STORED, Part.RETAINED, Part.RELEASED


def _shown(amounts: list[Amount]) -> list[tuple[int, Part, str]]:
    return [(a.line.id, a.part, f"{a.amount:.2f}") for a in amounts]


# Claim A, four applications on two lines; the materials lie on the second one.
A1 = [ClaimLine(1, 71, completed=D("10000.00"), work_retained=D("500.00")), ClaimLine(2, 72)]
A2 = [
    ClaimLine(
        3, 71, completed=D("22000.00"), completed_before=D("10000.00"), work_retained_before=D("500.00"),
        work_retained=D("600.00"),
    ),
    ClaimLine(
        4, 72, completed=D("12500.00"), stored=D("4500.00"), work_retained=D("400.00"),
        materials_retained_now=D("225.00"), materials_retained_new=D("225.00"),
    ),
]  # fmt: skip
A3 = [
    ClaimLine(5, 71, completed=D("22000.00"), completed_before=D("22000.00"), work_retained_before=D("1100.00")),
    ClaimLine(
        6, 72, completed=D("12500.00"), completed_before=D("12500.00"), stored_before=D("4500.00"), moved=D("4500.00"),
        work_retained_before=D("625.00"),
    ),
]  # fmt: skip
A4 = [
    ClaimLine(
        7, 71, completed=D("22000.00"), completed_before=D("22000.00"), work_retained_before=D("1100.00"),
        work_released=D("1100.00"),
    ),
    ClaimLine(
        8, 72, completed=D("12500.00"), completed_before=D("12500.00"), work_retained_before=D("625.00"),
        work_released=D("625.00"),
    ),
]  # fmt: skip
B = [
    ClaimLine(1, 71, completed=D("6000.00"), status="approved"),
    ClaimLine(2, 72, completed=D("1000.00"), status=REJECTED, work_retained=D("50.00")),
]
C = [ClaimLine(1, 71, completed=D("8000.00"), completed_before=D("10000.00"))]
D_LINES = [
    ClaimLine(n, 70 + n, completed=D("100.05"), work_retained=D(kept))
    for n, kept in ((1, "10.01"), (2, "10.00"), (3, "10.01"))
]
E = [ClaimLine(1, 71, completed=D("500.00")), ClaimLine(2, 72, completed=D("499.99"))]

EXAMPLES = [
    ("A1", A1, [], "9500.00", [(1, WORK, "10000.00"), (1, RETAINED, "-500.00")]),
    (
        "A2", A2, A1, "23275.00",
        [
            (3, WORK, "12000.00"), (3, RETAINED, "-600.00"), (4, WORK, "8000.00"), (4, RETAINED, "-400.00"),
            (4, STORED, "4500.00"), (4, RETAINED, "-225.00"),
        ],
    ),
    ("A3", A3, A2, "0.00", []),
    ("A4", A4, A3, "1725.00", [(7, RELEASED, "1100.00"), (8, RELEASED, "625.00")]),
    ("B", B, [], "6000.00", [(1, WORK, "6000.00")]),
    ("C", C, None, "-2000.00", [(1, WORK, "-2000.00")]),
    (
        "D", D_LINES, [], "270.13",
        [
            (1, WORK, "100.05"), (1, RETAINED, "-10.01"), (2, WORK, "100.05"), (2, RETAINED, "-10.00"),
            (3, WORK, "100.05"), (3, RETAINED, "-10.01"),
        ],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "before", "due", "wanted"), [e[1:] for e in EXAMPLES], ids=[e[0] for e in EXAMPLES])
def test_worked_example(
    lines: list[ClaimLine], before: list[ClaimLine] | None, due: str, wanted: list[tuple[int, Part, str]]
) -> None:
    amounts = claim_amounts(lines, before)
    assert _shown(amounts) == wanted
    assert payable(amounts) == D(due)
    assert adds_up(amounts, D(due))


def test_example_e_is_a_cent_short_and_says_so() -> None:
    amounts = claim_amounts(E, [])
    assert payable(amounts) == D("999.99")
    assert not adds_up(amounts, D("1000.00"))


def test_tax_of_procore_may_or_may_not_be_in_what_is_due() -> None:
    amounts = claim_amounts(A1, [])
    assert adds_up(amounts, D("9500.00"), D("950.00"))
    assert adds_up(amounts, D("10450.00"), D("950.00"))
    assert not adds_up(amounts, D("10450.01"), D("950.00"))


def test_a_move_that_is_not_called_one_is_no_new_work() -> None:
    line = replace(A3[1], moved=D(0))
    assert claim_amounts([line], A2) == []


def test_new_work_beside_a_move_is_billed_alone() -> None:
    line = replace(A3[1], completed=D("13500.00"), work_retained=D("50.00"))
    assert _shown(claim_amounts([line], A2)) == [(6, WORK, "1000.00"), (6, RETAINED, "-50.00")]


def test_materials_that_stay_on_site_are_billed_once() -> None:
    line = ClaimLine(5, 72, completed=D("12500.00"), completed_before=D("12500.00"), stored=D("4500.00"),
                     work_retained_before=D("400.00"), materials_retained_now=D("225.00"))  # fmt: skip
    assert claim_amounts([line], A2) == []
    assert claim_amounts([replace(line, stored_before=D("4500.00"))], A2) == []


def test_without_the_application_before_the_claims_own_columns_tell() -> None:
    assert _shown(claim_amounts(A2, None)) == _shown(claim_amounts(A2, A1))
    assert _shown(claim_amounts(A4, None)) == _shown(claim_amounts(A4, A3))


def test_a_line_rejected_before_held_nothing() -> None:
    again = ClaimLine(3, 72, completed=D("1000.00"), work_retained=D("50.00"))
    assert _shown(claim_amounts([again], B)) == [(3, WORK, "1000.00"), (3, RETAINED, "-50.00")]


def test_release_and_retention_of_one_line_stand_apart() -> None:
    line = ClaimLine(1, 71, completed=D("100.00"), work_retained=D("10.00"), work_retained_before=D("40.00"),
                     work_released=D("40.00"))  # fmt: skip
    before = [ClaimLine(0, 71, completed=D("0.00"), work_retained=D("40.00"))]
    assert _shown(claim_amounts([line], before)) == [
        (1, WORK, "100.00"), (1, RETAINED, "-10.00"), (1, RELEASED, "40.00"),
    ]  # fmt: skip


def test_a_correction_gives_its_retention_back() -> None:
    line = ClaimLine(1, 71, completed=D("0.00"), completed_before=D("200.00"), work_retained_before=D("20.00"),
                     work_retained=D("-20.00"))  # fmt: skip
    before = [ClaimLine(0, 71, completed=D("200.00"), work_retained=D("20.00"))]
    assert _shown(claim_amounts([line], before)) == [(1, WORK, "-200.00"), (1, RETAINED, "20.00")]


# Any sequence of applications on some lines.

cents = st.integers(0, 10_000_000).map(lambda n: D(n) / 100)
signed = st.integers(-500_000, 10_000_000).map(lambda n: D(n) / 100)


@dataclass
class Balance:
    """What a line of a commitment stands at, as a site keeps it."""

    work: Decimal = D(0)
    stored: Decimal = D(0)
    kept: Decimal = D(0)  # retention on work
    kept_stored: Decimal = D(0)


def _part(draw: st.DrawFn, whole: Decimal) -> Decimal:
    return D(draw(st.integers(0, int(whole * 100)))) / 100 if whole > 0 else D(0)


@st.composite
def applications(draw: st.DrawFn) -> list[tuple[list[ClaimLine], Decimal]]:
    """(lines, what Procore says is due) per application, in order."""
    balances = [Balance() for _ in range(draw(st.integers(1, 4)))]
    moved_counts_as_before = draw(st.booleans())
    done = []
    for _ in range(draw(st.integers(1, 4))):
        made = [_apply(draw, at, n, moved_counts_as_before) for n, at in enumerate(balances, 1)]
        done.append(([line for line, _ in made], sum((net for _, net in made), D(0))))
    return done


def _apply(draw: st.DrawFn, at: Balance, number: int, as_before: bool) -> tuple[ClaimLine, Decimal]:
    work, new = draw(signed), draw(cents)
    moved = _part(draw, at.stored)
    moved_kept = at.kept_stored if moved == at.stored else _part(draw, at.kept_stored)
    kept, kept_new = _part(draw, abs(work)), _part(draw, new)
    out, out_stored = _part(draw, at.kept), _part(draw, at.kept_stored - moved_kept)
    line = ClaimLine(
        number, number,
        completed=at.work + at.stored + work + new, completed_before=at.work + at.stored,
        stored=at.stored - moved + new, stored_before=at.stored, moved=moved,
        work_retained_before=at.kept + (moved_kept if as_before else 0),
        work_retained=kept + (0 if as_before else moved_kept), work_released=out,
        materials_retained_now=at.kept_stored - moved_kept + kept_new - out_stored,
        materials_retained_new=kept_new, materials_released=out_stored,
    )  # fmt: skip
    at.work, at.stored = at.work + work + moved, at.stored - moved + new
    at.kept, at.kept_stored = at.kept + moved_kept + kept - out, at.kept_stored - moved_kept + kept_new - out_stored
    return line, work + new - kept - kept_new + out + out_stored


@given(applications())
def test_lines_and_retention_of_any_claim_are_what_is_due(made: list[tuple[list[ClaimLine], Decimal]]) -> None:
    before: list[ClaimLine] = []
    for lines, due in made:
        amounts = claim_amounts(lines, before)
        assert payable(amounts) == due
        assert adds_up(amounts, due)
        for line in lines:
            mine = [a for a in amounts if a.line is line]
            gross = sum((a.amount for a in mine if a.part in (WORK, STORED)), D(0))
            assert gross == line.claimed
            released = sum((a.amount for a in mine if a.part is RELEASED), D(0))
            assert released == line.work_released + line.materials_released
        before = lines


@given(applications())
def test_a_doubled_schedule_counts_once_and_rejected_lines_not_at_all(
    made: list[tuple[list[ClaimLine], Decimal]],
) -> None:
    lines, due = made[0]
    doubles = [replace(line, id=line.id + 100, item_type=DETAIL_ITEM) for line in lines]
    rejected = [replace(line, id=line.id + 200, line_item_id=line.id + 200, status=REJECTED) for line in lines]
    assert payable(claim_amounts([*lines, *doubles, *rejected], [])) == due
    assert all(line.item_type == CONTRACT_ITEM for line in billed([*doubles, *lines]))
    assert payable(claim_amounts(doubles, [])) == due
