"""How many calls a month's end takes."""

from __future__ import annotations

import pytest

from tests.pairings.claims_world import CODES, claim_site, money

pytestmark = pytest.mark.django_db

PROJECTS, CLAIMS = 40, 500
MONTHS = [f"20{year}-{month:02}-28" for year in (24, 25) for month in range(1, 13)]


def test_five_hundred_claims_over_forty_projects() -> None:
    with claim_site(bulk_tracking_options=True) as site:
        site.w.xero.switches.bulk_options = "accept"
        projects = [site.project(f"P-{number:02}", f"House {number}") for number in range(PROJECTS)]
        contact = site.supplier()
        site.send_before()
        for number, project in enumerate(projects):
            contract = site.contract(project, contact, retainage=None)
            contract.add_line(CODES[0], "More", money("60,000.00"))
            contract.add_line(CODES[1], "Other", money("60,000.00"))
            for month in range(CLAIMS // PROJECTS + (number % 2)):
                contract.claim(period_end=MONTHS[month], work=dict.fromkeys(contract.lines, money("10.01")))
        start = site.w.marks()
        job = site.run()
        assert (job.state, job.counts) == ("succeeded", {"created": CLAIMS})
        assert len(site.w.writes(start)) <= 10
        calls = site.w.calls(start)
        assert sum(call == "GET /rest/v1.1/requisitions" for call in calls) <= PROJECTS
        assert len(site.bills()) == CLAIMS
        assert {bill.subtotal for bill in site.bills()} == {money("50.05")}
        start = site.w.marks()
        assert site.run().counts == {"unchanged": CLAIMS}
        assert site.w.writes(start) == []
