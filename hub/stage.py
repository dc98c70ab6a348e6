"""The contract a pairing's stages are written against.

A stage is one kind of record moving one way: a reader, a writer and one pure function `map`. The engine (`hub.engine`)
does all else: links, batches, recovery, gates, cursors, the audit. A stage never touches the database.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Protocol, runtime_checkable

from pydantic import BaseModel

from integrations.base.client import ApiClient, Reply, Request


class Direction(StrEnum):
    """Which way a stage's records move between a tenant's left and right connection."""

    FORWARD = "forward"  # left (Procore) → right (the ledger)
    BACKWARD = "backward"


@dataclass(frozen=True)
class KeyField:
    """One field of "just this one": `name` for the shell and forms, `label` for people."""

    name: str
    label: str


@dataclass(frozen=True)
class ProblemKind:
    """A row of the catalogue. The texts may hold {placeholders} filled from the Problem's values."""

    code: str
    title: str  # groups problems on the page: "No job number"
    why: str  # what happened and why
    fix: str  # what to do, and where


@dataclass(frozen=True)
class Record:
    """One source record as a reader yields it. `key` is what a person calls it; `data` is what `map` needs.
    `unreadable` says why it is a problem that `map` never sees; its id begins with NAMELESS if that is not readable."""

    id: str
    key: str
    label: str
    data: Mapping[str, Any]
    changed_at: datetime | None = None
    url: str = ""
    unreadable: str = ""


@dataclass(frozen=True)
class Page:
    """Records that are stored together. `position` lets a later job go on after this page; `total` is a hint."""

    records: Sequence[Record]
    position: str = ""
    total: int | None = None


@dataclass(frozen=True)
class Payload:
    """What a source record should look like in the target. `body` is compared with what was sent last, and with
    `current`, the target's present content in its shape (None: not known or not whole): where that is equal,
    nothing is written. `reference` finds it again when an answer was lost: it is deterministic, and unique among
    its kind. `target_id` names an existing, unlinked target record that is the same thing, `evidence` says why.
    `linked_only`: tie to `target_id` and never write.
    """

    body: Mapping[str, Any]
    reference: str
    target_id: str = ""
    evidence: str = ""
    current: Mapping[str, Any] | None = None
    linked_only: bool = False
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Skip:
    """Nothing to do for this record, and that is right. `reason` is a sentence, `code` groups it."""

    code: str
    reason: str


@dataclass(frozen=True)
class Problem:
    """A person must look. `code` is in the stage's catalogue; `values` fill its texts."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Follow:
    """The source merged this linked record into another: the link moves to `source_id`, and `message` says so."""

    source_id: str
    message: str


Mapped = Payload | Skip | Problem | Follow


@dataclass(frozen=True)
class LinkView:
    """What the engine remembers of a linked record. `sent` is the body sent last; `doubts`: see `carried_out`."""

    source_id: str
    source_key: str
    target_id: str
    sent: Mapping[str, Any]
    doubts: Sequence[Mapping[str, Any]] = ()


class Known(Protocol):
    """What `map` may look at besides the record. All of it is in memory."""

    @property
    def settings(self) -> Any:
        """The tenant's settings: an instance of the pairing's settings model."""

    @property
    def target(self) -> Any:
        """What the writer's `survey` brought."""

    def link(self, source_id: str) -> LinkView | None:
        """The finished link of a source record of this stage."""

    def owner(self, target_id: str) -> LinkView | None:
        """The link that a target record belongs to, in this stage of this tenant."""

    def linked_key(self, key: str) -> LinkView | None:
        """The link whose source record goes by `key` (a job number, a code)."""

    def shared_owner(self, target_id: str) -> bool:
        """True when another tenant of the customer has linked this record of the same account (`Stage.links_to`)."""

    def link_in(self, stage: str, source_id: str) -> LinkView | None:
        """The finished link of a record of another stage of this tenant; `sent` is not filled."""

    def owner_in(self, stage: str, target_id: str) -> LinkView | None:
        """The link that a target record belongs to in another stage of this tenant; `sent` is not filled."""

    def value(self, kind: str, key: str, project: str = "") -> Mapping[str, str] | None:
        """A row of the tenant's value map: the project's override, else the general row."""


class Reader(Protocol):
    """Reads source records. `ordered` promises ascending `changed_at` over all pages of `changed`."""

    ordered: bool

    def changed(self, since: datetime | None, after: str) -> Iterator[Page]:
        """Records changed since then (None: all of them), going on after the page with position `after`."""

    def by_ids(self, ids: Sequence[str]) -> Iterator[Page]:
        """The records with these ids; one that no longer exists is simply not among them."""

    def by_key(self, keys: Sequence[str]) -> Sequence[Record]:
        """The records a person means by the values of the stage's key fields: usually one, [] when there is none."""


