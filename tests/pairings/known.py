"""What `map` may look at, held in plain dictionaries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hub.stage import LinkView
from integrations.procore_xero.options import OptionSurvey
from integrations.procore_xero.settings import Settings
from integrations.xero.records import TrackingOption


@dataclass
class PlainKnown:
    settings: Settings = field(default_factory=Settings)
    target: Any = None
    links: dict[str, LinkView] = field(default_factory=dict)
    shared: set[str] = field(default_factory=set)
    values: dict[tuple[str, str], Mapping[str, str]] = field(default_factory=dict)
    elsewhere: dict[tuple[str, str], LinkView] = field(default_factory=dict)  # by stage and source id

    def tie(self, source_id: str, key: str, target_id: str, **sent: Any) -> None:
        self.links[source_id] = LinkView(source_id, key, target_id, sent)

    def link(self, source_id: str) -> LinkView | None:
        return self.links.get(source_id)

    def owner(self, target_id: str) -> LinkView | None:
        return next((link for link in self.links.values() if link.target_id == target_id), None)

    def linked_key(self, key: str) -> LinkView | None:
        return next((link for link in self.links.values() if link.source_key == key), None)

    def link_in(self, stage: str, source_id: str) -> LinkView | None:
        return self.elsewhere.get((stage, source_id))

    def owner_in(self, stage: str, target_id: str) -> LinkView | None:
        found = (link for (of, _), link in self.elsewhere.items() if of == stage and link.target_id == target_id)
        return next(found, None)

    def shared_owner(self, target_id: str) -> bool:
        return target_id in self.shared

    def value(self, kind: str, key: str, project: str = "") -> Mapping[str, str] | None:
        return self.values.get((kind, key))


def option_survey(*names: str, archived: tuple[str, ...] = (), category: str = "Project") -> OptionSurvey:
    """Options whose ids are their names."""
    survey = OptionSurvey("category-id", category)
    for name, status in [*((n, "ACTIVE") for n in names), *((n, "ARCHIVED") for n in archived)]:
        survey.note(TrackingOption(tracking_option_id=name, name=name, status=status))
    return survey
