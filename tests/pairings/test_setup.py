"""“Check set-up”, what it can put right, and the lists for value maps."""

from __future__ import annotations

import pytest

from hub.connect import client_for
from hub.pairing import Check
from integrations.base.client import ApiClient
from integrations.procore.sandbox import DIVISIONS
from integrations.procore_xero import PAIRING
from integrations.procore_xero.setup import token_scopes
from tests.pairings.world import World, world

pytestmark = pytest.mark.django_db


def _clients(w: World) -> tuple[ApiClient, ApiClient]:
    return client_for(w.tenant.source), client_for(w.tenant.target)


def check(w: World) -> dict[str, Check]:
    return {line.label: line for line in PAIRING.check_setup(*_clients(w), w.tenant.options())}


def fix(w: World, code: str) -> str:
    (one,) = [one for one in PAIRING.fixes if one.code == code]
    return one.carry_out(*_clients(w), w.tenant.options())


def test_everything_in_order() -> None:
    with world() as w:
        lines = check(w)
        assert all(line.ok for line in lines.values()), lines
        assert lines["Xero answers"].detail == (
            "Organisation “Harbour & Lane Constructions Pty Ltd”, country AU, currency AUD."
        )
        assert lines["Procore answers"].detail == "Company “Harbour & Lane Constructions”."
        assert lines["Tracking category “Project”"].detail == "0 active options of 100 recommended."
        assert set(lines) == {
            "Procore answers",
            "Project stage “Send to Xero”",
            "Standard cost codes",
            "Xero answers",
            "Rights in Xero",
            "Tracking category “Project”",
            "Tracking category “Cost Codes”",
            "Tracking categories",
            "Contact group “Procore”",
        }


def test_what_is_missing_is_named_with_what_can_be_done() -> None:
    with world(project_stage="Live", contact_group="Subbies", project_category="Job", cost_code_list="Civil") as w:
        lines = check(w)
        wrong = {label: line for label, line in lines.items() if not line.ok}
        assert set(wrong) == {
            "Project stage “Live”",
            "Standard cost codes",
            "Tracking category “Job”",
            "Contact group “Subbies”",
        }
        assert all(line.fix for line in wrong.values())
        assert wrong["Contact group “Subbies”"].repair == "create_contact_group"
        assert wrong["Tracking category “Job”"].repair == ""  # both slots are taken
        assert "archive or delete another category" in wrong["Tracking category “Job”"].fix


def test_fixes_make_each_thing_once() -> None:
    with world(contact_group="Subbies") as w:
        w.org.categories.clear()
        assert check(w)["Tracking category “Project”"].repair == "create_project_category"
        for _ in range(2):
            for one in PAIRING.fixes:
                fix(w, one.code)
        assert sorted(category.name for category in w.org.categories.values()) == ["Cost Codes", "Project"]
        assert len(w.org.groups) == 2
        assert all(line.ok for line in check(w).values())
        assert fix(w, "create_contact_group") == "The contact group “Subbies” exists already. Nothing was created."


def test_a_fix_without_a_free_slot_says_so() -> None:
    with world(project_category="Job") as w:
        assert "there is no room for “Job”" in fix(w, "create_project_category")
        w.org.category("Project").name = "Job"
        w.org.category("Job").status = "ARCHIVED"
        assert "is archived; restore it" in fix(w, "create_project_category")
        assert check(w)["Tracking category “Job”"].detail == "It is archived."


def test_a_side_that_does_not_answer_is_a_line_of_its_own() -> None:
    with world() as w:
        w.net.hosts.pop("api.procore.com")
        lines = check(w)
        assert not lines["Procore answers"].ok
        assert "could not be reached" in lines["Procore answers"].detail
        assert lines["Xero answers"].ok


def test_rights_that_were_not_granted() -> None:
    with world(custom=False) as w:
        app = w.xero.access.apps[w.tenant.target.grant.client_id]
        w.tenant.target.grant.tokens = {}
        app.scopes.clear()
        tokens = w.xero.tokens(app, [w.org], "openid offline_access accounting.settings.read accounting.contacts.read")
        w.tenant.target.grant.tokens = {"refresh_token": tokens["refresh_token"]}
        w.tenant.target.grant.save()
        line = check(w)["Rights in Xero"]
        assert not line.ok
        missing = ("settings", "contacts", "invoices", "attachments")
        assert line.detail == f"Not granted: {', '.join(f'“accounting.{name}”' for name in missing)}."


@pytest.mark.parametrize("token", ["", "opaque", "a.b.c", "a.e30.c", "a.W10.c", "a.bnVsbA.c"])
def test_tokens_that_tell_nothing(token: str) -> None:
    assert token_scopes(token) is None


def test_lists_for_the_value_maps() -> None:
    with world() as w:
        codes = w.company.add_cost_codes(DIVISIONS[:2])
        w.org.add_option(w.org.category("Cost Codes"), "01 General")
        w.org.add_option(w.org.category("Cost Codes"), "Old", "ARCHIVED")
        left, right = _clients(w)
        sides = {"left": left, "right": right}
        rows = {one.kind: one.fetch(sides[one.side], w.tenant.options()) for one in PAIRING.references}
        assert len(rows["cost_code"]) == len(codes)
        accounts = {row.code: row for row in rows["account"]}
        assert (accounts["310"].name, accounts["310"].extra["tax_type"]) == ("Cost of Goods Sold", "INPUT")
        assert {row.code for row in rows["tax_rate"]} >= {"INPUT", "OUTPUT"}
        assert [(row.name, row.active) for row in rows["tracking_option"]] == [("01 General", True), ("Old", False)]


def test_accounts_that_the_settings_name_are_looked_at() -> None:
    with world(cost_account="310", retention_payable_account="835", retention_release_account="999") as w:
        w.org.account("835").status = "ARCHIVED"
        lines = check(w)
        assert lines["Cost account"].ok
        assert lines["Cost account"].detail == "310 Cost of Goods Sold."
        assert lines["Retention payable account"].detail == "835 Retentions Payable is archived."
        assert lines["Retention release account"].detail == "Xero has no account 999."
        assert not lines["Retention release account"].ok
