"""A fresh organisation of Australia or New Zealand: its profile, chart of accounts, tax rates and currency.

Account codes and names are those of a new Xero organisation; tax types and rates are listed at
https://developer.xero.com/documentation/api/accounting/types#taxtypes
"""

from __future__ import annotations

import random
from datetime import datetime
from decimal import Decimal
from typing import Any

from .organisation import Organisation
from .state import Now, TaxRate, new_id

ALL = frozenset({"ASSET", "EQUITY", "EXPENSE", "LIABILITY", "REVENUE"})
BUYING = ALL - {"REVENUE"}
SELLING = ALL - {"EXPENSE"}
EXPENSES = frozenset({"EXPENSE"})

# (tax type, name, per cent, account classes, report type)
TAX_RATES: dict[str, tuple[tuple[str, str, str, frozenset[str], str], ...]] = {
    "AU": (
        ("OUTPUT", "GST on Income", "10", SELLING, "OUTPUT"),
        ("INPUT", "GST on Expenses", "10", BUYING, "INPUT"),
        ("CAPEXINPUT", "GST on Capital", "10", BUYING, "CAPEXINPUT"),
        ("EXEMPTCAPITAL", "GST Free Capital", "0", BUYING, "EXEMPTCAPITAL"),
        ("EXEMPTEXPENSES", "GST Free Expenses", "0", BUYING, "EXEMPTEXPENSES"),
        ("EXEMPTOUTPUT", "GST Free Income", "0", SELLING, "EXEMPTOUTPUT"),
        ("EXEMPTEXPORT", "GST Free Exports", "0", SELLING, "EXEMPTEXPORT"),
        ("INPUTTAXED", "Input Taxed", "0", ALL, "INPUTTAXED"),
        ("GSTONIMPORTS", "GST on Imports", "0", BUYING, "GSTONIMPORTS"),
        ("BASEXCLUDED", "BAS Excluded", "0", ALL, "BASEXCLUDED"),
    ),
    "NZ": (
        ("OUTPUT2", "15% GST on Income", "15", SELLING, "OUTPUT2"),
        ("INPUT2", "15% GST on Expenses", "15", BUYING, "INPUT2"),
        ("ZERORATEDOUTPUT", "Zero Rated", "0", SELLING, "ZERORATEDOUTPUT"),
        ("NONE", "No GST", "0", ALL, "NONE"),
        ("GSTONIMPORTS", "GST on Imports", "0", BUYING, "GSTONIMPORTS"),
    ),
}

# What "sales", "purchase", "free" and "outside" mean in each country's tax types.
TAX_WORDS = {
    "AU": {"sales": "OUTPUT", "purchase": "INPUT", "free": "EXEMPTEXPENSES", "outside": "BASEXCLUDED"},
    "NZ": {"sales": "OUTPUT2", "purchase": "INPUT2", "free": "NONE", "outside": "NONE"},
}

# (code, name, type, tax word, system account)
CHART: tuple[tuple[str, str, str, str, str], ...] = (
    ("200", "Sales", "REVENUE", "sales", ""),
    ("260", "Other Revenue", "REVENUE", "sales", ""),
    ("270", "Interest Income", "REVENUE", "outside", ""),
    ("310", "Cost of Goods Sold", "DIRECTCOSTS", "purchase", ""),
    ("320", "Subcontractors", "DIRECTCOSTS", "purchase", ""),
    ("400", "Advertising", "EXPENSE", "purchase", ""),
    ("404", "Bank Fees", "EXPENSE", "free", ""),
    ("408", "Cleaning", "EXPENSE", "purchase", ""),
    ("412", "Consulting & Accounting", "EXPENSE", "purchase", ""),
    ("416", "Depreciation", "DEPRECIATN", "outside", ""),
    ("420", "Entertainment", "EXPENSE", "free", ""),
    ("425", "Freight & Courier", "EXPENSE", "purchase", ""),
    ("429", "General Expenses", "EXPENSE", "purchase", ""),
    ("433", "Insurance", "EXPENSE", "purchase", ""),
    ("437", "Interest Expense", "EXPENSE", "free", ""),
    ("441", "Legal expenses", "EXPENSE", "purchase", ""),
    ("445", "Light, Power, Heating", "EXPENSE", "purchase", ""),
    ("449", "Motor Vehicle Expenses", "EXPENSE", "purchase", ""),
    ("453", "Office Expenses", "EXPENSE", "purchase", ""),
    ("461", "Printing & Stationery", "EXPENSE", "purchase", ""),
    ("469", "Rent", "EXPENSE", "purchase", ""),
    ("473", "Repairs and Maintenance", "EXPENSE", "purchase", ""),
    ("477", "Wages and Salaries", "EXPENSE", "outside", ""),
    ("478", "Superannuation", "EXPENSE", "outside", ""),
    ("485", "Subscriptions", "EXPENSE", "purchase", ""),
    ("489", "Telephone & Internet", "EXPENSE", "purchase", ""),
    ("493", "Travel - National", "EXPENSE", "purchase", ""),
    ("494", "Travel - International", "EXPENSE", "free", ""),
    ("497", "Bank Revaluations", "EXPENSE", "outside", "BANKCURRENCYGAIN"),
    ("498", "Unrealised Currency Gains", "EXPENSE", "outside", "UNREALISEDCURRENCYGAIN"),
    ("499", "Realised Currency Gains", "EXPENSE", "outside", "REALISEDCURRENCYGAIN"),
    ("505", "Income Tax Expense", "EXPENSE", "outside", ""),
    ("610", "Accounts Receivable", "CURRENT", "outside", "DEBTORS"),
    ("620", "Prepayments", "CURRENT", "outside", ""),
    ("630", "Inventory", "INVENTORY", "outside", ""),
    ("710", "Office Equipment", "FIXED", "purchase", ""),
    ("711", "Less Accumulated Depreciation on Office Equipment", "FIXED", "outside", ""),
    ("720", "Computer Equipment", "FIXED", "purchase", ""),
    ("721", "Less Accumulated Depreciation on Computer Equipment", "FIXED", "outside", ""),
    ("800", "Accounts Payable", "CURRLIAB", "outside", "CREDITORS"),
    ("801", "Unpaid Expense Claims", "CURRLIAB", "outside", "UNPAIDEXPCLM"),
    ("804", "Wages Payable - Payroll", "CURRLIAB", "outside", "WAGEPAYABLES"),
    ("820", "GST", "CURRLIAB", "outside", "GST"),
    ("825", "PAYG Withholdings Payable", "CURRLIAB", "outside", ""),
    ("826", "Superannuation Payable", "CURRLIAB", "outside", ""),
    ("830", "Income Tax Payable", "CURRLIAB", "outside", ""),
    ("835", "Retentions Payable", "CURRLIAB", "outside", ""),
    ("840", "Historical Adjustment", "CURRLIAB", "outside", "HISTORICAL"),
    ("850", "Suspense", "CURRLIAB", "outside", ""),
    ("860", "Rounding", "CURRLIAB", "outside", "ROUNDING"),
    ("877", "Tracking Transfers", "CURRLIAB", "outside", "TRACKINGTRANSFERS"),
    ("880", "Owner A Drawings", "EQUITY", "outside", ""),
    ("881", "Owner A Funds Introduced", "EQUITY", "outside", ""),
    ("900", "Loan", "TERMLIAB", "outside", ""),
    ("960", "Retained Earnings", "EQUITY", "outside", "RETAINEDEARNINGS"),
    ("970", "Owner A Share Capital", "EQUITY", "outside", ""),
)

