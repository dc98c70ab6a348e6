"""Which of the keys just read (job numbers, cost codes) are used twice, and which begin with another one."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from integrations.procore_kit import names


@dataclass(frozen=True)
class Keyed:
    """One record as far as its key goes. `wanted`: it is to be sent; `linked`: it was."""

    id: str
    key: str
    label: str
    wanted: bool = True
    linked: bool = False


class KeyIndex:
    """Keys of everything read, folded."""

    def __init__(self, records: Iterable[Keyed]) -> None:
        by_key: dict[str, list[Keyed]] = defaultdict(list)
        for record in records:
            if folded := names.fold(record.key):
                by_key[folded].append(record)
        self._by_key: Mapping[str, Sequence[Keyed]] = by_key
        self._sorted = sorted(by_key)

    def rivals(self, record_id: str, key: str) -> list[str]:
        """Labels of all that compete for the key, this record's among them; [] when it is the only one. What is
        linked competes with what is linked only: a newcomer does not take its place."""
        sharing = self._by_key.get(names.fold(key), ())
        mine = next((one for one in sharing if one.id == record_id), None)
        strong = mine is not None and mine.linked
        found = [one for one in sharing if one is mine or one.linked or (one.wanted and not strong)]
        return [one.label for one in found] if len(found) > 1 else []

    def longer(self, key: str) -> list[str]:
        """Other keys that begin with this one."""
        folded = names.fold(key)
        start = bisect_right(self._sorted, folded)
        found = []
        for other in self._sorted[start:]:
            if not other.startswith(folded):
                break
            found.append(other)
        return found
