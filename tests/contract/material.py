"""Where the vendors' API descriptions and recorded replies are, when they are on this machine at all.

They belong to others and are not part of the product. Set TIEBACK_VENDOR_MATERIAL to their folder, or put a folder
`shared` beside the checkout; without them the contract tests are not collected.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from integrations.base.client import parse_json

VARIABLE = "TIEBACK_VENDOR_MATERIAL"


def folder() -> Path | None:
    """The material's folder, or None when there is none."""
    checkout = Path(__file__).resolve().parents[2]
    place = Path(os.environ.get(VARIABLE) or checkout.parent / "shared")
    return place if (place / "recorded").is_dir() and (place / "api").is_dir() else None


def found() -> Path:
    """The material's folder. Raises LookupError without one."""
    place = folder()
    if place is None:
        raise LookupError(f"no vendor material; set {VARIABLE}")
    return place


@dataclass(frozen=True)
class Recorded:
    """A reply of a live service, with the request it answered. `body` is JSON (Decimals) or text."""

    name: str
    method: str
    path: str
    query: Mapping[str, str]
    sent: Any
    status: int
    headers: Mapping[str, str]
    body: Any
    text: str  # as the service would have sent it

    @property
    def json(self) -> bool:
        return not isinstance(self.body, str)


def recorded(vendor: str) -> list[Recorded]:
    """All recorded replies of a vendor, by name."""
    return [_read(path) for path in sorted((found() / "recorded" / vendor).glob("*.json"))]


def _read(path: Path) -> Recorded:
    source = path.read_text()
    data = parse_json(source)
    request, body = data.get("request", {}), data.get("body", "")
    return Recorded(
        name=path.stem,
        method=request.get("method", "GET"),
        path=request.get("path", ""),
        query=request.get("query", {}),
        sent=request.get("body"),
        status=data.get("status", 0),
        headers=data.get("headers", {}),
        body=body,
        text=body if isinstance(body, str) else _raw_body(source),
    )


def _raw_body(source: str) -> str:
    """The body's own characters: it is the last member of the file."""
    start = source.index('\n"body":') + len('\n"body":')
    return source[start:].rstrip().removesuffix("}").strip()
