"""Links: removing one, and settling a write whose answer was lost."""

from __future__ import annotations

from datetime import timedelta
from unittest import mock

import pytest
from auditlog.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from hub.engine import decide
from hub.engine.run import run
from hub.models import JobRecord, LinkedEntity, LinkState, Problem, Role, SyncJob, TenantStage, WriteBatch
from tests.admin.house import House
from tests.admin.test_jobs import newest, post, use_orders_of_harbour
from tests.engine.world import World, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def lost(db: None) -> object:
    """One order whose create arrived, while every look and repetition failed."""
    with world(orders=1, keyed=False) as one:
        one.vault.faults.add("drop_after", method="PUT", path="/papers")
        one.vault.faults.add("status", method="GET", path="/papers", skip=1, times=30, status=503)
        one.go()
        one.vault.faults.clear()
        SyncJob.objects.update(state="failed")
        link = one.row.links.get()
        assert link.state != LinkState.LINKED
        assert link.target_id == ""
        WriteBatch.objects.update(created_at=timezone.now() - timedelta(minutes=10))
        yield one


def link_of(one: World) -> LinkedEntity:
    return LinkedEntity.objects.select_related("tenant_stage__tenant").get(tenant_stage=one.row)


def test_a_lost_write_is_found_and_linked_by_a_person(lost: World) -> None:
    hits = decide.candidates(link_of(lost))
    assert [hit.target_id for hit in hits] == list(lost.vault.papers)
    decide.settle_found(link_of(lost), hits[0].target_id, hits[0].url, None)
    lost.check_links()
    assert JobRecord.objects.get(source_id="1").outcome == "created"
    mark = lost.vault.ledger.mark()
    assert lost.go().counts == {"unchanged": 1}
    assert lost.vault.ledger.writes(since=mark) == []


def test_a_write_that_never_arrived_is_sent_again(lost: World) -> None:
    lost.vault.papers.clear()
    assert decide.candidates(link_of(lost)) == []
    decide.settle_absent(link_of(lost), None)
    assert not lost.row.links.exists()
    assert lost.go().counts == {"created": 1}
    assert len(lost.vault.papers) == 1
    lost.check_links()


def test_an_update_that_a_person_did_not_find_may_have_arrived_all_the_same() -> None:
    """It was carried out after the look, and taken back in the source: the next run writes."""
    with world(orders=1, keyed=False) as one:
        one.go()
        one.shop.put("1", name="another name")
        one.vault.faults.add("drop_after", method="POST")
        died = mock.patch("hub.engine.send.mark_unknown", side_effect=KeyboardInterrupt)
        with died, pytest.raises(KeyboardInterrupt):
            one.go()
        SyncJob.objects.update(state="failed")
        TenantStage.objects.update(lease_until=timezone.now())
        WriteBatch.objects.update(created_at=timezone.now() - timedelta(minutes=10))
        decide.settle_absent(link_of(one), None)
        assert one.papers() == {"N1": "another name"}
        one.shop.put("1")
        assert one.go().counts == {"updated": 1}
        assert one.papers() == {"N1": "order 1"}
        one.check_links()


def test_a_young_lost_write_may_still_arrive(lost: World) -> None:
    WriteBatch.objects.update(created_at=timezone.now())
    with pytest.raises(decide.CannotDecide, match="five minutes"):
        decide.settle_absent(link_of(lost), None)
    assert lost.row.links.exists()


def test_nothing_is_decided_while_the_stage_runs(lost: World) -> None:
    TenantStage.objects.update(lease_owner="somebody", lease_until=timezone.now() + timedelta(minutes=3))
    with pytest.raises(decide.CannotDecide, match="is running"):
        decide.settle_absent(link_of(lost), None)
    with pytest.raises(decide.CannotDecide, match="is running"):
        decide.settle_found(link_of(lost), "P1", "", None)
    TenantStage.objects.update(lease_owner="", lease_until=None)
    link = link_of(lost)
    with pytest.raises(decide.CannotDecide, match="Settle that first"):
        decide.remove_link(link, None)


def test_a_decision_fences_out_a_worker_that_lost_its_lease(lost: World) -> None:
    before = TenantStage.objects.get(pk=lost.row.pk).fence
    decide.settle_found(link_of(lost), "P1", "", None)
    assert TenantStage.objects.get(pk=lost.row.pk).fence == before + 1


def test_the_others_of_a_lost_batch_are_looked_up_not_replayed(db: None) -> None:
    with world(orders=2) as one:
        one.vault.faults.add("drop_after", method="PUT", path="/papers", times=9)
        one.go()
        one.vault.faults.clear()
        SyncJob.objects.update(state="failed")
        first, second = one.row.links.select_related("tenant_stage__tenant").order_by("source_id")
        hit = decide.candidates(first)[0]
        decide.settle_found(first, hit.target_id, hit.url, None)
        batch = WriteBatch.objects.exclude(state="settled").get()
        assert [member["source_id"] for member in batch.members] == [second.source_id]
        assert batch.answered_5xx  # its bytes held both records: they must not be sent again
        mark = one.vault.ledger.mark()
        one.go()
        assert one.vault.ledger.writes(since=mark) == []
        one.check_links()
        assert one.papers() == {"N1": "order 1", "N2": "order 2"}


