"""Read by any executor of `concurrent.futures`: processes, threads, or machines of a cluster.

Such an executor has limits of its own, or none: a document that hangs is not ended here.
"""

import os
import threading
from collections.abc import Sequence
from concurrent.futures import Executor, Future

from jixiao.ingest.result import Pair
from jixiao.ingest.workers.in_order import Read, Result

_AHEAD = 3  # chunks a worker may be ahead of the one that takes readings up
_LARGEST_CHUNK = 32
_one_at_a_time = threading.Lock()


class GivenExecutor:
    """An executor as workers, `jobs` of them (None: as many as this machine has processors)."""

    def __init__(self, executor: Executor, files: int, jobs: int | None = None) -> None:
        count = jobs or os.cpu_count() or 1
        self.ahead = _AHEAD * count
        self.most = max(1, min(_LARGEST_CHUNK, files // (4 * count)))
        self._executor = executor

    def allowed(self, pairs: Sequence[Pair]) -> float | None:
        """Return None: the executor's own limits hold."""
        return None

    def submit(self, read: Read[Result], pairs: Sequence[Pair]) -> Future[Sequence[Result]]:
        """Have documents read by one worker."""
        return self._executor.submit(_read, read, pairs)


def _read(read: Read[Result], pairs: Sequence[Pair]) -> Sequence[Result]:
    """Read in one thread of a process at a time, since PDFium does not bear two."""
    with _one_at_a_time:
        return read(pairs)
