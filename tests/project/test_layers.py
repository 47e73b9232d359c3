"""Modules are installed, and start processes and ask queries in one place each; import-linter holds the layers."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.support.complete import assert_complete

ROOT = Path(__file__).parents[2]
ROOMS = ("ontology", "shapes", "ingest", "store", "server")
MODULES = sorted(path for room in (*ROOMS, "jixiao") for path in (ROOT / room).rglob("*.py"))


@cache
def nodes(path: Path) -> list[ast.AST]:
    """Return the module of a file and all statements in it; expressions are most of the work of looking at a file."""
    found: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    for node in found:
        for name in ("body", "orelse", "finalbody", "handlers", "cases"):
            if isinstance(below := getattr(node, name, None), list):
                found += below
    return found


def imported(path: Path) -> Iterator[str]:
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def docstring(path: Path) -> str | None:
    module = nodes(path)[0]
    assert isinstance(module, ast.Module)
    return ast.get_docstring(module)


def test_imports_name_the_installed_package() -> None:
    """`import server` works in a checkout and nowhere else."""
    for path in MODULES:
        for name in imported(path):
            assert name.partition(".")[0] not in ROOMS, f"{path}: write jixiao.{name}"


STARTING = {"asyncio.subprocess", "multiprocessing", "pebble", "pty", "resource", "subprocess"}
"""Modules by which processes are started or limited."""
OTHERS_THAT_START = {
    "ingest/workers.py": "the pool of readers, which takes on limits.Limits",
    "server/app/supervisor.py": "uvicorn's server processes, and the limit of open files",
}


def test_child_processes_are_started_and_limited_in_one_place() -> None:
    """ontology/processes is what has to be read to judge how strangers' files and queries are confined."""
    found = set()
    for path in MODULES:
        if any(name == each or name.startswith(f"{each}.") for name in imported(path) for each in STARTING):
            found.add(str(path.relative_to(ROOT)))
    known = {*OTHERS_THAT_START, "ontology/processes/limits.py", "ontology/processes/child.py"}
    assert_complete(known, found, "start processes by ontology/processes, or give a reason in OTHERS_THAT_START")


def test_every_module_says_what_it_is() -> None:
    assert [str(path.relative_to(ROOT)) for path in MODULES if not docstring(path)] == []


def test_sparql_stands_in_files() -> None:
    """A query in Python can neither be run alone nor tested alone."""
    verbs = (
        "SELECT ?",
        "SELECT * WHERE",
        "SELECT * {",
        "SELECT (",
        "CONSTRUCT {",
        "ASK {",
        "DESCRIBE ?",
        "INSERT {",
        "DELETE {",
    )
    for path in MODULES:
        text = path.read_text(encoding="utf-8")
        # This one puts queries together from those in the files of tables, and looks for their SELECT.
        if path.name != "table_sparql.py" and any(verb in text for verb in verbs):
            strings = (node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant))
            said = (verb in string for string in strings if isinstance(string, str) for verb in verbs)
            assert not any(said), f"{path}: move the query into a .rq file"
