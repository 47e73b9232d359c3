"""Read documents in worker processes with limits, so that a file over a limit is refused and the others are read.

A *reading* is the outcome of reading one document: a deposit for the store, or a refusal. A *chunk* is a list of
documents that one worker reads in one call. Workers return readings packed into bytes.

Documents are handed out in chunks, and their readings yielded in the order of the documents. Only a few chunks are in
progress at a time, so that memory does not grow with the number of documents. If a chunk fails, its documents are read
again one by one, so that only the document that kills its worker, or takes too long, is refused.

The processes belong to a pool of the library Pebble, which kills a process that exceeds its time and starts another.
Each process reads many documents, since the compiled rules and patterns that it loads are the same for all. Any
executor of `concurrent.futures`, such as that of a Dask cluster, may be used instead; it has limits of its own, or
none. If a worker of a cluster is killed, Dask gives its task to another one; a task that has killed several workers
fails.
"""

import contextlib
import gc
import itertools
import logging
import math
import multiprocessing
import os
import sys
import tempfile
import threading
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from dataclasses import dataclass, replace
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from pebble import ProcessExpired, ProcessPool
from pydantic import TypeAdapter

from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.originals import LoadError, Original, Spread
from jixiao.ingest.recognition import bounds
from jixiao.ingest.recognition.extra import may_hold_pictures
from jixiao.ingest.result import Document, Reading, refused
from jixiao.ontology import steps
from jixiao.ontology.grouping import grouped
from jixiao.ontology.processes.child import cause
from jixiao.ontology.processes.limits import Limits, confine
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.store.commit.upcoming import as_json

_LOG = logging.getLogger(__name__)

Result = TypeVar("Result")
Read = Callable[[Sequence[Document]], Sequence[Result]]
"""A function that reads documents and returns their results in order.

It may return the results of the first few documents only; the others are handed to workers again.

It is pickled for the workers, so it must be a function at the top level of a module, or a `partial` of one.
"""

# A chunk ends with the document by which it exceeds this many bytes, since documents are copied to the workers.
_CHUNK_BYTES = 1_000_000


class WorkersLostError(LoadError):
    """An error: all workers are gone, but not because of a document.

    The next call continues with the readings so far.
    """


@dataclass
class Workers:
    """Workers that read chunks of at most `most` documents; at most `ahead` chunks are in progress at a time.

    `submit` gives documents to a worker and returns a future of their results. The future fails with TimeoutError if
    reading took more than the seconds that `allowed` returns for these documents (None: no limit), with ProcessExpired
    or Dask's KilledWorker if the documents killed the worker, and with BrokenExecutor or CancelledError if no worker is
    left. `place` returns where the reading of a future was when it ended, None if that is not known.
    """

    ahead: int
    most: int
    submit: Callable[[Read[Any], Sequence[Document]], Future[Any]]
    allowed: Callable[[Sequence[Document]], float | None] = lambda documents: None
    place: Callable[[Future[Any]], Bilingual | None] = lambda future: None


def in_order(
    documents: Iterable[Original], workers: Workers, read: Read[Result]
) -> Iterator[tuple[Original, Result | Reading | None]]:
    """Yield each document with its result, or with a refusal if no worker could read it.

    A settled document is not given to a worker, but keeps its place in the order; it is yielded with its reading, None
    if the store has it already. Raises WorkersLostError if no worker is left.
    """
    under_way: deque[_Chunk[Result]] = deque()
    for together in _chunks(documents, workers.most):
        under_way.append(_Chunk(together, workers, read))
        while under_way and (len(under_way) > workers.ahead or under_way[0].done):
            yield from under_way.popleft().results()
    while under_way:
        yield from under_way.popleft().results()


def _chunks(documents: Iterable[Original], most: int) -> Iterator[list[Original]]:

    def is_full(chunk: list[Original], _: Original) -> bool:
        return len(chunk) >= most or sum(len(each.content) for each in chunk) > _CHUNK_BYTES

    return grouped(documents, is_full)


