"""A wrong or missing variable stops the start with one line that says which and why."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

ROOT = Path(__file__).resolve().parents[2]
GOOD = {
    "TIEBACK_MODE": "production",
    "TIEBACK_SECRET_KEY": "k" * 60,
    "TIEBACK_FIELD_KEYS": Fernet.generate_key().decode(),
    "TIEBACK_BASE_URL": "https://tieback.example.com",
}


def start(folder: Path, **changes: str) -> subprocess.CompletedProcess[str]:
    plain = {
        name: value for name, value in os.environ.items() if not name.startswith(("TIEBACK_", "DATABASE", "BROKER"))
    }
    environment = {
        **plain,
        **GOOD,
        "TIEBACK_DATA_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        **changes,
    }
    command = [sys.executable, "-c", "from django.conf import settings; settings.DEBUG"]
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_good_environment_starts(tmp_path: Path) -> None:
    done = start(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


WRONG = [
    ({"TIEBACK_SECRET_KEY": ""}, "TIEBACK_SECRET_KEY is not set"),
    ({"TIEBACK_FIELD_KEYS": " , "}, "TIEBACK_FIELD_KEYS is not set"),
    ({"TIEBACK_FIELD_KEYS": "abc"}, "TIEBACK_FIELD_KEYS: must be Fernet keys"),
    ({"TIEBACK_MODE": "staging"}, "TIEBACK_MODE: Input should be 'production' or 'development'"),
    ({"TIEBACK_BASE_URL": "tieback.example.com"}, "TIEBACK_BASE_URL: must be a web address"),
    ({"TIEBACK_BASE_URL": "http://tieback.example.com"}, "TIEBACK_BASE_URL: must use https://"),
    ({"TIEBACK_KEEP_CALLS_DAYS": "0"}, "TIEBACK_KEEP_CALLS_DAYS: "),
    ({"TIEBACK_LEASE_SECONDS": "200"}, "TIEBACK_LEASE_SECONDS must be at least 220: twice as long as the longest call"),
    ({"TIEBACK_CALL_SECONDS": "0"}, "TIEBACK_CALL_SECONDS: "),
    ({"TIEBACK_LOG_LEVEL": "LOUD"}, "TIEBACK_LOG_LEVEL: "),
    ({"TIEBACK_TIME_ZONE": "Mars/Base"}, "TIEBACK_TIME_ZONE: is not a time zone"),
    ({"DATABASE_URL": "sage://somewhere"}, "DATABASE_URL: is not a database address"),
    ({"BROKER_URL": "carrier-pigeon://loft"}, "BROKER_URL: must begin with "),
    ({"BROKER_URL": "amqp://guest@localhost//"}, "TIEBACK_LIMITS_URL is not set; with RabbitMQ"),
    ({"TIEBACK_LIMITS_URL": "memory"}, "TIEBACK_LIMITS_URL: must begin with "),
]


@pytest.mark.parametrize(("changes", "words"), WRONG)
def test_a_wrong_variable_is_named_in_one_line(tmp_path: Path, changes: dict[str, str], words: str) -> None:
    done = start(tmp_path, **changes)
    assert done.returncode == 1
    assert done.stderr.startswith(f"Tieback cannot start: {words}")
    assert done.stderr.count("\n") == 1


def test_a_secret_is_not_repeated(tmp_path: Path) -> None:
    assert "hush-hush" not in start(tmp_path, TIEBACK_FIELD_KEYS="hush-hush").stderr


def test_development_needs_nothing(tmp_path: Path) -> None:
    assert start(tmp_path, TIEBACK_MODE="development", TIEBACK_SECRET_KEY="", TIEBACK_FIELD_KEYS="").returncode == 0
