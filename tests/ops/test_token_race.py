"""Four processes, one login with rotation, and answers that get lost: the login lives, and one refreshes at a time.

TIEBACK_TEST_REFRESHES sets how many writes there are in all, each of which needs a refresh.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings

from hub.models import Connection, Grant, GrantState
from integrations.base.sandbox.server import served
from integrations.xero.sandbox import Organisation, XeroSandbox
from integrations.xero.sandbox import Switches as XeroSwitches
from tests.engine.world import make_customer
from tests.ops.worker import database_url

pytestmark = pytest.mark.django_db(transaction=True)
BACK = "https://hub.example/back"
PROCESSES = 4
WRITES = int(os.environ.get("TIEBACK_TEST_REFRESHES", "16"))
EVERY = 5  # of this many answers of the login one is lost after it has rotated


@contextmanager
def login() -> Iterator[tuple[XeroSandbox, Organisation, Connection]]:
    """Access tokens that last no longer than the margin at which they are renewed."""
    switches = XeroSwitches(access_seconds=170, minute_limit=100_000, day_limit=100_000)
    xero = XeroSandbox(switches=switches)
    org = xero.add_organisation("Harbour & Lane Pty Ltd", "AU")
    app = xero.add_app("app", "xero-secret", [BACK])
    refresh = xero.tokens(app, [org])["refresh_token"]
    for number in range(WRITES // EVERY):
        xero.faults.add("drop_after", path="/connect/token", skip=number * EVERY + 2)
    with served(xero) as url:
        customer = make_customer()
        grant = Grant.objects.create(
            customer=customer,
            name="Xero",
            vendor="xero",
            kind="authorization_code",
            environment="custom",
            login_url=url,
            api_url=url,
            client_id="app",
            secret={"client_secret": "xero-secret"},
            tokens={"refresh_token": refresh},
            state=GrantState.OK,
        )
        yield xero, org, Connection.objects.create(customer=customer, grant=grant, name=org.name, account_id=org.id)


def _process(connection: Connection, name: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_URL": database_url()}
    command = [sys.executable, "-m", "tests.ops.refresher", str(connection.pk), str(WRITES // PROCESSES), name]
    return subprocess.Popen(
        command, env=environment, cwd=settings.ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_a_login_survives_a_race_of_four_processes_with_lost_answers() -> None:
    with login() as (xero, org, connection):
        racers = [_process(connection, name) for name in ("Ash", "Birch", "Cedar", "Dogwood")]
        ends = [racer.communicate(timeout=500) for racer in racers]
        assert [racer.returncode for racer in racers] == [0] * PROCESSES, [said[-2000:] for _, said in ends]
        refreshes = [entry for entry in xero.ledger.entries if entry.path == "/connect/token"]
        lost = [entry for entry in refreshes if entry.status == 0]
        assert {entry.status for entry in refreshes} == {0, 200}
        assert max(entry.in_flight for entry in refreshes) == 1, "one refresh at a time"
        assert len(refreshes) >= WRITES
        assert len(lost) == sum(int(told) for told, _ in ends) == WRITES // EVERY
        writes = xero.ledger.writes("Contacts")
        assert {entry.status for entry in writes} == {200}, "no write went out with a token that was refused"
        assert len(writes) == len(org.contacts) == WRITES // PROCESSES * PROCESSES
        connection.grant.refresh_from_db()
        assert (connection.grant.state, connection.grant.refreshing_by) == (GrantState.OK, "")
        assert connection.grant.tokens["refresh_token"] in xero.access.refresh_tokens
        assert not xero.access.refresh_tokens[connection.grant.tokens["refresh_token"]].used_at, "the newest is kept"
