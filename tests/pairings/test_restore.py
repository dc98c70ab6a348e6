"""A database that goes back to an earlier backup while both vendors live on: nothing doubled, nothing lost.

What was sent after the backup is found again by its reference, whatever kind of record it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache

import pytest
from django.db import connection, transaction

from hub.models import JobRecord, LinkedEntity
from tests.pairings.claims_world import KEY, claimed, held, money, one_contract
from tests.pairings.whole_world import Whole, build, picture, whole

pytestmark = pytest.mark.django_db
Step = Callable[[Whole], object]


@contextmanager
def lost() -> Iterator[None]:
    """What the hub stores in here is gone afterwards, as after restoring the backup made at the beginning."""
    backup = transaction.savepoint()
    yield
    transaction.savepoint_rollback(backup)


def run(one: Whole) -> None:
    for job in one.run():
        assert job.state in ("succeeded", "partial"), (job, job.error, job.traceback)


def first(one: Whole) -> None:
    one.run("projects", "contacts", "cost_codes")
    build(one)


def second(one: Whole) -> None:
    one.pay("SC-001-1")
    one.pay("SC-002-1", "100")
    one.claim("SC-001", "7,000.00", "2026-08-31", attachments=("claim.pdf",))
    one.cost("INV-11", ("75.10", one.projects[0]))
    one.journal("November accrual", "310.40", one.projects[1])
    one.w.org.change_contact(one.contacts[1], phone="+61 2 9999 0000")


def third(one: Whole) -> None:
    one.projects[1].change(name="Depot and Yard")
    late = one.site.project("24-003", "Late Start")
    one.w.company.copy_cost_codes(late)
    one.projects.append(late)
    newcomer = one.site.supplier("Harbour Steel")
    one.contacts.append(newcomer)
    one.run("projects", "contacts")
    one.add_contract(late, newcomer, "SC-003")
    one.claim("SC-003", "12,345.67", "2026-08-31", attachments=("a.pdf", "b.pdf"))
    one.contracts["SC-002"].add_change_order("1", [("03-310", "More slab", money("500.00"))])


def fourth(one: Whole) -> None:
    one.pay("SC-002-1")
    bill = one.w.org.bill("INV-11")
    one.w.org.edit_bill(bill, Date=date(2026, 11, 7).isoformat())
    contract = one.contracts["SC-001"]
    contract.claims[-1].revise(work={contract.lines[0]: money("6,500.00")})
    one.cost("INV-12", ("10", one.projects[0]), ("20", one.projects[2]))


LIFE: tuple[Step, ...] = (first, run, second, run, third, run, fourth, run)


@cache
def unbroken() -> dict[str, list[object]]:
    with whole() as one:
        for step in LIFE:
            step(one)
        run(one)
        return picture(one.w)


SPANS = [(1, 2), (2, 4), (2, 6), (2, 8), (3, 4), (4, 6), (4, 8), (5, 6), (6, 8), (7, 8)]
STEP = 1 if connection.vendor == "sqlite" else 3  # what is found again does not depend on the database


@pytest.mark.parametrize(("kept", "gone"), SPANS[::STEP])
def test_what_was_sent_after_the_backup_is_found_again(kept: int, gone: int) -> None:
    with lost():
        expected = unbroken()
    with whole() as one:
        for step in LIFE[:kept]:
            step(one)
        with lost():
            for step in LIFE[kept:gone]:
                step(one)
        for step in LIFE[gone:]:
            step(one)
        run(one)
        assert picture(one.w) == expected
        mark = one.w.marks()
        run(one)
        assert one.w.writes(mark) == []
        one.w.check_links()
        problems = JobRecord.objects.filter(job__tenant_stage__tenant=one.w.tenant, outcome="rejected")
        assert not problems.exists()


def test_a_credit_note_is_found_again() -> None:
    with one_contract(negative_claims="credit note") as (site, contract, _):
        with lost():
            claimed(contract, "-10.00", retained={contract.lines[0]: money("0")}, invoice_number='CN "1"')
            site.run()
        job = site.run()
        assert set(site.said(job).values()) == {("matched", "")}
        (note,) = site.w.org.credits.values()
        assert site.record(job, KEY).target_url.endswith(f"creditNoteID={note.id}")


def test_a_lost_draft_gets_the_amounts_of_its_claim_and_an_approved_bill_waits_for_a_person() -> None:
    with one_contract() as (site, contract, _):
        claim = claimed(contract)
        with lost():
            site.run()
        claim.revise(work={contract.lines[0]: money("1,200.00")})
        with lost():
            assert set(site.said(site.run()).values()) == {("matched", "")}
            assert [row.amount for row in site.w.org.bill("SC-001-1").lines] == [money("1200"), money("-60")]
        site.w.org.edit_bill(site.w.org.bill("SC-001-1"), Status="AUTHORISED")
        assert set(site.said(site.run()).values()) == {("matched", "")}
        LinkedEntity.objects.filter(source_id=str(claim.id)).delete()
        claim.revise(work={contract.lines[0]: money("1,300.00")})
        said = held(site, site.run(), KEY, "twin_differs")
        assert "Line 1: it now has the amount 1200.00 instead of 1300.00." in said
        assert len(site.bills()) == 1


def test_a_key_is_not_used_twice() -> None:
    """Xero repeats an old answer under a key it knows, so a change sent again on purpose needs another one."""
    with whole() as one:
        one.run("projects")
        project = one.projects[1]
        with lost():
            project.change(name="Yard")
            one.run("projects")
            assert "24-002 Yard" in one.w.options()
        (option,) = [o for o in one.w.org.category("Project").options if o.name == "24-002 Yard"]
        option.name = "24-002 Depot"
        one.run("projects")
        assert "24-002 Yard" in one.w.options()


def test_a_cost_that_was_removed_after_the_backup_is_simply_gone() -> None:
    with whole(voided_costs="remove", deleted_payments="remove") as one:
        first(one)
        run(one)
        one.pay("SC-001-1")
        run(one)
        with lost():
            _end_all(one)
            run(one)
        run(one)
        assert [len(project.direct_costs) for project in one.projects] == [1, 1]
        assert one.contracts["SC-001"].payments == []
        problems = JobRecord.objects.filter(job__tenant_stage__tenant=one.w.tenant, outcome="rejected")
        assert not problems.exists()
        one.w.check_links()


def _end_all(one: Whole) -> None:
    """The bill that two projects share, and a payment."""
    one.w.org.void(one.w.org.bill("INV-9"))
    one.w.org.delete_payment(one.w.org.bill("SC-001-1").payments[0])
