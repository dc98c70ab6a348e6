"""Tracking options in Xero: what projects and cost codes become. Finding the one that is there, and writing.

https://developer.xero.com/documentation/api/accounting/trackingcategories
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from hub.abilities import carried_out, in_doubt
from hub.stage import Action, Change, Fate, Gauge, Known, LinkView, Mapped, Outcome, Payload, Problem
from integrations.base.client import Reply, Request
from integrations.base.errors import BadReply, Rejected
from integrations.procore_kit import names
from integrations.xero import answers
from integrations.xero.client import XeroClient
from integrations.xero.endpoints import post_option, put_option, put_options, tracking_categories
from integrations.xero.records import TrackingCategory, TrackingOption

from . import option_names

BULK = 50  # options in one call, where several are allowed at all
MOST_ACTIVE, MOST = 2, 4  # categories an organisation may have: active, and in all
SETTINGS_URL = "https://go.xero.com/Setup/Tracking.aspx"
ACTIVE, ARCHIVED = "ACTIVE", "ARCHIVED"


def category_named(categories: Iterable[TrackingCategory], name: str) -> TrackingCategory | None:
    """The category of this name, an active one before an archived one."""
    found = [category for category in categories if names.fold(category.name) == names.fold(name)]
    return next(iter(sorted(found, key=lambda category: not category.active)), None)


def need_category(categories: Sequence[TrackingCategory], name: str) -> TrackingCategory:
    """Raises Rejected, with what can be done about it, when there is no active category of this name."""
    found = category_named(categories, name)
    if found is not None and found.active:
        return found
    if found is not None:
        raise Rejected(
            f"Xero's tracking category “{found.name}” is archived. Restore it in Xero under Settings › Tracking "
            "categories, or name another one in the tenant's settings."
        )
    active = sum(category.active for category in categories)
    room = (
        "“Check set-up” can create it."
        if slot_free(categories)
        else f"Xero allows {MOST_ACTIVE} active categories and {MOST} in all; here are {active} and {len(categories)}, "
        "so one has to be archived or deleted first."
    )
    raise Rejected(f"Xero has no tracking category “{name}”. {room} Or name another one in the tenant's settings.")


def slot_free(categories: Sequence[TrackingCategory]) -> bool:
    return sum(category.active for category in categories) < MOST_ACTIVE and len(categories) < MOST


@dataclass
class OptionSurvey:
    """The options of the category in use, by id; `elsewhere` holds those of other categories with their category."""

    category_id: str
    category: str
    options: dict[str, TrackingOption] = field(default_factory=dict)
    elsewhere: dict[str, tuple[TrackingOption, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, categories: Sequence[TrackingCategory], name: str) -> OptionSurvey:
        """Raises Rejected when the category is missing."""
        mine = need_category(categories, name)
        survey = cls(mine.tracking_category_id, mine.name)
        for category in categories:
            for option in category.options:
                if category is mine:
                    survey.note(option)
                else:
                    survey.elsewhere[option.tracking_option_id] = (option, category.name)
        return survey

    def note(self, option: TrackingOption) -> None:
        self.options[option.tracking_option_id] = option

    @property
    def active(self) -> int:
        return sum(option.active for option in self.options.values())

    def gauge(self, limit: int) -> Gauge:
        return Gauge(f"“{self.category}” options", self.active, limit)


@dataclass(frozen=True)
class Wish:
    """What a project or cost code wants: an option named by `template` from `key` and `name`.

    `longer` are other keys that begin with this one: an option of theirs is not ours.
    """

    template: str
    key_field: str
    key: str
    name: str
    longer: Sequence[str] = ()
    status: str = ACTIVE

    def option_name(self) -> str:
        """Raises NameFault."""
        return option_names.option_name(self.template, self.key_field, names.clean(self.key), names.clean(self.name))

    def fit(self, option: TrackingOption) -> int:
        found = option_names.fit(option.name, self.key)
        theirs = found < 3 and any(option_names.fit(option.name, key) > 1 for key in self.longer)
        return 0 if theirs else found


def map_option(source_id: str, wish: Wish, known: Known) -> Mapped:
    """The option a record should have: linked, found, or new."""
    try:
        name = wish.option_name()
    except names.NameFault as fault:
        return Problem(fault.code, {"reason": fault.reason})
    link = known.link(source_id)
    body = {"name": name, "status": wish.status}
    if link is not None:
        return _linked(link, body, known.target)
    return _unlinked(wish, body, known)


def _linked(link: LinkView, body: dict[str, str], survey: OptionSurvey) -> Mapped:
    option = survey.options.get(link.target_id)
    if option is None and link.target_id in survey.elsewhere:
        moved, other = survey.elsewhere[link.target_id]
        return Problem("category_changed", {"option": moved.name, "other": other, "category": survey.category})
    if option is None:
        return Problem("twin_deleted")
    current = {"name": option.name, "status": option.status}
    sent = carried_out(link, lambda one: one == current)
    if not option.active and sent.get("status", ACTIVE) == ACTIVE:
        return Problem("twin_deleted")
    drifted = option.name != sent.get("name", option.name) and body["name"] == sent.get("name")
    said = f"It was renamed in Xero to “{option.name}”, which is left as it is until the name changes in Procore."
    return Payload(body, body["name"], current=current, warnings=(said,) if drifted else ())


def _unlinked(wish: Wish, body: dict[str, str], known: Known) -> Mapped:
    survey: OptionSurvey = known.target
    same = [option for option in survey.options.values() if names.fold(option.name) == names.fold(body["name"])]
    if exact := next((option for option in same if option.active), None):
        return _matched(exact, body, "Same name.")
    if same:
        return Problem("option_archived", {"option": same[0].name, "category": survey.category})
    return _by_key(wish, body, known) or _taken(wish, body, known) or Payload(body, body["name"])


def _free(options: Iterable[TrackingOption], known: Known) -> list[TrackingOption]:
    return [option for option in options if option.active and known.owner(option.tracking_option_id) is None]


def _by_key(wish: Wish, body: dict[str, str], known: Known) -> Payload | Problem | None:
    """An option that is, or begins with, the number. The best fit counts; several that fit alike need a person."""
    survey: OptionSurvey = known.target
    fitting = _free((option for option in survey.options.values() if wish.fit(option)), known)
    best = max(map(wish.fit, fitting), default=0)
    found = [option for option in fitting if wish.fit(option) == best]
    if len(found) > 1:
        shown = ", ".join(f"“{option.name}”" for option in found)
        return Problem("several_options", {"category": survey.category, "name": body["name"], "options": shown})
    return _matched(found[0], body, f"“{found[0].name}” carries the number {wish.key}.") if found else None


def _matched(option: TrackingOption, body: dict[str, str], evidence: str) -> Payload:
    current = {"name": option.name, "status": option.status}
    return Payload(body, body["name"], target_id=option.tracking_option_id, evidence=evidence, current=current)


def _taken(wish: Wish, body: dict[str, str], known: Known) -> Problem | None:
    """An option of the same name under another number."""
    survey: OptionSurvey = known.target
    named = (
        o for o in survey.options.values() if option_names.key_in(o.name, wish.template, wish.key_field, wish.name)
    )
    for option in _free(named, known):
        values = {"category": survey.category, "option": option.name, "name": body["name"]}
        return Problem("name_taken", values)
    return None


class OptionWriter:
    """Writes the options of one category. Without a category nothing is read or written."""

    keyed = True
    key_minutes = 5.0  # of Xero's six: https://developer.xero.com/documentation/guides/idempotent-requests/idempotency

    def __init__(self, client: XeroClient, category: str, *, bulk: bool = False, recommended: int = 100) -> None:
        self._client, self._category, self._recommended = client, category, recommended
        self._size = BULK if bulk else 1
        self._survey: OptionSurvey | None = None

    def survey(self, unlinked: bool) -> OptionSurvey | None:
        """All options, archived ones too: one call. Linked ones are looked at as well, for twins that are gone."""
        if self._survey is None and self._category:
            self._survey = self._read()
        return self._survey

    def _read(self) -> OptionSurvey:
        return OptionSurvey.of(tracking_categories(self._client), self._category)

    @property
    def _known(self) -> OptionSurvey:
        if self._survey is None:
            self._survey = self._read()
        return self._survey

    def batches(self, changes: Sequence[Change]) -> Iterable[Sequence[Change]]:
        creates = [change for change in changes if change.action == Action.CREATE]
        yield from (creates[first : first + self._size] for first in range(0, len(creates), self._size))
        yield from ([change] for change in changes if change.action == Action.UPDATE)

    def request(self, batch: Sequence[Change]) -> Request:
        category_id = self._known.category_id
        first = batch[0]
        if first.action == Action.UPDATE:
            sent = first.sent
            changed = {k: str(value) for k, value in first.body.items() if sent.get(k) != value or in_doubt(sent, k)}
            return post_option(category_id, first.target_id, **(changed or {"name": str(first.body["name"])}))
        wanted = [str(change.body["name"]) for change in batch]
        return put_option(category_id, wanted[0]) if len(wanted) == 1 else put_options(category_id, wanted)

    def outcomes(self, batch: Sequence[Change], reply: Reply) -> Sequence[Outcome]:
        """An option without an id was not made, whatever the status says: it is looked up, and sent by itself then.
        https://github.com/XeroAPI/xero-php-oauth2/issues/290"""
        told = _told(batch, _readable_options(reply))
        if len(told) < len(batch):
            self._size = 1
        return [self._done(change, told[change.source_id]) for change in batch if change.source_id in told]

    def _done(self, change: Change, option: TrackingOption) -> Outcome:
        if self._survey is not None:
            self._survey.note(option)
        return Outcome(
            change.source_id, Fate.DONE, option.tracking_option_id, warnings=tuple(self._warnings(change, option))
        )

    def _warnings(self, change: Change, option: TrackingOption) -> Iterable[str]:
        for what, wanted, got in (
            ("name", change.body["name"], option.name),
            ("status", change.body["status"], option.status),
        ):
            if wanted != got:
                yield f"Xero stored the {what} “{got}” instead of “{wanted}”."
        if change.action == Action.CREATE and self._survey and self._survey.active > self._recommended:
            now = f"“{self._survey.category}” now has {self._survey.active} active options"
            yield f"{now}; Xero recommends at most {self._recommended}."

    def find(self, changes: Sequence[Change]) -> Mapping[str, Sequence[str]]:
        fresh = self._read()
        self._known.options = fresh.options
        ids: dict[str, list[str]] = {}
        for option in fresh.options.values():
            ids.setdefault(names.fold(option.name), []).append(option.tracking_option_id)
        return {change.source_id: ids.get(names.fold(change.reference), []) for change in changes}

    def url(self, target_id: str) -> str:
        """Options have no page of their own."""
        return SETTINGS_URL


def _told(batch: Sequence[Change], options: Sequence[TrackingOption]) -> dict[str, TrackingOption]:
    """Which option is the answer to which change. Of several, the name tells, and each counts once."""
    if len(batch) == 1:
        return {batch[0].source_id: options[0]} if len(options) == 1 else {}
    left = {names.fold(option.name): option for option in options}
    found = ((change.source_id, left.pop(names.fold(str(change.body["name"])), None)) for change in batch)
    return {source_id: option for source_id, option in found if option is not None}


def _readable_options(reply: Reply) -> list[TrackingOption]:
    try:
        rows = answers.elements(reply.data, "Options")
        made = [row for row in rows if row.get("TrackingOptionID") not in (None, "", answers.NO_ID)]
        return [TrackingOption.read(row) for row in made]
    except BadReply:
        return []