def test_two_hits_are_settled_by_choosing(db: None) -> None:
    with world(orders=1, keyed=False) as one:
        one.vault.faults.add("drop_after", method="PUT", path="/papers")
        one.vault.papers["P900"] = {"id": "P900", "ref": "other", "name": "x"}
        stolen = one.vault.papers
        one.vault.faults.add("status", method="GET", path="/papers", skip=1, times=30, status=503)
        one.go()
        one.vault.faults.clear()
        stolen["P901"] = {"id": "P901", "ref": "N1", "name": "order 1"}
        SyncJob.objects.update(state="failed")
        one.go()
        assert Problem.objects.get().code == "two_candidates"
        hits = decide.candidates(link_of(one))
        assert len(hits) == 2
        mine = next(hit for hit in hits if hit.target_id != "P901")
        decide.settle_found(link_of(one), mine.target_id, mine.url, None)
        assert Problem.objects.get().state == "resolved"
        assert one.row.links.get().target_id == mine.target_id


# The pages.


def test_a_link_is_removed_after_asking_and_the_next_run_matches_again(two: House) -> None:
    use_orders_of_harbour(two)
    link = LinkedEntity.objects.get(tenant_stage=two.harbour.row, source_id="2")
    client = two.as_(two.harbour.people[Role.MANAGER])
    where = reverse("admin:hub_link_remove", args=[link.pk])
    asked = client.get(where).content.decode()
    assert "a new one is created in Vault" in asked
    assert LinkedEntity.objects.filter(pk=link.pk).exists()
    client.post(where)
    assert not LinkedEntity.objects.filter(pk=link.pk).exists()
    entry = LogEntry.objects.get(changes__has_key="removed")
    assert entry.actor == two.harbour.people[Role.MANAGER]
    assert entry.additional_data == {"customer": two.harbour.customer.pk}
    post(two, "hub_tenant_start", two.harbour.tenant.pk, "orders", one="1", key_number="HARBOURMARK-2")
    assert run(newest().pk).counts == {"matched": 1}


def test_settling_on_the_page_offers_what_the_target_holds(two: House) -> None:
    link = LinkedEntity.objects.get(tenant_stage=two.harbour.row, source_id="2")
    LinkedEntity.objects.filter(pk=link.pk).update(state=LinkState.UNKNOWN, target_id="")
    two.vault.papers["P500"] = {"id": "P500", "ref": "HARBOURMARK-2", "name": "HARBOURMARK order 2"}
    client = two.as_(two.harbour.people[Role.MANAGER])
    where = reverse("admin:hub_link_settle", args=[link.pk])
    assert "P500" in client.get(where).content.decode()
    said = client.post(where, {"absent": "1"}, follow=True).content.decode()
    assert "Look again and choose" in said  # it is there: sending again would double it
    client.post(where, {"target": "P500"})
    link.refresh_from_db()
    assert (link.state, link.target_id) == (LinkState.LINKED, "P500")
    assert "settled meanwhile" in client.get(where, follow=True).content.decode()


def test_without_a_look_nothing_is_settled(two: House) -> None:
    link = LinkedEntity.objects.get(tenant_stage=two.harbour.row, source_id="2")
    LinkedEntity.objects.filter(pk=link.pk).update(state=LinkState.UNKNOWN, target_id="")
    two.vault.faults.add("status", path="/papers", times=9, status=403)
    client = two.as_(two.harbour.people[Role.MANAGER])
    answer = client.post(reverse("admin:hub_link_settle", args=[link.pk]), {"absent": "1"}, follow=True)
    assert "nothing can be decided" in answer.content.decode()
    link.refresh_from_db()
    assert link.state == LinkState.UNKNOWN


def test_sending_again_starts_a_job_for_that_record(two: House) -> None:
    two.vault.papers.clear()
    link = LinkedEntity.objects.get(tenant_stage=two.harbour.row, source_id="2")
    LinkedEntity.objects.filter(pk=link.pk).update(state=LinkState.UNKNOWN, target_id="")
    WriteBatch.objects.update(created_at=timezone.now() - timedelta(minutes=10))
    client = two.as_(two.harbour.people[Role.MANAGER])
    client.post(reverse("admin:hub_link_settle", args=[link.pk]), {"absent": "1"})
    assert newest().source_ids == ["2"]
    assert not LinkedEntity.objects.filter(pk=link.pk).exists()
