"""How the pretend installation's APIs look: names, verbs, fields, filters. All of it can be changed at run time.

The names are made up: MRI publishes none for job cost. `sandbox.api("MRI_S-PMJC_Jobs").name = "…"` renames an API, and
`rename_field`, `rename_parameter` do so for its parts, as another installation would have them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass
class Field:
    """One field as the API shows it. `kind`: t text, a amount, d date, f flag. `length` is hard."""

    name: str
    kind: str = "t"
    length: int = 0
    required: bool = False


@dataclass
class Filter:
    """One parameter: `column` of the books, and how it compares: is, since, until. Dates have each their own form."""

    name: str
    column: str
    compares: str = "is"
    date_format: str = "%Y-%m-%d"


@dataclass
class Api:
    """`table` of the books behind it. `needs`: a read must give all parameters of one of these groups."""

    name: str
    table: str
    verbs: tuple[str, ...]
    fields: dict[str, Field]
    lines: dict[str, Field] = field(default_factory=dict)
    filters: list[Filter] = field(default_factory=list)
    needs: tuple[tuple[str, ...], ...] = ()

    def rename_field(self, old: str, new: str) -> None:
        for one in (*self.fields.values(), *self.lines.values()):
            if one.name == old:
                one.name = new

    def rename_parameter(self, old: str, new: str) -> None:
        """Its groups of needed parameters follow."""
        for one in self.filters:
            if one.name == old:
                one.name = new
        self.needs = tuple(tuple(new if name == old else name for name in group) for group in self.needs)


ADDRESS = "address1:Address1:t:40 address2:Address2:t:40 city:City:t:30 state:State:t:3 postcode:Zip:t:10"
CODE = (
    "line_number:LineNumber:t:5 phase:PhaseCode:t:10 cost_code:CostCode*:t:15 cost_type:Category:t:10"
    " description:Description:t:60 amount:Amount*:a"
)
CONTRACT = (
    "job_id:JobCode*:t:15 vendor_id:VendorID*:t:20 entity_id:EntityID:t:10 title:Description:t:60 status:Status:t:10"
    " date:ContractDate:d start_date:StartDate:d completion_date:CompletionDate:d retainage_percent:RetainagePercent:a"
)
SINCE_US = "changed>LastUpdate=%m-%d-%Y"  # both ways of writing a day were seen, at sibling APIs
SINCE_ISO = "changed>LastUpdate=%Y-%m-%d"

# (API, table, verbs, fields, fields of lines, filters, groups of needed parameters)
_DEFAULTS: tuple[tuple[str, str, str, str, str, str, str], ...] = (
    ("MRI_S-PMAP_Bank", "banks", "GET", "id:BankID:t:10 name:BankName:t:40", "", "", ""),
    (
        "MRI_S-PMAP_Vendors",
        "vendors",
        "GET POST",
        f"id:VendorID:t:20 name:VendorName*:t:60 {ADDRESS} country:Country:t:3 phone:Phone:t:20 email:EMail:t:60"
        " tax_number:TaxID:t:20 active:Active:f changed:LastUpdate:d",
        "",
        f"id=VENDORID name=VendorName {SINCE_US}",
        "",
    ),
    (
        "MRI_S-PMJC_Jobs",
        "jobs",
        "GET",
        "id:JobCode:t:15 name:Description:t:60 entity_id:EntityID:t:10 status:Status:t:10 start_date:StartDate:d"
        " completion_date:CompletionDate:d cost_list:CostList:t:10 address1:Address1:t:40 city:City:t:30"
        " state:State:t:3 postcode:Zip:t:10 country:Country:t:3 changed:LastUpdateDate:d",
        "",
        "id=JOBCODE entity_id=EntityId changed>LastUpdateDate=%Y-%m-%d",
        "",
    ),
    (
        "MRI_S-PMJC_Phases",
        "phases",
        "GET",
        "id:PhaseCode:t:10 name:Description:t:60 job_id:JobCode:t:15",
        "",
        "job_id=JobCode",
        "",
    ),
    (
        "MRI_S-PMJC_CostCodes",
        "cost_codes",
        "GET",
        "id:CostCode:t:15 name:Description:t:60 phase:PhaseCode:t:10 cost_list:CostList:t:10 job_id:JobCode:t:15"
        " cost_type:DefaultCategory:t:10 active:Active:f",
        "",
        "job_id=JOBCODE",
        "",
    ),
    ("MRI_S-PMJC_Categories", "categories", "GET", "id:Category:t:10 name:Description:t:40", "", "", ""),
    (
        "MRI_S-PMGL_Entities",
        "entities",
        "GET",
        "id:EntityID:t:10 name:EntityName:t:60 current_period:CurrentPeriod:t:6",
        "",
        "",
        "",
    ),
    (
        "MRI_S-PMGL_Accounts",
        "accounts",
        "GET",
        "id:AccountNumber:t:15 name:AccountName:t:60 entity_id:EntityID:t:10 kind:AccountType:t:10 active:Active:f",
        "",
        "entity_id=EntityID",
        "",
    ),
    (
        "MRI_S-PMJC_Budgets",
        "budgets",
        "GET POST",
        "id:BudgetKey:t:15 job_id:JobCode*:t:15 budget_type:BudgetType:t:10 description:Description:t:60"
        " amount:OriginalBudget*:a",
        CODE,
        "job_id=JobCode budget_type=BudgetType",
        "",
    ),
    (
        "MRI_S-PMJC_BudgetRevisions",
        "budget_revisions",
        "GET POST",
        "id:RevisionKey:t:15 job_id:ProjectID*:t:15 revision_number:RevisionNumber*:t:10 revision_date:RevisionDate:d"
        " revision_type:RevisionType:t:10 budget_type:BudgetType:t:10 status:Status:t:10 description:Description:t:60"
        " amount:Value*:a",
        CODE,
        "job_id=PROJECTID revision_number=RevisionNumber",
        "",
    ),
    (
        "MRI_S-PMJC_Contracts",
        "contracts",
        "GET POST",
        f"id:ContractKey:t:15 number:ContractID*:t:15 {CONTRACT} amount:ContractAmount*:a",
        f"{CODE} retainage_percent:RetainagePercent:a tax:TaxAmount:a",
        "job_id=JobCode number=ContractID vendor_id=VendorID",
        "",
    ),
    (
        "MRI_S-PMJC_PurchaseOrders",
        "purchase_orders",
        "GET POST",
        f"id:PurchaseOrderKey:t:15 number:PONumber*:t:15 {CONTRACT} amount:POAmount*:a",
        f"{CODE} retainage_percent:RetainagePercent:a tax:TaxAmount:a",
        "job_id=JobCode number=PONumber vendor_id=VendorID",
        "",
    ),
    (
        "MRI_S-PMJC_ContractChangeOrders",
        "change_orders",
        "GET POST",
        "id:ChangeOrderKey:t:15 number:ChangeOrderNumber*:t:10 contract_number:ContractID*:t:15 job_id:JobCode*:t:15"
        " vendor_id:VendorID:t:20 title:Description:t:60 status:Status:t:10 date:ChangeOrderDate:d amount:Amount*:a",
        CODE,
        "job_id=JobCode contract_number=CONTRACTID number=ChangeOrderNumber",
        "",
    ),
    (
        "MRI_S-PMJC_ContractDraws",
        "draws",
        "GET POST",
        "id:DrawKey:t:15 number:DrawNumber*:t:10 contract_number:ContractID*:t:15 job_id:JobCode*:t:15"
        " vendor_id:VendorID:t:20 entity_id:EntityID:t:10 invoice_number:InvoiceNumber:t:15 date:InvoiceDate:d"
        " period_start:PeriodStart:d period_end:PeriodEnd:d due_date:DueDate:d accounting_period:Period:t:6"
        " gross:GrossAmount*:a retained:RetainageWithheld:a released:RetainageReleased:a stored:StoredMaterials:a"
        " tax:TaxAmount:a net:NetAmount:a description:Description:t:60 status:Status:t:10",
        f"{CODE} retained:RetainageWithheld:a released:RetainageReleased:a stored:StoredMaterials:a tax:TaxAmount:a",
        "job_id=JobCode contract_number=ContractId number=DrawNumber",
        "",
    ),
    (
        "MRI_S-PMAP_Invoices",
        "ap_invoices",
        "GET POST",
        "id:InvoiceKey:t:15 number:InvoiceNumber*:t:15 vendor_id:VendorID*:t:20 entity_id:EntityID:t:10"
        " job_id:JobCode:t:15 contract_number:ContractID:t:15 date:InvoiceDate*:d due_date:DueDate:d"
        " accounting_period:Period:t:6 amount:InvoiceAmount*:a tax:TaxAmount:a description:Description:t:30"
        " status:Status:t:10 changed:LastUpdate:d",
        f"{CODE} job_id:JobCode:t:15 account_id:AccountNumber:t:15 tax:TaxAmount:a".replace("CostCode*", "CostCode"),
        f"vendor_id=VendorID number=InvoiceNumber job_id=JobCode {SINCE_US} date>STARTDATE=%Y-%m-%d"
        " date<ENDDATE=%Y-%m-%d",
        "LastUpdate|VendorID|STARTDATE,ENDDATE",
    ),
    (
        "MRI_S-PMJC_ContractInvoicePayments",
        "payments",
        "GET",
        "id:PaymentKey:t:15 vendor_id:VendorID:t:20 contract_number:ContractID:t:15 job_id:JobCode:t:15"
        " draw_number:DrawNumber:t:10 invoice_number:InvoiceNumber:t:15 date:PaymentDate:d amount:PaymentAmount:a"
        " check_number:CheckNumber:t:15 method:PaymentType:t:10 void:Voided:f changed:LastUpdate:d",
        "",
        f"vendor_id=VendorID contract_number=ContractID {SINCE_ISO} date<EndDate=%Y-%m-%d",
        "",
    ),
    (
        "MRI_S-PMJC_JobCosts",
        "job_costs",
        "GET",
        "id:TransactionID:t:15 job_id:JobCode:t:15 phase:PhaseCode:t:10 cost_code:CostCode:t:15 cost_type:Category:t:10"
        " amount:Amount:a date:TransactionDate:d accounting_period:Period:t:6 source:SourceCode:t:5"
        " reference:ReferenceNumber:t:20 vendor_id:VendorID:t:20 contract_number:ContractID:t:15"
        " invoice_number:InvoiceNumber:t:15 description:Description:t:60 changed:LastUpdate:d",
        "",
        f"job_id=JOBCODE {SINCE_US} date<EndDate=%m-%d-%Y",
        "",
    ),
    (
        "MRI_S-PMGL_JournalEntries",
        "journals",
        "GET POST",
        "id:JournalKey:t:15 number:ReferenceNumber*:t:20 entity_id:EntityID:t:10 accounting_period:Period:t:6"
        " date:EntryDate*:d description:Description:t:60 status:Status:t:10 changed:LastUpdate:d",
        "line_number:LineNumber:t:5 account_id:AccountNumber*:t:15 job_id:JobCode:t:15 phase:PhaseCode:t:10"
        " cost_code:CostCode:t:15 cost_type:Category:t:10 description:Description:t:60 amount:Amount*:a",
        f"number=ReferenceNumber {SINCE_ISO} date<EndDate=%Y-%m-%d",
        "",
    ),
)


def default_apis() -> list[Api]:
    """The APIs as a new sandbox has them."""
    return [
        Api(name, table, tuple(verbs.split()), _fields(fields), _fields(lines), list(_filters(filters)), _groups(needs))
        for name, table, verbs, fields, lines, filters, needs in _DEFAULTS
    ]


def _fields(text: str) -> dict[str, Field]:
    found = {}
    for word in text.split():
        column, name, kind, *length = word.split(":")
        found[column] = Field(name.rstrip("*"), kind, int(length[0]) if length else 0, name.endswith("*"))
    return found


def _filters(text: str) -> Iterator[Filter]:
    """`column=Name`; `column>Name=format` for a date from, `column<Name=format` for a date to."""
    for word in text.split():
        if ">" in word or "<" in word:
            sign, compares = (">", "since") if ">" in word else ("<", "until")
            column, _, rest = word.partition(sign)
            name, _, form = rest.partition("=")
            yield Filter(name, column, compares, form)
        else:
            column, _, name = word.partition("=")
            yield Filter(name, column)


def _groups(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(group.split(",")) for group in text.split("|") if group)


def by_column(fields: Mapping[str, Field]) -> dict[str, str]:
    """Name at the API: column of the books, for reading what was sent."""
    return {one.name.lower(): column for column, one in fields.items()}
