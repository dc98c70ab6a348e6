"""Who uses the pretend vendors, what is declared about each of them, and how an edit is told."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, NamedTuple

from hub.pairing import Pairing
from integrations.procore.sandbox import Company

from .claims import Claim
from .contracts import Contract
from .figures import Expected
from .settings import Setup


class Found(NamedTuple):
    """What a stage has brought about in its target: records, and what they come to there. No money: None."""

    records: int
    money: Decimal | None = None


@dataclass(frozen=True)
class Story:
    """What happens at a tenant. `expected` are the stages in working order, with what their first run must come to."""

    setup: Setup
    contracts: Sequence[Contract]
    claims: Sequence[Claim]
    expected: Mapping[str, Expected]


@dataclass(frozen=True)
class DemoTenant(ABC):
    """One Procore company beside one account of a ledger."""

    pairing: ClassVar[Pairing]
    slug: str
    name: str
    customer: str
    company: Company
    story: Story

    @property
    @abstractmethod
    def ledger(self) -> tuple[str, str]:
        """Name and id of the account at the ledger."""


class Edit(NamedTuple):
    """What a person changes, which stage picks it up, how many write calls that takes, and whether it has arrived."""

    said: str
    tenant: DemoTenant
    make: Callable[[], object]
    stage: str
    outcome: str
    writes: Mapping[str, int]
    arrived: Callable[[], bool]
