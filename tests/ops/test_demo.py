"""The demonstration: every figure as expected, a second run that writes nothing, some edits with one write each."""

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
from config.demo.lantern_bay import books, office
from config.demo.lantern_bay import site as lantern_site
from config.demo.lantern_bay.tenant import MriTenant
from config.demo.seeds import prepare
from config.demo.story import XeroStory, XeroTenant
from hub.embedded import answers, socket_path
from hub.installation import free_port
from integrations.procore_mri import PAIRING as WITH_MRI
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
    assert "write calls: Procore 0, Xero 0, MRI 0\n" in done.stdout
    assert "2402 renamed in Procore: 1 updated, write calls: Procore 0, Xero 1" in done.stdout
    assert "phone of Rātā Steel changed in Xero: 1 updated, write calls: Procore 1, Xero 0" in done.stdout
    assert "claim 3103/SC-01/2 approved in Procore: 1 created, write calls: Procore 0, Xero 1" in done.stdout
    assert "2,300.00 of RS-31 paid in Xero: 1 created, write calls: Procore 1, Xero 0" in done.stdout
    assert "phone of Bellbuoy Steel changed in MRI: 1 updated, write calls: Procore 1, Xero 0, MRI 0" in done.stdout
    assert "claim 0042-A/SC-02/3 approved in Procore: 1 created, write calls: Procore 0, Xero 0, MRI 1" in done.stdout
    assert "1,000.00 of 0042-A/SC-01/2 paid in MRI: 1 created, write calls: Procore 1, Xero 0, MRI 0" in done.stdout
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
    assert len(addresses) == 4
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


BESIDE_XERO = [tenant for tenant in TENANTS if isinstance(tenant, XeroTenant)]
(BESIDE_MRI,) = (tenant for tenant in TENANTS if isinstance(tenant, MriTenant))


@pytest.mark.parametrize("tenant", BESIDE_XERO, ids=lambda tenant: tenant.slug)
def test_the_expectations_cover_every_record(tenant: XeroTenant) -> None:
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


def _credit_notes(story: XeroStory) -> int:
    """Claims below zero that became one."""
    if story.setup.settings.get("negative_claims") != "credit note":
        return 0
    return sum(Decimal(amount) < 0 for claim in story.claims for amount in claim.work.values())


def _parts(paper: Paper) -> int:
    """A record for each project of a document, and one for its lines without project."""
    return 1 if paper.status in ("DRAFT", "H") else len({item.project for item in paper.items})


def test_the_expectations_beside_mri_cover_every_record() -> None:
    totals = {stage: sum(one.counts.values()) for stage, one in BESIDE_MRI.story.expected.items()}
    contracts, claims = BESIDE_MRI.story.contracts, BESIDE_MRI.story.claims
    papers = {kind: sum(_parts(one) for one in office.PAPERS if one.kind == kind) for kind in (BILL, JOURNAL)}
    unlinked = sum(number == "007" for number, _ in books.PROJECTS)  # a record for each says that it is not read
    assert totals == {
        "vendors": len(books.VENDORS),
        "cost_codes": len(books.PHASES) + len(books.CODES) + len([books.RETIRED]),
        "cost_types": len(books.CATEGORIES),
        "jobs": len(books.JOBS),
        "budgets": BESIDE_MRI.story.expected["jobs"].found + unlinked,  # of each project, whether it has one or not
        "budget_revisions": sum(len(budget.changes) for budget in lantern_site.BUDGETS) + unlinked,
        "commitments": len(contracts) + unlinked,
        "change_orders": sum(len(contract.changes) for contract in contracts) + unlinked,
        "draws": len(claims) + unlinked,
        # a record for each, and one more for the date of each of three claims that are paid in full
        "payments": len(office.PAYMENTS) + 3,
        "direct_invoices": papers[BILL],
        "journal_entries": papers[JOURNAL],
    }


def test_every_stage_that_is_on_is_shown() -> None:
    for tenant in TENANTS:
        stages = tenant.pairing.stages
        on = [stage.slug for stage in stages if stage.enabled or stage.slug in tenant.story.setup.stages]
        assert list(tenant.story.expected) == on
    shown = {(tenant.pairing.slug, slug) for tenant in TENANTS for slug in tenant.story.expected}
    every = {(pairing.slug, stage.slug) for pairing in (PAIRING, WITH_MRI) for stage in pairing.stages}
    assert every - shown <= {("procore_mri", "new_vendors")}  # of customers whose vendors begin in Procore
