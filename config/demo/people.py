"""The suppliers of the fictional customers. Telephone numbers are of the ranges kept free for stories."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Supplier:
    """A Xero contact. `member` of the contact group, `archived`; `address` in Xero's own field names."""

    name: str
    phone: str = ""
    email: str = ""
    tax_number: str = ""
    member: bool = True
    archived: bool = False
    address: dict[str, str] = field(default_factory=dict)


def _at(line: str, city: str, region: str, code: str, country: str = "Australia") -> dict[str, str]:
    return {"AddressLine1": line, "City": city, "Region": region, "PostalCode": code, "Country": country}


SHARED = "Tallship Scaffolding"  # supplies both organisations of Harbour & Lane

AUSTRALIA = (
    Supplier(
        "Saltbush Plumbing & Drainage",
        "02 5550 0101",
        "jobs@saltbush.example",
        "72 999 999 991",
        address=_at("4 Cistern Lane", "Sydney", "NSW", "2000"),
    ),
    Supplier(
        "Gumleaf Electrical",
        "02 5550 0102",
        "hello@gumleaf.example",
        address=_at("9 Fuse Street", "Newcastle", "NSW", "2300"),
    ),
    Supplier(
        "Fjörd Façades “Nord”",
        "02 5550 0103",
        "büro@fjord.example",
        address=_at("1 Glass Parade", "Melbourne", "Victoria", "3000"),
    ),
    Supplier("Red Kelpie Concreting", "02 5550 0104", address=_at("77 Aggregate Road", "Brisbane", "QLD", "4000")),
    Supplier("Bluestone Formwork Pty Ltd", "02 5550 0105", "office@bluestone.example", "91 999 999 990"),
    Supplier(SHARED, "02 5550 0106", "yard@tallship.example", address=_at("2 Mast Place", "Sydney", "NSW", "2000")),
    Supplier("Wrong Way Haulage", "02 5550 0107", address=_at("8 Detour Drive", "Sydney", "Canterbury", "2000")),
    Supplier("Paperbark Stationery", "02 5550 0108", member=False),
    Supplier("Old Mill Joinery", "02 5550 0109", archived=True),
)

NEW_ZEALAND = (
    Supplier(SHARED, "09 555 0106", "yard@tallship.example"),
    Supplier(
        "Rātā Steel",
        "09 555 0111",
        "hello@rata.example",
        address=_at("3 Girder Way", "Auckland", "Auckland", "1010", "New Zealand"),
    ),
    Supplier("Tūī Roofing", "09 555 0112", "tui@roofing.example"),
    Supplier("Kōwhai Catering", "09 555 0113", member=False),
)

KAURI_RIDGE = (
    Supplier(
        "Pōhutukawa Joinery",
        "09 555 0121",
        "bench@joinery.example",
        address=_at("12 Dovetail Street", "Hamilton", "Waikato", "3204", "New Zealand"),
    ),
    Supplier("Southerly Insulation", "09 555 0122", "warm@southerly.example"),
    Supplier("Black Sand Earthworks", "09 555 0123"),
    Supplier("Ridge Line Surveyors", "09 555 0124", "pegs@ridgeline.example"),
    Supplier("Harbourside Printing", "09 555 0125", member=False),
    Supplier("Former Framing Ltd", "09 555 0126", archived=True),
)
