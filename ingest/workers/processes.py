"""Read documents in worker processes with limits, so that a file over a limit is refused and the others are read.

The processes belong to a pool of the library Pebble, which kills a process that exceeds its time and starts another.
Each process reads many documents, since the compiled rules and patterns that it loads are the same for all. Any
executor of `concurrent.futures`, such as that of a Dask cluster, may be used instead; it has limits of its own, or
none. If a worker of a cluster is killed, Dask gives its task to another one; a task that has killed several workers
fails.
"""

import contextlib
import multiprocessing
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from pebble import ProcessPool

from jixiao.ingest.originals import LoadError
from jixiao.ingest.recognition import bounds
from jixiao.ingest.recognition.extra import may_hold_pictures
from jixiao.ingest.result import Pair
from jixiao.ingest.workers.in_order import Read, Result, Workers
from jixiao.ontology.processes.limits import Limits, confine


@dataclass(frozen=True)
class Allowance:
    """Limits for one file: seconds by the clock, and bytes of memory of the process that reads the file.

    A file that may need OCR has extra time for it (ingest/recognition/bounds.py).
    """

    seconds: float = 120
    memory: int = 4 << 30

    def allowed(self, pairs: Sequence[Pair]) -> float:
        """Return the seconds in which one process must read all of these documents.

        The limit is that of one file, plus the time for OCR of all documents without a kept recognition.
        """
        pictured = [len(content) for content, _, *known in pairs if not any(known[:1]) and may_hold_pictures(content)]
        return self.seconds + (bounds.seconds(sum(pictured)) if pictured else 0)


# One process is started per 8 files, up to the number of cores: starting one takes as long as reading a few files.
_FILES_A_PROCESS = 8
_CHUNKS_A_PROCESS = 4  # fewer and larger chunks would leave processes idle while the last chunk is read
_LARGEST_CHUNK = 32
_SECONDS_TO_CONNECT = 30  # most seconds for the scheduler of a Dask cluster to answer
_AHEAD = 3  # chunks in progress per process: one being read, others waiting or not taken up yet


# Importing the readers and compiling the rules takes longer than reading a filing, so workers are forked from a process
# that has done both: this one on Linux. Elsewhere libraries of the system may fail after a fork of a process with
# threads, so that a server process without threads is started for it.
_PRELOADED = "jixiao.ingest.preloaded"
_START = "fork" if sys.platform == "linux" else "forkserver"

_one_at_a_time = threading.Lock()


@contextlib.contextmanager
def processes(files: int, jobs: int | None = None, allowance: Allowance = Allowance()) -> Iterator[Workers]:
    """Provide `jobs` worker processes for the block; None chooses a number that suits the number of files.

    The processes start when the first documents are submitted, and are killed at the end of the block.
    """
    count = jobs or min(os.cpu_count() or 1, 1 + files // _FILES_A_PROCESS)
    forking = multiprocessing.get_context(_START)
    forking.set_forkserver_preload([_PRELOADED])
    pool = ProcessPool(count, initializer=confine, initargs=[Limits(allowance.memory)], context=forking)

    def submit(read: Read[Result], pairs: Sequence[Pair]) -> Future[Any]:
        if _START == "fork":
            import_module(_PRELOADED)  # the first task starts the workers
        return pool.schedule(read, args=[pairs], timeout=allowance.allowed(pairs))

    try:
        yield Workers(*_chunks(files, count), submit, allowance.allowed)
    finally:
        pool.stop()  # type: ignore[no-untyped-call]
        pool.join()


def executed(executor: Executor, files: int, jobs: int | None = None) -> Workers:
    """Return an executor as Workers; `jobs` is its number of workers (None: this machine's number of processors)."""
    return Workers(
        *_chunks(files, jobs or os.cpu_count() or 1), lambda read, pairs: executor.submit(_read, read, pairs)
    )


def _chunks(files: int, count: int) -> tuple[int, int]:
    """Return how many chunks of `files` may be in progress with `count` workers, and the most documents of a chunk."""
    return _AHEAD * count, max(1, min(_LARGEST_CHUNK, files // (_CHUNKS_A_PROCESS * count)))


def _read(read: Read[Result], pairs: Sequence[Pair]) -> Sequence[Result]:
    """Read documents in one thread of a process at a time, since PDFium is not thread-safe."""
    with _one_at_a_time:
        return read(pairs)


class ClusterError(LoadError):
    """An error: the cluster cannot be reached, or Dask is not installed. No document was read."""


@contextlib.contextmanager
def connected(address: str) -> Iterator[tuple[Executor, int]]:
    """Connect to the scheduler at an address such as `tcp://host:8786` for the block. Raises ClusterError.

    Yields an executor on the cluster, and the cluster's number of threads at that time.
    """
    try:
        from distributed import Client  # noqa: PLC0415 - an optional extra
    except ImportError:
        raise ClusterError(
            "没有安装 Dask：pip install 'jixiao[dask]' · Dask is not installed: pip install 'jixiao[dask]'"
        ) from None
    try:
        client = Client(address, timeout=_SECONDS_TO_CONNECT)
    except (OSError, ValueError) as error:
        raise ClusterError(f"连不上 Dask：{address}（{error}） · no Dask scheduler at {address}: {error}") from error
    with client:
        yield client.get_executor(pure=False), max(1, sum(client.nthreads().values()))
