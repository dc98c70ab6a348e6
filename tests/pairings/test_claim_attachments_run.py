"""Files of claims: each on its bill once, whatever becomes of the others."""

from __future__ import annotations

from typing import Any

import pytest

from hub.engine.decide import remove_link
from hub.models import LinkedEntity, SyncJob
from tests.pairings.claims_world import KEY, ClaimSite, claimed, held, money, one_contract
from tests.pairings.test_claim_faults_run import KINDS

pytestmark = pytest.mark.django_db


def _run(site: ClaimSite, *keys: str, **more: Any) -> SyncJob:
    job = site.w.go("claim_attachments", *keys, **more)
    while job.is_open:
        job = site.w.go_on(job)
    return job


def _files(site: ClaimSite, number: str = "SC-001-1") -> dict[str, bytes]:
    return {file.name: file.content for file in site.w.org.bill(number).files}


def test_files_follow_the_bill_once() -> None:
    with one_contract() as (site, contract, _):
        claimed(contract, attachments=("claim.pdf", "photo: 1.jpg"))
        assert set(site.said(_run(site)).values()) == {("skipped", "claim_not_sent")}
        site.run()
        job = _run(site)
        assert set(site.said(job)) == {f"{KEY}/claim.pdf", f"{KEY}/photo_ 1.jpg"}
        assert _files(site) == {
            "claim.pdf": b"%PDF-1.4 claim.pdf",
            "photo_ 1.jpg": b"%PDF-1.4 photo: 1.jpg",
        }
        start = site.w.marks()
        assert set(site.said(_run(site)).values()) == {("unchanged", "")}
        assert site.w.writes(start) == []
        assert not any("/files/" in call for call in site.w.calls(start))
        site.w.check_links()


def test_two_files_of_one_name_do_not_replace_each_other() -> None:
    with one_contract() as (site, contract, _):
        claimed(contract, attachments=("claim.pdf", "claim.pdf"))
        site.run()
        _run(site)
        assert len(_files(site)) == 2
        assert all(name.startswith("claim") and name.endswith(".pdf") for name in _files(site))


def test_a_credit_note_gets_its_files() -> None:
    with one_contract(negative_claims="credit note") as (site, contract, _):
        claimed(contract, "-10.00", retained={contract.lines[0]: money("0")}, attachments=("why.pdf",))
        site.run()
        assert site.said(_run(site)) == {f"{KEY}/why.pdf": ("created", "")}
        (note,) = site.w.org.credits.values()
        assert [file.name for file in note.files] == ["why.pdf"]


@pytest.mark.parametrize("fault", ["", "drop_after", "truncate"])
def test_a_second_bill_gets_the_files_again(fault: str) -> None:
    """The first was ended in Xero and its link removed; a lost answer on the way leaves each file there once."""
    with one_contract() as (site, contract, _):
        claimed(contract, attachments=("one.pdf", "two.pdf"))
        site.run()
        _run(site)
        first = site.w.org.bill("SC-001-1")
        site.w.org.void(first)
        remove_link(LinkedEntity.objects.get(tenant_stage__stage="progress_claims"), None)
        assert set(site.said(_run(site)).values()) == {("skipped", "claim_not_sent")}
        site.run()
        (second,) = (bill for bill in site.bills() if bill is not first)
        if fault:
            site.w.xero.faults.add(fault, method="PUT", path="/Attachments")
        job = _run(site)
        assert set(site.said(job).values()) == {("updated", "")}
        assert sorted(file.name for file in second.files) == ["one.pdf", "two.pdf"]
        assert sorted(file.name for file in first.files) == ["one.pdf", "two.pdf"]
        links = LinkedEntity.objects.filter(tenant_stage__stage="claim_attachments")
        assert {link.sent["document"] for link in links} == {second.id}
        assert {link.target_id for link in links} == {file.id for file in second.files}
        start = site.w.marks()
        assert set(site.said(_run(site)).values()) == {("unchanged", "")}
        assert site.w.writes(start) == []
        site.w.check_links()


def test_only_those_of_one_claim_when_asked() -> None:
    with one_contract() as (site, contract, _):
        for end in ("2026-07-31", "2026-08-31"):
            claimed(contract, end=end, attachments=("claim.pdf",))
        site.run()
        job = _run(site, "24-001", "SC-001", "2")
        assert site.said(job) == {"24-001/SC-001/2/claim.pdf": ("created", "")}
        assert _files(site) == {}


def test_the_eleventh_file_is_shown_and_the_ten_go() -> None:
    with one_contract() as (site, contract, _):
        claimed(contract, attachments=[f"{number:02}.pdf" for number in range(1, 12)])
        site.run()
        job = _run(site)
        assert len(_files(site)) == 10
        held(site, job, f"{KEY}/11.pdf", "too_many_files")


def test_a_file_that_is_gone_empty_or_too_large_holds_up_no_other() -> None:
    with one_contract() as (site, contract, _):
        claim = claimed(contract, attachments=("gone.pdf", "empty.pdf", "large.pdf", "good.pdf"))
        files = site.w.company.files
        gone, empty, large, _good = (number for number, _ in claim["attachments"])
        kept = files.pop(gone)
        files[empty], files[large] = b"", b"x" * 10_000_001
        site.run()
        job = _run(site)
        assert list(_files(site)) == ["good.pdf"]
        assert "no longer valid" in held(site, job, f"{KEY}/gone.pdf", "file_unavailable")
        assert "is empty" in held(site, job, f"{KEY}/empty.pdf", "file_unavailable")
        assert "larger than" in held(site, job, f"{KEY}/large.pdf", "file_unavailable")
        assert site.said(site.run()) == {KEY: ("unchanged", "")}
        files[gone] = kept
        assert site.said(_run(site))[f"{KEY}/gone.pdf"] == ("created", "")
        site.w.check_links()


@pytest.mark.parametrize(("kind", "more"), KINDS, ids=[kind for kind, _ in KINDS])
def test_a_lost_answer_leaves_one_file(kind: str, more: dict[str, Any]) -> None:
    with one_contract() as (site, contract, _):
        claimed(contract, attachments=("one.pdf", "two.pdf"))
        site.run()
        site.w.xero.faults.add(kind, method="PUT", path="/Attachments", **more)
        assert _run(site).state == "succeeded"
        assert sorted(file.name for file in site.w.org.bill("SC-001-1").files) == ["one.pdf", "two.pdf"]
        site.w.check_links()
        assert set(site.said(_run(site)).values()) == {("unchanged", "")}


def test_a_host_of_files_that_is_down_parks_the_run() -> None:
    with one_contract() as (site, contract, _):
        claimed(contract, attachments=("one.pdf",))
        site.run()
        host = site.w.net.hosts.pop("storage.procore.com")
        job = site.w.go("claim_attachments")
        assert (job.state, job.error_code) == ("waiting", "unavailable")
        site.w.net.hosts["storage.procore.com"] = host
        assert site.w.go_on(job).state == "succeeded"
        assert list(_files(site)) == ["one.pdf"]
