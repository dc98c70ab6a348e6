"""Configuration as a file: customers, logins, connections, tenants, stages and value maps from TOML.

`read` turns a file into entries, `apply` makes the database agree with them. What a file does not name is left alone.
"""

from __future__ import annotations

from .apply import apply
from .document import Document, parse, read
from .faults import ConfigError
from .work import Line

__all__ = ["ConfigError", "Document", "Line", "apply", "parse", "read"]
