"""The timeline: a store's lists of sources, class members, titles and log entries, in the state of each generation.

All generations share one SQLite file. A *row* has a kind, a key and a value, and the numbers of the generations in
which it is valid: a commit begins new rows and ends others. A *moment* is the set of rows valid in one generation. Rows
are made from the records of sources, and from the default graph: the members of listed classes, and legal bases by the
keys of their titles.

A writer commits the rows of the next generation before the generation is published. Rows of a later generation than the
published one were left by a writer that was killed in between: readers do not see them, and the next writer removes
them. Only writers write: what a writer began and did not commit is undone by the next one in the file itself, and by
readers, which may be on a disk that cannot be written, in a private copy.
"""

import errno
import os
import queue
import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping, Set
from contextlib import closing, suppress
from functools import cache, cached_property
from hashlib import blake2b
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
from jixiao.store.records import SourceRecord

LASTING = ("source", "log")
"""Kinds of rows that are never removed, as the records of old versions need them; all others follow from the graph."""

OPEN = 1 << 62
"""The number that stands for the end of a row that is still valid."""

_REFUSING = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM)
"""Codes of SQLite's for a file that is whole, but that another process holds or the system forbids to read."""

_UNDONE_BY_WRITERS = (
    "请在能写的地方运行 jixiao gc，它撤销被中断的写入",
    "run jixiao gc where the store can be written: it undoes the interrupted writing",
)

