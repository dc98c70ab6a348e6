"""Payments and credits of a bill, and what each counts for in Procore: to the cent, whatever the order."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.procore_kit.cost_choices import PaymentTax
from integrations.procore_kit.settlements import CENT, SettledBy, Settlement, shares
from integrations.procore_xero.settlements import settlements
from integrations.xero.bills import Bill

NET, GROSS = PaymentTax.NET, PaymentTax.GROSS
BILL_ID = "11111111-1111-1111-1111-111111111111"


def settled(*amounts: str) -> list[Settlement]:
    days = (date(2026, 11, number) for number in range(1, len(amounts) + 1))
    return [
        Settlement(str(n), SettledBy.PAYMENT, day, Decimal(a))
        for n, (day, a) in enumerate(zip(days, amounts, strict=True))
    ]


@pytest.mark.parametrize(
    ("paid", "total", "net", "rule", "counted"),
    [
        (["5225.00", "5225.00"], "10450.00", "9500.00", NET, ["4750.00", "4750.00"]),
        (["5225.00", "5225.00"], "10450.00", "9500.00", GROSS, ["5225.00", "5225.00"]),
        (["10450.00"], "10450.00", "9500.00", NET, ["9500.00"]),
        (["36.67", "36.67", "36.66"], "110.00", "100.00", NET, ["33.34", "33.33", "33.33"]),
        (["100.00", "0.01"], "100.01", "90.92", NET, ["90.91", "0.01"]),
        (["0.01", "0.01", "0.01"], "0.03", "0.03", NET, ["0.01", "0.01", "0.01"]),
        (["0.05", "0.06"], "0.11", "0.10", NET, ["0.05", "0.05"]),
        (["297.14"], "297.14", "270.13", NET, ["270.13"]),
        (["50.00"], "100.00", "100.00", NET, ["50.00"]),  # a bill without tax
        ([], "110.00", "100.00", NET, []),
    ],
)
def test_worked_examples(paid: list[str], total: str, net: str, rule: PaymentTax, counted: list[str]) -> None:
    found = shares(settled(*paid), Decimal(total), Decimal(net))
    assert [str(share.counted(rule)) for share in found.values()] == counted


amounts = st.integers(1, 10**9).map(lambda cents: CENT * cents)


@given(st.lists(amounts, min_size=1, max_size=8), st.integers(0, 30), st.data())
def test_payments_credits_and_deletions_come_to_what_was_settled(
    paid: list[Decimal], percent: int, data: st.DataObject
) -> None:
    """`kept` are those that were not deleted again; the bill may be paid in part."""
    net = sum(paid, Decimal()) + data.draw(st.just(Decimal()) | amounts)
    total = net + (net * percent / 100).quantize(CENT)
    kept = data.draw(st.lists(st.sampled_from(range(len(paid))), unique=True))
    live = settled(*(str(paid[place]) for place in sorted(kept)))
    whole = sum((one.amount for one in live), Decimal())
    found = shares(live, total, net)
    assert sum((share.counted(GROSS) for share in found.values()), Decimal()) == whole
    counted = [share.counted(NET) for share in found.values()]
    expected = net if whole == total else (whole * net / total)
    assert abs(sum(counted, Decimal()) - expected) <= CENT / 2
    assert all(share == share.quantize(CENT) for share in counted)
    for before, after in zip(accumulate(counted, initial=Decimal()), accumulate(counted), strict=False):
        assert before <= after


@given(amounts, st.lists(st.floats(0.01, 0.99), max_size=6), st.integers(0, 30))
def test_a_bill_paid_in_full_is_paid_to_the_cent(net: Decimal, cuts: list[float], percent: int) -> None:
    total = net + (net * percent / 100).quantize(CENT)
    places = sorted({(total * Decimal(str(cut))).quantize(CENT) for cut in cuts} - {Decimal("0.00"), total})
    parts = [after - before for before, after in zip([Decimal("0.00"), *places], [*places, total], strict=True)]
    live = settled(*map(str, parts[:28]))
    found = shares(live, total, net)
    assert sum((share.counted(NET) for share in found.values()), Decimal()) == net


def bill(**lists: object) -> Bill:
    return Bill.read({"InvoiceID": BILL_ID, "Total": "110.00", "SubTotal": "100.00", **lists})


def test_payments_and_credits_in_the_order_of_their_dates() -> None:
    one = bill(
        Payments=[{"PaymentID": "p2", "Date": "2026-11-20", "Amount": "10.00", "Reference": "EFT 88"}],
        CreditNotes=[
            {"CreditNoteID": "c1", "CreditNoteNumber": "CN-1", "Date": "2026-11-05", "AppliedAmount": "20.00"},
            {"CreditNoteID": "c1", "CreditNoteNumber": "CN-1", "Date": "2026-11-05", "AppliedAmount": "5.00"},
        ],
        Prepayments=[{"PrepaymentID": "pre", "Date": "2026-10-01", "AppliedAmount": "30.00"}],
        Overpayments=[{"OverpaymentID": "over", "Date": "2026-12-01", "AppliedAmount": "45.00"}],
    )
    assert [(s.id, s.by.value, str(s.amount), s.reference) for s in settlements(one)] == [
        ("pre", "prepayment", "30.00", ""),
        ("c1", "credit note", "25.00", "CN-1"),
        ("p2", "payment", "10.00", "EFT 88"),
        ("over", "overpayment", "45.00", ""),
    ]


def test_a_credit_from_before_the_bill_settles_it_on_the_day_of_the_bill() -> None:
    told = {"Date": "2026-10-01", "AppliedAmount": "30.00"}
    one = bill(
        Date="2026-10-31",
        CreditNotes=[{"CreditNoteID": "c", **told}],
        Prepayments=[{"PrepaymentID": "pre", **told}],
        Overpayments=[{"OverpaymentID": "over", **told, "Date": "2026-11-02"}],
        Payments=[{"PaymentID": "p", "Date": "2026-10-15", "Amount": "10.00"}],
    )
    assert [(s.id, str(s.day)) for s in settlements(one)] == [
        ("p", "2026-10-15"),
        ("c", "2026-10-31"),
        ("pre", "2026-10-31"),
        ("over", "2026-11-02"),
    ]


def test_a_credit_without_an_id_or_an_amount_is_none() -> None:
    one = bill(CreditNotes=[{"AppliedAmount": "5.00"}], Payments=[{"PaymentID": "p", "Amount": 0}])
    assert settlements(one) == ()
