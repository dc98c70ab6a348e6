"""Which of Procore's projects and vendors are tied to Xero, and the stages that know it."""

from __future__ import annotations

from hub.stage import ReadContext
from integrations.procore_kit.sites import Ties

PROJECTS, ORDERS, CLAIMS = "projects", "commitments", "progress_claims"  # the stages of projects and their documents
NAMES = ("Procore", "Xero")  # of the two ends, for sentences


def ties(context: ReadContext) -> Ties:
    """Projects that are tracking options, vendors that are contacts."""
    vendors = {vendor: contact for contact, vendor in context.linked_in("contacts").items()}
    return Ties(context.linked_in(PROJECTS), vendors, context.settings.project_stage)
