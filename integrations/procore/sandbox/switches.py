"""What public sources leave open about Procore, as switches. The defaults are the reading that forgives least."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Switches:
    # A call without Procore-Company-Id was answered 404 "Item not found" in production; the documentation prints an
    # explanation instead: https://developers.procore.com/documentation/tutorial-mpz
    explains_missing_header: bool = False
    # Service accounts are told to send the header to /me and /companies too; whether they must, outside the newer
    # regions, is not said: https://developers.procore.com/documentation/oauth-client-credentials
    service_account_always_needs_header: bool = False
    # The client id and secret are documented as form fields only: https://developers.procore.com/documentation/oauth-endpoints
    accepts_basic_login: bool = False
    invalid_grant_status: int = 401  # or 400
    # One page promises Retry-After on 429, the other only the reset time:
    # https://developers.procore.com/documentation/error-reference , https://developers.procore.com/documentation/rate-limiting
    retry_after_on_429: bool = True
    not_permitted_status: int = 403  # of a project the account may not see; 404 is the other candidate
    projects_default_status: str = "Active"  # of a project list without filters[by_status]: Active, Inactive or All
    refuses_unknown_filters: bool = False
    refuses_unknown_fields: bool = True  # 406 for a field that the resource does not have
    sync_limit_status: int = 400  # of a sync with over 1,000 updates; 413 is the other candidate
    sync_reaches_inactive_vendors: bool = True
    checks_tax_numbers: bool = True  # 422 for an ABN without 11 or an EIN without 9 digits
    external_data_allowed: bool = True  # to an ordinary service account
