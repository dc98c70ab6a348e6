"""Comparing what is there with what a run without faults leaves, and with what the hub believes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.utils import timezone

from hub.models import BatchState, LinkedEntity, LinkState, Tenant, WriteBatch

from .logins import Logins
from .result import Findings
from .scenario import Picture, Site


def compare(wanted: Picture, site: Site, logins: Logins) -> Findings:
    found = Findings()
    there = site.picture()
    for kind in wanted:
        _kind(found, kind, wanted[kind], there[kind])
    for text in site.faults():
        found.wrong += 1
        found.words.append(text)
    for text in (*_books(site.tenant, site), *logins.faults(site.grants)):
        found.books += 1
        found.words.append(f"the hub: {text}")
    return found


def _kind(found: Findings, kind: str, wanted: Counter[tuple[str, str]], there: Counter[tuple[str, str]]) -> None:
    for key in sorted({key for key, _ in (*wanted, *there)}):
        should = Counter({said: count for (name, said), count in wanted.items() if name == key})
        does = Counter({said: count for (name, said), count in there.items() if name == key})
        surplus = does.total() - should.total()
        if surplus > 0:
            found.duplicates += surplus
            found.words.append(f"{kind}: {key} is there {does.total()} times instead of {should.total()}")
        elif surplus < 0:
            found.losses -= surplus
            found.words.append(f"{kind}: {key} is missing ({does.total()} of {should.total()})")
        elif does != should:
            found.wrong += (does - should).total()
            found.words.append(f"{kind}: {key} says {[*(does - should)]} instead of {[*(should - does)]}")


def _books(tenant: Tenant, site: Site) -> Iterator[str]:
    batches = WriteBatch.objects.filter(tenant_stage__tenant=tenant).exclude(state=BatchState.SETTLED)
    for batch in batches:
        yield f"batch {batch.pk} of {batch.tenant_stage.stage} is still {batch.state}"
    targets, taken = site.targets(), set()
    for link in LinkedEntity.objects.filter(tenant_stage__tenant=tenant).select_related("tenant_stage"):
        stage = link.tenant_stage.stage
        if link.state != LinkState.LINKED:
            yield f"the link of {stage} {link.label} is {link.state}"
        elif link.target_id not in targets[stage]:
            yield f"the link of {stage} {link.label} leads to {link.target_id}, which is not there"
        elif (stage, link.target_id) in taken:
            yield f"two links of {stage} lead to {link.target_id}"
        taken.add((stage, link.target_id))
    for row in tenant.stages.filter(lease_until__gt=timezone.now()):
        yield f"{row.stage} is still leased"
