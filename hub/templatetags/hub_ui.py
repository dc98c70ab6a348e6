"""How the hub's pages print things."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from hub import words
from hub.models import RecordOutcome

register = template.Library()
register.filter("beneath", words.beneath)
register.filter("counts", words.counts)
register.filter("moment", words.moment)
register.filter("lasting", words.length)
register.filter("tone", words.tone)
register.simple_tag(words.time_tag, name="time_tag")

AMOUNT = re.compile(r"-?\d[\d,]*(\.\d+)?")


@register.filter
def chips(by_outcome: Mapping[str, int]) -> list[tuple[str, str, int]]:
    """(outcome, word, how many) in the order of the outcomes, without zeros."""
    return [(o.value, str(o.label), by_outcome[o.value]) for o in RecordOutcome if by_outcome.get(o.value)]


@register.filter(is_safe=True)
def main_part(frame: str, name: str) -> str:
    """The theme's frame of a page, with the element of this id as its main part."""
    return frame.replace(f'<div id="{name}"', f'<div id="{name}" role="main"', 1)


@register.filter
def shown(value: Any) -> str:
    """One side of a difference: text as it is, anything else as JSON, nothing as a dash."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@register.filter
def money(value: Decimal) -> str:
    """An amount with its thousands set apart and two places at least: 10,450.00."""
    places = max(2, -int(value.normalize().as_tuple().exponent))
    return f"{value:,.{places}f}"


@register.filter
def figure(value: int | None) -> str:
    """A count with its thousands set apart."""
    return "" if value is None else f"{value:,}"


@register.filter
def is_amount(value: Any) -> bool:
    """Whether a value is a figure, which is set to the right."""
    return not isinstance(value, bool) and AMOUNT.fullmatch(str(value)) is not None


@register.filter
def pretty(value: Any) -> str:
    """JSON laid out for reading; text that is no JSON stays as it is."""
    try:
        data = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return str(value)
    return json.dumps(data, ensure_ascii=False, indent=2)


@register.filter
def item(values: Mapping[str, Any], key: str) -> Any:
    return values.get(key, "")


@register.filter
def spaced(text: str) -> SafeString:
    """Lets long ids break after punctuation, so that a phone need not scroll sideways."""
    return mark_safe(re.sub(r"([/._:-])", r"\1<wbr>", escape(text)))  # noqa: S308  escaped above
