"""Make the index of the next generation from the last generation's index and the things that a commit changed.

A commit writes one segment. It replaces the latest older segments that are not much larger, so that the number of
segments grows only with the logarithm of the store; the units of a replaced segment are read again from the graph.
"""

import io
import json
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Set
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from pyoxigraph import Store as Graph

from jixiao.ontology.processes.channel import Channel
from jixiao.ontology.processes.child import Child, EndedError
from jixiao.ontology.processes.limits import Limits
from jixiao.store import changes, files
from jixiao.store.index.entries import Entries, Gathering, Listener, Unit, properties_read
from jixiao.store.index.index import Index
from jixiao.store.index.segments import Part, Segment

FORMAT = 8
"""The version of the index's format. Raise it with every change: the next commit then makes the index from nothing."""

DIRECTORY = "index"
LIST = "index.json"
MOST = 6
"""The most segments of an index; SQLite can attach ten files to a connection."""
LARGER = 3
"""A segment with more than this many times the rows of the new one is not merged into it."""
LARGE = 1000
"""Number of projects from which a child process makes the index; for fewer, starting a process takes longer."""
MUCH = 1 / 2
"""The share of changed units from which the index is made from nothing."""

_PROGRAM = "jixiao.store.index.building:make"
_LIMITS = Limits(network=True)  # in a user namespace, root could not write into the stores of others
_LAST = b"\n"  # message that ends the lines: an empty line, which sorted N-Triples never contain
_ROWS_OF = """
WITH owned AS (
  SELECT e.id FROM json_each(?) j JOIN entry e ON e.owner IS NULL AND e.name = j.value
  UNION SELECT t.unit FROM json_each(?) j JOIN thing t ON t.name = j.value
) SELECT id FROM owned UNION SELECT id FROM entry WHERE owner IN (SELECT id FROM owned)
"""


@dataclass(frozen=True)
class Parts:
    """The content of `index.json`: the segments of an index, oldest first, and the version of their format."""

    format: int
    segments: tuple[Part, ...]


_PARTS = TypeAdapter(Parts)


def parts(generation: Path) -> tuple[Part, ...] | None:
    """Return the segments of a generation's index; None if it has none, or one of another format."""
    try:
        listed = _PARTS.validate_json((generation / DIRECTORY / LIST).read_bytes())
    except (OSError, ValidationError):
        return None
    return listed.segments if listed.format == FORMAT else None


@contextmanager
def building(
    generation: Path, entries: Entries, step: tuple[Index, changes.Changes] | None = None, *, large: bool = False
) -> Iterator[Listener | None]:
    """Write the index into a generation's directory.

    `step` is the last generation's index, and the change from its graph. If it changes many units, or if there is no
    former index, the index is made from nothing: the block is given a listener, to which it must pass the default
    graph. For a `large` graph a child process does the work. May raise OSError, and ChildProcessError, in the listener
    or at the end of the block, if the process fails.
    """
    directory = generation / DIRECTORY
    directory.mkdir()
    try:
        if step is not None and (segments := _updated(directory, entries, *step)) is not None:
            yield None
        else:
            segments = []
            with (_in_child if large else _in_process)(directory / "000001.sqlite", entries, segments) as listener:
                yield listener
    except sqlite3.Error as cause:  # only the disk can cause it here
        raise OSError(f"{directory}: {cause}") from cause
    files.write(directory / LIST, _PARTS.dump_json(Parts(FORMAT, tuple(segments))))


def _updated(directory: Path, entries: Entries, former: Index, change: changes.Changes) -> list[Part] | None:
    """Return the segments of the next index: those of the `former` index that are kept, and a new one.

    None if the change affects so many units that making the index from nothing is faster.
    """
    units = _units(entries, former.entries, change)
    kept, added = list(former.parts), []
    if len(units) > MUCH * sum(part.units for part in kept):
        return None
    if units:
        # Names count up, so that the new segment's differs from those of the segments that are kept.
        path = directory / f"{1 + max(int(part.name) for part in kept):06}.sqlite"
        with closing(Segment(path)) as segment:
            _stage(segment, entries, units)
            for unit in map(former.entries.unit, sorted(units)):
                segment.count((pair, -number) for pair, number in (unit.tallies.items() if unit else ()))
            _take_over(segment, entries, former, kept, units)
            added.append(segment.finish())
    for part in kept:
        part.path(directory).hardlink_to(part.path(former.directory))
    return kept + added


