"""Look up things that a steward's decision has merged into others; the merges are read once per generation."""

import json
import threading
from collections.abc import Callable, Mapping


class Merges:
    """Cache of the merges in one generation, the last one asked for. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._version = ""
        self._merges: Mapping[str, str] = {}

    def of(self, version: str, read: Callable[[], bytes]) -> Mapping[str, str]:
        """Return a mapping from each merged thing's IRI to the IRI of the thing that it was merged into.

        `version` identifies the generation; `read` returns the JSON results of merged.rq. Raises the errors of `read`.
        """
        with self._lock:
            if self._version != version:
                rows = json.loads(read())["results"]["bindings"]
                self._merges = {row["merged"]["value"]: row["kept"]["value"] for row in rows}
                self._version = version
            return self._merges
