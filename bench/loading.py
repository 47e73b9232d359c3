"""Measure what ingestion costs: `python -m bench.loading [PATH…] [--jobs N] [--store DIR]`; by default the examples.

CPU milliseconds per project are those of all processes: of the workers that read, of the writer meanwhile, and of the
commit. Memory is the most that all processes take together, shared pages counted once. CPU times depend on the machine,
and somewhat on its load: compare them within one run only.
"""

import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import psutil
import typer

from bench.measuring import EXAMPLES, print_table
from jixiao.ingest.load import Outcome, ingest
from jixiao.ingest.originals import files
from jixiao.ontology.identity import DEFAULT_BASE
from jixiao.store import Store

_EVERY = 2.0  # seconds between samples; a sample takes some milliseconds


@dataclass
class Processes:
    """The own process and its children: the most memory that all take together, and the CPU seconds of the children.

    `peak` is in bytes, shared pages counted once; `seconds` maps a child's process id to CPU seconds.
    """

    peak: int = 0
    seconds: dict[int, float] = field(default_factory=dict)
    _own: psutil.Process = field(default_factory=psutil.Process)
    _sampling: threading.Lock = field(default_factory=threading.Lock)

    def sample(self) -> None:
        """Measure memory and CPU time of all processes once."""
        with self._sampling:
            taken = self._own.memory_full_info().pss
            for child in self._own.children(recursive=True):
                try:
                    taken += child.memory_full_info().pss
                    used = child.cpu_times()
                    self.seconds[child.pid] = used.user + used.system
                except psutil.Error:  # it has ended
                    continue
            self.peak = max(self.peak, taken)

    def watch(self) -> None:
        """Measure all processes every _EVERY seconds, without end."""
        while True:
            self.sample()
            time.sleep(_EVERY)


def measured(paths: list[Path], store: Path, jobs: int | None = None) -> tuple[int, dict[str, float], Sequence[int]]:
    """Ingest files into a new store; return its projects, CPU seconds by part, and peaks of memory in bytes.

    The parts are `workers`, `writer` and `commit`. The first peak is that of reading, the second that of the whole run.
    """
    processes, outcomes, documents = Processes(), Counter[str](), files(paths)
    threading.Thread(target=processes.watch, daemon=True).start()
    read: list[tuple[float, float, int]] = []
    begun = time.process_time()

    def done(outcome: Outcome) -> None:
        outcomes[outcome.status] += 1
        if outcomes.total() == expected[0]:
            processes.sample()
            read.append((sum(processes.seconds.values()), time.process_time() - begun, processes.peak))

    expected: list[int] = []
    opened = Store.create(store, DEFAULT_BASE)
    ingest(documents, opened, jobs=jobs, begun=expected.append, progress=done)
    [(workers, writer, peak)] = read
    parts = {"workers": workers, "writer": writer, "commit": time.process_time() - begun - writer}
    generation = opened.current()
    return generation.manifest.counts.projects if generation else 0, parts, (peak, processes.peak)


def main(
    paths: Annotated[list[Path] | None, typer.Argument()] = None,
    jobs: int | None = None,
    store: Annotated[Path | None, typer.Option(help="a directory to keep the store in")] = None,
) -> None:
    """Ingest files, or the examples, and print the costs."""
    with tempfile.TemporaryDirectory() as folder:
        projects, parts, peaks = measured(paths or [EXAMPLES], store or Path(folder) / "store", jobs)
    parts["all"] = sum(parts.values())
    rows = [[name, spent, spent / max(projects, 1) * 1000] for name, spent in parts.items()]
    print_table([f"项目 projects {projects:,}", "CPU s", "ms per project"], rows)
    print("内存 memory, MB: 读取 reading, 全程 in all:", *(f"{peak / 1e6:,.0f}" for peak in peaks))


if __name__ == "__main__":
    typer.run(main)
