"""Collect the parts of a worker's result, in memory or, if the result is large, in a file; cache small results.

All results share one limit on disk space. While a client reads slowly, a file waits for it and not a worker. A result
is complete before any of it is sent, so that exceeding a limit gives an error response.

Results are cached by version of the dataset and query, within a number of bytes; those of an earlier version are
dropped, since nobody asks for them again. The result of a query that asks for the time or for a random value changes
within a version, so such a query has no key here, and no ETag either.
"""

import logging
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from hashlib import blake2b
from typing import IO

from jixiao.server.errors import PoolBusyError
from jixiao.server.query.jobs import Head, Job
from jixiao.store.bounded_cache import BoundedCache

_LOG = logging.getLogger(__name__)

IN_MEMORY = 1 << 20
"""Bytes above which a result is kept in a file."""

_PIECE = 256 << 10  # bytes that are read from a file and sent at a time


class Spool:
    """Disk space for results in files, shared by all queries of a pool; `left` bytes of it are free."""

    def __init__(self, max_bytes: int) -> None:
        self.left = max_bytes


class Result:
    """A result: in `content` if small, otherwise in a temporary file, which is deleted when the result is closed.

    `size` is in bytes, as sent. Parts may be added to a result with a `spool`.
    """

    def __init__(self, head: Head, content: bytes = b"", spool: Spool | None = None) -> None:
        self.head = head
        self.content = content
        self.size = len(content)
        self._spool = spool
        self._stored = 0  # bytes in the file
        self._file: IO[bytes] | None = None

    @property
    def in_file(self) -> bool:
        """Return whether the content is in a temporary file, which can be read once only."""
        return self._file is not None

    def add(self, part: bytes) -> None:
        """Append a part. Raises PoolBusyError if the spool or the disk is full."""
        if self._spool is None or (self._file is None and self.size + len(part) <= IN_MEMORY):
            self.content += part
        else:
            self._store(self._spool, self.content + part)
            self.content = b""
        self.size += len(part)

    def read(self) -> bytes:
        """Return the complete content, and close its file if it has one."""
        content = self._piece(0, self.size)
        self.close()
        return content

    def pieces(self) -> Iterator[bytes]:
        """Yield the content in pieces."""
        return (self._piece(start, _PIECE) for start in range(0, self.size, _PIECE))

    def _piece(self, start: int, size: int) -> bytes:
        return self.content[start : start + size] if self._file is None else os.pread(self._file.fileno(), size, start)

    def _store(self, spool: Spool, content: bytes) -> None:
        if len(content) > spool.left:
            raise _full()
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by its reader
            self._file.write(content)
            self._file.flush()  # unbuffered, a disk that takes a part of it would be no error
        except OSError as error:
            _LOG.error(
                "暂存结果失败：%s；腾出临时目录（TMPDIR）所在磁盘的空间。"
                " A result could not be kept: %s; free disk space for temporary files (TMPDIR).",
                error,
                error,
            )
            raise _full() from error
        spool.left -= len(content)
        self._stored += len(content)

    def close(self) -> None:
        """Delete the file, if there is one, and give its bytes back to the spool."""
        spool, self._spool = self._spool, None
        if self._file is not None:
            if spool is not None:
                spool.left += self._stored
            with suppress(OSError):  # on a full disk, closing fails like the write before it
                self._file.close()

    def __del__(self) -> None:
        """Close the file, in case its reader was cancelled just when the result arrived."""
        self.close()


def _full() -> PoolBusyError:
    return PoolBusyError(
        "正在发送的大结果太多，请稍后再试。", "Too many large results are being sent; try again in a moment."
    )


_OVERHEAD = 500  # bytes per entry besides its content
_MAY_CHANGE = re.compile(r"(?:now|rand|uuid|bnode)(?!\w)|\\u")  # searched in lower case: twice as fast as IGNORECASE
"""Functions with another value at each run, or words that look like them; an escape may spell one."""


class Cache(BoundedCache[Result]):
    """Results by key, `max_bytes` of them at most; 0 keeps nothing."""

    def __init__(self, max_bytes: int) -> None:
        super().__init__(max_bytes, lambda result: len(result.content) + _OVERHEAD)
        self.max_bytes = max_bytes
        self._version = ""

    def begin(self, version: str) -> bool:
        """Drop all results if the dataset's version differs from that at the last call, and return True then.

        Returns False for the first version.
        """
        if version == self._version:
            return False
        is_later, self._version = bool(self._version), version
        self.clear()
        return is_later


_SHORT = 4096  # characters of a request up to which its key is kept for the next equal request


def key(job: Job, version: str) -> str | None:
    """Return the key of a job's result in a version of the dataset, or None if each run may give another result."""
    spelt = sum(map(len, (job.query, job.accept or "", job.wanted or "", *job.default_graphs, *job.named_graphs)))
    return (_cached_key if spelt <= _SHORT else _key)(job, version)


def _key(job: Job, version: str) -> str | None:
    if _MAY_CHANGE.search(job.query.lower()):
        return None
    form = (job.accept, job.wanted, job.table_rows, job.gzip, job.max_bytes, job.default_graphs, job.named_graphs)
    spelt = f"{version}\0{job.base_iri}\0{form}\0{job.query}"
    return blake2b(spelt.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


_cached_key = lru_cache(maxsize=512)(_key)
