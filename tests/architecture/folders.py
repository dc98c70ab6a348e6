"""What a folder under integrations/ is, read from what it imports: a client, a pairing, or what pairings share."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

OUTSIDE = ("django", "celery", "hub", "config")  # what a client must do without


def imports(path: Path, module: str) -> Iterator[str]:
    """Modules that a file names, relative ones resolved. `module` is the file's own name."""
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")
            above = parts[: len(parts) - node.level + 1] if node.level else []
            base = ".".join([*above, *filter(None, [node.module])])
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


class Folder:
    """One package under integrations/, or hub/. `sandbox` parts are told apart: they are no part of the product."""

    def __init__(self, path: Path, name: str) -> None:
        self.name = name
        self.uses: set[str] = set()
        self.sandboxes: set[str] = set()  # pretend services that the product's own code names
        self.is_pairing = False
        for file in path.rglob("*.py"):
            self._look(file, ".".join([name, *file.relative_to(path).with_suffix("").parts]).removesuffix(".__init__"))

    def _look(self, file: Path, module: str) -> None:
        named = set(imports(file, module))
        self.uses |= named
        self.is_pairing |= module == self.name and "hub.pairing.Pairing" in named
        if ".sandbox" not in module:
            self.sandboxes |= {one for one in named if one.startswith("integrations.") and ".sandbox" in one}

    def reaches(self, *names: str) -> set[str]:
        return {one for one in self.uses if any(f"{one}.".startswith(f"{name}.") for name in names)}

    @property
    def neighbours(self) -> set[str]:
        """Other folders under integrations/ that this one names."""
        parts = (one.split(".") for one in self.uses if one.startswith("integrations."))
        return {f"integrations.{part[1]}" for part in parts} - {self.name}

    @property
    def is_client(self) -> bool:
        return not self.reaches("hub")


def faults(folders: list[Folder]) -> Iterator[str]:
    """What breaks the layers, as sentences; whatever the folders are called."""
    by_name = {folder.name: folder for folder in folders}
    for folder in folders:
        if folder.sandboxes:
            yield f"{folder.name} imports a pretend service: {sorted(folder.sandboxes)}"
        for name in sorted(folder.neighbours - {"integrations.base"}):
            other = by_name.get(name)
            if folder.is_client:
                yield f"{folder.name} is a client and imports {name}"
            elif other and other.is_pairing:
                yield f"{folder.name} imports {name}, which is a pairing"
        if folder.is_client and (outside := folder.reaches(*OUTSIDE)):
            yield f"{folder.name} is a client and imports {sorted(outside)}"
