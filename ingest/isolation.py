"""Read files in processes that may be killed, so that a file over its limits is refused and the others are read.

The processes belong to Pebble's pool, which ends a process that overruns its time and starts another in its place.
"""

import contextlib
import logging
import multiprocessing
import os
import resource
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pebble import ProcessExpired, ProcessPool

from jixiao.ingest.document import Reading, refused

_LOG = logging.getLogger(__name__)

Read = Callable[..., Reading]
"""A function of a path and a base IRI, and of the file's name where names are given."""


@dataclass(frozen=True)
class Limits:
    """The limits per file: wall-clock seconds, and bytes of address space of the process that reads it."""

    seconds: float = 120
    memory: int = 4 << 30


# Files per process, up to the number of cores: starting a process takes as long as reading a few files.
_FILES_A_PROCESS = 8


def read_isolated(  # noqa: PLR0913, PLR0917 - what to read, by what, and how
    paths: Sequence[Path],
    base_iri: str,
    read: Read,
    jobs: int | None = None,
    limits: Limits | None = None,
    names: Sequence[str] | None = None,
) -> Iterator[Reading]:
    """Yield the readings of files in order, by `jobs` processes, or as many as save time if `jobs` is None.

    `names` are the files' names where these are not those of the paths.
    """
    if not paths:
        return
    bounds = limits or Limits()
    workers = jobs or min(os.cpu_count() or 1, 1 + len(paths) // _FILES_A_PROCESS)
    # A process of one thread that has loaded what reading needs is forked, so that only the first start takes long.
    forking = multiprocessing.get_context("forkserver")
    forking.set_forkserver_preload(["jixiao.ingest.preloaded"])
    with ProcessPool(workers, initializer=_limit_memory, initargs=[bounds.memory], context=forking) as pool:
        given = [] if names is None else [names]
        readings = pool.map(read, paths, [base_iri] * len(paths), *given, timeout=bounds.seconds).result()
        for path, name in zip(paths, names or [_printable(path) for path in paths], strict=True):
            try:
                yield next(readings)
            except TimeoutError:
                limit = f"{bounds.seconds:g}"
                yield refused(name, f"读取超过 {limit} 秒，已停止", f"reading took more than {limit} s")
            except (MemoryError, ProcessExpired):
                yield refused(
                    name, "读取时进程终止（内存不足或文件异常）", "its process died: out of memory, or broken"
                )
            except Exception as error:  # noqa: BLE001 - one file's defect must not end the batch; the log keeps its trace
                _LOG.error("%s", path, exc_info=error)
                kind = type(error).__name__
                yield refused(
                    name, f"程序出错，请报告（{kind}）", f"a defect of the program, please report it ({kind})"
                )


def _printable(path: Path) -> str:
    return path.name.encode("utf-8", "backslashreplace").decode()


def _limit_memory(memory: int) -> None:
    # macOS accepts the limit but does not enforce it.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
