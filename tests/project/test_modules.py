"""Modules are drawn and named where people look for them, start processes in one place and ask queries in files.

Code does not make a reader stop: names are not hidden, conditions not chained, and truth values not added up. Chinese
words that files are read by stand in TOML files; in Python there are messages alone, with their English. import-linter
holds the layers.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from graphlib import TopologicalSorter
from itertools import pairwise, zip_longest
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


def module_of(path: Path) -> ast.Module:
    module = nodes(path)[0]
    assert isinstance(module, ast.Module)
    return module


def docstring(path: Path) -> str | None:
    return ast.get_docstring(module_of(path))


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


FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


def stops(module: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line and fault of each expression at which a reader stops, and of each local named like a function."""
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


def test_a_reader_does_not_stop() -> None:
    found = [f"{path}:{line}: {fault}" for path in MODULES for line, fault in stops(module_of(path))]
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
    assert list(stops(ast.parse(source)))


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
    assert not list(stops(ast.parse(source)))


HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
ENGLISH = re.compile(r"[A-Za-z]{2}")
BILINGUAL = re.compile(r"[\u4e00-\u9fff]\S*(?: .*·)?\s[A-Za-z]{2}")
# Chinese that is written without English beside it: the label of a filing, which has no printed name.
WRITTEN = {"ingest/emitting/emit.py": {"{}{}年度绩效目标申报", "{}绩效目标申报"}}


def text_of(node: ast.AST | None) -> str | None:
    """Return the text of a string, with {} for the values in it; None for other nodes."""
    if isinstance(node, ast.JoinedStr):
        return "".join(text_of(part) or "{}" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def chinese(module: ast.Module) -> Iterator[tuple[int, str, bool]]:
    """Yield line and text of each Chinese string that documents nothing, and whether its English is beside it."""
    beside: dict[ast.AST, ast.AST] = {}
    passed: set[ast.AST] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Call):
            row = [*node.args, *(keyword.value for keyword in node.keywords)]
        else:
            row = node.elts if isinstance(node, ast.Tuple) else []
        beside |= dict(pairwise(row))
        if isinstance(node, ast.Expr):  # a docstring
            passed.add(node.value)
        elif isinstance(node, ast.JoinedStr):
            passed |= set(node.values)
        text = None if node in passed else text_of(node)
        if text and HAN.search(text):
            following = text_of(beside.get(node)) or ""
            english = ENGLISH.search(following) and not HAN.search(following)
            yield node.lineno, text, bool(english or BILINGUAL.search(text))  # type: ignore[attr-defined]


def test_chinese_in_modules_is_messages() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {text}"
        for path in MODULES
        if path.is_relative_to(ROOT / "ingest")
        for line, text, is_message in chinese(module_of(path))
        if not is_message and text not in WRITTEN.get(str(path.relative_to(ROOT)), ())
    ]
    assert not found, "move these words into a TOML file, or add their English:\n" + "\n".join(found)


@pytest.mark.parametrize(
    "source",
    [
        "raise Fault('空的', 'empty')",
        "why = f'第 {n} 行 · line {n}'",
        "head = f'表 form{n}'",
        "part = ('页脚', 'footers')",
        "'''读表'''",
        "x = r'\\u4e00'",
    ],
)
def test_messages_pass(source: str) -> None:
    assert all(is_message for _, _, is_message in chinese(ast.parse(source)))


@pytest.mark.parametrize(
    "source",
    [
        "x = re.compile('合计|小计')",
        "x = f'{a}年'",
        "text.startswith('年')",
        "x = ('合计', '小计')",
        "f('合计', a)",
        "x = {'合计': 'a'}",
    ],
)
def test_words_are_found(source: str) -> None:
    assert [text for _, text, is_message in chinese(ast.parse(source)) if not is_message]
