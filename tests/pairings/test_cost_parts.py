"""What becomes of each part of a document, and which cost code its lines mean."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.stage import LinkView, Problem
from integrations.procore.records import CostCode
from integrations.procore_kit.cost_documents import CostDocument, CostKind, Standing
from integrations.procore_kit.cost_parts import Part, parts_of
from integrations.procore_kit.cost_site import CostSite, chargeable, full
from integrations.procore_kit.splits import CostLine, added_up
from integrations.procore_xero.cost_coding import Coder
from integrations.procore_xero.cost_documents import Marks, XeroLine, from_bill, from_journal
from integrations.procore_xero.settings import Settings
from integrations.xero.bills import Bill
from integrations.xero.journals import ManualJournal
from integrations.xero.records import TrackingCategory
from tests.pairings.known import PlainKnown

NAMES = {"1": "24-001 House", "2": "24-002 Shed"}
CATEGORIES = [
    TrackingCategory.read(
        {
            "TrackingCategoryID": "cat-project",
            "Name": "Project",
            "Options": [
                {"TrackingOptionID": "o1", "Name": "24-001 House"},
                {"TrackingOptionID": "o9", "Name": "Office"},
            ],
        }
    ),
    TrackingCategory.read(
        {
            "TrackingCategoryID": "cat-code",
            "Name": "Cost Codes",
            "Options": [{"TrackingOptionID": "c1", "Name": "26-050 Cabling"}],
        }
    ),
]


def lines(*told: tuple[str, str]) -> tuple[CostLine, ...]:
    return tuple(CostLine(str(n), Decimal(amount), project_id=project) for n, (amount, project) in enumerate(told))


def document(*told: tuple[str, str], **values: Any) -> CostDocument:
    plain = CostDocument("doc", CostKind.BILL, Standing.LIVE, "INV-9", date(2026, 11, 5), lines=lines(*told))
    return replace(plain, **values)


@pytest.mark.parametrize(
    ("found", "sent", "claim", "expected"),
    [
        (document(("10", "1"), ("20", "2")), [], "", [("doc:1", "cost", ""), ("doc:2", "cost", "")]),
        (document(("10", "1"), ("5", "")), [], "", [("doc:1", "cost", ""), ("doc:", "left out", "no_project")]),
        (document(("5", "")), [], "", [("doc:", "left out", "no_project")]),
        (document(), [], "", [("doc", "left out", "no_amount")]),
        (document(("10", "1")), [], "24-001/SC-1/1", [("doc", "left out", "from_claim")]),
        (document(("10", "1"), standing=Standing.PENDING), [], "", [("doc", "left out", "not_approved")]),
        (document(("10", "1"), standing=Standing.ENDED), [], "", [("doc", "left out", "ended")]),
        (document(("10", "1"), standing=Standing.ENDED), ["1"], "", [("doc:1", "gone", "source_voided")]),
        (document(("10", "1")), ["1", "2"], "", [("doc:1", "cost", ""), ("doc:2", "gone", "left_project")]),
        (document(), ["2"], "", [("doc:2", "gone", "left_project")]),
    ],
)
def test_parts(found: CostDocument, sent: list[str], claim: str, expected: list[tuple[str, str, str]]) -> None:
    held = ("from_claim", f"It came from {claim}.") if claim else ("", "")
    assert [(part.id, part.part.value, part.code) for part in parts_of(found, sent, NAMES, held)] == expected


def test_what_is_left_out_is_counted_and_named() -> None:
    found = document(
        ("10", "1"), lines=(CostLine("1", Decimal("250"), tracked="Office"), CostLine("2", Decimal("-50")))
    )
    (part,) = parts_of(found, [], NAMES)
    assert part.reason == (
        "200.00 on 2 lines belongs to no linked project, so it is not sent; “Office” is not a project of Procore."
    )
    assert part.record().label == "INV-9 · without project"


amounts = st.integers(-(10**8), 10**8).map(lambda cents: Decimal(cents) / 100)


@given(
    st.lists(st.tuples(amounts, st.sampled_from(["", "1", "2", "3"])), max_size=20), st.sets(st.sampled_from("1234"))
)
def test_parts_and_rest_come_to_the_document(told: list[tuple[Decimal, str]], sent: set[str]) -> None:
    made = tuple(CostLine(str(n), amount, project_id=project) for n, (amount, project) in enumerate(told))
    found = document(lines=made)
    parts = parts_of(found, sent, NAMES)
    assert sum((added_up(part.lines) for part in parts), Decimal()) == added_up(made)
    assert all(part.document is found for part in parts)
    assert len({part.id for part in parts}) == len(parts)
    costs = [part for part in parts if part.part is Part.COST]
    assert all({line.project_id for line in part.lines} == {part.project_id} for part in costs)
    gone = {part.project_id for part in parts if part.part is Part.GONE}
    assert gone == sent - {part.project_id for part in costs}


def marks(**settings: Any) -> Marks:
    return Marks(CATEGORIES, Settings(**settings), {"o1": "1"})


def tracked(project: str = "", code: str = "") -> list[dict[str, str]]:
    """As lists tell it: by names, without the options' ids."""
    told = [("Project", "cat-project", project), ("Cost Codes", "cat-code", code)]
    return [{"Name": n, "TrackingCategoryID": c, "Option": option} for n, c, option in told if option]


