"""A pretend MRI: one installation, the databases of its clients, and the one address that all APIs share.

`MriSandbox` is a WSGI application. What MRI does not publish is a switch, and the names of its APIs and their fields
can be changed while it runs.
"""

from __future__ import annotations

from .core import DEADLOCK, MriCore
from .pages import Pages
from .seed import KEY, PASSWORD, USER, fill
from .shapes import Api, Field, Filter
from .state import Database, Row, User
from .switches import Switches

__all__ = [
    "DEADLOCK",
    "KEY",
    "PASSWORD",
    "USER",
    "Api",
    "Database",
    "Field",
    "Filter",
    "MriSandbox",
    "Row",
    "Switches",
    "User",
    "fill",
]


class MriSandbox(Pages, MriCore):
    """MriSandbox(switches=Switches(), clock=Clock()).

    add_database(name, client_id) -> Database, api(name) -> Api, deadlock(); faults, ledger and clock of the kernel.
    """
