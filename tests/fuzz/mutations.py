"""What can be wrong with an answer: any value at any place of its JSON, its bytes, its status and headers.

All choices come from the random generator handed in, so a seed gives the same bad answer again.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from tests.fuzz.bad_values import HEADERS, LINKS, NAMES, SCALARS, SHAPES, STATUSES, WILD, Raw

BIG = 10_000_000  # bytes
DEEP = 10_000


@dataclass(frozen=True)
class Answer:
    """`garbage`: no longer an answer at all, whatever one reads into it."""

    status: int
    headers: dict[str, str]
    body: bytes
    garbage: bool = field(default=False, compare=False)


Path = tuple[Any, ...]


def paths(value: Any, at: Path = ()) -> Iterator[Path]:
    """Every place of a JSON value, the whole first."""
    yield at
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from paths(inner, (*at, key))


def get(value: Any, path: Path) -> Any:
    for key in path:
        value = value[key]
    return value


def put(value: Any, path: Path, new: Any) -> Any:
    if not path:
        return new
    get(value, path[:-1])[path[-1]] = new
    return value


def dumps(value: Any) -> str:
    pieces: list[str] = []

    def mark(one: Any) -> str:
        if not isinstance(one, Raw):
            raise TypeError(type(one).__name__)
        pieces.append(one.text)
        return f"@@{len(pieces) - 1}@@"

    text = json.dumps(value, default=mark)
    return re.sub('"@@([0-9]+)@@"', lambda found: pieces[int(found[1])], text)


# Inside the JSON.


def _replaced(rng: Random, data: Any) -> Any:
    pool = SCALARS if rng.random() < 0.8 else SHAPES
    return put(data, rng.choice(list(paths(data))), copy.deepcopy(rng.choice(pool)))


def _many_replaced(rng: Random, data: Any) -> Any:
    for _ in range(rng.randint(2, 12)):
        data = _replaced(rng, data)
    return data


def _everywhere(rng: Random, data: Any) -> Any:
    """The same field of every element."""
    named = [path for path in paths(data) if path and isinstance(path[-1], str)]
    if not named:
        return _replaced(rng, data)
    name, value = rng.choice(named)[-1], rng.choice(SCALARS + SHAPES)
    for path in named:
        try:
            if path[-1] == name:
                put(data, path, copy.deepcopy(value))
        except (KeyError, IndexError, TypeError):
            continue  # it was inside one that is replaced by now
    return data


def _missing(rng: Random, data: Any) -> Any:
    chosen = [path for path in paths(data) if path]
    if not chosen:
        return None
    path = rng.choice(chosen)
    del get(data, path[:-1])[path[-1]]
    return data


def _extra(rng: Random, data: Any) -> Any:
    holders = [path for path in paths(data) if isinstance(get(data, path), dict)]
    if holders:
        name = rng.choice(NAMES)
        get(data, rng.choice(holders))[name] = copy.deepcopy(rng.choice(SCALARS + SHAPES))
    return data


def _doubled(rng: Random, data: Any) -> Any:
    lists = [path for path in paths(data) if isinstance(get(data, path), list) and get(data, path)]
    if lists:
        rows = get(data, rng.choice(lists))
        rows.insert(rng.randrange(len(rows) + 1), json.loads(json.dumps(rng.choice(rows))))
    return data


def _exchanged(rng: Random, data: Any) -> Any:
    """An object where a list belongs, and the reverse."""
    path = rng.choice(list(paths(data)))
    value = get(data, path)
    if isinstance(value, list):
        return put(data, path, {str(place): one for place, one in enumerate(value)})
    return put(data, path, list(value.values()) if isinstance(value, dict) else [value])


def _twice_named(rng: Random, data: Any) -> Any:
    """One name twice in an object: readers take the last."""
    holders = [path for path in paths(data) if isinstance(get(data, path), dict) and get(data, path)]
    if not holders:
        return data
    path = rng.choice(holders)
    one = get(data, path)
    name = rng.choice(list(one))
    return put(data, path, Raw(f"{dumps(one)[:-1]},{json.dumps(name)}:{dumps(rng.choice(SCALARS))}}}"))


INSIDE: tuple[Callable[[Random, Any], Any], ...] = (
    _replaced,
    _replaced,
    _replaced,
    _many_replaced,
    _everywhere,
    _missing,
    _missing,
    _extra,
    _doubled,
    _exchanged,
    _twice_named,
)


# The whole answer.

PAGE = b"<!DOCTYPE html><html><body>Please wait \x00</body></html>"


def _truncated(rng: Random, one: Answer) -> bytes:
    return one.body[: rng.randrange(max(1, len(one.body)))]


def _flipped(rng: Random, one: Answer) -> bytes:
    raw = bytearray(one.body or b"x")
    for _ in range(rng.randint(1, 8)):
        raw[rng.randrange(len(raw))] = rng.randrange(256)
    return bytes(raw)


def _nested(rng: Random, one: Answer) -> bytes:
    opening, closing = rng.choice(((b"[", b"]"), (b'{"a":', b"}"), (b"[", b"")))
    return opening * DEEP + b"1" + closing * DEEP


def _huge(rng: Random, one: Answer) -> bytes:
    return rng.choice((b'["' + b"x" * BIG + b'"]', b"[" + b"1," * (BIG // 2) + b"1]", b" " * BIG, b"<" * BIG))


def _other(rng: Random, one: Answer) -> bytes:
    """JSON of quite another kind."""
    return rng.choice(b'null true 5 "x" NaN [] {} [[]] [null] 1e400'.split())


# Bytes, and whether what comes out can be no answer to anything.
WHOLE: tuple[tuple[Callable[[Random, Answer], bytes], bool], ...] = (
    (_truncated, True),
    (_truncated, True),
    (_flipped, False),
    (_nested, True),
    (_other, False),
    (lambda rng, one: b"", True),
    (lambda rng, one: b" \n", True),
    (lambda rng, one: PAGE, True),
    (lambda rng, one: b"\xff\xfe\x00\xd8" + one.body, True),
    (lambda rng, one: b"\xef\xbb\xbf" + one.body, True),
    (lambda rng, one: one.body.decode("utf-8", "replace").encode("utf-16"), True),
    (lambda rng, one: one.body + one.body, True),
)


def mutated(rng: Random, one: Answer) -> Answer:
    """One way or another no longer what the vendor documents."""
    dice = rng.random()
    if dice < 0.68:
        return _inside(rng, one)
    if dice < 0.86:
        change, garbage = rng.choice(WHOLE)
        return replace(one, body=change(rng, one), garbage=garbage)
    if dice < 0.868:
        return replace(one, body=_huge(rng, one), garbage=True)
    if dice < 0.93:
        return _headed(rng, one)
    return _headed(rng, replace(one, status=rng.choice(STATUSES)))


def _inside(rng: Random, one: Answer) -> Answer:
    try:
        data = json.loads(one.body)
    except ValueError:
        return replace(one, body=_flipped(rng, one))
    return replace(one, body=dumps(rng.choice(INSIDE)(rng, data)).encode("utf-8", "surrogatepass"))


def _headed(rng: Random, one: Answer) -> Answer:
    headers = dict(one.headers)
    for _ in range(rng.randint(1, 4)):
        name = rng.choice(HEADERS)
        headers[name] = rng.choice(LINKS) if name == "Link" else rng.choice(WILD)
    return replace(one, headers=headers)
