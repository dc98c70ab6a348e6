"""What happens at each tenant: its set-up, what people enter on either side, and what must come of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from . import bills, claims, contracts, figures, payments, settings
from .bills import Paper
from .claims import Claim
from .contracts import Contract
from .figures import Expected
from .payments import Payment
from .settings import Setup


@dataclass(frozen=True)
class Story:
    """`expected` are the stages in working order, with what their first run must come to."""

    setup: Setup
    contracts: Sequence[Contract]
    claims: Sequence[Claim]
    papers: Sequence[Paper]
    payments: Sequence[Payment]
    expected: Mapping[str, Expected]


AUSTRALIA = Story(
    settings.AUSTRALIA,
    contracts.AUSTRALIA,
    claims.AUSTRALIA,
    bills.AUSTRALIA,
    payments.AUSTRALIA,
    figures.AUSTRALIA,
)
NEW_ZEALAND = Story(
    settings.NEW_ZEALAND,
    contracts.NEW_ZEALAND,
    claims.NEW_ZEALAND,
    bills.NEW_ZEALAND,
    payments.NEW_ZEALAND,
    figures.NEW_ZEALAND,
)
KAURI_RIDGE = Story(
    settings.KAURI_RIDGE,
    contracts.KAURI_RIDGE,
    claims.KAURI_RIDGE,
    bills.KAURI_RIDGE,
    payments.KAURI_RIDGE,
    figures.KAURI_RIDGE,
)
