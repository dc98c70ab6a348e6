"""A toy pair of vendors, so that the engine's tests know no real one: a Shop whose orders become papers in a Vault."""

from __future__ import annotations

from hub.pairing import Pairing

from .setup import FIXES, REFERENCES, check_setup
from .stages import Orders, ToySettings
from .vendors import SHOP, VAULT

PAIRING = Pairing(
    "toy",
    "Shop and Vault",
    SHOP,
    VAULT,
    (Orders(),),
    ToySettings,
    references=REFERENCES,
    value_kinds=(("cost_code", "Cost codes"),),
    check_setup=check_setup,
    fixes=FIXES,
)
