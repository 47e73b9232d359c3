"""Measure what ingestion costs: `python -m bench.loading [PATH…] [--jobs N] [--store DIR]`; by default the examples.

CPU milliseconds per project are those of all processes: of the workers that read, of the writer meanwhile, and of the
commit. Memory is the most that all processes take together, shared pages counted once. CPU times depend on the machine,
and somewhat on its load: compare them within one run only.
"""

import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from bench.measuring import arguments
from jixiao.ingest.load import Outcome, ingest
from jixiao.ingest.originals import files
from jixiao.ontology.identity import DEFAULT_BASE
from jixiao.store import Store

_EVERY = 2.0  # seconds between samples; a sample takes some milliseconds


@dataclass
class Processes:
    """The own process and those that it starts: the most memory they take, and the CPU seconds of the others."""

    peak: int = 0
    _seconds: dict[int, float] = field(default_factory=dict)
    _own: psutil.Process = field(default_factory=psutil.Process)
    _sampling: threading.Lock = field(default_factory=threading.Lock)

    def sample(self) -> None:
        """Look at all processes."""
        with self._sampling:
            taken = self._own.memory_full_info().pss
            for child in self._own.children(recursive=True):
                try:
                    taken += child.memory_full_info().pss
                    used = child.cpu_times()
                    self._seconds[child.pid] = used.user + used.system
                except psutil.Error:  # it has ended
                    continue
            self.peak = max(self.peak, taken)

    def watch(self) -> None:
        """Look at all processes again and again."""
        while True:
            self.sample()
            time.sleep(_EVERY)

    @property
    def others(self) -> float:
        """CPU seconds of the processes that were started."""
        return sum(self._seconds.values())


@dataclass
class Costs:
    """Costs of one ingestion: seconds by step, CPU seconds, and bytes, of reading and of the commit."""

    projects: int
    steps: Counter[str]
    workers: float
    writer: float
    commit: float
    peak_reading: int
    peak: int


def measured(paths: list[Path], store: Path, jobs: int | None = None) -> Costs:
    """Ingest files into a new store."""
    processes, steps, found = Processes(), Counter[str](), files(paths)
    threading.Thread(target=processes.watch, daemon=True).start()
    left = 0
    read: list[tuple[float, float, int]] = []
    begun = time.process_time()

    def counted(count: int) -> None:
        nonlocal left
        left = count

    def done(outcome: Outcome) -> None:
        nonlocal left
        steps.update(outcome.reading.seconds if outcome.reading else {})
        left -= 1
        if not left:
            processes.sample()
            read.append((processes.others, time.process_time() - begun, processes.peak))

    opened = Store.create(store, DEFAULT_BASE)
    ingest(found, opened, jobs=jobs, begun=counted, progress=done)
    [(workers, writer, peak_reading)] = read
    generation = opened.current()
    projects = generation.manifest.counts.projects if generation else 0
    commit = time.process_time() - begun - writer
    return Costs(projects, steps, workers, writer, commit, peak_reading, processes.peak)


def main() -> None:
    """Read the arguments, ingest, print the costs."""
    parser = arguments("loading", __doc__)
    parser.add_argument("paths", type=Path, nargs="*", metavar="PATH", default=[Path("examples")])
    parser.add_argument("--jobs", type=int)
    parser.add_argument("--store", type=Path, help="a directory to keep the store in")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        costs = measured(given.paths, given.store or Path(folder) / "store", given.jobs)
    most = costs.projects or 1
    whole = costs.workers + costs.writer + costs.commit
    print(f"项目 projects {costs.projects:,}")
    for name, seconds in (
        ("workers", costs.workers),
        ("writer", costs.writer),
        ("commit", costs.commit),
        ("all", whole),
    ):
        print(f"{name:10}{seconds:8.1f} s{seconds / most * 1000:8.1f} ms per project{seconds / whole:7.0%}")
    reading = costs.steps.total() or 1
    print("  ".join(f"{step} {seconds / reading:.0%}" for step, seconds in costs.steps.items()))
    print(f"内存 memory: 读取 reading {costs.peak_reading / 1e6:,.0f} MB, 全程 in all {costs.peak / 1e6:,.0f} MB")


if __name__ == "__main__":
    main()
