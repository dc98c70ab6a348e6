"""What becomes of a project: every rule of the map, by table."""

from __future__ import annotations

from typing import Any

import pytest

from hub.stage import Payload, Problem, Record, Skip
from integrations.procore_xero.options import OptionSurvey
from integrations.procore_xero.projects import Projects
from integrations.procore_xero.settings import Settings
from integrations.procore_xero.twins import Keyed, KeyIndex
from integrations.xero.records import TrackingOption
from tests.pairings.known import PlainKnown, option_survey

STAGE = Projects()


def project(number: str = "24-001", name: str = "Wharf 9", **data: Any) -> Record:
    whole = {
        "number": number,
        "name": name,
        "stage": "Send to Xero",
        "active": True,
        "rivals": [],
        "complete": True,
        "longer": [],
        **data,
    }
    return Record("7", number, f"{number} {name}".strip(), whole)


def known(*options: str, archived: tuple[str, ...] = (), **settings: Any) -> PlainKnown:
    return PlainKnown(Settings(**settings), option_survey(*options, archived=archived))


def linked(sent: str = "24-001 Wharf 9", now: str | None = None, status: str = "ACTIVE", **settings: Any) -> PlainKnown:
    """The project is linked to option “o”, which is called `now` in Xero."""
    found = known(**settings)
    found.tie("7", "24-001", "o", name=sent, status=status)
    found.target.note(TrackingOption(tracking_option_id="o", name=now or sent, status=status))
    return found


@pytest.mark.parametrize("stage", ["Bidding", "", "Send to Xero (old)"])
def test_another_stage_is_skipped_unless_linked(stage: str) -> None:
    mapped = STAGE.map(project(stage=stage), known())
    assert isinstance(mapped, Skip)
    assert mapped.code == "other_stage"
    assert isinstance(STAGE.map(project(stage=stage), linked()), Payload)


@pytest.mark.parametrize("stage", ["send to xero", " Send  to Xero "])
def test_the_stage_is_known_however_it_is_typed(stage: str) -> None:
    assert isinstance(STAGE.map(project(stage=stage), known()), Payload)


@pytest.mark.parametrize("known_", [known(), linked()])
def test_no_number_is_a_problem(known_: PlainKnown) -> None:
    assert STAGE.map(project(number=""), known_) == Problem("no_number", {"name": "Wharf 9"})


def test_two_projects_with_one_number_name_both() -> None:
    mapped = STAGE.map(project(rivals=["24-001 Wharf 9", "24-001 Wharf 10"]), known())
    assert isinstance(mapped, Problem)
    assert (mapped.code, mapped.values["projects"]) == ("number_twice", "“24-001 Wharf 9”, “24-001 Wharf 10”")


@pytest.mark.parametrize(("complete", "code"), [(False, "number_twice"), (True, "")])
def test_a_linked_number_counts_when_not_everything_was_read(complete: bool, code: str) -> None:
    other = known()
    other.tie("8", "24-001", "x")
    mapped = STAGE.map(project(complete=complete), other)
    assert getattr(mapped, "code", "") == code


@pytest.mark.parametrize(
    ("options", "longer", "target", "evidence"),
    [
        (["24-001 Wharf 9"], [], "24-001 Wharf 9", "Same name."),
        (["24-001  WHARF 9"], [], "24-001  WHARF 9", "Same name."),
        (["24-001 Wharf 9", "24-001 Old name"], [], "24-001 Wharf 9", "Same name."),
        (["24-001"], [], "24-001", "“24-001” carries the number 24-001."),
        (["24-001", "24-001 Old name"], [], "24-001", "“24-001” carries the number 24-001."),
        (["24-001: Old"], [], "24-001: Old", "“24-001: Old” carries the number 24-001."),
        (["24-001-Old"], [], "24-001-Old", "“24-001-Old” carries the number 24-001."),
        (["24-001-A Tower"], ["24-001-a"], "", ""),
        (["24-0010 Tower", "Tower 24-001"], ["24-0010"], "", ""),
        ([], [], "", ""),
    ],
)
def test_existing_options_are_found(options: list[str], longer: list[str], target: str, evidence: str) -> None:
    mapped = STAGE.map(project(longer=longer), known(*options))
    assert isinstance(mapped, Payload)
    assert (mapped.target_id, mapped.evidence) == (target, evidence)
    assert mapped.body == {"name": "24-001 Wharf 9", "status": "ACTIVE"}


def test_an_option_of_another_project_is_not_taken_by_its_number() -> None:
    found = known("24-001 Wharf")
    found.tie("8", "24-001-x", "24-001 Wharf")
    mapped = STAGE.map(project(), found)
    assert isinstance(mapped, Payload)
    assert mapped.target_id == ""


