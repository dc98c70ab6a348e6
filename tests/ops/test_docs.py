"""What the documentation says is so."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.contrib.auth import get_user_model

import tests.toy
from config.env import Environment
from hub.config_file.schema import SECTIONS, Entry, Member, Stage, Value
from hub.models import Tenant
from tests.engine.world import World
from tests.ops.shell import manage
from tests.toy.stages import Orders

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"


def blocks(path: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", path.read_text(), re.M | re.S)


def test_every_environment_variable_is_explained() -> None:
    text = (DOCS / "configuration.md").read_text()
    for name, field in Environment.model_fields.items():
        variable = str(field.validation_alias or f"TIEBACK_{name.upper()}")
        assert f"| `{variable}` |" in text, variable


def test_the_examples_name_every_key() -> None:
    text = "\n".join(blocks(DOCS / "configuration.md", "toml"))
    models: tuple[type[Entry], ...] = (*SECTIONS.values(), Member, Stage, Value)
    for model in models:
        for name in model.model_fields:
            assert re.search(rf"\b{name}\b", text), f"{model.__name__}.{name}"


def test_the_example_loads(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    get_user_model().objects.create_user("kim")
    monkeypatch.setenv("HARBOUR_PROCORE_SECRET", "one")
    for name in ("HARBOUR_MRI_KEY", "HARBOUR_MRI_PASSWORD"):
        monkeypatch.setenv(name, "three")
    settings.HUB_CUSTOM_HOSTS = ["gateway.example.com"]
    (tmp_path / "secrets").mkdir()
    for name in ("xero", "xero-token"):
        (tmp_path / "secrets" / name).write_text("two")
    path = tmp_path / "example.toml"
    path.write_text("\n".join(blocks(DOCS / "configuration.md", "toml")))
    shell = manage("load_config", str(path))
    assert (shell.status, shell.err) == (0, "")
    tenant = Tenant.objects.get(slug="harbour-lane-au")
    assert tenant.stages.get(stage="contacts").gate == "approve"
    assert tenant.value_maps.get(project="2401").account == "310"
    assert manage("load_config", str(path)).out.splitlines()[-1].startswith("0 created, 0 updated")


def test_the_stage_of_the_recipe_runs(toy: World, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file as it is printed, the one line, and the new stage moves records beside the old one."""
    file, line = blocks(DOCS / "adding-a-stage.md", "python")
    drafts = _module(file, "tests.toy.drafts", monkeypatch)
    names = {**vars(tests.toy), "Orders": Orders, "Drafts": drafts.Drafts}
    exec(line, names)
    package = _module("", "toy_with_drafts", monkeypatch)
    package.PAIRING = names["PAIRING"]  # type: ignore[attr-defined]
    settings.HUB_PAIRINGS = ["toy_with_drafts"]
    toy.shop.put("7", "N7", "seventh", draft=True)
    toy.shop.put("8", "N8", " ", draft=True)
    manage("migrate", "--verbosity", "0")
    shell = manage("run_stage", "toy", "drafts")
    assert shell.status == 3
    assert toy.papers() == {"D-N7": "Draft: seventh"}
    assert "Draft N8 has no name." in shell.out
    assert manage("run_stage", "toy", "orders").status == 0
    assert toy.papers().keys() == {"D-N7", "N1", "N2", "N3"}
    assert manage("check").status == 0


def _module(text: str, name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    module = ModuleType(name)
    monkeypatch.setitem(sys.modules, name, module)
    exec(text, vars(module))
    return module


def test_links_lead_somewhere() -> None:
    for path in (ROOT / "README.md", *DOCS.rglob("*.md")):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text()):
            assert (path.parent / target).exists(), f"{path.relative_to(ROOT)}: {target}"


def test_make_targets_that_are_named_exist() -> None:
    made = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    named = re.compile(r"(?:`|^|step )make ([a-z-]+)", re.M)
    texts = [path.read_text() for path in (ROOT / "README.md", *DOCS.rglob("*.md"), ROOT / ".ci" / "run")]
    found = {target for text in texts for target in named.findall(text)}
    assert {"demo", "test", "check", "test-services", "test-browser"} <= found <= made
