"""manage.py up: everything starts, everything stops, and nothing is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from hub.embedded import answers, socket_path
from hub.installation import free_port
from tests.ops.worker import wait_until

ROOT = Path(__file__).resolve().parents[2]


class Up:
    """`manage.py up` on its own data directory."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port("127.0.0.1", 0)
        self.output = folder / "output"
        environment = {name: value for name, value in os.environ.items() if name not in ("BROKER_URL", "DATABASE_URL")}
        environment |= {"TIEBACK_DATA_DIR": str(folder / "data"), "DJANGO_SETTINGS_MODULE": "tests.settings"}
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up", "--port", str(self.port)],
                cwd=ROOT,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        return self.output.read_text()

    def ready(self) -> None:
        wait_until(lambda: "Ctrl-C stops everything" in self.said or self.process.poll() is not None, "up", 120)
        assert self.process.poll() is None, self.said

    def part(self, name: str) -> int:
        """The process id of a part."""
        marks = {"web": "gunicorn", "worker": "celery -A config worker", "beat": "celery -A config beat"}
        lines = subprocess.run(
            ["ps", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=True
        ).stdout.splitlines()
        return next(
            int(line.split()[0]) for line in lines if marks[name] in line and line.split()[1] == str(self.process.pid)
        )

    def broker_is_up(self) -> bool:
        return answers(socket_path(self.folder / "data"))


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Up]:
    one = Up(tmp_path)
    yield one
    if one.process.poll() is None:
        one.process.terminate()
    one.process.wait(40)


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_it_serves_the_login_and_stops_at_ctrl_c(up: Up) -> None:
    up.ready()
    page = requests.get(f"http://127.0.0.1:{up.port}/admin/login/", timeout=10)
    assert page.status_code == 200
    assert "Tieback" in page.text
    for line in (
        "broker    embedded Valkey",
        "database  ready",
        "web       started",
        "worker    started",
        "beat      started",
    ):
        assert line in up.said
    ready = f"http://127.0.0.1:{up.port}/readyz"
    wait_until(lambda: requests.get(ready, timeout=10).status_code == 200, "worker and beat give signs of life", 120)
    pids = [up.part(name) for name in ("web", "worker", "beat")]
    up.process.send_signal(signal.SIGINT)
    assert up.process.wait(40) == 0
    assert up.said.endswith("Stopped.\n")
    assert all(gone(pid) for pid in pids)
    assert not up.broker_is_up()


def test_when_one_part_dies_everything_stops_with_the_reason(up: Up) -> None:
    up.ready()
    pids = [up.part(name) for name in ("web", "worker", "beat")]
    os.kill(pids[2], signal.SIGKILL)
    assert up.process.wait(40) == 1
    assert "The beat has ended (status -9)" in up.said
    assert "Everything else has been stopped." in up.said
    assert all(gone(pid) for pid in pids)
    assert not up.broker_is_up()


def test_a_killed_supervisor_leaves_only_the_broker_which_is_used_again(up: Up, tmp_path: Path) -> None:
    up.ready()
    pids = [up.part(name) for name in ("web", "worker", "beat")]
    up.process.kill()
    up.process.wait()
    wait_until(lambda: all(gone(pid) for pid in pids), "the parts follow their parent", 40)
    assert up.broker_is_up()
    again = Up(tmp_path)
    again.ready()
    again.process.terminate()
    assert again.process.wait(40) == 0
    assert not again.broker_is_up()


def test_a_second_one_on_the_same_data_is_refused(up: Up, tmp_path: Path) -> None:
    up.ready()
    (tmp_path / "second").mkdir()
    second = Up(tmp_path / "second")
    second.process.kill()
    second.process.wait()
    environment = {**os.environ, "TIEBACK_DATA_DIR": str(tmp_path / "data"), "DJANGO_SETTINGS_MODULE": "tests.settings"}
    done = subprocess.run(
        [sys.executable, "manage.py", "up", "--port", str(second.port)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Tieback runs already with the data in" in done.stderr
    assert up.process.poll() is None
