"""Keep deposits until the commit, and the readings of an ingestion that was not committed.

Deposits are kept in the writer's scratch directory, so that a batch may be larger than memory. Readings are kept so
that a killed ingestion continues where it stopped; they are bytes in a format of ingest's. A reading is kept as soon as
it is made, under the SHA-256 of its file and the version of the rules by which it was read, and removed after the
commit that stores it. Readings that were never committed are removed after a week; no reading is kept while less than a
tenth of the disk is free.
"""

import hashlib
import json
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyoxigraph import BlankNode, RdfFormat, Triple, parse

from jixiao.store import errors, files
from jixiao.store.records import Deposit, SourceRecord

_LONGEST = 7 * 24 * 3600  # seconds
_FREE_SHARE = 1 / 10
_DIGEST = hashlib.sha256().digest_size
_ONCE = (files.Layout.source, files.Layout.recognition)  # paths of files that stay the same when a source is read again


@dataclass(frozen=True)
class Spool:
    """Deposits kept in the scratch directory `aside` until the commit. Any method may raise OSError."""

    layout: files.Layout
    aside: files.Layout

    def keep(self, deposit: Deposit, *, original: bool = True) -> None:
        """Write a deposit to the scratch directory, without the document's bytes unless `original`."""
        kept = {
            self.aside.rendition(deposit.sha256): as_json(deposit.rendition),
            self.aside.ledger(deposit.sha256): as_json(deposit.ledger),
            self._triples(deposit.sha256, "source"): deposit.source_triples,
            self._triples(deposit.sha256, "report"): deposit.report_triples,
            self.aside.source(deposit.sha256): deposit.content if original else None,
            self.aside.recognition(deposit.sha256): deposit.recognition,
        }
        for path, content in kept.items():
            if content is not None:
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(content)  # not synced: a crash before `place` discards the batch anyway

    def place(self, records: Iterable[SourceRecord]) -> None:
        """Move the files of the deposits to their places in the store, and make them durable."""
        moves = []
        for record in records:
            sha256, revision = record.sha256, record.revision
            moves += [
                *(
                    (place(self.aside, sha256), place(self.layout, sha256))
                    for place in _ONCE
                    if place(self.aside, sha256).exists()
                ),
                (self.aside.rendition(sha256), self.layout.rendition(sha256, revision)),
                (self.aside.ledger(sha256), self.layout.ledger(sha256, revision)),
            ]
        files.move_all(moves)

    def triples(self, sha256: str, part: str) -> Iterator[Triple]:
        """Read the triples of a document (`part` is source) or of its report (report). Raises DepositError."""
        path = self._triples(sha256, part)
        return triples(path.read_bytes(), path.name)

    def _triples(self, sha256: str, part: str) -> Path:
        return self.aside.root / "triples" / f"{sha256}.{part}.nt"


def triples(content: bytes, name: str, *, blank_subjects: bool = False) -> Iterator[Triple]:
    """Parse N-Triples. Raises DepositError, with their `name`, at a blank node or a line that is not a triple.

    With `blank_subjects`, only an object must not be a blank node.
    """
    may_be_blank = b"_:" in content  # false for most files, whose triples need not be examined one by one
    try:
        for quad in parse(content, RdfFormat.N_TRIPLES):
            # Blank nodes of two documents with equal labels would become one node in the merge.
            if may_be_blank and (
                isinstance(quad.object, BlankNode) or (isinstance(quad.subject, BlankNode) and not blank_subjects)
            ):
                raise errors.DepositError(f"a blank node in {name}: {quad}")
            yield quad.triple
    except SyntaxError as cause:
        raise errors.DepositError(f"no N-Triples in {name}: {cause}") from cause


def as_json(value: dict[str, Any] | bytes) -> bytes:
    """Return a rendition or ledger as JSON in UTF-8; bytes are JSON already and returned unchanged."""
    return value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False, sort_keys=True).encode()


class Waiting:
    """Readings of an uncommitted ingestion, made with one version of the rules.

    They are kept in a directory named after this version (`rules`).
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
