"""Log lines say which request, job and tenant they are about, and hold no secret."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse

from config.env import Environment
from hub import logs
from hub.engine.run import run
from hub.models import ApiCall, Role, SyncJob
from hub.redact import RedactFilter
from hub.tasks import start_scheduled
from tests.admin.house import house
from tests.engine.world import World

WRITES = "import logging; logging.getLogger('x').warning('sent client_secret=hidden-one'); "


@pytest.fixture
def lines() -> Iterator[list[dict[str, Any]]]:
    """What is logged meanwhile, as production writes it."""
    stream, found = StringIO(), _Lines()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.Json())
    handler.addFilter(RedactFilter())
    handler.addFilter(logs.ContextFilter())
    found.stream = stream
    logging.getLogger().addHandler(handler)
    yield found
    logging.getLogger().removeHandler(handler)


class _Lines(list[dict[str, Any]]):
    stream: StringIO

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter([json.loads(line) for line in self.stream.getvalue().splitlines()])


def test_a_click_can_be_followed_to_the_call(lines: list[dict[str, Any]], db: None, dispatched: list[int]) -> None:
    with house() as two:
        begin = reverse("admin:hub_tenant_start", args=[two.kauri.tenant.pk, "orders"])
        client = two.as_(two.kauri.people[Role.OPERATOR])
        answer = client.post(begin, {"all": "1"}, headers={"x-request-id": "front-door-0001"})
        assert answer["X-Request-ID"] == "front-door-0001"
        (job,) = SyncJob.objects.filter(pk__in=dispatched)
        run(job.pk)
    assert job.request_id == "front-door-0001"
    calls = ApiCall.objects.filter(job=job)
    assert set(calls.values_list("request_id", flat=True)) == {"front-door-0001"}
    of_job = [line for line in lines if line.get("job") == job.pk]
    assert {line["request"] for line in of_job} == {"front-door-0001"}
    assert {line["tenant"] for line in of_job if line["message"].startswith("Call to")} == {"kauri"}
    assert len([line for line in of_job if line["message"].startswith("Call to")]) == calls.count()
    assert of_job[-1]["message"] == f"Job {job.pk} is partial: 1 updated, 1 rejected"
    told = next(line for line in lines if line["message"].startswith(f"POST {begin} answered 302"))
    assert (told["request"], "job" in told) == ("front-door-0001", False)


def test_a_change_of_the_configuration_is_known_by_its_request(db: None) -> None:
    from auditlog.models import LogEntry

    with house() as two:
        client = two.as_(two.kauri.people[Role.MANAGER])
        form = {"customer": two.kauri.customer.pk, "name": "Vault by service account", "vendor": "vault"}
        form |= {"environment": "production", "kind": "client_credentials", "client_id": "x", "client_secret": "y"}
        answer = client.post(reverse("admin:hub_grant_add"), form, headers={"x-request-id": "front-door-0002"})
        assert answer.status_code == 302
    entries = LogEntry.objects.filter(cid="front-door-0002")
    assert list(entries.values_list("object_repr", flat=True)) == ["Vault by service account"]


@pytest.fixture
def dispatched(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Jobs that a worker was asked to look at."""
    from celery import current_app

    found: list[int] = []
    monkeypatch.setattr(current_app, "send_task", lambda name, args: found.append(args[0]))
    return found


def test_each_run_of_a_schedule_is_a_request_of_its_own(toy: World, dispatched: list[int]) -> None:
    for _ in range(2):
        start_scheduled(toy.row.pk)
        run(dispatched[-1])
    ids = list(SyncJob.objects.values_list("request_id", flat=True))
    assert len(set(ids)) == 2
    assert all(len(one) == 32 for one in ids)
    assert logs.request_id() == ""


@pytest.mark.parametrize("given", ["short", "x" * 65, 'quote"quote', "line\x1bline", ""])
def test_an_odd_request_id_is_not_taken_over(client: Client, db: None, given: str) -> None:
    answer = client.get("/admin/", headers={"x-request-id": given})
    assert len(answer["X-Request-ID"]) == 32
    assert answer["X-Request-ID"] != given


def test_an_error_is_one_line_with_its_traceback_and_no_secret(lines: list[dict[str, Any]]) -> None:
    try:
        raise ValueError("Bearer abc.def refused")
    except ValueError:
        logging.getLogger("x").exception("access_token=%s", "abc", extra={"password": "hidden"})
    (line,) = lines
    assert set(line) == {"time", "level", "logger", "message", "exception"}
    assert (line["level"], line["message"]) == ("ERROR", "access_token=•••")
    assert "ValueError: Bearer ••• refused" in line["exception"]
    assert "abc" not in json.dumps(line)


@pytest.mark.parametrize(
    ("mode", "form", "is_json"),
    [
        ("production", "", True),
        ("production", "text", False),
        ("development", "", False),
        ("development", "json", True),
    ],
)
def test_production_logs_for_machines(mode: str, form: str, is_json: bool) -> None:
    values: dict[str, Any] = {"mode": mode, "log_format": form, "secret_key": "x", "field_keys": "A" * 43 + "="}
    assert Environment(**values).json_logs is is_json


@pytest.mark.parametrize("program", ["celery", "gunicorn"])
def test_workers_and_web_write_the_same_lines(program: str) -> None:
    """Celery and gunicorn set logging up themselves unless they are kept from it."""
    set_up = {
        "celery": "import django; django.setup(); "
        "from config import celery_app; celery_app.log.setup(loglevel='INFO'); ",
        "gunicorn": "from gunicorn.app.wsgiapp import WSGIApplication as App; import sys; "
        "sys.argv = ['gunicorn', '--config', 'python:config.gunicorn', 'config.wsgi']; app = App(); "
        "app.cfg.logger_class(app.cfg).error('code=hidden-two'); ",
    }
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "TIEBACK_LOG_FORMAT": "json"}
    done = subprocess.run(
        [sys.executable, "-c", set_up[program] + WRITES],
        env=environment,
        cwd=django_settings.ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    told = [json.loads(line)["message"] for line in done.stderr.splitlines()]
    assert told == [*(["code=•••"] if program == "gunicorn" else []), "sent client_secret=•••"]
