"""What a job knows while it plans: links, value maps, the survey of the target. A fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from django.db.models import Q

from hub import registry
from hub.abilities import certain, doubts
from hub.models import LinkedEntity, LinkState, SyncJob, TenantStage, ValueMap
from hub.stage import LinkView, Record, Stage

from .hashing import body_hash


def view(link: LinkedEntity) -> LinkView:
    return LinkView(link.source_id, link.source_key, link.target_id, certain(link.sent), doubts(link.sent))


class StageLinks:
    """Ids and keys of the finished links of one stage."""

    def __init__(self, tenant_id: int, stage: str) -> None:
        rows = LinkedEntity.objects.filter(tenant_stage__tenant=tenant_id, tenant_stage__stage=stage).exclude(
            target_id=""
        )
        self._by_source = {
            source: (key, target) for source, key, target in rows.values_list("source_id", "source_key", "target_id")
        }
        self._by_target = {target: source for source, (_, target) in self._by_source.items()}

    @property
    def all(self) -> dict[str, tuple[str, str]]:
        """(key, target id) by source id."""
        return self._by_source

    @property
    def targets(self) -> dict[str, str]:
        return {source: target for source, (_, target) in self._by_source.items()}

    @property
    def keys(self) -> dict[str, str]:
        return {key: source for source, (key, _) in self._by_source.items() if key}

    def link(self, source_id: str) -> LinkView | None:
        found = self._by_source.get(source_id)
        return LinkView(source_id, *found, {}) if found else None

    def owner(self, target_id: str) -> LinkView | None:
        return self.link(self._by_target.get(target_id, ""))


def _sharing(stage: Stage) -> Q:
    """The stages, of all pairings, whose links lead to the same records as those of this one."""
    if not stage.links_to:
        return Q(tenant_stage__stage=stage.slug)
    found = Q()
    for pairing in registry.pairings().values():
        slugs = [one.slug for one in pairing.stages if one.links_to == stage.links_to]
        found |= Q(tenant_stage__tenant__pairing=pairing.slug, tenant_stage__stage__in=slugs)
    return found


class JobKnown:
    """`hub.stage.Known` for one job. Ids and keys of all links are held; their contents only for the page at hand."""

    def __init__(self, job: SyncJob, row: TenantStage) -> None:
        self.settings: Any = row.tenant.options()
        self.target: Any = None
        self._job, self._row = job, row
        self._others: dict[str, StageLinks] = {}
        self._rows: dict[str, LinkedEntity] = {}
        self._moved: dict[str, LinkedEntity] = {}
        self._by_source: dict[str, tuple[str, str]] = {}
        self._by_target: dict[str, str] = {}
        self._by_key: dict[str, str] = {}
        for source, key, target in (
            self._links().exclude(target_id="").values_list("source_id", "source_key", "target_id")
        ):
            self._remember(source, key, target)

    def _links(self) -> Any:
        return LinkedEntity.objects.filter(tenant_stage=self._row)

    def _remember(self, source: str, key: str, target: str) -> None:
        self._by_source[source] = (key, target)
        self._by_target[target] = source
        if key:
            self._by_key[key] = source

    def load_page(self, records: Iterable[Record]) -> None:
        """Fetch the links of these records: one query."""
        ids = [record.id for record in records]
        self._rows = {link.source_id: link for link in self._links().filter(source_id__in=ids)}
        self._rows |= {source: self._moved[source] for source in ids if source in self._moved}

    def learn(self, links: Iterable[LinkedEntity]) -> None:
        """Take note of links just stored."""
        for link in links:
            self._rows[link.source_id] = link
            if link.target_id:
                self._remember(link.source_id, link.source_key, link.target_id)

    def pretend_moved(self, source_id: str, survivor: str) -> None:
        """For a preview: from now on the link belongs to `survivor`, though nothing is stored."""
        link = self._rows[source_id]
        link.source_id, link.sent_hash = survivor, ""
        self._moved[survivor] = link

    def forget(self, source_id: str) -> None:
        """A link has moved or gone."""
        key, target = self._by_source.pop(source_id, ("", ""))
        self._rows.pop(source_id, None)
        self._by_target.pop(target, None)
        if self._by_key.get(key) == source_id:
            del self._by_key[key]

    @property
    def linked_ids(self) -> frozenset[str]:
        return frozenset(self._by_source)

    def row(self, source_id: str) -> LinkedEntity | None:
        """The stored link, finished or not, of a record of the page at hand."""
        return self._rows.get(source_id)

    # What stages see.

    def link(self, source_id: str) -> LinkView | None:
        link = self._rows.get(source_id)
        return view(link) if link and link.target_id else None

    def owner(self, target_id: str) -> LinkView | None:
        source = self._by_target.get(target_id)
        return self._light(source) if source else None

    def linked_key(self, key: str) -> LinkView | None:
        source = self._by_key.get(key)
        return self._light(source) if source else None

    def _light(self, source_id: str) -> LinkView:
        key, target = self._by_source[source_id]
        row = self._rows.get(source_id)
        return LinkView(source_id, key, target, certain(row.sent) if row else {})

    def other(self, stage: str) -> StageLinks:
        """The links of another stage of this tenant: one query, the first time."""
        if stage not in self._others:
            self._others[stage] = StageLinks(self._row.tenant_id, stage)
        return self._others[stage]

    def link_in(self, stage: str, source_id: str) -> LinkView | None:
        return self.other(stage).link(source_id)

    def owner_in(self, stage: str, target_id: str) -> LinkView | None:
        return self.other(stage).owner(target_id)

    @cached_property
    def circumstances(self) -> str:
        """A hash of what decides, besides the records themselves, which of them are sent: settings, value maps, and the
        links of the stage that this one works within."""
        within = self._row.spec.within
        bounds = self.other(within).all if within else {}
        maps = {"\n".join(names): values for names, values in self._values.items()}
        return body_hash({"settings": self.settings.model_dump(mode="json"), "maps": maps, "within": bounds})

    def shared_owner(self, target_id: str) -> bool:
        return target_id in self._shared

    @cached_property
    def _shared(self) -> frozenset[str]:
        _, target = self._row.connections
        others = LinkedEntity.objects.filter(
            _sharing(self._row.spec),
            tenant_stage__tenant__customer=self._row.tenant.customer_id,
            state=LinkState.LINKED,
        ).exclude(tenant_stage=self._row)
        same = others.filter(tenant_stage__tenant__source=target) | others.filter(tenant_stage__tenant__target=target)
        return frozenset(same.values_list("target_id", flat=True))

    def value(self, kind: str, key: str, project: str = "") -> Mapping[str, str] | None:
        return self._values.get((kind, key, project)) or self._values.get((kind, key, ""))

    @cached_property
    def _values(self) -> dict[tuple[str, str, str], dict[str, str]]:
        rows = ValueMap.objects.filter(tenant=self._row.tenant_id)
        return {(row.kind, row.key, row.project): row.values() for row in rows}
