"""An MRI client on a clock of its own, for answers made up by hand."""

from __future__ import annotations

from typing import Any

from integrations.base.auth import StaticToken
from integrations.base.client import Call, Wiring
from integrations.base.limits import Limiter, MemoryStore
from integrations.base.vendor import Environment, GrantKind, Login
from integrations.mri import credentials
from integrations.mri.client import MriClient
from integrations.mri.endpoints import assumed, dump

BASE = "https://mri.example.mrisoftware.com/MRIAPIServices"
URL = f"{BASE}/api.asp"
JOBS = "MRI_S-PMJC_Jobs"
VENDORS = "MRI_S-PMAP_Vendors"
CONTRACTS = "MRI_S-PMJC_Contracts"
PARTS = {
    "database": "HARBOUR",
    "user": "tieback",
    "key": "p-key",
    "password": "pass:word",
    "key_tier": "partner",
    "separator": "/",
}


def login(**fields: str) -> Login:
    return Login(Environment("installation", "MRI", "", URL), GrantKind.CREDENTIALS, "C100", fields={**PARTS, **fields})


def profile(*verified: str, **changes: dict[str, Any]) -> dict[str, Any]:
    """The assumed profile with these operations verified, and changes of endpoints by operation ("_" for the dot)."""
    data = dump(assumed())
    for operation in verified:
        data["endpoints"][operation]["verified"] = True
    for operation, values in changes.items():
        data["endpoints"][operation.replace("__", ".")].update(values)
    return data


class Bench:
    """A wait moves the clock and is noted."""

    def __init__(
        self, *verified: str, patience: float = 60.0, options: dict[str, str] | None = None, **kw: Any
    ) -> None:
        self.now, self.waits = 0.0, list[float]()
        self.calls: list[Call] = []
        wiring = Wiring(
            tokens=StaticToken(credentials.token(login())),
            limiter=Limiter(
                MemoryStore(lambda: self.now), "test", credentials.QUOTA, patience=patience, sleep=self.sleep
            ),
            record=self.calls.append,
            sleep=self.sleep,
            options=options or {},
            profile=profile(*verified, **kw),
        )
        self.client = MriClient(URL, "HARBOUR", GrantKind.CREDENTIALS, wiring)

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.waits.append(seconds)
