"""The catalogue of what a person must look at in commitments and progress claims."""

from __future__ import annotations

from hub.stage import ProblemKind
from integrations.procore_kit.problems import FIGURES_DIFFER, NO_BILLING_DATE, NO_CERTIFICATE, UNREADABLE

from .document_problems import DOCUMENTS

CLAIMS = (
    *DOCUMENTS,
    ProblemKind(
        "no_retention_account",
        "Retention account missing",
        "The claim withholds or releases retention, and the tenant's settings name no account for it.",
        "Enter the retention payable account in the tenant's settings, under Retention. Then retry it.",
    ),
    FIGURES_DIFFER,
    NO_CERTIFICATE,
    NO_BILLING_DATE,
    ProblemKind(
        "negative_claim",
        "Negative claim",
        "The claim comes to {due}. Xero takes no bill below zero, and the tenant's settings hold such claims.",
        "Let negative claims become credit notes in the tenant's settings, or enter this one by hand and ignore it.",
    ),
    ProblemKind(
        "locked_period",
        "Dated in a locked period",
        "The claim is dated {day}, and Xero is locked up to {lock}. The settings hold such claims; by the other "
        "rule its bill would be dated {open_day}.",
        "Move the lock date in Xero, or choose “first open day” under Locked period in the tenant's settings. "
        "Then retry it.",
    ),
    ProblemKind(
        "number_twice",
        "Bill number used before",
        "The vendor has other bills in Xero with all the numbers that this claim could have: {number}.",
        "Correct the invoice number of the claim in Procore, or the bill number format in the settings. Then retry it.",
    ),
    ProblemKind(
        "unapproved",
        "No longer approved",
        "The claim was approved when it was sent; in Procore it is now “{status}”. Its {document} in Xero stands.",
        "If the claim is withdrawn, choose “Void” for the {document}. If it is only being corrected, wait: once it is "
        "approved again, the {document} is brought up to date.",
    ),
    ProblemKind(
        "bill_ended",
        "Voided or deleted in Xero",
        "The {document} of this claim was voided or deleted in Xero ({status}), and the claim is still approved.",
        "If it should be paid after all, remove the link: the next run makes a new {document}. If not, take back the "
        "approval in Procore, or ignore this.",
    ),
    ProblemKind(
        "changed_after_payment",
        "Changed after payment",
        "The claim was changed in Procore after its {document} was paid or credited ({settled}): {changes}. Xero lets "
        "nobody change it now.",
        "Undo the change in Procore, or enter the difference in Xero by hand and ignore this.",
    ),
    ProblemKind(
        "changed_in_locked_period",
        "Changed after the period was locked",
        "The claim was changed in Procore, and its {document} of {day} is in the period that Xero has locked up to "
        "{lock}: {changes}.",
        "Move the lock date in Xero and retry it, or undo the change in Procore.",
    ),
    ProblemKind(
        "edited_in_xero",
        "Changed on both sides",
        "The claim was changed in Procore ({changes}), and somebody has edited its {document} in Xero: {edits}",
        "Nothing was overwritten. Undo the edit in Xero and retry it, or enter the change there and ignore this.",
    ),
    ProblemKind(
        "kind_changed",
        "Changed its sign",
        "The claim was sent as a {before} and now comes to {due}, which needs a {after}.",
        "Void the {before} in Xero, remove the link and retry it.",
    ),
    ProblemKind(
        "vendor_changed",
        "Vendor changed",
        "The {document} of this claim is made out to “{contact}” in Xero, and its vendor is now “{vendor}”.",
        "Void the {document} in Xero, remove the link and retry it; or put the vendor right in Procore.",
    ),
    ProblemKind(
        "nothing_left",
        "Nothing left to bill",
        "The claim was sent as a {document} and now comes to nothing.",
        "Void the {document} in Xero if nothing is owed, or undo the change in Procore.",
    ),
)

ORDERS = (
    *DOCUMENTS,
    ProblemKind(
        "order_number_taken",
        "Order number taken",
        "Xero has a purchase order {number} for “{contact}” that is not this commitment, and takes each number once.",
        "Choose another order number format in the tenant's settings, or delete that order in Xero. Then retry it.",
    ),
    ProblemKind(
        "no_order_date",
        "No date",
        "The commitment has no contract date in Procore.",
        "Enter the contract date in Procore, then retry it.",
    ),
    ProblemKind(
        "order_withdrawn",
        "No longer approved",
        "The commitment was approved when it was sent; in Procore it is now “{status}”. Its order in Xero stands.",
        "Delete the purchase order in Xero if it is withdrawn. Approved again, it is compared anew.",
    ),
    ProblemKind(
        "order_ended",
        "Deleted in Xero",
        "The purchase order of this commitment was deleted in Xero, and the commitment is still in force.",
        "Remove the link to have a new order made by the next run, under the number and “-2”, or ignore this.",
    ),
    ProblemKind(
        "order_billed",
        "Changed after billing",
        "The commitment went from {before} to {after}, and its order is marked as billed in Xero: left alone.",
        "Enter the difference in Xero by hand if it is needed there, and ignore this.",
    ),
    ProblemKind(
        "order_edited",
        "Changed on both sides",
        "The commitment went from {before} to {after}, and somebody has edited its order in Xero: {edits}",
        "Nothing was overwritten. Undo the edit in Xero and retry it, or enter the change there and ignore this.",
    ),
    ProblemKind(
        "order_vendor_changed",
        "Vendor changed",
        "The purchase order is made out to “{contact}” in Xero, and the commitment's vendor is now “{vendor}”.",
        "Delete the order in Xero, remove the link and retry it.",
    ),
    ProblemKind(
        "order_currency",
        "Order in another currency",
        "The commitment is in {here}, and its purchase order {number} is in {there} in Xero, so its amounts are other "
        "money.",
        "Delete that order in Xero, remove the link if there is one, and retry it: a new order is made in {here}.",
    ),
)

ATTACHMENTS = (
    UNREADABLE,
    ProblemKind(
        "file_unavailable",
        "File cannot be fetched",
        "The file could not be fetched from Procore: {reasons}",
        "Open the file on the claim in Procore. If it is larger than 10 MB, attach it to the bill in Xero by hand, "
        "made smaller, and ignore this. Otherwise retry it.",
    ),
    ProblemKind(
        "file_without_name",
        "File without a name",
        "The name of the file holds no character that Xero takes.",
        "Rename the file on the claim in Procore, then retry it.",
    ),
    ProblemKind(
        "too_many_files",
        "More than ten files",
        "Xero takes {limit} files on one document, and the claim has more.",
        "Put several files of the claim together in Procore and retry it, or ignore this.",
    ),
)
