"""The ManualJournals resource. https://developer.xero.com/documentation/api/accounting/manualjournals ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from werkzeug.wrappers import Request, Response

from ...base.sandbox.kernel import route
from . import listing, wire
from .bodies import elements, modified_since, sent_id
from .books import Journal, Line
from .document_views import Shown, View, show_files, show_mark, ticks
from .journal_rules import JournalSaving
from .organisation import Organisation
from .query import midnight
from .resource import Fate, XeroResource, unknown

FACTS = ("ManualJournalID", "Narration", "Status", "Date", "UpdatedDateUTC")
JOURNALS: listing.Listing[Journal] = listing.Listing(
    lambda row: {
        "ManualJournalID": row.id,
        "Narration": row.narration,
        "Status": row.status,
        "Date": midnight(row.day),
        "UpdatedDateUTC": row.updated_at,
    },
    FACTS,
    "UpdatedDateUTC ASC, ManualJournalID ASC",
)


def show(journal: Journal, org: Organisation, view: View) -> Shown:
    """Unpaged lists have no lines; answers to writes say nothing of files."""
    shown: Shown = {"Date": ticks(journal.day), "Status": journal.status, "LineAmountTypes": journal.amounts}
    shown |= {"UpdatedDateUTC": wire.date_utc(journal.updated_at), "ManualJournalID": journal.id}
    shown["Narration"] = journal.narration
    shown["JournalLines"] = [_line(line, org, view) for line in journal.lines] if view.has_lines else []
    if "Url" in journal.fields:
        shown["Url"] = journal.fields["Url"]
    shown["ShowOnCashBasisReports"] = journal.fields.get("ShowOnCashBasisReports", True)
    if view is not View.WRITTEN:
        shown["HasAttachments"] = bool(journal.files)
    if view is View.SINGLE and journal.files:
        shown["Attachments"] = show_files("ManualJournals", journal.id, journal.files)
    return shown


def _line(line: Line, org: Organisation, view: View) -> Shown:
    shown: Shown = {"Description": line.description, "TaxType": line.tax_type}
    if view is not View.WRITTEN:
        shown["TaxAmount"] = line.tax
    shown["LineAmount"] = line.amount
    if line.account:
        shown["AccountCode"] = org.code(line)
    shown["Tracking"] = [show_mark(mark, org, view) for mark in line.marks]
    if line.account:
        shown["AccountID"] = line.account
    return {**shown, "IsBlank": False}


class JournalRoutes(XeroResource):
    @route("GET", "/api.xro/2.0/ManualJournals")
    def get_journals(self, request: Request) -> Response:
        org, since = self.org(request), modified_since(request)
        view = View.LIST if listing.asks_for_page(request) else View.BARE
        rows = [row for row in org.journals.values() if since is None or row.updated_at >= since]
        return self.listed(request, "ManualJournals", JOURNALS, rows, lambda row: show(row, org, view))

    @route("GET", "/api.xro/2.0/ManualJournals/<journal_id>")
    def get_journal(self, request: Request, journal_id: str) -> Response:
        org = self.org(request)
        found = org.journals.get(journal_id.lower())
        if found is None:
            return wire.not_found()
        return self.answer(request, "ManualJournals", [show(found, org, View.SINGLE)])

    @route("PUT", "/api.xro/2.0/ManualJournals")
    def put_journals(self, request: Request) -> Response:
        bodies = elements(request, "ManualJournals")
        return self.batch(request, "ManualJournals", bodies, lambda body: self._journal(request, body, None))

    @route("POST", "/api.xro/2.0/ManualJournals")
    def post_journals(self, request: Request) -> Response:
        """Creates, or changes the journal whose id is in the body."""
        org, bodies = self.org(request), elements(request, "ManualJournals")

        def judge(body: Mapping[str, Any]) -> Fate:
            return self._journal(request, body, org.journals.get(sent_id(body, "ManualJournalID")))

        return self.batch(request, "ManualJournals", bodies, judge)

    @route("POST", "/api.xro/2.0/ManualJournals/<journal_id>")
    def post_journal(self, request: Request, journal_id: str) -> Response:
        known = self.org(request).journals.get(journal_id.lower())
        if known is None:
            return wire.not_found()
        bodies = elements(request, "ManualJournals")
        return self.batch(request, "ManualJournals", bodies, lambda body: self._journal(request, body, known))

    def _journal(self, request: Request, body: Mapping[str, Any], known: Journal | None) -> Fate:
        org = self.org(request)
        if known is None and sent_id(body, "ManualJournalID"):
            return _refused(body, None, [unknown("ManualJournalID")])
        saving = JournalSaving(org, body, known)
        if saving.errors:
            return _refused(body, known, saving.errors)

        def save() -> Shown:
            shown = show(saving.save(), org, View.WRITTEN)
            return {**shown, "Warnings": wire.errors(saving.warnings)} if saving.warnings else shown

        return Fate(save=save, undo=saving.undo)


def _refused(body: Mapping[str, Any], known: Journal | None, errors: Sequence[str]) -> Fate:
    shown = {"ManualJournalID": known.id if known else wire.NO_ID, **body}
    return Fate(refused={**shown, "ValidationErrors": wire.errors(dict.fromkeys(errors))})
