"""Logins that died, and who was told: somebody must be, and once for each time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from email import message_from_string, policy
from pathlib import Path

from django.contrib.auth.models import User

from hub.models import Grant, GrantState, Membership, Role, Tenant

BETWEEN = "-" * 79  # as Django's file backend writes it


class Logins:
    """`folder` is where the installation puts its mails."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._dead: set[tuple[int, int]] = set()

    def look(self) -> None:
        """Each version of a login's tokens dies once."""
        dead = Grant.objects.filter(state=GrantState.NEEDS_LOGIN)
        self._dead.update(dead.values_list("pk", "version"))

    def faults(self, grants: Sequence[Grant]) -> Iterator[str]:
        for grant in grants:
            deaths = sum(pk == grant.pk for pk, _ in self._dead)
            mails = self._mails(_address(grant.customer.slug), f"Tieback: {grant.name} must be connected again")
            if mails != deaths:
                yield f"the login {grant.name} has died {deaths} times, and people were told {mails} times"

    def _mails(self, to: str, subject: str) -> int:
        texts = (text for path in self._folder.glob("*.log") for text in path.read_text().split(BETWEEN))
        mails = (message_from_string(text.lstrip(), policy=policy.default) for text in texts)
        return sum((mail["To"], mail["Subject"]) == (to, subject) for mail in mails)


def add_manager(tenant: Tenant) -> None:
    """Who is told."""
    customer = tenant.customer
    user = User.objects.create(username=customer.slug, email=_address(customer.slug))
    Membership.objects.create(customer=customer, user=user, role=Role.MANAGER)


def _address(slug: str) -> str:
    return f"{slug}@example.com"
