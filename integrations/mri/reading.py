"""Reading: the pages of a list, the records of a key, and the probe that a person looks at before anything is used.

The link to the next page is followed as it is given, never computed: `$skip` in it is one more than one would think,
newer servers send an opaque `_next`, and a JSON answer may link to XML.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from ..base.broken import Sink, sift
from ..base.client import Reply, Request
from ..base.errors import BadReply, Rejected, VendorError
from . import envelope
from .client import API_PATH, MriClient, with_format
from .endpoints import Endpoint
from .records import HubRecord, read_record, same_key
from .transforms import Tables, Transform, Value

MAX_PAGES = 5_000


@dataclass(frozen=True)
class Page:
    """Records as MRI sent them. `link` leads to the next page ("" on the last one) and may be kept to go on later."""

    records: Sequence[Mapping[str, Any]]
    link: str
    number: int


def first_request(client: MriClient, endpoint: Endpoint, values: Mapping[str, Value], top: int = 0) -> Request:
    """The request of a list's first page; `values` fill the parameters by source. Raises Rejected for a missing one."""
    filled = {one.name: _filled(endpoint, one, values, client.profile.tables) for one in endpoint.parameters}
    params = {"$api": endpoint.api, "$format": endpoint.format or client.format, "$top": str(top or client.page_size)}
    return Request("GET", API_PATH, {**params, **{name: text for name, text in filled.items() if text}})


def _filled(endpoint: Endpoint, one: Any, values: Mapping[str, Value], tables: Tables) -> str:
    text = Transform.of(one.transform).write(values.get(one.source) if one.source else None, one.name, "", tables)
    text = text or one.value
    if one.required and not text:
        raise Rejected(f"{endpoint.api} cannot be read without {one.name} (“{one.source}”).")
    return text


def pages(client: MriClient, endpoint: Endpoint, values: Mapping[str, Value], after: str = "") -> Iterator[Page]:
    """All pages of a list, or those from the link `after` on. Raises Rejected for an endpoint that nobody has verified,
    BadReply when the links run in a circle or without end: half a list must not pass for the whole."""
    endpoint.usable()
    form = endpoint.format or client.format
    request = follow(client, after, form) if after else first_request(client, endpoint, values)
    seen = {_identity(request)}
    for number in range(1, MAX_PAGES + 1):
        page = read_page(client, endpoint, request, number)
        yield page
        if not page.link:
            return
        request = follow(client, page.link, form)
        if _identity(request) in seen:
            raise BadReply(f"{endpoint.api} links to a page that was read already; the list cannot be read whole.")
        seen.add(_identity(request))
    raise BadReply(f"{endpoint.api} has more than {MAX_PAGES:,} pages; narrow the read by a date.")


def read_page(client: MriClient, endpoint: Endpoint, request: Request, number: int = 1) -> Page:
    """One page. An empty one ends a list that is paged by `$skip`, whatever it links to."""
    found = envelope.opened(client.send(request).data, endpoint.record_path)
    if said := [reason for record in found.records if (reason := envelope.record_error(record))]:
        raise Rejected(f"MRI refused the request to {endpoint.api}: {'; '.join(said)}", messages=tuple(said))
    link = found.next_link
    if not found.records and "_next=" not in link:
        link = ""
    return Page(found.records, link, number)


def follow(client: MriClient, link: str, form: str) -> Request:
    """The request that a link stands for, in our format. Raises BadReply for a link to another host, which must not
    see the login, or to plain HTTP."""
    here, there = urlsplit(client.base_url), urlsplit(link.strip())
    if (there.scheme.lower(), *_host(there)) != (here.scheme.lower(), *_host(here)):
        raise BadReply(f"MRI links to a next page at {there.scheme}://{there.netloc}, which is not this installation.")
    pairs = parse_qsl(there.query, keep_blank_values=True)
    params = dict(pairs)
    if len(params) != len(set(pairs)):
        raise BadReply("MRI links to a next page with the same parameter twice.")
    own = here.path.lower() + API_PATH
    path = API_PATH if there.path.lower() == own else there.path
    return with_format(Request("GET", path, params), form)


