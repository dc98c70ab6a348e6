"""Secrets at rest, the guard against HTTP in a transaction, redaction, and statements per batch."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.core import management
from django.core.exceptions import FieldError
from django.db import connection, transaction
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from hub.guard import HttpInTransaction, refuse_in_transaction
from hub.models import Customer, Grant
from hub.redact import RedactFilter, redact_body, redact_text
from tests.engine.world import own_transaction, world

BUDGET = Path(__file__).parent / "query_budget.json"


@pytest.mark.django_db
def test_secrets_are_unreadable_in_the_database_and_absent_from_dumps(capsys: pytest.CaptureFixture[str]) -> None:
    customer = Customer.objects.create(name="Toy Makers", slug="toy")
    grant = Grant.objects.create(
        customer=customer,
        name="g",
        vendor="shop",
        kind="client_credentials",
        client_id="c",
        secret={"client_secret": "hush-hush"},
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM hub_grant")
        stored = bytes(cursor.fetchone()[0])
    assert b"hush" not in stored
    assert Grant.objects.get().secret == {"client_secret": "hush-hush"}
    assert "hush" not in repr(grant) + str(grant)
    management.call_command("dumpdata", "hub")
    dump = capsys.readouterr().out
    assert "hush" not in dump
    assert stored.decode() not in dump
    with pytest.raises(FieldError):
        Grant.objects.filter(secret={"client_secret": "hush-hush"}).exists()


@pytest.mark.django_db
def test_any_of_the_keys_decrypts_and_a_wrong_one_fails_closed() -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    with override_settings(HUB_FIELD_KEYS=[old]):
        customer = Customer.objects.create(name="Toy Makers", slug="toy")
        Grant.objects.create(
            customer=customer,
            name="g",
            vendor="shop",
            kind="client_credentials",
            client_id="c",
            secret={"client_secret": "s"},
        )
    with override_settings(HUB_FIELD_KEYS=[new, old]):
        assert Grant.objects.get().secret == {"client_secret": "s"}
    with override_settings(HUB_FIELD_KEYS=[new]):
        grant = Grant.objects.get()
        with pytest.raises(InvalidToken):
            _ = grant.secret
        grant.name = "another"
        grant.save()  # without a look at what is in it
        assert "gAAAA" not in repr(Grant.objects.values_list("secret").get())
    with override_settings(HUB_FIELD_KEYS=[new, old]):
        grant = Grant.objects.get()
        assert (grant.name, grant.secret, grant.tokens) == ("another", {"client_secret": "s"}, {})
        grant.save()
    with override_settings(HUB_FIELD_KEYS=[new]):
        assert Grant.objects.get().secret == {"client_secret": "s"}, "opened, it is stored under the first key"


@pytest.mark.django_db(transaction=True)
def test_no_vendor_is_called_inside_a_transaction() -> None:
    refuse_in_transaction()
    with transaction.atomic(), pytest.raises(HttpInTransaction):
        refuse_in_transaction()


def test_redaction_masks_what_must_not_be_written_down(caplog: pytest.LogCaptureFixture) -> None:
    body = json.dumps(
        {"access_token": "abc", "contact": {"BankAccountDetails": "12-3456", "Name": "Ö"}, "client_secret": "x"}
    )
    assert "abc" not in redact_body(body)
    assert "12-3456" not in redact_body(body)
    assert "Ö" in redact_body(body)
    for text in (
        "Authorization: Bearer abc.def",
        "grant_type=x&refresh_token=abc.def&y=1",
        '{"access_token": "abc.def"}',
        "password=abc.def",
    ):
        assert "abc.def" not in redact_text(text)
    record = logging.LogRecord("x", logging.INFO, "", 0, "token %s", ("Bearer abc.def",), None)
    RedactFilter().filter(record)
    assert "abc.def" not in record.getMessage()
    assert len(redact_body("x" * 50_000)) < 21_000


@pytest.mark.django_db
def test_statements_per_written_batch_are_within_the_budget() -> None:
    """What one batch more costs, without transaction control."""
    budget = json.loads(BUDGET.read_text())
    one = _statements(batches=1)
    two = _statements(batches=2)
    assert two - one <= budget["per_written_batch"], (one, two)
    assert budget["per_written_batch"] <= 10


def _statements(batches: int) -> int:
    with transaction.atomic():
        own_transaction()
        with world(batch=1) as w:
            for number in range(batches):
                w.shop.put(str(number))
            with CaptureQueriesContext(connection) as captured:
                assert w.go().counts == {"created": batches}
        transaction.set_rollback(True)
    control = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")
    return sum(1 for query in captured if not query["sql"].startswith(control))
