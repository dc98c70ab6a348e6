"""The layers, without a list of names: a folder that is added is placed by what it imports.

`make check` proves the same of the folders there are with import-linter, which follows imports of imports too.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.architecture.folders import Folder, faults

ROOT = Path(__file__).resolve().parents[2]


def all_folders() -> list[Folder]:
    paths = (path for path in (ROOT / "integrations").iterdir() if (path / "__init__.py").exists())
    return [Folder(path, f"integrations.{path.name}") for path in sorted(paths)]


def test_every_folder_keeps_to_its_layer() -> None:
    folders = all_folders()
    assert list(faults(folders)) == []
    assert {folder.name for folder in folders if folder.is_pairing} >= {
        "integrations.procore_xero",
        "integrations.procore_mri",
    }
    assert {folder.name for folder in folders if folder.is_client} >= {"integrations.base", "integrations.mri"}


def test_the_hub_knows_no_folder_but_the_base() -> None:
    assert Folder(ROOT / "hub", "hub").neighbours == {"integrations.base"}


WRONG = [
    ("client.py", "from django.db import models", "is a client and imports ['django.db', 'django.db.models']"),
    ("client.py", "from ..xero.client import XeroClient", "is a client and imports integrations.xero"),
    ("stages.py", "import hub.stage\nfrom integrations import procore_xero", "integrations.procore_xero, which is a"),
    ("stages.py", "import hub.stage\nfrom ..xero.sandbox import XeroSandbox", "imports a pretend service"),
]


@pytest.mark.parametrize(("file", "text", "said"), WRONG)
def test_what_breaks_the_layers_is_found(tmp_path: Path, file: str, text: str, said: str) -> None:
    (tmp_path / "__init__.py").touch()
    (tmp_path / file).write_text(text)
    found = list(faults([*all_folders(), Folder(tmp_path, "integrations.another")]))
    assert any(said in one for one in found), found
