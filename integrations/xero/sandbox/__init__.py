"""A pretend Xero: faithful where its behaviour is known, a switch where it is not.

`XeroSandbox` is a WSGI application that plays login.xero.com, identity.xero.com and api.xero.com at once.
"""

from __future__ import annotations

from .access import App
from .contacts import ContactRoutes
from .core import OUTAGES
from .groups import GroupRoutes
from .oauth import OAuthRoutes
from .pages import Pages
from .settings import SettingsRoutes
from .state import Category, Contact, ContactGroup, Option, Organisation
from .switches import Switches
from .tracking import TrackingRoutes

__all__ = [
    "OUTAGES",
    "App",
    "Category",
    "Contact",
    "ContactGroup",
    "Option",
    "Organisation",
    "Switches",
    "XeroSandbox",
]


class XeroSandbox(OAuthRoutes, Pages, ContactRoutes, GroupRoutes, SettingsRoutes, TrackingRoutes):
    """The resources together; a further one is a file of its own and a word in this line."""
