"""What people do at Lantern Bay between two stages."""

from __future__ import annotations

from . import office, site
from .tenant import MriTenant


def work(tenant: MriTenant, after: str) -> str:
    """Once jobs are projects the sites commit and claim; once draws are there, MRI's office pays them."""
    if after == "jobs":
        site.enter(tenant.company)
        made = f"{len(site.BUDGETS)} budgets, {len(site.CONTRACTS)} commitments, {len(site.CLAIMS)} claims"
        return f"people enter {made} in Procore"
    if after == "draws":
        office.enter(tenant)
        office.pay(tenant)
        return f"accounts enters {len(office.PAYMENTS)} payments and {len(office.PAPERS)} documents in MRI"
    return ""
