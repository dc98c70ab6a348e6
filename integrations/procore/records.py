"""The records Procore answers with, as far as they are used, and how they are read.

Ids are numbers beyond 32 bits: https://developers.procore.com/documentation/tutorial-mpz . Absent and null texts are
both "". Reading is total: anything of the wrong type raises BadReply with a sentence.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from ..base import parsing
from ..base.broken import Sink, sift
from ..base.errors import BadReply

R = TypeVar("R", bound="Row")

Id = Annotated[int, Field(strict=True, gt=-(2**63), lt=2**63)]
Text = Annotated[str, BeforeValidator(lambda value: "" if value is None else value), Field(strict=True)]
Flag = Annotated[bool, BeforeValidator(lambda value: False if value is None else value), Field(strict=True)]


def _written(value: object) -> object:
    if value is not None and not isinstance(value, str):
        raise ValueError("a time must be a text")
    return value


Time = Annotated[AwareDatetime, BeforeValidator(_written), AfterValidator(parsing.moment)]


def _day(value: object) -> date | None:
    if value in (None, ""):
        return None
    if not isinstance(value, str):
        raise ValueError("a day must be a text")
    return parsing.day(date.fromisoformat(value))


def _amount(value: object) -> Decimal:
    """Money arrives as texts, in some lists as numbers. Never as a float: parse_json makes Decimals."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise ValueError("an amount must be a decimal number")
    try:
        return parsing.amount(Decimal(value))
    except InvalidOperation:
        raise ValueError("an amount must be a decimal number") from None


Day = Annotated[date | None, BeforeValidator(_day)]
# `Amount` must be there; an absent or null `Sum` is nothing: 0.
Amount = Annotated[Decimal, BeforeValidator(_amount)]
Sum = Annotated[Decimal, BeforeValidator(lambda value: Decimal(0) if value is None else _amount(value))]
ZERO = Decimal(0)


class Row(BaseModel):
    """A record of an answer; fields not named here are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Named(Row):
    id: Id
    name: Text = ""


class User(Row):
    id: Id
    login: Text = ""
    name: Text = ""


class Company(Row):
    id: Id
    name: Text
    is_active: Flag = True


class ProjectStage(Row):
    """`category` is the default stage that a custom one stands for; it can be empty."""

    id: Id
    name: Text
    category: Text = ""
    default_stage: Flag = False


class Project(Row):
    """`active` is a separate matter from the stage."""

    id: Id
    name: Text
    display_name: Text = ""
    project_number: Text = ""
    active: Flag = True
    project_stage: Named | None = None
    address: Text = ""
    city: Text = ""
    state_code: Text = ""
    country_code: Text = ""
    zip: Text = ""
    start_date: Day = None
    completion_date: Day = None
    origin_id: Text = ""
    origin_data: Text = ""
    origin_code: Text = ""
    created_at: Time | None = None
    updated_at: Time | None = None


class Currency(Row):
    """The currency of a project, as its money records tell it; projects themselves do not. The code may be null.

    https://developers.procore.com/reference/rest/v1/direct-costs
    """

    currency_iso_code: Text = ""


class BusinessRegister(Row):
    """A tax number: `type` is "abn" or "ein"."""

    id: Id | None = None
    type: Text = ""
    identifier: Text = ""


class CompanyVendor(Row):
    """A company of the company directory. `synced_to_erp` belongs to Procore's own connectors."""

    id: Id
    name: Text
    abbreviated_name: Text = ""
    trade_name: Text = ""
    address: Text = ""
    city: Text = ""
    state_code: Text = ""
    country_code: Text = ""
    zip: Text = ""
    business_phone: Text = ""
    mobile_phone: Text = ""
    fax_number: Text = ""
    email_address: Text = ""
    website: Text = ""
    notes: Text = ""
    is_active: Flag = True
    synced_to_erp: Flag = False
    origin_id: Text = ""
    origin_data: Text = ""
    origin_code: Text = ""
    business_register: BusinessRegister | None = None
    created_at: Time | None = None
    updated_at: Time | None = None


class StandardCostCodeList(Row):
    id: Id
    name: Text = ""
    is_erp_list: Flag = False


class StandardCostCode(Row):
    """A cost code of the company. `code` is its last segment, `full_code` includes its parents'."""

    id: Id
    name: Text
    code: Text = ""
    full_code: Text = ""
    parent_id: Id | None = None
    standard_cost_code_list_id: Id | None = None
    origin_id: Text = ""


class Parent(Row):
    id: Id | None = None


class LineItemType(Row):
    """A cost type: labour, materials…"""

    id: Id
    name: Text
    code: Text = ""
    base_type: Text = ""
    origin_id: Text = ""


class CostCode(Row):
    """A cost code of a project or sub job (`biller`)."""

    id: Id
    name: Text
    code: Text = ""
    full_code: Text = ""
    parent: Parent | None = None
    biller_id: Id | None = None
    biller_type: Text = ""
    standard_cost_code_id: Id | None = None
    origin_id: Text = ""
    line_item_types: tuple[LineItemType, ...] = ()
    deleted_at: Time | None = None
    updated_at: Time | None = None

    @property
    def parent_id(self) -> int | None:
        return self.parent.id if self.parent else None


def read_one(kind: type[R], data: Any, what: str) -> R:
    """Raises BadReply, naming the first field that is wrong."""
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the whole"
        raise BadReply(f"Procore's {what} cannot be read: {where}: {first['msg']}.") from error


def read_list(kind: type[R], data: Any, what: str, broken: Sink | None = None) -> list[R]:
    """Version 1 lists are bare arrays. Raises BadReply, for a row only when nobody wants the broken ones."""
    if not isinstance(data, list):
        raise BadReply(f"Procore's list of {what} is not a list.")
    labels = ("project_number", "full_code", "number", "invoice_number", "name", "title")
    return sift(data, lambda number, row: read_one(kind, row, f"{what} (row {number})"), broken, "id", labels)
