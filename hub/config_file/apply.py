"""Making the database agree with a configuration file: one transaction, no calls to any vendor."""

from __future__ import annotations

from django.db import transaction

from .accounts import put_connections, put_customers, put_grants
from .document import Document
from .faults import ConfigError
from .tenants import put_tenants
from .work import Line, Work


def apply(document: Document, *, dry: bool = False) -> list[Line]:
    """Store what the document says and tell what that changed; `dry` only tells.

    Raises ConfigError with every fault found; then nothing has been stored.
    """
    work = Work(document)
    with transaction.atomic():
        for step in (put_customers, put_grants, put_connections, put_tenants):
            step(work)
        if work.faults:
            raise ConfigError(work.faults)
        if dry:
            transaction.set_rollback(True)
    return work.lines
