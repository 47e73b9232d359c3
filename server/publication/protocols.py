"""What the server needs of a store besides the graph itself: types only.

A directory on this machine (jixiao.store.Store) is one, and so is a SPARQL endpoint elsewhere (remote_store.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from jixiao.store import LogEntry, Manifest, Publisher, Refusal, SourceRecord, Statistics
from jixiao.store.description.edition import Described


class Edition(Protocol):
    """One state of the dataset; `graph_directory` means nothing where the graph is elsewhere."""

    @property
    def version(self) -> str:
        """What a paper cites."""

    @property
    def manifest(self) -> Manifest:
        """Counts, checksum and dates."""

    @property
    def sources(self) -> Mapping[str, SourceRecord]:
        """Every source, live or not, by sha16."""

    @property
    def graph_directory(self) -> str:
        """Where a worker opens the graph."""

    @property
    def number(self) -> int:
        """1 for the first."""

    @property
    def statistics(self) -> Statistics | None:
        """What was counted when it was made, None where nobody counted. Raises StoreUnusableError."""

    def members(self, class_iri: str, start: int, count: int) -> list[str] | None:
        """A page of the IRIs of a class, sorted; None where there is no list and a query must tell."""

    def member_count(self, class_iri: str) -> int | None:
        """How many there are, None as above. Both raise StoreUnusableError."""


class Version(Described, Protocol):
    """One version of the dataset, the current one or an earlier one. Whatever is read raises StoreUnusableError."""

    @property
    def version(self) -> str:
        """What a paper cites."""


class Publication(Protocol):
    """What is served. Safe to share between threads; nothing here waits for a network."""

    @property
    def base_iri(self) -> str:
        """With its final slash."""

    def current(self) -> Edition | None:
        """What to answer from now, None before the first."""

    def settled(self) -> Edition | None:
        """The same if that takes no time, else None."""

    def sources(self) -> tuple[SourceRecord, ...]:
        """All sources, by file name."""

    def source(self, sha16: str) -> SourceRecord:
        """One source. Raises SourceMissingError."""

    def rendition(self, sha16: str) -> dict[str, Any]:
        """A source's numbered lines, none where its text is not here. Raises SourceMissingError, StoreUnusableError."""

    def ledger(self, sha16: str) -> dict[str, Any]:
        """What became of each line. Raises SourceMissingError, StoreUnusableError."""

    def original(self, sha16: str) -> Path:
        """The file as received. Raises SourceMissingError."""

    def refusals(self) -> tuple[Refusal, ...]:
        """What was kept out. Raises StoreUnusableError."""

    def log(self) -> tuple[LogEntry, ...]:
        """What stewards did, oldest first. Raises StoreUnusableError."""

    def publisher(self) -> Publisher:
        """What the publisher says of the dataset now."""

    def versions(self) -> tuple[Version, ...]:
        """The versions that are still known, newest first. Raises StoreUnusableError."""

    def version(self, version: str) -> Version | None:
        """The one of that name, None where none is known. Raises StoreUnusableError."""

    def dump(self, version: str, name: str) -> Path | None:
        """A file of a version, None where it is not here. Raises StoreUnusableError."""
