"""A bounded cache (LRU) for values that are computed once per state of the dataset.

The decorators of cachetools are not used, since they create reference cycles: a graph would stay open, and its
directory locked, until the garbage collector runs.
"""

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from cachetools import LRUCache

Made = TypeVar("Made")

_SHARE = 64  # an entry larger than 1/64 of the cache is not kept, so that it does not evict many others


class BoundedCache(Generic[Made]):
    """An LRU cache of at most `most` entries or, if `size` measures an entry, of at most this total size.

    A key must contain everything that its entry depends on. Safe to share between threads.
    """

    def __init__(self, most: int, size: Callable[[Made], int] | None = None) -> None:
        self._lock = threading.Lock()
        self._size = size
        self._entries: LRUCache[Hashable, Made] = LRUCache(most, size)

    def get(self, key: Hashable) -> Made | None:
        """Return the value cached under a key, or None if there is none."""
        with self._lock:
            return self._entries.get(key)

    def put(self, key: Hashable, made: Made) -> None:
        """Cache the value `made` under a key, unless its size is measured and is above 1/64 of the cache."""
        if self._size is None or self._size(made) * _SHARE <= self._entries.maxsize:
            with self._lock:
                self._entries[key] = made

    def get_or_make(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return the value cached under a key; if there is none, call `make` and cache its result.

        Two threads that ask at the same time may both call `make`. Raises the errors of `make`.
        """
        with self._lock:
            if key in self._entries:
                return self._entries[key]
        made = make()
        self.put(key, made)
        return made

    def clear(self) -> None:
        """Drop all entries."""
        with self._lock:
            self._entries.clear()

    @property
    def size(self) -> int:
        """The number of entries, or their total size if the cache measures sizes."""
        return int(self._entries.currsize)

    def __len__(self) -> int:
        """Return the number of entries."""
        return len(self._entries)