def _units(now: Entries, before: Entries, change: changes.Changes) -> set[str]:
    """Return the names of the units to write: changed ones, and those that depend on them (Entries.following).

    Among them are the projects of bodies whose names or scopes changed. A thing counts as changed only if the index
    reads a property that changed: a citation may change the sentences of findings in the reports of a whole store.
    """
    units: set[str] = set()
    for iri in change.things(properties_read()):
        if (name := now.name_of(iri)) is not None:
            units |= {name} | now.following(iri) | before.following(iri)
            if name.startswith("org/") and now.body(iri) != before.body(iri):
                units |= now.projects_of(name)
    return units


def _take_over(segment: Segment, entries: Entries, former: Index, kept: list[Part], units: Set[str]) -> None:
    """Merge the latest segments that are not much larger into the new `segment`, and remove them from `kept`.

    Their units are read again from the graph, except the changed `units`, which are staged already. In the segments
    that stay, the rows of changed units are marked as replaced.
    """
    known, gone = set(units), set[tuple[str, int]]()
    while kept and (len(kept) >= MOST or kept[-1].rows <= LARGER * segment.rows):
        with _opened(kept.pop().path(former.directory)) as older:
            named = older.execute("SELECT name FROM entry WHERE owner IS NULL UNION SELECT name FROM thing")
            names = {name for (name,) in named} - known
            tallies = older.execute("SELECT kind, value, projects FROM tally")
            segment.count(((kind, value), projects) for kind, value, projects in tallies)
            gone.update(older.execute("SELECT segment, id FROM gone"))
        _stage(segment, entries, names, counting=False)
        known |= names
    changed = json.dumps(sorted(units))
    for part in kept:
        segment.replace(row for row in gone if row[0] == part.name)
        with _opened(part.path(former.directory)) as older:
            segment.replace((part.name, number) for (number,) in older.execute(_ROWS_OF, (changed, changed)))


def _stage(segment: Segment, entries: Entries, names: Iterable[str], *, counting: bool = True) -> None:
    """Stage the named units in a segment; names that the graph has no unit for are passed over."""
    for unit in map(entries.unit, sorted(names)):
        if unit is not None:
            segment.stage(unit, counting=counting)


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a segment's SQLite file for reading during the block."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
        yield connection


@contextmanager
def _in_process(path: Path, entries: Entries, made: list[Part]) -> Iterator[Listener]:
    """Make the segment at `path` from lines that the block passes to the listener; add its record to `made`."""
    with closing(Segment(path)) as segment:
        gathering = Gathering(entries, segment.stage)
        yield gathering.add
        gathering.end()
        made.append(segment.finish())


@contextmanager
def _in_child(path: Path, entries: Entries, made: list[Part]) -> Iterator[Listener]:
    """Do the work of _in_process in a child process, while the caller counts and hashes the same lines.

    The child reads a checkpoint of the graph, and the lines that the caller sends to it. If the caller ends before the
    last line, the child ends without making a segment.
    """
    checkpoint = path.with_suffix(".graph")
    entries.graph.backup(str(checkpoint))
    with closing(Child(_PROGRAM, str(path), str(checkpoint), entries.base_iri, limits=_LIMITS)) as child:
        try:
            yield lambda lines: child.send(b"".join(lines))
            child.send(_LAST)
            made.append(Part(*json.loads(child.receive())))
        except EndedError as error:
            raise ChildProcessError(f"索引未作成 the index was not made: {error}") from error
    shutil.rmtree(checkpoint)


def make(channel: Channel, path: str, graph: str, base_iri: str) -> None:
    """Make a segment at `path` in this child process, and send its record back to the parent.

    `graph` is the directory of a checkpoint of the graph; the sorted lines of its default graph are received from the
    parent.
    """
    made: list[Part] = []
    with _in_process(Path(path), Entries(Graph.read_only(graph), base_iri), made) as add:
        while (lines := channel.receive()) != _LAST:
            add(io.BytesIO(lines).readlines())
    channel.send(json.dumps(astuple(made[0])).encode())


def segment_of(directory: Path, units: Iterable[Unit]) -> Part:
    """Write units that are in no graph as the only segment of an index in a directory; return its record."""
    with closing(Segment(directory / "1.sqlite")) as segment:
        for unit in units:
            segment.stage(unit)
        return segment.finish()
