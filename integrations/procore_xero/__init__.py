"""Procore and Xero: projects, vendors, cost codes and money between the job site and the ledger."""

from __future__ import annotations

from pydantic import BaseModel

from hub.pairing import Pairing
from integrations.procore import VENDOR as PROCORE
from integrations.xero import VENDOR as XERO

PAIRING = Pairing("procore_xero", "Procore and Xero", PROCORE, XERO, (), BaseModel)