@pytest.mark.parametrize(
    ("options", "archived", "code", "shown"),
    [
        (["24-001 Old", "24-001 Older"], (), "several_options", "“24-001 Old”, “24-001 Older”"),
        (["24-009 Wharf 9"], (), "name_taken", "24-009 Wharf 9"),
        ([], ("24-001 wharf 9",), "option_archived", "24-001 wharf 9"),
    ],
)
def test_what_a_person_must_decide(options: list[str], archived: tuple[str, ...], code: str, shown: str) -> None:
    mapped = STAGE.map(project(), known(*options, archived=archived))
    assert isinstance(mapped, Problem)
    assert mapped.code == code
    assert shown in mapped.values.values()


def test_a_name_under_the_number_of_a_linked_project_is_free() -> None:
    found = known("24-009 Wharf 9")
    found.tie("8", "24-009", "24-009 Wharf 9")
    assert isinstance(STAGE.map(project(), found), Payload)


@pytest.mark.parametrize(
    ("known_", "code"),
    [
        (known(), "twin_deleted"),
        (linked(status="ACTIVE"), ""),
    ],
)
def test_a_twin_that_is_gone(known_: PlainKnown, code: str) -> None:
    known_.tie("7", "24-001", "o", name="24-001 Wharf 9", status="ACTIVE")
    assert getattr(STAGE.map(project(), known_), "code", "") == code


def test_a_twin_that_was_archived_by_somebody() -> None:
    found = linked()
    found.target.note(TrackingOption(tracking_option_id="o", name="24-001 Wharf 9", status="ARCHIVED"))
    assert STAGE.map(project(), found) == Problem("twin_deleted")


def test_a_twin_in_another_category() -> None:
    found = known()
    found.tie("7", "24-001", "o", name="24-001 Wharf 9", status="ACTIVE")
    survey: OptionSurvey = found.target
    survey.elsewhere["o"] = (TrackingOption(tracking_option_id="o", name="24-001 Wharf 9"), "Job")
    mapped = STAGE.map(project(), found)
    assert isinstance(mapped, Problem)
    assert (mapped.code, mapped.values["other"]) == ("category_changed", "Job")


def test_drift_is_a_warning_until_the_name_changes_in_procore() -> None:
    mapped = STAGE.map(project(), linked(now="Renamed"))
    assert isinstance(mapped, Payload)
    assert "“Renamed”" in mapped.warnings[0]
    mapped = STAGE.map(project(name="Wharf 10"), linked(now="Renamed"))
    assert isinstance(mapped, Payload)
    assert (mapped.body["name"], mapped.warnings) == ("24-001 Wharf 10", ())


@pytest.mark.parametrize(
    ("active", "archives", "known_", "status"),
    [
        (False, True, "linked", "ARCHIVED"),
        (False, False, "linked", "ACTIVE"),
        (True, True, "linked", "ACTIVE"),
        (False, False, "new", "ACTIVE"),
        (False, True, "new", "closed"),
    ],
)
def test_closed_projects(active: bool, archives: bool, known_: str, status: str) -> None:
    make = linked if known_ == "linked" else known
    mapped = STAGE.map(project(active=active), make(archive_closed_projects=archives))
    assert (mapped.body["status"] if isinstance(mapped, Payload) else mapped.code) == status  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("format_", "name"),
    [
        ("{number}", "24-001"),
        ("{name} ({number})", "Wharf 9 (24-001)"),
        ("Job {number}: {name}", "Job 24-001: Wharf 9"),
    ],
)
def test_formats(format_: str, name: str) -> None:
    mapped = STAGE.map(project(), known(project_format=format_))
    assert isinstance(mapped, Payload)
    assert mapped.body["name"] == name


@pytest.mark.parametrize(("number", "name", "code"), [("9" * 101, "x", "too_long"), ("1", "a\x00", "bad_characters")])
def test_names_that_cannot_be_sent(number: str, name: str, code: str) -> None:
    mapped = STAGE.map(project(number, name), known())
    assert isinstance(mapped, Problem)
    assert mapped.code == code
    assert mapped.values["reason"]


@pytest.mark.parametrize(
    ("record", "rivals"),
    [
        ("new", ["new", "linked", "twin"]),
        ("linked", []),
        ("other", ["other", "linked", "new", "twin"]),
    ],
)
def test_who_competes_for_a_number(record: str, rivals: list[str]) -> None:
    """A newcomer does not take the place of what is linked; what is not to be sent competes with nobody."""
    index = KeyIndex(
        [
            Keyed("new", "A-1", "new"),
            Keyed("linked", "a-1", "linked", wanted=False, linked=True),
            Keyed("twin", " A-1", "twin"),
            Keyed("other", "A-1", "other", wanted=False),
            Keyed("alone", "A-10", "alone"),
        ]
    )
    assert sorted(index.rivals(record, "A-1")) == sorted(rivals)
    assert index.rivals("alone", "A-10") == []
    assert index.longer("A-1") == ["a-10"]
