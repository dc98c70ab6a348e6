"""Whatever is written to the pretend Xero, the sums agree to the cent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from integrations.xero import bills
from integrations.xero.answers import Verdict, read_results
from integrations.xero.drafts import AUTHORISED, BillDraft, LineDraft
from integrations.xero.sandbox import Document, line
from integrations.xero.sandbox.books import tax_on
from tests.sandboxes.xero_books import read, supplier
from tests.sandboxes.xero_world import XeroWorld, xero_world

DAY = date(2026, 11, 20)
CENT = Decimal("0.01")

cents = st.integers(-5_000_000, 50_000_000).map(lambda n: Decimal(n) / 100)
some = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def xero() -> Iterator[XeroWorld]:
    with xero_world(minute_limit=100_000, day_limit=100_000, negative_totals="accept") as world:
        yield world


@some
@given(
    amounts=st.lists(
        st.tuples(cents, st.sampled_from(["INPUT", "EXEMPTEXPENSES", "BASEXCLUDED"])), min_size=1, max_size=8
    ),
    kind=st.sampled_from(["Exclusive", "Inclusive", "NoTax"]),
)
def test_a_bills_totals_are_the_sums_of_its_lines(
    xero: XeroWorld, amounts: list[tuple[Decimal, str]], kind: str
) -> None:
    lines = [LineDraft("x", amount, "320", tax) for amount, tax in amounts]
    draft = BillDraft(supplier(xero).id, "", DAY, DAY, lines, AUTHORISED, line_amount_types=kind)
    (result,) = read_results(xero.client.send(bills.put_bills([draft.body()])).data, "Invoices", 1)
    assert result.verdict is Verdict.SAVED
    bill = bills.Bill.read(result.record)
    assert [row.line_amount for row in bill.line_items] == [amount for amount, _ in amounts]
    assert bill.total_tax == sum(row.tax_amount for row in bill.line_items)
    net = sum(amount for amount, _ in amounts) - (bill.total_tax if kind == "Inclusive" else 0)
    assert (bill.sub_total, bill.total) == (net, net + bill.total_tax)
    for row in bill.line_items:
        assert row.tax_amount == expected_tax(row.line_amount, row.tax_type, kind)


def expected_tax(amount: Decimal, tax_type: str, kind: str) -> Decimal:
    """Ten per cent on top of the amount, or the eleventh part of it, to the nearest cent."""
    if tax_type != "INPUT" or kind == "NoTax":
        return Decimal(0)
    return (amount / (11 if kind == "Inclusive" else 10)).quantize(CENT, ROUND_HALF_UP)


@given(amount=cents, percent=st.decimals(0, 30, places=2))
def test_tax_inside_and_on_top_are_the_same_tax(amount: Decimal, percent: Decimal) -> None:
    """What is taken out of a gross amount is at most a cent away from what was put on its net amount."""
    on_top = tax_on(amount, percent, "Exclusive")
    inside = tax_on(amount + on_top, percent, "Inclusive")
    assert abs(on_top - inside) <= CENT
    assert tax_on(-amount, percent, "Exclusive") == -on_top


Step = tuple[str, int, int]
steps = st.lists(
    st.tuples(
        st.sampled_from(["pay", "batch", "delete", "credit", "ahead", "undo"]),
        st.integers(1, 12_000),
        st.integers(0, 9),
    ),
    max_size=15,
)


@some
@given(plan=steps)
def test_payments_and_credits_never_exceed_the_bill_and_always_add_up(xero: XeroWorld, plan: list[Step]) -> None:
    """`PAID` exactly when nothing is left, whatever was paid, credited, deleted and undone before."""
    bill = xero.org.add_bill(supplier(xero), [line("x", "100.00", "320")], DAY)
    for what, amount, which in plan:
        with suppress(ValueError):  # refused: more than is due, or nothing to undo
            step(xero, bill, what, Decimal(amount) / 100, which)
        assert 0 <= bill.left <= bill.total
        assert bill.paid + bill.credited + bill.left == bill.total
        assert (bill.status == "PAID") == (bill.left == 0) == (bill.fully_paid is not None)
    shown = read(xero, bill)
    assert (shown.amount_paid, shown.amount_credited, shown.amount_due) == (bill.paid, bill.credited, bill.left)
    assert sum((payment.amount for payment in shown.payments), Decimal(0)) == shown.amount_paid
    credited = (*shown.credit_notes, *shown.prepayments)
    assert sum((credit.applied_amount for credit in credited), Decimal(0)) == shown.amount_credited
    assert shown.settled + shown.amount_due == shown.total


def step(xero: XeroWorld, bill: Document, what: str, amount: Decimal, which: int) -> None:
    alone = [payment for payment in bill.payments if payment.counts and not payment.batch]
    if what == "pay":
        xero.org.pay(bill, amount, DAY)
    elif what == "batch":
        xero.org.pay_batch([(bill, amount)], DAY)
    elif what == "delete" and alone:
        xero.org.delete_payment(alone[which % len(alone)])
    elif what == "credit":
        note = xero.org.add_credit_note(supplier(xero), [line("x", amount, "320", "BASEXCLUDED")], DAY)
        xero.org.allocate(note, bill, amount)
    elif what == "ahead":
        xero.org.allocate(xero.org.add_prepayment(supplier(xero), amount, DAY), bill)
    elif what == "undo" and bill.allocations:
        xero.org.deallocate(bill.allocations[which % len(bill.allocations)])
