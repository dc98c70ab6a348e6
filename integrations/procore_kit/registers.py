"""Tax numbers: which of them fit Procore's business register, which knows Australia's ABN and America's EIN only.

https://developers.procore.com/reference/rest/v1/company-vendors
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_ABN_WEIGHTS = (10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19)


@dataclass(frozen=True)
class Register:
    """`kind` is "abn" or "ein", `number` its digits; both "" when there is nothing to send, and `warning` says why."""

    kind: str = ""
    number: str = ""
    warning: str = ""


def digits(text: str) -> str:
    return "".join(c for c in text if c.isascii() and c.isdigit())


def is_abn(number: str) -> bool:
    """The check of the Australian Business Register: https://abr.business.gov.au/Help/AbnFormat"""
    if len(number) != len(_ABN_WEIGHTS) or not (number.isascii() and number.isdigit()):
        return False
    values = [int(number[0]) - 1, *map(int, number[1:])]
    return sum(weight * value for weight, value in zip(_ABN_WEIGHTS, values, strict=True)) % 89 == 0


def register(tax_number: str, country: str) -> Register:
    """The register entry for a contact's tax number; `country` is a two-letter code."""
    text = tax_number.strip()
    number, plain = digits(text), re.fullmatch(r"(?i)\s*(?:abn|ein)?[\s:.]*[\d\s.-]+", text) is not None
    if not text:
        return Register()
    if country == "AU":
        if plain and is_abn(number):
            return Register("abn", number)
        return Register(warning=f"The tax number “{text}” is not a valid ABN, so it was not sent.")
    if country == "US":
        if plain and len(number) == 9:
            return Register("ein", number)
        return Register(warning=f"The tax number “{text}” is not a valid EIN, so it was not sent.")
    return Register(warning=f"Procore has no field for the tax number “{text}” of this country, so it was not sent.")
