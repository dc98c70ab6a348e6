"""The pairings in the drill. Which one is drilled stands in the environment, for the processes that it starts."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from .scenario import Scenario

PAIRING = "TIEBACK_DRILL_PAIRING"


def _xero() -> Scenario:
    from .procore_xero import ProcoreXero

    return ProcoreXero()


def _mri() -> Scenario:
    from .procore_mri import ProcoreMri

    return ProcoreMri()


SCENARIOS: Mapping[str, Callable[[], Scenario]] = {"procore_xero": _xero, "procore_mri": _mri}


def chosen() -> Scenario:
    return SCENARIOS[os.environ.get(PAIRING, "procore_xero")]()
