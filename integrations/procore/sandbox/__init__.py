"""A pretend Procore: several companies behind one address, with the rules that matter to an accounting hub.

`ProcoreSandbox` is a WSGI application. Resources live in one file each (`projects`, `vendors`, `cost_codes`…); a new
one is another mix-in of routes, its columns in `columns` and its answers in `shapes`.
"""

from __future__ import annotations

from .budget_line_routes import BudgetLineRoutes
from .claim_parts import ClaimPartRoutes
from .commitment_routes_v2 import CommitmentRoutesV2
from .company import Company
from .direct_costs import DirectCostRoutes
from .external_data import ExternalDataRoutes
from .files import FileRoutes
from .hook_routes_v2 import HookRoutesV2
from .logins import App
from .money_pages import MoneyPages
from .oauth import OAuthRoutes
from .payments import PaymentRoutes
from .platform import PlatformRoutes
from .registers import RegisterRoutes
from .seed import DIVISIONS, Division
from .site_routes import SiteRoutes
from .switches import Switches
from .vendors import VendorRoutes
from .wbs_routes import WbsRoutes

__all__ = ["DIVISIONS", "App", "Company", "Division", "ProcoreSandbox", "Switches"]


class ProcoreSandbox(
    BudgetLineRoutes,
    DirectCostRoutes,
    ExternalDataRoutes,
    OAuthRoutes,
    PlatformRoutes,
    VendorRoutes,
    WbsRoutes,
    CommitmentRoutesV2,
    SiteRoutes,
    RegisterRoutes,
    ClaimPartRoutes,
    PaymentRoutes,
    FileRoutes,
    HookRoutesV2,
    MoneyPages,
):
    """ProcoreSandbox(spike=25, hourly=600, switches=Switches(), clock=Clock()).

    add_company(name, country_code="AU") -> Company, add_app(client_id, client_secret, companies, redirect_uris) -> App,
    access_token(app) -> str, consent(app, redirect_uri) -> code.
    """
