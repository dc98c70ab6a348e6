"""Which of Procore's projects and vendors are tied to Xero, and the stages that know it."""

from __future__ import annotations

from hub.stage import ReadContext
from integrations.procore_kit.sites import Ties

ORDERS, CLAIMS = "commitments", "progress_claims"  # the stages that send documents of projects


def ties(context: ReadContext) -> Ties:
    """Projects that are tracking options, vendors that are contacts."""
    vendors = {vendor: contact for contact, vendor in context.linked_in("contacts").items()}
    return Ties(context.linked_in("projects"), vendors, context.settings.project_stage)
