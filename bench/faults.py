"""Put faults into the code, and count those that tests find: `python -m bench.faults [--room R] [--each N] [--seed S]`.

A fault reverses a comparison, drops a branch, or moves a number by one. Faults are drawn by function and line of
source, so that the same seed draws the same places after other code has changed. Each fault is put alone into a copy of
the checkout. The tests of its package (a top folder, such as `store`) run there, the nearest first (bench/near.py),
until one fails. Tests that fail without any fault are left out. The exit status is 0 in any case; faults that no test
found are printed for people to judge.
"""

import ast
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, zip_longest
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from bench.measuring import print_table
from bench.near import ROOMS, ROOT, near

KINDS = ("comparison", "branch", "number")
_TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    **{ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq},
    **{ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is},
}
_TESTS = {
    "shapes": ("tests/shapes/", "tests/quality/"),
    "ingest": ("tests/ingest/", "tests/seeds/"),
    "jixiao": ("tests/cli/", "tests/review/"),
}
_TOLD = re.compile(r"^\S+:\d+ (.*)\n    (?:found by (.*)|MISSED) \(\d+ s\)$", re.MULTILINE)
_MEMORY = 12_000_000  # kilobytes of addresses for the tests of a fault, which may have no end
_LONGEST = 1800  # seconds


class Fault(NamedTuple):
    """A fault to put into a file: the text `wrong` replaces the bytes from `start` to `end`.

    `line` is the source line of the fault, `number` the line's number, and `function` the dotted name of the function
    around the fault.
    """

    file: str
    kind: str
    function: str
    line: str
    number: int
    start: int
    end: int
    wrong: str


def faults(root: Path, room: str, each: int, seed: int) -> list[Fault]:
    """Draw at most `each` faults in the modules of a package (a top folder, `store`), of each kind about as many."""
    ranked: dict[str, dict[str, Fault]] = {kind: {} for kind in KINDS}
    for path in sorted((root / room).rglob("*.py")):
        for fault in _possible(path.relative_to(root).as_posix(), path.read_bytes()):
            known, nth = ranked[fault.kind], 0
            while (key := _hash(seed, fault, nth)) in known:
                nth += 1
            known[key] = fault
    drawn = zip_longest(*([found[key] for key in sorted(found)[:each]] for found in ranked.values()))
    return [fault for fault in chain.from_iterable(drawn) if fault][:each]


def _hash(seed: int, fault: Fault, nth: int) -> str:
    place = (seed, fault.kind, fault.function, fault.line, nth)
    return hashlib.sha256(repr(place).encode()).hexdigest()


def _possible(file: str, source: bytes) -> Iterator[Fault]:
    """Yield all faults that can be put into a module; `file` is its path and `source` its content."""
    lines = source.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))

    def walk(node: ast.AST, function: str) -> Iterator[Fault]:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            function = f"{function}.{node.name}"
        for kind, piece, wrong in _wrong(node):
            begin = starts[piece.lineno - 1] + piece.col_offset
            end = starts[(piece.end_lineno or piece.lineno) - 1] + (piece.end_col_offset or 0)
            yield Fault(file, kind, function, lines[piece.lineno - 1].decode().strip(), piece.lineno, begin, end, wrong)
        for name, value in ast.iter_fields(node):
            if name not in {"annotation", "returns", "decorator_list"} and not isinstance(node, ast.JoinedStr):
                for child in value if isinstance(value, list) else [value]:
                    if isinstance(child, ast.AST):
                        yield from walk(child, function)

    yield from walk(ast.parse(source), "")


def _wrong(node: ast.AST) -> Iterator[tuple[str, ast.expr, str]]:
    """Yield the fault that a node allows: its kind, the expression to replace, and the text to put there.

    A node allows one fault or none; the faults of its children are not yielded.
    """
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        turned = ast.Compare(node.left, [_TURNED[type(node.ops[0])]()], node.comparators)
        yield "comparison", node, ast.unparse(turned)
    elif isinstance(node, ast.If) and ast.unparse(node.test) != "TYPE_CHECKING":
        yield "branch", node.test, "False"
    elif isinstance(node, ast.Constant) and type(node.value) in {int, float}:
        yield "number", node, repr(node.value + 1)  # type: ignore[operator]


