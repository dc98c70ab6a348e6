"""Reads progress claims: one list per project, whatever their status, so that an approval taken back is seen too."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from hub.stage import ReadContext, Record
from integrations.base.errors import BadReply
from integrations.procore.client import ProcoreClient
from integrations.procore.commitments import Commitment, CommitmentKind
from integrations.procore.paging import PageOf
from integrations.procore.requisitions import ClaimLine as ClaimLineRow
from integrations.procore.requisitions import Requisition, requisition_pages, requisitions_by_id

from .amounts import ZERO, ClaimLine, claim_amounts
from .site_reader import SiteReader
from .sites import CodeRef, Site, SiteLists, Ties, tidy
from .unreadables import Unreadables, one


class ClaimStatus(StrEnum):
    """The statuses of a claim in Procore (subcontractor invoice, requisition)."""

    DRAFT = "draft"
    UNDER_REVIEW = "under_review"
    REVISE_AND_RESUBMIT = "revise_and_resubmit"
    APPROVED = "approved"
    APPROVED_AS_NOTED = "approved_as_noted"
    PENDING_OWNER_APPROVAL = "pending_owner_approval"


@dataclass(frozen=True)
class Claim:
    """A progress claim with all that its document is made of. Amounts before tax, in `currency`.

    `due` is the due date of its billing period. `payee_id` (the vendor) and `document_id`
    are those of the ledger, "" when not linked.
    `before` are the lines of the application before: () for the first one, None when it cannot be read.
    """

    id: int
    site: Site
    order: str  # the commitment's number
    application: int
    status: str
    vendor_id: int | None
    vendor: str
    payee_id: str
    document_id: str
    invoice_number: str
    billing_date: date | None
    due: date | None
    currency: str
    payment_due: Decimal | None
    tax: Decimal
    lines: tuple[ClaimLine, ...]
    before: tuple[ClaimLine, ...] | None
    codes: Mapping[int, CodeRef]
    url: str = ""
    commitment_id: int | None = None
    kind: CommitmentKind = CommitmentKind.SUBCONTRACT  # of its commitment
    period: tuple[date | None, date | None] = (None, None)
    earlier: str = ""  # key of the last application before it that anything is due by
    types: Mapping[int, int | None] = field(default_factory=dict)  # cost types by budget code, if they were asked for
    files: int = 0

    @property
    def key(self) -> str:
        """What the document is found by again: unique among the claims of a company."""
        return claim_key(self.site, self.order, self.application)


def claim_key(site: Site, order: str, application: int) -> str:
    return f"{site.number}/{order}/{application}"


class ClaimReader(SiteReader):
    """`statuses` are those of claims that become documents. `chained`: each knows the
    application before it that counts, and its lines' cost types."""

    size = 1000  # whole batches can be cut from as many

    def __init__(
        self,
        client: ProcoreClient,
        context: ReadContext,
        ties: Ties,
        stage: str,
        statuses: Collection[str],
        *,
        chained: bool = False,
    ) -> None:
        super().__init__(client, context, ties, stage)
        self._statuses, self._chained = statuses, chained
        self._broken = Unreadables()

    def _read(self, site: Site, since: datetime | None) -> list[Record]:
        rows = _rows(requisition_pages(self._client, site.id, updated_since=since, broken=self._broken.sink))
        return [*self._records(site, rows, complete=since is None), *self._broken.records()]

    def _some(self, site: Site, ids: Sequence[str]) -> list[Record]:
        rows = _rows(requisitions_by_id(self._client, site.id, [int(claim) for claim in ids], self._broken.sink))
        return [*self._records(site, rows), *self._broken.records()]

    def by_key(self, keys: Sequence[str]) -> Sequence[Record]:
        number, order, application = (tidy(key) for key in keys)
        found: list[Record] = []
        for site in self._sites.numbered(number):
            lists = SiteLists(self._client, site)
            for _, commitment in lists.numbered(order):
                rows = _rows(requisition_pages(self._client, site.id, commitment_id=commitment.id))
                asked = [row for row in rows if str(row.number) == application]
                found += self._records(site, asked, lists=lists, beside=rows)
        return found

    def _records(
        self,
        site: Site,
        rows: Sequence[Requisition],
        *,
        lists: SiteLists | None = None,
        beside: Iterable[Requisition] = (),
        complete: bool = False,
    ) -> list[Record]:
        """`beside` were read with them; `complete`: all claims of the project are among `rows`."""
        lists = lists or SiteLists(self._client, site)
        known = {row.id: row for row in (*beside, *rows)}
        if not complete:
            known |= self._earlier(site, rows, known)
        return [self._record(row, known, lists) for row in rows]

    def _record(self, row: Requisition, known: Mapping[int, Requisition], lists: SiteLists) -> Record:
        try:
            commitment = lists.commitment(row.kind, row.commitment_id)
        except BadReply as error:
            return one(row.id, tidy(f"{lists.site.number} {row.vendor_name} {row.number}"), error.message)
        return self._claim(row, commitment, known, lists)

    def _earlier(
        self, site: Site, rows: Iterable[Requisition], known: Mapping[int, Requisition]
    ) -> dict[int, Requisition]:
        """The applications before these: a line's retention is the difference to it."""
        asked = {row.previous_requisition_id for row in rows if self._wanted(row)} - {None} - set(known)
        if not asked:
            return {}
        ids = sorted(claim for claim in asked if claim is not None)
        return {row.id: row for row in _rows(requisitions_by_id(self._client, site.id, ids, []))}

    def _wanted(self, row: Requisition) -> bool:
        return row.status in self._statuses

    def _types(self, lists: SiteLists) -> Mapping[int, int | None]:
        return {number: one.type_id for number, one in lists.budget_codes.items()} if self._chained else {}

    def _claim(
        self, row: Requisition, commitment: Commitment | None, known: Mapping[int, Requisition], lists: SiteLists
    ) -> Record:
        site = lists.site
        wanted = self._wanted(row)
        certificate = row.summary
        order = tidy(commitment.number) if commitment else ""
        claim = Claim(
            id=row.id,
            site=site,
            order=order,
            application=row.number,
            status=row.status,
            vendor_id=row.vendor_id,
            vendor=row.vendor_name,
            payee_id=self._sites.payee_id(row.vendor_id, commitment.vendor if commitment else None),
            document_id=self._links.get(str(row.id), ""),
            invoice_number=tidy(row.invoice_number),
            billing_date=row.billing_date,
            due=lists.due_dates.get(row.period_id) if wanted and row.period_id else None,
            currency=row.currency,
            payment_due=certificate.current_payment_due if certificate else None,
            tax=certificate.tax_applicable_to_this_payment if certificate else ZERO,
            lines=tuple(map(_line, row.items)),
            before=_before(row, known),
            codes=lists.codes if wanted else {},
            url=self._client.requisition_page(site.id, row.kind, row.commitment_id, row.id),
            commitment_id=row.commitment_id,
            kind=row.kind,
            period=(row.requisition_start, row.requisition_end),
            earlier=_earlier_key(row, known, site, order) if self._chained else "",
            types=self._types(lists) if wanted else {},
            files=len(row.attachments),
        )
        label = tidy(f"{claim.key} {row.vendor_name}")
        return Record(str(row.id), claim.key, label, {"claim": claim}, row.updated_at, claim.url)


