"""Cached lists of a ledger, small enough to look over."""

from __future__ import annotations

from hub.pairing import Lists, ReferenceRow

ALL = ("ASSET", "EQUITY", "EXPENSE", "LIABILITY", "REVENUE")


def account(
    code: str, name: str, kind: str = "EXPENSE", of: str = "EXPENSE", *, system: str = "", active: bool = True
) -> ReferenceRow:
    tax = "INPUT" if of in ("EXPENSE", "ASSET") and not system else "BASEXCLUDED"
    extra: dict[str, object] = {"type": kind, "class": of, "system": system, "tax_type": tax}
    return ReferenceRow(f"account {code}", code, name, active, extra)


def rate(code: str, name: str = "", *classes: str, active: bool = True) -> ReferenceRow:
    return ReferenceRow(code, code, name or code, active, {"percent": "10", "classes": list(classes)})


def option(name: str, category: str, *, active: bool = True) -> ReferenceRow:
    return ReferenceRow(f"{category}/{name}", name, name, active, {"category": category})


def item(code: str, name: str = "", **extra: object) -> ReferenceRow:
    told: dict[str, object] = {"purchased": True, "tracked": False, "account": "", "tax_type": "", **extra}
    return ReferenceRow(f"item {code}", code, name or code, True, told)


def lists() -> Lists:
    return Lists(
        {
            "account": [
                account("310", "Costs", "DIRECTCOSTS"),
                account("401", "Old costs", active=False),
                account("835", "Retentions Payable", "CURRLIAB", "LIABILITY"),
                account("710", "Equipment", "FIXED", "ASSET"),
                account("090", "Bank", "BANK", "ASSET"),
                account("800", "Accounts Payable", "CURRLIAB", "LIABILITY", system="CREDITORS"),
                account("497", "Bank Revaluations", system="BANKCURRENCYGAIN"),
                account("200", "Sales", "REVENUE", "REVENUE"),
            ],
            "tax_rate": [
                rate("INPUT", "GST on Expenses", "ASSET", "EQUITY", "EXPENSE"),
                rate("OUTPUT", "GST on Income", "REVENUE"),
                rate("BASEXCLUDED", "BAS Excluded", *ALL),
                rate("TAX001", "Old GST", *ALL, active=False),
            ],
            "tracking_option": [
                option("03 Concrete", "Cost Codes"),
                option("Gone", "Cost Codes", active=False),
                option("24-001 Wharf", "Project"),
                option("Shared", "Project"),
                option("Shared", "Cost Codes"),
            ],
            "item": [
                item("CONC", "Concrete", account="310", tax_type="INPUT"),
                item("BARE", "Without account"),
                item("STOCK", "Bricks", tracked=True),
                item("SOLD", "Consulting", purchased=False),
                item("OLDACC", "Old account", account="401"),
                item("BADTAX", "Odd tax", account="310", tax_type="OUTPUT"),
            ],
        }
    )
