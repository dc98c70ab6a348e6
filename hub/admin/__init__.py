"""The admin, one module a screen. Django's autodiscovery imports this package, and so each of them registers."""

from __future__ import annotations

from . import calls, connections, customers, grants, incidents, installation, jobs, links, problems, tenants

__all__ = [
    "calls",
    "connections",
    "customers",
    "grants",
    "incidents",
    "installation",
    "jobs",
    "links",
    "problems",
    "tenants",
]
