"""The hub hands out plain clients; the stages need to know whose they are."""

from __future__ import annotations

from integrations.base.client import ApiClient
from integrations.mri.client import MriClient


def mri_client(client: ApiClient) -> MriClient:
    """Raises TypeError when the tenant's sides are mixed up."""
    if not isinstance(client, MriClient):
        raise TypeError(f"an MRI client is needed, not {type(client).__name__}")
    return client
