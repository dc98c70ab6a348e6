"""The pairings of this installation, loaded once from settings.HUB_PAIRINGS and never changed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType

from django.conf import settings

from hub.pairing import Pairing
from integrations.base.vendor import Vendor


@cache
def _load(modules: tuple[str, ...]) -> Mapping[str, Pairing]:
    pairings = [import_module(module).PAIRING for module in modules]
    return MappingProxyType({pairing.slug: pairing for pairing in pairings})


def pairings() -> Mapping[str, Pairing]:
    """Pairings by slug, in the order of the setting."""
    return _load(tuple(settings.HUB_PAIRINGS))


def vendors() -> Mapping[str, Vendor]:
    """Vendors of all pairings by slug."""
    return {vendor.slug: vendor for pairing in pairings().values() for vendor in (pairing.left, pairing.right)}
