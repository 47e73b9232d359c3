"""Code does not make a reader stop: names are not hidden, conditions not chained, and truth values not added up."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("ontology", "shapes", "ingest", "store", "server", "jixiao")
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


def stops(source: str) -> Iterator[tuple[int, str]]:
    """Yield line and fault of each expression at which a reader stops, and of each local named like a function."""
    module = ast.parse(source)
    within = [node for each in module.body for node in (each.body if isinstance(each, ast.ClassDef) else [each])]
    functions = {node.name for node in module.body if isinstance(node, FUNCTION)}
    for node in (node for each in within if isinstance(each, FUNCTION) for node in ast.walk(each)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id in functions:
            yield node.lineno, f"{node.id} hides the function of this name"
    for node in ast.walk(module):
        match node:
            case ast.IfExp(body=ast.IfExp()) | ast.IfExp(orelse=ast.IfExp()):
                yield node.lineno, "a chain of conditional expressions"
            case ast.BinOp(op=ast.Add() | ast.Sub() | ast.Mult()) if is_truth(node.left) or is_truth(node.right):
                yield node.lineno, "arithmetic with a truth value"
            case ast.Slice() if is_truth(node.lower) or is_truth(node.upper):
                yield node.lower.lineno if node.lower else 0, "a slice by a truth value"


def is_truth(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Compare) or (isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not))


@pytest.mark.parametrize("room", ROOMS)
def test_a_reader_does_not_stop(room: str) -> None:
    files = sorted((ROOT / room).rglob("*.py"))
    assert files
    found = [f"{path}:{line}: {fault}" for path in files for line, fault in stops(path.read_text(encoding="utf-8"))]
    assert not found, "name the thing, or write a condition:\n" + "\n".join(found)


@pytest.mark.parametrize(
    "source",
    [
        "def rows(): ...\ndef f(): rows = 1",
        "def rows(): ...\nclass A:\n def f(self): return [rows for rows in self.read]",
        "def rows(): ...\nasync def f():\n with g() as rows: ...",
        "x = 1 if a else 2 if b else 3",
        "x = (1 if b else 2) if a else 3",
        "x = end + (text[end] == ':')",
        "x = cost * (not sure)",
        "x = ('a', 'b')[: n > 1]",
    ],
)
def test_stops_are_found(source: str) -> None:
    assert list(stops(source))


@pytest.mark.parametrize(
    "source",
    [
        "def rows(): ...\nclass A:\n rows: int\n def f(self): return self.rows",
        "def rows(): ...\ndef f(rows): return rows",
        "def f(): rows = 1",
        "x = f(1 if a else 2) if b else 3",
        "x = end + (1 if text[end] == ':' else 0)",
        "x = sum([a == b, not c])",
    ],
)
def test_plain_code_passes(source: str) -> None:
    assert not list(stops(source))
