"""The timeline: a store's lists of sources, class members, titles and log entries, in the state of each generation.

All generations share one SQLite file. A *row* has a kind, a key and a value, and the numbers of the generations in
which it is valid: a commit begins new rows and ends others. *Lasting* rows, those of sources and of the log, are never
removed. A *moment* is the set of rows valid in one generation. Rows are made from the records of sources, and from the
default graph: the members of listed classes, and legal bases by the keys of their titles.

A writer changes a copy of the file, which then replaces the file, before the generation is published. Rows of a later
generation than the published one were left by a writer that was killed in between: readers do not see them, and the
next writer removes them.
"""

import errno
import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Set
from contextlib import closing, contextmanager, suppress
from functools import cache, cached_property, partial
from importlib.resources import files as resources
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from jixiao.ontology import identity, terms
from jixiao.store import files, sums
from jixiao.store.changes import Changes as GraphChanges
from jixiao.store.errors import StoreUnusableError, damaged
from jixiao.store.idle import Idle
from jixiao.store.records import SourceRecord

LASTING = ("source", "log")
"""Kinds of rows that are never removed, as the records of old versions need them; all others follow from the graph."""

OPEN = 1 << 62
"""The number that stands for the end of a row that is still valid."""

NEW = ".timeline.sqlite.new"
"""The name of the copy that replaces the file, in the list of checksums."""
_MANY = 50_000  # rows from which on sorting them first saves more than it costs
_LAST = "\U0010ffff"
_LASTING = "SELECT kind, key, since, value FROM row WHERE kind IN ('source', 'log')"
_UNDER = "FROM row WHERE kind = ? AND key BETWEEN ? AND ?"

Row = tuple[str, str, int, str]
"""Kind, key, the generation from which on the row is valid, and value."""

Changes = Mapping[tuple[str, str], str | None]
"""New values by kind and key; a value ends the row before it, and None ends a row without beginning another."""

SOURCE, PROJECT, FILING, UNSURE, ALIKE, READING = "source", "project", "filing", "unsure", "alike", "reading"
EVALUATION = "evaluation"
"""Kinds of rows: the record of each source; the live source of each project; the live sources of each evaluation; those
of each filing; the live sources with an amount under a borrowed name in each filing; the live sources of projects that
are alike (identity.alike); the live sources read by each version of the rules."""

CLASSES = tuple(identity.COLLECTIONS.values())
"""Classes whose members are listed. Replaced sources are in the graph but in no list."""

TITLE = "title"
"""The kind of the rows of titles, whose keys join the key of a title and the IRI of a legal basis."""

_TYPE, _TITLE = NamedNode(terms.RDF_type), NamedNode(terms.DCTERMS_title)
_LISTED = frozenset(map(NamedNode, CLASSES))

Keys = set[tuple[str, str]]


