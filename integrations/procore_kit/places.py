"""Countries and states: what accountants type, as the ISO 3166 codes that Procore asks for.

https://developers.procore.com/documentation/country-codes
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Any

import pycountry

# Names in use that ISO 3166 does not list.
_ALSO = {
    "uk": "GB",
    "great britain": "GB",
    "britain": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "northern ireland": "GB",
    "usa": "US",
    "us of a": "US",
    "america": "US",
    "aotearoa": "NZ",
    "aotearoa new zealand": "NZ",
    "holland": "NL",
}


# Regions by the name that people write on an envelope.
_ALSO_STATES = {"NZ": {"wellington": "WGN", "manawatu": "MWT", "wanganui": "MWT", "whanganui": "MWT"}}


def _key(text: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    kept = "".join(c if c.isalnum() or c.isspace() else "" if c in ".'’" else " " for c in plain.casefold())
    return " ".join(kept.split())


@cache
def _countries() -> Mapping[str, str]:
    found = dict(_ALSO)
    for country in pycountry.countries:
        for field in ("alpha_2", "alpha_3", "name", "official_name", "common_name"):
            if text := getattr(country, field, ""):
                found[_key(text)] = country.alpha_2
    return found


def _of(country: str) -> list[Any]:
    return [state for state in pycountry.subdivisions if state.country_code == country]


@cache
def _states(country: str) -> Mapping[str, str]:
    """Code without its country, by code and by name."""
    found: dict[str, str] = dict(_ALSO_STATES.get(country, {}))
    for state in _of(country):
        code = state.code.partition("-")[2]
        for text in (state.name, state.code, code):
            found[_key(text)] = code
    return found


def country_code(text: str) -> str:
    """The two-letter code of a country's name or code, or "" when there is no such country."""
    return _countries().get(_key(text), "")


def state_code(country: str, text: str) -> str:
    """The code of a state of `country` (a two-letter code) by its name or code, or "" when it has no such state."""
    wanted = _key(text)
    states = _states(country)
    return states.get(wanted) or states.get(wanted.removesuffix(" region"), "")


def country_name(code: str) -> str:
    country = pycountry.countries.get(alpha_2=code)
    return str(country.name) if country else code


def state_examples(country: str, count: int = 3) -> str:
    """Some states of a country, for a sentence: “New South Wales (NSW)”."""
    states = sorted(_of(country), key=lambda state: str(state.name))
    return ", ".join(f"“{state.name}” ({state.code.partition('-')[2]})" for state in states[:count])
