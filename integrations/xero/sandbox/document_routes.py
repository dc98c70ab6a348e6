"""How documents are written: each element of a call is looked at, and stored or refused.

https://developer.xero.com/documentation/api/accounting/requests-and-responses
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from werkzeug.wrappers import Request, Response

from . import wire
from .bodies import argument, elements, sent_id
from .books import Document
from .document_views import Shown, View
from .kinds import Kind
from .organisation import Organisation
from .resource import Fate, XeroResource, unknown
from .saving import Saving

Body = Mapping[str, Any]
Show = Callable[[Document, Organisation, View, int], Shown]
Match = Callable[[Organisation, Body], Document | None]


class DocumentRoutes(XeroResource):
    """What the kinds of documents share; it has no routes of its own."""

    @staticmethod
    def places(request: Request) -> int:
        """Unit prices have two decimals, on the way in and out, unless four are asked for."""
        return 4 if argument(request, "unitdp") == "4" else 2

    def put_documents(self, request: Request, kind: Kind, show: Show) -> Response:
        """Creates, and never changes what is there."""
        org = self.org(request)

        def judge(body: Body) -> Fate:
            if identifier := sent_id(body, kind.id_field):
                exists = f"A {kind.word.lower()} with this {kind.id_field} exists already."
                return refused(kind, body, [exists if identifier in org.documents(kind) else unknown(kind.id_field)])
            return self._fate(request, kind, show, body, None)

        return self.batch(request, kind.name, elements(request, kind.name), judge)

    def post_documents(self, request: Request, kind: Kind, show: Show, match: Match) -> Response:
        org = self.org(request)

        def judge(body: Body) -> Fate:
            identifier = sent_id(body, kind.id_field)
            known = org.documents(kind).get(identifier) if identifier else match(org, body)
            if identifier and known is None:
                return refused(kind, body, [unknown(kind.id_field)])
            return self._fate(request, kind, show, body, known)

        return self.batch(request, kind.name, elements(request, kind.name), judge)

    def change_document(
        self, request: Request, kind: Kind, show: Show, known: Document, bodies: Sequence[Body]
    ) -> Response:
        return self.batch(request, kind.name, bodies, lambda body: self._fate(request, kind, show, body, known))

    def _fate(self, request: Request, kind: Kind, show: Show, body: Body, known: Document | None) -> Fate:
        org, places = self.org(request), self.places(request)
        saving = Saving(org, kind, body, known, app=self.caller(request).app.client_id, places=places)
        if saving.errors:
            return refused(kind, body, saving.errors, known.id if known else wire.NO_ID)

        def save() -> Shown:
            shown = show(saving.save(), org, View.WRITTEN, places)
            return {**shown, "Warnings": wire.errors(saving.warnings)} if saving.warnings else shown

        return Fate(save=save, undo=saving.undo)


def refused(kind: Kind, body: Body, errors: Sequence[str], identifier: str = wire.NO_ID) -> Fate:
    """The element echoed, with its errors."""
    shown = {kind.id_field: identifier, **body, "HasErrors": True}
    return Fate(refused={**shown, "ValidationErrors": wire.errors(dict.fromkeys(errors))})
