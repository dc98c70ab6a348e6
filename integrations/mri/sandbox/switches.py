"""What nobody outside MRI knows for certain, as switches. The defaults are the more awkward answer for a client."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass
class Switches:
    """Change a field to see how a client copes with the other possibility."""

    # Paging: both styles and a link that changes the format were seen at live servers.
    # https://github.com/MicaTechnology/mri_hook
    links: Literal["skip", "cursor"] = "skip"
    link_format: Literal["same", "xml"] = "same"
    link_after_last: bool = False  # a last page that is not full links on to an empty one
    page_size: int = 300
    largest_page: int = 1_000

    # How records are written out.
    numbers: Literal["text", "number"] = "text"
    lines: Literal["entry", "list"] = "entry"  # {"entry": …}, or a plain list
    one_line: Literal["object", "list"] = "object"  # a single child under `entry`
    nothing: Literal["missing", "empty", "null"] = "missing"  # `value` of an answer without records
    empty_fields: Literal["null", "missing"] = "null"
    flags: Literal["Y", "True"] = "Y"
    date_digits: Literal[0, 7] = 0  # of a second

    # What is taken.
    separators: str = "/\\"  # of the five parts
    paths_fold_case: bool = True
    parameters_fold_case: bool = True
    unknown_parameters: Literal["ignore", "refuse"] = "ignore"
    unknown_fields: Literal["ignore", "refuse"] = "ignore"
    too_long: Literal["refuse", "cut"] = "refuse"
    metadata_required: bool = False
    # PUT was seen at one project only, to create or change: the id or the natural key of a record that is there means
    # that one.
    put_updates: bool = True
    unique_keys: bool = False  # a second record with the same natural key is refused

    # What the books refuse. Zero change orders and draws are refused by the connector that Procore offers:
    # https://support.procore.com/integrations/mri-project-financials/about
    zero_change_orders: Literal["refuse", "take"] = "refuse"
    zero_draws: Literal["refuse", "take"] = "refuse"
    change_orders_on_purchase_orders: Literal["refuse", "take"] = "refuse"
    draws_take_retainage: bool = True  # fields for what is retained and released
    overbilling: Literal["refuse", "take"] = "take"
    closed_periods: Literal["refuse", "take"] = "refuse"

    # 1,000 requests in any five minutes for a partner key; nothing is published for a developer key.
    partner_calls: int = 1_000
    developer_calls: int = 300
    retry_after: bool = False
