"""Files on documents. https://developer.xero.com/documentation/api/accounting/attachments ."""

from __future__ import annotations

import re
from collections.abc import Mapping

from werkzeug.wrappers import Request, Response

from ...base.sandbox.kernel import route
from . import wire
from .bodies import argument
from .books import Document, File, Journal
from .document_views import show_file, show_files
from .organisation import Organisation
from .resource import XeroResource
from .state import new_id

MOST_FILES = 10
LARGEST = 10_000_000  # bytes; the pages of some resources say 25 MB
REFUSED_NAME = re.compile(r'[<>:"/\\|?*+\x00]')
OWNER = (
    "/api.xro/2.0/<any(Invoices,CreditNotes,PurchaseOrders,ManualJournals,BankTransactions):resource>"
    "/<owner_id>/Attachments"
)


def _files(org: Organisation, resource: str, owner_id: str) -> list[File] | None:
    """The files of a document, as the list they are kept in. None when there is no such document."""
    owners: Mapping[str, Mapping[str, Document] | Mapping[str, Journal]] = {
        "Invoices": org.invoices,
        "CreditNotes": org.credits,
        "PurchaseOrders": org.orders,
        "ManualJournals": org.journals,
        "BankTransactions": org.spending,
    }
    owner = owners[resource].get(owner_id.lower())
    return owner.files if owner else None


class AttachmentRoutes(XeroResource):
    @route("GET", OWNER)
    def get_attachments(self, request: Request, resource: str, owner_id: str) -> Response:
        files = _files(self.org(request), resource, owner_id)
        if files is None:
            return wire.not_found()
        return self.answer(request, "Attachments", show_files(resource, owner_id.lower(), files))

    @route("GET", f"{OWNER}/<path:name>")
    def get_attachment(self, request: Request, resource: str, owner_id: str, name: str) -> Response:
        """The file itself, by name or id."""
        files = _files(self.org(request), resource, owner_id) or []
        found = next((file for file in files if name in (file.name, file.id)), None)
        return Response(found.content, content_type=found.mime_type) if found else wire.not_found()

    @route("PUT", f"{OWNER}/<path:name>")
    def put_attachment(self, request: Request, resource: str, owner_id: str, name: str) -> Response:
        """A file of the same name is replaced."""
        files = _files(self.org(request), resource, owner_id)
        if files is None:
            return wire.not_found()
        content = request.get_data()
        if why := _problem(files, name, content):
            return self.fault_document(request, 10, "ValidationException", why)
        online = argument(request, "IncludeOnline").lower() == "true"
        kind = request.content_type or "application/octet-stream"
        file = next((file for file in files if file.name == name), None)
        if file is None:
            file = File(new_id(), name, kind, content)
            files.append(file)
        file.content, file.mime_type, file.online = content, kind, online
        return self.answer(request, "Attachments", [show_file(resource, owner_id.lower(), file)])

    @route("POST", f"{OWNER}/<path:name>")
    def post_attachment(self, request: Request, resource: str, owner_id: str, name: str) -> Response:
        return self.put_attachment(request, resource, owner_id, name)


def _problem(files: list[File], name: str, content: bytes) -> str:
    if REFUSED_NAME.search(name):
        return "The file name holds characters that are not allowed."
    if not content or len(content) > LARGEST:
        return "The file is empty, or larger than 10 MB."
    if len(files) >= MOST_FILES and all(file.name != name for file in files):
        return f"A document can have at most {MOST_FILES} attachments."
    return ""
