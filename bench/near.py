"""List the tests that a change can break, nearest first: `python -m bench.near [FILE…]` (`make near` runs them).

Without files, the change is what git reports since the last commit or, failing that, the last commit itself. A module
has the tests that import it, directly or through tests/support, and those of the folder of tests/ that mirrors its own.
A file that is no module, such as words or queries, has the tests of the nearest folder that mirrors its own, and those
directly below the folder of its package (the top folder, such as `store`). A module that very many tests import has
only the tests of its own package: the others are for `make test`. A file that the table of CONTRIBUTING.md names has
the tests of its row, too.
"""

import ast
import re
import subprocess
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated

import typer

ROOT = Path(__file__).parents[1]
ROOMS = ("ontology", "shapes", "ingest", "store", "server", "jixiao")
_MANY = 40
_OF_JIXIAO = ("tests/cli", "tests/review")


def changed(root: Path = ROOT) -> list[str]:
    """Return the files that git lists as changed since the last commit or, if there are none, by the last commit."""

    def told(*command: str) -> list[str]:
        done = subprocess.run(["git", "-C", str(root), *command, "-z"], capture_output=True, text=True, check=True)
        return [name for name in done.stdout.split("\0") if name]

    since = [*told("diff", "--name-only", "HEAD"), *told("ls-files", "--others", "--exclude-standard")]
    return since or told("diff", "--name-only", "HEAD~1")


def near(files: Sequence[str], root: Path = ROOT) -> list[str]:
    """Return the files of tests that a change of `files` can break, those that import a changed module first."""
    tests = sorted(file.relative_to(root).as_posix() for file in (root / "tests").rglob("test_*.py"))
    chosen = [test for test in tests if test in files]
    for file in files:
        importing = [test for test in tests if _module(file) in _reached(root, test)]
        room = f"tests/{file.partition('/')[0]}/"
        chosen += [test for test in importing if len(importing) <= _MANY or test.startswith(room)]
    chosen += [test for file in files for folder in _folders(root, file) for test in tests if _stands(test, folder)]
    chosen += [test for file in files for named in _named(root, file) for test in tests if test.startswith(named)]
    return list(dict.fromkeys(chosen))


def _named(root: Path, file: str) -> Iterator[str]:
    """Yield the tests, or folders of tests, that the last table of CONTRIBUTING.md names for a file or its folder."""
    table = (root / "CONTRIBUTING.md").read_text(encoding="utf-8").rpartition("\n## ")[2]
    for row in re.findall(r"^\| .* \|$", table, re.MULTILINE):
        *_, place, _, tests = row.split(" | ")
        places = re.findall(r"`([\w/.-]+)`", place)
        if any(file == each or (each.endswith("/") and file.startswith(each)) for each in places):
            yield from re.findall(r"`(tests/[\w/.-]+)", tests)


def _stands(test: str, folder: str) -> bool:
    """Return whether a test is in a folder; a folder with a final slash includes its subfolders."""
    return test.startswith(folder) if folder.endswith("/") else test.rpartition("/")[0] == folder


def _folders(root: Path, file: str) -> Iterator[str]:
    """Yield the folders of tests that belong to a file by its path; a final slash includes the subfolders."""
    room, _, rest = file.partition("/")
    if room == "tests":
        if file.endswith("conftest.py"):
            yield file.removesuffix("conftest.py")
        elif not file.endswith(".py"):
            yield file.rpartition("/")[0]
        return
    if not rest:
        yield "tests/project"
    if room == "jixiao":
        yield from (f"{folder}/" for folder in _OF_JIXIAO)
    folder = Path("tests", file).parent
    while not any((root / folder).glob("test_*.py")) and folder != Path("tests"):
        folder = folder.parent
    yield folder.as_posix()
    if room in ROOMS and not file.endswith(".py"):
        yield f"tests/{room}"


def _module(file: str) -> str:
    """Return the name by which the module of a file is imported."""
    name = file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    return f"jixiao.{name}" if file.startswith(ROOMS[:-1]) else name


@cache
def _reached(root: Path, file: str) -> frozenset[str]:
    """Return the names of the modules that a file of tests imports, itself or through tests/support and bench/."""
    found: set[str] = set()
    for node in ast.walk(ast.parse((root / file).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    helpers = (f"{name.replace('.', '/')}.py" for name in found if name.startswith(("tests.", "bench.")))
    return frozenset(found).union(*(_reached(root, each) for each in helpers if (root / each).is_file()))


def main(files: Annotated[list[str] | None, typer.Argument(help="by default what git says is changed")] = None) -> None:
    """Print the tests that a change of the files can break, a file a line."""
    print("\n".join(near(files or changed())))


if __name__ == "__main__":
    typer.run(main)
