"""Holds every call that tests make to the pretend Xero against Xero's own API description, in both directions.

A request is judged when our client made it and it was carried out: tests also send nonsense on purpose, by hand or to
see it refused. An answer is judged when it is JSON and not a gateway's refusal, which the description does not know.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Collection, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
import yaml
from openapi_core import Config, OpenAPI
from openapi_core.contrib.requests import RequestsOpenAPIRequest, RequestsOpenAPIResponse
from openapi_core.exceptions import OpenAPIError

from integrations.base.client import USER_AGENT, parse_json
from tests.contract import material
from tests.contract.corrections import UNDESCRIBED_CONTENT, corrected

BASE = "/api.xro/2.0"
JUDGED = (200, 204, 400)
# An element that was refused for such a reason is echoed in the answer as it was sent.
REFUSED_ELEMENTS = ("maxLength", "enum")
METHODS = ("get", "put", "post", "delete")


class Observer:
    """Give it to `tests.network`. `violations` fills; `take` empties it."""

    def __init__(self, spec: dict[str, Any]) -> None:
        strict = Config(spec_validator_cls=None, additional_properties_default_policy="forbid")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # OAuth2 as a scheme is not looked at
            self._api = OpenAPI.from_dict(spec, config=strict)
        self._operations = list(_operations(spec))
        self._seen: set[object] = set()
        self.violations: list[str] = []
        self.judged = 0

    def __call__(self, request: requests.PreparedRequest, response: requests.Response) -> None:
        path = urlsplit(request.url or "").path
        if not path.startswith(f"{BASE}/") or response.status_code not in JUDGED:
            return
        seen = _fingerprint(request, response)
        if seen in self._seen:
            return
        self._seen.add(seen)
        self.judged += 1
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            found = list(self._complaints(request, response, path.removeprefix(BASE)))
        self.violations += [f"{request.method} {path}: {text}" for text in found]

    def take(self) -> list[str]:
        """The violations since the last time."""
        found, self.violations = self.violations, []
        return found

    def _complaints(self, request: requests.PreparedRequest, response: requests.Response, path: str) -> Iterator[str]:
        asked, answered = RequestsOpenAPIRequest(request), RequestsOpenAPIResponse(response)
        ignored = REFUSED_ELEMENTS if '"StatusAttributeString": "ERROR"' in response.text else ()
        if response.status_code < 300 and str(request.headers.get("User-Agent", "")) == USER_AGENT:
            yield from self._unknown_parameters(request, path)
            if (request.method, request.headers.get("Content-Type")) not in UNDESCRIBED_CONTENT:
                found = _explain(lambda: self._api.validate_request(asked), ignored)
                yield from (f"request: {text}" for text in found)
        if "application/json" in response.headers.get("Content-Type", "") and _readable(response.text):
            found = _explain(lambda: self._api.validate_response(asked, answered), ignored)
            yield from (f"answer: {text}" for text in found)

    def _unknown_parameters(self, request: requests.PreparedRequest, path: str) -> Iterator[str]:
        """Xero ignores a parameter it does not know, which makes a misspelt filter return everything."""
        for method, pattern, known in self._operations:
            if method == request.method and pattern.fullmatch(path):
                given = {name for name, _ in parse_qsl(urlsplit(request.url or "").query)}
                yield from (f"request: unknown parameter {name}" for name in sorted(given - known))
                return


def observer() -> Observer:
    """An observer with the corrected description. Raises LookupError without the vendor's material."""
    with (material.found() / "api" / "xero_accounting.yaml").open() as file:
        return Observer(corrected(yaml.load(file, Loader=yaml.CSafeLoader)))


def _operations(spec: dict[str, Any]) -> Iterator[tuple[str, re.Pattern[str], frozenset[str]]]:
    """(method, path pattern, names of the query parameters), paths without variables first."""
    for path in sorted(spec["paths"], key=lambda path: path.count("{")):
        pattern = re.compile(re.sub(r"\{\w+\}", "[^/]+", path))
        for method, operation in spec["paths"][path].items():
            if method in METHODS:
                parameters = (_resolved(spec, p) for p in operation.get("parameters", ()))
                yield method.upper(), pattern, frozenset(p["name"] for p in parameters if p["in"] == "query")


def _resolved(spec: dict[str, Any], parameter: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in parameter:
        return parameter
    found: dict[str, Any] = spec["components"]["parameters"][parameter["$ref"].rpartition("/")[2]]
    return found


def _explain(check: Callable[[], object], ignored: Collection[str]) -> Iterator[str]:
    try:
        check()
    except OpenAPIError as error:
        reasons = getattr(error.__cause__, "schema_errors", ())
        if not reasons:
            yield f"{type(error).__name__}: {str(error)[:200]}"
        for reason in reasons:
            if reason.validator in ignored:
                continue
            yield f"{'.'.join(str(part) for part in reason.absolute_path)}: {reason.message[:200]}"


def _readable(text: str) -> bool:
    """Half an answer, which tests bring about on purpose, is the client's business."""
    try:
        parse_json(text)
    except ValueError:
        return False
    return True


def _fingerprint(request: requests.PreparedRequest, response: requests.Response) -> object:
    """Calls that differ in nothing but texts and ids are judged once."""
    parts = urlsplit(request.url or "")
    names = tuple(sorted(name for name, _ in parse_qsl(parts.query)))
    path = re.sub(r"[0-9a-fA-F-]{36}", "{id}", parts.path)
    return request.method, path, names, response.status_code, _kind(request.body), _kind(response.text)


def _kind(body: Any) -> object:
    try:
        return _shape(parse_json(body.decode() if isinstance(body, bytes) else body or "null"))
    except ValueError:
        return type(body)


def _shape(value: Any) -> object:
    """Types and keys, and the words that may be members of an enumeration."""
    if isinstance(value, dict):
        return frozenset((key, _shape(inner)) for key, inner in value.items())
    if isinstance(value, list):
        return frozenset(_shape(inner) for inner in value)
    if isinstance(value, str) and value.isupper() and len(value) < 40:
        return value
    return type(value), isinstance(value, str) and len(value) // 50
