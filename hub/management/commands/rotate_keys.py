"""`manage.py rotate_keys`: every stored secret under the first of TIEBACK_FIELD_KEYS."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.db.models import F

from hub import notify, sealed
from hub.models import Grant, GrantState

REASON = "The key that it was stored under is gone. Enter its secret again, then press Connect."


class Command(BaseCommand):
    help = (
        "Encrypt every stored secret again under the first of TIEBACK_FIELD_KEYS. Put the new key first, keep the old "
        "ones behind it, restart, run this, then drop the old ones."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        told = "Empty what none of TIEBACK_FIELD_KEYS fits, for good; these logins must be entered and connected again."
        parser.add_argument("--forget", action="store_true", help=told)

    def handle(self, *args: Any, **options: Any) -> None:
        unreadable = sealed.unreadable()
        if unreadable and not options["forget"]:
            raise CommandError(
                f"None of TIEBACK_FIELD_KEYS fits a stored secret of {_named(list(unreadable))}; add the key it was "
                "written with. When that is lost, --forget empties these for good. Nothing was changed."
            )
        for pk in unreadable:
            self._forget(pk)
        numbers = [_rotate(pk) for pk in Grant.objects.order_by("pk").values_list("pk", flat=True)]
        self.stdout.write(f"Secrets of {sum(numbers)} logins encrypted under the first key.")

    def _forget(self, pk: int) -> None:
        if not _emptied(pk):
            return
        self.stdout.write(f"Forgotten: what was stored for {_named([pk])}; it must be entered and connected again.")
        notify.login_broken(Grant.objects.get(pk=pk))


def _named(pks: Sequence[int]) -> str:
    rows = Grant.objects.filter(pk__in=pks).order_by("pk")
    return ", ".join(f"“{name}” ({customer})" for name, customer in rows.values_list("name", "customer__slug"))


@transaction.atomic
def _emptied(pk: int) -> bool:
    """Looked at again under the row's lock: somebody may have entered the login anew. The version fences out a refresh
    that is under way."""
    list(Grant.objects.select_for_update(of=("self",)).order_by().filter(pk=pk).values_list("pk"))
    names = sealed.unreadable(pk=pk).get(pk, [])
    empty: dict[str, Any] = dict.fromkeys(names, {})
    dead = {"state": GrantState.NEEDS_LOGIN, "state_reason": REASON, "expires_at": None, "version": F("version") + 1}
    free = {"refreshing_by": "", "refreshing_until": None}
    return bool(names) and bool(Grant.objects.filter(pk=pk).update(**empty, **dead, **free))


@transaction.atomic
def _rotate(pk: int) -> int:
    """The row is locked meanwhile, so that a worker's fresh tokens are not overwritten by the ones read here."""
    grant = Grant.objects.select_for_update(of=("self",)).order_by().get(pk=pk)
    return Grant.objects.filter(pk=pk).update(secret=grant.secret, tokens=grant.tokens)
