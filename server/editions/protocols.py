"""Protocols of a store that can be served: a directory (jixiao.store.Store) or a SPARQL endpoint (remote/store.py)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from jixiao.store import Dump, LogEntry, Manifest, Publisher, Refusal, Release, SourceRecord, Statistics
from jixiao.store.description.dcat import Described
from jixiao.store.index.index import Index


class Edition(Protocol):
    """One state of the dataset."""

    @property
    def version(self) -> str:
        """The name that papers cite."""

    @property
    def manifest(self) -> Manifest:
        """Counts, checksum and dates."""

    @property
    def sources(self) -> Mapping[str, SourceRecord]:
        """Every source, live or not, by sha16."""

    @property
    def graph_directory(self) -> str:
        """The directory that workers open the graph from; without meaning for an endpoint."""

    @property
    def index(self) -> Index | None:
        """The index for search and names; None for an endpoint, and for a generation older than the index."""

    @property
    def number(self) -> int:
        """The state's number, 1 for the first; 0 for an endpoint."""

    @property
    def statistics(self) -> Statistics | None:
        """The counts made with the state, or None if there are none. Raises StoreUnusableError."""

    def members(self, class_iri: str, start: int, count: int) -> list[str] | None:
        """Return a page of the sorted IRIs of a class, or None if no list is kept and a query is needed.

        Raises StoreUnusableError.
        """

    def member_count(self, class_iri: str) -> int | None:
        """Return the number of members, or None as members() does. Raises StoreUnusableError."""


class Version(Described, Protocol):
    """One version of the dataset, the current one or an earlier one. Reading its files raises StoreUnusableError."""

    @property
    def version(self) -> str:
        """The name that papers cite."""

    @property
    def dumped(self) -> tuple[Dump, ...] | None:
        """The files that were made, kept or not; None before they were made."""

    @property
    def changed(self) -> datetime:
        """The time when the version was made or, if later, when its files last changed."""


class Publication(Protocol):
    """The dataset that is served. Safe to share between threads; no method waits for a network."""

    @property
    def base_iri(self) -> str:
        """The base IRI, with its final slash."""

    def current(self) -> Edition | None:
        """Return the state to answer from, or None before the first."""

    def settled(self) -> Edition | None:
        """Return the state that current() would if that takes no time, otherwise None."""

    def sources(self) -> tuple[SourceRecord, ...]:
        """Return all sources, by file name."""

    def source(self, sha16: str) -> SourceRecord:
        """Return one source. Raises SourceMissingError."""

    def rendition(self, sha16: str) -> dict[str, Any]:
        """Return a source's numbered lines, none if the store lacks its text.

        Raises SourceMissingError, StoreUnusableError.
        """

    def ledger(self, sha16: str) -> dict[str, Any]:
        """Return the use made of each line. Raises SourceMissingError, StoreUnusableError."""

    def recognition(self, sha16: str) -> bytes | None:
        """Return what was recognised in a source's pictures, which names persons. Raises SourceMissingError."""

    def original(self, sha16: str) -> Path:
        """Return the path of the file as received. Raises SourceMissingError."""

    def refusals(self) -> tuple[Refusal, ...]:
        """Return the documents that were refused. Raises StoreUnusableError."""

    def log(self) -> tuple[LogEntry, ...]:
        """Return the actions of stewards, oldest first. Raises StoreUnusableError."""

    def publisher(self) -> Publisher:
        """Return the publisher's current description of the dataset."""

    def versions(self) -> tuple[Version, ...]:
        """Return the versions that are still known, newest first. Raises StoreUnusableError."""

    def version(self, version: str) -> Version | None:
        """Return the version of that name, or None if unknown. Raises StoreUnusableError."""

    def releases(self) -> Mapping[str, Release]:
        """Return the releases by version. Raises StoreUnusableError."""

    def dump(self, version: str, name: str) -> Path | None:
        """Return the path of a file of a version, or None if the store lacks it. Raises StoreUnusableError."""
