"""What people do between two stages: the sites enter claims in Procore, accounts enters bills and payments."""

from __future__ import annotations

from . import office, site
from .lantern_bay.tenant import MriTenant
from .lantern_bay.work import work as work_beside_mri
from .seeds import Ground
from .story import XeroTenant
from .tenants import DemoTenant


def work(ground: Ground, tenant: DemoTenant, after: str) -> str:
    """What people do once a stage has run for the first time, and how that is told; "" when it is nothing."""
    if isinstance(tenant, MriTenant):
        with ground.procore.lock, ground.mri.lock:
            return work_beside_mri(tenant, after)
    if isinstance(tenant, XeroTenant):
        return _work_beside_xero(ground, tenant, after)
    raise TypeError(tenant)


def _work_beside_xero(ground: Ground, tenant: XeroTenant, after: str) -> str:
    story = tenant.story
    if after == "cost_codes":
        with ground.procore.lock:
            site.enter(tenant.company, story.contracts, story.claims)
        with ground.xero.lock:
            office.enter(tenant.org, story.papers)
        sites = f"{len(story.contracts)} commitments and {len(story.claims)} claims in Procore"
        return f"people enter {sites}, {len(story.papers)} documents in Xero"
    if after == "progress_claims":
        with ground.xero.lock:
            office.settle(tenant.org, story.payments)
        return f"accounts approves bills in Xero and enters {len(story.payments)} payments and credits"
    return ""
