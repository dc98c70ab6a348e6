"""“Check set-up” of Procore and MRI."""

from __future__ import annotations

import pytest

from hub.connect import client_for
from hub.pairing import Check
from integrations.procore_mri.setup import check_setup
from tests.procore_mri.world import World, verified, world

pytestmark = pytest.mark.django_db


def checks(w: World) -> dict[str, Check]:
    w.tenant.refresh_from_db()
    left, right = client_for(w.tenant.source), client_for(w.tenant.target)
    return {check.label: check for check in check_setup(left, right, w.tenant.options())}


def test_all_is_well() -> None:
    with world(entities="100", cost_lists="STD") as w:
        found = checks(w)
        assert [label for label, check in found.items() if not check.ok] == []
        assert found["MRI answers"].detail == "Database HARBOUR at harbour.mrisoftware.com."
        assert found["Open periods"].detail == "Current periods are 100: 202611."


def test_what_is_missing_says_where_to_put_it_right() -> None:
    profile = verified("vendors.list", "entities.list", "cost_codes.list")
    with world(profile=profile) as w:
        w.configure(entities="100, 300", cost_lists="OLD", project_stage="Nowhere", cost_code_list="Other")
        w.books.change(w.books.one("entities", id="100") or {}, current_period=None)
        wrong = {label: check.detail for label, check in checks(w).items() if not check.ok}
    assert wrong["Endpoints of “Jobs”"] == "Not verified, or switched off: “Jobs”."
    assert "Endpoints of “Vendors”" not in wrong
    assert wrong["Entities"] == "MRI has no “300”; it has “100”, “200”."
    assert wrong["Open periods"] == "No current period is told for “100”."
    assert wrong["MRI cost lists"] == "MRI has no codes in “old”."
    assert wrong["Stage of new projects"].startswith("There is no “Nowhere”.")
    assert wrong["Standard cost codes"].startswith("Procore has no single standard cost code list “Other”")


def test_a_side_that_does_not_answer_ends_its_own_list() -> None:
    with world() as w:
        w.books.users[0].password = "changed"
        found = checks(w)
    assert found["Procore answers"].ok
    assert not found["MRI answers"].ok
