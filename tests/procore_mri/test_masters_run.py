"""Which side a kind of record begins in, changed while a tenant is in use; and a vendor that a ledger shares."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hub.models import LinkedEntity, Tenant
from tests.procore_mri.world import World, world

pytestmark = pytest.mark.django_db

STAGES = ("vendors", "cost_codes", "cost_types", "jobs")


@pytest.fixture
def w() -> Iterator[World]:
    with world(default_country="AU") as one:
        yield one


def change_everything(w: World) -> None:
    """By a person in MRI, two days later."""
    w.mri.clock.advance(days=2)
    for table, key in (("vendors", "0000010449"), ("cost_codes", "0300"), ("jobs", "WHARF01")):
        w.books.change(w.books.one(table, id=key) or {}, name="Renamed in MRI")


def names(w: World) -> set[str]:
    tables = (w.company.vendors, w.company.standard_cost_codes, w.company.projects)
    return {row["name"] for table in tables for row in table if row["name"] == "Renamed in MRI"}


def test_once_procore_is_the_master_nothing_more_is_written_and_back_again(w: World) -> None:
    for stage in STAGES:
        w.go(stage)
    w.configure(vendor_master="Procore", job_master="Procore", cost_code_master="Procore")
    change_everything(w)
    mark = w.marks()
    for stage in STAGES:
        job = w.go(stage, full=True)
        assert {outcome for outcome, _ in w.outcomes(job).values()} == {"unchanged"}, stage
    assert w.writes(mark) == []
    assert names(w) == set()
    w.configure(vendor_master="MRI", job_master="MRI", cost_code_master="MRI")
    for stage in STAGES:
        w.go(stage, full=True)
    assert len(w.writes(mark)) == 3
    assert names(w) == {"Renamed in MRI"}
    w.check_links()


def test_what_was_only_linked_is_kept_up_to_date_once_mri_is_the_master(w: World) -> None:
    there = w.company.add_vendor("Ironbark Concreting", city="Elsewhere")
    w.configure(vendor_master="Procore")
    w.go("vendors")
    assert (there["city"], there["origin_id"]) == ("Elsewhere", None)
    w.configure(vendor_master="MRI")
    w.go("vendors", full=True)
    assert (there["city"], there["origin_id"]) == ("Fremantle", "mri:HARBOUR:vendor:0000010449")


def test_a_vendor_that_another_ledger_of_the_customer_looks_after_is_linked_and_left_alone(w: World) -> None:
    """A tenant of Procore and Xero under the same company has made the vendor, and its key is on it."""
    there = w.company.add_vendor("Ironbark Concreting", origin_id="a-contact-of-xero", city="Perth")
    other = Tenant.objects.create(
        customer=w.customer,
        name="Harbour & Lane’s books",
        slug="harbour-xero",
        pairing="procore_xero",
        source=w.tenant.source,
        target=w.tenant.target,
    )
    link = LinkedEntity.objects.create(
        tenant_stage=other.stages.get(stage="contacts"), source_id="a-contact-of-xero", target_id=str(there.id)
    )
    job = w.go("vendors")
    record = w.record(job, "0000010449 Ironbark Concreting")
    assert record.outcome == "matched"
    assert "kept up to date from another organisation" in record.warnings[0]
    assert (there["origin_id"], there["city"]) == ("a-contact-of-xero", "Perth")
    link.delete()
    w.go("vendors", full=True)
    assert (there["origin_id"], there["city"]) == ("mri:HARBOUR:vendor:0000010449", "Fremantle")
