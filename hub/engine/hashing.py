"""Comparing what should be with what was sent."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any


def canonical(value: Any) -> str:
    """One text for equal bodies: sorted keys, Decimals as plain text without trailing zeros."""
    return json.dumps(_plain(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def body_hash(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(body).encode()).hexdigest()


def storable(body: Mapping[str, Any]) -> dict[str, Any]:
    """The body as it is kept in a JSON column: Decimals as text."""
    return dict(json.loads(canonical(body)))


def diff(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[list[Any]]:
    """[field, before, after] for every leaf that differs; nested fields are joined with dots."""
    old, new = dict(_leaves(_plain(before))), dict(_leaves(_plain(after)))
    return [
        [name, old.get(name), new.get(name)]
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    ]


def _leaves(value: Any, path: str = "") -> list[tuple[str, Any]]:
    if isinstance(value, dict) and value:
        return [leaf for key, item in value.items() for leaf in _leaves(item, f"{path}.{key}" if path else key)]
    if isinstance(value, list) and value:
        return [leaf for index, item in enumerate(value) for leaf in _leaves(item, f"{path}.{index + 1}")]
    return [(path, value)] if path else []
