"""What nobody outside Xero knows for certain, as switches. The defaults are the more awkward answer for a client."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass
class Switches:
    """Change a field to see how a client copes with the other possibility."""

    # Several options in one PUT are not documented.
    # https://developer.xero.com/documentation/api/accounting/trackingcategories
    bulk_options: Literal["refuse", "accept", "partial", "ignore"] = "refuse"
    # An option that was used: https://developer.xero.com/documentation/api/accounting/types#trackingcategories
    # describes ARCHIVED as deleted after use, so a delete most likely archives.
    delete_used_option: Literal["archive", "refuse"] = "archive"
    option_names_fold_case: bool = True
    archived_option_names_block: bool = True
    unique_category_names: bool = True

    # Whether joining or leaving a contact group counts as a change of the contact.
    membership_moves_date: bool = False
    groups_list_archived: bool = True
    unique_group_names: bool = True
    unique_contact_numbers: bool = True

    # https://developer.xero.com/documentation/api/accounting/invoices says neither whether a POST finds a bill by its
    # number, nor what becomes of the following.
    post_matches_bill_number: bool = True
    due_date_required: bool = True  # on approved bills and invoices
    negative_totals: Literal["refuse", "accept"] = "refuse"
    bill_discounts: Literal["refuse", "ignore"] = "refuse"
    line_amount_mismatch: Literal["refuse", "ignore"] = "refuse"
    tax_above_unit_price: Literal["refuse", "accept"] = "refuse"
    draft_unknown_account: Literal["remove", "refuse"] = "remove"  # with a warning
    # An unknown or archived option on a line: users tell of all three.
    # https://github.com/XeroAPI/xero-node/issues/516
    unknown_tracking: Literal["drop", "warn", "refuse"] = "drop"
    deleted_order_numbers_block: bool = True
    # Whether a read of what changed tells of payments that were deleted; the plain list does.
    deleted_payments_in_changes: bool = True
    # The twin of UpdatedDateUTC came in July 2026: https://github.com/XeroAPI/Xero-OpenAPI/pull/823
    updated_twins: bool = False

    # Whether one bad element keeps the good ones of the same call from being saved.
    summarised_400_saves_nothing: bool = True

    # https://developer.xero.com/documentation/guides/oauth2/limits : 10 MB; the answer is not published.
    max_body: int = 10_000_000
    oversize_status: Literal[400, 413] = 413
    max_url: int = 2_000
    max_rows: int = 100_000

    # Starter has 1,000 calls a day, the other tiers 5,000. None of the three is promised to stay.
    day_limit: int = 5_000
    minute_limit: int = 60
    minute_seconds: int = 60  # shorter for a test that cannot wait
    concurrent_limit: int = 5
    app_minute_limit: int = 10_000
    retry_after_for_concurrent: bool = False

    refresh_grace_minutes: int = 30
    refresh_days: int = 60
    access_seconds: int = 1_800
