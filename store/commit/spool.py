"""Keep deposits in the writer's scratch directory until the commit, so that a batch may be larger than memory."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyoxigraph import BlankNode, RdfFormat, Triple, parse

from jixiao.store import files
from jixiao.store.errors import DepositError
from jixiao.store.files import Layout
from jixiao.store.records import Deposit, SourceRecord

_ONCE = (Layout.source, Layout.recognition)  # paths of files that stay the same when a source is read again


@dataclass(frozen=True)
class Spool:
    """Deposits kept in the scratch directory `aside` until the commit. Any method may raise OSError."""

    layout: Layout
    aside: Layout

    def keep(self, deposit: Deposit, *, original: bool = True) -> None:
        """Write a deposit to the scratch directory, without the document's bytes unless `original`."""
        kept = {
            self.aside.rendition(deposit.sha256): as_json(deposit.rendition),
            self.aside.ledger(deposit.sha256): as_json(deposit.ledger),
            self._triples(deposit.sha256, "source"): deposit.source_triples,
            self._triples(deposit.sha256, "report"): deposit.report_triples,
        }
        if original:
            kept[self.aside.source(deposit.sha256)] = deposit.content
        if deposit.recognition is not None:
            kept[self.aside.recognition(deposit.sha256)] = deposit.recognition
        for path, content in kept.items():
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)  # not synced: a crash before `place` discards the batch anyway

    def place(self, records: Iterable[SourceRecord]) -> None:
        """Move the files of the deposits to their places in the store, and make them durable."""
        moves = []
        for record in records:
            sha256, revision = record.sha256, record.revision
            once = ((place(self.aside, sha256), place(self.layout, sha256)) for place in _ONCE)
            moves += [(waiting, kept) for waiting, kept in once if waiting.exists()]
            moves.append((self.aside.rendition(sha256), self.layout.rendition(sha256, revision)))
            moves.append((self.aside.ledger(sha256), self.layout.ledger(sha256, revision)))
        files.move_all(moves)

    def discard(self, record: SourceRecord) -> None:
        """Remove the rendition and the ledger that a new reading has superseded."""
        self.layout.rendition(record.sha256, record.revision).unlink(missing_ok=True)
        self.layout.ledger(record.sha256, record.revision).unlink(missing_ok=True)

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
            subject = None if blank_subjects or not may_be_blank else quad.subject
            if may_be_blank and (isinstance(subject, BlankNode) or isinstance(quad.object, BlankNode)):
                raise DepositError(f"a blank node in {name}: {quad}")
            yield quad.triple
    except SyntaxError as cause:
        raise DepositError(f"no N-Triples in {name}: {cause}") from cause


def as_json(value: dict[str, Any] | bytes) -> bytes:
    """Return a rendition or ledger as JSON in UTF-8; bytes are JSON already and returned unchanged."""
    return value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False, sort_keys=True).encode()