def test_a_bill_as_a_list_tells_it() -> None:
    line = {"LineItemID": "l1", "Description": " Cable\n 3 x 2.5 ", "LineAmount": "110.00", "TaxAmount": "10.00"}
    bill = Bill.read(
        {
            "InvoiceID": "b",
            "Type": "ACCPAY",
            "Status": "PAID",
            "InvoiceNumber": "INV-9",
            "Reference": "Site 4",
            "Date": "/Date(1793836800000+0000)/",
            "FullyPaidOnDate": "/Date(1794700800000+0000)/",
            "LineAmountTypes": "Inclusive",
            "Contact": {"ContactID": "k", "Name": "Bright Spark"},
            "LineItems": [
                {**line, "Tracking": tracked("24-001 House", "26-050 Cabling")},
                {**line, "LineItemID": "", "Tracking": tracked("Office")},
            ],
        }
    )
    found = from_bill(bill, marks())
    assert (found.number, found.text, found.day, found.paid) == (
        "INV-9",
        "Site 4",
        date(2026, 11, 5),
        date(2026, 11, 15),
    )
    assert (found.standing, found.foreign, found.called) == (Standing.LIVE, False, "Bill INV-9")
    first, second = found.lines
    assert isinstance(first, XeroLine)
    assert (first.id, first.amount, first.description) == ("l1", Decimal("100.00"), "Cable 3 x 2.5")
    assert (first.project_id, first.option_id, first.option) == ("1", "c1", "26-050 Cabling")
    assert (second.id, second.project_id, second.tracked) == ("2", "", "Office")
    untracked = from_bill(bill, marks(cost_code_strategy="account")).lines[0]
    assert isinstance(untracked, XeroLine)
    assert untracked.option_id == ""


def test_a_bill_without_a_number_goes_by_its_reference() -> None:
    bill = Bill.read({"InvoiceID": "b", "Status": "AUTHORISED", "Reference": "R-1", "CurrencyRate": "0.65"})
    found = from_bill(bill, marks())
    assert (found.number, found.text, found.foreign) == ("R-1", "", True)


def test_a_journal() -> None:
    row = {"LineAmount": "-30.00", "AccountCode": "310", "Tracking": tracked("24-001 House")}
    journal = ManualJournal.read(
        {"ManualJournalID": "j", "Status": "POSTED", "Narration": "Accrual", "JournalLines": [row, row]}
    )
    found = from_journal(journal, marks())
    assert [(line.id, line.amount, line.project_id) for line in found.lines] == [
        ("1", Decimal("-30.00"), "1"),
        ("2", Decimal("-30.00"), "1"),
    ]
    assert found.called == "Journal “Accrual”"


