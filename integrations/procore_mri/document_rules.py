"""What becomes of a document: sent, tied to the one that is there, left alone, or shown to a person.

MRI takes no changes through its interface, so what was sent is never written again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hub.stage import Known, LinkView, Payload, Skip
from integrations.base.errors import Rejected
from integrations.mri.endpoints import Profile
from integrations.mri.records import HubRecord, write_record
from integrations.procore_kit.faults import Fault

from .document_survey import DocumentSurvey
from .documents import Kind, differences, essence, hub_record, kind_of

ELLIPSIS = "…"
TEXTS = ("title", "description")  # may be shortened; what names something never is


def body_of(kind: Kind, record: Mapping[str, Any], source: Mapping[str, Any], profile: Profile) -> dict[str, Any]:
    """The body of a document, its describing texts cut to what MRI takes."""
    endpoint = profile.endpoint(kind.create)
    most = {one.hub: one.max_length for one in endpoint.fields if one.max_length}
    in_lines = {one.hub: one.max_length for one in endpoint.line_fields if one.max_length}
    lines = [_shortened(line, in_lines) for line in record.get("lines", ())]
    return {"kind": kind.base, "record": {**_shortened(record, most), "lines": lines}, "source": dict(source)}


def _shortened(record: Mapping[str, Any], most: Mapping[str, int]) -> dict[str, Any]:
    return {
        name: value[: most[name] - 1].rstrip() + ELLIPSIS
        if name in TEXTS and name in most and len(value) > most[name]
        else value
        for name, value in record.items()
    }


def decided(
    record_id: str, reference: str, body: dict[str, Any], known: Known, warnings: Sequence[str] = ()
) -> Payload:
    """Raises Fault for what only a person can settle."""
    survey: DocumentSurvey = known.target
    link = known.link(record_id)
    told = tuple(warnings)
    if link is not None:
        return _compared(reference, body, link, survey, told)
    return _new(reference, body, known, told)


def _new(reference: str, body: dict[str, Any], known: Known, warnings: tuple[str, ...]) -> Payload:
    """What belongs to another record already is given with its id, so that the engine holds it."""
    survey: DocumentSurvey = known.target
    kind, ours = kind_of(body), hub_record(body)
    theirs = survey.theirs(kind, ours)
    if len(theirs) > 1:
        raise Fault("several_in_mri", count=len(theirs), document=kind.noun, key=kind.target_id(ours))
    if taken := _owned(kind, (ours, *theirs), known):
        return Payload(body, reference, taken, linked_only=True)
    if not theirs:
        check_fit(kind, ours, survey.profile)
        return Payload(body, reference, warnings=warnings)
    if changes := changed(kind, theirs[0], ours, survey.profile):
        raise Fault("twin_differs", document=kind.noun, changes=changes)
    said = f"A {kind.noun} with the same number and amounts is in MRI already."
    return Payload(body, reference, kind.target_id(ours), said, linked_only=True, warnings=warnings)


def _owned(kind: Kind, records: Iterable[Mapping[str, Any]], known: Known) -> str:
    """The id among the links, as ours or as MRI writes it, that belongs to another record; "" when it is free."""
    ids = (kind.target_id(one) for one in records if all(one.get(name) for name in kind.key))
    return next((one for one in ids if known.owner(one)), "")


def _compared(
    reference: str, body: dict[str, Any], link: LinkView, survey: DocumentSurvey, warnings: tuple[str, ...]
) -> Payload:
    sent = link.sent or body
    kind, was, ours = kind_of(sent), hub_record(sent), hub_record(body)
    theirs = survey.theirs(kind, was)
    if not theirs:
        raise Fault("gone_in_mri", document=kind.noun, key=kind.target_id(was))
    other = _other_document(sent, body)
    changes = other or differences(essence(kind, was), essence(kind, ours))
    if not changes:
        return Payload(sent, reference)
    if not other and len(theirs) == 1 and not changed(kind, theirs[0], ours, survey.profile):
        return Payload(body, reference, current=body, warnings=warnings)
    status = f" (status {theirs[0]['status']} in MRI)" if theirs[0].get("status") else ""
    raise Fault("changed_after_sending", document=kind.noun, key=kind.target_id(was), status=status, changes=changes)


def _other_document(sent: Mapping[str, Any], body: Mapping[str, Any]) -> str:
    """What would go by another number, or be of another kind, is another document in MRI."""
    before, after = (kind_of(one).target_id(one["record"]) for one in (sent, body))
    if kind_of(sent) is not kind_of(body):
        return f"{kind_of(sent).noun} → {kind_of(body).noun}"
    return "" if before.casefold() == after.casefold() else f"{before} → {after}"


def changed(kind: Kind, theirs: HubRecord, ours: HubRecord, profile: Profile) -> str:
    """How MRI's document differs, "" when it is the same as far as MRI shows it."""
    endpoint = profile.endpoint(kind.find)
    return differences(*(essence(kind, one, endpoint, profile.tables) for one in (theirs, ours)))


def check_fit(kind: Kind, record: HubRecord, profile: Profile) -> None:
    """Raises Fault for what MRI would refuse or cut off: lengths, decimals, what must not be empty."""
    try:
        write_record(profile.endpoint(kind.create), record, profile.tables)
    except Rejected as error:
        raise Fault("does_not_fit", reason=error.message) from error


def maps(profile: Profile, kind: Kind, name: str) -> bool:
    """Whether MRI is told this amount at all, in the header or in the lines."""
    endpoint = profile.endpoint(kind.create)
    return any(one.hub == name for one in (*endpoint.fields, *endpoint.line_fields))


def standing(link: LinkView, status: str, survey: DocumentSurvey) -> Skip:
    """Of what was sent and is not approved any more: nothing to do when MRI does not have it any more either. Raises
    Fault while it stands there."""
    theirs = survey.theirs(kind_of(link.sent), hub_record(link.sent)) if link.sent else ()
    if not theirs:
        return Skip("withdrawn", f"It is “{status}” in Procore, and not in MRI any more.")
    in_mri = f" (status {theirs[0]['status']} in MRI)" if theirs[0].get("status") else ""
    raise Fault("no_longer_approved", status=status, key=link.target_id, in_mri=in_mri)
