"""The pipeline end to end on the toy pair: what is written, what is not, and what is on record."""

from __future__ import annotations

import pytest

from hub.engine.claim import claim
from hub.engine.run import run
from hub.engine.start import start
from hub.models import JobRecord, LinkedEntity, Problem, SyncJob, Trigger
from integrations.base.errors import BadReply
from tests.engine.world import world
from tests.toy.stages import PaperWriter

pytestmark = pytest.mark.django_db


def test_first_run_creates_each_once_and_second_writes_nothing() -> None:
    with world(orders=5) as w:
        job = w.go()
        assert (job.state, job.counts) == ("succeeded", {"created": 5})
        assert w.papers() == {f"N{n}": f"order {n}" for n in range(1, 6)}
        w.check_links()
        mark = w.vault.ledger.mark()
        job = w.go()
        assert (job.state, job.counts) == ("succeeded", {"unchanged": 5})
        assert w.vault.ledger.writes(since=mark) == []


def test_a_rename_is_one_write_with_its_difference() -> None:
    with world(orders=4) as w:
        w.go()
        mark = w.vault.ledger.mark()
        w.shop.put("3", name="renamed “É” & #1 🏗")
        job = w.go()
        assert job.counts == {"unchanged": 3, "updated": 1}
        assert len(w.vault.ledger.writes(since=mark)) == 1
        record = JobRecord.objects.get(job=job, source_id="3")
        assert record.diff == [["name", "order 3", "renamed “É” & #1 🏗"]]
        assert record.target_url == f"https://vault.example/{record.target_id}"
        assert w.papers()["N3"] == "renamed “É” & #1 🏗"


def test_preview_writes_nothing_and_stores_no_link() -> None:
    with world(orders=3) as w:
        job = w.go(preview=True)
        assert (job.state, job.counts) == ("succeeded", {"created": 3})
        assert set(JobRecord.objects.filter(job=job).values_list("state", flat=True)) == {"preview"}
        assert w.vault.papers == {}
        assert w.vault.ledger.writes() == []
        assert not LinkedEntity.objects.exists()


def test_every_record_ends_in_an_outcome_with_a_reason() -> None:
    with world() as w:
        w.shop.put("1")
        w.shop.put("2", draft=True)
        w.shop.put("3", name="  ")
        w.shop.put("4", name="bad apple")
        job = w.go()
        assert job.state == "partial"
        assert w.outcomes(job) == {"1": "created", "2": "skipped", "3": "rejected", "4": "rejected"}
        problems = {p.source_id: p for p in Problem.objects.all()}
        assert problems["3"].message == "Order N3 has no name."
        assert problems["3"].fix == "Give it a name in the shop."
        assert "the name is bad" in problems["4"].message
        assert set(w.papers()) == {"N1"}


def test_a_mended_problem_goes_through_without_a_full_read() -> None:
    with world() as w:
        w.shop.put("1", name=" ")
        w.go()
        w.shop.orders["1"]["name"] = "now named"  # without touching its time: only the retry set finds it
        w.shop.orders["1"]["changed_at"] = "2020-01-01T00:00:00+00:00"
        job = w.go(full=False)
        assert job.counts == {"created": 1}
        assert Problem.objects.get().state == "resolved"


def test_one_by_key_and_a_key_nobody_has() -> None:
    with world(orders=3) as w:
        job = w.go("N2")
        assert w.outcomes(job) == {"2": "created"}
        job = w.go("N9")
        assert job.state == "partial"
        record = JobRecord.objects.get(job=job)
        assert (record.code, record.message) == ("not_found", "Shop has no order with Order # N9.")


def test_existing_papers_are_matched_not_doubled() -> None:
    with world(orders=2) as w:
        w.vault.papers["P900"] = {"id": "P900", "ref": "N1", "name": "order 1"}
        w.vault.papers["P901"] = {"id": "P901", "ref": "N2", "name": "old name"}
        job = w.go()
        assert w.outcomes(job) == {"1": "matched", "2": "matched"}
        assert w.papers() == {"N1": "order 1", "N2": "order 2"}
        assert len(w.vault.ledger.writes()) == 1
        w.check_links()


def test_two_records_for_one_paper_are_both_held() -> None:
    with world() as w:
        w.vault.papers["P900"] = {"id": "P900", "ref": "N1", "name": "x"}
        w.shop.put("1", number="N1")
        w.shop.put("2", number="N1")
        job = w.go()
        assert w.outcomes(job) == {"1": "rejected", "2": "rejected"}
        assert set(Problem.objects.values_list("code", flat=True)) == {"target_taken"}


def test_twin_deleted_in_the_target_is_never_recreated() -> None:
    with world(orders=1) as w:
        w.go()
        w.vault.papers.clear()
        w.shop.put("1", name="changed")
        job = w.go()
        assert JobRecord.objects.get(job=job).code == "twin_deleted"
        assert w.vault.papers == {}
        assert LinkedEntity.objects.get().target_id


def test_merged_record_hands_its_link_on() -> None:
    with world(orders=1) as w:
        w.go()
        w.shop.orders["1"]["merged_into"] = "2"
        w.shop.put("2", number="N1", name="survivor")
        job = w.go()
        assert w.outcomes(job) == {"1": "skipped", "2": "updated"}
        assert LinkedEntity.objects.get().source_id == "2"
        assert w.papers() == {"N1": "survivor"}


def test_second_start_joins_the_open_job() -> None:
    with world(orders=1) as w:
        first = start(w.row, trigger=Trigger.SHELL)
        second = start(w.row, trigger=Trigger.PAGE)
        keyed = start(w.row, trigger=Trigger.PAGE, keys=["N1"])
        preview = start(w.row, trigger=Trigger.PAGE, preview=True)
        assert (first.joined, second.joined, keyed.joined, preview.joined) == (False, True, False, False)
        assert first.job == second.job
        assert SyncJob.objects.count() == 3


def test_only_the_owner_of_the_lease_works() -> None:
    with world(orders=1) as w:
        job = start(w.row, trigger=Trigger.SHELL).job
        lease = claim(job)
        assert lease is not None
        assert run(job.pk).state == "running"
        assert w.vault.papers == {}
        lease.release()
        assert run(job.pk).state == "succeeded"


def test_a_record_of_two_steps_has_both() -> None:
    with world(orders=3, pages=True) as w:
        assert w.go().counts == {"created": 3}
        assert [p["pages"] for p in w.vault.papers.values()] == ["order 1", "order 2", "order 3"]
        assert len(w.vault.ledger.writes()) == 4
        w.check_links()
        assert w.go().counts == {"unchanged": 3}


def test_a_refused_second_step_is_a_problem_that_is_tried_again() -> None:
    with world(pages=True) as w:
        w.shop.put("1", name="torn")
        job = w.go()
        assert job.counts == {"rejected": 1}
        assert "the page is torn" in Problem.objects.get().message
        w.shop.put("1", name="whole")
        assert w.go().counts == {"updated": 1}
        assert next(iter(w.vault.papers.values()))["pages"] == "whole"
        assert len(w.vault.papers) == 1
        w.check_links()


def test_an_unreadable_answer_to_a_write_never_takes_the_intent_back(monkeypatch: pytest.MonkeyPatch) -> None:
    with world(orders=1, keyed=False) as w:

        def unreadable(self: object, batch: object, reply: object) -> None:
            raise BadReply("odd")

        monkeypatch.setattr(PaperWriter, "outcomes", unreadable)
        job = w.go()
        assert job.counts == {"created": 1}
        assert len(w.papers()) == 1
