"""Records of documents and generations: ingest makes Deposit and Refusal, the server and the CLI read the others."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from jixiao.ontology import identity

DERIVATION = 4
"""The version of the rules that derive facts. Raise it if they change: the next commit then derives all facts again."""

SHA16 = 16  # hex digits of a SHA-256 in the number of a source (docs/design.md, "Identity")

Status = Literal["live", "replaced", "withdrawn"]


@dataclass(frozen=True)
class Header:
    """The content of `store.json`: the format of a store's directory, and the base IRI."""

    format: int
    base_iri: str


@dataclass(frozen=True)
class File:
    """A file as received: the SHA-256 of its bytes, its name and its media type."""

    sha256: str
    file_name: str
    media_type: str

    @property
    def sha16(self) -> str:
        """Return the source's number: the first 16 hex digits of the SHA-256."""
        return self.sha256[:SHA16]


@dataclass(frozen=True)
class Contents:
    """The projects, self-evaluations and filings of a document, by which the store tells sources apart.

    `projects` and `evaluations` map IRIs to zh labels, "" without a name; `filings` are IRIs, sorted like the others.
    `partial` are the projects and evaluations that were read in part, `borrowed` those whose name is found only in a
    heading or title, because their form has none. `alike` maps both to what identifies them as printed
    (identity.alike), and `figures` evaluations to digests of their figures, by which drafts are told from final ones.
    """

    projects: Mapping[str, str]
    filings: tuple[str, ...]
    partial: tuple[str, ...] = ()
    borrowed: tuple[str, ...] = ()
    alike: Mapping[str, str] = field(default_factory=dict)
    evaluations: Mapping[str, str] = field(default_factory=dict)
    figures: Mapping[str, str] = field(default_factory=dict)

    @property
    def forms(self) -> Mapping[str, str]:
        """Return the labels of projects and evaluations, by IRI."""
        return {**self.projects, **self.evaluations}


@dataclass(frozen=True)
class Deposit(File):
    """An accepted document: its bytes and all results of reading it.

    `rendition` and `ledger` may be given as the JSON that the store keeps, in UTF-8. `source_triples` and
    `report_triples` are N-Triples without blank nodes for graph/source/{sha16} and graph/report/{sha16}. `reading` is
    the version of the rules by which the document was read. `recognition` is the text recognised in the document's
    pictures, as JSON in a format of ingest's; it is kept, so that pictures are recognised only once.
    """

    content: bytes = field(repr=False)
    rendition: dict[str, Any] | bytes = field(repr=False)
    ledger: dict[str, Any] | bytes = field(repr=False)
    source_triples: bytes = field(repr=False)
    report_triples: bytes = field(repr=False)
    contents: Contents
    reading: int = 0
    recognition: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Origin:
    """An address (http or https, without secrets) at which a file was found; `retrieved` is ISO 8601.

    `archived_at` is the IRI of the record of a web archive that holds the file as it was found.
    """

    address: str
    retrieved: str | None = None
    publisher: str | None = None
    linked_from: str | None = None
    archived_at: str | None = None


@dataclass(frozen=True)
class Refusal:
    """A refused document: the reasons, a sentence each, and its validation report in Turtle, which may be empty.

    `bodies` are the names of the filing bodies, as far as they could be read. `recognition` is the SHA-256 of the text
    recognised in a scan that is kept to be transcribed; None for other documents, and if an older jixiao kept it.
    `folder` is the file's folder, relative to the innermost folder that holds all files given together with it.
    """

    sha256: str
    file_name: str
    reasons: tuple[str, ...]
    report_turtle: str
    bodies: tuple[str, ...] = ()
    recognition: str | None = None
    folder: str = ""


