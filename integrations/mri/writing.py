"""Writing: one record a call, through a verified endpoint, and what the answer says became of it.

Several records in one call are possible, but nobody has said what becomes of the others when one is refused.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import xmltodict

from ..base.client import Reply, Request
from ..base.errors import BadReply, Rejected
from . import envelope
from .client import API_PATH, MriClient
from .endpoints import Endpoint
from .records import HubRecord, read_record, write_record

Tree = dict[str, Any]


class Fate(StrEnum):
    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "unknown"  # the answer does not mention the record: only a find can tell


@dataclass(frozen=True)
class Written:
    """`record` is what MRI made of it, by our names, `answer` by MRI's; `messages` are MRI's reasons word for word."""

    fate: Fate
    record: HubRecord | None = None
    answer: Mapping[str, Any] | None = None
    messages: tuple[str, ...] = ()


def create_request(client: MriClient, operation: str, record: Mapping[str, Any]) -> Request:
    """The call that creates one record. Pure. Raises Rejected for an endpoint that nobody has verified, and for a
    record that MRI would refuse or cut off."""
    endpoint = client.profile.endpoint(operation)
    endpoint.usable()
    body = write_record(endpoint, record, client.profile.tables)
    form = endpoint.format or client.format
    params = {"$api": endpoint.api, "$format": form}
    if form == "xml":
        return Request(endpoint.verb, API_PATH, params, _xml(endpoint, body), "application/xml")
    return Request(endpoint.verb, API_PATH, params, _json(client, endpoint, body))


def _json(client: MriClient, endpoint: Endpoint, record: Tree) -> str:
    body: Tree = {"value": [record]}
    if endpoint.send_metadata:
        body = {"odata.metadata": metadata(client, endpoint.api), **body}
    return json.dumps(body, ensure_ascii=False)


def metadata(client: MriClient, api: str) -> str:
    """As the service writes it in its own answers."""
    low = api.lower()
    return f"{client.base_url}{API_PATH}?$api={api}&$metadata#MRI.{low}-container/{low}"


def _xml(endpoint: Endpoint, record: Tree) -> str:
    _check_characters(endpoint, record)
    return str(xmltodict.unparse({endpoint.api.lower(): {"entry": record}}))


def _check_characters(endpoint: Endpoint, record: Any) -> None:
    """XML 1.0 has no way of writing control characters: https://www.w3.org/TR/xml/#charsets"""
    if isinstance(record, str) and any(ord(c) < 32 and c not in "\t\n\r" for c in record):
        raise Rejected(f"{endpoint.spec.title}: “{record[:60]!r}” holds a control character, which XML cannot carry.")
    for one in record.values() if isinstance(record, dict) else record if isinstance(record, list) else ():
        _check_characters(endpoint, one)


def read_written(client: MriClient, operation: str, reply: Reply) -> Written:
    """The fate of the one record that was sent. A status of 200 is a success only without an `Error` in the record."""
    endpoint = client.profile.endpoint(operation)
    try:
        found = envelope.opened(reply.data, endpoint.record_path).records
    except BadReply as error:
        return Written(Fate.UNKNOWN, messages=error.messages)
    if len(found) != 1:
        return Written(Fate.UNKNOWN, messages=(f"MRI answered {len(found)} records to one that was sent.",))
    if reason := envelope.record_error(found[0]):
        return Written(Fate.REFUSED, answer=found[0], messages=(reason,))
    try:
        return Written(Fate.DONE, read_record(endpoint, found[0], client.profile.tables), found[0])
    except BadReply as error:
        return Written(Fate.DONE, None, found[0], (error.message,))
