"""The files for deploying: they say what the code expects, and the tools that read them accept them."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from cryptography.fernet import Fernet
from django.conf import settings
from django.db import OperationalError

from config.env import Environment
from hub.management.commands import wait_for_database
from tests.ops.shell import manage
from tests.programs import needs, working

DEPLOY = Path(settings.ROOT) / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
COMPOSE = (["docker", "compose"], ["docker-compose"])
OURS = {"web", "worker", "beat", "migrate"}
LONGEST_CALL = sum(Environment(mode="development").call_timeout)  # seconds


def example() -> dict[str, str]:
    """The example's variables, those that are commented out too."""
    return dict(re.findall(r"^#?([A-Z_]+)=(.*)$", (DEPLOY / "env.example").read_text(), re.M))


def filled(folder: Path) -> Path:
    """A copy of the folder with the example filled in."""
    copy = Path(shutil.copytree(DEPLOY, folder / "deploy"))
    text = (copy / "env.example").read_text()
    for name, value in {
        "TIEBACK_SECRET_KEY": secrets.token_urlsafe(60),
        "TIEBACK_FIELD_KEYS": Fernet.generate_key().decode(),
        "POSTGRES_PASSWORD": "letmein",
        "TIEBACK_METRICS_TOKEN": "t" * 32,
    }.items():
        text = text.replace(f"\n{name}=\n", f"\n{name}={value}\n")
    (copy / ".env").write_text(text)
    return copy


def compose() -> Any:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]


def seconds(text: str) -> float:
    return float(text.removesuffix("s"))


