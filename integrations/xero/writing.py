"""Bodies of writes: exact numbers, and batches of a size that Xero can take.

https://developer.xero.com/documentation/api/accounting/requests-and-responses
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from ..base.errors import Rejected

T = TypeVar("T")

# https://developer.xero.com/documentation/guides/oauth2/limits : older texts say 3.5 MB, and advise bundles of 50.
MAX_BATCH = 50
MAX_BYTES = 3_000_000

# Amounts that were kept in a JSON column come back as text; Xero documents them as numbers.
AMOUNTS = frozenset({"Amount", "CurrencyRate", "LineAmount", "Quantity", "TaxAmount", "UnitAmount"})


def dumps(value: Any) -> str:
    """Compact JSON in which every Decimal stands digit by digit. Raises Rejected for an amount that is no number."""
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{dumps(str(key))}:{dumps(_exact(key, item))}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(dumps, value)) + "]"
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise Rejected(f"{value} is not an amount.")
        return format(value, "f")
    return json.dumps(value, ensure_ascii=False)


def _exact(key: object, value: Any) -> Any:
    if key not in AMOUNTS or not isinstance(value, str):
        return value
    try:
        return Decimal(value)
    except InvalidOperation as error:
        raise Rejected(f"“{value}” is not an amount.") from error


def batches(items: Sequence[T], body: Callable[[T], Mapping[str, Any]]) -> Iterator[Sequence[T]]:
    """`items` in their order, cut so that each batch fits one request."""
    start = size = 0
    for position, item in enumerate(items):
        length = len(dumps(body(item)).encode()) + 1
        if position > start and (position - start == MAX_BATCH or size + length > MAX_BYTES):
            yield items[start:position]
            start, size = position, 0
        size += length
    if start < len(items):
        yield items[start:]
