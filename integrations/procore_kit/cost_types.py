"""Cost types (line item types) of a Procore company: matched by outside key, code or name, written by sync.

https://developers.procore.com/reference/rest/v1/line-item-types-cost-types
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hub.stage import Change
from integrations.base.client import Request
from integrations.procore import endpoints as procore
from integrations.procore.records import LineItemType

from . import names
from .sync_writer import SyncWriter, Update

# Words of a category's name, and the kind of cost that Procore counts it as. What fits none is “other”.
KINDS = {
    "equip": "equipment",
    "plant": "equipment",
    "material": "materials",
    "supplies": "materials",
    "sub": "commitment",
    "contract": "commitment",
    "owner": "owner_cost",
    "professional": "professional_services",
    "consult": "professional_services",
}


def kind_of(name: str) -> str:
    told = name.casefold()
    return next((kind for word, kind in KINDS.items() if word in told), "other")


def name_key(name: str) -> str:
    """Equal for names that differ in number or spelling only: Material, Materials; Labour, Labor."""
    return names.fold(name).replace("our", "or").removesuffix("s")


class CostTypeWriter(SyncWriter):
    def survey(self, unlinked: bool) -> Sequence[LineItemType]:
        return procore.line_item_types(self._client) if unlinked else ()

    def _sync(self, updates: Sequence[Update]) -> Request:
        return procore.sync_cost_types(self._client.company_id, updates)

    def _update(self, change: Change) -> Update:
        """The code goes by another name here."""
        update = super()._update(change)
        return {"csv_import_code" if name == "code" else name: value for name, value in update.items()}

    def find(self, changes: Sequence[Change]) -> Mapping[str, Sequence[str]]:
        found = {one.origin_id: str(one.id) for one in procore.line_item_types(self._client) if one.origin_id}
        return {c.source_id: [found[c.reference]] if c.reference in found else [] for c in changes}
