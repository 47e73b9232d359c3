"""Make the index of the next generation from the last generation's index and the things that a commit changed.

A commit writes one segment. It replaces the latest older segments that are not much larger, so that the number of
segments grows only with the logarithm of the store; the units of a replaced segment are read again from the graph.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence, Set
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from jixiao.store import files
from jixiao.store.changes import Changes
from jixiao.store.index import segment_process
from jixiao.store.index.entries import READ, Entries, Unit
from jixiao.store.index.gathering import Gathering, Listener
from jixiao.store.index.segments import Segment

FORMAT = 4
"""The version of the index's format. Raise it with every change: the next commit then makes the index from nothing."""

DIRECTORY = "index"
_LIST = "index.json"
MOST = 6
"""The most segments of an index; SQLite can attach ten files to a connection."""
LARGER = 3
"""A segment with more than this many times the rows of the new one is not merged into it."""
LARGE = 1000
"""Number of projects from which a child process makes the index; for fewer, starting a process takes longer."""
MUCH = 1 / 2
"""The share of changed units from which the index is made from nothing."""


@dataclass(frozen=True)
class Part:
    """One segment of an index: its file's name without suffix, and the numbers of its rows and units."""

    name: str
    rows: int
    units: int

    def path(self, directory: Path) -> Path:
        """Return the path of the segment in an index's directory."""
        return directory / f"{self.name}.sqlite"


@dataclass(frozen=True)
class Parts:
    """The segments of an index, oldest first, with the version of their format."""

    format: int
    segments: tuple[Part, ...]


_PARTS = TypeAdapter(Parts)


def parts(generation: Path) -> tuple[Part, ...] | None:
    """Return the segments of a generation's index; None if it has none, or one of another format."""
    try:
        found = _PARTS.validate_json((generation / DIRECTORY / _LIST).read_bytes())
    except (OSError, ValidationError):
        return None
    return found.segments if found.format == FORMAT else None


@dataclass(frozen=True)
class Former:
    """The index of the last generation: its directory, its segments, and the units of its graph."""

    directory: Path
    segments: Sequence[Part]
    entries: Entries


@contextmanager
def building(
    generation: Path, entries: Entries, former: Former | None, change: Changes | None, *, large: bool = False
) -> Iterator[Listener | None]:
    """Write the index into a generation's directory.

    `change` is the step from the `former` generation's graph. If it changes many units, or if there is no former index
    or no such step, the index is made from nothing: the block is given a listener, to which it must pass the default
    graph. For a `large` graph a child process does the work. May raise OSError.
    """
    directory = generation / DIRECTORY
    directory.mkdir()
    # The names count up, so the new segment's name differs from those of the older segments that are kept.
    name = f"{max((int(part.name) for part in former.segments), default=0) + 1 if former else 1:06}"
    try:
        units = None if former is None or change is None else _units(entries, former.entries, change)
        if former is not None and units is not None and _few(units, former):
            segments = _added(directory, name, entries, former, units)
            yield None
        else:
            make = segment_process.segment if large else _gathered
            with make(directory / f"{name}.sqlite", entries) as (listener, made):
                yield listener
            segments = [Part(name, made.rows, made.units)]
    except sqlite3.Error as cause:  # only the disk can cause it here
        raise OSError(f"{directory}: {cause}") from cause
    files.write(directory / _LIST, _PARTS.dump_json(Parts(FORMAT, tuple(segments))))


def _few(units: Set[str], former: Former) -> bool:
    return len(units) <= MUCH * sum(part.units for part in former.segments)


def _units(now: Entries, before: Entries, change: Changes) -> set[str]:
    """Return the names of the units to write: changed ones, and those that depend on them (Entries.following).

    Among them are the projects of bodies whose names or scopes changed. A thing counts as changed only if the index
    reads a property that changed: a citation may change the sentences of findings in the reports of a whole store.
    """
    units: set[str] = set()
    for iri in change.things(READ):
        name = now.name_of(iri)
        if name is None:
            continue
        units |= {name} | now.following(iri) | before.following(iri)
        if name.startswith("org/") and now.body(iri) != before.body(iri):
            units |= now.projects_of(name)
    return units