@dataclass(frozen=True, kw_only=True)
class SourceRecord(Contents, File):
    """A source that the store has or had, with its contents. Times are ISO 8601, UTC; `size` is in bytes.

    `ended` is the time of replacement or withdrawal; `replaced_by` and `replaces` hold sha16s; `reason` is a steward's.
    `reading` is copied from the deposit, and `sums` has the SHA-256 of its rendition, ledger and recognition; `unsure`
    maps the projects with a borrowed name and an amount to their filings; `revision` counts how often the source was
    read again. `origins` are sorted by address. `apart` are the evaluations of the source whose IRIs in the graph end
    with the source's number, since another live source states them with other figures (identity.told_apart).
    """

    size: int
    status: Status
    added: str
    replaces: tuple[str, ...] = ()
    ended: str | None = None
    replaced_by: str | None = None
    reason: str | None = None
    unsure: Mapping[str, str] = field(default_factory=dict)
    reading: int = 0
    revision: int = 0
    origins: tuple[Origin, ...] = ()
    sums: Mapping[str, str] = field(default_factory=dict)
    apart: tuple[str, ...] = ()

    def iri_of(self, evaluation: str) -> str:
        """Return the IRI that one of the source's evaluations (as in `evaluations`) has in its graphs."""
        return identity.told_apart(evaluation, self.sha16) if evaluation in self.apart else evaluation

    @property
    def live(self) -> bool:
        """Return whether the source's triples are in the generation."""
        return self.status == "live"


@dataclass(frozen=True)
class Added:
    """The outcome of adding a deposit: added beside the existing sources, or in place of those in `replaced`.

    If `unchanged`, a file of the same content is live already, and nothing was done. `disagreeing` are the sources that
    state evaluations of the deposit with other figures, and stay.
    """

    sha16: str
    replaced: tuple[SourceRecord, ...] = ()
    unchanged: bool = False
    disagreeing: tuple[SourceRecord, ...] = ()


@dataclass(frozen=True)
class Counts:
    """Counts of a generation.

    `quads` counts those of the default and the named graphs, `sources` the live sources, and each other field the
    things of a class in the default graph.
    """

    quads: int
    sources: int
    filings: int
    projects: int
    indicators: int
    citations: int
    legal_bases: int
    departments: int
    evaluations: int = 0


@dataclass(frozen=True)
class Manifest:
    """The description of one generation.

    `checksum` is the checksum of the named graphs, such as `lthash-sha256:0a…` (store/versions/nquads.py); in a version
    made before there was one, `sha256:` and the digest of the sorted N-Quads of the whole dataset. `created` is ISO
    8601, UTC; `software` is jixiao's version; `derivation` is the version of the rules by which the default graph's own
    facts were derived, 0 in an old store; `vocabulary` is the digest of the ontology (store/commit/upcoming.py), empty
    in an old store.
    """

    generation: int
    version: str
    base_iri: str
    created: str
    software: str
    counts: Counts
    checksum: str
    previous: int | None
    derivation: int = 0
    vocabulary: str = ""


@dataclass(frozen=True)
class ClassUse:
    """The number of things of a class in the default graph, one of them, and the number of triples about them.

    The example is the IRI that sorts first, if possible among those below the store's base IRI.
    """

    entities: int
    example: str
    triples: int = 0


@dataclass(frozen=True)
class PropertyUse:
    """The numbers of triples with a property in the default graph and of their distinct subjects and objects.

    `example` is the subject whose IRI sorts first, if possible among those below the store's base IRI.
    """

    triples: int
    subjects: int
    objects: int
    example: str


@dataclass(frozen=True)
class Statistics:
    """Statistics of the default graph, counted when the generation is made; classes and properties by IRI.

    Years are the smallest and the largest jx:year, or None if no project has a year.
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
    """A file with the data of a generation. Sizes are in bytes; digests are SHA-256 in hex.

    `size` and `sha256` describe the compressed file, `content_…` the RDF in it.
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
    """An event of a decision or a source in a generation; `at` is its time (ISO 8601, UTC).

    `subject` is the IRI of the decision or source; `name` is the source's file name or the decision's class, and
    `statement` is the whole decision in Turtle. `by` is the steward's name and `reason` the steward's reason, if given;
    `replaced_by` is the sha16 of a replaced source's successor.
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
