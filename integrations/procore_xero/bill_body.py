"""The bill, or the credit note, that a progress claim becomes: header, coded lines, and what makes it the same again.

A body is plain data that is compared with what was sent last. Its lines carry keys of their own, so that those of Xero
can be told apart when one is changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from integrations.procore_kit.amounts import Amount, ClaimLine, Part
from integrations.procore_kit.claim_reader import Claim
from integrations.xero.drafts import BillDraft, CreditNoteDraft, LineDraft, Mark

from .coding import Coder, Coding

BILL, CREDIT_NOTE = "bill", "credit note"
LONGEST_TEXT = 4000  # of a line's description: https://developer.xero.com/documentation/api/accounting/invoices
_PREFIX = {Part.STORED: "Materials on site: ", Part.RETAINED: "Retention: ", Part.RELEASED: "Retention released: "}
_ORDER = {Part.WORK: 0, Part.STORED: 0, Part.RETAINED: 1, Part.RELEASED: 2}


@dataclass(frozen=True)
class Header:
    """What is decided once for the whole document."""

    kind: str
    contact_id: str
    number: str
    day: date
    due: date
    currency: str
    status: str


def keyed(amounts: Iterable[Amount]) -> dict[str, Amount]:
    """Work first, then what is retained of it, then what is released, by the keys of the lines they become."""
    seen: Counter[str] = Counter()
    found = {}
    for one in sorted(amounts, key=lambda amount: _ORDER[amount.part]):
        key = f"{one.line.id} {one.part.value}"
        seen[key] += 1
        found[key if seen[key] == 1 else f"{key} {seen[key]}"] = one
    return found


def coded_lines(claim: Claim, amounts: Iterable[Amount], coder: Coder) -> list[dict[str, Any]]:
    """In the order of `keyed`. Raises Fault."""
    codings: dict[int, Coding] = {}
    lines = []
    for key, one in keyed(amounts).items():
        line = one.line
        if line.id not in codings:
            codings[line.id] = coder.cost(_code(claim, line), line.description or f"line {line.id}")
        work = codings[line.id]
        kept = one.part in (Part.RETAINED, Part.RELEASED)
        coding = coder.retention(work, released=one.part is Part.RELEASED) if kept else work
        lines.append({"key": key, "description": _text(claim, one, coder), "amount": one.amount, **coding.body()})
    return lines


def coded_before(sent: Mapping[str, Any], amounts: Mapping[str, Decimal]) -> list[dict[str, Any]] | None:
    """Lines of these amounts by their keys, with text and coding as they were sent; None when they are other lines."""
    before = {line["key"]: line for line in sent["lines"]}
    if list(amounts) != list(before):
        return None
    return [{**before[key], "amount": amount} for key, amount in amounts.items()]


def _code(claim: Claim, line: ClaimLine) -> Any:
    return claim.codes.get(line.code_id) if line.code_id is not None else None


def _text(claim: Claim, one: Amount, coder: Coder) -> str:
    code = _code(claim, one.line)
    text = coder.description(one.line.description or code.name or code.full, code)
    return (_PREFIX.get(one.part, "") + text)[:LONGEST_TEXT]


def body(claim: Claim, header: Header, lines: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A credit note's amounts are those of the claim with the other sign."""
    sign = -1 if header.kind == CREDIT_NOTE else 1
    return {
        "kind": header.kind,
        "contact": header.contact_id,
        "number": header.number,
        "reference": claim.key,
        "date": header.day.isoformat(),
        "due": header.due.isoformat(),
        "currency": header.currency,
        "status": header.status,
        "url": claim.url,
        "claim": {
            "invoice_number": claim.invoice_number,
            "billing_date": claim.billing_date.isoformat() if claim.billing_date else "",
            "due": claim.due.isoformat() if claim.due else "",
            "payment_due": claim.payment_due,
        },
        "lines": [{**line, "amount": line["amount"] * sign} for line in lines],
    }


def figures(one: Mapping[str, Any]) -> tuple[Any, ...]:
    """What a body says of the claim itself, without where it goes in the books."""
    claim = one.get("claim", {})
    header = tuple(str(claim.get(name, "")) for name in ("invoice_number", "billing_date", "due"))
    return one.get("kind"), header, [(line["key"], Decimal(str(line["amount"]))) for line in one.get("lines", ())]


def total(one: Mapping[str, Any]) -> Decimal:
    """Before tax."""
    return sum((Decimal(str(line["amount"])) for line in one["lines"]), Decimal(0))


# As Xero takes it.


def created(one: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON body of a new document."""
    lines = [_line(line) for line in one["lines"]]
    day = date.fromisoformat(one["date"])
    if one["kind"] == CREDIT_NOTE:
        return CreditNoteDraft(
            one["contact"], one["number"], day, lines, one["status"], one["reference"], currency=one["currency"]
        ).body()
    due = date.fromisoformat(one["due"])
    return BillDraft(
        one["contact"],
        one["number"],
        day,
        due,
        lines,
        one["status"],
        one["reference"],
        currency=one["currency"],
        url=one["url"],
    ).body()


# Of a known document: its contact may have been merged, and its status is people's business by now.
_LEFT_ALONE = ("Type", "Contact", "Status", "CurrencyCode", "Url")


def changed(one: Mapping[str, Any], line_ids: Mapping[str, str]) -> dict[str, Any]:
    """The JSON body of a change. `line_ids` are Xero's, by the lines' keys: those lines keep their identity."""
    whole = created(one)
    lines = [_line(line, line_ids.get(line["key"], "")) for line in one["lines"]]
    kept = {name: value for name, value in whole.items() if name not in _LEFT_ALONE}
    return {**kept, "LineItems": [line.body() for line in lines]}


def _line(line: Mapping[str, Any], line_id: str = "") -> LineDraft:
    return LineDraft(
        line["description"],
        Decimal(str(line["amount"])),
        account=line["account"],
        tax_type=line["tax"],
        tracking=tuple(Mark(mark["category"], mark["option"]) for mark in line["tracking"]),
        item=line["item"],
        line_id=line_id,
    )