def _added(directory: Path, name: str, entries: Entries, former: Former, units: set[str]) -> list[Part]:
    kept = list(former.segments)
    if not units:
        return _linked(kept, former.directory, directory)
    with _segment(directory / f"{name}.sqlite") as segment:
        _stage(segment, entries, units)
        for unit in map(former.entries.unit, sorted(units)):
            segment.count((pair, -number) for pair, number in (unit.tallies.items() if unit else ()))
        taken: list[Path] = []
        known = set(units)
        while kept and (len(kept) >= MOST or kept[-1].rows <= LARGER * segment.rows):
            taken.append(kept.pop().path(former.directory))
            names = _unit_names(taken[-1]) - known
            _stage(segment, entries, names, counting=False)
            known |= names
        _take_over(segment, taken, {each.name for each in kept})
        for each in kept:
            segment.replace((each.name, number) for number in _rows_of(each.path(former.directory), units))
    return [*_linked(kept, former.directory, directory), Part(name, segment.rows, segment.units)]


@contextmanager
def _gathered(path: Path, entries: Entries) -> Iterator[tuple[Listener, Segment]]:
    with _segment(path) as segment:
        gathering = Gathering(entries, segment.stage)
        yield gathering.add, segment
        gathering.end()


@contextmanager
def _segment(path: Path) -> Iterator[Segment]:
    segment = Segment(path)
    try:
        yield segment
        segment.finish()
    finally:
        segment.close()


def segment_of(directory: Path, units: Iterable[Unit]) -> Part:
    """Write units, which are in no graph, as the only segment of an index in a directory."""
    with _segment(directory / "1.sqlite") as segment:
        for unit in units:
            segment.stage(unit)
    return Part("1", segment.rows, segment.units)


def _stage(segment: Segment, entries: Entries, names: Iterable[str], *, counting: bool = True) -> None:
    """Stage the named units in a segment; names that the graph has no unit for are passed over."""
    for unit in map(entries.unit, sorted(names)):
        if unit is not None:
            segment.stage(unit, counting=counting)


def _take_over(segment: Segment, taken: Iterable[Path], kept: Set[str]) -> None:
    """Add to a new segment the tallies of the segments `taken` that it replaces.

    Their notes of replaced rows are added as well, as far as these rows are in segments that are `kept`.
    """
    for path in taken:
        with _opened(path) as older:
            tallies = older.execute("SELECT kind, value, projects FROM tally")
            segment.count(((kind, value), projects) for kind, value, projects in tallies)
            segment.replace(row for row in older.execute("SELECT segment, id FROM gone") if row[0] in kept)


def _unit_names(path: Path) -> set[str]:
    with _opened(path) as older:
        named = older.execute("SELECT name FROM entry WHERE owner IS NULL UNION SELECT name FROM thing")
        return {name for (name,) in named}


def _rows_of(path: Path, units: Set[str]) -> list[int]:
    """Return the numbers of the rows of units, of their parts, and of their facts."""
    with _opened(path) as older:
        older.execute("CREATE TEMP TABLE wanted (id INTEGER PRIMARY KEY)")
        for find in (
            "INSERT INTO wanted SELECT id FROM entry WHERE owner IS NULL AND name = ?",
            "INSERT INTO wanted SELECT unit FROM thing WHERE name = ?",
        ):
            older.executemany(find, ((unit,) for unit in units))
        rows = older.execute("SELECT id FROM wanted UNION SELECT id FROM entry WHERE owner IN (SELECT id FROM wanted)")
        return [number for (number,) in rows]


def _linked(kept: Sequence[Part], before: Path, now: Path) -> list[Part]:
    for part in kept:
        part.path(now).hardlink_to(part.path(before))
    return list(kept)


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
        yield connection
