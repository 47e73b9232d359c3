"""Modules are drawn and named where people look for them, start processes in one place and ask queries in files.

import-linter holds the layers.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from graphlib import TopologicalSorter
from itertools import zip_longest
from pathlib import Path

import pytest

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


DESIGN = ROOT / "docs" / "design.md"
PICTURE = re.compile(r"(?<=```text\n)─.*?(?=```)", re.DOTALL)
WIDTH = 72  # characters of the picture


def floors(imports: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Return the ends of imports in floors from the top down: each floor imports only from those below it."""
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for importing, from_where in imports:
        sorter.add(importing, *({from_where} - {importing}))
    sorter.prepare()
    rows: list[list[str]] = []
    while sorter.is_active():
        ready = sorter.get_ready()
        sorter.done(*ready)
        rows.insert(0, sorted(ready))
    return rows


def picture() -> str:
    """Draw the rooms, and the folders of each room, in floors."""
    names = [(path.relative_to(ROOT).with_suffix(""), name.split(".")) for path in MODULES for name in imported(path)]
    pairs = [(at.parts, to[1:] if to[1] in ROOMS else to) for at, to in names if to[0] == "jixiao" and len(to) > 1]
    drawing = ""
    for rooms in floors((at[0], to[0]) for at, to in pairs):
        columns = []
        for room in rooms:
            inside = floors((at[1], to[1]) for at, to in pairs if room == at[0] == to[0] and len(to) > 1)
            kept = ("  ".join(name for name in floor if (ROOT / room / name).is_dir()) for floor in inside)
            columns.append([f"{room}/", *(f"   {line}" for line in kept if line)])
        width = WIDTH // len(rooms)
        lines = (" │ ".join(cell.ljust(width - 3) for cell in row) for row in zip_longest(*columns, fillvalue=""))
        drawing += "─" * WIDTH + "\n" + "".join(f"{line.rstrip()}\n" for line in lines)
    return drawing


def test_the_picture_of_the_house_is_drawn_from_the_imports(pytestconfig: pytest.Config) -> None:
    if pytestconfig.getoption("--regenerate"):
        DESIGN.write_text(PICTURE.sub(picture(), DESIGN.read_text(encoding="utf-8")), encoding="utf-8")
    advice = f"review the imports, then run `pytest {Path(__file__).relative_to(ROOT)} --regenerate`"
    assert PICTURE.findall(DESIGN.read_text(encoding="utf-8")) == [picture()] * 2, advice


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


FOLDERS_OF_LIKE_MODULES = ("jixiao/commands", "ingest/readers")  # a command or a format each


def test_each_folder_tells_what_it_holds() -> None:
    unnamed = []
    for path in MODULES:
        place, name = (path.parent.parent, path.parent.name) if path.stem == "__init__" else (path.parent, path.stem)
        if name.startswith("__") or place == ROOT or str(place.relative_to(ROOT)) in FOLDERS_OF_LIKE_MODULES:
            continue
        if not re.search(rf"\b{name}\b", docstring(place / "__init__.py") or ""):
            unnamed.append(f"{place.relative_to(ROOT)}/__init__.py: {name}")
    assert unnamed == [], "add a line about each of these to the docstring of its folder"


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
