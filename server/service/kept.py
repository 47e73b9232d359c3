"""What is made once for a state of the dataset, and asked for often: kept for as long as there is room."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from cachetools import LRUCache

Made = TypeVar("Made")


_SHARE = 64  # nothing takes more than this part of the room


class Kept(Generic[Made]):
    """So many of them, or so much of what `size` measures, by all that they depend on; the least recently used ones go.

    Safe to share between threads.
    """

    def __init__(self, most: int, size: Callable[[Made], int] | None = None) -> None:
        self._lock = threading.Lock()
        self._size = size
        self._kept: LRUCache[Hashable, Made] = LRUCache(most, size)

    def get(self, key: Hashable) -> Made | None:
        """What was kept."""
        with self._lock:
            return self._kept.get(key)

    def put(self, key: Hashable, made: Made) -> None:
        """Keep it, if it is small enough."""
        if self._size is None or self._size(made) * _SHARE <= self._kept.maxsize:
            with self._lock:
                self._kept[key] = made

    def of(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What was kept, else what `make` gives, at times twice where two ask at once. Raises what it raises."""
        with self._lock:
            if key in self._kept:
                return self._kept[key]
        made = make()
        self.put(key, made)
        return made
