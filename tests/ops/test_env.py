"""A wrong or missing variable stops the start with one line that says which and why."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from config.mail import MailServer, mail_server

ROOT = Path(__file__).resolve().parents[2]
GOOD = {
    "TIEBACK_MODE": "production",
    "TIEBACK_SECRET_KEY": "k" * 60,
    "TIEBACK_FIELD_KEYS": Fernet.generate_key().decode(),
    "TIEBACK_BASE_URL": "https://tieback.example.com",
}


def start(
    folder: Path, code: str = "from django.conf import settings; settings.DEBUG", **changes: str
) -> subprocess.CompletedProcess[str]:
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
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )


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
    ({"TIEBACK_EMAIL_URL": "mail.example.com"}, "TIEBACK_EMAIL_URL: must be smtp://"),
    ({"TIEBACK_EMAIL_URL": "smtp://user:hush/hush@mail.example.com:587"}, "TIEBACK_EMAIL_URL: must be smtp://"),
]


@pytest.mark.parametrize(("changes", "words"), WRONG)
def test_a_wrong_variable_is_named_in_one_line(tmp_path: Path, changes: dict[str, str], words: str) -> None:
    done = start(tmp_path, **changes)
    assert done.returncode == 1
    assert done.stderr.startswith(f"Tieback cannot start: {words}")
    assert done.stderr.count("\n") == 1


def test_a_secret_is_not_repeated(tmp_path: Path) -> None:
    assert "hush-hush" not in start(tmp_path, TIEBACK_FIELD_KEYS="hush-hush").stderr


@pytest.mark.parametrize("password", ["1hush/hush", "1/hush", "hush?hush", "hush#hush", "hush[hush", "hush℀hush"])
def test_a_mail_password_that_must_be_encoded_is_not_repeated(password: str) -> None:
    with pytest.raises(ValueError, match="%2F for /") as told:
        mail_server(f"smtps://user:{password}@mail.example.com:465")
    assert "hush" not in str(told.value)
    assert told.value.__context__ is None or told.value.__suppress_context__


MAIL = [
    ("smtp://relay.example.com", MailServer("relay.example.com", 25)),
    ("smtp://u:p@mail.example.com:587", MailServer("mail.example.com", 587, "u", "p", starttls=True)),
    ("smtp://u:p@mail.example.com", MailServer("mail.example.com", 587, "u", "p", starttls=True)),
    ("smtp://u:p@mail.example.com:2525", MailServer("mail.example.com", 2525, "u", "p", starttls=True)),
    ("smtps://u:p@mail.example.com:465", MailServer("mail.example.com", 465, "u", "p", tls=True)),
    ("smtps://mail.example.com", MailServer("mail.example.com", 465, tls=True)),
    ("smtps://u:p@mail.example.com:587", MailServer("mail.example.com", 587, "u", "p", starttls=True)),
    ("smtps://me%40firm.com:a%2Fb%25@[::1]:465/", MailServer("::1", 465, "me@firm.com", "a/b%", tls=True)),
]


@pytest.mark.parametrize(("url", "server"), MAIL)
def test_mail_goes_the_way_its_address_says(url: str, server: MailServer) -> None:
    assert mail_server(url) == server


def test_a_mail_server_that_speaks_tls_from_the_first_byte_is_spoken_to_like_that(tmp_path: Path) -> None:
    asked = "from django.core.mail import get_connection as c; o = c(); print(o.use_ssl, o.use_tls, o.port, o.password)"
    done = start(tmp_path, asked, TIEBACK_EMAIL_URL="smtps://u:p%2Fq@mail.example.com")
    assert (done.stdout, done.stderr) == ("True False 465 p/q\n", "")


def test_development_needs_nothing(tmp_path: Path) -> None:
    assert start(tmp_path, TIEBACK_MODE="development", TIEBACK_SECRET_KEY="", TIEBACK_FIELD_KEYS="").returncode == 0