class _Chunk(Generic[Result]):
    """Successive documents of which those that need reading are given to one worker in one call."""

    def __init__(self, documents: Sequence[Original], workers: Workers, read: Read[Result]) -> None:
        self._documents, self._workers, self._read = documents, workers, read
        self._wanted = [document for document in documents if not document.settled]
        self._future = self._submit(self._wanted) if self._wanted else None

    @property
    def done(self) -> bool:
        """Return whether the worker has finished, or all documents are settled."""
        return self._future is None or self._future.done()

    def results(self) -> Iterator[tuple[Original, Result | Reading | None]]:
        """Wait for the worker, and yield each document, in order, with its result or, if settled, its reading.

        The reading of a document that the store has is None. A document at which the worker failed has a refusal as its
        result. Raises WorkersLostError.
        """
        found = self._found(self._future, self._wanted) if self._future else iter(())
        for document in self._documents:
            yield document, document.reading if document.settled else next(found)

    def _found(self, future: Future[Sequence[Result]], wanted: Sequence[Original]) -> Iterator[Result | Reading]:
        try:
            read = future.result()
        except (BrokenExecutor, CancelledError) as error:
            raise _lost() from error
        except Exception as error:  # noqa: BLE001 - one document's defect must not end the batch; the log keeps its trace
            if len(wanted) == 1:
                name, seconds = wanted[0].name, self._workers.allowed([wanted[0].document])
                yield refused(name, *steps.with_place(_reason(name, error, seconds), self._workers.place(future)))
                return
            for document in wanted:
                yield from self._found(self._submit([document]), [document])
            return
        yield from read
        if rest := wanted[len(read) :]:
            yield from self._found(self._submit(rest), rest)

    def _submit(self, documents: Sequence[Original]) -> Future[Sequence[Result]]:
        try:
            return self._workers.submit(self._read, [each.document for each in documents])
        except (BrokenExecutor, CancelledError, RuntimeError) as error:  # RuntimeError: the executor was shut down
            raise _lost() from error


def _lost() -> WorkersLostError:
    return WorkersLostError(
        "执行读取的进程或集群没有了，未入库；已读的留着，再运行一次即接着读 · "
        "the executor or cluster that reads is gone and nothing was stored; run the command again to continue"
    )


def _reason(name: str, error: Exception, seconds: float | None) -> tuple[str, str]:
    """Return the reason, in Chinese and English, why no worker could read a file; `name` is the file's name."""
    if isinstance(error, TimeoutError) and seconds is not None:
        return f"读取超过 {math.ceil(seconds)} 秒，已停止", f"reading took more than {math.ceil(seconds)} s"
    kind = type(error).__name__
    if isinstance(error, MemoryError):
        zh, en = cause(1, kind)
    elif isinstance(error, ProcessExpired):
        zh, en = cause(error.exitcode)
    elif kind == "KilledWorker":  # Dask's: an optional extra
        zh, en = "内存不足或文件异常", "out of memory, or broken"
    else:
        _LOG.error("%s", name, exc_info=error)
        return f"程序出错，请报告（{kind}）", f"a defect of the program, please report it ({kind})"
    return f"读取时进程终止（{zh}）", f"its process died: {en}"


@dataclass(frozen=True)
class Allowance:
    """Limits for one file: seconds by the clock, and bytes of memory of the process that reads the file.

    `pace` is the number of bytes of the file for which one second is added. A file that may need OCR has extra time for
    it (ingest/recognition/bounds.py).
    """

    seconds: float = 120
    memory: int = 4 << 30
    pace: float = math.inf

    def allowed(self, documents: Sequence[Document]) -> float:
        """Return the seconds in which one process must read all of these documents.

        The limit is that of one file, plus the time for OCR of all documents without a kept recognition.
        """
        unseen = [each.content for each in documents if not each.pictured.recognition]
        pictured = [len(content) for content in unseen if may_hold_pictures(content)]
        size = sum(len(each.content) for each in documents)
        return self.seconds + size / self.pace + (bounds.seconds(sum(pictured)) if pictured else 0)