def _earlier_key(row: Requisition, known: Mapping[int, Requisition], site: Site, order: str) -> str:
    """Applications that nothing is due by are passed over."""
    earlier = known.get(row.previous_requisition_id or 0)
    while earlier is not None and not claim_amounts(tuple(map(_line, earlier.items)), _before(earlier, known)):
        earlier = known.get(earlier.previous_requisition_id or 0)
    return claim_key(site, order, earlier.number) if earlier else ""


def _rows(pages: Iterable[PageOf[Requisition]]) -> list[Requisition]:
    return [row for page in pages for row in page.rows]


def _before(row: Requisition, known: Mapping[int, Requisition]) -> tuple[ClaimLine, ...] | None:
    if row.previous_requisition_id is None:
        return () if row.number == 1 else None
    earlier = known.get(row.previous_requisition_id)
    return tuple(map(_line, earlier.items)) if earlier else None


def _line(row: ClaimLineRow) -> ClaimLine:
    return ClaimLine(
        id=row.id,
        line_item_id=row.line_item_id,
        code_id=row.cost_code_id,
        budget_code_id=row.wbs_code.id if row.wbs_code else None,
        item_type=row.item_type,
        status=row.status,
        description=tidy(row.description_of_work),
        completed=row.total_completed_and_stored_to_date,
        completed_before=row.total_completed_and_stored_to_date_from_previous,
        stored=row.materials_presently_stored,
        stored_before=row.materials_presently_stored_from_previous_progress,
        moved=row.materials_moved,
        work_retained_before=row.work_completed_retainage_from_previous_application,
        work_retained=row.work_completed_retainage_retained_this_period,
        work_released=row.work_completed_retainage_released_this_period,
        materials_retained_now=row.materials_stored_retainage_currently_retained,
        materials_retained_new=row.materials_stored_retainage_new_materials,
        materials_released=row.materials_stored_retainage_released_this_period,
    )
