"""What is made once for a state of the dataset, and asked for often: kept for as long as there is room."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from cachetools import LRUCache

Made = TypeVar("Made")


class Kept(Generic[Made]):
    """So many of them, by all that they depend on; the least recently used ones go. Safe to share between threads."""

    def __init__(self, most: int) -> None:
        self._lock = threading.Lock()
        self._kept: LRUCache[Hashable, Made] = LRUCache(most)

    def of(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What was kept, else what `make` gives, at times twice where two ask at once. Raises what it raises."""
        with self._lock:
            if key in self._kept:
                return self._kept[key]
        made = make()
        with self._lock:
            self._kept[key] = made
        return made
