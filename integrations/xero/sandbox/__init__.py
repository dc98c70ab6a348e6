"""A pretend Xero: faithful where its behaviour is known, a switch where it is not.

`XeroSandbox` is a WSGI application that plays login.xero.com, identity.xero.com and api.xero.com at once.
"""

from __future__ import annotations

from .access import App
from .attachments import AttachmentRoutes
from .bank import BankRoutes
from .books import Document, Journal, Payment
from .contacts import ContactRoutes
from .core import OUTAGES
from .credit_notes import CreditNoteRoutes
from .groups import GroupRoutes
from .invoices import InvoiceRoutes
from .journals import JournalRoutes
from .money_pages import MoneyPages
from .oauth import OAuthRoutes
from .organisation import Organisation, journal_line, line
from .pages import Pages
from .payments import PaymentRoutes
from .purchase_orders import PurchaseOrderRoutes
from .settings import SettingsRoutes
from .state import Category, Contact, ContactGroup, Option
from .switches import Switches
from .tracking import TrackingRoutes

__all__ = [
    "OUTAGES",
    "App",
    "Category",
    "Contact",
    "ContactGroup",
    "Document",
    "Journal",
    "Option",
    "Organisation",
    "Payment",
    "Switches",
    "XeroSandbox",
    "journal_line",
    "line",
]


class XeroSandbox(
    OAuthRoutes,
    Pages,
    MoneyPages,
    ContactRoutes,
    GroupRoutes,
    SettingsRoutes,
    TrackingRoutes,
    InvoiceRoutes,
    CreditNoteRoutes,
    PaymentRoutes,
    PurchaseOrderRoutes,
    JournalRoutes,
    BankRoutes,
    AttachmentRoutes,
):
    """The resources together; a further one is a file of its own and a word in this line."""
