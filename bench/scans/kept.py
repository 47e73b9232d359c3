"""Keep what a measurement makes: printed files, and recognitions while the recognising code stays unchanged."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from bench.scans.paper import printed
from jixiao.ingest import recognition, scan
from jixiao.ingest.document import read_documents
from jixiao.ingest.reading import Reading

BASE = "http://localhost:8000/"


class Kept(NamedTuple):
    """A folder that outlasts a run; None keeps nothing."""

    folder: Path | None = None

    def printed(self, file: Path, printer: str) -> bytes:
        """Return a file as a PDF with text; a PDF is taken as it is."""
        content = file.read_bytes()
        if content.startswith(b"%PDF"):
            return content
        return self._kept(f"{printer}-{_short(content)}.pdf", lambda: printed([file], printer)[file])

    def read(self, content: bytes) -> Reading:
        """Return the reading of a scan. The CPU seconds of a reading whose recognition was kept are without it."""
        path = self.folder and self.folder / f"{_short(content)}-{_code()}.json"
        if path and path.exists():
            [reading] = read_documents([(content, "scan.pdf", path.read_bytes())], BASE)
        else:
            [reading] = read_documents([(content, "scan.pdf")], BASE)
            if path and reading.recognition:
                path.write_bytes(reading.recognition)
        return reading

    def _kept(self, name: str, make: Callable[[], bytes]) -> bytes:
        if self.folder is None:
            return make()
        path = self.folder / name
        if not path.exists():
            path.write_bytes(make())
        return path.read_bytes()


def _code() -> str:
    """Return a mark of the code and data that recognise pictures."""
    folders = (Path(package.__path__[0]) for package in (scan, recognition))
    paths = sorted(path for folder in folders for path in folder.rglob("*.*") if path.suffix in {".py", ".toml"})
    return _short(b"".join(path.read_bytes() for path in paths))


def _short(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