@runtime_checkable
class SweepingReader(Reader, Protocol):
    """A reader whose `changed(None)` yields every linked record that still exists: one it does not yield is gone."""

    sweeps: bool


@dataclass(frozen=True)
class ReadContext:
    """What a reader may know besides its client."""

    settings: Any
    linked: frozenset[str]  # source ids linked in this stage
    linked_in: Callable[[str], Mapping[str, str]] = lambda stage: {}  # another stage's links: source id → target id
    keyed_in: Callable[[str], Mapping[str, str]] = lambda stage: {}  # another stage's links: key → source id
    keys_of: Callable[[Sequence[str]], Mapping[str, str]] = lambda ids: {}  # source ids met before → their keys


class Action(StrEnum):
    CREATE = "create"
    UPDATE = "update"


@dataclass(frozen=True)
class Change:
    """One record to write. `target_id` is set for an update; `sent` is the body sent last, {} at first."""

    source_id: str
    action: Action
    body: Mapping[str, Any]
    reference: str
    target_id: str = ""
    sent: Mapping[str, Any] = field(default_factory=dict)


class Fate(StrEnum):
    """What the target says became of one change."""

    DONE = "done"
    REJECTED = "rejected"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Outcome:
    """The target's answer for one change. `messages` are its reasons word for word; `code` a catalogue code."""

    source_id: str
    fate: Fate
    target_id: str = ""
    messages: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    code: str = ""


class Writer(Protocol):
    """Writes to the target, in batches whose exact bytes are stored before they are sent."""

    keyed: bool  # the vendor honours idempotency keys
    key_minutes: float  # for how long after the first call (0 without keys)

    def survey(self, unlinked: bool) -> Any:
        """Read what `map` must know of the target; `unlinked`: some may need matching. Called per page: cache."""

    def batches(self, changes: Sequence[Change]) -> Iterable[Sequence[Change]]:
        """Cut changes into batches that fit one request each."""

    def request(self, batch: Sequence[Change]) -> Request:
        """The one request that carries out a batch. Pure: no calls."""

    def outcomes(self, batch: Sequence[Change], reply: Reply) -> Sequence[Outcome]:
        """Exactly one outcome per change. A change the answer does not mention is UNKNOWN."""

    def find(self, changes: Sequence[Change]) -> Mapping[str, Sequence[str]]:
        """Target ids found by reference, per source id: how a lost answer is settled. Reads afresh."""

    def url(self, target_id: str) -> str:
        """The record's page at the target, or ""."""


class Stage(ABC):
    """One kind of record moving one way. Instances hold no state."""

    slug: ClassVar[str]
    number: ClassVar[int]
    title: ClassVar[str]  # "Projects"
    noun: ClassVar[str]  # "project": for sentences
    direction: ClassVar[Direction]
    all_label: ClassVar[str]  # "Send all projects"
    summary: ClassVar[str] = ""  # one line for the page, may hold {setting names}
    keys: ClassVar[tuple[KeyField, ...]]
    problems: ClassVar[tuple[ProblemKind, ...]] = ()
    enabled: ClassVar[bool] = True  # when a tenant is made
    schedule: ClassVar[str] = ""  # when a tenant is made: "", "every 30 minutes", "10 2 * * *"
    needs: ClassVar[tuple[str, ...]] = ()  # slugs of stages that should have run before
    within: ClassVar[str] = ""  # slug of the stage whose links tell which records are read at all
    links_to: ClassVar[str] = ""  # "vendor": stages of all pairings with the same word share the target's records

    @abstractmethod
    def reader(self, source: ApiClient, context: ReadContext) -> Reader: ...

    @abstractmethod
    def writer(self, target: ApiClient, settings: Any) -> Writer: ...

    @abstractmethod
    def map(self, record: Record, known: Known) -> Mapped:
        """Pure: same arguments, same answer, no calls."""

    def needs_match(self, record: Record) -> bool:
        """False for a record that, while not linked, is skipped whatever the target holds: not worth a survey of it."""
        return True

    def gauge(self, target: Any, settings: Any) -> Gauge | None:
        """A capacity to show on the page after a run, from what `survey` brought."""
        return None

    def describe(self, settings: BaseModel) -> str:
        """The `summary` with the tenant's settings filled in."""
        return self.summary.format(**settings.model_dump())


@dataclass(frozen=True)
class Gauge:
    """How full something is: 74 of 100 options."""

    label: str
    used: int
    limit: int
