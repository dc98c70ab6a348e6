"""The demonstration: every figure as expected, a second run that writes nothing, four edits with one write each."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
import requests

from config.demo.bills import BILL, CREDIT_NOTE, JOURNAL, PURCHASE, Paper
from config.demo.seeds import DemoTenant, prepare
from config.demo.story import Story
from hub.embedded import answers, socket_path
from hub.installation import free_port
from integrations.procore_xero import PAIRING
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
    assert "phone of Rātā Steel changed in Xero: 1 updated, write calls: Procore 1, Xero 0" in done.stdout
    assert "claim 3103/SC-01/2 approved in Procore: 1 created, write calls: Procore 0, Xero 1" in done.stdout
    assert "2,300.00 of RS-31 paid in Xero: 1 created, write calls: Procore 1, Xero 0" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 120
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


TENANTS = prepare("http://127.0.0.1/connect/callback").tenants


@pytest.mark.parametrize("tenant", TENANTS, ids=lambda tenant: tenant.slug)
def test_the_expectations_cover_every_record(tenant: DemoTenant) -> None:
    """Whatever people enter is in exactly one expected count."""
    story = tenant.story
    totals = {stage: sum(expected.counts.values()) for stage, expected in story.expected.items()}
    bills = story.expected["progress_claims"].counts["created"] - _credit_notes(story)
    papers = {kind: sum(map(_parts, (one for one in story.papers if one.kind == kind))) for kind in KINDS}
    assert totals == {
        "projects": len(tenant.company.projects),
        "contacts": len(tenant.org.contacts),
        "cost_codes": len(tenant.company.standard_cost_codes),
        **({"commitments": len(story.contracts)} if "commitments" in story.setup.stages else {}),
        "progress_claims": len(story.claims),
        # a record for each, and one more for the date of a claim that is paid in full
        "payments": len(story.payments) + sum(not payment.amount for payment in story.payments),
        "direct_invoices": bills + papers[BILL] + papers[CREDIT_NOTE] + papers[PURCHASE],
        "journal_entries": papers[JOURNAL],
        "claim_attachments": sum(len(claim.files) for claim in story.claims),
    }


KINDS = (BILL, CREDIT_NOTE, PURCHASE, JOURNAL)


def _credit_notes(story: Story) -> int:
    """Claims below zero that became one."""
    if story.setup.settings.get("negative_claims") != "credit note":
        return 0
    return sum(Decimal(amount) < 0 for claim in story.claims for amount in claim.work.values())


def _parts(paper: Paper) -> int:
    """A record for each project of a document, and one for its lines without project."""
    return 1 if paper.status == "DRAFT" else len({item.project for item in paper.items})


def test_every_stage_that_is_on_is_shown() -> None:
    for tenant in TENANTS:
        on = [stage.slug for stage in PAIRING.stages if stage.enabled or stage.slug in tenant.story.setup.stages]
        assert list(tenant.story.expected) == on
    assert {slug for tenant in TENANTS for slug in tenant.story.expected} == {stage.slug for stage in PAIRING.stages}
