"""Cache results by version of the dataset and query, within a number of bytes, and drop the least recently used first.

Nobody asks for results of an earlier version again: they are dropped when there is a new one.

The result of a query that asks for the time or for a random value changes within a version, so such a query has no key
here, and no ETag either.
"""

import re
from functools import lru_cache
from hashlib import blake2b

from jixiao.server.query import guard, jobs, results
from jixiao.store.bounded_cache import BoundedCache

_OVERHEAD = 500  # bytes per entry besides its content
_MAY_CHANGE = re.compile(r"NOW|RAND|UUID|BNODE|\\[uU]", re.IGNORECASE)


class Cache(BoundedCache[results.Result]):
    """Results by key, `max_bytes` of them at most; 0 keeps nothing."""

    def __init__(self, max_bytes: int) -> None:
        super().__init__(max_bytes, lambda result: len(result.content) + _OVERHEAD)
        self.max_bytes = max_bytes
        self._version = ""

    def begin(self, version: str) -> bool:
        """Drop all results if `version`, of the dataset, differs from that of the last call; return True then.

        Returns False for the first version.
        """
        if version == self._version:
            return False
        is_later, self._version = bool(self._version), version
        self.clear()
        return is_later


# Keys are made in the event loop, where all requests wait while one long query is normalised; hence the two limits.
_LONG = 16_384  # characters above which a query is hashed without normalising its blanks and comments
_SHORT = 4096  # characters of a request up to which its key is kept for the next equal request


def key(job: jobs.Job, version: str) -> str | None:
    """Return the key of a job's result in a version of the dataset, or None if each run may give another result."""
    spelt = sum(map(len, (job.query, job.accept or "", job.wanted or "", *job.default_graphs, *job.named_graphs)))
    return (_cached_key if spelt <= _SHORT else _key)(job, version)


def _key(job: jobs.Job, version: str) -> str | None:
    long = len(job.query) > _LONG
    if _MAY_CHANGE.search(job.query) and (long or guard.is_volatile(job.query)):
        return None
    text = job.query if long else guard.normal(job.query)
    form = (job.accept, job.wanted, job.table_rows, job.gzip, job.max_bytes, job.default_graphs, job.named_graphs)
    spelt = f"{version}\0{job.base_iri}\0{form}\0{text}"
    return blake2b(spelt.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


_cached_key = lru_cache(maxsize=512)(_key)
