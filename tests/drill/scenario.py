"""What a pairing brings to the drill: pretend vendors, a small customer with records for every stage, and a picture of
what both vendors hold in the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any, Protocol

from integrations.base.sandbox.kernel import Sandbox

if TYPE_CHECKING:
    from hub.models import Grant, Tenant

# One more kind of fault: its name in the table, how often it is drawn, and what makes it (`faults.KINDS`).
Kind = tuple[str, float, Callable[[Random, str, Any], tuple[str, dict[str, Any]]]]
Picture = Mapping[str, Counter[tuple[str, str]]]  # kind → how often each (what it is, what it says) is there


@dataclass(frozen=True)
class Round:
    """`prepare` is what people do beforehand; then these stages run."""

    prepare: Callable[[], None]
    stages: Sequence[str]


@dataclass(frozen=True)
class Edit:
    """Something a person changes at `vendor` at some moment from round `first` on, perhaps while a page is read. Where
    everything ends must not depend on the moment."""

    vendor: str
    first: int
    change: Callable[[], None]


@dataclass(frozen=True)
class Twice:
    """Documents that their vendor takes twice: nothing but the hub keeps them from being there twice. `look` is the
    call that finds out whether one is there already, `make` the one that makes it (fields of a Fault)."""

    vendor: str
    round: int
    look: Mapping[str, Any]
    make: Mapping[str, Any]


class Site(Protocol):
    """One customer in both pretend vendors, with its tenant in the hub."""

    @property
    def tenant(self) -> Tenant: ...

    @property
    def grants(self) -> Sequence[Grant]: ...

    @property
    def rounds(self) -> Sequence[Round]: ...

    @property
    def edits(self) -> Sequence[Edit]: ...

    def picture(self) -> Picture:
        """What both vendors hold, without the ids they gave out."""

    def faults(self) -> Sequence[str]:
        """What is wrong by itself, whatever a run without faults would give: sums that do not agree."""

    def targets(self) -> Mapping[str, frozenset[str]]:
        """The ids that exist in the target, by stage: links may lead nowhere else."""

    def reconnect(self, grant: Grant) -> None:
        """What a person does when a login is dead."""


@dataclass
class Ground:
    """The pretend vendors of one block of schedules, by name, and where they listen."""

    vendors: Mapping[str, Sandbox]
    urls: dict[str, str] = field(default_factory=dict)


class Scenario(Protocol):
    """A pairing in the drill."""

    name: str
    shapes: int  # how many different customers there are; a shape's number decides everything about one
    twice: Twice
    kinds: Sequence[Kind]  # faults that these vendors have besides the usual ones

    def ground(self) -> Ground:
        """Fresh pretend vendors."""

    def site(self, ground: Ground, shape: int, name: str) -> Site:
        """One more customer there, called `name`, and its rows in the hub. Without urls the vendors' real names are
        used, for a run within one process."""

    def whose(self, ground: Ground, vendor: str) -> Callable[[Any], str]:
        """For a request to this vendor: the name of the customer it is for, "" when that cannot be told."""


def rng(*parts: object) -> Random:
    """The same draws for the same words, on every machine and Python."""
    return Random("/".join(map(str, parts)))
