"""Xero's records as far as they are used. Unknown fields are ignored, absent and null ones have plain defaults.

Field names follow Xero's, so that a reader of its documentation finds them:
https://developer.xero.com/documentation/api/accounting/overview
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from ..base import parsing
from ..base.errors import BadReply
from . import dates


def _or(default: object) -> BeforeValidator:
    return BeforeValidator(lambda value: default if value is None else value)


def _moment(value: object) -> datetime | None:
    return None if value is None or value == "" else dates.instant(value)


def _lock_day(value: object) -> date | None:
    return None if value is None or value == "" else dates.lock_date(value)


Text = Annotated[str, _or("")]
Id = Annotated[str, AfterValidator(parsing.identifier)]
MaybeId = Annotated[str, _or(""), AfterValidator(lambda value: value and parsing.identifier(value))]
Rate = Annotated[Decimal, _or(Decimal(0)), AfterValidator(parsing.amount)]
Flag = Annotated[bool, _or(False)]
Moment = Annotated[datetime | None, BeforeValidator(_moment)]
LockDay = Annotated[date | None, BeforeValidator(_lock_day)]


def _name(field: str) -> str:
    words = ("".join(part.capitalize() for part in field.split("_"))).removesuffix("Id")
    return f"{words}ID" if field.endswith("_id") else words


class XeroRecord(BaseModel):
    """Base of the records. `read` is total: it gives a record or raises BadReply with a sentence."""

    model_config = ConfigDict(frozen=True, alias_generator=_name, populate_by_name=True)

    @classmethod
    def read(cls, data: Any) -> Self:
        try:
            return cls.model_validate(data)
        except BadReply as error:
            raise BadReply(f"Xero's {cls.__name__} cannot be read: {error.message}") from error
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            place = ".".join(str(part) for part in first["loc"]) or cls.__name__
            raise BadReply(f"Xero's {cls.__name__} cannot be read: {place}: {first['msg']}.") from error


class Connection(XeroRecord):
    """An organisation a login opens. `id` disconnects it; `tenant_id` names it in calls."""

    id: Id = Field(alias="id")
    tenant_id: Id = Field(alias="tenantId")
    tenant_type: Text = Field("ORGANISATION", alias="tenantType")
    tenant_name: Text = Field("", alias="tenantName")


class Organisation(XeroRecord):
    organisation_id: Id
    name: Text = ""
    country_code: Text = ""
    base_currency: Text = ""
    timezone: Text = ""
    short_code: Text = ""
    tax_number: Text = ""
    is_demo_company: Flag = False
    organisation_status: Text = ""
    class_: Text = Field("", alias="Class")
    default_purchases_tax: Text = ""
    period_lock_date: LockDay = None
    end_of_year_lock_date: LockDay = None


class TrackingOption(XeroRecord):
    tracking_option_id: Id
    name: Text = ""
    status: Text = "ACTIVE"

    @property
    def active(self) -> bool:
        return self.status == "ACTIVE"


class TrackingCategory(XeroRecord):
    tracking_category_id: Id
    name: Text = ""
    status: Text = "ACTIVE"
    options: Annotated[tuple[TrackingOption, ...], _or(())] = ()

    @property
    def active(self) -> bool:
        return self.status == "ACTIVE"


class Phone(XeroRecord):
    phone_type: Text = ""
    phone_number: Text = ""
    phone_area_code: Text = ""
    phone_country_code: Text = ""


class Address(XeroRecord):
    address_type: Text = ""
    address_line1: Text = ""
    address_line2: Text = ""
    address_line3: Text = ""
    address_line4: Text = ""
    city: Text = ""
    region: Text = ""
    postal_code: Text = ""
    country: Text = ""
    attention_to: Text = ""


class GroupName(XeroRecord):
    """A contact group as a contact mentions it."""

    contact_group_id: Id
    name: Text = ""
    status: Text = "ACTIVE"


class PaymentTerm(XeroRecord):
    """`type`: DAYSAFTERBILLDATE, DAYSAFTERBILLMONTH, OFCURRENTMONTH, OFFOLLOWINGMONTH."""

    day: Annotated[int, _or(0), Field(ge=0, le=366)] = 0
    type: Text = ""


class PaymentTerms(XeroRecord):
    bills: PaymentTerm | None = None
    sales: PaymentTerm | None = None


class Contact(XeroRecord):
    contact_id: Id
    contact_number: Text = ""
    account_number: Text = ""
    contact_status: Text = "ACTIVE"
    name: Text = ""
    first_name: Text = ""
    last_name: Text = ""
    email_address: Text = ""
    tax_number: Text = ""
    company_number: Text = ""
    website: Text = ""
    addresses: Annotated[tuple[Address, ...], _or(())] = ()
    phones: Annotated[tuple[Phone, ...], _or(())] = ()
    contact_groups: Annotated[tuple[GroupName, ...], _or(())] = ()
    payment_terms: PaymentTerms | None = None
    is_supplier: Flag = False
    is_customer: Flag = False
    merged_to_contact_id: MaybeId = ""
    updated_date_utc: Moment = Field(None, alias="UpdatedDateUTC")

    @property
    def active(self) -> bool:
        return self.contact_status == "ACTIVE"


class Member(XeroRecord):
    """A contact as a contact group lists it: nothing more is told."""

    contact_id: Id
    name: Text = ""


class ContactGroup(XeroRecord):
    """`contacts` is filled only by the read of one group."""

    contact_group_id: Id
    name: Text = ""
    status: Text = "ACTIVE"
    contacts: Annotated[tuple[Member, ...], _or(())] = ()


class Account(XeroRecord):
    account_id: Id
    code: Text = ""
    name: Text = ""
    status: Text = "ACTIVE"
    type: Text = ""
    class_: Text = Field("", alias="Class")
    tax_type: Text = ""
    system_account: Text = ""
    enable_payments_to_account: Flag = False
    currency_code: Text = ""

    @property
    def active(self) -> bool:
        return self.status == "ACTIVE"


class TaxRate(XeroRecord):
    """Rates are in per cent."""

    tax_type: Id
    name: Text = ""
    status: Text = "ACTIVE"
    report_tax_type: Text = ""
    effective_rate: Rate = Decimal(0)
    display_tax_rate: Rate = Decimal(0)
    can_apply_to_assets: Flag = False
    can_apply_to_equity: Flag = False
    can_apply_to_expenses: Flag = False
    can_apply_to_liabilities: Flag = False
    can_apply_to_revenue: Flag = False


class Currency(XeroRecord):
    code: str
    description: Text = ""
