"""The draw that a progress claim becomes: header, coded lines, and what MRI is not told of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hub.stage import Known
from integrations.mri.endpoints import Profile
from integrations.procore_kit.amounts import ZERO
from integrations.procore_kit.claim_reader import Claim
from integrations.procore_kit.faults import Fault

from .document_coding import Coder
from .document_rules import body_of, maps
from .document_settings import DocumentSettings, Period, Retention, Tax
from .document_survey import DocumentSurvey
from .documents import DRAW, number_in
from .draw_amounts import DrawLine, Totals, totals


def draw_body(claim: Claim, contract: str, lines: Sequence[DrawLine], known: Known) -> tuple[dict[str, Any], list[str]]:
    """The body, and sentences that a person should read. `contract` is its id among the links. Raises Fault."""
    settings: DocumentSettings = known.settings
    survey: DocumentSurvey = known.target
    sums, coder = totals(lines), Coder(known)
    told = [_line(claim, line, coder) for line in lines]
    warnings = _what_mri_is_not_told(claim, sums, survey.profile)
    record = {
        **_header(claim, contract, survey, settings),
        "gross": sums.gross,
        **_retention(sums, settings, survey.profile),
        "stored": sums.stored,
        **_tax(claim, settings, survey.profile, warnings),
        "lines": told if settings.draw_retention is Retention.PROCORE else [_gross_only(line) for line in told],
    }
    if "retained" in record:
        record["net"] = sums.net + record.get("tax", ZERO)
    source = {
        "payment_due": claim.payment_due,
        "vendor": claim.vendor,
        "currency": claim.currency,
        "url": claim.url,
        "files": claim.files,
    }
    return body_of(DRAW, record, source, survey.profile), [*coder.warnings, *warnings]


def _header(claim: Claim, contract: str, survey: DocumentSurvey, settings: DocumentSettings) -> dict[str, Any]:
    if claim.billing_date is None:
        raise Fault("no_billing_date")
    start, end = claim.period
    number = settings.draw_invoice_number.format(order=claim.order, application=claim.application)
    days = {"period_start": start, "period_end": end, "due_date": claim.due}
    return {
        "number": str(claim.application),
        "contract_number": number_in(contract, claim.site.ledger_id),
        "job_id": claim.site.ledger_id,
        "vendor_id": claim.payee_id,
        "invoice_number": claim.invoice_number or number,
        "date": claim.billing_date.isoformat(),
        **{name: day.isoformat() for name, day in days.items() if day is not None},
        **_period(claim, survey, settings),
        "description": f"{claim.key} {claim.vendor}".strip(),
    }


def _period(claim: Claim, survey: DocumentSurvey, settings: DocumentSettings) -> dict[str, str]:
    if settings.draw_period is Period.NONE or claim.billing_date is None:
        return {}
    if settings.draw_period is Period.BILLING_DATE:
        return {"accounting_period": f"{claim.billing_date:%Y%m}"}
    found = survey.periods.get(claim.site.ledger_id, "")
    if not found and claim.site.ledger_id in survey.periods:
        raise Fault("no_open_period", job=claim.site.ledger_id)
    return {"accounting_period": found} if found else {}


def _line(claim: Claim, line: DrawLine, coder: Coder) -> dict[str, Any]:
    row = line.line
    text = row.description or f"line {row.id}"
    code = claim.codes.get(row.code_id) if row.code_id is not None else None
    type_id = claim.types.get(row.budget_code_id) if row.budget_code_id is not None else None
    amounts = {"retained": line.retained, "released": line.released, "stored": line.stored}
    return {**coder.line(code, type_id, text), "description": text, "amount": line.gross, **amounts}


def _gross_only(line: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in line.items() if name not in ("retained", "released")}


def _retention(sums: Totals, settings: DocumentSettings, profile: Profile) -> dict[str, Any]:
    """What is withheld and released, if Procore says it. Raises Fault for a draw that would ask for another sum."""
    if settings.draw_retention is Retention.MRI:
        if sums.released:
            raise Fault("release_by_hand", released=f"{sums.released:,.2f}")
        return {}
    told = maps(profile, DRAW, "retained"), maps(profile, DRAW, "released")
    if (sums.retained and not told[0]) or (sums.released and not told[1]):
        shown = {name: f"{getattr(sums, name):,.2f}" for name in ("retained", "released", "gross")}
        raise Fault("no_retention_fields", due=f"{sums.net:,.2f}", **shown)
    return {"retained": sums.retained, "released": sums.released}


def _tax(claim: Claim, settings: DocumentSettings, profile: Profile, warnings: list[str]) -> dict[str, Any]:
    if not claim.tax:
        return {"tax": ZERO}
    if settings.draw_tax is Tax.LEAVE_OUT:
        warnings.append(f"The claim shows tax of {claim.tax:,.2f}, which is left out by the tenant's settings.")
        return {}
    if not maps(profile, DRAW, "tax"):
        raise Fault("no_tax_field", tax=f"{claim.tax:,.2f}")
    return {"tax": claim.tax}


def _what_mri_is_not_told(claim: Claim, sums: Totals, profile: Profile) -> list[str]:
    told = []
    if sums.stored and not maps(profile, DRAW, "stored"):
        told.append(
            f"MRI is not told that {sums.stored:,.2f} of the gross amount are stored materials: no field is mapped."
        )
    if claim.files:
        what = "a file" if claim.files == 1 else f"{claim.files} files"
        told.append(f"The claim has {what}. MRI's interface takes none: they stay with the claim in Procore.")
    return told
