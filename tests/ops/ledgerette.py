"""The worked example of docs/adding-an-erp.md, as it is printed: its files, its line, its tenant."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import integrations

PAGE = Path(__file__).resolve().parents[2] / "docs" / "adding-an-erp.md"
FILE = re.compile(r"^\*\*`(integrations/[\w/]+\.py)`\*\*.*?^```python\n(.*?)^```", re.M | re.S)
LINE = re.compile(r"^(HUB_PAIRINGS = .*)$", re.M)
TOML = re.compile(r"^```toml\n(.*?)^```", re.M | re.S)


@dataclass(frozen=True)
class Example:
    files: dict[str, str]  # by path
    pairings: list[str]
    tenant: str  # a configuration file

    @property
    def packages(self) -> set[str]:
        return {"integrations." + path.split("/")[1] for path in self.files}


def read() -> Example:
    text = PAGE.read_text()
    (line,), (tenant,) = LINE.findall(text), TOML.findall(text)
    return Example(dict(FILE.findall(text)), ast.literal_eval(line.partition(" = ")[2]), tenant)


@contextmanager
def installed(example: Example, folder: Path) -> Iterator[Any]:
    """The two folders beside the others for as long as this lasts; gives the pretend service's module."""
    for path, text in example.files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    integrations.__path__.append(str(folder / "integrations"))
    try:
        yield import_module("integrations.ledgerette.sandbox")
    finally:
        integrations.__path__.pop()
        for name in [name for name in sys.modules if name.startswith(tuple(example.packages))]:
            del sys.modules[name]
