"""The files of a claim follow its bill as a stage of their own, so that a failed upload never touches the bill."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import PurePosixPath

from hub.stage import (
    Change,
    Direction,
    Fate,
    KeyField,
    Known,
    Mapped,
    Outcome,
    Page,
    Payload,
    Problem,
    ReadContext,
    Record,
    Skip,
    Stage,
)
from integrations.base.client import ApiClient, Reply, Request
from integrations.base.errors import BadReply, Forbidden, Missing, Rejected, VendorError
from integrations.procore.client import ProcoreClient
from integrations.procore.files import download
from integrations.procore.requisitions import ClaimAttachment, Requisition, requisition_pages, requisitions_by_id
from integrations.procore_kit.clients import procore_client
from integrations.procore_kit.sites import Site, SiteLists, Sites, tidy, unreadable
from integrations.procore_kit.unreadables import Unreadables, documents_of
from integrations.xero.attachments import MAX_BYTES, MOST_FILES, Attachment, attachments, file_name, put_attachment
from integrations.xero.client import XeroClient
from integrations.xero.endpoints import read_list

from . import claim_problems
from .clients import xero_client
from .settings import Settings
from .ties import CLAIMS, ties

PAGE = 200  # files planned together
ATTACHMENTS = "claim_attachments"


class AttachmentReader:
    """Always reads all claims: a file is due as soon as the claim has a bill, which changes nothing in Procore."""

    ordered = False

    def __init__(self, client: ProcoreClient, context: ReadContext) -> None:
        self._client, self._context = client, context
        self._settings: Settings = context.settings
        self._sites = Sites(client, ties(context))
        self._broken = Unreadables(lambda row: row.id in self._bills, whole=True)

    @cached_property
    def _bills(self) -> Mapping[str, str]:
        return self._context.linked_in(CLAIMS)

    def changed(self, since: datetime | None, after: str) -> Iterator[Page]:
        gathered = self._sites.broken()
        for site in self._sites.all:
            if site.id <= int(after or 0):
                continue
            gathered += self._of(site)
            if len(gathered) >= PAGE:
                yield Page(gathered, str(site.id))
                gathered = []
        yield Page(gathered)

    def _of(self, site: Site) -> list[Record]:
        try:
            pages = requisition_pages(self._client, site.id, broken=self._broken.sink)
            found = self._records(site, [row for page in pages for row in page.rows])
            return [*found, *self._broken.records()]
        except (Forbidden, Missing, BadReply) as error:
            return [unreadable(site, error)]

    def by_ids(self, ids: Sequence[str]) -> Iterator[Page]:
        keys, whole = self._context.keys_of(ids), documents_of(ids)

        def read(site: Site, some: Sequence[str]) -> Iterator[Record]:
            claims = sorted({int(_claim(one)) for one in some})
            pages = requisitions_by_id(self._client, site.id, claims, self._broken.sink)
            here = self._records(site, [row for page in pages for row in page.rows])
            found = (*here, *self._broken.records())
            return (one for one in found if one.id in some or _claim(one.id) in whole)

        yield Page(self._sites.find({one: keys.get(one, "") for one in ids if _claim(one).isdecimal()}, read))

    def by_key(self, keys: Sequence[str]) -> Sequence[Record]:
        number, order, application = (tidy(key) for key in keys)
        found: list[Record] = []
        for site in self._sites.numbered(number):
            lists = SiteLists(self._client, site)
            for _, commitment in lists.numbered(order):
                pages = requisition_pages(self._client, site.id, commitment_id=commitment.id)
                rows = [row for page in pages for row in page.rows if str(row.number) == application]
                found += self._records(site, rows, lists)
        return found

    def _records(self, site: Site, rows: Iterable[Requisition], lists: SiteLists | None = None) -> list[Record]:
        lists = lists or SiteLists(self._client, site)
        with_files = [row for row in rows if row.attachments and self._wanted(row)]
        return [record for row in with_files for record in self._of_claim(row, lists)]

    def _wanted(self, row: Requisition) -> bool:
        return row.status in self._settings.claim_statuses or str(row.id) in self._bills

    def _of_claim(self, row: Requisition, lists: SiteLists) -> Iterator[Record]:
        site = lists.site
        commitment = lists.commitment(row.kind, row.commitment_id)
        claim = f"{site.number}/{tidy(commitment.number) if commitment else ''}/{row.number}"
        url = self._client.requisition_page(site.id, row.kind, row.commitment_id, row.id)
        negative = row.summary is not None and row.summary.current_payment_due < 0
        names = _names(row.attachments)
        for place, attachment in enumerate(row.attachments):
            data = {
                "claim_id": str(row.id),
                "name": names[place],
                "place": place,
                "url": attachment.url,
                "resource": "CreditNotes" if negative else "Invoices",
            }
            key = f"{claim}/{names[place] or attachment.id}"
            yield Record(f"{row.id}:{attachment.id}", key, tidy(f"{claim} {attachment.filename}"), data, None, url)


def _claim(record_id: str) -> str:
    """The claim that a file with this id belongs to."""
    return record_id.partition(":")[0]


def _names(files: Sequence[ClaimAttachment]) -> list[str]:
    """What the files are called in Xero, where one of the same name would replace another; "" for none."""
    found: list[str] = []
    for one in files:
        try:
            name = file_name(one.filename)
        except Rejected:
            name = ""
        if name in found:
            path = PurePosixPath(name)
            name = f"{path.stem}-{one.id}{path.suffix}"
        found.append(name)
    return found


class FileFault(Rejected):
    """A file that cannot be had from Procore, or is too large for Xero."""


class AttachmentWriter:
    """One call for each file. A file of the same name is replaced, so that an upload repeated does no harm."""

    keyed = False
    key_minutes = 0.0

    def __init__(self, target: XeroClient, source: ProcoreClient | None = None) -> None:
        self._target, self._source = target, source
        self._urls: dict[str, str] = {}

    def survey(self, unlinked: bool) -> None:
        return None

    def survey_page(self, records: Sequence[Record], unlinked: object) -> None:
        """Addresses of files hold for a short while only, so they are not part of what is stored."""
        self._urls = {record.id: record.data["url"] for record in records if "url" in record.data}

    def batches(self, changes: Sequence[Change]) -> Iterable[Sequence[Change]]:
        return ([change] for change in changes)

    def request(self, batch: Sequence[Change]) -> Request:
        """Fetches the file from Procore. Raises FileFault, Unavailable."""
        change = batch[0]
        body = change.body
        kind = mimetypes.guess_type(body["name"])[0] or "application/octet-stream"
        return put_attachment(body["resource"], body["document"], body["name"], self._content(change), kind)

    def _content(self, change: Change) -> bytes:
        if self._source is None:
            raise TypeError("files can be fetched only within a run")
        try:
            content = download(self._source, self._urls[change.source_id], MAX_BYTES)
        except (Missing, BadReply, Rejected) as error:
            raise FileFault(error.message) from error
        if not content:
            raise FileFault("The file is empty.")
        return content

    def refused(self, change: Change, error: VendorError) -> Outcome | None:
        code = "file_unavailable" if isinstance(error, FileFault) else ""
        return Outcome(change.source_id, Fate.REJECTED, messages=error.messages, code=code)

    def outcomes(self, batch: Sequence[Change], reply: Reply) -> Sequence[Outcome]:
        try:
            found = read_list(Attachment, reply.data, "Attachments")
        except BadReply:
            return []
        return [Outcome(batch[0].source_id, Fate.DONE, one.attachment_id) for one in found[:1]]

    def find(self, changes: Sequence[Change]) -> Mapping[str, Sequence[str]]:
        found: dict[str, Sequence[str]] = {}
        for change in changes:
            files = attachments(self._target, change.body["resource"], change.body["document"])
            found[change.source_id] = [one.attachment_id for one in files if one.file_name == change.body["name"]]
        return found

    def url(self, target_id: str) -> str:
        """A file has no page of its own."""
        return ""


class ClaimAttachments(Stage):
    slug, number, title, noun = ATTACHMENTS, 9, "Claim attachments", "attachment"
    direction = Direction.FORWARD
    all_label = "Send all attachments"
    summary = "Files of claims are put on their bills, up to ten each."
    keys = (
        KeyField("project", "Project #"),
        KeyField("order", "PO #"),
        KeyField("application", "Application #"),
    )
    problems = claim_problems.ATTACHMENTS
    needs = (CLAIMS,)

    def reader(self, source: ApiClient, context: ReadContext) -> AttachmentReader:
        return AttachmentReader(procore_client(source), context)

    def writer(self, target: ApiClient, settings: Settings) -> AttachmentWriter:
        return AttachmentWriter(xero_client(target))

    def writer_between(self, source: ApiClient, target: ApiClient, settings: Settings) -> AttachmentWriter:
        return AttachmentWriter(xero_client(target), procore_client(source))

    def map(self, record: Record, known: Known) -> Mapped:
        if "unreadable" in record.data:
            return Problem("project_unreadable", {"reason": record.data["unreadable"]})
        bill = known.link_in(CLAIMS, record.data["claim_id"])
        if bill is None:
            return Skip("claim_not_sent", "The claim has no bill yet; its files follow the bill.")
        link = known.link(record.id)
        if link is not None and link.sent.get("document") == bill.target_id:  # not that of a bill that was ended
            return Payload(link.sent, record.key)
        if not record.data["name"]:
            return Problem("file_without_name")
        if record.data["place"] >= MOST_FILES:
            return Problem("too_many_files", {"limit": MOST_FILES})
        names = ("resource", "name")
        body = {"document": bill.target_id, **{name: record.data[name] for name in names}}
        return Payload(body, record.key)