def test_the_example_names_variables_that_exist_and_lets_a_process_start(tmp_path: Path) -> None:
    known = {
        str(field.validation_alias or f"TIEBACK_{name.upper()}") for name, field in Environment.model_fields.items()
    }
    assert set(example()) - known == {"POSTGRES_PASSWORD"}
    lines = (filled(tmp_path) / ".env").read_text().splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    databases = {"DATABASE_URL": example()["DATABASE_URL"], "BROKER_URL": example()["BROKER_URL"]}
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    for command in (
        ["manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        ["-m", "gunicorn", "--check-config", "--config", "python:config.gunicorn", "config.wsgi"],
    ):
        done = subprocess.run(
            [sys.executable, *command],
            cwd=settings.ROOT,
            env={**inherited, **given, **databases},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr


def test_compose_accepts_the_file(tmp_path: Path) -> None:
    folder = filled(tmp_path)
    for tool in working(COMPOSE):
        done = subprocess.run(
            [*tool, "-f", str(folder / "compose.yaml"), "config"], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        told = yaml.safe_load(done.stdout)["services"]
        assert told.keys() == {*OURS, "postgres", "redis"}
        assert told["web"]["environment"]["DATABASE_URL"] == "postgres://tieback:letmein@postgres:5432/tieback"


def test_compose_refuses_to_start_without_a_password(tmp_path: Path) -> None:
    text = (DEPLOY / "compose.yaml").read_text()
    assert set(re.findall(r"\$\{(.*?)\}", text)) == {"POSTGRES_PASSWORD:?set it in deploy/.env"}


def test_every_process_of_ours_is_hardened_and_has_time_to_end() -> None:
    services = compose()
    for name in OURS:
        one = services[name]
        assert (one["read_only"], one["cap_drop"], one["tmpfs"]) == (True, ["ALL"], ["/tmp"])
        assert one["security_opt"] == ["no-new-privileges:true"]
    assert seconds(services["worker"]["stop_grace_period"]) > LONGEST_CALL
    assert services["web"]["ports"] == ["127.0.0.1:8000:8000"], "nobody may pass the proxy by and forge its headers"
    for name in OURS - {"migrate"}:
        assert services[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    assert "scale" not in services["beat"]


def test_images_name_no_registry_and_the_build_finds_its_files() -> None:
    text = (DEPLOY / "Dockerfile").read_text()
    images = [*re.findall(r"^FROM (\S+)", text, re.M), *(one["image"] for one in compose().values())]
    assert all("/" not in image and "." not in image.split(":")[0] for image in images)
    sources = [name for line in re.findall(r"^COPY (.+)$", text, re.M) for name in line.split()[:-1]]
    ignored = (Path(settings.ROOT) / ".dockerignore").read_text().splitlines()
    for name in sources:
        assert (Path(settings.ROOT) / name).exists()
        assert f"!{name}" in ignored
    assert "requirements.txt" in sources
    assert re.search(r"^RUN pip install .*--require-hashes", text, re.M)


def options(unit: Path) -> list[tuple[str, str]]:
    lines = [line for line in unit.read_text().splitlines() if line and line[0] not in "#["]
    return [(name, value) for name, _, value in (line.partition("=") for line in lines)]


def test_units_are_hardened_alike_and_have_time_to_end() -> None:
    hard = [
        [
            one
            for one in options(unit)
            if one[0].startswith(("Protect", "Private", "Restrict", "NoNew", "System", "Cap"))
        ]
        for unit in SERVICES
    ]
    assert len(hard) == 4
    assert all(one == hard[0] for one in hard)
    assert ("ProtectSystem", "strict") in hard[0]
    worker = dict(options(DEPLOY / "systemd" / "tieback-worker@.service"))
    assert float(worker["TimeoutStopSec"]) > LONGEST_CALL


@needs("systemd-analyze")
@pytest.mark.parametrize("unit", UNITS, ids=[unit.name for unit in UNITS])
def test_systemd_accepts_the_units(unit: Path, tmp_path: Path) -> None:
    for one in UNITS:  # they name each other
        text = one.read_text().replace("/opt/tieback/.venv/bin/python", sys.executable)
        (tmp_path / one.name).write_text(text)
    name = unit.name.replace("@.", "@1.")
    if name != unit.name:
        (tmp_path / name).write_text((tmp_path / unit.name).read_text())
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", name], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    ours = [line for line in done.stderr.splitlines() if "tieback" in line]
    assert (done.returncode, ours) == (0, [])


@pytest.mark.parametrize("unit", SERVICES, ids=[unit.name for unit in SERVICES])
def test_units_and_compose_run_the_same_commands(unit: Path) -> None:
    kind = re.sub(r"tieback-(\w+)@?\.service", r"\1", unit.name)
    (command,) = [value for name, value in options(unit) if name == "ExecStart"]
    words = command.split()[1:]
    if kind == "web":
        text = (DEPLOY / "Dockerfile").read_text()
        theirs = re.findall(r'"([^"]+)"', text.split("\nCMD ")[1])[1:]
        assert [w.replace("127.0.0.1", "0.0.0.0") for w in words] == theirs
        return
    theirs = [part for one in compose()[kind]["command"][1:] for part in one.split("=", 1)]
    ours = [part for one in words for part in one.split("=", 1)]
    assert ours[: len(theirs)] == theirs


def printed() -> list[str]:
    """The commands of docs/operating.md, each in one line."""
    text = (Path(settings.ROOT) / "docs" / "operating.md").read_text()
    blocks = re.findall(r"^```sh\n(.*?)^```", text, re.M | re.S)
    return [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]


def test_what_runs_beside_the_units_names_its_interpreter_in_full() -> None:
    """systemd-run looks for a relative one from where it is called, not from the working directory it is told."""
    commands = [line for line in printed() if line.startswith("systemd-run")]
    assert len(commands) == 3
    for line in commands:
        folder = re.search(r"--working-directory=(\S+)", line)
        assert folder is not None
        assert f" {folder[1]}/.venv/bin/python manage.py " in line


def test_a_release_takes_the_place_of_the_last_one_or_the_upgrade_stops(tmp_path: Path) -> None:
    """A folder at the link's place must be an error: a link inside it would leave the old code running."""
    install, upgrade = (
        found[0] for line in printed() if (found := re.findall(r"ln -\S+ /opt/\S+ /opt/tieback\b", line))
    )
    for release in ("tieback-1.0", "tieback-1.1"):
        (tmp_path / release).mkdir()

    def run(command: str) -> int:
        return subprocess.run(
            command.replace("/opt", str(tmp_path)).split(), capture_output=True, check=False
        ).returncode

    assert run(install) == 0
    assert (tmp_path / "tieback").resolve() == tmp_path / "tieback-1.0"
    assert run(upgrade) == 0
    assert (tmp_path / "tieback").resolve() == tmp_path / "tieback-1.1"
    (tmp_path / "tieback").unlink()
    (tmp_path / "tieback").mkdir()
    assert run(install) != 0
    assert run(upgrade) != 0
    assert list((tmp_path / "tieback").iterdir()) == []


def test_the_units_wait_for_a_database_that_comes_up_late() -> None:
    unit = dict(options(DEPLOY / "systemd" / "tieback-migrate.service"))
    assert unit["ExecStartPre"].endswith(" manage.py wait_for_database")
    assert unit["TimeoutStartSec"] == "infinity"


def test_waiting_for_the_database_ends_when_it_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(
        [OperationalError("connection refused\n\tIs the server running?"), OperationalError("starting up"), None]
    )

    def connect() -> None:
        if (error := next(answers)) is not None:
            raise error

    monkeypatch.setattr(wait_for_database, "connection", SimpleNamespace(ensure_connection=connect))
    monkeypatch.setattr(wait_for_database, "PAUSE", 0.0)
    shell = manage("wait_for_database")
    assert shell.err == "Waiting for the database: connection refused Is the server running?\n"
    assert next(answers, "all asked") == "all asked"
