"""Organisation, Accounts, TaxRates and Currencies.

https://developer.xero.com/documentation/api/accounting/organisation
https://developer.xero.com/documentation/api/accounting/accounts
https://developer.xero.com/documentation/api/accounting/taxrates
https://developer.xero.com/documentation/api/accounting/currencies
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from werkzeug.wrappers import Request, Response

from ...base.sandbox.kernel import route
from . import wire
from .bodies import elements, modified_since
from .listing import Listing
from .organisation import Organisation
from .query import fold
from .resource import Fate, XeroResource
from .seed import ALL
from .state import ACCOUNT_CLASSES, Account, TaxRate

ACTIONS = (
    "CreateApprovedInvoice",
    "CreateDraftPurchaseOrder",
    "CreateApprovedBill",
    "AttachFilesIntoInvoice",
    "UseMulticurrency",
    "CreateDraftInvoice",
    "CreateRepeatingInvoice",
    "CreateRepeatingBill",
    "CreateSentQuote",
    "CreateInvoicePayment",
    "CreateApprovedPurchaseOrder",
    "CreateDraftQuote",
    "CreateDraftBill",
)
ACCOUNT_FACTS = ("AccountID", "Code", "Name", "Status", "Type", "Class", "TaxType", "SystemAccount", "UpdatedDateUTC")
ACCOUNTS: Listing[Account] = Listing(
    lambda a: {
        "AccountID": a.id,
        "Code": a.code,
        "Name": a.name,
        "Status": a.status,
        "Type": a.type,
        "Class": a.account_class,
        "TaxType": a.tax_type,
        "SystemAccount": a.system_account,
        "UpdatedDateUTC": a.updated_at,
    },
    ACCOUNT_FACTS,
    "Code ASC",
)
TAX_RATES: Listing[TaxRate] = Listing(
    lambda rate: {"Name": rate.name, "TaxType": rate.tax_type, "Status": rate.status}, ("Name", "TaxType", "Status")
)
CURRENCIES: Listing[tuple[str, str]] = Listing(
    lambda row: {"Code": row[0], "Description": row[1]}, ("Code", "Description")
)


# In the order of answers; what an organisation does not have is left out.
ORGANISATION_FIELDS = [
    "Name",
    "LegalName",
    "PaysTax",
    "Version",
    "OrganisationType",
    "BaseCurrency",
    "CountryCode",
    "IsDemoCompany",
    "OrganisationStatus",
    "RegistrationNumber",
    "TaxNumber",
    "FinancialYearEndDay",
    "FinancialYearEndMonth",
    "SalesTaxBasis",
    "SalesTaxPeriod",
    "DefaultSalesTax",
    "DefaultPurchasesTax",
    "PeriodLockDate",
    "EndOfYearLockDate",
    "CreatedDateUTC",
    "OrganisationEntityType",
    "Timezone",
    "ShortCode",
    "OrganisationID",
    "Edition",
    "Class",
    "Addresses",
    "Phones",
    "ExternalLinks",
    "PaymentTerms",
    "TaxNumberName",
]


def show_organisation(org: Organisation) -> dict[str, Any]:
    """Lock dates carry an offset, the time of creation does not."""
    held: dict[str, Any] = {
        "Name": org.name,
        "LegalName": org.name,
        "PaysTax": True,
        "OrganisationType": "COMPANY",
        "BaseCurrency": org.currency,
        "CountryCode": org.country,
        "OrganisationStatus": "ACTIVE",
        "DefaultSalesTax": "Tax Exclusive",
        "DefaultPurchasesTax": "Tax Exclusive",
        "OrganisationEntityType": "COMPANY",
        "OrganisationID": org.id,
        "Edition": "BUSINESS",
        "Addresses": [],
        "Phones": [],
        "ExternalLinks": [],
        "PaymentTerms": {},
        **org.profile,
    }
    return {field: _dated(field, held[field]) for field in ORGANISATION_FIELDS if field in held}


def _dated(field: str, value: Any) -> Any:
    if not isinstance(value, datetime):
        return value
    return wire.stamp(value) if field.endswith("UTC") else wire.date_utc(value)


def show_account(account: Account, *, alone: bool = False) -> dict[str, Any]:
    """Bank accounts have no description and no system account, but a number, a kind and a currency."""
    bank = account.type == "BANK"
    shown: dict[str, Any] = {
        "AccountID": account.id,
        "Code": account.code,
        "Name": account.name,
        "Status": account.status,
        "Type": account.type,
        "TaxType": account.tax_type,
    }
    if not bank:
        shown["Description"] = account.description
    shown["Class"] = account.account_class
    if not bank:
        shown["SystemAccount"] = account.system_account
    shown |= {"EnablePaymentsToAccount": account.payments, "ShowInExpenseClaims": account.expense_claims}
    if bank:
        shown["BankAccountNumber"] = account.bank_number
    shown["BankAccountType"] = "BANK" if bank else ""
    if bank:
        shown["CurrencyCode"] = account.currency
    shown |= {"ReportingCode": account.reporting[0], "ReportingCodeName": account.reporting[1]}
    shown["HasAttachments"] = False
    if alone:
        shown["Attachments"] = []
    return {**shown, "UpdatedDateUTC": wire.date_utc(account.updated_at), "AddToWatchlist": False}


def show_tax_rate(rate: TaxRate) -> dict[str, Any]:
    shown: dict[str, Any] = {"Name": rate.name, "TaxType": rate.tax_type}
    if rate.report_type:
        shown["ReportTaxType"] = rate.report_type
    for word in ("Assets", "Equity", "Expenses", "Liabilities", "Revenue"):
        shown[f"CanApplyTo{word}"] = _CLASS_OF[word] in rate.applies
    shown |= {"DisplayTaxRate": rate.rate, "EffectiveRate": rate.rate, "Status": rate.status}
    shown["TaxComponents"] = [
        {"Name": name, "Rate": part, "IsCompound": False, "IsNonRecoverable": False} for name, part in rate.components
    ]
    return shown


_CLASS_OF = {
    "Assets": "ASSET",
    "Equity": "EQUITY",
    "Expenses": "EXPENSE",
    "Liabilities": "LIABILITY",
    "Revenue": "REVENUE",
}


class SettingsRoutes(XeroResource):
    @route("GET", "/api.xro/2.0/Organisation")
    def get_organisation(self, request: Request) -> Response:
        return self.answer(request, "Organisations", [show_organisation(self.org(request))])

    @route("GET", "/api.xro/2.0/Organisation/Actions")
    def get_actions(self, request: Request) -> Response:
        refused = self.org(request).refused_actions
        rows = [{"Name": name, "Status": "NOT-ALLOWED" if name in refused else "ALLOWED"} for name in ACTIONS]
        return self.answer(request, "Actions", rows)

    @route("GET", "/api.xro/2.0/Accounts")
    def get_accounts(self, request: Request) -> Response:
        since = modified_since(request)
        rows = [a for a in self.org(request).accounts.values() if since is None or a.updated_at >= since]
        return self.whole(request, "Accounts", ACCOUNTS, rows, show_account)

    @route("GET", "/api.xro/2.0/Accounts/<account_id>")
    def get_account(self, request: Request, account_id: str) -> Response:
        account = self.org(request).accounts.get(account_id.lower())
        if account is None:
            return wire.not_found()
        return self.answer(request, "Accounts", [show_account(account, alone=True)])

    @route("PUT", "/api.xro/2.0/Accounts")
    def put_account(self, request: Request) -> Response:
        org, body = self.org(request), elements(request, "Accounts")[0]
        if why := list(_account_errors(org, body, None)):
            refused = {"AccountID": wire.NO_ID, **body, "ValidationErrors": wire.errors(why)}
            return self.invalid(request, [refused])
        account = org.add_account(body["Code"], body["Name"], body["Type"], body.get("TaxType", "NONE"))
        _change_account(account, body, self.clock.now())
        return self.answer(request, "Accounts", [show_account(account)])

    @route("POST", "/api.xro/2.0/Accounts/<account_id>")
    def post_account(self, request: Request, account_id: str) -> Response:
        org, body = self.org(request), elements(request, "Accounts")[0]
        account = org.accounts.get(account_id.lower())
        if account is None:
            return wire.not_found()
        if why := list(_account_errors(org, body, account)):
            return self.invalid(request, [{"AccountID": account.id, **body, "ValidationErrors": wire.errors(why)}])
        _change_account(account, body, self.clock.now())
        return self.answer(request, "Accounts", [show_account(account)])

    @route("GET", "/api.xro/2.0/TaxRates")
    def get_tax_rates(self, request: Request) -> Response:
        rows = list(self.org(request).tax_rates.values())
        return self.whole(request, "TaxRates", TAX_RATES, rows, show_tax_rate)

    @route("PUT", "/api.xro/2.0/TaxRates")
    def put_tax_rates(self, request: Request) -> Response:
        """One or many."""
        org, bodies = self.org(request), elements(request, "TaxRates")
        return self.batch(request, "TaxRates", bodies, lambda body: _new_tax_rate(org, body))

    @route("GET", "/api.xro/2.0/Currencies")
    def get_currencies(self, request: Request) -> Response:
        rows = list(self.org(request).currencies.items())
        return self.whole(request, "Currencies", CURRENCIES, rows, lambda row: {"Code": row[0], "Description": row[1]})

    @route("PUT", "/api.xro/2.0/Currencies")
    def put_currency(self, request: Request) -> Response:
        """A currency once added stays."""
        org, body = self.org(request), elements(request, "Currencies")[0]
        code = str(body.get("Code", ""))
        org.currencies.setdefault(code, str(body.get("Description", code)))
        return self.answer(request, "Currencies", [{"Code": code, "Description": org.currencies[code]}])


def _new_tax_rate(org: Organisation, body: Mapping[str, Any]) -> Fate:
    """New rates are called TAX001, TAX002 and so on."""
    try:
        parts = tuple((str(c["Name"]), Decimal(str(c["Rate"]))) for c in body["TaxComponents"])
    except (KeyError, TypeError, InvalidOperation):
        return Fate(refused={**body, "ValidationErrors": wire.errors(["At least one tax component is required."])})
    tax_type = f"TAX{sum(t.startswith('TAX') for t in org.tax_rates) + 1:03}"
    total = sum((part for _, part in parts), Decimal("0.0000"))
    rate = TaxRate(tax_type, str(body.get("Name", "")), total, ALL, components=parts)

    def save() -> dict[str, Any]:
        org.tax_rates[tax_type] = rate
        return show_tax_rate(rate)

    def undo() -> None:
        del org.tax_rates[tax_type]

    return Fate(save=save, undo=undo)


LONGEST = {"Code": 10, "Name": 150}


def _account_errors(org: Organisation, body: Mapping[str, Any], known: Account | None) -> Iterator[str]:
    others = [account for account in org.accounts.values() if account is not known]
    name, code = body.get("Name"), body.get("Code")
    if known is None and not (name and code and body.get("Type") in ACCOUNT_CLASSES):
        yield "Code, Name and a valid Type are required."
    for field, longest in LONGEST.items():
        if len(str(body.get(field) or "")) > longest:
            yield f"The {field} of an account has at most {longest} characters."
    if name and any(fold(other.name) == fold(name) for other in others):
        yield "Please enter a unique Name."
    if code and any(fold(other.code) == fold(code) for other in others):
        yield "Please enter a unique Code."
    if body.get("Status") == "ARCHIVED" and known is not None and known.system_account:
        yield "A system account cannot be archived."


def _change_account(account: Account, body: Mapping[str, Any], now: datetime) -> None:
    account.name, account.code = body.get("Name", account.name), body.get("Code", account.code)
    account.description = body.get("Description", account.description)
    account.tax_type = body.get("TaxType", account.tax_type)
    account.status = body.get("Status", account.status)
    account.payments = body.get("EnablePaymentsToAccount", account.payments)
    account.updated_at = now
