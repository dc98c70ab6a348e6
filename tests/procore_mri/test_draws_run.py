"""What else becomes of progress claims on their way to draws: every way out has a name and a reason."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from hub.engine.run import run
from hub.engine.start import approve
from hub.models import Gate, JobRecord
from integrations.mri.sandbox import Switches
from tests.procore_mri.claims_site import JOB, VENDOR, claimed, money, one_contract
from tests.procore_mri.world import verified

pytestmark = pytest.mark.django_db
KEY = f"{JOB}/SC-001/1"


def without(operation: str, *fields: str) -> dict[str, Any]:
    """The profile of an installation whose API does not have these fields."""
    data = verified()
    for name in ("fields", "line_fields"):
        endpoint = data["endpoints"][operation]
        endpoint[name] = [one for one in endpoint[name] if one.get("hub") not in fields]
    return data


def test_a_zero_claim_is_sent_by_setting() -> None:
    with one_contract(zero_draws="send", switches=Switches(zero_draws="take")) as (place, contract):
        contract.claim(period_end="2026-07-31")
        assert place.said(place.w.go("draws")) == {KEY: ("created", "")}
        assert place.rows("draws")[0]["gross"] == 0
        place.again("draws")


def test_what_mri_says_of_a_zero_draw_is_shown_word_for_word() -> None:
    with one_contract(zero_draws="send") as (place, contract):
        contract.claim(period_end="2026-07-31")
        assert "A draw must have a value." in place.held(place.w.go("draws"), KEY, "refused")


def test_tax_goes_along() -> None:
    with one_contract() as (place, contract):
        claimed(contract, tax=money("95.00"))
        place.w.go("draws")
        (made,) = place.rows("draws")
        assert (made["tax"], made["net"]) == (money("95.00"), money("1,045.00"))


def test_tax_is_left_out_by_setting_with_a_note() -> None:
    with one_contract(draw_tax="leave out") as (place, contract):
        claimed(contract, tax=money("95.00"))
        job = place.w.go("draws")
        assert "95.00" in str(place.record(job, KEY).warnings)
        assert place.rows("draws")[0]["net"] == money("950.00")


def test_tax_that_mri_cannot_be_told_is_for_a_person() -> None:
    with one_contract(profile=without("draws.create", "tax")) as (place, contract):
        claimed(contract, tax=money("95.00"))
        assert "95.00" in place.held(place.w.go("draws"), KEY, "no_tax_field")


def test_an_interface_without_fields_for_retention_gets_no_draw_that_would_ask_for_another_sum() -> None:
    profile = without("draws.create", "retained", "released")
    with one_contract(profile=profile) as (place, contract):
        claimed(contract)
        said = place.held(place.w.go("draws"), KEY, "no_retention_fields")
        assert "withholds 50.00" in said
        assert "1,000.00 instead of 950.00" in said
        assert place.rows("draws") == []


def test_mri_may_withhold_by_itself_and_then_releases_are_for_a_person() -> None:
    switches = Switches(draws_take_retainage=False)
    with one_contract(draw_retention="MRI's own", switches=switches) as (place, contract):
        claimed(contract)
        contract.claim(period_end="2026-08-31", released={contract.lines[0]: money("50.00")})
        job = place.w.go("draws")
        assert place.said(job)[KEY] == ("created", "")
        (made,) = place.rows("draws")
        assert made["gross"] == money("1,000.00")
        assert not made.get("retained")
        assert "50.00" in place.held(job, f"{JOB}/SC-001/2", "release_by_hand")


def test_stored_materials_without_a_field_are_within_the_gross_amount_and_said() -> None:
    with one_contract(profile=without("draws.create", "stored")) as (place, contract):
        contract.claim(period_end="2026-07-31", stored={contract.lines[0]: money("400.00")})
        job = place.w.go("draws")
        assert "400.00 of the gross amount are stored materials" in str(place.record(job, KEY).warnings)
        assert place.rows("draws")[0]["gross"] == money("400.00")


def test_files_of_a_claim_are_named() -> None:
    with one_contract() as (place, contract):
        claimed(contract, attachments=["claim.pdf", "photos.pdf"])
        job = place.w.go("draws")
        assert place.said(job) == {KEY: ("created", "")}
        assert "The claim has 2 files." in str(place.record(job, KEY).warnings)
        place.again("draws")


def test_draws_wait_for_the_application_before_them() -> None:
    with one_contract() as (place, contract):
        first = claimed(contract, off_by=money("0.01"))
        claimed(contract, end="2026-08-31")
        job = place.w.go("draws")
        assert place.said(job)[KEY] == ("rejected", "figures_differ")
        assert "application 1" in place.held(job, f"{JOB}/SC-001/2", "earlier_not_sent")
        place.w.configure(draw_order="any")
        assert place.said(place.w.go("draws"))[f"{JOB}/SC-001/2"] == ("created", "")
        first.change(off_by=Decimal(0))
        assert place.said(place.w.go("draws"))[KEY] == ("created", "")


def test_a_draw_that_mri_refuses_holds_those_after_it() -> None:
    with one_contract() as (place, contract):
        place.w.books.closed_periods.add("202607")
        for month in (7, 8, 10):
            claimed(contract, end=f"2026-{month:02}-31")
        job = place.w.go("draws")
        assert "Period 202607 is closed" in place.held(job, KEY, "period_closed")
        for number in (2, 3):
            assert "application 1" in place.held(job, f"{JOB}/SC-001/{number}", "earlier_refused")
        assert place.rows("draws") == []
        place.w.books.closed_periods.clear()
        assert set(place.said(place.w.go("draws")).values()) == {("created", "")}
        assert [row["number"] for row in place.rows("draws")] == ["1", "2", "3"]
        place.again("draws")


def test_the_open_period_of_the_entity_by_setting() -> None:
    with one_contract(draw_period="the entity's open one") as (place, contract):
        claimed(contract)
        place.w.go("draws")
        assert place.rows("draws")[0]["accounting_period"] == "202611"
        entity = place.w.books.one("entities", id="100")
        assert entity is not None
        place.w.books.change(entity, current_period="")
        claimed(contract, end="2026-08-31")
        assert JOB in place.held(place.w.go("draws"), f"{JOB}/SC-001/2", "no_open_period")
        place.w.configure(draw_period="leave to MRI")
        place.w.go("draws")
        assert not place.rows("draws")[1].get("accounting_period")


def test_a_claim_changed_after_sending_is_shown_with_mris_status() -> None:
    with one_contract() as (place, contract):
        claim = claimed(contract)
        place.w.go("draws")
        place.w.books.change(place.rows("draws")[0], status="POSTED")
        claim.revise(work={contract.lines[0]: money("1,200.00")})
        said = place.held(place.w.go("draws"), KEY, "changed_after_sending")
        assert "gross 1,000.00 → 1,200.00" in said
        assert "status POSTED in MRI" in said
        assert place.rows("draws")[0]["gross"] == money("1,000.00")


def test_a_claim_no_longer_approved_after_sending() -> None:
    with one_contract() as (place, contract):
        claim = claimed(contract)
        place.w.go("draws")
        claim.change(status="revise_and_resubmit")
        said = place.held(place.w.go("draws"), KEY, "no_longer_approved")
        assert f"{JOB}/SC-001/1" in said
        place.rows("draws").clear()
        assert place.said(place.w.go("draws")) == {KEY: ("skipped", "withdrawn")}
        claim.change(status="approved")
        place.held(place.w.go("draws"), KEY, "gone_in_mri")


def test_a_claim_that_comes_to_nothing_after_sending() -> None:
    with one_contract() as (place, contract):
        claim = claimed(contract)
        place.w.go("draws")
        claim.revise(work={contract.lines[0]: Decimal(0)})
        place.held(place.w.go("draws"), KEY, "nothing_left")


def test_draws_entered_by_hand_are_linked_when_they_are_the_same_and_shown_when_not() -> None:
    with one_contract() as (place, contract):
        line = {"phase": "02", "cost_code": "0300", "cost_type": "SUB", "amount": money("1,000.00")}
        line |= {"retained": money("50.00")}
        header = {"job_id": JOB, "contract_number": "SC-001", "number": "1", "vendor_id": VENDOR}
        sums = {"gross": money("1,000.00"), "retained": money("50.00"), "net": money("950.00")}
        place.w.books.add("draws", **header, **sums, lines=[line])
        claimed(contract)
        mark = place.w.marks()
        assert place.said(place.w.go("draws")) == {KEY: ("matched", "")}
        assert place.w.writes(mark) == []
        place.again("draws")
        other = {**header, "number": "2"}
        place.w.books.add("draws", **other, **{**sums, "gross": money("999.00")}, lines=[])
        claimed(contract, end="2026-08-31")
        assert "gross 999.00 → 1,000.00" in place.held(place.w.go("draws"), f"{JOB}/SC-001/2", "twin_differs")
        place.w.books.add("draws", **other, **sums, lines=[line])
        assert "2 of the draw" in place.held(place.w.go("draws"), f"{JOB}/SC-001/2", "several_in_mri")
        assert place.w.writes(mark) == []


def test_a_preview_and_an_approval_of_a_chain() -> None:
    with one_contract() as (place, contract):
        claimed(contract)
        claimed(contract, end="2026-08-31")
        job = place.w.go("draws", preview=True)
        assert set(place.said(job).values()) == {("created", "")}
        assert place.rows("draws") == []
        row = place.w.row("draws")
        row.gate = Gate.APPROVE
        row.save()
        waiting = place.w.go("draws")
        ids = list(JobRecord.objects.filter(job=waiting).values_list("source_id", flat=True))
        run(approve(waiting, ids, None).job.pk)
        assert [one["number"] for one in place.rows("draws")] == ["1", "2"]
        place.w.check_links()


def test_one_claim_by_its_numbers() -> None:
    with one_contract() as (place, contract):
        claimed(contract)
        claimed(contract, end="2026-08-31")
        assert place.said(place.w.go("draws", JOB, "SC-001", "1")) == {KEY: ("created", "")}
        assert [row["number"] for row in place.rows("draws")] == ["1"]
