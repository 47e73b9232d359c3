"""What the store keeps and says of documents and generations: frozen records and no behaviour.

They are apart because ingest makes them (Deposit, Refusal) and server and CLI read them (the others).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

SHA16 = 16  # hex digits of a SHA-256 that number a source (design, section 3)

Status = Literal["live", "replaced", "withdrawn"]


@dataclass(frozen=True)
class Deposit:
    """One accepted document: its bytes and everything that was read from it.

    `source_triples` and `report_triples` are N-Triples without blank nodes for graph/source/{sha16} and
    graph/report/{sha16}; `projects` maps project IRI to zh label; `filings` are IRIs.
    """

    sha256: str
    file_name: str
    media_type: str
    content: bytes = field(repr=False)
    rendition: dict[str, Any] = field(repr=False)
    ledger: dict[str, Any] = field(repr=False)
    source_triples: bytes = field(repr=False)
    report_triples: bytes = field(repr=False)
    projects: Mapping[str, str]
    filings: frozenset[str]

    @property
    def sha16(self) -> str:
        """The source's number."""
        return self.sha256[:SHA16]


@dataclass(frozen=True)
class Refusal:
    """One document that was kept out: why (a sentence each), and its validation report in Turtle (may be empty)."""

    sha256: str
    file_name: str
    reasons: tuple[str, ...]
    report_turtle: str


@dataclass(frozen=True)
class SourceRecord:
    """One source the store has or had. Times are ISO 8601, UTC; `size` is in bytes.

    `ended` is when it was replaced or withdrawn; `replaced_by` and `replaces` hold sha16s; `reason` is a steward's.
    """

    sha256: str
    file_name: str
    media_type: str
    size: int
    status: Status
    added: str
    projects: Mapping[str, str]
    filings: tuple[str, ...]
    replaces: tuple[str, ...] = ()
    ended: str | None = None
    replaced_by: str | None = None
    reason: str | None = None

    @property
    def sha16(self) -> str:
        """The source's number."""
        return self.sha256[:SHA16]

    @property
    def live(self) -> bool:
        """Whether its triples are in the generation."""
        return self.status == "live"


@dataclass(frozen=True)
class Added:
    """The deposit stands beside what was there."""

    sha16: str


@dataclass(frozen=True)
class Replaced:
    """The deposit took the place of `replaced`."""

    sha16: str
    replaced: tuple[SourceRecord, ...]


@dataclass(frozen=True)
class Unchanged:
    """The very same file is live already: nothing was done."""

    sha16: str


@dataclass(frozen=True)
class Counts:
    """How much a generation holds. `quads` counts the default and the named graphs; `sources` the live ones."""

    quads: int
    sources: int
    filings: int
    projects: int
    indicators: int
    citations: int
    legal_bases: int
    departments: int


@dataclass(frozen=True)
class Manifest:
    """The description of one generation.

    `checksum` is `sha256:` and the digest of the sorted N-Quads of the whole dataset, so
    `jixiao export --format nq | sha256sum` gives the same; `created` is ISO 8601, UTC; `software` is jixiao's version.
    """

    generation: int
    version: str
    base_iri: str
    created: str
    software: str
    counts: Counts
    checksum: str
    previous: int | None


@dataclass(frozen=True)
class ClassUse:
    """How many things the default graph says to be of a class, the first of them by IRI, and the triples about them.

    The first one below the store's base IRI, if there is one.
    """

    entities: int
    example: str
    triples: int = 0


@dataclass(frozen=True)
class PropertyUse:
    """The triples of the default graph with a property, their distinct subjects and objects, the first subject.

    The first one below the store's base IRI, if there is one.
    """

    triples: int
    subjects: int
    objects: int
    example: str


@dataclass(frozen=True)
class Statistics:
    """What the default graph holds, counted once when the generation is made; classes and properties by IRI.

    Years are the smallest and the largest jx:year, None where no project has one.
    """

    triples: int
    subjects: int
    objects: int
    classes: Mapping[str, ClassUse]
    properties: Mapping[str, PropertyUse]
    first_year: int | None
    last_year: int | None


@dataclass(frozen=True)
class Dump:
    """A file with the whole of a generation. Sizes in bytes; the digests are SHA-256 in hex.

    `size` and `sha256` are those of the packed file, `content_…` those of the RDF in it.
    """

    name: str
    media_type: str
    size: int
    sha256: str
    content_size: int
    content_sha256: str


Event = Literal["decided", "changed", "undone", "withdrawn", "replaced", "restored"]


@dataclass(frozen=True)
class LogEntry:
    """What happened to a decision or a source, in which generation; `at` is ISO 8601, UTC.

    `subject` is the decision's or the source's IRI; `name` the source's file or the decision's class, and `statement`
    all that the decision said, in Turtle; `by` and `reason` are a steward's; `replaced_by` is a sha16.
    """

    at: str
    generation: int
    event: Event
    subject: str
    name: str
    reason: str | None = None
    by: str | None = None
    replaced_by: str | None = None
    statement: str | None = None