def _host(parts: Any) -> tuple[str, int]:
    try:
        return (parts.hostname or "").lower(), parts.port or (443 if parts.scheme.lower() == "https" else 80)
    except ValueError as error:
        raise BadReply("MRI links to a next page without a valid port.") from error


def _identity(request: Request) -> tuple[str, ...]:
    return (request.path, *sorted(f"{name}={value}" for name, value in request.params.items()))


def records(client: MriClient, operation: str, broken: Sink | None = None, **values: Value) -> Iterator[HubRecord]:
    """All records of a list as the hub's, by the connection's endpoint. What cannot be read goes to `broken`; without
    it the first such record is raised. Raises the error tree."""
    endpoint = client.profile.endpoint(operation)
    named = {one.hub: one.mri for one in endpoint.fields}
    labels = [named[hub] for hub in ("number", "name", "title", "description") if hub in named]
    for page in pages(client, endpoint, values):
        yield from sift(
            page.records,
            lambda number, record: read_record(endpoint, record, client.profile.tables),
            broken,
            named.get("id", ""),
            labels,
        )


def find(client: MriClient, operation: str, key: Mapping[str, Value]) -> list[HubRecord]:
    """The records with exactly this key: none, the one, or several that a person must choose among.

    The filters only narrow the read; each record is compared as well, since a server may ignore a parameter it does not
    know. `key` holds the endpoint's key fields. Raises the error tree.
    """
    endpoint = client.profile.endpoint(operation)
    if missing := [name for name in endpoint.key if key.get(name) in (None, "")]:
        raise Rejected(f"{endpoint.spec.title}: nothing can be found without {', '.join(missing)}.")
    wanted = {name: key[name] for name in endpoint.key}
    found = [
        read_record(endpoint, record, client.profile.tables)
        for page in pages(client, endpoint, key)
        for record in page.records
    ]
    return [record for record in found if same_key(endpoint, wanted, record, client.profile.tables)]


@dataclass(frozen=True)
class Probe:
    """What one record of an endpoint looks like. `message` says what went wrong, or that nothing is there yet."""

    ok: bool
    status: int | None
    message: str
    fields: tuple[str, ...] = ()
    line_fields: tuple[str, ...] = ()
    links_on: bool = False
    record: Mapping[str, Any] | None = None  # as MRI sent it
    read: HubRecord | None = None  # the same through the field map


def probe(client: MriClient, endpoint: Endpoint, values: Mapping[str, Value] | None = None) -> Probe:
    """Read one record, whether or not anybody has verified the endpoint. `values` fill its parameters. Never raises
    what MRI answers: that is what the probe is there to show."""
    try:
        reply = client.send(first_request(client, endpoint, values or {}, top=1))
        found = envelope.opened(reply.data, endpoint.record_path)
    except VendorError as error:
        return Probe(False, error.status, error.message)
    if not found.records:
        return Probe(True, reply.status, f"{endpoint.api} answers, and holds no record yet.")
    return _seen(client, endpoint, reply, found)


def _seen(client: MriClient, endpoint: Endpoint, reply: Reply, found: envelope.Envelope) -> Probe:
    record = found.records[0]
    message, read, lines = f"{endpoint.api} answers.", None, []
    try:
        lines = envelope.children(record, endpoint.line_path) if endpoint.line_path else []
        read = read_record(endpoint, record, client.profile.tables)
    except BadReply as error:
        message = f"{endpoint.api} answers, but the field map does not fit: {error.message}"
    names = dict.fromkeys(name for line in lines for name in line)
    return Probe(
        read is not None, reply.status, message, tuple(record), tuple(names), bool(found.next_link), record, read
    )
