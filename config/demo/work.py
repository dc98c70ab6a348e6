"""What people do between two stages: the sites enter claims in Procore, accounts enters bills and payments in Xero."""

from __future__ import annotations

from . import office, site
from .seeds import DemoTenant, Ground


def work(ground: Ground, tenant: DemoTenant, after: str) -> str:
    """What people do once a stage has run for the first time, and how that is told; "" when it is nothing."""
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
