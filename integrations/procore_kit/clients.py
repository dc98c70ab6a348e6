"""The hub hands out plain clients; the stages need to know whose they are."""

from __future__ import annotations

from integrations.base.client import ApiClient
from integrations.procore.client import ProcoreClient


def procore_client(client: ApiClient) -> ProcoreClient:
    """Raises TypeError when the tenant's sides are mixed up."""
    if not isinstance(client, ProcoreClient):
        raise TypeError(f"a Procore client is needed, not {type(client).__name__}")
    return client
