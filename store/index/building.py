"""Make the index of the next generation from the last generation's index and the things that a commit changed.

Units, which are read from the graph before and after a change, are replaced by all their rows. FTS5 keeps no texts
here: a row of the full text is deleted with its former tokens, which are made again from the former unit. Tokens are
staged in a file beside the index, and written in the order of the rows' numbers, as FTS5 demands for speed.
"""

import io
import json
import shutil
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing, contextmanager
from importlib.resources import files as resources
from pathlib import Path

from pyoxigraph import Store as Graph

from jixiao.ontology.processes.channel import Channel
from jixiao.ontology.processes.child import Child, EndedError
from jixiao.ontology.processes.limits import Limits
from jixiao.ontology.text import folding
from jixiao.store import files
from jixiao.store.index.entries import (
    NUMBERS,
    UNITS,
    UNSEARCHED,
    Entries,
    Gathering,
    IndexRow,
    Listener,
    Unit,
)
from jixiao.store.index.full_text import number_of, tokens_of
from jixiao.store.index.index import Index

FORMAT = 14
"""The version of the index's format. Raise it with every change: the next commit then makes the index from nothing."""
_SERVED = (12, 13, FORMAT)
"""Formats from which searches can be answered until then: these lack the names of issuers, and 12 has more tables."""

DIRECTORY = "index"
FILE, LIST = "index.sqlite", "index.json"
LARGE = 1000
"""Number of projects from which a child process makes the index; for fewer, starting a process takes longer."""
MUCH = 1 / 2
"""The share of changed units from which the index is made from nothing."""

_PROGRAM = "jixiao.store.index.building:make"
LIMITS = Limits(network=True)  # in a user namespace, root could not write into the stores of others
_LAST = b"\n"  # message that ends the lines: an empty line, which sorted N-Triples never contain
_TALLIES_HELD = 200_000  # tallies kept in memory before they are added to the file
_UNSAFE = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536; PRAGMA page_size = 8192;"
_STAGED = """
PRAGMA staging.journal_mode = OFF; PRAGMA staging.synchronous = OFF;
CREATE TABLE staging.text (id INTEGER, command TEXT, own TEXT, context TEXT);
"""
_TO_LINE = """
CREATE INDEX staging.in_order ON text (id, command DESC);
INSERT INTO line(line, rowid, own, context)
  SELECT command, id, own, context FROM staging.text INDEXED BY in_order ORDER BY id, command DESC;
"""
_TO_TALLY = """
INSERT INTO tally VALUES (?, ?, ?, ?, ?)
ON CONFLICT (kind, value)
DO UPDATE SET projects = projects + excluded.projects, evaluations = evaluations + excluded.evaluations
"""
COLUMNS = (
    "SELECT t.name, c.name FROM sqlite_master t JOIN pragma_table_info(t.name) c WHERE t.type = 'table' ORDER BY cid"
)
"""A query for the tables of an index, and their columns."""


def made(generation: Path, formats: Collection[int] = (FORMAT,)) -> bool:
    """Return whether a generation has an index in one of the `formats`, by default the present one."""
    try:
        return json.loads((generation / DIRECTORY / LIST).read_bytes())["format"] in formats
    except (OSError, ValueError, LookupError, TypeError):
        return False


def opened(generation: Path, entries: Entries) -> Index | None:
    """Open the index of a generation; None if it has none that can be served.

    The file stays locked for readers while the index is in use, so that no writer removes the index.
    """
    path = generation / DIRECTORY / FILE
    held = files.held(path)
    if held is None:
        return None
    index = Index(path, entries, held)
    return index if made(generation, _SERVED) else None  # asked last, since a writer may just have removed it


