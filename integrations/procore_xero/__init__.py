"""Procore and Xero: projects, vendors, cost codes and money between the job site and the ledger."""

from __future__ import annotations

from hub.pairing import Pairing
from integrations.procore import VENDOR as PROCORE
from integrations.xero import VENDOR as XERO

from .claim_attachments import ClaimAttachments
from .commitments import Commitments
from .contacts import Contacts
from .cost_codes import VALUE_KIND, CostCodes
from .direct_invoices import DirectInvoices
from .journal_entries import JournalEntries
from .payments import Payments
from .progress_claims import ProgressClaims
from .projects import Projects
from .references import REFERENCES
from .settings import Settings
from .setup import FIXES, check_setup
from .value_rules import LedgerValues

PAIRING = Pairing(
    slug="procore_xero",
    name="Procore and Xero",
    left=PROCORE,
    right=XERO,
    stages=(
        Projects(),
        Contacts(),
        CostCodes(),
        Commitments(),
        ProgressClaims(),
        Payments(),
        DirectInvoices(),
        JournalEntries(),
        ClaimAttachments(),
    ),
    settings=Settings,
    references=REFERENCES,
    value_kinds=((VALUE_KIND, "Cost codes"),),
    values=LedgerValues(),
    check_setup=check_setup,
    fixes=FIXES,
)
