"""Items, whose codes may stand on lines. https://developer.xero.com/documentation/api/accounting/items ."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from ..base.client import ApiClient
from .documents import Amount, One
from .endpoints import path, read_list
from .records import Flag, Id, Text, XeroRecord


class ItemDetails(XeroRecord):
    unit_price: Amount = Decimal(0)
    account_code: Text = ""
    tax_type: Text = ""


class Item(XeroRecord):
    item_id: Id
    code: Text = ""
    name: Text = ""
    is_purchased: Flag = False
    is_sold: Flag = False
    is_tracked_as_inventory: Flag = False
    purchase_details: Annotated[ItemDetails, One] = ItemDetails()


def items(client: ApiClient) -> list[Item]:
    return read_list(Item, client.get(path("Items")).data, "Items")