class Timeline:
    """The rows of one store. Safe to share between threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._idle = Idle(partial(_connected, path))
        self._file: files.Stamp | None = None  # the state of the file that the idle connections read
        self._compared: files.Stamp | None = None

    def rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Return the rows of a SELECT statement. Raises StoreUnusableError if the file is damaged or cannot be read.

        After each change of the file its checksum is compared first, see `own`.
        """
        stamp = files.stamp(self.path)
        if stamp is None or stamp != self._compared:
            if not self.own():
                raise damaged(self.path)
            self._compared = stamp
        return self._found(statement, *values)

    def enlist(self, *paths: Path) -> None:
        """Write the checksums of the file and of other `paths` to the list of the store's directory.

        May raise OSError.
        """
        sums.update(self.path.parent, self.path, *paths, stated={NEW: ""})

    def own(self, *, anew: bool = False) -> bool:
        """Return whether the file has the checksum that the store's directory lists.

        The checksum listed for the file's replacement counts as well: the replacement may just have taken its place. A
        file in no list, as an earlier jixiao left a large one, is accepted. With `anew`, a listed file is read again,
        and SQLite must find an unlisted one whole.
        """
        while True:
            listed = sums.read(self.path.parent)
            known = [sha256 for name in (self.path.name, NEW) if (sha256 := listed.get(name))]
            if any(sums.intact(self.path, sha256, anew=anew) for sha256 in known):
                return True
            if listed == sums.read(self.path.parent):  # otherwise a writer has just replaced the file
                return not known and self.path.is_file() and (not anew or self._is_whole())

    def _is_whole(self) -> bool:
        with suppress(StoreUnusableError):
            return self._found("PRAGMA integrity_check") == [("ok",)]
        return False

    def _found(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        stamp = files.stamp(self.path)
        if stamp is not None and stamp != self._file:
            self._idle, self._file = Idle(partial(_connected, self.path)), stamp
        try:
            with self._idle.lent() as connection:
                return connection.execute(statement, values).fetchall()
        except sqlite3.Error as cause:
            raise damaged(self.path) from cause

    def lasting(self, generation: int) -> list[Row]:
        """Return the rows of sources and of the log that begin in a generation or before. Raises StoreUnusableError."""
        if not self.own(anew=True):
            raise damaged(self.path)
        return self.rows(f"{_LASTING} AND since <= ?", generation)

    def legible(self) -> list[Row]:
        """Return the rows of sources and of the log that can still be read from a damaged file."""
        found: list[Row] = []
        with suppress(sqlite3.Error), closing(_connected(self.path)) as connection:
            connection.text_factory = lambda text: text.decode(errors="replace")
            found.extend(connection.execute(_LASTING))
        return found

    def renew(self, generation: int, lasting: Iterable[Row]) -> None:
        """Replace the file by one made of the rows `lasting`, in the state of a generation; keep the damaged file, too.

        Each of these rows holds until the next one of its kind and key begins, or else to the end. The damaged file
        gets the ending `.damaged`. May raise OSError.
        """
        if self.path.exists() and not os.access(self.path, os.R_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(self.path))  # it may well be whole
        with suppress(FileNotFoundError):
            self.path.replace(self.path.with_name(f"{self.path.name}.damaged"))
        with self._replacing() as connection:
            _prepare(connection, generation)
            connection.executemany(
                "INSERT OR IGNORE INTO row VALUES (?, ?, ?, ?, ?)",
                # Each row ends where the next one of its kind and key begins.
                (
                    (kind, key, since, later[2] if later[:2] == (kind, key) else OPEN, value)
                    for (kind, key, since, value), later in pairwise([*sorted(lasting), ("", "", 0, "")])
                ),
            )
        self.enlist()

    def write(self, generation: int, changes: Changes, kept: int) -> None:
        """Write the rows that a generation begins and ends.

        Rows that are valid neither in the generation `kept` nor later are removed, except lasting ones. May raise
        OSError.
        """
        begun = sorted(changes.items()) if len(changes) > _MANY else changes.items()
        with self._replacing() as connection:
            _prepare(connection, generation - 1)
            connection.executemany(
                "UPDATE row SET until = ? WHERE kind = ? AND key = ? AND until = ?",
                ((generation, kind, key, OPEN) for kind, key in changes),
            )
            connection.executemany(
                "INSERT INTO row VALUES (?, ?, ?, ?, ?)",
                ((kind, key, generation, OPEN, value) for (kind, key), value in begun if value is not None),
            )
            connection.execute("DELETE FROM row WHERE until <= ? AND kind NOT IN ('source', 'log')", (kept,))
            connection.execute("UPDATE written SET generation = ?", (generation,))

    def pack(self) -> None:
        """Return the free pages of the file to the disk. May raise OSError."""
        with self._replacing() as connection:
            connection.execute("VACUUM")
        self.enlist()

    @contextmanager
    def _replacing(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection to a copy of the file for the block, after which the copy replaces the file.

        The copy is listed first, so that the file is as listed whenever the process is killed. May raise OSError.
        """
        beside = self.path.with_name(NEW)
        files.remove(beside)
        try:
            if self.path.exists():
                shutil.copy(self.path, beside)
            with closing(sqlite3.connect(beside)) as connection, connection:
                connection.executescript(
                    "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;"
                )
                yield connection
            files.sync_path(beside)
            sums.update(self.path.parent, stated={NEW: sums.of(beside)})
            files.move(beside, self.path)
        except sqlite3.Error as cause:
            raise OSError(f"{self.path}: {cause}") from cause
        finally:
            beside.unlink(missing_ok=True)


def _prepare(connection: sqlite3.Connection, last: int) -> None:
    """Make the tables if there are none, and remove rows of generations after `last`, which a killed writer left."""
    connection.executescript(resources("jixiao.store").joinpath("timeline.sql").read_text(encoding="utf-8"))
    row = connection.execute("SELECT generation FROM written").fetchone()
    if row is None:
        connection.execute("INSERT INTO written VALUES (?)", (last,))
    elif row[0] > last:
        connection.execute("DELETE FROM row WHERE since > ?", (last,))
        connection.execute("UPDATE row SET until = ? WHERE until > ? AND until < ?", (OPEN, last, OPEN))


def _connected(path: Path) -> sqlite3.Connection:
    """Open a connection for reading. Raises sqlite3.Error if there is no file or its first row cannot be read."""
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False)
    try:
        connection.execute("SELECT 1 FROM row LIMIT 1")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


class Moment:
    """The rows that are valid in one generation. Safe to share between threads; methods raise StoreUnusableError."""

    def __init__(self, timeline: Timeline, generation: int) -> None:
        self.timeline = timeline
        self._generation = generation

    def get(self, kind: str, key: str) -> str | None:
        """Return the value of the row with this kind and key, or None."""
        rows = self._rows("SELECT value FROM row WHERE kind = ? AND key = ?", kind, key)
        return rows[0][0] if rows else None

    def under(self, kind: str, key: str) -> list[str]:
        """Return the second parts, sorted, of all keys that `joined` made with `key` as the first part."""
        first = joined(key, "")
        return sorted(
            found.removeprefix(first) for (found,) in self._rows(f"SELECT key {_UNDER}", kind, first, first + _LAST)
        )

    def all(self, kind: str) -> Iterator[tuple[str, str]]:
        """Yield all keys and values of a kind, sorted by key."""
        yield from self._rows("SELECT key, value FROM row WHERE kind = ?", kind, order="ORDER BY key")

    def containing(self, kind: str, text: str) -> list[tuple[str, str]]:
        """Return the keys and values of a kind whose values contain a text."""
        return self._rows("SELECT key, value FROM row WHERE kind = ? AND instr(value, ?)", kind, text)

    def keys(self, kind: str, start: int, count: int) -> list[str]:
        """Return at most `count` keys of a kind in code point order, from position `start`, counted from 0."""
        order = f"ORDER BY key LIMIT {max(count, 0)} OFFSET {max(start, 0)}"
        return [key for (key,) in self._rows("SELECT key FROM row WHERE kind = ?", kind, order=order)]

    def count(self, kind: str, key: str | None = None) -> int:
        """Count the keys of a kind: all, or those that `joined` made with `key` as the first part."""
        first = "" if key is None else joined(key, "")
        return int(self._rows(f"SELECT count(*) {_UNDER}", kind, first, first + _LAST)[0][0])

    def _rows(self, statement: str, *values: object, order: str = "") -> list[tuple[Any, ...]]:
        """Run a SELECT with a condition WHERE on the valid rows; `order` is appended to it."""
        valid = f"{statement} AND since <= ? AND until > ? {order}"
        return self.timeline.rows(valid, *values, self._generation, self._generation)


def joined(first: str, second: str) -> str:
    """Join two texts to one key by a tab, which no IRI, sha16 or key of a title contains."""
    return f"{first}\t{second}"


class Sources(Mapping[str, SourceRecord]):
    """All sources that a store has or had in a generation, by sha16. Raises StoreUnusableError when read."""

    def __init__(self, moment: Moment) -> None:
        self._moment = moment

    def __getitem__(self, sha16: str) -> SourceRecord:
        """Return the record of a source. Raises KeyError."""
        if "_every" in self.__dict__:
            return self._every[sha16]
        row = self._moment.get(SOURCE, sha16)
        if row is None:
            raise KeyError(sha16)
        return self._record(row)

    def __iter__(self) -> Iterator[str]:
        """Iterate over the sha16s, sorted."""
        return iter(self._every)

    def __len__(self) -> int:
        """Count the sources."""
        return len(self._every)

    def holding(self, kind: str, iri: str) -> list[str]:
        """Return the sha16s of the live sources that are listed under an IRI or key.

        `kind` says what is looked up: PROJECT, EVALUATION, FILING, UNSURE (a filing with an amount under a borrowed
        name) or ALIKE (a project as printed).
        """
        if kind == PROJECT:
            rows = self._moment.get(kind, iri)
            return [] if rows is None else [rows]
        return self._moment.under(kind, iri)

    def read_otherwise(self, reading: int) -> int:
        """Count the live sources that were read by another version of the rules than `reading`."""
        return self._moment.count(READING) - self._moment.count(READING, f"{reading}")

    @cached_property
    def withdrawn(self) -> list[SourceRecord]:
        """Return the withdrawn sources, found without reading the records of all others."""
        records = (self._record(text) for _, text in self._moment.containing(SOURCE, '"status":"withdrawn"'))
        return [record for record in records if record.status == "withdrawn"]

    @cached_property
    def _every(self) -> dict[str, SourceRecord]:
        return {sha16: self._record(text) for sha16, text in self._moment.all(SOURCE)}

    def _record(self, text: str) -> SourceRecord:
        try:
            return _record().validate_json(text)
        except ValidationError as cause:
            raise damaged(self._moment.timeline.path) from cause


def rows_of_sources(before: Iterable[SourceRecord], after: Iterable[SourceRecord]) -> Changes:
    """Return the changes of rows for sources that a commit changes.

    `before` has the former records of those that existed, `after` the new records of all.
    """
    present = list(after)
    return {
        **dict.fromkeys(row for record in before for row in _of_live(record)),
        **{(SOURCE, each.sha16): _record().dump_json(each, exclude_defaults=True).decode() for each in present},
        **{row: value for each in present for row, value in _of_live(each).items()},
    }


def _of_live(record: SourceRecord) -> dict[tuple[str, str], str | None]:
    """Return the rows by which a live source is found, by kind and key; none if the source is not live."""
    if not record.live:
        return {}
    return {
        **{(PROJECT, project): record.sha16 for project in record.projects},
        **{(EVALUATION, joined(each, record.sha16)): "" for each in record.evaluations},
        (READING, joined(f"{record.reading}", record.sha16)): "",
        **{(FILING, joined(filing, record.sha16)): "" for filing in record.filings},
        **{(UNSURE, joined(filing, record.sha16)): "" for filing in record.unsure.values()},
        **{(ALIKE, joined(same, record.sha16)): "" for same in record.alike.values()},
    }


def member(class_iri: str) -> str:
    """Return the kind of the rows of a class's members."""
    return f"member {class_iri.rpartition('#')[2]}"


def rows_of_change(before: Store, after: Store, changes: GraphChanges, was: Set[str], is_: Set[str]) -> Changes:
    """Return the rows that a small change begins or ends, from the graphs before and after it.

    `was` and `is_` are the IRIs of those changed sources that are live before and after.
    """
    things = {
        *(quad.subject for quad in changes.merged if quad.predicate in {_TYPE, _TITLE}),
        *map(NamedNode, was | is_),
    }
    return _difference(rows_about(before, things, was), rows_about(after, things, is_))


def rows_of_graph(graph: Store, live: Set[str], last: Moment | None) -> Changes:
    """Return the changes that make the rows of lists and titles those of `graph`, which was made from nothing.

    `live` are the IRIs of live sources. The rows of the moment `last` are compared; None stands for no rows.
    """
    things = {
        quad.subject
        for predicate, value in [(_TITLE, None), *((_TYPE, class_) for class_ in _LISTED)]
        for quad in graph.quads_for_pattern(None, predicate, value, DefaultGraph())
    }
    kinds = (TITLE, *map(member, CLASSES))
    stated = set() if last is None else {(kind, key) for kind in kinds for key, _ in last.all(kind)}
    return _difference(stated, rows_about(graph, things, live))


def _difference(before: Keys, after: Keys) -> Changes:
    """Return changes that end rows which are only in `before`, and begin those which are only in `after`."""
    return dict.fromkeys(before - after) | dict.fromkeys(after - before, "")


def rows_about(graph: Store, things: Iterable[object], live: Set[str]) -> Keys:
    """Return the timeline's rows for things of the graph, as pairs of kind and key.

    Only members of listed classes and legal bases with titles have rows. `live` are the IRIs of those things that are
    live sources.
    """
    keys: Keys = set()
    for thing in things:
        if isinstance(thing, NamedNode):
            classes = {quad.object for quad in graph.quads_for_pattern(thing, _TYPE, None, DefaultGraph())}
            listed = (
                each for each in _LISTED & classes if each != NamedNode(terms.SourceDocument) or thing.value in live
            )
            keys.update((member(each.value), thing.value) for each in listed)
            if NamedNode(terms.LegalBasis) in classes:
                keys.update((TITLE, joined(title, thing.value)) for title in title_keys(graph, thing))
    return keys


def title_keys(graph: Store, basis: NamedNode | BlankNode | Triple) -> set[str]:
    """Return the keys of a legal basis's titles in the default graph."""
    return {title_key(quad) for quad in graph.quads_for_pattern(basis, _TITLE, None, DefaultGraph())} - {""}


def title_key(quad: Quad) -> str:
    """Return the key of the title that a quad states; empty if its object is no literal."""
    return identity.key(quad.object.value) if isinstance(quad.object, Literal) else ""


@cache
def _record() -> TypeAdapter[SourceRecord]:
    return TypeAdapter(SourceRecord)  # made when needed: it takes longer than a small query
