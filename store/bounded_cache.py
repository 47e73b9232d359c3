"""Keep what is made once per state of the dataset and asked for often; the least recently used entries go first.

The decorators of cachetools make an object refer to itself. A graph would then stay open until the garbage collector
runs, and with it the lock on its directory.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from cachetools import LRUCache

Made = TypeVar("Made")

_SHARE = 64  # nothing takes more than this part of the room


class BoundedCache(Generic[Made]):
    """An LRU cache of `most` entries, or of as much as `size` measures; keys name all that an entry depends on.

    Safe to share between threads.
    """

    def __init__(self, most: int, size: Callable[[Made], int] | None = None) -> None:
        self._lock = threading.Lock()
        self._size = size
        self._entries: LRUCache[Hashable, Made] = LRUCache(most, size)

    def get(self, key: Hashable) -> Made | None:
        """Return an entry, or None if there is none."""
        with self._lock:
            return self._entries.get(key)

    def put(self, key: Hashable, made: Made) -> None:
        """Add an entry unless it takes too large a share of the room."""
        if self._size is None or self._size(made) * _SHARE <= self._entries.maxsize:
            with self._lock:
                self._entries[key] = made

    def get_or_make(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return an entry, made by `make` if missing; two threads that ask at once may both make it.

        Raises the errors of `make`.
        """
        with self._lock:
            if key in self._entries:
                return self._entries[key]
        made = make()
        self.put(key, made)
        return made

    @property
    def size(self) -> int:
        """Number of entries, or how much they take by the measure `size`."""
        return int(self._entries.currsize)

    def __len__(self) -> int:
        """Return the number of entries."""
        return len(self._entries)
