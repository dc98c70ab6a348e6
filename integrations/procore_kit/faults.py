"""A reason why a record cannot be sent, on its way to the person who can put it right."""

from __future__ import annotations


class Fault(Exception):
    """`code` is a row of the stage's catalogue, `values` fill its texts."""

    def __init__(self, code: str, /, **values: object) -> None:
        super().__init__(code)
        self.code, self.values = code, values
