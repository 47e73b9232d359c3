"""Say what each mechanism of repairing cells is worth: `python -m bench.mechanisms [--only NAME] [--shared FOLDER]`.

mechanisms.toml lists the mechanisms, and what each returns when it is left out. All cases of tests/ingest/cases and the
text files of the shared folder are read once, to note on which of them each mechanism acts, that is, returns something
else. These files are then read without the mechanism. A row has the mechanism's nodes in the syntax tree, the files on
which it acts, those that are read otherwise without it, and the triples that are then lost and that are then added. A
mechanism without which nothing is lost can go.
"""

import ast
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial, wraps
from importlib import import_module
from inspect import getsource, isgeneratorfunction
from itertools import chain
from pathlib import Path
from textwrap import dedent
from typing import Annotated, Any

import typer

import jixiao.ingest.preloaded  # noqa: F401 - read as a reading process does
from bench.left_out import SHARED
from bench.measuring import print_table
from jixiao.ingest.cells import repair
from jixiao.ingest.document import read_document
from jixiao.ontology.identity import DEFAULT_BASE

LISTED: Mapping[str, Mapping[str, list[str]]] = tomllib.loads(
    Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
)
"""The functions of each module, by what they return when they are left out."""
CASES = Path(__file__).parents[1] / "tests" / "ingest" / "cases"
_STEPS = ("_DIVIDING", "_ARRANGING")  # of repair.py
_HEAD = ("mechanism", "nodes", "acts on cases", "on known", "changes cases", "changes known", "lost", "added")

Facts = frozenset[bytes]
"""The triples that are read of a file as lines of N-Triples, or the reasons of its refusal."""


def _unchanged(rows: Sequence[Any], *_: object, **__: object) -> list[Any]:
    return list(rows)


_LEFT_OUT: Mapping[str, Callable[..., Any]] = {
    "rows": _unchanged,
    "join": lambda *_, **__: ([], 0),
    "none": lambda *_, **__: None,
    "empty": lambda *_, **__: [],
    "false": lambda *_, **__: False,
}
_ACTS: Mapping[str, Callable[[Any, tuple[Any, ...]], bool]] = {
    "rows": lambda result, arguments: list(result) != list(arguments[0]),
    "join": lambda result, _: result[1] > 0,
    "none": lambda result, _: result is not None,
    "empty": lambda result, _: bool(result),
    "false": lambda result, _: bool(result),
}


@dataclass
class Mechanism:
    """A function of the reading that can be left out; `files` are those on which the function acts."""

    module: str
    name: str
    kind: str
    files: set[Path] = field(default_factory=set)
    is_out: bool = False
    file: Path | None = None

    @property
    def nodes(self) -> int:
        """Return the number of nodes in the syntax tree of the function."""
        function = getattr(import_module(f"jixiao.ingest.{self.module}"), self.name)
        return sum(1 for _ in ast.walk(ast.parse(dedent(getsource(function)))))

    def installed(self) -> None:
        """Put a function in the place of the mechanism's, wherever it is called, that notes files and can be out."""
        module = import_module(f"jixiao.ingest.{self.module}")
        function = getattr(module, self.name)
        is_lazy = isgeneratorfunction(function)

        @wraps(function)
        def asked(*arguments: Any, **options: Any) -> Any:
            if self.is_out:
                return _LEFT_OUT[self.kind](*arguments, **options)
            result = function(*arguments, **options)
            result = list(result) if is_lazy or self.kind in {"rows", "empty"} else result
            if self.file and _ACTS[self.kind](result, arguments):
                self.files.add(self.file)
            return result

        setattr(module, self.name, asked)
        for steps in _STEPS:
            setattr(repair, steps, tuple(_replaced(step, function, asked) for step in getattr(repair, steps)))


def _replaced(step: Callable[..., Any], function: object, other: Callable[..., Any]) -> Callable[..., Any]:
    """Return a step of repair.py with another function in place of the step, or of what joins its rows."""
    if isinstance(step, partial) and step.keywords.get("join") is function:
        return partial(step.func, join=other)
    return other if step is function else step


def mechanisms() -> list[Mechanism]:
    """Return the mechanisms that are listed."""
    return [
        Mechanism(module, name, kind)
        for kind, modules in LISTED.items()
        for module, names in modules.items()
        for name in names
    ]


def steps() -> Iterator[str]:
    """Yield each step of repair.py as `module.function`."""
    for step in chain(*(getattr(repair, name) for name in _STEPS)):
        function = step.keywords["join"] if isinstance(step, partial) else step
        yield f"{function.__module__.removeprefix('jixiao.ingest.')}.{function.__name__}"


def facts(path: Path) -> Facts:
    """Read a file, and return what is stated."""
    reading = read_document(path.read_bytes(), path.name, DEFAULT_BASE)
    if reading.deposit:
        return frozenset(reading.deposit.source_triples.splitlines())
    return frozenset(reason.encode() for reason in (reading.refusal.reasons if reading.refusal else ()))


def row(mechanism: Mechanism, stated: Mapping[Path, Facts]) -> tuple[str | int, ...]:
    """Read the files on which a mechanism acts without it; return its row of the table."""
    mechanism.is_out = True
    changed: list[Path] = []
    lost = added = 0
    for path in mechanism.files:
        without = facts(path)
        if without != stated[path]:
            changed.append(path)
            lost += len(stated[path] - without)
            added += len(without - stated[path])
    mechanism.is_out = False
    counts = (*_counted(mechanism.files), *_counted(changed))
    return (f"{mechanism.module}.{mechanism.name}", mechanism.nodes, *counts, lost, added)


def _lost(cells: Sequence[str | int]) -> int:
    """Return the number of triples that are lost, from a row of the table."""
    return int(cells[-2])


def _counted(paths: Iterable[Path]) -> tuple[int, int]:
    """Return how many of the files are cases, and how many are known filings and evaluations."""
    of_cases = [path.is_relative_to(CASES) for path in paths]
    return sum(of_cases), len(of_cases) - sum(of_cases)


def main(
    only: Annotated[str, typer.Option("--only", help="part of a mechanism's name")] = "",
    shared: Annotated[Path, typer.Option("--shared")] = SHARED,
) -> None:
    """Print a row for each mechanism: those without which least is lost come first."""
    chosen = [mechanism for mechanism in mechanisms() if only in f"{mechanism.module}.{mechanism.name}"]
    for mechanism in chosen:
        mechanism.installed()
    paths = sorted(CASES.glob("*/filing.txt"))
    paths += sorted(path for folder in ("seeds", "filings", "evaluations") for path in (shared / folder).rglob("*.txt"))
    stated: dict[Path, Facts] = {}
    for path in paths:
        for mechanism in chosen:
            mechanism.file = path
        stated[path] = facts(path)
    for mechanism in chosen:
        mechanism.file = None
    table = [row(mechanism, stated) for mechanism in chosen]
    table.sort(key=_lost)
    print_table(_HEAD, table)


if __name__ == "__main__":
    typer.run(main)
