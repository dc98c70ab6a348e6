"""What a part of a document should look like as a direct cost. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hub.stage import Known, LinkView, Mapped, Payload, Problem, Record, Skip
from integrations.procore.direct_costs import DirectCost, direct_cost_fields
from integrations.procore.parts import MAX_SYNC
from integrations.procore.records import CostCode

from .cost_choices import CommitmentVendors, VoidedCosts
from .cost_documents import CostDocument, CostKind, Standing
from .cost_parts import CostPart, Part
from .cost_site import Coder, CostSite, full
from .cost_survey import CostSurvey
from .splits import CostLine, added_up

INVOICE, EXPENSE = "invoice", "expense"  # types of direct costs
LONGEST_TEXT = 250  # characters of a description; Procore publishes no limit


@dataclass(frozen=True)
class CostLedger:
    """What there is to know of a ledger. `vendor` gives Procore's id of a contact's vendor, "" when it is not linked;
    `coder` codes the lines of a project's documents."""

    name: str
    vendor: Callable[[Known, str], str]
    coder: Callable[[str, CostSite, Known], Coder]


def map_part(record: Record, known: Known, ledger: CostLedger) -> Mapped:
    """The settings are to have costs_from, voided_costs, commitment_vendors, direct_cost_status and cost_type."""
    part: CostPart = record.data["part"]
    if part.part is Part.LEFT_OUT:
        return Skip(part.code, part.reason)
    link = known.link(record.id)
    if part.part is Part.GONE:
        return _not_whole(part) or _gone(part, link, known.settings, ledger)
    return _too_old(part.document, link, known.settings) or _cost(part, link, known, ledger)


def still_as_sent(part: CostPart, link: LinkView, settings: Any) -> bool:
    """Whether a part is what was sent last, as far as that needs no cost code: its header, and what each line says."""
    sent = link.sent
    if part.part is not Part.COST or "header" not in sent or sent.get("removed") or link.doubts:
        return False
    header = _header(part, sent["header"].get("vendor_id"), settings)
    same = sent["contact_id"] == part.document.contact_id and header == sent["header"]
    told = [(line["line"], line["amount"], line["description"]) for line in sent["lines"]]
    return same and told == [tuple(_told(line).values()) for line in part.lines]


def _too_old(document: CostDocument, link: LinkView | None, settings: Any) -> Skip | None:
    first = settings.costs_from
    if link is not None or not first or document.day is None or document.day.isoformat() >= first:
        return None
    return Skip("too_old", f"It is dated {document.day}, before the first day in the tenant's settings ({first}).")


def _gone(part: CostPart, link: LinkView | None, settings: Any, ledger: CostLedger) -> Mapped:
    if link is None:
        return Skip("ended", f"It ended in {ledger.name} before it was sent.")
    if link.sent.get("removed"):
        return Payload(link.sent, part.id)
    if settings.voided_costs is VoidedCosts.REMOVE:
        why = "was voided or deleted" if part.code == "source_voided" else "has no line on this project any more"
        body = {**link.sent, "project_id": int(part.project_id), "removed": True}
        return Payload(body, part.id, warnings=(f"{part.document.called} {why} in {ledger.name}.",))
    return Problem(part.code, {"document": part.document.called})


def _cost(part: CostPart, link: LinkView | None, known: Known, ledger: CostLedger) -> Mapped:
    document = part.document
    survey: CostSurvey = known.target
    site: CostSite = survey.sites[part.project_id]
    if site.hidden:
        return Problem("project_hidden", {"project": part.project, "reasons": site.hidden})
    if document.foreign:
        return Problem("foreign_currency", {"document": document.called, "currency": document.currency})
    if link is None and document.currency and site.currency not in ("", document.currency):
        money = {"currency": document.currency, "theirs": site.currency}
        return Problem("currency_differs", {"document": document.called, "project": part.project, **money})
    vendor = ledger.vendor(known, document.contact_id) if document.contact_id else ""
    if document.kind in (CostKind.BILL, CostKind.CREDIT) and not vendor:
        return Problem("vendor_not_linked", {"contact": document.contact})
    held = _under_contract(document, vendor, site, known.settings) if link is None else None
    if held := held or _not_whole(part):
        return held
    header = _header(part, _vendor_id(document, vendor, site, link), known.settings)
    lines = _lines(part, ledger.coder(part.project_id, site, known))
    for found in (header, lines):
        if isinstance(found, Problem):
            return found
    if len(part.lines) > MAX_SYNC:
        return Problem("too_many_lines", {"document": document.called, "count": len(part.lines), "limit": MAX_SYNC})
    body = {
        "project_id": int(part.project_id),
        "contact_id": document.contact_id,
        "header": header,
        "lines": lines,
    }
    there = site.costs.get(part.id) if link is None else None
    return _matched(body, part.id, there) if there else Payload(body, part.id)


