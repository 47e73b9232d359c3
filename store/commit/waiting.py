"""Keep the readings of an ingestion that was not committed, so that it continues where it was killed.

Readings are bytes in a format of ingest's. A reading is kept as soon as it is made, under the SHA-256 of its file and
the version of the rules by which it was read, and removed after the commit that stores it. Readings that were never
committed are removed after a week; no reading is kept while less than a tenth of the disk is free.
"""

import hashlib
import shutil
import time
from contextlib import suppress
from pathlib import Path

from jixiao.store import files

_LONGEST = 7 * 24 * 3600  # seconds
_FREE_SHARE = 1 / 10
_DIGEST = hashlib.sha256().digest_size


class Waiting:
    """Kept readings of an uncommitted ingestion, made with the version of the rules that `rules` names.

    The readings are in a directory named after this version.
    """

    def __init__(self, layout: files.Layout, rules: str) -> None:
        self._layout = layout
        self._folder = layout.waiting / rules
        self._used: list[Path] = []

    def take(self, sha256: str) -> bytes | None:
        """Return the reading of a file; None if there is none, or if a power failure damaged it."""
        path = self._folder / sha256
        try:
            content = path.read_bytes()
        except OSError:
            return None
        self._used.append(path)
        digest, reading = content[:_DIGEST], content[_DIGEST:]
        return reading if hashlib.sha256(reading).digest() == digest else None

    def keep(self, sha256: str, reading: bytes) -> None:
        """Keep the reading of a file. Raises StoreUnusableError if the disk fails."""
        path = self._folder / sha256
        with files.writable(self._layout):
            self._folder.mkdir(parents=True, exist_ok=True)
            space = shutil.disk_usage(self._folder)
            if space.free < space.total * _FREE_SHARE:
                return
            # Not synced: a killed process loses nothing, and the digest shows if a power failure damaged the file.
            path.write_bytes(hashlib.sha256(reading).digest() + reading)
        self._used.append(path)

    def clear(self) -> None:
        """Remove the readings that were taken or kept, and old ones. Raises StoreUnusableError if the disk fails."""
        with files.writable(self._layout):
            oldest = time.time() - _LONGEST
            old = (path for path in self._layout.waiting.glob("*/*") if path.stat().st_mtime < oldest)
            for path in (*self._used, *old):
                path.unlink(missing_ok=True)
            self._used = []
            for folder in (*self._layout.waiting.glob("*"), self._layout.waiting):
                with suppress(OSError):  # the folder is not empty, or does not exist
                    folder.rmdir()
