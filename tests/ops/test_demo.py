"""The demonstration: every figure as expected, a second run that writes nothing, two edits with one write each."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from config.demo.seeds import prepare
from hub.embedded import answers, socket_path
from hub.installation import free_port
from tests.ops.worker import wait_until

ROOT = Path(__file__).resolve().parents[2]


def environment(folder: Path, **more: str) -> dict[str, str]:
    outside = {name: value for name, value in os.environ.items() if name not in ("BROKER_URL", "DATABASE_URL")}
    ours = {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "TIEBACK_MODE": "development",
        "TIEBACK_DATA_DIR": str(folder / "demo"),
        "TIEBACK_CUSTOM_HOSTS": "127.0.0.1:*",
        "PORT": str(free_port("127.0.0.1", 0)),
    }
    return {**outside, **ours, **more}


def test_once(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "demo"],
        cwd=ROOT,
        env=environment(tmp_path, DEMO_ONCE="1"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "write calls: Procore 0, Xero 0\n" in done.stdout
    assert "2402 renamed in Procore: 1 updated, write calls: Procore 0, Xero 1" in done.stdout
    assert "phone of Gumleaf Electrical changed in Xero: 1 updated, write calls: Procore 1, Xero 0" in done.stdout
    assert done.stdout.endswith("Every figure is as expected.\n")
    assert not answers(socket_path(tmp_path / "demo"))


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """A demonstration that serves until it is told to stop, and its output."""
    output = tmp_path / "output"
    with output.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "demo"],
            cwd=ROOT,
            env=environment(tmp_path),
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    yield process, output
    if process.poll() is None:
        process.terminate()
    process.wait(40)


def test_it_serves_until_ctrl_c(running: tuple[subprocess.Popen[bytes], Path]) -> None:
    process, output = running
    wait_until(lambda: "Log in as" in output.read_text() or process.poll() is not None, "the table", 240)
    said = output.read_text()
    assert "Not as expected" not in said
    addresses = re.findall(r"http://127\.0\.0\.1:\d+/", said)
    assert len(addresses) == 3
    for address in addresses:
        assert requests.get(address, timeout=10).status_code == 200
    process.send_signal(signal.SIGINT)
    assert process.wait(40) == 0
    assert output.read_text().endswith("Stopped.\n")
    for address in addresses:
        with pytest.raises(requests.ConnectionError):
            requests.get(address, timeout=2)


def test_it_refuses_any_other_data_directory(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "file").write_text("keep")
    done = subprocess.run(
        [sys.executable, "manage.py", "demo"],
        cwd=ROOT,
        env=environment(tmp_path, TIEBACK_DATA_DIR=str(precious)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Start the demonstration with “make demo”" in done.stderr
    assert (precious / "file").read_text() == "keep"


def test_the_expectations_cover_every_record() -> None:
    """Each project, contact and cost code of the seeds is in exactly one expected count."""
    for tenant in prepare("http://127.0.0.1/connect/callback").tenants:
        totals = {stage: sum(expected.counts.values()) for stage, expected in tenant.expected.items()}
        assert totals == {
            "projects": len(tenant.company.projects),
            "contacts": len(tenant.org.contacts),
            "cost_codes": len(tenant.company.standard_cost_codes),
        }
