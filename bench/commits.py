"""Measure commits into a store of any size: `python -m bench.commits STORE… [--commits 30]`. The stores are changed.

Each store must hold what bench.filings writes. Filings come new, come changed, and are withdrawn in turn, each in a
commit of its own, as `jixiao ingest` and `jixiao withdraw` make them. The command prints, for each store, medians of
the seconds and CPU seconds until the version is online and of the megabytes written, by kind and for the first and
the last ten commits; the largest file made outside the engine's graph; the size of the store beside that before the
first of the commits; and at the end the exponent of the CPU seconds over the number of projects.
"""

import hashlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from statistics import median

import psutil
import typer

from bench import filings
from bench.growth import exponent
from bench.measuring import print_table
from jixiao.ingest.document import read_document
from jixiao.ingest.writing import writing
from jixiao.store import Store

_KINDS = ("新 new", "改 changed", "撤 withdrawn")
_ENDS = 10
"""Commits at the beginning and at the end that are compared."""


@dataclass(frozen=True)
class Cost:
    """The cost of one commit: wall-clock and CPU seconds until the version is online, and sizes in bytes.

    `written` is what the process wrote to disk, `largest` the largest file of the new generation, without the files of
    the engine's graph and files shared with another generation.
    """

    kind: str
    seconds: float
    cpu: float
    written: int
    largest: int


def measure(path: Path, commits: int) -> list[Cost]:
    """Make so many `commits` into the store at `path`, of each kind in turn, and return their costs."""
    return list(islice(made(Store.open(path)), commits))


def made(store: Store) -> Iterator[Cost]:
    """Make commits of each kind in turn, without end, and yield their costs."""
    documents, like = len(store.sources()), filings.usual()
    for number in count():
        round_, step = divmod(number, len(_KINDS))
        new, changed = (filings.file(like, documents + round_, seed=seed) for seed in (2, 3))
        yield _commit(store, _KINDS[step], changed if step else new, new)


def _commit(store: Store, kind: str, file: filings.File, earlier: filings.File) -> Cost:
    """Add an invented file or, for the last of _KINDS, withdraw it, in a commit of its own; return the cost.

    `earlier` is the file that the added one replaces, or `file` itself if it replaces none.
    """
    deposit = read_document(file.content, file.name, store.base_iri).deposit
    assert deposit  # noqa: S101 - an invented filing
    begun, cpu, written = time.perf_counter(), time.process_time(), _written()
    with writing(store) as batch:
        if kind == _KINDS[-1]:
            batch.withdraw(deposit.sha16, "误传")
        else:
            batch.add(deposit, hashlib.sha256(earlier.content).hexdigest()[:16] if file is not earlier else None)
        generation = batch.commit()
        seconds, cpu, written = time.perf_counter() - begun, time.process_time() - cpu, _written() - written
    return Cost(kind, seconds, cpu, written, _largest(generation.path))


def _written() -> int:
    """Return the number of bytes that this process has written to disk since it started."""
    return int(psutil.Process().io_counters().write_bytes)


def _largest(generation: Path) -> int:
    """Return the size in bytes of the largest file that only this generation has (no other hard link to the file).

    The files of the engine's graph are left out.
    """
    found = (path.lstat() for path in generation.rglob("*") if path.is_file() and path.parent.name != "graph")
    return max(each.st_size for each in found if each.st_nlink == 1)


def size(path: Path) -> int:
    """Return the bytes that a store's files take on the disk; a file with several hard links counts once."""
    found = (Path(folder, name).lstat() for folder, _, names in os.walk(path) for name in names)
    return sum({each.st_ino: each.st_blocks * 512 for each in found}.values())


def _report(path: Path, costs: list[Cost], projects: int, before: int) -> Iterator[list[str]]:
    groups = {kind: [cost for cost in costs if cost.kind == kind] for kind in _KINDS}
    if len(costs) > _ENDS:
        groups |= {f"前 first {_ENDS}": costs[:_ENDS], f"后 last {_ENDS}": costs[-_ENDS:]}
    for name, group in {**groups, "全部 all": costs}.items():
        yield [
            str(path),
            f"{projects:,}",
            name,
            f"{median(cost.seconds for cost in group):.2f}",
            f"{max(cost.seconds for cost in group):.2f}",
            f"{median(cost.cpu for cost in group):.2f}",
            f"{max(cost.cpu for cost in group):.2f}",
            f"{median(cost.written for cost in group) / 1e6:.1f}",
            f"{max(cost.written for cost in group) / 1e6:.1f}",
            f"{max(cost.largest for cost in group) / 1e6:.2f}",
            f"{size(path) / before:.2f}" if group is costs else "",
        ]


def main(stores: list[Path], commits: int = 30) -> None:
    """Make commits into stores, and print what they cost."""
    heads = ["库 store", "项目 projects", "提交 commit", "秒 s", "最慢 slowest", "CPU 秒 s", "最多 most"]
    heads += ["写盘 MB", "最多 most", "文件 file MB", "大小 size ×"]
    rows, points = list[list[str]](), []
    for path in stores:
        projects, before = Store.open(path).present().manifest.counts.projects, size(path)
        costs = measure(path, commits)
        rows += _report(path, costs, projects, before)
        points.append((projects, median(cost.cpu for cost in costs)))
    print_table(heads, rows)
    if len(points) > 1:
        print(f"指数 exponent {exponent(dict(points)):.2f}")


if __name__ == "__main__":
    typer.run(main)
