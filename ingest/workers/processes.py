"""Read in processes that may be killed, so that a file over its limits is refused and the others are read.

The processes belong to Pebble's pool, which ends a process that overruns its time and starts another in its place. They
are used again and again: what they keep (compiled rules and patterns) is the same for every document.
"""

import contextlib
import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from pebble import ProcessPool

from jixiao.ingest.recognition import bounds
from jixiao.ingest.recognition.extra import may_hold_pictures
from jixiao.ingest.result import Pair
from jixiao.ingest.workers.in_order import Read, Result
from jixiao.ontology.processes.limits import Limits, confine


@dataclass(frozen=True)
class Allowance:
    """Limits for one file: seconds of the clock, and bytes of memory of the process that reads it.

    A file whose text may have to be recognised has the time for that besides (ingest/recognition/bounds.py).
    """

    seconds: float = 120
    memory: int = 4 << 30

    def allowed(self, pairs: Sequence[Pair]) -> float:
        """Return the seconds within which documents must be read that are read one after the other."""
        pictured = [len(content) for content, _, *known in pairs if not any(known[:1]) and may_hold_pictures(content)]
        return self.seconds + (bounds.seconds(sum(pictured)) if pictured else 0)


# Files per process, up to the number of cores: starting a process takes as long as reading a few files.
_FILES_A_PROCESS = 8
_CHUNKS_A_PROCESS = 4  # at the least, so that the last ones do not leave other processes idle for long
_LARGEST_CHUNK = 32
_AHEAD = 3  # chunks a process may be ahead of the one that takes readings up


class Processes:
    """The processes of a pool, which is made with the first documents."""

    def __init__(self, files: int, jobs: int | None, allowance: Allowance) -> None:
        self._count = jobs or min(os.cpu_count() or 1, 1 + files // _FILES_A_PROCESS)
        self.ahead = _AHEAD * self._count
        self.most = max(1, min(_LARGEST_CHUNK, files // (_CHUNKS_A_PROCESS * self._count)))
        self._allowance = allowance
        self._pool: ProcessPool | None = None

    def allowed(self, pairs: Sequence[Pair]) -> float | None:
        """Return the seconds within which documents must be read."""
        return self._allowance.allowed(pairs)

    def submit(self, read: Read[Result], pairs: Sequence[Pair]) -> Future[Sequence[Result]]:
        """Have documents read by one process, within the time for one document, and what their pictures take."""
        self._pool = self._pool or self._started()
        return self._pool.schedule(read, args=[pairs], timeout=self.allowed(pairs))

    def stop(self) -> None:
        """End the processes, whatever they do."""
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool.join()

    def _started(self) -> ProcessPool:
        # A process of one thread that has loaded what reading needs is forked, so that only the first start takes long.
        forking = multiprocessing.get_context("forkserver")
        forking.set_forkserver_preload(["jixiao.ingest.preloaded"])
        return ProcessPool(self._count, initializer=confine, initargs=[Limits(self._allowance.memory)], context=forking)


@contextlib.contextmanager
def processes(files: int, jobs: int | None = None, allowance: Allowance = Allowance()) -> Iterator[Processes]:
    """Give `jobs` processes for a number of files, or as many as save time if `jobs` is None; end them afterwards."""
    started = Processes(files, jobs, allowance)
    try:
        yield started
    finally:
        started.stop()
