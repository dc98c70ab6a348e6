"""What goes wrong at a pretend vendor, on demand."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from werkzeug.wrappers import Request


@dataclass
class Fault:
    """Something that goes wrong with matching calls.

    kind: `status` (answer `status`, nothing executed), `status_after` (executed, then that answer), `drop` (hang up,
    nothing executed), `drop_after` (executed, then hang up), `html` (200 and a web page, nothing executed),
    `truncate` (executed, half of the body sent), `delay` (`seconds`, then as usual), `delay_after` (executed, then
    `seconds` before the answer), `expire_token` (the token of the call has just run out), `throttle` (the vendor's own
    429; `headers` may override).
    """

    kind: str
    method: str = "*"
    path: str = ".*"
    query: str = ""  # a pattern for services that tell their resources apart in the query
    times: int = 1
    skip: int = 0
    status: int = 503
    seconds: float = 0.0
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def matches(self, request: Request) -> bool:
        if self.method not in ("*", request.method) or not re.search(self.path, request.path):
            return False
        if not re.search(self.query, unquote(request.query_string.decode())):
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        return self.times > 0


class Faults:
    """The faults waiting to happen, first come first served."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []

    def add(self, kind: str, **options: Any) -> Fault:
        fault = Fault(kind, **options)
        self.waiting.append(fault)
        return fault

    def take(self, request: Request) -> Fault | None:
        for fault in self.waiting:
            if fault.matches(request):
                fault.times -= 1
                if fault.times <= 0:
                    self.waiting.remove(fault)
                return fault
        return None

    def clear(self) -> None:
        self.waiting.clear()
