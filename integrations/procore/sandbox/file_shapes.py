"""What an attached file looks like in an answer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import quote

from .company import Company

LINKS_LAST = timedelta(hours=1)


def attachment(company: Company, number: int, name: str) -> dict[str, Any]:
    """See Switches.file_links_expire."""
    expires = int((company.world.now() + LINKS_LAST).timestamp())
    url = f"{company.world.files_url}/files/{company.id}/{number}/{quote(name)}?expires={expires}"
    return {"id": number, "url": url, "filename": name}