def _not_whole(part: CostPart) -> Problem | None:
    """Of a document whose lines are not all there is to it, no part is sent and none is taken back."""
    document = part.document
    if document.adds_up or document.standing is Standing.ENDED:
        return None
    total, lines = f"{document.total:,.2f}", added_up(document.lines)
    if not any(line.amount for line in document.lines):
        return Problem("header_only", {"document": document.called, "total": total})
    tax = f", {document.tax:,.2f} of it tax" if document.tax else ""
    return Problem("total_differs", {"document": document.called, "total": total, "lines": f"{lines:,.2f}", "tax": tax})


def _under_contract(document: CostDocument, vendor: str, site: CostSite, settings: Any) -> Skip | Problem | None:
    """A vendor with a contract is paid by claims: its bill would count twice."""
    keys = {document.contact_key, vendor} - {""} if vendor else set()
    numbers = sorted({number for key in keys for number in site.commitments.get(key, ())})
    if not numbers or settings.commitment_vendors is CommitmentVendors.SEND:
        return None
    shown = ", ".join(numbers)
    if settings.commitment_vendors is CommitmentVendors.ASK:
        return Problem("commitment_vendor", {"vendor": document.contact, "commitments": shown})
    return Skip(
        "commitment_vendor",
        f"{document.contact} has the approved commitment {shown} on this project: its cost comes by progress claims.",
    )


def _vendor_id(document: CostDocument, vendor: str, site: CostSite, link: LinkView | None) -> int | None:
    """What was sent for the same contact; else the project's own id of the vendor, or the company's."""
    if link is not None and "header" in link.sent and link.sent.get("contact_id") == document.contact_id:
        kept: int | None = link.sent["header"].get("vendor_id")
        return kept
    if not vendor:
        return None
    return site.vendors.get(document.contact_key) or int(vendor)


def _header(part: CostPart, vendor_id: int | None, settings: Any) -> dict[str, Any] | Problem:
    """The same for every part of a document."""
    document = part.document
    kind = INVOICE if document.kind in (CostKind.BILL, CostKind.CREDIT) else EXPENSE
    if document.day is None:
        return Problem("unreadable_record", {"reason": "it has no date."})
    if kind == INVOICE and not document.number:
        return Problem("no_number", {"document": document.called})
    fields = direct_cost_fields(
        origin_id=part.id,
        kind=kind,
        day=document.day,
        vendor_id=vendor_id,
        invoice_number=document.number,
        description=_text(document),
        status=settings.direct_cost_status.value,
        paid=document.paid,
    )
    return {name: value for name, value in fields.items() if name != "origin_id"}


def _text(document: CostDocument) -> str:
    said = document.text or document.contact
    return (f"Credit note: {said}" if document.kind is CostKind.CREDIT else said)[:LONGEST_TEXT]


def _lines(part: CostPart, coder: Coder) -> list[dict[str, Any]] | Problem:
    """In the document's order; `line` is a line's key in the document."""
    lines: list[dict[str, Any]] = []
    for line in part.lines:
        code = coder.code(line)
        if not isinstance(code, CostCode):
            return code
        kind = coder.cost_type(line)
        if isinstance(kind, Problem):
            return kind
        lines.append({**_told(line), "cost_code": full(code), "cost_code_id": code.id, "cost_type_id": kind})
    return lines


def _told(line: CostLine) -> dict[str, str]:
    """What a line says without its coding."""
    return {"line": line.id, "amount": f"{line.amount:.2f}", "description": line.description[:LONGEST_TEXT]}


def _matched(body: dict[str, Any], reference: str, there: DirectCost) -> Payload:
    """Sent before, and its link lost."""
    header: Mapping[str, Any] = body["header"]
    told = {
        "direct_cost_type": there.direct_cost_type,
        "direct_cost_date": there.direct_cost_date.isoformat() if there.direct_cost_date else None,
        "vendor_id": there.vendor_id,
        "invoice_number": there.invoice_number,
        "description": there.description,
        "status": there.status,
        "payment_date": there.payment_date.isoformat() if there.payment_date else None,
    }
    now = {name: value for name, value in told.items() if name in header or value not in ("", None)}
    lines = [
        {
            "line": line.origin_id.removeprefix(f"{reference}:"),
            "amount": f"{line.amount:.2f}",
            "description": line.description,
            "cost_code": full(line.cost_code) if line.cost_code else "",
            "cost_code_id": line.cost_code.id if line.cost_code else None,
            "cost_type_id": line.line_item_type.id if line.line_item_type else None,
        }
        for line in sorted(there.line_items, key=lambda one: one.position or 0)
        if line.origin_id.startswith(f"{reference}:")
    ]
    current = {**body, "header": now, "lines": lines}
    return Payload(body, reference, str(there.id), "It carries the key of this document.", current)
