"""What was paid on a claim, as the ledgers tell it: a record for each payment, one more when all is paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from .settlements import Settlement, Share


class Kind(StrEnum):
    SETTLEMENT = "settlement"
    GONE = "gone"  # sent once, and no longer there in the ledger
    PAID = "paid"  # the claim's payment date
    NONE = "none"  # there is nothing to send, for a reason
    BY_HAND = "by hand"  # a person enters it in Procore


@dataclass(frozen=True)
class Paid:
    """One record's facts. `origin` is the outside key of its payment; `claim_id` is Procore's, "" when the bill is no
    claim's any more; `project_ids` are the projects it may be in, the likeliest first; `number` counts a bill's
    payments from 1; `day` is None for a paid mark while something is due."""

    kind: Kind
    bill: str
    origin: str = ""
    claim_id: str = ""
    claim: str = ""
    project_ids: tuple[str, ...] = ()
    settlement: Settlement | None = None
    share: Share | None = None
    number: int = 0
    day: date | None = None
    reason: str = ""
    total: Decimal = Decimal(0)
