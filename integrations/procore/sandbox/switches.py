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
    # The list of cost types names a company and a project as needed, as lists do that take either, such as that of
    # hooks; writing them takes a company only: https://developers.procore.com/reference/rest/v1/line-item-types-cost-types
    cost_types_need_project: bool = False

    deliveries_come_twice: bool = (
        False  # of webhooks, as they may: https://developers.procore.com/documentation/webhooks
    )

    # Money. Whether a claim's tax is in its payment due is not said:
    # https://developers.procore.com/reference/rest/v1/requisitions-subcontractor-invoices
    payment_due_includes_tax: bool = False
    # Whether the retention shown of stored materials has the period's release taken off already is not said.
    stored_retainage_shown_before_release: bool = False
    # Details of a doubled schedule name the contract's line, or one of their own.
    details_name_the_contract_line: bool = True
    # Rejecting a line changes no amount, people do; whether what they cut may linger in the line is not said:
    # https://support.procore.com/products/online/user-guide/project-level/invoicing/tutorials/review-a-subcontractor-invoice-as-an-invoice-administrator
    cut_amounts_stay_in_lines: bool = False
    # A report from one developer sandbox: vendors have an id of their own in each project, and commitments use that
    # one. Recorded answers show the same id in both places.
    project_vendors_have_own_ids: bool = False
    commitments_need_project_vendors: bool = True
    # A setting of the company: https://developers.procore.com/documentation/tutorial-financial-tools#commitments
    approved_commitments_are_locked: bool = True
    # Whether the company uses budget changes; then budget modifications are only read:
    # https://developers.procore.com/documentation/tutorial-budget-changes
    budget_changes: bool = True
    refuses_over_billing: bool = False  # a setting of the project, for claims written by API
    payments_set_payment_date: bool = False  # on the claim they name
    refuses_negative_payments: bool = True
    direct_cost_writes_collide: bool = True  # 409 for a write while another one works on the same project
    # A stamped direct cost is immutable, yet integrations add its lines afterwards:
    # https://developers.procore.com/documentation/tutorial-financial-tools#direct-costs
    stamped_direct_costs_take_lines: bool = True
    direct_cost_type_in_update: str = "refused"  # or "ignored"
    # One page says that links to files expire in an hour, not whether those of attachments are meant:
    # https://github.com/procore/documentation/blob/c29c9988d7b461ba349c8f1063b54deb8d548d97/tutorials/secure_file_access.md
    file_links_expire: bool = True
