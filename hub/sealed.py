"""Which logins' secrets none of the installation's keys fits."""

from __future__ import annotations

from hub.fields import Sealed, WrongKey
from hub.models import Grant

STORED = ("secret", "tokens")


def unreadable(**only: object) -> dict[int, list[str]]:
    """The ids of logins, each with its columns that cannot be read."""
    rows = Grant.objects.filter(**only).order_by("pk").values_list("pk", *STORED)
    found = {pk: [name for name, one in zip(STORED, stored, strict=True) if not _opens(one)] for pk, *stored in rows}
    return {pk: names for pk, names in found.items() if names}


def _opens(one: Sealed) -> bool:
    try:
        one.open()
    except WrongKey:
        return False
    return True
