"""What a person may do to a linked record in the target: void the bill of a claim that was withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, runtime_checkable

from auditlog.models import LogEntry

from hub.connect import client_for
from hub.engine.decide import CannotDecide
from hub.models import LinkedEntity, LinkState, TenantStage
from integrations.base.client import ApiClient

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@dataclass(frozen=True)
class LinkAction:
    """`question` is asked before; `carry_out` gets (target client, the tenant's settings, target id), does it, and says
    in a sentence what it did. It raises the error tree, Rejected with a sentence when it may not be done."""

    code: str
    label: str  # "Void in Xero"
    question: str
    carry_out: Callable[[ApiClient, Any, str], str]


@runtime_checkable
class Actionable(Protocol):
    """A stage whose linked records a person may act on."""

    actions: ClassVar[tuple[LinkAction, ...]]


def actions_for(link: LinkedEntity) -> tuple[LinkAction, ...]:
    stage = link.tenant_stage.spec
    return stage.actions if isinstance(stage, Actionable) and link.target_id else ()


def act(link: LinkedEntity, code: str, user: User | None) -> str:
    """Carry out one action now, and keep it in the audit log. Gives back what was done, in a sentence. Raises
    CannotDecide while the stage is at work or the link is unsettled, else what the vendor's client raises."""
    row = TenantStage.objects.select_related("tenant__source__grant", "tenant__target__grant").get(
        pk=link.tenant_stage_id
    )
    action = next(one for one in actions_for(link) if one.code == code)
    if row.lease_until is not None or link.state != LinkState.LINKED:
        raise CannotDecide("The stage is running, or the record is not settled. Wait until it is, and try again.")
    _, target = row.connections
    said = action.carry_out(client_for(target, patience=20), row.tenant.options(), link.target_id)
    LogEntry.objects.log_create(link, action=LogEntry.Action.UPDATE, changes={code: ["", said]}, actor=user)
    return said
