"""What any document for a vendor and its cost codes can lack, as a person must look at it."""

from __future__ import annotations

from hub.stage import ProblemKind
from integrations.procore_kit.problems import LINE_WITHOUT_CODE, UNREADABLE, VENDOR_MISSING

DOCUMENTS = (
    ProblemKind(
        "twin_differs",
        "In Xero already, with other amounts",
        "Xero has a {document} ({status}) with this number, vendor and reference, but other amounts: {edits}",
        "Correct the one that is wrong, or end the {document} in Xero; then retry it.",
    ),
    UNREADABLE,
    ProblemKind(
        "project_not_linked",
        "Project not linked",
        "The {noun} belongs to project {project}, which is not linked to a tracking option in Xero.",
        "Run the stage “Projects” and see to its problems. Then retry it.",
    ),
    ProblemKind(
        "vendor_not_linked",
        "Vendor not linked",
        "The vendor “{vendor}” is not linked to a Xero contact, so nobody can be named on the document.",
        "Put the contact into the contact group in Xero and run the stage “Contacts → vendors”. Then retry it.",
    ),
    VENDOR_MISSING,
    ProblemKind(
        "vendor_merged",
        "Contact merged in Xero",
        "The vendor “{vendor}” is linked to the contact “{contact}”, which was merged into another one in Xero.",
        "Run the stage “Contacts → vendors”: the link follows the merge. Then retry it.",
    ),
    ProblemKind(
        "vendor_archived",
        "Contact archived in Xero",
        "The vendor “{vendor}” is linked to the contact “{contact}”, which is archived. Xero takes no document for it.",
        "Restore the contact in Xero, then retry it.",
    ),
    ProblemKind(
        "contact_gone",
        "Contact not found in Xero",
        "The contact that the vendor “{vendor}” is linked to does not exist in this Xero organisation.",
        "Remove the vendor's link and run the stage “Contacts → vendors” to have it matched anew. Then retry it.",
    ),
    LINE_WITHOUT_CODE,
    ProblemKind(
        "unmapped_code",
        "Cost code not mapped",
        "The cost code {code} has no {wanted} in the value map.",
        "Open the tenant's value map and choose the {wanted} for {code}. Then retry all that wait for it.",
    ),
    ProblemKind(
        "code_not_linked",
        "Cost code not linked",
        "The cost code {code} has no tracking option in Xero yet.",
        "Run the stage “Cost codes”. A code that only one project has needs a tracking option in the value map. "
        "Then retry it.",
    ),
    ProblemKind(
        "option_gone",
        "Tracking option missing or archived",
        "The tracking option “{option}” of {what} does not exist in Xero any more, or is archived.",
        "Restore it in Xero under Settings › Tracking categories, or choose another one for the cost code in the value "
        "map. Then retry it.",
    ),
    ProblemKind(
        "item_gone",
        "Item not found",
        "The value map sends the cost code {code} to the item “{item}”, which Xero does not have.",
        "Open the tenant's value map and choose another item, or make it in Xero. Then retry it.",
    ),
    ProblemKind(
        "item_not_usable",
        "Item cannot be used",
        "The value map sends the cost code {code} to the item “{item}”, which Xero tracks as inventory or does not "
        "purchase.",
        "Open the tenant's value map and choose an item that is purchased and not kept in stock. Then retry it.",
    ),
    ProblemKind(
        "account_missing",
        "Account not found",
        "The account “{account}” for {what} does not exist in Xero.",
        "Correct the account in the value map or the tenant's settings, then retry it.",
    ),
    ProblemKind(
        "account_archived",
        "Account archived",
        "The account {account} for {what} is archived in Xero.",
        "Restore the account in Xero, or choose another one in the value map or the tenant's settings. Then retry it.",
    ),
    ProblemKind(
        "account_not_allowed",
        "Account cannot be used",
        "The account {account} for {what} is a bank or control account, which Xero does not take on such a line.",
        "Choose another account in the value map or the tenant's settings, then retry it.",
    ),
    ProblemKind(
        "tax_unknown",
        "Tax type not found",
        "The tax type “{tax}” for the account {account} does not exist in Xero, or is not active.",
        "Correct the tax type in the value map or the tenant's settings, then retry it.",
    ),
    ProblemKind(
        "tax_refused",
        "Tax type not allowed for the account",
        "Xero does not allow the tax type {tax} on the account {account}.",
        "Choose another tax type or account in the value map or the tenant's settings. Then retry it.",
    ),
    ProblemKind(
        "currency_not_subscribed",
        "Currency not in use in Xero",
        "The {noun} is in {currency}. The Xero organisation keeps its books in {home}, and {currency} is not among its "
        "currencies.",
        "Add the currency in Xero under Settings › Currencies, if your plan allows it. Then retry it.",
    ),
)