REPORTING = {
    "ASSET": ("ASS", "Asset"),
    "EQUITY": ("EQU", "Equity"),
    "EXPENSE": ("EXP", "Expense"),
    "LIABILITY": ("LIA", "Liability"),
    "REVENUE": ("REV", "Revenue"),
}

COUNTRIES: dict[str, dict[str, Any]] = {
    "AU": {
        "currency": ("AUD", "Australian Dollar"),
        "profile": {
            "Version": "AU",
            "FinancialYearEndDay": 30,
            "FinancialYearEndMonth": 6,
            "SalesTaxBasis": "ACCRUALS",
            "SalesTaxPeriod": "QUARTERLY1",
            "Timezone": "AUSEASTERNSTANDARDTIME",
            "TaxNumber": "12 345 678 901",
        },
    },
    "NZ": {
        "currency": ("NZD", "New Zealand Dollar"),
        "profile": {
            "Version": "NZ",
            "FinancialYearEndDay": 31,
            "FinancialYearEndMonth": 3,
            "SalesTaxBasis": "PAYMENTS",
            "SalesTaxPeriod": "TWOMONTHS",
            "Timezone": "NEWZEALANDSTANDARDTIME",
            "TaxNumber": "101-202-303",
        },
    },
}


def organisation(name: str, country: str, now: Now, *, demo: bool = False, **profile: Any) -> Organisation:
    """A new organisation with the standard books of its country, "AU" or "NZ"."""
    facts = COUNTRIES[country]
    currency, currency_name = facts["currency"]
    org = Organisation(new_id(), name, country, currency, now)
    org.profile = {
        **facts["profile"],
        "IsDemoCompany": demo,
        "Class": "DEMO" if demo else "STANDARD",
        "CreatedDateUTC": now(),
        "ShortCode": "!" + "".join(random.choices("bcdfghjkmnpqrstvwxyzBCDFGHJKMNPQRSTVWXYZ23456789", k=5)),  # noqa: S311
        **profile,
    }
    org.currencies[currency] = currency_name
    _add_tax_rates(org)
    _add_chart(org, now())
    return org


def _add_tax_rates(org: Organisation) -> None:
    for tax_type, name, rate, applies, report_type in TAX_RATES[org.country]:
        percent = Decimal(rate).quantize(Decimal("0.0000"))
        component = "GST" if percent else "No GST"
        org.tax_rates[tax_type] = TaxRate(
            tax_type, name, percent, applies, report_type, components=((component, percent),)
        )


def _add_chart(org: Organisation, now: datetime) -> None:
    bank = org.add_account("090", f"{org.name} Business Account", "BANK", TAX_WORDS[org.country]["outside"])
    bank.bank_number, bank.currency, bank.reporting = "0621010012345678", org.currency, REPORTING["ASSET"]
    for code, name, type_, word, system in CHART:
        account = org.add_account(code, name, type_, TAX_WORDS[org.country][word], system_account=system)
        account.reporting = REPORTING[account.account_class]
        account.payments = code in ("880", "881", "970")
