"""The admin site of the hub."""

from __future__ import annotations

from unfold.sites import UnfoldAdminSite


class HubAdminSite(UnfoldAdminSite):
    """Unfold's site under the hub's name."""