# One process is started per 8 files, up to the number of cores: starting one takes as long as reading a few files.
_FILES_A_PROCESS = 8
# Documents of a chunk share the queries of the rules: one by one, they take twice as long. Larger chunks take hardly
# less time, but more memory, since the facts of all documents of a chunk are held until they are judged.
_CHUNK = 8
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

    def submit(read: Read[Result], documents: Sequence[Document]) -> Future[Any]:
        if _START == "fork":
            import_module(_PRELOADED)  # the first task starts the workers
        return pool.submit(allowance.allowed(documents), read, documents)

    with _pool(count, allowance) as pool:
        yield Workers(*_sizes(files, count), submit, allowance.allowed, pool.place)


class _Pool:
    """A pool of processes that note how far they come in the calls that they were given."""

    def __init__(self, processes: ProcessPool, notes: steps.Notes) -> None:
        self._processes, self._notes = processes, notes
        self._numbers = itertools.count()
        self._slots: WeakKeyDictionary[Future[Any], int] = WeakKeyDictionary()

    def submit(self, seconds: float, call: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Return the future of a call that may take so many seconds."""
        slot = self._notes.clear(next(self._numbers))
        future: Future[Any] = self._processes.schedule(
            _noted, args=[self._notes.path, slot, call, arguments], timeout=seconds
        )
        self._slots[future] = slot
        return future

    def place(self, future: Future[Any]) -> Bilingual | None:
        """Return where a call was when it ended, None if it noted nothing."""
        return self._notes.place(self._slots[future])


def _noted(path: Path, slot: int, call: Callable[..., Result], arguments: Sequence[Any]) -> Result:
    steps.keep(path, slot)
    return call(*arguments)


@contextlib.contextmanager
def _pool(count: int, allowance: Allowance) -> Iterator[_Pool]:
    """Provide a pool of `count` worker processes with limits for the block; the processes are killed at its end."""
    forking = multiprocessing.get_context(_START)
    forking.set_forkserver_preload([_PRELOADED])
    pool = ProcessPool(count, initializer=confine, initargs=[Limits(allowance.memory)], context=forking)
    with tempfile.TemporaryDirectory() as folder, contextlib.closing(steps.Notes(Path(folder) / "notes")) as notes:
        try:
            yield _Pool(pool, notes)
        finally:
            pool.stop()  # type: ignore[no-untyped-call]
            pool.join()


def executed(executor: Executor, files: int, jobs: int | None = None) -> Workers:
    """Return workers that read documents by an executor, for `files` files.

    `jobs` is the executor's number of workers (None: this machine's number of processors).
    """
    return Workers(
        *_sizes(files, jobs or os.cpu_count() or 1),
        lambda read, documents: executor.submit(_read, read, documents),
        place=lambda future: steps.latest(),  # that of a thread of this process
    )


FILE = Allowance()
"""Limits for one file that is read."""
UNPACKING = Allowance(seconds=300, memory=1 << 30)
"""Limits for one call that unpacks a zip, sifts a part of a web archive, or takes a document from it."""


def spread(
    executor: Executor | None, jobs: int | None, done: Callable[[int, int], None] = lambda done, of: None
) -> Spread:
    """Return a function that calls a function for each of several tuples of arguments, and yields the results in order.

    The calls are made by an executor or, without one, by `jobs` own processes (None: one for each processor). A call
    that its process does not survive has an UnreadableError in place of its result. With `jobs` 1, a call begins when
    the result of the one before it was taken. `done` is called with the number of finished calls and the number of all,
    0 if that is not known. Raises WorkersLostError if no worker is left, and LoadError if a worker cannot open a file.
    """

    def spread(call: Callable[..., Result], parts: Iterable[tuple[Any, ...]]) -> Iterator[Result | UnreadableError]:
        total = len(parts) if isinstance(parts, Sequence) else 0
        count = jobs or os.cpu_count() or 1
        ahead = count if count == 1 else 2 * count
        left = iter(parts)
        under_way: deque[Future[Result]] = deque()
        with contextlib.ExitStack() as ending:
            submit: Callable[..., Future[Result]]
            place: Callable[[Future[Any]], Bilingual | None] = lambda future: None  # noqa: E731
            if executor is not None:
                submit = partial(executor.submit, call)
            else:
                pool = ending.enter_context(_pool(min(count, total or count), UNPACKING))
                submit, place = partial(pool.submit, UNPACKING.seconds, call), pool.place
            for number in itertools.count(1):
                under_way.extend(submit(*part) for part in itertools.islice(left, ahead - len(under_way)))
                if not under_way:
                    return
                result = _unless_lost(under_way.popleft(), call.__name__, place)
                done(number, total)
                yield result

    return spread


def _unless_lost(
    future: Future[Result], name: str, place: Callable[[Future[Any]], Bilingual | None]
) -> Result | UnreadableError:
    try:
        return future.result()
    except (BrokenExecutor, CancelledError) as error:
        raise _lost() from error
    except Exception as error:  # it costs one part, as in `_Chunk`
        if isinstance(error, OSError) and not isinstance(error, ProcessExpired | TimeoutError):
            raise LoadError(f"无法打开：{error} · cannot be opened by a worker: {error}") from error
        return UnreadableError(*steps.with_place(_reason(name, error, UNPACKING.seconds), place(future)))


def _sizes(files: int, count: int) -> tuple[int, int]:
    """Return how many chunks may be in progress, and how many documents a chunk may have at most.

    `files` is the number of files, `count` that of workers.
    """
    return _AHEAD * count, max(1, min(_CHUNK, -(-files // count)))


def _read(read: Read[Result], documents: Sequence[Document]) -> Sequence[Result]:
    """Call `read` for documents; in each process one thread at a time does so, since PDFium is not thread-safe."""
    with _one_at_a_time:
        return read(documents)


@contextlib.contextmanager
def connected(address: str) -> Iterator[tuple[Executor, int]]:
    """Connect to the scheduler at an address such as `tcp://host:8786` for the block. Raises LoadError.

    Yields an executor on the cluster, and the cluster's number of threads at that time.
    """
    try:
        from distributed import Client  # noqa: PLC0415 - an optional extra
    except ImportError:
        raise LoadError(
            "没有安装 Dask：pip install 'jixiao[dask]' · Dask is not installed: pip install 'jixiao[dask]'"
        ) from None
    try:
        client = Client(address, timeout=_SECONDS_TO_CONNECT)
    except (OSError, ValueError) as error:
        raise LoadError(f"连不上 Dask：{address}（{error}） · no Dask scheduler at {address}: {error}") from error
    with client:
        yield client.get_executor(pure=False), max(1, sum(client.nthreads().values()))


_FAST = 1  # zlib's level: it shrinks a reading to a tenth, and higher levels take longer for little gain
# Seconds after which a worker returns the readings so far. A chunk has the time limit of one document, which several
# slow documents together would exceed.
_PATIENCE = 20


def read_packed(documents: Sequence[Document], base_iri: str, *, strict: bool = False) -> list[bytes]:
    """Read documents and return their packed readings, in order.

    After 20 seconds, no further document is begun, and only the readings of those read so far are returned.
    """
    from jixiao.ingest.document import read_documents  # noqa: PLC0415 - not needed by processes that only unpack

    packed = [pack(reading) for reading in read_documents(documents, base_iri, strict=strict, patience=_PATIENCE)]
    gc.collect()  # the rare collections of this process (preloaded.py) would let the facts of many chunks pile up
    return packed


def pack(reading: Reading) -> bytes:
    """Pack a reading into compressed JSON, without the bytes of the file (see `unpack`)."""
    deposit = reading.deposit
    if deposit:
        rendition, ledger = as_json(deposit.rendition), as_json(deposit.ledger)
        deposit = replace(deposit, content=b"", rendition=rendition, ledger=ledger, recognition=None)
    kept = replace(reading, deposit=deposit, report=None, rendition=None, ledger=None)
    return zlib.compress(_adapter().dump_json(kept), _FAST)


def unpack(packed: bytes, content: bytes) -> Reading:
    """Return a packed reading; `content` are the document's bytes. Raises ValueError if another version packed it."""
    try:
        reading = _adapter().validate_json(zlib.decompress(packed))
    except zlib.error as error:
        raise ValueError(str(error)) from error
    deposit = reading.deposit and replace(reading.deposit, content=content, recognition=reading.recognition)
    return replace(reading, deposit=deposit)


@cache
def _adapter() -> TypeAdapter[Reading]:
    return TypeAdapter(Reading)
