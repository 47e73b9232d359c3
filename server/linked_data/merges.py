"""Look up the thing into which a steward's decision merged another, read once per generation."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping


class Merges:
    """Cache for the merges of the generation asked for last. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: tuple[str, Mapping[str, str]] = ("", {})

    def of(self, version: str, read: Callable[[], bytes]) -> Mapping[str, str]:
        """Return the IRI of the remaining thing by that of each merged thing; `read` gives the answer to merged.rq.

        Raises what `read` does.
        """
        known, found = self._known
        if known != version:
            with self._lock:
                known, found = self._known  # another thread may have read them meanwhile
                if known != version:
                    rows = json.loads(read())["results"]["bindings"]
                    found = {row["merged"]["value"]: row["kept"]["value"] for row in rows}
                    self._known = version, found
        return found
