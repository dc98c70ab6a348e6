"""The ContactGroups resource. https://developer.xero.com/documentation/api/accounting/contactgroups ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from werkzeug.wrappers import Request, Response

from ...base.sandbox.kernel import route
from . import wire
from .bodies import elements
from .contact_rules import show_group_name
from .listing import Listing
from .organisation import Organisation
from .query import fold
from .resource import Fate, XeroResource
from .state import Contact, ContactGroup, new_id

MOST_GROUPS = 100
FACTS = ("Name", "ContactGroupID", "Status")
GROUPS: Listing[ContactGroup] = Listing(
    lambda group: {"Name": group.name, "ContactGroupID": group.id, "Status": group.status}, FACTS
)


def _thin(contact: Contact) -> dict[str, Any]:
    """A member: nothing is told but id and name."""
    nothing: dict[str, Any] = {"Addresses": [], "Phones": [], "ContactGroups": [], "ContactPersons": []}
    return {"ContactID": contact.id, "Name": contact.name, **nothing, "HasValidationErrors": False}


def _refusal(body: Mapping[str, Any], message: str) -> dict[str, Any]:
    shown = {"ContactGroupID": wire.NO_ID, **body, "Contacts": []}
    return {**shown, "HasValidationErrors": True, "ValidationErrors": wire.errors([message])}


class GroupRoutes(XeroResource):
    @route("GET", "/api.xro/2.0/ContactGroups")
    def get_groups(self, request: Request) -> Response:
        rows = [group for group in self.org(request).groups.values() if group.status == "ACTIVE"]
        return self.whole(request, "ContactGroups", GROUPS, rows, show_group_name)

    @route("GET", "/api.xro/2.0/ContactGroups/<group_id>")
    def get_group(self, request: Request, group_id: str) -> Response:
        org = self.org(request)
        group = self._group(org, group_id)
        if group is None:
            return wire.not_found()
        members = [org.contacts[contact_id] for contact_id in group.members]
        if not self.switches.groups_list_archived:
            members = [contact for contact in members if contact.active]
        shown = {**show_group_name(group), "Contacts": [_thin(contact) for contact in members]}
        return self.answer(request, "ContactGroups", [shown])

    @staticmethod
    def _group(org: Organisation, group_id: str) -> ContactGroup | None:
        group = org.groups.get(group_id.lower())
        return group if group and group.status == "ACTIVE" else None

    @route("PUT", "/api.xro/2.0/ContactGroups")
    def put_groups(self, request: Request) -> Response:
        org, bodies = self.org(request), elements(request, "ContactGroups")
        return self.batch(request, "ContactGroups", bodies, lambda body: self._new_group(org, body))

    def _new_group(self, org: Organisation, body: Mapping[str, Any]) -> Fate:
        if why := self._group_problem(org, body.get("Name")):
            return Fate(refused=_refusal(body, why))
        group = ContactGroup(new_id(), body["Name"])

        def save() -> dict[str, Any]:
            org.groups[group.id] = group
            return show_group_name(group)

        def undo() -> None:
            del org.groups[group.id]

        return Fate(save=save, undo=undo)

    def _group_problem(self, org: Organisation, name: Any, renamed: ContactGroup | None = None) -> str:
        others = [group for group in org.groups.values() if group.status == "ACTIVE" and group is not renamed]
        if not isinstance(name, str) or not name.strip():
            return "The contact group name cannot be empty."
        if renamed is None and len(others) >= MOST_GROUPS:
            return f"You’ve reached the limit of {MOST_GROUPS} contact groups."
        if self.switches.unique_group_names and any(fold(group.name) == fold(name) for group in others):
            return "The contact group name must be unique."
        return ""

    @route("POST", "/api.xro/2.0/ContactGroups/<group_id>")
    def post_group(self, request: Request, group_id: str) -> Response:
        """Rename, or delete by status."""
        org = self.org(request)
        group = self._group(org, group_id)
        if group is None:
            return wire.not_found()
        body = elements(request, "ContactGroups")[0]
        if why := self._group_problem(org, body.get("Name") or group.name, group):
            return self.invalid(request, [_refusal({**body, "ContactGroupID": group.id}, why)])
        group.name = body.get("Name") or group.name
        group.status = "DELETED" if body.get("Status") == "DELETED" else group.status
        return self.answer(request, "ContactGroups", [show_group_name(group)])

    @route("PUT", "/api.xro/2.0/ContactGroups/<group_id>/Contacts")
    def put_members(self, request: Request, group_id: str) -> Response:
        org = self.org(request)
        group, bodies = self._group(org, group_id), elements(request, "Contacts")
        if group is None:
            return wire.not_found()
        ids = [str(body.get("ContactID", "")).lower() for body in bodies]
        if unknown := [contact_id for contact_id in ids if contact_id not in org.contacts]:
            why = wire.errors(["The contact was not found."])
            return self.invalid(request, [{"ContactID": i, "ValidationErrors": why} for i in unknown])
        for contact_id in ids:
            if contact_id not in group.members:
                group.members.append(contact_id)
                self._moved(org, contact_id)
        rows = [{k: v for k, v in _thin(org.contacts[i]).items() if k != "Name"} for i in ids]
        return self.answer(request, "Contacts", [{**row, "ValidationErrors": []} for row in rows])

    @route("DELETE", "/api.xro/2.0/ContactGroups/<group_id>/Contacts/<contact_id>")
    def delete_member(self, request: Request, group_id: str, contact_id: str) -> Response:
        org = self.org(request)
        group = self._group(org, group_id)
        if group is None or contact_id.lower() not in group.members:
            return wire.not_found()
        group.members.remove(contact_id.lower())
        self._moved(org, contact_id.lower())
        return Response("", 204)

    @route("DELETE", "/api.xro/2.0/ContactGroups/<group_id>/Contacts")
    def delete_members(self, request: Request, group_id: str) -> Response:
        org = self.org(request)
        group = self._group(org, group_id)
        if group is None:
            return wire.not_found()
        for contact_id in group.members:
            self._moved(org, contact_id)
        group.members.clear()
        return Response("", 204)

    def _moved(self, org: Organisation, contact_id: str) -> None:
        if self.switches.membership_moves_date:
            org.touch(org.contacts[contact_id])
