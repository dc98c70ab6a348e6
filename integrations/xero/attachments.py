"""Files on documents. https://developer.xero.com/documentation/api/accounting/attachments .

One call for each file; a file of the same name is replaced, so that a repeated upload does no harm.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from ..base.client import ApiClient, Request
from ..base.errors import Rejected
from .endpoints import path, read_list
from .records import Id, Text, XeroRecord

MOST_FILES = 10  # on one document
MAX_BYTES = 10_000_000

_REFUSED = re.compile(r'[<>:"/\\|?*+\x00-\x1f]')


class Attachment(XeroRecord):
    attachment_id: Id
    file_name: Text = ""
    url: Text = ""
    mime_type: Text = ""
    content_length: int = 0


def file_name(name: str) -> str:
    """`name` without the characters that Xero refuses in a file's name. Raises Rejected when nothing is left."""
    clean = _REFUSED.sub("_", name).strip(" .")
    if not clean.strip("_"):
        raise Rejected(f"“{name}” is no name for a file.")
    return clean


def attachments(client: ApiClient, resource: str, document_id: str) -> list[Attachment]:
    """The files on a document; `resource` is Invoices, CreditNotes, PurchaseOrders and so on. Raises Missing."""
    return read_list(Attachment, client.get(path(resource, document_id, "Attachments")).data, "Attachments")


def put_attachment(resource: str, document_id: str, name: str, content: bytes, content_type: str) -> Request:
    """Put a file on a document. Raises Rejected for one that is empty, or larger than Xero takes."""
    if not 0 < len(content) <= MAX_BYTES:
        raise Rejected(f"“{name}” has {len(content):,} bytes; Xero takes files of up to {MAX_BYTES:,}.")
    address = f"{path(resource, document_id, 'Attachments')}/{quote(file_name(name), safe='')}"
    return Request("PUT", address, content=content, content_type=content_type or "application/octet-stream")
