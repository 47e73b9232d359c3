"""Read in processes that may be killed, so that a file over its limits is refused and the others are read.

The processes belong to Pebble's pool, which ends a process that overruns its time and starts another in its place. They
are used again and again: what they keep (compiled rules and patterns) is the same for every document. Any executor of
`concurrent.futures`, such as a cluster, may read in their place; it has limits of its own, or none.
"""

import contextlib
import multiprocessing
import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

from pebble import ProcessPool

from jixiao.ingest.recognition import bounds
from jixiao.ingest.recognition.extra import may_hold_pictures
from jixiao.ingest.result import Pair
from jixiao.ingest.workers.in_order import Read, Result, Workers
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


_one_at_a_time = threading.Lock()


@contextlib.contextmanager
def processes(files: int, jobs: int | None = None, allowance: Allowance = Allowance()) -> Iterator[Workers]:
    """Give `jobs` processes for a number of files, or as many as save time if `jobs` is None; end them afterwards.

    The first documents start the processes. A process has the time for one document for those that it is given.
    """
    count = jobs or min(os.cpu_count() or 1, 1 + files // _FILES_A_PROCESS)
    # A process of one thread that has loaded what reading needs is forked, so that only the first start takes long.
    forking = multiprocessing.get_context("forkserver")
    forking.set_forkserver_preload(["jixiao.ingest.preloaded"])
    pool = ProcessPool(count, initializer=confine, initargs=[Limits(allowance.memory)], context=forking)
    try:
        yield Workers(
            *_chunks(files, count),
            lambda read, pairs: pool.schedule(read, args=[pairs], timeout=allowance.allowed(pairs)),
            allowance.allowed,
        )
    finally:
        pool.stop()  # type: ignore[no-untyped-call]
        pool.join()


def executed(executor: Executor, files: int, jobs: int | None = None) -> Workers:
    """Return an executor as workers, `jobs` of them (None: as many as this machine has processors)."""
    return Workers(
        *_chunks(files, jobs or os.cpu_count() or 1), lambda read, pairs: executor.submit(_read, read, pairs)
    )


def _chunks(files: int, count: int) -> tuple[int, int]:
    """Return how many chunks are on their way at a time to so many workers, and the documents of a chunk at most."""
    return _AHEAD * count, max(1, min(_LARGEST_CHUNK, files // (_CHUNKS_A_PROCESS * count)))


def _read(read: Read[Result], pairs: Sequence[Pair]) -> Sequence[Result]:
    """Read in one thread of a process at a time, since PDFium does not bear two."""
    with _one_at_a_time:
        return read(pairs)
