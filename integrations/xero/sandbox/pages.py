"""The pages a person clicks in during a demo, in place of Xero's own. They are not in the ledger."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from ...base.sandbox.kernel import route
from . import html, wire
from .core import XeroCore
from .organisation import Organisation
from .state import Contact, Option

HOME = "/organisations"
SHOWN_CALLS = 30
BOOKS = (("bills", "Bills"), ("credits", "Credits"), ("orders", "Purchase orders"), ("journals", "Journals"))


class Pages(XeroCore):
    def is_ours(self, request: Request) -> bool:
        return super().is_ours(request) or request.path.startswith(HOME)

    @route("GET", "/")
    def home(self, request: Request) -> Response:
        rows = [
            (
                html.link(_address(org), org.name),
                org.country,
                len(org.contacts),
                ", ".join(c.name for c in org.categories.values() if c.status == "ACTIVE"),
            )
            for org in self.organisations.values()
        ]
        listed = html.table(("Organisation", "Country", "Contacts", "Tracking"), rows)
        return html.page("Organisations", listed + self._calls(""))

    def _calls(self, account: str) -> Markup:
        entries = [entry for entry in self.ledger.entries if account in ("", entry.account)][-SHOWN_CALLS:]
        rows = [(e.number, e.at[11:19], e.method, e.path, e.status or "no answer") for e in reversed(entries)]
        return html.heading("Last calls") + html.table(("#", "UTC", "Method", "Address", "Answer"), rows)

    @route("GET", f"{HOME}/<org_id>")
    def organisation_page(self, request: Request, org_id: str) -> Response:
        org = self.organisations.get(org_id)
        if org is None:
            return wire.not_found()
        links = html.joined(html.link(f"{_address(org)}/{name}", label) + " " for name, label in BOOKS)
        return html.page(org.name, links + _tracking(org) + _groups(org) + _contacts(org) + self._calls(org.id))

    @route("GET", f"{HOME}/<org_id>/contacts/<contact_id>")
    def contact_page(self, request: Request, org_id: str, contact_id: str) -> Response:
        org = self.organisations.get(org_id)
        contact = org.contacts.get(contact_id) if org else None
        if org is None or contact is None:
            return wire.not_found()
        back = html.paragraph("") + html.link(_address(org), f"Back to {org.name}")
        return html.page(contact.name, _state(org, contact) + _forms(org, contact) + back)

    @route("POST", f"{HOME}/<org_id>/contacts")
    def add_contact_form(self, request: Request, org_id: str) -> Response:
        org, given = self.organisations.get(org_id), request.form
        if org is None:
            return wire.not_found()
        name = " ".join(given.get("name", "").split())
        if name and not any(c.active and c.name.casefold() == name.casefold() for c in org.contacts.values()):
            contact = org.add_contact(name, email=given.get("email", ""), phone=given.get("phone", ""))
            if given.get("group") in org.groups:
                org.groups[given["group"]].members.append(contact.id)
        return redirect(_address(org))

    @route("POST", f"{HOME}/<org_id>/contacts/<contact_id>")
    def change_contact_form(self, request: Request, org_id: str, contact_id: str) -> Response:
        org = self.organisations.get(org_id)
        contact = org.contacts.get(contact_id) if org else None
        change = CHANGES.get(request.form.get("do", ""))
        if org is None or contact is None or change is None:
            return wire.not_found()
        change(org, contact, request)
        return redirect(_address(org, contact))

    @route("POST", f"{HOME}/<org_id>/options/<option_id>")
    def rename_option_form(self, request: Request, org_id: str, option_id: str) -> Response:
        org, name = self.organisations.get(org_id), request.form.get("name", "").strip()
        if org is None:
            return wire.not_found()
        for category in org.categories.values():
            for option in category.options:
                if option.id == option_id and name:
                    option.name = name
        return redirect(_address(org))


def _save(org: Organisation, contact: Contact, request: Request) -> None:
    given = request.form
    fields = {"Name": given.get("name") or contact.name, "EmailAddress": given.get("email", "")}
    org.change_contact(contact, phone=given.get("phone", ""), TaxNumber=given.get("tax_number", ""), **fields)


def _archive(org: Organisation, contact: Contact, request: Request) -> None:
    org.archive(contact)


def _restore(org: Organisation, contact: Contact, request: Request) -> None:
    org.restore(contact)


def _merge(org: Organisation, contact: Contact, request: Request) -> None:
    if winner := org.contacts.get(request.form.get("into", "")):
        org.merge(contact, winner)


def _set_groups(org: Organisation, contact: Contact, request: Request) -> None:
    chosen = set(request.form.getlist("group"))
    for group in org.groups.values():
        others = [member for member in group.members if member != contact.id]
        group.members = [*others, contact.id] if group.id in chosen else others


CHANGES: dict[str, Callable[[Organisation, Contact, Request], None]] = {
    "save": _save,
    "archive": _archive,
    "restore": _restore,
    "merge": _merge,
    "groups": _set_groups,
}


def _address(org: Organisation, contact: Contact | None = None) -> str:
    return f"{HOME}/{org.id}" + (f"/contacts/{contact.id}" if contact else "")


def _tracking(org: Organisation) -> Markup:
    parts = [html.heading("Tracking categories")]
    for category in org.categories.values():
        rows = [(_rename(org, option), option.status.lower()) for option in category.options]
        title = f"{category.name} ({category.status.lower()}, {len(rows)} options)"
        listed = html.table(("Option", ""), rows)
        parts.append(Markup("<details><summary>{}</summary>{}</details>").format(title, listed))
    return html.joined(parts)


def _rename(org: Organisation, option: Option) -> Markup:
    return html.form(f"{_address(org)}/options/{option.id}", html.field("name", "Name", option.name), "Rename")


def _groups(org: Organisation) -> Markup:
    rows = [(group.name, len(group.members)) for group in org.groups.values() if group.status == "ACTIVE"]
    return html.heading("Contact groups") + html.table(("Group", "Members"), rows)


def _contacts(org: Organisation) -> Markup:
    shown = sorted(org.contacts.values(), key=lambda contact: (not contact.active, contact.name.casefold()))
    rows = [
        (
            html.link(_address(org, contact), contact.name),
            contact.email,
            contact.phone,
            ", ".join(group.name for group in org.groups_of(contact)),
            "" if contact.active else contact.status.lower(),
        )
        for contact in shown
    ]
    groups = [("", "No group"), *((g.id, g.name) for g in org.groups.values() if g.status == "ACTIVE")]
    new = (
        html.field("name", "Name")
        + html.field("email", "E-mail", kind="email")
        + html.field("phone", "Phone")
        + html.choice("group", "Group", groups)
    )
    listed = html.table(("Name", "E-mail", "Phone", "Groups", ""), rows)
    return html.heading("Contacts") + listed + html.form(f"{_address(org)}/contacts", new, "Add contact")


def _state(org: Organisation, contact: Contact) -> Markup:
    winner = org.contacts.get(contact.merged_to)
    merged = f", merged into {winner.name}" if winner else ""
    return html.paragraph(f"{contact.status.capitalize()}{merged}. Changed {contact.updated_at:%Y-%m-%d %H:%M:%S} UTC.")


def _forms(org: Organisation, contact: Contact) -> Markup:
    own = _address(org, contact)
    details = (
        html.field("name", "Name", contact.name)
        + html.field("email", "E-mail", contact.email, "email")
        + html.field("phone", "Phone", contact.phone)
        + html.field("tax_number", "Tax number", contact.fields.get("TaxNumber", ""))
    )
    held = {group.id for group in org.groups_of(contact)}
    boxes = html.joined(
        html.box("group", g.id, g.name, g.id in held) for g in org.groups.values() if g.status == "ACTIVE"
    )
    others = [(c.id, c.name) for c in org.contacts.values() if c.active and c is not contact]
    state = ("archive", "Archive") if contact.active else ("restore", "Restore")
    return html.joined(
        (
            html.form(own, _do("save") + details, "Save"),
            html.heading("Groups"),
            html.form(own, _do("groups") + boxes, "Save groups"),
            html.heading("Archive or merge"),
            html.form(own, _do(state[0]), state[1]),
            html.form(own, _do("merge") + html.choice("into", "Merge into", others), "Merge"),
        )
    )


def _do(what: str) -> Markup:
    return Markup('<input type="hidden" name="do" value="{}">').format(what)
