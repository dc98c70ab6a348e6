"""Stage 3: Procore's standard cost codes become options of a second tracking category, or follow the value map."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from hub.stage import Direction, Gauge, KeyField, Known, Mapped, Page, Problem, ReadContext, Record, Skip, Stage
from integrations.base.broken import Sink
from integrations.base.client import ApiClient
from integrations.base.errors import Rejected
from integrations.procore import endpoints as procore
from integrations.procore.client import ProcoreClient
from integrations.procore.records import StandardCostCode, StandardCostCodeList
from integrations.procore_kit import names
from integrations.procore_kit.clients import procore_client
from integrations.procore_kit.unreadables import Unreadables

from . import problems
from .clients import xero_client
from .options import OptionSurvey, OptionWriter, Wish, map_option
from .settings import CostCodeStrategy, Settings
from .twins import Keyed, KeyIndex

PAGE = 300  # records stored together
VALUE_KIND = "cost_code"


@dataclass(frozen=True)
class ListedCode:
    """A cost code with the name of its list. `header`: codes stand under it, so it takes no cost itself. `chosen`: the
    settings name its list, or none."""

    code: StandardCostCode
    list_name: str
    header: bool
    chosen: bool

    @property
    def full(self) -> str:
        return " ".join((self.code.full_code or self.code.code).split())

    @property
    def label(self) -> str:
        return " ".join(f"{self.full} {self.code.name}".split())


def chosen_lists(lists: Sequence[StandardCostCodeList], settings: Settings) -> list[StandardCostCodeList]:
    """The list that the settings name, or all. Raises Rejected when there is none of that name."""
    wanted = names.fold(settings.cost_code_list)
    found = [one for one in lists if not wanted or names.fold(one.name) == wanted]
    if wanted and not found:
        known = ", ".join(f"“{one.name}”" for one in lists) or "none at all"
        raise Rejected(
            f"Procore has no standard cost code list “{settings.cost_code_list}”; it has {known}. "
            "Correct the cost code list in the tenant's settings."
        )
    return found


def listed_codes(client: ProcoreClient, settings: Settings, broken: Sink | None = None) -> list[ListedCode]:
    """All codes of all lists. Raises the error tree."""
    lists = procore.standard_cost_code_lists(client)
    chosen = chosen_lists(lists, settings)
    return [listed for one in lists for listed in _of_list(client, one, one in chosen, broken)]


def _of_list(
    client: ProcoreClient, one: StandardCostCodeList, chosen: bool, broken: Sink | None
) -> Iterator[ListedCode]:
    codes = procore.standard_cost_codes(client, one.id, broken)
    parents = {code.parent_id for code in codes}
    return (ListedCode(code, one.name, code.id in parents, chosen) for code in codes)


class CostCodeReader:
    """Standard cost codes carry no date of change, so all of them are read each time; those of lists that are not
    sent as well, so that each ends in a visible reason."""

    ordered = False
    sweeps = True

    def __init__(self, client: ProcoreClient, context: ReadContext) -> None:
        self._client, self._linked = client, context.linked
        self._settings: Settings = context.settings
        self._broken = Unreadables()

    @cached_property
    def _all(self) -> list[Record]:
        codes = sorted(listed_codes(self._client, self._settings, self._broken.sink), key=lambda listed: listed.code.id)
        index = KeyIndex(
            Keyed(str(c.code.id), c.full, f"{c.label} ({c.list_name})", not c.header, str(c.code.id) in self._linked)
            for c in codes
            if c.chosen
        )
        return [_record(listed, index) for listed in codes]

    def changed(self, since: datetime | None, after: str) -> Iterator[Page]:
        left = [record for record in self._all if int(record.id) > int(after or 0)]
        if broken := self._broken.records():
            yield Page(broken)
        for first in range(0, max(len(left), 1), PAGE):
            some = left[first : first + PAGE]
            yield Page(some, some[-1].id if some else after, len(self._all))

    def by_ids(self, ids: Sequence[str]) -> Iterator[Page]:
        wanted = frozenset(ids)
        found = [record for record in self._all if record.id in wanted]
        yield Page([*found, *self._broken.records()])

    def by_key(self, keys: Sequence[str]) -> Sequence[Record]:
        return [record for record in self._all if names.fold(record.key) == names.fold(keys[0])]


def _record(listed: ListedCode, index: KeyIndex) -> Record:
    code_id = str(listed.code.id)
    data = {
        "code": listed.full,
        "name": listed.code.name,
        "header": listed.header,
        "list": listed.list_name,
        "chosen": listed.chosen,
        "rivals": [] if listed.header else index.rivals(code_id, listed.full),
        "longer": index.longer(listed.full) if listed.full else [],
    }
    return Record(code_id, listed.full, listed.label, data)


class CostCodes(Stage):
    slug, number, title, noun = "cost_codes", 3, "Cost codes", "cost code"
    direction = Direction.FORWARD
    all_label = "Send chart of accounts"
    keys = (KeyField("code", "Cost code"),)
    problems = problems.COST_CODES

    def reader(self, source: ApiClient, context: ReadContext) -> CostCodeReader:
        return CostCodeReader(procore_client(source), context)

    def writer(self, target: ApiClient, settings: Settings) -> OptionWriter:
        tracked = settings.cost_code_strategy is CostCodeStrategy.TRACKING
        return OptionWriter(
            xero_client(target),
            settings.cost_code_category if tracked else "",
            bulk=settings.bulk_tracking_options,
            recommended=settings.option_warning,
        )

    def map(self, record: Record, known: Known) -> Mapped:
        return (
            _not_sent(record, known)
            or _faulty(record)
            or _BY_STRATEGY[known.settings.cost_code_strategy](record, known)
        )

    def gauge(self, target: OptionSurvey, settings: Settings) -> Gauge:
        return target.gauge(settings.option_warning)

    def describe(self, settings: Settings) -> str:  # type: ignore[override]
        return _SUMMARIES[settings.cost_code_strategy].format(category=settings.cost_code_category)


def _not_sent(record: Record, known: Known) -> Skip | None:
    if not record.data["chosen"]:
        wanted = known.settings.cost_code_list
        return Skip("other_list", f"It is in the list “{record.data['list']}”; only the list “{wanted}” is sent.")
    if record.data["header"]:
        return Skip("header", "Other codes stand under it, so it takes no cost itself.")
    return None


def _faulty(record: Record) -> Problem | None:
    data = record.data
    if not data["code"]:
        return Problem("no_code", {"name": data["name"]})
    if data["rivals"]:
        shown = ", ".join(f"“{label}”" for label in data["rivals"])
        return Problem("code_twice", {"code": data["code"], "codes": shown})
    return None


def _tracked(record: Record, known: Known) -> Mapped:
    """An option of its own, unless the value map sends the code to another one."""
    value = known.value(VALUE_KIND, record.key)
    survey: OptionSurvey = known.target
    if not (value and value.get("tracking")):
        data = record.data
        wish = Wish(known.settings.cost_code_format, "code", data["code"], data["name"], data["longer"])
        return map_option(record.id, wish, known)
    active = {names.fold(option.name) for option in survey.options.values() if option.active}
    if names.fold(value["tracking"]) in active:
        return Skip("mapped", f"The value map sends it to the option “{value['tracking']}”.")
    return Problem(
        "mapped_option_missing", {"code": record.key, "option": value["tracking"], "category": survey.category}
    )


def _to_account(record: Record, known: Known) -> Mapped:
    return _mapped(record, known, "account")


def _to_item(record: Record, known: Known) -> Mapped:
    return _mapped(record, known, "item")


def _mapped(record: Record, known: Known, wanted: str) -> Mapped:
    value = known.value(VALUE_KIND, record.key)
    if not (value and value.get(wanted)):
        return Problem("unmapped_code", {"code": record.key, "wanted": wanted})
    tax = f", tax type {value['tax_type']}" if value.get("tax_type") else ""
    return Skip("mapped", f"Goes to {wanted} {value[wanted]}{tax} by the value map.")


def _described(record: Record, known: Known) -> Mapped:
    return Skip("in_description", "It stands in the description of each line, so nothing is made for it in Xero.")


_BY_STRATEGY = {
    CostCodeStrategy.TRACKING: _tracked,
    CostCodeStrategy.ACCOUNT: _to_account,
    CostCodeStrategy.ITEM: _to_item,
    CostCodeStrategy.DESCRIPTION: _described,
}
_SUMMARIES = {
    CostCodeStrategy.TRACKING: "Standard cost codes become options of the tracking category “{category}”.",
    CostCodeStrategy.ACCOUNT: "Cost codes reach Xero as accounts of the value map; a run shows which are unmapped.",
    CostCodeStrategy.ITEM: "Cost codes reach Xero as items of the value map; a run shows which are unmapped.",
    CostCodeStrategy.DESCRIPTION: "Cost codes reach Xero in the description of each line.",
}
