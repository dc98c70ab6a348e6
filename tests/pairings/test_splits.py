"""A bill cut into parts per project: the parts and the rest come to the bill, each line in its own project only."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.procore_kit.splits import CostLine, added_up, split
from integrations.procore_xero.cost_documents import net_amount


def lines(*told: tuple[str, str]) -> list[CostLine]:
    return [CostLine(str(n), Decimal(amount), project_id=project) for n, (amount, project) in enumerate(told)]


def test_the_bill_over_two_projects_with_a_line_of_none() -> None:
    bill = lines(("1000.00", "P1"), ("2000.00", "P2"), ("500.00", "P1"), ("250.00", ""))
    found = split(bill)
    assert {project: str(added_up(part)) for project, part in found.parts.items()} == {"P1": "1500.00", "P2": "2000.00"}
    assert str(added_up(found.unsent)) == "250.00"
    assert found.total == Decimal("3750.00")


def test_lines_that_are_only_text_are_left_out() -> None:
    found = split(lines(("0.00", "P1"), ("0", ""), ("-5.00", "P2")))
    assert list(found.parts) == ["P2"]
    assert found.unsent == ()


@pytest.mark.parametrize(
    ("amount", "tax", "how", "net"),
    [("110.00", "10.00", "Inclusive", "100.00"), ("100.00", "10.00", "Exclusive", "100.00")]
    + [("100.00", "0.00", "NoTax", "100.00"), ("100.00", "0.00", "NOTAX", "100.00")]
    + [("-110.00", "-10.00", "INCLUSIVE", "-100.00"), ("33.33", "3.03", "Inclusive", "30.30")],
)
def test_a_line_before_tax(amount: str, tax: str, how: str, net: str) -> None:
    assert net_amount(Decimal(amount), Decimal(tax), how) == Decimal(net)


amounts = st.integers(-(10**9), 10**9).map(lambda cents: Decimal(cents) / 100)


@given(st.lists(st.tuples(amounts, st.sampled_from(["", "P1", "P2", "P3"])), max_size=30))
def test_parts_and_rest_come_to_the_bill(told: list[tuple[Decimal, str]]) -> None:
    bill = [CostLine(str(n), amount, project_id=project) for n, (amount, project) in enumerate(told)]
    found = split(bill)
    assert found.total == added_up(bill)
    for project, part in found.parts.items():
        assert part
        assert {line.project_id for line in part} == {project}
    placed = [line.id for part in (*found.parts.values(), found.unsent) for line in part]
    assert sorted(placed) == sorted(line.id for line in bill if line.amount)
