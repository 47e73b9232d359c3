"""Results of queries, kept by generation and query, bounded in bytes; the least recently used ones go first.

Apart because it also says which queries have one answer in a generation: those that ask for the time or for chance do
not, and get no validator (ETag) either.
"""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import blake2b

from cachetools import LRUCache

from jixiao.server.sandbox.guard import changing, normal
from jixiao.server.sandbox.jobs import Job
from jixiao.server.sandbox.results import Result

_SHARE = 64  # no result takes more than this part of the cache
_OVERHEAD = 500  # bytes of an entry besides its content
_MAY_CHANGE = re.compile(r"NOW|RAND|UUID|BNODE|\\[uU]", re.IGNORECASE)


class Cache:
    """Of so many bytes; 0 keeps nothing. Used from one event loop."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self._kept: LRUCache[str, Result] = LRUCache(max_bytes, lambda result: len(result.content) + _OVERHEAD)

    def get(self, key: str) -> Result | None:
        """What was kept."""
        return self._kept.get(key)

    def put(self, key: str, result: Result) -> None:
        """Keep a result, if it is small enough."""
        if result.stored is None and len(result.content) + _OVERHEAD <= self.max_bytes // _SHARE:
            self._kept[key] = result

    @property
    def size(self) -> int:
        """Bytes that are kept."""
        return int(self._kept.currsize)

    def __len__(self) -> int:
        """Results that are kept."""
        return len(self._kept)


_LONG = 16_384  # characters of a query that is taken as it is: nobody waits for the normal form of another's query
_SHORT = 4096  # characters of a request whose key is worth remembering


def key(job: Job, version: str) -> str | None:
    """What names the result of a job in a version of the dataset; None where it may come out different each time."""
    said = sum(map(len, (job.query, job.accept or "", job.wanted or "", *job.default_graphs, *job.named_graphs)))
    return (_remembered if said <= _SHORT else _key)(job, version)


def _key(job: Job, version: str) -> str | None:
    long = len(job.query) > _LONG
    if _MAY_CHANGE.search(job.query) and (long or changing(job.query)):
        return None
    text = job.query if long else normal(job.query)
    form = (job.accept, job.wanted, job.table_rows, job.gzip, job.max_bytes, job.default_graphs, job.named_graphs)
    said = f"{version}\0{job.base_iri}\0{form}\0{text}"
    return blake2b(said.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


_remembered = lru_cache(maxsize=512)(_key)