@contextmanager
def building(
    generation: Path, entries: Entries, step: tuple[Index, Iterable[str]] | None = None, *, large: bool = False
) -> Iterator[Listener | None]:
    """Write the index into a generation's directory.

    `step` is the last generation's index, and the IRIs of the things whose rows may differ. If they are many units, or
    if there is no `step`, or one from an index of another format, the index is made from nothing: the block is given a
    listener, to which it must pass the lines of the default graph. Otherwise the block is given None. For a `large`
    graph a child process does the work. May raise OSError, and ChildProcessError, in the listener or at the end of the
    block, if the process fails.
    """
    directory = generation / DIRECTORY
    directory.mkdir()
    last, iris = step or (None, ())
    units = {name for iri in iris if (name := entries.name_of(iri))}
    try:
        if last is None or not made(last.path.parents[1]) or len(units) > MUCH * last.size:
            with (_in_child if large else _in_process)(directory / FILE, entries) as listener:
                yield listener
        else:
            _replace(directory / FILE, entries, last, units)
            yield None
    except sqlite3.Error as cause:  # only the disk can cause it here
        raise OSError(f"{directory}: {cause}") from cause
    files.write(directory / LIST, json.dumps({"format": FORMAT}).encode())


def _replace(path: Path, after: Entries, last: Index, units: set[str]) -> None:
    """Write a copy of the index `last` to `path` with the given units replaced; without units, link the file."""
    if not units:
        path.hardlink_to(last.path)
        return
    shutil.copyfile(last.path, path)
    with closing(Writer(path)) as writer:
        for name in sorted(units):
            writer.replace(last.entries.unit(name), after.unit(name))
        writer.finish()


@contextmanager
def _in_process(path: Path, entries: Entries) -> Iterator[Listener]:
    """Make the index at `path` from lines that the block passes to the listener."""
    with closing(Writer(path)) as writer:
        gathering = Gathering(entries, writer.add)
        yield gathering.add
        gathering.end()
        writer.finish()


@contextmanager
def _in_child(path: Path, entries: Entries) -> Iterator[Listener]:
    """Do the work of _in_process in a child process, while the caller counts and hashes the same lines.

    The child reads a checkpoint of the graph, and the lines that the caller sends to it. If the caller ends before the
    last line, the child ends without making an index.
    """
    checkpoint = path.with_suffix(".graph")
    entries.graph.backup(str(checkpoint))
    with made_by_child(_PROGRAM, path, str(checkpoint), entries.base_iri) as child:
        yield lambda lines: child.send(b"".join(lines))
        child.send(_LAST)
    shutil.rmtree(checkpoint)


@contextmanager
def made_by_child(program: str, path: Path, graph: str, *arguments: str) -> Iterator[Child]:
    """Make the file at `path` in a child process, which works during the block.

    The `program` gets the path, the directory of a graph, and the `arguments`, and sends a message once the file is
    made. Raises ChildProcessError if it fails.
    """
    with closing(Child(program, str(path), graph, *arguments, limits=LIMITS)) as child:
        try:
            yield child
            child.receive()
        except EndedError as error:
            raise ChildProcessError(f"索引未作成 the index was not made: {error}") from error


def make(channel: Channel, path: str, graph: str, base_iri: str) -> None:
    """Make the index at `path` in this child process, and report to the parent when it is done.

    `graph` is the directory of a checkpoint of the graph; the sorted lines of its default graph are received from the
    parent.
    """
    with _in_process(Path(path), Entries(Graph.read_only(graph), base_iri)) as add:
        while (lines := channel.receive()) != _LAST:
            add(io.BytesIO(lines).readlines())
    channel.send(_LAST)


