"""The store: deposits and refusals from ingest become generations that the server and the command line read.

A *generation* is one immutable state of the dataset; its number is the version that papers cite. A *source* is a
document that was accepted; its *sha16* is the first 16 hex digits of the SHA-256 of its bytes. A source is *live* until
another one replaces it or it is withdrawn. Each live source has a named graph of its statements and one of its report,
and one of its *origins*, the addresses at which it was found, if these were given; the *default graph* is their merge,
to which a *steward's* decisions (in the *registry*) are applied. Modules and folders, in the order of a commit:

store.py        a store's directory, opened for readers and for its single writer (lock.py)
commit/         changes collected and applied to the graph, and the next generation built; changes.py records the quads
decisions/      a steward's decisions, and their log
generations.py  generations, opened and cleared; files.py lays out the directory, sums.py has the checksums of files
index/          the index of a generation, for search, filters and sums; named_nodes.py finds nodes without it
tables/         tables of a generation: rows of plain queries, made anew for the units that a commit touched
timeline.py     lists of sources, members, titles and log entries, of all generations
versions/       the lasting record of a version: statistics, dumps, checksum; export.py writes one version
description/    the dataset described in DCAT and VoID
refusals.py     refused documents
maintenance/    the store checked and cleared; rebuilding.py mends what is damaged

records.py has the types, errors.py the errors, bounded_cache.py a cache and idle.py connections for all of these.
Reading a filing belongs in `ingest`, and answering people in `server`. The directory:

store.json            version of this layout, base IRI
current               names the generation to read, with line ends by which a changed digit is found
registry.ttl          a steward's decisions, applied to each generation
dataset.toml          the publisher's description of the dataset; optional
timeline.sqlite       rows of sources, lists, titles and the log, each with the generations in which it is valid
generations/000003/   graph/ (Oxigraph), index/ (SQLite, tables too), manifest.json, checksum.bin, statistics.json,
                      changes.gz, record.gz; later dump.nq.gz, dump.ttl.gz, dumps.json; an old one keeps manifest,
                      statistics, changes, record and dumps, and loses the index before the graph
SHA256SUMS            checksums of files of the directory, here and in each generation
sources/ renditions/ ledgers/   by SHA-256 of the file as received; the N-th new reading of a source has
                      renditions/{sha256}.N.json and ledgers/{sha256}.N.json
recognitions/         text recognised in pictures, by SHA-256 of the file; never served, as it has names of persons
waiting/              readings of an ingestion that was not committed yet
refused/              reports on refused documents; of refused scans also the bytes, which a steward may transcribe
lock                  held by the single writer
dumps.lock            held by the writer of dumps
releases.json         versions whose dumps stay; optional

A commit makes the next generation. What it compares has one word each:

last                  the generation that the commit follows; None at the first commit
start                 the generation whose graph the next one grows from: the last, or None for an empty graph
before, after         two states of a graph, of decisions or of a unit, which a function takes and compares
former, present       one thing's record, values or results in the last generation, and in the next one
outdated              the former records of the sources that change
arrived, offered      sources whose new reading waits in the spool, and those on which `settle` has yet to decide
old, new              a source that another one replaces, and the one that replaces it
applied               the decisions of the last generation
found, edited         the registry as its file has it, and as the batch has edited it
anew                  computed from nothing, and not from what the last generation has

Names below are those of a store that is open to be read. Batches, the index, export, checks and clearing are imported
from their modules, so that commands which need none of them start quickly.
"""

from jixiao.store.decisions.effects import Decision, Pictured, Subject, Term, Transcription
from jixiao.store.decisions.registry_file import (
    Check,
    Objection,
    Registry,
    ineffective,
    number_of,
    objections,
    read_statement,
    unapplied,
)
from jixiao.store.description.publisher import Publisher
from jixiao.store.errors import (
    BaseIriError,
    DecisionMissingError,
    DepositError,
    NoRoomError,
    OverlapError,
    PublisherError,
    RegistryError,
    SearchTooLongError,
    SourceMissingError,
    StoreDamagedError,
    StoreEmptyError,
    StoreError,
    StoreLockedError,
    StoreMissingError,
    StoreUnusableError,
    VersionMissingError,
    VersionUnusableError,
)
from jixiao.store.generations import Generation
from jixiao.store.records import (
    Added,
    Contents,
    Counts,
    Deposit,
    Dump,
    LogEntry,
    Manifest,
    Origin,
    Refusal,
    SourceRecord,
)
from jixiao.store.store import Store
from jixiao.store.versions.version_record import Release, VersionRecord

__all__ = [
    "Added",
    "BaseIriError",
    "Check",
    "Contents",
    "Counts",
    "Decision",
    "DecisionMissingError",
    "Deposit",
    "DepositError",
    "Dump",
    "Generation",
    "LogEntry",
    "Manifest",
    "NoRoomError",
    "Objection",
    "Origin",
    "OverlapError",
    "Pictured",
    "Publisher",
    "PublisherError",
    "Refusal",
    "Registry",
    "RegistryError",
    "Release",
    "SearchTooLongError",
    "SourceMissingError",
    "SourceRecord",
    "Store",
    "StoreDamagedError",
    "StoreEmptyError",
    "StoreError",
    "StoreLockedError",
    "StoreMissingError",
    "StoreUnusableError",
    "Subject",
    "Term",
    "Transcription",
    "VersionMissingError",
    "VersionRecord",
    "VersionUnusableError",
    "ineffective",
    "number_of",
    "objections",
    "read_statement",
    "unapplied",
]
