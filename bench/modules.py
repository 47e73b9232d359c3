"""Count the modules that work passes through: `python -m bench.modules [FILE]`, a table for a filing, a commit, a view.

The command reads FILE, or an example, commits it to a new store, and answers `GET /views/projects` from this store by
an application in this process without workers. For each of these works it counts the modules of jixiao in which a
function ran, and the calls from one module to another, in all threads. Each work is done once before it is counted, so
that the first import of a module does not count. With `--names` the modules are listed.
"""

import asyncio
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Annotated, Any, cast

import typer

from bench.measuring import EXAMPLES, print_table
from bench.near import ROOMS, ROOT
from jixiao.ingest.document import read_document
from jixiao.ingest.writing import writing
from jixiao.server.app.app import client_of
from jixiao.server.query.pool import InProcessEngine
from jixiao.server.settings import Settings
from jixiao.store import Store

GOALS = {"读一份文件 filing": 70, "提交 commit": 30, "视图 view": 42}
"""The most modules that each work is meant to pass through."""
_EXAMPLE = min(EXAMPLES.glob("*.txt"))
_BASE = "http://localhost:8000/"


@dataclass
class Passed:
    """The modules of jixiao in which a function ran, and the number of calls from one module to another."""

    modules: set[str] = field(default_factory=set)
    crossings: int = 0

    def note(self, frame: FrameType, event: str, _: Any) -> None:
        """Note a call and its module; a profile function, as `sys.setprofile` takes it, which ignores other events."""
        if event == "call" and (module := _module(frame)) and frame.f_code.co_name != "<module>":
            self.modules.add(module)
            self.crossings += module != (_module(frame.f_back) if frame.f_back else None)


@contextmanager
def counted() -> Iterator[Passed]:
    """Count the modules and calls that run in the block, in this thread and in threads started in the block."""
    passed = Passed()
    threading.setprofile(passed.note)
    sys.setprofile(passed.note)
    try:
        yield passed
    finally:
        sys.setprofile(None)
        threading.setprofile(cast("Any", None))  # documented: None ends it, though its type does not say so


def _module(frame: FrameType) -> str | None:
    return _named(frame.f_code.co_filename)


@cache
def _named(file: str) -> str | None:
    path = Path(file)
    if not path.is_relative_to(ROOT) or path.suffix != ".py":  # templates run as code of their own names
        return None
    inside = path.relative_to(ROOT)
    return inside.as_posix() if inside.parts[0] in ROOMS else None


def works(file: Path, folder: Path) -> dict[str, Passed]:
    """Read a file, commit its deposit, and answer a view; return the modules and calls of each of these works by name.

    The stores are made in the empty `folder`. A file that is refused ends the program.
    """

    def commit(name: str) -> Callable[[], None]:
        store = Store.create(folder / name, _BASE)

        def committed() -> None:
            with writing(store) as batch:
                batch.add(deposit)
                batch.commit()

        return committed

    def read() -> None:
        read_document(file.read_bytes(), file.name, _BASE)

    result = read_document(file.read_bytes(), file.name, _BASE)
    if result.deposit is None:
        sys.exit(f"{file}：没有读成 · refused")
    deposit = result.deposit
    commit("warm")()
    counts = [_counted(each) for each in (read, commit("store"))]
    return dict(zip(GOALS, (*counts, asyncio.run(_view(folder / "store"))), strict=True))


def _counted(work: Callable[[], None]) -> Passed:
    with counted() as passed:
        work()
    return passed


async def _view(store: Path) -> Passed:
    """Answer a view several times; return the modules and calls of the request that passed through the fewest modules.

    The first request does not count. On a busy machine the index may answer too late, so that the graph is asked, too.
    """
    least: list[Passed] = []
    with counted() as passed:  # from before the threads start that answer
        async with client_of(Settings(store=store), _BASE, engine=InProcessEngine()) as client:
            for query in ("?year=2022&lang=zh", *(f"?limit={limit}&lang=zh" for limit in range(20, 25))):
                passed.modules, passed.crossings = set(), 0
                answer = await client.get(f"/views/projects{query}", headers={"accept": "text/html"})
                answer.raise_for_status()
                least.append(Passed(set(passed.modules), passed.crossings))
            sys.setprofile(None)
    return min(least[1:], key=lambda each: len(each.modules))


def main(
    file: Annotated[Path, typer.Argument()] = _EXAMPLE,
    names: Annotated[bool, typer.Option("--names", help="列出各模块 · list the modules")] = False,
) -> None:
    """Print the number of modules that each work passes through beside its goal, and the calls between them."""
    with tempfile.TemporaryDirectory() as folder:
        passed = works(file, Path(folder))
    rows = [(work, len(each.modules), GOALS[work], each.crossings) for work, each in passed.items()]
    print_table(("", "模块 modules", "目标 goal", "跨模块调用 calls"), rows)
    for work, each in passed.items() if names else ():
        print(f"\n{work}", *sorted(each.modules), sep="\n  ")


if __name__ == "__main__":
    typer.run(main)
