"""Names of tracking options: shortened where allowed, recognised when they are in Xero already."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from integrations.procore_kit.names import NameFault, fold, length
from integrations.xero.endpoints import MAX_NAME

ELLIPSIS = "…"
_JOINERS = "-_./\\"  # 24-001-A is another number than 24-001


def option_name(template: str, key_field: str, key: str, name: str) -> str:
    """The name of a tracking option, at most 100 characters; a long `name` is shortened, `key` never.

    Both must be clean. Raises NameFault when even without a name it is too long.
    """
    whole = _filled(template, key_field, key, name)
    if length(whole) <= MAX_NAME:
        return whole
    pieces = list(_clusters(name))
    while pieces:
        pieces.pop()
        short = _filled(template, key_field, key, "".join(pieces).rstrip() + ELLIPSIS)
        if length(short) <= MAX_NAME:
            return short
    bare = _filled(template, key_field, key, "")
    if length(bare) <= MAX_NAME:
        return bare
    raise NameFault("too_long", f"“{key}” alone leaves no room within {MAX_NAME} characters")


def _filled(template: str, key_field: str, key: str, name: str) -> str:
    return " ".join(template.format(**{key_field: key, "name": name}).split())


def _clusters(text: str) -> Iterator[str]:
    """Characters as people count them, so that shortening never cuts an accent or half an emoji off."""
    cluster = ""
    for character in text:
        if cluster and not _joins(cluster, character):
            yield cluster
            cluster = ""
        cluster += character
    if cluster:
        yield cluster


def _joins(cluster: str, character: str) -> bool:
    if unicodedata.category(character) in ("Mn", "Mc", "Me") or character == "\u200d" or cluster[-1] == "\u200d":
        return True
    skin = "\U0001f3fb" <= character <= "\U0001f3ff"
    return skin or (len(cluster) == 1 and _is_flag(cluster) and _is_flag(character))


def _is_flag(character: str) -> bool:
    """Two regional letters make a flag."""
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def fit(option: str, key: str) -> int:
    """How well an existing option's name fits a job number or cost code: 3 it is the key, 2 it begins with the key
    as a word, 1 it begins with the key but may mean a longer one (24-001-A for 24-001), 0 not at all."""
    name, wanted = fold(option), fold(key)
    if not wanted or not name.startswith(wanted):
        return 0
    rest = name[len(wanted) :]
    if not rest:
        return 3
    if rest[0].isalnum():
        return 0
    return 1 if rest[0] in _JOINERS and rest[1:2].isalnum() else 2


def key_in(option: str, template: str, key_field: str, name: str) -> str:
    """The job number an existing option carries before or after just this `name`, or "" when it is no such option."""
    if not name or "{name}" not in template or fold(name) not in fold(option):
        return ""
    pattern = "(.+)".join(re.escape(fold(part)) for part in _around_key(template, key_field, name))
    found = re.fullmatch(pattern.replace(r"\ ", r"\s*"), fold(option))
    key = found[1].strip() if found else ""
    return key if re.fullmatch(r"\S*\d\S*", key) else ""


def _around_key(template: str, key_field: str, name: str) -> tuple[str, str]:
    mark = "\ufffc"
    before, _, after = template.format(**{key_field: mark, "name": name}).partition(mark)
    return before, after