class Writer:
    """The index at `path`, a new one if there is no file; complete after `finish`. `close` must be called in any case.

    A crash leaves a broken file: an index is written only where no reader looks yet.
    """

    def __init__(self, path: Path) -> None:
        self.path, self._is_new = path, not path.exists()
        self._beside = path.with_suffix(".staging")
        self._tallies: Counter[tuple[bool, str, str]] = Counter()  # by "of an evaluation", kind and value
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.executescript(_UNSAFE)
        self._connection.execute("ATTACH ? AS staging", (str(self._beside),))
        self._connection.executescript(_STAGED + (_script("tables.sql") if self._is_new else ""))
        self._connection.execute("BEGIN")

    def add(self, unit: Unit) -> None:
        """Add a unit that the index does not have."""
        self.replace(None, unit)

    def replace(self, before: Unit | None, after: Unit | None) -> None:
        """Replace what the index holds of a unit: its rows, tallies and links.

        `before` is the unit as the index has it, None for a new one; `after` is the unit to write, None to remove it.
        """
        unit = after or before
        if unit is None:
            return
        former, present = before or Unit(unit.name), after or Unit(unit.name)
        [(number,)] = self._connection.execute(
            "INSERT INTO unit VALUES (NULL, ?) ON CONFLICT (name) DO UPDATE SET name = name RETURNING id", (unit.name,)
        ).fetchall()
        for row in (row for row in former.rows if row not in present.rows):
            self._remove(number, unit.name, row)
        for row in (row for row in present.rows if row not in former.rows):
            self._insert(number, unit.name, row)
        if former.links != present.links:
            for table in dict(former.links):
                self._connection.execute(f"DELETE FROM {table} WHERE unit = ?", (number,))  # noqa: S608 - our own tables
            for table, iri in present.links:
                self._connection.execute(f"INSERT INTO {table} VALUES (?, ?)", (number, iri))  # noqa: S608
        if after is None:
            self._connection.execute("DELETE FROM unit WHERE id = ?", (number,))
        evaluates = unit.name.startswith("evaluation/")
        self._tallies.update({(evaluates, *of): more for of, more in present.tallies.items()})
        self._tallies.subtract({(evaluates, *of): fewer for of, fewer in former.tallies.items()})
        if len(self._tallies) > _TALLIES_HELD:
            self._write_tallies()

    def finish(self) -> None:
        """Write the staged rows, and make the file durable. May raise OSError."""
        self._write_tallies()
        script = _script("indexes.sql") if self._is_new else ""
        for statement in (_TO_LINE + script + "COMMIT").split(";"):  # executescript() would commit at each
            self._connection.execute(statement)
        self.close()
        with self.path.open("rb+") as stream:
            files.sync(stream)

    def close(self) -> None:
        """Close the files and remove what was staged."""
        self._connection.close()
        self._beside.unlink(missing_ok=True)

    def _insert(self, unit: int, name: str, row: IndexRow) -> None:
        number = number_of(row, name)
        # In a large store another row may have the number already: the next free one is as good.
        while not self._connection.execute(
            "INSERT OR IGNORE INTO entry VALUES (?, ?, ?)", (number, unit, row.part)
        ).rowcount:
            number += 1
        self._stage(number, None, row)
        self._connection.executemany("INSERT OR IGNORE INTO name VALUES (?, ?, ?, ?)", _names(unit, row))

    def _remove(self, unit: int, name: str, row: IndexRow) -> None:
        [(number,)] = self._connection.execute(
            "SELECT id FROM entry WHERE id >= ? AND unit = ? AND name = ? ORDER BY id LIMIT 1",
            (number_of(row, name), unit, row.part),
        ).fetchall()
        self._connection.execute("DELETE FROM entry WHERE id = ?", (number,))
        self._stage(number, "delete", row)
        self._connection.executemany(
            "DELETE FROM name WHERE kind = ? AND folded = ? AND unit = ? AND text = ?", _names(unit, row)
        )

    def _stage(self, number: int, command: str | None, row: IndexRow) -> None:
        """Stage a row's tokens for the full text, to be inserted or, by `command`, deleted; some kinds have none."""
        own = tokens_of(row.own) if row.kind not in UNSEARCHED else ""
        if own:
            staged = number, command, own, tokens_of(row.context)
            self._connection.execute("INSERT INTO staging.text VALUES (?, ?, ?, ?)", staged)

    def _write_tallies(self) -> None:
        changed = (
            (kind, value, *((0, more) if evaluates else (more, 0)), folding.bare(value))
            for (evaluates, kind, value), more in self._tallies.items()
            if more
        )
        self._connection.executemany(_TO_TALLY, changed)
        self._connection.execute("DELETE FROM tally WHERE projects = 0 AND evaluations = 0")
        self._tallies.clear()


def _names(unit: int, row: IndexRow) -> list[tuple[int, str, int, str]]:
    """Return the rows of the table of names for a row of a unit."""
    texts = row.own if row.kind in UNITS else ()
    return [(NUMBERS[row.kind], folded, unit, text) for text in texts if (folded := folding.bare(text))]


def _script(name: str) -> str:
    return resources("jixiao.store.index").joinpath(name).read_text(encoding="utf-8")
