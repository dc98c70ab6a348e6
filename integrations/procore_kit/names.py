"""Names as accounting systems and Procore take them: cleaned where nothing is lost, compared as people compare them."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LEGAL_FORMS = frozenset(
    ("ab", "ag", "bv", "co", "company", "corp", "corporation", "gmbh", "inc", "incorporated", "limited", "llc")
    + ("llp", "ltd", "nl", "nv", "plc", "pte", "pty", "proprietary", "sa")
)
_SPELLINGS = {"&": " and ", "’": "", "'": "", "p/l": "pty ltd", "l.l.c": "llc"}


class NameFault(ValueError):
    """The name cannot be sent as it is. `code` is a row of the catalogue."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


def clean(text: str) -> str:
    """Composed (NFC), trimmed, with single blanks. Raises NameFault for characters no system can store."""
    single = " ".join(unicodedata.normalize("NFC", text).split())
    if found := unsendable(single):
        raise NameFault("bad_characters", f"it holds the character {found}")
    return single


def unsendable(text: str) -> str:
    """The first character that is no text at all (a control character, what stands for broken ones), as U+0000; or
    ""."""
    return next((f"U+{ord(c):04X}" for c in text if _is_bad(c)), "")


def _is_bad(character: str) -> bool:
    bad = unicodedata.category(character) in ("Cc", "Cs") or character == "\ufffd"
    return bad or ord(character) & 0xFFFE == 0xFFFE


@lru_cache(maxsize=50_000)  # every record is compared with every option
def fold(text: str) -> str:
    """Equal for names that a ledger may take for the same, or that look the same: case, kinds of blanks, composition
    and invisible characters do not count."""
    seen = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
    return " ".join(seen.casefold().split())


def length(text: str) -> int:
    """Length as many databases count: an emoji is two."""
    return len(text) + sum(ord(character) > 0xFFFF for character in text)


def company_key(name: str) -> str:
    """Equal for names of what is probably one company: case, accents, punctuation and legal form do not count."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).casefold()
    for written, meant in _SPELLINGS.items():
        plain = plain.replace(written, meant)
    words = re.sub(r"[^\w\s]|_", " ", plain).split()
    kept = list(words)
    while kept and kept[-1] in _LEGAL_FORMS:
        kept.pop()
    return " ".join(kept or words)
