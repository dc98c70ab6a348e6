"""Procore and MRI: vendors, jobs, codes and costs come from MRI; budgets, commitments and claims go to it."""

from __future__ import annotations

from hub.pairing import Pairing
from integrations.mri import VENDOR as MRI
from integrations.procore import VENDOR as PROCORE

from .budget_revisions import BudgetRevisions
from .budgets import Budgets
from .change_orders import ChangeOrders
from .commitments import Commitments
from .cost_codes import CostCodes
from .cost_types import CostTypes
from .direct_costs import DirectInvoices, JournalEntries
from .draws import Draws
from .jobs import Jobs
from .new_vendors import NewVendors
from .payments import Payments
from .settings import Settings
from .setup import check_setup
from .vendors import Vendors

PAIRING = Pairing(
    slug="procore_mri",
    name="Procore and MRI",
    left=PROCORE,
    right=MRI,
    stages=(
        Vendors(),
        NewVendors(),
        CostCodes(),
        CostTypes(),
        Jobs(),
        Budgets(),
        BudgetRevisions(),
        Commitments(),
        ChangeOrders(),
        Draws(),
        Payments(),
        DirectInvoices(),
        JournalEntries(),
    ),
    settings=Settings,
    check_setup=check_setup,
)
