"""Where deposits wait for the commit: on disk, in the writer's scratch directory, so a batch may be larger than memory.

A deposit in; its triples and, once the commit moves them, its bytes, rendition and ledger out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyoxigraph import BlankNode, RdfFormat, Triple, parse

from jixiao.store import files
from jixiao.store.errors import DepositError
from jixiao.store.files import Layout
from jixiao.store.records import Deposit


@dataclass(frozen=True)
class Spool:
    """Deposits set aside in `aside` for the store at `layout`. Any method may raise OSError."""

    layout: Layout
    aside: Layout

    def keep(self, deposit: Deposit) -> None:
        """Writes all parts of a deposit aside."""
        files.write(self.aside.source(deposit.sha256), deposit.content)
        files.write(self.aside.rendition(deposit.sha256), _json(deposit.rendition))
        files.write(self.aside.ledger(deposit.sha256), _json(deposit.ledger))
        self._source_triples(deposit.sha256).parent.mkdir(exist_ok=True)
        # Read back by this very process, so no crash matters.
        self._source_triples(deposit.sha256).write_bytes(deposit.source_triples)
        self._report_triples(deposit.sha256).write_bytes(deposit.report_triples)

    def place(self, sha256: str) -> None:
        """Moves bytes, rendition and ledger to where the store keeps them."""
        files.move(self.aside.source(sha256), self.layout.source(sha256))
        files.move(self.aside.rendition(sha256), self.layout.rendition(sha256))
        files.move(self.aside.ledger(sha256), self.layout.ledger(sha256))

    def source_triples(self, sha256: str) -> Iterator[Triple]:
        """What the document says. Raises DepositError at a blank node or a line that is no triple."""
        return _triples(self._source_triples(sha256))

    def report_triples(self, sha256: str) -> Iterator[Triple]:
        """What was found wrong with it. Raises DepositError as above."""
        return _triples(self._report_triples(sha256))

    def _source_triples(self, sha256: str) -> Path:
        return self.aside.root / "triples" / f"{sha256}.source.nt"

    def _report_triples(self, sha256: str) -> Path:
        return self.aside.root / "triples" / f"{sha256}.report.nt"


def _triples(path: Path) -> Iterator[Triple]:
    try:
        for quad in parse(path=path, format=RdfFormat.N_TRIPLES):
            # In the merge, equal labels of two documents would become one node.
            if isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode):
                raise DepositError(f"a blank node in {path.name}: {quad}")
            yield quad.triple
    except SyntaxError as cause:
        raise DepositError(f"no N-Triples in {path.name}: {cause}") from cause


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode()
