"""What the drill changes in the processes it starts: limits so wide that schedules take seconds, and keys that are
forgotten after seconds, so that answers are lost for longer than a key lives."""

from __future__ import annotations

from dataclasses import replace

from hub import registry
from hub.engine import late
from integrations.base import windows as counting
from integrations.base.limits import Quota, Window

KEY_SECONDS, FORGOTTEN_SECONDS = 10.0, 12.0  # of Xero's five and six minutes
LATE_SECONDS = 14.0  # of MRI's three minutes; longer than anything is carried out late
SLOT_SECONDS = 6.0  # longer than the drill's longest call


def widen() -> None:
    """Measured and shared limits are proven elsewhere; here they would only make everyone wait."""
    counting.SLOT_SECONDS = SLOT_SECONDS
    for vendor in registry.vendors().values():
        windows = tuple(replace(window, calls=100_000) for window in vendor.quota.windows)
        object.__setattr__(vendor, "quota", Quota(windows or (Window("spike", 10, 100_000),), in_flight=50))


def shorten_keys() -> None:
    """The writers that send keys, and only those."""
    from integrations.procore_xero import bill_writer, claim_attachments, options, order_writer

    for module in (bill_writer, claim_attachments, options, order_writer):
        for one in vars(module).values():
            if isinstance(one, type) and vars(one).get("key_minutes"):
                setattr(one, "key_minutes", KEY_SECONDS / 60)  # noqa: B010


def shorten_late() -> None:
    """For how long a write without keys may be carried out late."""
    late.LATE_MINUTES = LATE_SECONDS / 60
    from integrations.procore_mri.document_writer import DocumentWriter

    DocumentWriter.late_minutes = LATE_SECONDS / 60
