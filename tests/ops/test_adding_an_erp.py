"""docs/adding-an-erp.md, carried out: a ledger that nobody has heard of is two folders and one line."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings as installed_settings
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hub.models import JobRecord, Membership, Problem, Tenant
from integrations.procore.sandbox import Company, ProcoreSandbox
from tests.architecture.folders import Folder, faults
from tests.network import network
from tests.ops import ledgerette
from tests.ops.shell import Shell, manage

pytestmark = pytest.mark.django_db(transaction=True)
SLUG = "kauri-ledgerette"
OURS = 'lint.isort.known-first-party = ["hub", "integrations"]'
CENTRES = {"J-K-01": "Ridge Road Townhouses", "J-K-02": "Totara Lane Clinic", "J-K-03": "Library Roof"}


@dataclass
class Firm:
    """One firm with a Procore company and its books in Ledgerette."""

    company: Company
    books: Any  # the example's own LedgeretteSandbox

    def run(self, *options: str) -> Shell:
        return manage("run_stage", SLUG, "projects", *options)

    def centres(self) -> dict[str, str]:
        codes = [one["code"] for one in self.books.centres]
        assert len(set(codes)) == len(codes), f"doubled: {codes}"
        return {one["code"]: one["name"] for one in self.books.centres}

    def outcomes(self) -> dict[str, str]:
        job = JobRecord.objects.latest("pk").job
        return dict(JobRecord.objects.filter(job=job).values_list("source_key", "outcome"))


@pytest.fixture
def firm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Firm]:
    example = ledgerette.read()
    settings.HUB_PAIRINGS = example.pairings
    with ledgerette.installed(example, tmp_path) as pretend:
        procore, books = ProcoreSandbox(), pretend.LedgeretteSandbox()
        company = procore.add_company("Kauri Ridge Builders", "NZ")
        procore.add_app("kauri-procore", "procore-secret", [company])
        for number, name in (
            ("K-01", "Ridge Road Townhouses"),
            ("K-02", "Totara Lane Clinic"),
            ("K-03", "Library Roof"),
        ):
            company.add_project(name, number)
        monkeypatch.setenv("KAURI_PROCORE_SECRET", "procore-secret")
        monkeypatch.setenv("KAURI_LEDGERETTE_KEY", pretend.KEY)
        path = tmp_path / "tieback.toml"
        path.write_text(example.tenant.replace('account = "1001"', f'account = "{company.id}"'))
        hosts = {"login.procore.com": procore, "api.procore.com": procore, "api.ledgerette.example": books}
        with network(hosts):
            loaded = manage("load_config", str(path))
            assert (loaded.status, loaded.err) == (0, "")
            yield Firm(company, books)


def test_the_line_adds_one_pairing_to_those_there_are() -> None:
    example = ledgerette.read()
    assert [one for one in example.pairings if one not in example.packages] == [
        one for one in installed_settings.HUB_PAIRINGS if one.startswith("integrations.")
    ]
    assert example.packages == {"integrations.ledgerette", "integrations.procore_ledgerette"}


def test_the_folders_keep_to_their_layers_and_to_our_style(tmp_path: Path) -> None:
    example = ledgerette.read()
    with ledgerette.installed(example, tmp_path):
        folders = [Folder(tmp_path / name.replace(".", "/"), name) for name in sorted(example.packages)]
    assert list(faults(folders)) == []
    assert [(one.is_client, one.is_pairing) for one in folders] == [(True, False), (False, True)]
    rules = Path(__file__).resolve().parents[2] / "pyproject.toml"
    for command in (["check"], ["format", "--check"]):
        ruff = [sys.executable, "-m", "ruff", *command, "--config", str(rules), "--config", OURS, "--no-cache", "."]
        done = subprocess.run(ruff, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_projects_become_centres_and_then_nothing_more(firm: Firm) -> None:
    assert manage("check").status == 0
    firm.books.add("J-K-02", "Clinic")  # somebody was there before us
    assert firm.run().status == 0
    assert firm.centres() == CENTRES
    assert firm.outcomes() == {"K-01": "created", "K-02": "matched", "K-03": "created"}
    mark = firm.books.ledger.mark()
    assert firm.run().status == 0
    assert set(firm.outcomes().values()) == {"unchanged"}
    assert firm.books.ledger.writes(since=mark) == []


def test_a_change_takes_one_write_and_a_preview_none(firm: Firm) -> None:
    assert firm.run("--preview").status == 0
    assert firm.centres() == {}
    firm.run()
    project = next(iter(firm.company.projects))
    project.change(name="Ridge Road Terraces")
    mark = firm.books.ledger.mark()
    firm.run("--changed")
    assert [entry.method for entry in firm.books.ledger.writes(since=mark)] == ["PUT"]
    assert firm.centres()["J-K-01"] == "Ridge Road Terraces"


def test_an_answer_that_is_lost_doubles_nothing(firm: Firm) -> None:
    firm.books.faults.add("drop_after", method="POST")
    firm.books.faults.add("status_after", method="POST", status=500)
    assert firm.run().status == 0
    assert firm.centres() == CENTRES
    assert len(firm.books.ledger.writes()) == 3


def test_a_write_that_was_not_seen_to_be_done_is_not_sent_again_at_once(firm: Firm) -> None:
    firm.books.faults.add("drop", method="POST")
    shell = firm.run()
    assert (shell.status, len(firm.books.ledger.writes())) == (1, 1)
    assert "may still carry it out" in shell.err
    firm.books.add("J-K-01", "Ridge Road Townhouses")  # at last it does
    with time_machine.travel(timezone.now() + timedelta(minutes=4)):
        assert firm.run().status == 0
    assert firm.centres() == CENTRES
    assert len(firm.books.ledger.writes()) == 3


def test_whatever_stands_in_the_way_is_said(firm: Firm) -> None:
    firm.company.add_project("Museum Store", None)
    firm.company.add_project("A", "K-09")
    firm.company.add_project("B", "K-09")
    firm.company.add_project("Annexe with a name that is longer than forty characters", "K-10")
    firm.company.add_project("Old", "K-11").change(active=False)
    shell = firm.run()
    assert shell.status == 3
    assert "The project “Museum Store” has no number" in shell.out
    assert "A name has at most 40 characters." in shell.out
    assert firm.centres() == CENTRES
    codes = Problem.objects.filter(state="open").values_list("code", flat=True)
    assert sorted(codes) == ["no_number", "number_twice", "number_twice", "refused"]


def test_its_pages_are_there_for_each_role(firm: Firm) -> None:
    firm.run()
    tenant = Tenant.objects.get(slug=SLUG)
    pages = [
        reverse("admin:hub_tenant_page", args=[tenant.pk]),
        reverse("admin:hub_problem_changelist"),
        reverse("admin:hub_approvals"),
        reverse("admin:hub_tenant_check", args=[tenant.pk]),
    ]
    for role in ("viewer", "manager"):
        user = get_user_model().objects.create_user(role)
        Membership.objects.create(customer=tenant.customer, user=user, role=role)
        browser = Client()
        browser.force_login(user)
        answers = [browser.get(page) for page in pages]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 200 if role == "manager" else 403]
        text = answers[0].content.decode()
        assert "Active projects become cost centres; codes begin with “J-”." in text
        assert ("Send all projects" in text) is (role == "manager")
