"""What a claim becomes, decided in memory: any claim with consistent figures, coded line by line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hub.stage import LinkView, Payload, Problem, Record, Skip
from integrations.procore_kit.amounts import ClaimLine
from integrations.procore_kit.claim_reader import Claim
from integrations.procore_kit.sites import CodeRef, Site
from integrations.procore_xero.bill_survey import BillSurvey
from integrations.procore_xero.books import Books
from integrations.procore_xero.progress_claims import ProgressClaims
from integrations.procore_xero.settings import Settings
from integrations.xero.records import Account, Contact, Organisation, TaxRate, TrackingCategory, TrackingOption
from tests.pairings.known import PlainKnown
from tests.pairings.test_amounts import applications

CODES = {number: CodeRef(f"0{number}-100", f"Trade {number}", 900 + number) for number in range(1, 5)}
SETTINGS = {"cost_account": "310", "retention_payable_account": "835", "negative_claims": "credit note"}


def _category(name: str, *options: str) -> TrackingCategory:
    made = tuple(TrackingOption(tracking_option_id=f"{option} id", name=option) for option in options)
    return TrackingCategory(tracking_category_id=f"{name} id", name=name, options=made)


def books(**organisation: Any) -> Books:
    accounts = [
        Account(account_id="a", code="310", name="Costs", tax_type="INPUT", type="DIRECTCOSTS", class_="EXPENSE"),
        Account(account_id="b", code="835", name="Retentions", tax_type="NONE", type="CURRLIAB", class_="LIABILITY"),
    ]
    rates = [
        TaxRate(tax_type=one, can_apply_to_expenses=True, can_apply_to_liabilities=True) for one in ("INPUT", "NONE")
    ]
    options = [code.full for code in CODES.values()]
    return Books(
        Organisation(organisation_id="o", base_currency="AUD", **organisation),
        {account.code: account for account in accounts},
        {rate.tax_type: rate for rate in rates},
        [_category("Project", "24-001"), _category("Cost Codes", *options)],
    )


def known(**settings: Any) -> PlainKnown:
    contact = Contact(contact_id="contact", name="Kauri Ridge Builders")
    survey = BillSurvey(books(), contacts={"contact": contact}, given={7: "SC-001-2"})
    one = PlainKnown(Settings.model_validate({**SETTINGS, **settings}), survey)
    for code in CODES.values():
        link = LinkView(str(code.standard_id), code.full, f"{code.full} id", {})
        one.elsewhere["cost_codes", str(code.standard_id)] = link
    return one


def claim(lines: list[ClaimLine], payable: Decimal, before: list[ClaimLine] | None = None, **more: Any) -> Record:
    values: dict[str, Any] = {
        "id": 7, "site": Site(1, "24-001", "Wharf 9", "24-001 id"), "order": "SC-001", "application": 2,
        "status": "approved", "vendor_id": 5, "vendor": "Kauri Ridge Builders", "payee_id": "contact",
        "document_id": "", "invoice_number": "", "billing_date": date(2026, 7, 31), "due": None, "currency": "AUD",
        "payment_due": payable, "tax": Decimal(0), "lines": tuple(lines), "before": tuple(before or ()),
        "codes": CODES, **more,
    }  # fmt: skip
    one = Claim(**values)
    return Record(str(one.id), one.key, one.key, {"claim": one})


@given(applications(), st.booleans())
def test_lines_of_any_claim_add_up_and_are_tracked_to_their_own_codes(
    made: list[tuple[list[ClaimLine], Decimal]], kept_by_tax: bool
) -> None:
    before: list[ClaimLine] = []
    for plain, due in made:
        lines = [ClaimLine(**{**vars(line), "code_id": line.id}) for line in plain]
        settings = {"retention_tax": "NONE"} if kept_by_tax else {}
        mapped = ProgressClaims().map(claim(lines, due, before), known(**settings))
        if isinstance(mapped, Skip):
            assert due == 0
        else:
            assert isinstance(mapped, Payload)
            _check(mapped.body, due, "NONE" if kept_by_tax else "INPUT")
        before = lines


def _check(body: Any, due: Decimal, retention_tax: str) -> None:
    sign = -1 if body["kind"] == "credit note" else 1
    assert (body["kind"] == "credit note") == (due < 0)
    assert sum(line["amount"] for line in body["lines"]) == sign * due
    assert len({line["key"] for line in body["lines"]}) == len(body["lines"])
    for line in body["lines"]:
        number, part = line["key"].split(" ")[:2]
        options = [mark["option"] for mark in line["tracking"]]
        assert options == ["24-001 id", f"{CODES[int(number)].full} id"]
        kept = part in ("retained", "released")
        assert (line["account"], line["tax"]) == (("835", retention_tax) if kept else ("310", "INPUT"))


LINE = ClaimLine(1, 1, 1, completed=Decimal("100.00"))


def _mapped(one: PlainKnown | None = None, payable: str = "100.00", **more: Any) -> Any:
    return ProgressClaims().map(claim([LINE], Decimal(payable), **more), one or known())


def test_every_miss_has_its_own_reason() -> None:
    cases: dict[str, Any] = {
        "no_certificate": {"payment_due": None},
        "figures_differ": {"payable": "100.01"},
        "vendor_missing": {"vendor_id": None},
        "vendor_not_linked": {"payee_id": ""},
        "contact_gone": {"payee_id": "another"},
        "no_billing_date": {"billing_date": None},
        "project_not_linked": {"site": Site(1, "24-001", "Wharf 9")},
        "line_without_code": {"codes": {}},
        "currency_not_subscribed": {"currency": "EUR"},
    }
    for code, more in cases.items():
        mapped = _mapped(**more)
        assert isinstance(mapped, Problem), code
        assert mapped.code == code


def test_a_bill_is_due_by_the_period_else_the_terms_else_the_setting() -> None:
    one = known(due_days=14)
    assert _mapped(one).body["due"] == "2026-08-14"
    terms = {"ContactID": "contact", "PaymentTerms": {"Bills": {"Day": 20, "Type": "OFFOLLOWINGMONTH"}}}
    one.target.contacts = {"contact": Contact.read(terms)}
    assert _mapped(one).body["due"] == "2026-08-20"
    assert _mapped(one, billing_date=date(2026, 12, 31)).body["due"] == "2027-01-20"
    assert _mapped(one, due=date(2026, 9, 15)).body["due"] == "2026-09-15"