class Copy:
    """A copy of a checkout, in which the tests of one package run on code that was changed in the copy.

    The package is a top folder, such as `store`.
    """

    def __init__(self, root: Path, place: Path, room: str) -> None:
        self.place = place
        place.mkdir()
        (place.parent / "shared").symlink_to(root.parent / "shared")  # filings that stand outside the project
        listed = subprocess.run(["git", "-C", str(root), "ls-files", "-z"], capture_output=True, text=True, check=True)
        for name in filter(None, listed.stdout.split("\0")):
            if (root / name).is_file():
                (place / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(root / name, place / name)
        self._install()
        folders = _TESTS.get(room, (f"tests/{room}/",))
        self.tests = sorted(
            path.relative_to(place).as_posix() for each in folders for path in (place / each).rglob("test_*.py")
        )
        self.failing: list[str] = []
        self.failing = self.run(self.tests, first=False)

    def _install(self) -> None:
        """Let Python import the package from the copy; the editable installation names the folders of the checkout."""
        (finder,) = Path(sysconfig.get_path("purelib")).glob("__editable___jixiao*_finder.py")
        text = finder.read_text(encoding="utf-8")
        found = re.search(r"'jixiao': '(.*?)/jixiao'", text)
        if found is None:
            raise RuntimeError(f"{finder} names no folder of jixiao")
        (self.place / ".installed").mkdir()
        (self.place / ".installed" / finder.name).write_text(text.replace(found[1], str(self.place)), encoding="utf-8")

    def run(self, tests: Sequence[str], *, first: bool = True) -> list[str]:
        """Run tests, and return those that fail, or only the first failing one if `first`.

        If pytest ended without naming a failed test, or did not end in time, the only item returned says so.
        """
        command = [sys.executable, "-m", "pytest", "-q", "-n0", "-pno:cacheprovider", "--timeout=120", "-rfE"]
        command += ["-x"] if first else []
        command += [f"--deselect={each}" for each in self.failing]
        limited = ["sh", "-c", f'ulimit -v {_MEMORY}; exec "$@"', "sh", *command, *tests]
        environment = os.environ | {"PYTHONPATH": str(self.place / ".installed")}
        with tempfile.TemporaryFile("w+") as said:
            process = subprocess.Popen(
                limited, cwd=self.place, env=environment, stdout=said, stderr=said, start_new_session=True
            )
            try:
                process.wait(_LONGEST)
            except subprocess.TimeoutExpired:
                return ["no end"]
            finally:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait()
            said.seek(0)
            failed = re.findall(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", said.read(), re.MULTILINE)
        return failed or ([] if process.returncode == 0 else [f"exit {process.returncode}"])

    def found_by(self, fault: Fault, earlier: str = "") -> str | None:
        """Put a fault into the copy, and return the first test that fails because of it, or None if no test fails.

        `earlier` is a test that found the fault in an earlier run: the file of this test runs first.
        """
        path = self.place / fault.file
        right = path.read_bytes()
        nearest = [earlier.partition("::")[0], *near([fault.file], self.place)]
        first = [test for test in dict.fromkeys(nearest) if test in self.tests]
        try:
            _write(path, right[: fault.start] + fault.wrong.encode() + right[fault.end :])
            failed = self.run([*first, *(test for test in self.tests if test not in first)])
        finally:
            _write(path, right)
        return failed[0] if failed else None


def _write(path: Path, content: bytes) -> None:
    """Write a module, and remove its compiled file, which Python may otherwise take for that of the new content.

    Python compares time and size only, and two versions written within a second may have the same size.
    """
    path.write_bytes(content)
    for compiled in path.parent.glob(f"__pycache__/{path.stem}.*"):
        compiled.unlink()


def main(
    room: Annotated[list[str] | None, typer.Option(help="a package (top folder), by default all")] = None,
    each: Annotated[int, typer.Option(help="faults of a package")] = 10,
    seed: int = 1,
    tree: Annotated[Path, typer.Option(help="the checkout")] = ROOT,
    before: Annotated[
        Path | None, typer.Option(help="what an earlier run printed: only what it found is tried")
    ] = None,
) -> None:
    """Put faults into the packages one by one, and print which are found."""
    found: dict[str, Counter[bool]] = {}
    earlier: dict[str, str] = dict(_TOLD.findall(before.read_text(encoding="utf-8"))) if before else {}
    for name in room or ROOMS:
        found[name] = Counter()
        with tempfile.TemporaryDirectory(prefix="faults-") as folder:
            copy = Copy(tree.resolve(), Path(folder).resolve() / "tree", name)
            for test in copy.failing:
                print(f"{name}: left out {test}", flush=True)
            for fault in faults(copy.place, name, each, seed):
                what = f"{fault.kind}: {fault.line} -> {fault.wrong}"
                if before and not earlier.get(what):
                    continue
                begun, finder = time.monotonic(), copy.found_by(fault, earlier.get(what, ""))
                found[name][finder is not None] += 1
                said = f"found by {finder}" if finder else "MISSED"
                print(f"{fault.file}:{fault.number} {what}")
                print(f"    {said} ({time.monotonic() - begun:.0f} s)", flush=True)
    print_table(("room", "found", "missed"), [(name, found[name][True], found[name][False]) for name in found])


if __name__ == "__main__":
    typer.run(main)
