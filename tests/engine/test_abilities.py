"""What a writer may be able to do besides writing: look at what a page needs, and say what a refusal means."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pytest

from hub.models import Problem
from hub.stage import Change, Fate, Outcome, Record
from integrations.base.errors import Missing, VendorError
from tests.engine.world import world
from tests.toy.stages import PaperWriter

pytestmark = pytest.mark.django_db


def test_a_survey_for_the_records_of_each_page(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[list[str], list[str]]] = []

    def survey_page(self: PaperWriter, records: Sequence[Record], unlinked: Collection[str]) -> dict[str, object]:
        seen.append(([record.id for record in records], sorted(unlinked)))
        return {}

    with world(orders=4) as w:
        w.go("N2")
        monkeypatch.setattr(PaperWriter, "survey_page", survey_page, raising=False)
        assert w.go().counts == {"created": 3, "unchanged": 1}
        assert seen == [(["1", "2", "3"], ["1", "3"]), (["4"], ["4"])]


@pytest.mark.parametrize("knows", [True, False])
def test_the_writer_says_what_a_refusal_means(monkeypatch: pytest.MonkeyPatch, knows: bool) -> None:
    def refused(self: PaperWriter, change: Change, error: VendorError) -> Outcome | None:
        assert isinstance(error, Missing)
        return Outcome(change.source_id, Fate.DONE, change.target_id) if knows else None

    monkeypatch.setattr(PaperWriter, "refused", refused, raising=False)
    with world(orders=1) as w:
        w.go()
        w.vault.papers.clear()
        w.shop.put("1", name="another name")
        job = w.go()
        assert job.counts == ({"updated": 1} if knows else {"rejected": 1})
        assert [problem.code for problem in Problem.objects.all()] == ([] if knows else ["twin_deleted"])


def test_a_second_request_that_finds_nothing_can_be_success_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(self: PaperWriter, change: Change, error: VendorError) -> Outcome | None:
        return Outcome(change.source_id, Fate.DONE, change.target_id)

    monkeypatch.setattr(PaperWriter, "refused", refused, raising=False)
    with world(orders=1, pages=True) as w:
        w.vault.faults.add("status", method="PUT", path="/pages", status=404)
        assert w.go().counts == {"created": 1}
        w.row.refresh_from_db()
        assert not w.row.batches.exclude(state="settled").exists()
