"""The contract of a pairing: two vendors, the ordered stages between them, the settings they share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from hub.stage import Stage
from integrations.base.client import ApiClient
from integrations.base.vendor import Vendor


@dataclass(frozen=True)
class ReferenceRow:
    """One row of a cached list. `extra` holds what checks need: status, tax types, class."""

    external_id: str
    code: str
    name: str
    active: bool = True
    extra: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class ReferenceList:
    """A list of one side worth caching for pickers and checks: accounts, tax rates, cost codes."""

    kind: str
    label: str
    side: str  # "left" or "right"
    fetch: Callable[[ApiClient, Any], Sequence[ReferenceRow]]  # (client, the tenant's settings)


@dataclass(frozen=True)
class Check:
    """One line of "Check set-up": what was looked at, whether it is in order, what to do when it is not. `repair` is
    the code of the SetupFix that can do it now, if there is one."""

    label: str
    ok: bool
    detail: str
    fix: str = ""
    repair: str = ""


@dataclass(frozen=True)
class SetupFix:
    """Something "Check set-up" can put right at a person's word: create a missing tracking category."""

    code: str
    label: str
    carry_out: Callable[[ApiClient, ApiClient, Any], str]  # (left, right, the tenant's settings); says what was done


@dataclass(frozen=True)
class Pairing:
    """Exported as `PAIRING` by each pairing's package. `settings` is a pydantic model; its field titles,
    descriptions and `json_schema_extra={"group": …}` make the admin form."""

    slug: str
    name: str
    left: Vendor
    right: Vendor
    stages: tuple[Stage, ...]
    settings: type[BaseModel]
    references: tuple[ReferenceList, ...] = ()
    value_kinds: tuple[tuple[str, str], ...] = ()  # (kind, label) of the value maps: ("cost_code", "Cost codes")
    check_setup: Callable[[ApiClient, ApiClient, Any], Sequence[Check]] = lambda left, right, settings: ()
    fixes: tuple[SetupFix, ...] = ()

    def stage(self, slug: str) -> Stage:
        """Raises KeyError for a stage this pairing does not have."""
        return {stage.slug: stage for stage in self.stages}[slug]
