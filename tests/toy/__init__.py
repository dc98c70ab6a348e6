"""A toy pair of vendors, so that the engine's tests know no real one: a Shop whose orders become papers in a Vault."""

from __future__ import annotations

from hub.pairing import Pairing

from .stages import Orders, ToySettings
from .vendors import SHOP, VAULT

PAIRING = Pairing("toy", "Shop and Vault", SHOP, VAULT, (Orders(),), ToySettings)
