"""Cost codes from end to end."""

from __future__ import annotations

import pytest

from hub.models import ValueMap
from integrations.procore.sandbox import DIVISIONS
from tests.pairings.world import world

pytestmark = pytest.mark.django_db


def test_the_usual_divisions_become_options_and_the_gauge_shows() -> None:
    with world() as w:
        codes = w.company.add_cost_codes(DIVISIONS)
        assert len(codes) > 100
        job = w.go("cost_codes")
        assert job.state == "succeeded"
        assert job.counts == {"created": len(codes), "skipped": len(DIVISIONS)}
        wanted = {f"{w.company.full_code(w.company.standard_cost_codes, row)} {row['name']}" for row in codes}
        assert set(w.options("Cost Codes")) == wanted
        gauge = w.row("cost_codes").gauge
        assert gauge == {"label": "“Cost Codes” options", "used": len(codes), "limit": 100}
        start = w.marks()
        assert w.go("cost_codes").counts == {"unchanged": len(codes), "skipped": len(DIVISIONS)}
        assert w.calls(start) == [
            "GET /rest/v1.0/standard_cost_code_lists",
            "GET /rest/v1.0/standard_cost_codes",
            "GET TrackingCategories",
        ]
        w.check_links()


def test_a_renamed_code_is_one_write() -> None:
    with world() as w:
        row = w.company.add_cost_codes(DIVISIONS[:1])[0]
        w.go("cost_codes")
        start = w.marks()
        row.change(name="Something else")
        assert w.go("cost_codes").counts["updated"] == 1
        assert len(w.writes(start)) == 1
        full = w.company.full_code(w.company.standard_cost_codes, row)
        assert f"{full} Something else" in w.options("Cost Codes")


def test_one_by_its_code() -> None:
    with world() as w:
        row = w.company.add_cost_codes(DIVISIONS[:1])[0]
        full = w.company.full_code(w.company.standard_cost_codes, row)
        assert w.go("cost_codes", full).counts == {"created": 1}
        assert w.go("cost_codes", "99-999").state == "partial"


def test_one_list_of_several_and_a_code_that_is_in_both() -> None:
    with world() as w:
        other = w.company.cost_code_lists.add(name="Civil Works")
        for row, name in ((None, "Formwork"), (other, "Shuttering")):
            list_id = (row or w.company.cost_code_list).id
            w.company.standard_cost_codes.add(name=name, code="03", list_id=list_id)
        job = w.go("cost_codes")
        assert set(w.outcomes(job).values()) == {("rejected", "code_twice")}
        assert "“03 Shuttering (Civil Works)”" in w.problem("03 Formwork").message
        w.configure(cost_code_list="civil works")
        job = w.go("cost_codes")
        assert w.outcomes(job) == {"03 Shuttering": ("created", ""), "03 Formwork": ("skipped", "other_list")}
        assert w.record(job, "03 Formwork").message == (
            "It is in the list “Standard Cost Codes”; only the list “civil works” is sent."
        )
        w.configure(cost_code_list="None such")
        job = w.go("cost_codes")
        assert job.state == "failed"
        assert "it has “Standard Cost Codes”, “Civil Works”" in job.error


def test_the_account_strategy_writes_nothing_and_shows_what_is_unmapped() -> None:
    with world(cost_code_strategy="account") as w:
        w.company.standard_cost_codes.add(name="Formwork", code="03", list_id=w.company.cost_code_list.id)
        w.company.standard_cost_codes.add(name="Steel", code="05", list_id=w.company.cost_code_list.id)
        ValueMap.objects.create(tenant=w.tenant, key="03", account="310", tax_type="INPUT")
        start = w.marks()
        job = w.go("cost_codes")
        assert w.outcomes(job) == {"03 Formwork": ("skipped", "mapped"), "05 Steel": ("rejected", "unmapped_code")}
        assert w.record(job, "03 Formwork").message == "Goes to account 310, tax type INPUT by the value map."
        assert [call for call in w.calls(start) if "rest" not in call] == []
        ValueMap.objects.create(tenant=w.tenant, key="05", account="320")
        assert w.go("cost_codes").state == "succeeded"
        assert w.row("cost_codes").gauge is None
