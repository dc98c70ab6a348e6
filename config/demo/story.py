"""What happens at the tenants with Xero: set-up, what people enter on either side, and what must come of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from hub.pairing import Pairing
from integrations.procore_xero import PAIRING
from integrations.xero.sandbox import Organisation

from . import bills, claims, contracts, figures, payments, settings
from .bills import Paper
from .payments import Payment
from .tenants import DemoTenant, Story


@dataclass(frozen=True)
class XeroStory(Story):
    papers: Sequence[Paper]
    payments: Sequence[Payment]


@dataclass(frozen=True)
class XeroTenant(DemoTenant):
    pairing: ClassVar[Pairing] = PAIRING
    story: XeroStory
    org: Organisation

    @property
    def ledger(self) -> tuple[str, str]:
        return self.org.name, self.org.id

    @property
    def project_stage(self) -> str:
        return str(self.story.setup.settings["project_stage"])


AUSTRALIA = XeroStory(
    settings.AUSTRALIA,
    contracts.AUSTRALIA,
    claims.AUSTRALIA,
    figures.AUSTRALIA,
    bills.AUSTRALIA,
    payments.AUSTRALIA,
)
NEW_ZEALAND = XeroStory(
    settings.NEW_ZEALAND,
    contracts.NEW_ZEALAND,
    claims.NEW_ZEALAND,
    figures.NEW_ZEALAND,
    bills.NEW_ZEALAND,
    payments.NEW_ZEALAND,
)
KAURI_RIDGE = XeroStory(
    settings.KAURI_RIDGE,
    contracts.KAURI_RIDGE,
    claims.KAURI_RIDGE,
    figures.KAURI_RIDGE,
    bills.KAURI_RIDGE,
    payments.KAURI_RIDGE,
)