def code(id: int, text: str, standard: int | None = None, parent: int | None = None) -> CostCode:
    row = {"id": id, "name": f"Code {text}", "full_code": text, "standard_cost_code_id": standard}
    return CostCode.model_validate({**row, "parent": {"id": parent} if parent else None})


SITE = CostSite([code(11, "26-050", 501), code(12, "26-510", 502), code(13, "01-010")])


def one(**values: Any) -> XeroLine:
    return XeroLine("1", Decimal(1), **values)


BY_ACCOUNT, BY_ITEM = {"cost_code_strategy": "account"}, {"cost_code_strategy": "item"}
BY_TEXT = {"cost_code_strategy": "description"}


def known(**settings: Any) -> PlainKnown:
    plain = PlainKnown(settings=Settings(**settings))
    plain.elsewhere["projects", "1"] = LinkView("1", "24-001", "o1", {})
    plain.elsewhere["cost_codes", "501"] = LinkView("501", "26-050", "c1", {})
    plain.elsewhere["cost_codes", "777"] = LinkView("777", "99-999", "c9", {})
    return plain


@pytest.mark.parametrize(
    ("line", "values", "settings", "expected"),
    [
        (one(option_id="c1", option="26-050 Cabling"), {}, {}, "26-050"),
        (one(option_id="c9", option="99-999 Gone"), {}, {}, "code_not_in_project"),
        (
            one(option_id="c9", option="x"),
            {},
            {"default_cost_code": "01-010"},
            "code_not_in_project",
        ),
        (one(option_id="c5", option="Lamps"), {"26-510": {"tracking": "LAMPS"}}, {}, "26-510"),
        (one(option_id="c5", option="Lamps"), {}, {}, "no_cost_code"),
        (one(), {}, {}, "no_cost_code"),
        (one(), {}, {"default_cost_code": "01-010"}, "01-010"),
        (one(), {}, {"default_cost_code": "77-777"}, "code_not_in_project"),
        (
            one(account="310"),
            {"26-050": {"account": "310"}},
            {"cost_code_strategy": "account"},
            "26-050",
        ),
        (
            one(account="310"),
            {"26-050": {"account": "310"}, "26-510": {"account": "310"}},
            BY_ACCOUNT,
            "several_codes",
        ),
        (
            one(item="LAMP"),
            {"26-510": {"item": "LAMP"}},
            {"cost_code_strategy": "item"},
            "26-510",
        ),
        (one(), {}, BY_ITEM, "no_cost_code"),
        (one(description="26-510 Lamps"), {}, BY_TEXT, "26-510"),
        (
            one(description="26-5100 Lamps"),
            {},
            {"cost_code_strategy": "description"},
            "no_cost_code",
        ),
    ],
)
def test_the_cost_code_of_a_line(
    line: CostLine, values: dict[str, dict[str, str]], settings: dict[str, Any], expected: str
) -> None:
    plain = known(**settings)
    plain.values = {("cost_code", key): value for key, value in values.items()}
    found = Coder("1", SITE, plain).code(line)
    assert (found.code if isinstance(found, Problem) else full(found)) == expected


def test_headers_take_no_costs() -> None:
    rows = [code(1, "26"), code(2, "26-050", parent=1), code(3, "27")]
    assert [row.id for row in chargeable(rows)] == [2, 3]


def test_codes_of_sub_jobs_take_no_costs() -> None:
    """A ledger does not tell of sub jobs: the project's own copy of the code is meant."""
    of_sub_job = code(4, "26-050", 501).model_copy(update={"biller_type": "SubJob"})
    assert [row.id for row in chargeable([of_sub_job, code(2, "26-050", 501)])] == [2]
