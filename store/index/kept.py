"""Keep what is read or found again and again, the least recently used going first.

The decorators of cachetools make an object refer to itself. A graph would then stay open until the garbage collector
runs, and with it the lock on its directory.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

from cachetools import LRUCache

Made = TypeVar("Made")


class Kept(Generic[Made]):
    """At most so many values, each of them never None. Safe to share between threads."""

    def __init__(self, most: int) -> None:
        self._values: LRUCache[Hashable, Made] = LRUCache(most)
        self._lock = Lock()

    def get(self, key: Hashable) -> Made | None:
        """Return a value, or None if it is missing."""
        with self._lock:
            return self._values.get(key)

    def get_or_make(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return a value, made by `make` if it is missing; two threads that ask at once may both make it."""
        found = self.get(key)
        if found is None:
            found = make()
            with self._lock:
                self._values[key] = found
        return found
