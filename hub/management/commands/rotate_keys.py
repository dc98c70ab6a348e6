"""`manage.py rotate_keys`: every stored secret under the first of TIEBACK_FIELD_KEYS."""

from __future__ import annotations

from typing import Any

from cryptography.fernet import InvalidToken
from django.core.management import BaseCommand, CommandError
from django.db import transaction

from hub.models import Grant


class Command(BaseCommand):
    help = (
        "Encrypt every stored secret again under the first of TIEBACK_FIELD_KEYS. Put the new key first, keep the old "
        "ones behind it, restart, run this, then drop the old ones."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            numbers = [_rotate(pk) for pk in Grant.objects.values_list("pk", flat=True)]
        except InvalidToken as error:
            raise CommandError(
                "None of TIEBACK_FIELD_KEYS fits a stored secret; add the key it was written with."
            ) from error
        self.stdout.write(f"Secrets of {sum(numbers)} logins encrypted under the first key.")


@transaction.atomic
def _rotate(pk: int) -> int:
    """The row is locked meanwhile, so that a worker's fresh tokens are not overwritten by the ones read here."""
    grant = Grant.objects.select_for_update(of=("self",)).order_by().get(pk=pk)
    return Grant.objects.filter(pk=pk).update(secret=grant.secret, tokens=grant.tokens)
