"""The hub hands out plain clients; the stages need to know whose they are."""

from __future__ import annotations

from integrations.base.client import ApiClient
from integrations.xero.client import XeroClient


def xero_client(client: ApiClient) -> XeroClient:
    """Raises TypeError when the tenant's sides are mixed up."""
    if not isinstance(client, XeroClient):
        raise TypeError(f"a Xero client is needed, not {type(client).__name__}")
    return client
