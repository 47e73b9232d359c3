"""Which things a steward's decision made one, read once a generation: a thing in, the one that remains out."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping


class Merges:
    """Kept for the last generation that was asked about. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: tuple[str, Mapping[str, str]] = ("", {})

    def of(self, version: str, read: Callable[[], bytes]) -> Mapping[str, str]:
        """The merged things' IRIs, each with the one that is kept; `read` gives the answer to merged.rq.

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
