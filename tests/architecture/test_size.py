"""Short functions and files: a room a newcomer can look over."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("config", "hub", "integrations")
LONGEST_FUNCTION, LONGEST_FILE, MEDIAN_FUNCTION = 60, 300, 8  # lines


def files(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from (path for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts)


def functions(*folders: str) -> Iterator[tuple[str, int]]:
    """(where, lines) of every function and method."""
    for path in files(*folders):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", length


def test_no_function_is_too_long() -> None:
    assert [(where, length) for where, length in functions(*PRODUCT, "tests") if length > LONGEST_FUNCTION] == []


def test_no_file_is_too_long() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in files(*PRODUCT, "tests")}
    assert {path: length for path, length in lengths.items() if length > LONGEST_FILE} == {}


def test_half_of_the_functions_are_very_short() -> None:
    lengths = [length for _, length in functions(*PRODUCT)]
    assert len(lengths) > 500
    assert median(lengths) <= MEDIAN_FUNCTION