_SECONDS = 30.0  # a reader waits so long for a writer's commit, and a writer for readers
_MANY = 50_000  # rows from which on sorting them first saves more than it costs
_LARGE = 1 << 25  # bytes, of some 15,000 projects; the sum of a larger file's rows is compared by checks only
_COPIED = 1 << 30  # bytes at most of a private copy
_LAST = "\U0010ffff"
_SUM = "INSERT INTO summed SELECT coalesce(totalled(kind, key, since, until, value), 0) FROM row"
_SUMS = "SELECT total, (SELECT coalesce(totalled(kind, key, since, until, value), 0) FROM row) FROM summed"
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
        self._free: queue.LifoQueue[sqlite3.Connection] = queue.LifoQueue()
        self._file: files.Stamp | None = None  # the state of the file that the free connections read
        self._compared: files.Stamp | None = None
        self._undone: tuple[object, tempfile.TemporaryDirectory[str]] | None = None
        self._copying = threading.Lock()

    def __del__(self) -> None:
        self._let_go()
        self._forget_copy()

    def rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Return the rows of a SELECT statement. Raises StoreUnusableError if the file is damaged or cannot be read.

        The file is compared after each change, see `own`; nothing is read any more from one that was removed.
        """
        stamp = files.stamp(self.path)
        if stamp is None or stamp != self._compared:
            if not self.own():
                self._found("SELECT 1")  # to tell if the system refuses to read the file
                raise damaged(self.path)
            self._compared = stamp
        return self._found(statement, *values)

    def enlist(self, *paths: Path) -> None:
        """List the file, if it is small enough to be hashed at each commit, and other `paths`. May raise OSError."""
        large = self.path.stat().st_size > _LARGE
        stated = {self.path.name: ""} if large else {}
        sums.update(self.path.parent, *paths, *(() if large else (self.path,)), stated=stated)

    def own(self, *, anew: bool = False) -> bool:
        """Return whether the file is the store's, as it was listed, or as a writer that is not done has changed it.

        The rows of a changed file must have their checksum, and be those of a later generation than is published.
        Another store's file, or an earlier one of this store, has other numbers. So must the rows in which SQLite has
        undone what was begun, as it leaves free pages changed. Of a large file, the rows are compared only if they are
        to be read `anew`.
        """
        current = self.path.parent / "current"
        try:
            # First, since a writer may change it; damage to it is noticed elsewhere.
            text = current.read_text("ascii", "ignore") if current.is_file() else ""
            published = int("".join(filter(str.isdigit, text)) or 0)
            known = sums.read(self.path.parent).get(self.path.name, "")
            readable = self._readable()
            if known and sums.intact(readable, known):
                return True
            [(written,)] = self._found("SELECT generation FROM written")
            if written < published + (bool(known) and readable == self.path):
                return False
            if self.path.stat().st_size > _LARGE and not anew:
                return True
            [(stated, total)] = self._found(_SUMS)
            return bool(stated == total and self._found("PRAGMA integrity_check") == [("ok",)])
        except (OSError, StoreUnusableError, ValueError):
            return False

    def _found(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        stamp = files.stamp(self.path)
        if stamp is not None and stamp != self._file:
            self._let_go()
            self._file = stamp
        free = self._free
        try:
            try:
                connection = free.get_nowait()
            except queue.Empty:
                connection = _connected(self._readable())
            rows = connection.execute(statement, values).fetchall()
        except (sqlite3.Error, OSError) as cause:
            if _is_half_written(cause):  # a writer was killed since the connection was opened
                self._let_go()
                return self._found(statement, *values)
            refused = self.path.is_file() and getattr(cause, "sqlite_errorcode", 0) & 0xFF in _REFUSING
            raise damaged(self.path, cause=PermissionError(str(cause)) if refused else None) from cause
        free.put(connection)  # after an error the connection is not used again
        return rows

    def _readable(self) -> Path:
        """Return the path to read from: the file, or a private copy if a killed writer has left the file half-written.

        SQLite undoes in the copy what that writer had begun. Raises StoreUnusableError for a file too large to be
        copied, and OSError.
        """
        while (state := (files.stamp(self.path), files.stamp(self._journal)))[1] is not None:
            try:
                _connected(self.path).close()
            except sqlite3.Error as error:
                if not _is_half_written(error):
                    break
            else:
                break
            if self.path.stat().st_size > _COPIED:
                raise damaged(self.path, *_UNDONE_BY_WRITERS)
            with self._copying, suppress(FileNotFoundError):  # a writer may remove the journal
                if self._undone is None or self._undone[0] != state:
                    self._copy(state)
                if self._undone is not None and (files.stamp(self.path), files.stamp(self._journal)) == state:
                    return Path(self._undone[1].name, self.path.name)
        return self.path

    def _copy(self, state: object) -> None:
        """Copy the file in a `state`, and have SQLite undo there what was begun. May raise OSError."""
        self._forget_copy()
        folder = tempfile.TemporaryDirectory(prefix="jixiao-timeline-")
        self._undone = None, folder
        copy, _ = (Path(shutil.copy(each, folder.name)) for each in (self.path, self._journal))
        with suppress(sqlite3.Error):  # what is damaged is told by who reads the copy
            _connected(copy, "rw").close()
        self._undone = state, folder

    def _forget_copy(self) -> None:
        if self._undone is not None:
            self._undone[1].cleanup()
            self._undone = None

    @property
    def _journal(self) -> Path:
        return self.path.with_name(f"{self.path.name}-journal")

    def _let_go(self) -> None:
        """Close the connections that nobody uses; those in use are closed after their last use."""
        free = self._free
        self._free = queue.LifoQueue()
        while not free.empty():
            free.get_nowait().close()

    def lasting(self, generation: int) -> list[Row]:
        """Return the lasting rows that begin up to a generation. Raises StoreUnusableError, also for a large file."""
        if not self.own(anew=True):
            raise damaged(self.path)
        return self.rows(f"{_LASTING} AND since <= ?", generation)

    def legible(self) -> list[Row]:
        """Return the lasting rows that can be read of a damaged file."""
        found: list[Row] = []
        with suppress(sqlite3.Error), closing(_connected(self.path)) as connection:
            connection.text_factory = lambda text: text.decode(errors="replace")
            found.extend(connection.execute(_LASTING))
        return found

    def renew(self, generation: int, lasting: Iterable[Row]) -> None:
        """Make the file anew, as of a generation, from lasting rows; the damaged file stays beside it.

        May raise OSError.
        """
        if self.path.exists() and not os.access(self.path, os.R_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(self.path))  # it may well be whole
        with suppress(FileNotFoundError):
            self.path.replace(self.path.with_name(f"{self.path.name}.damaged"))
        with closing(self._writer(generation)) as connection, connection:
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
        """Write the rows that a generation begins and ends, in one transaction.

        Rows that ended before generation `kept` are removed, except lasting ones. May raise OSError.
        """
        begun = sorted(changes.items()) if len(changes) > _MANY else changes.items()
        try:
            with closing(self._writer(generation - 1)) as connection, connection:
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
        except sqlite3.Error as cause:
            raise OSError(f"{self.path}: {cause}") from cause

    def settle(self) -> None:
        """Remove the journal that a killed writer left, once SQLite has undone what that writer had begun.

        The file is listed as it then is. The caller holds the store's lock. May raise OSError; nothing is done to a
        damaged file.
        """
        journal = self._journal
        if not journal.exists() or not self.path.exists():
            return
        if self.path.name in sums.read(self.path.parent) and self.own(anew=True):
            sums.update(self.path.parent, stated={self.path.name: sums.of(self._readable())})
        with suppress(sqlite3.Error), closing(sqlite3.connect(self.path, timeout=_SECONDS)) as connection:
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("SELECT 1 FROM row LIMIT 1")
            files.remove(journal)  # SQLite keeps one of a writer that was killed before it wrote

    def _writer(self, last: int) -> sqlite3.Connection:
        """Connect for writing, and remove rows of generations after `last`, which a killed writer left."""
        connection = sqlite3.connect(self.path, timeout=_SECONDS)
        connection.create_function("hashed", 5, hashed, deterministic=True)
        connection.create_aggregate("totalled", 5, _Total)
        connection.executescript("PRAGMA synchronous = FULL; PRAGMA cache_size = -65536;")
        connection.executescript(resources("jixiao.store").joinpath("timeline.sql").read_text(encoding="utf-8"))
        if connection.execute("SELECT total FROM summed").fetchone() is None:
            connection.execute(_SUM)
        row = connection.execute("SELECT generation FROM written").fetchone()
        if row is None:
            connection.execute("INSERT INTO written VALUES (?)", (last,))
        elif row[0] > last:
            connection.execute("DELETE FROM row WHERE since > ?", (last,))
            connection.execute("UPDATE row SET until = ? WHERE until > ? AND until < ?", (OPEN, last, OPEN))
        return connection


def _connected(path: Path, mode: str = "ro") -> sqlite3.Connection:
    """Open a connection for reading; with the `mode` rw, SQLite undoes what a killed writer had begun."""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=_SECONDS, check_same_thread=False
    )
    try:
        connection.create_aggregate("totalled", 5, _Total)
        connection.execute("PRAGMA query_only = ON")
        connection.execute("SELECT 1 FROM row LIMIT 1")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _is_half_written(error: Exception) -> bool:
    """Return whether SQLite refuses to read a file because it must first undo the work of a killed writer."""
    return getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_READONLY_ROLLBACK


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
        """Return `count` keys of a kind in code point order, from position `start`, counted from 0."""
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


def hashed(*row: object) -> int:
    """Return the hash of a row, as an integer that SQLite can hold and that is not negative; triggers call it."""
    return int.from_bytes(blake2b(repr(row).encode(), digest_size=8).digest()) >> 1


class _Total:
    """The exclusive or of the hashes of rows, as an aggregate function of SQLite's."""

    def __init__(self) -> None:
        self._total = 0

    def step(self, *row: object) -> None:
        """Take a row."""
        self._total ^= hashed(*row)

    def finalize(self) -> int:
        """Return the total."""
        return self._total


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
        """Return the sha16s of the live sources that have a project or filing, given by its IRI, or projects alike.

        `kind` is PROJECT, EVALUATION, FILING, UNSURE or ALIKE.
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
        """The withdrawn sources, found without reading the records of all others."""
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
    """Return the kinds and keys of the rows of things; `live` are the IRIs of live sources among them."""
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
