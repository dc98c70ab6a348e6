"""Any consistent claim makes a draw that asks for what is due, line by line and as a whole."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings

from integrations.procore_kit.amounts import ClaimLine, Part, claim_amounts
from integrations.procore_mri.draw_amounts import DrawLine, Totals, draw_lines, totals
from tests.pairings.test_amounts import EXAMPLES, applications

ZERO = Decimal(0)
Made = list[tuple[list[ClaimLine], Decimal]]


@settings(deadline=None)
@given(applications())
def test_gross_less_retained_plus_released_is_what_is_due(made: Made) -> None:
    before: list[ClaimLine] = []
    for lines, due in made:
        amounts = claim_amounts(lines, before)
        found = draw_lines(amounts)
        whole = totals(found)
        assert whole.gross - whole.retained + whole.released == whole.net == due
        assert whole.stored == sum((a.amount for a in amounts if a.part is Part.STORED), ZERO)
        assert len({line.line.id for line in found}) == len(found)
        for line in found:
            assert line.gross == line.line.claimed
            assert line.released == line.line.work_released + line.line.materials_released
        before = lines


@pytest.mark.parametrize(("lines", "before", "due"), [e[1:4] for e in EXAMPLES], ids=[e[0] for e in EXAMPLES])
def test_worked_example(lines: list[ClaimLine], before: list[ClaimLine] | None, due: str) -> None:
    assert totals(draw_lines(claim_amounts(lines, before))).net == Decimal(due)


def test_nothing_is_a_draw_of_nothing() -> None:
    assert draw_lines([]) == []
    assert totals([]) == Totals(ZERO, ZERO, ZERO, ZERO)


def test_a_line_asks_for_its_own_net() -> None:
    line = DrawLine(ClaimLine(1), Decimal(100), Decimal(40), Decimal(10), Decimal(5))
    assert line.net == Decimal(95)
