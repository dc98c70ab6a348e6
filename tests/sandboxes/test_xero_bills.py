"""Bills of the pretend Xero: statuses, dates, numbers, contacts, locks, batches."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from integrations.base.errors import Missing, Rejected
from integrations.xero import bills
from integrations.xero.answers import Verdict
from integrations.xero.sandbox import line
from tests.sandboxes.xero_books import WORK, bill_body, change, created, put, read, refusal, supplier
from tests.sandboxes.xero_world import XeroWorld, xero_world


@pytest.fixture
def xero() -> Iterator[XeroWorld]:
    with xero_world(minute_limit=1_000) as world:
        yield world


# Statuses.


@pytest.mark.parametrize("status", ["DRAFT", "SUBMITTED", "AUTHORISED"])
def test_a_bill_begins_in_three_statuses(xero: XeroWorld, status: str) -> None:
    assert read(xero, created(xero, Status=status)).status == status


def test_without_a_status_it_is_a_draft(xero: XeroWorld) -> None:
    assert created(xero).status == "DRAFT"


@pytest.mark.parametrize("status", ["PAID", "VOIDED", "DELETED", "APPROVED"])
def test_a_bill_cannot_begin_in_others(xero: XeroWorld, status: str) -> None:
    assert "Invoice not of valid status for creation" in refusal(xero, Status=status)


@pytest.mark.parametrize(
    ("before", "after", "allowed"),
    [
        ("DRAFT", "SUBMITTED", True),
        ("DRAFT", "AUTHORISED", True),
        ("DRAFT", "DELETED", True),
        ("DRAFT", "VOIDED", False),
        ("SUBMITTED", "DRAFT", True),
        ("SUBMITTED", "AUTHORISED", True),
        ("SUBMITTED", "DELETED", True),
        ("AUTHORISED", "VOIDED", True),
        ("AUTHORISED", "DRAFT", False),
        ("AUTHORISED", "DELETED", False),
        ("AUTHORISED", "PAID", False),
    ],
)
def test_the_status_machine(xero: XeroWorld, before: str, after: str, allowed: bool) -> None:
    bill = created(xero, Status=before)
    if allowed:
        assert change(xero, bill, Status=after).status == after
    else:
        with pytest.raises(Rejected, match="Invoice not of valid status for modification"):
            change(xero, bill, Status=after)
    assert bill.status == (after if allowed else before)


@pytest.mark.parametrize("ended", ["VOIDED", "DELETED"])
def test_a_bill_that_has_ended_is_over(xero: XeroWorld, ended: str) -> None:
    bill = created(xero, Status="AUTHORISED" if ended == "VOIDED" else "DRAFT")
    xero.client.send(bills.void_bill(bill.id) if ended == "VOIDED" else bills.delete_bill(bill.id))
    with pytest.raises(Rejected, match="not of valid status"):
        change(xero, bill, Reference="x")
    shown = read(xero, bill)
    assert (shown.status, shown.amount_due, shown.total) == (ended, Decimal(0), Decimal("110.00"))


def test_only_who_may_approve_does(xero: XeroWorld) -> None:
    xero.org.refused_actions.add("CreateApprovedBill")
    assert "permission" in refusal(xero, Status="AUTHORISED")
    draft = created(xero, Status="DRAFT")
    with pytest.raises(Rejected, match="permission"):
        change(xero, draft, Status="AUTHORISED")


# What was paid.


def test_a_bill_paid_in_part_cannot_be_edited_or_voided(xero: XeroWorld) -> None:
    bill = created(xero, Status="AUTHORISED")
    xero.org.pay(bill, "10")
    with pytest.raises(Rejected, match="cannot be edited as it has a payment or credit note allocated"):
        change(xero, bill, DueDate="2027-01-01")
    with pytest.raises(Rejected, match="The status VOIDED cannot be applied to the invoice because it has payments"):
        change(xero, bill, Status="VOIDED")


def test_a_paid_bill_takes_nothing_until_the_payment_is_gone(xero: XeroWorld) -> None:
    bill = created(xero, Status="AUTHORISED")
    payment = xero.org.pay(bill)
    with pytest.raises(Rejected, match="Invoice not of valid status for modification"):
        change(xero, bill, Reference="x")
    xero.org.delete_payment(payment)
    assert change(xero, bill, Status="VOIDED").status == "VOIDED"


def test_a_paid_sale_takes_a_few_fields(xero: XeroWorld) -> None:
    sale = xero.org.add_bill(supplier(xero), [line("Sold", "100", "200")], Type="ACCREC")
    xero.org.pay(sale)
    assert change(xero, sale, Reference="new").reference == "new"
    with pytest.raises(Rejected):
        change(xero, sale, LineItems=[WORK])


# Dates and locks.


def test_a_missing_date_is_today_where_the_organisation_is(xero: XeroWorld) -> None:
    """At 20:00 UTC it is tomorrow in Sydney."""
    now = xero.sandbox.clock.now()
    evening = datetime.combine(now.date(), datetime.min.time(), UTC).replace(hour=20)
    xero.sandbox.clock.advance(seconds=(evening - now).total_seconds())
    xero.client = xero.connect(xero.org)
    body = {key: value for key, value in bill_body(xero).items() if key != "Date"}
    (made,) = put(xero, body)
    assert (xero.org.invoices[made.id].day - evening.date()).days == 1


@pytest.mark.parametrize("lock", ["period", "year_end"])
def test_a_locked_period_lets_nothing_in_out_or_be_changed(xero: XeroWorld, lock: str) -> None:
    inside, outside = created(xero, Date="2026-06-30"), created(xero, Date="2026-07-01")
    xero.org.lock(**{lock: date(2026, 6, 30)})
    words = {"period": "before the period lock date", "year_end": "before the end of year lock date"}[lock]
    assert words in refusal(xero, Date="2026-06-30")
    for bill, body in (
        (inside, {"Reference": "x"}),
        (inside, {"Status": "DELETED"}),
        (outside, {"Date": "2026-06-01"}),
    ):
        with pytest.raises(Rejected, match=words):
            change(xero, bill, **body)
    with pytest.raises(Rejected, match=words):
        change(xero, inside, Date="2026-07-02")
    assert change(xero, outside, Reference="x").reference == "x"
    xero.org.lock()
    assert change(xero, inside, Reference="x").reference == "x"


def test_an_approved_bill_needs_a_due_date_as_far_as_is_known(xero: XeroWorld) -> None:
    assert "due date" in refusal(xero, Status="AUTHORISED", DueDate=None)
    assert created(xero, DueDate=None).due is None
    xero.sandbox.switches.due_date_required = False
    assert created(xero, Status="AUTHORISED", DueDate=None).due is None


@pytest.mark.parametrize("field", ["Date", "DueDate"])
def test_a_date_that_is_none_cannot_be_read(xero: XeroWorld, field: str) -> None:
    reply = xero.call("PUT", "Invoices?summarizeErrors=false", bill_body(xero, **{field: "tomorrow"}))
    assert (reply.status_code, reply.json()["ErrorNumber"]) == (400, 14)


def test_dates_are_taken_in_ticks_as_well(xero: XeroWorld) -> None:
    assert created(xero, Date="/Date(1539129600000+0000)/").day == date(2018, 10, 10)


# Numbers, currency, totals.


def test_bills_may_share_a_number_and_sales_may_not(xero: XeroWorld) -> None:
    assert created(xero, InvoiceNumber="7").id != created(xero, InvoiceNumber="7").id
    sale = {"Type": "ACCREC", "InvoiceNumber": "INV-7"}
    created(xero, {**WORK, "AccountCode": "200"}, **sale)
    assert refusal(xero, {**WORK, "AccountCode": "200"}, **sale) == "Invoice # must be unique."


def test_a_sale_without_number_gets_the_next_one(xero: XeroWorld) -> None:
    numbers = [created(xero, {**WORK, "AccountCode": "200"}, Type="ACCREC").number for _ in range(2)]
    assert numbers == ["INV-0001", "INV-0002"]
    assert created(xero).number == ""


@pytest.mark.parametrize("number", ["x" * 256, "N° 5", "a\nb"])
def test_a_number_is_short_and_printable(xero: XeroWorld, number: str) -> None:
    assert "printable characters" in refusal(xero, InvoiceNumber=number)


def test_an_unknown_currency_is_refused_and_a_known_one_converted(xero: XeroWorld) -> None:
    assert refusal(xero, CurrencyCode="EUR") == "Organisation is not subscribed to currency EUR"
    xero.org.currencies["EUR"] = "Euro"
    assert read(xero, created(xero, CurrencyCode="EUR")).rate == Decimal("0.650000")
    assert read(xero, created(xero, CurrencyCode="EUR", CurrencyRate="0.6")).rate == Decimal("0.6")
    assert read(xero, created(xero)).rate == 1


def test_a_negative_total_is_refused_as_far_as_is_known(xero: XeroWorld) -> None:
    less = {**WORK, "UnitAmount": -150}
    assert "cannot be negative" in refusal(xero, WORK, less)
    assert read(xero, created(xero, WORK, {**WORK, "UnitAmount": -79})).total == Decimal("23.10")
    xero.sandbox.switches.negative_totals = "accept"
    assert created(xero, WORK, less).total == Decimal("-55.00")


@pytest.mark.parametrize("kind", ["", "ACCPAYCREDIT", "BILL"])
def test_the_type_must_be_told_and_right(xero: XeroWorld, kind: str) -> None:
    assert refusal(xero, Type=kind) == "Invoice not of valid type for creation"


def test_a_bill_needs_a_line(xero: XeroWorld) -> None:
    (result,) = put(xero, {**bill_body(xero), "LineItems": []})
    assert result.messages == ("One or more line items must be specified",)


# Batches and doubles.


def test_each_bill_has_its_own_fate_in_the_order_sent(xero: XeroWorld) -> None:
    good, bad = bill_body(xero, InvoiceNumber="1"), bill_body(xero, Status="PAID")
    results = put(xero, good, bad, {**good, "InvoiceNumber": "2"})
    assert [r.verdict for r in results] == [Verdict.SAVED, Verdict.REFUSED, Verdict.SAVED]
    assert [bill.number for bill in xero.org.bills()] == ["1", "2"]


def test_summarised_one_bad_bill_stops_all_and_what_they_made(xero: XeroWorld) -> None:
    new = bill_body(xero, Contact={"Name": "Only For This"})
    kept = created(xero, InvoiceNumber="kept")
    changed = {"InvoiceID": kept.id, "Reference": "changed"}
    reply = xero.call("POST", "Invoices", {"Invoices": [new, changed, bill_body(xero, Status="PAID")]})
    assert reply.status_code == 400
    assert [e["HasErrors"] for e in reply.json()["Elements"]] == [True]
    assert [bill.reference for bill in xero.org.bills()] == [""]
    assert "Only For This" not in [contact.name for contact in xero.org.contacts.values()]


def test_a_put_never_changes_what_is_there(xero: XeroWorld) -> None:
    bill = created(xero)
    assert "exists already" in refusal(xero, InvoiceID=bill.id)


def test_a_post_without_id_changes_whatever_bears_the_number(xero: XeroWorld) -> None:
    victim = created(xero, InvoiceNumber="7", Reference="right")
    body = bill_body(xero, InvoiceNumber="7", Reference="wrong")
    xero.call("POST", "Invoices", body)
    assert (victim.reference, len(xero.org.bills())) == ("wrong", 1)
    xero.sandbox.switches.post_matches_bill_number = False
    xero.call("POST", "Invoices", body)
    assert len(xero.org.bills()) == 2


def test_a_post_to_what_is_not_there(xero: XeroWorld) -> None:
    with pytest.raises(Missing):
        xero.client.send(bills.void_bill(supplier(xero).id))
