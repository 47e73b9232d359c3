"""Make the index of the next generation from the last generation's index and the things that a commit changed."""

import fcntl
import io
import json
import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from pyoxigraph import Store as Graph

from jixiao.ontology.processes.channel import Channel
from jixiao.ontology.processes.child import Child, EndedError
from jixiao.ontology.processes.limits import Limits
from jixiao.store import changes, files
from jixiao.store.index.entries import Entries, Gathering, Listener, Unit, properties_read
from jixiao.store.index.index import Index
from jixiao.store.index.readers import SECONDS
from jixiao.store.index.writer import Writer

FORMAT = 9
"""The version of the index's format. Raise it with every change: the next commit then makes the index from nothing."""

DIRECTORY = "index"
FILE, LIST = "index.sqlite", "index.json"
LARGE = 1000
"""Number of projects from which a child process makes the index; for fewer, starting a process takes longer."""
MUCH = 1 / 2
"""The share of changed units from which the index is made from nothing."""

_PROGRAM = "jixiao.store.index.building:make"
_LIMITS = Limits(network=True)  # in a user namespace, root could not write into the stores of others
_LAST = b"\n"  # message that ends the lines: an empty line, which sorted N-Triples never contain


def made(generation: Path) -> bool:
    """Return whether a generation has an index of this format."""
    try:
        return bool(json.loads((generation / DIRECTORY / LIST).read_bytes())["format"] == FORMAT)
    except (OSError, ValueError, LookupError, TypeError):
        return False


def opened(generation: Path, entries: Entries) -> Index | None:
    """Open the index of a generation, which writers then leave in place; None if there is none of this format."""
    path = generation / DIRECTORY / FILE
    try:
        held = os.open(path, os.O_RDONLY)
    except OSError:
        return None
    with suppress(OSError):  # a file system without locks: writers then keep every index
        fcntl.flock(held, fcntl.LOCK_SH)
    index = Index(path, entries, held)
    return index if made(generation) else None  # asked last, since a writer may just have removed it


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
    units = None if step is None else _units(entries, *step)
    try:
        if step is None or units is None:
            with (_in_child if large else _in_process)(directory / FILE, entries) as listener:
                yield listener
        else:
            _replace(directory / FILE, entries, step[0], units)
            yield None
    except sqlite3.Error as cause:  # only the disk can cause it here
        raise OSError(f"{directory}: {cause}") from cause
    files.write(directory / LIST, json.dumps({"format": FORMAT}).encode())


def _units(after: Entries, index: Index, change: changes.Changes) -> set[str] | None:
    """Return the names of the units to write: changed ones, and those that depend on them (Entries.following).

    Among them are the projects of bodies whose names or scopes changed. A thing counts as changed only if the index
    reads a property that changed: a citation may change the sentences of findings in the reports of a whole store. None
    if the units are so many that making the index from nothing is faster than a change of `index`, the last one.
    """
    before = index.entries
    units: set[str] = set()
    for iri in change.things(properties_read()):
        if (name := after.name_of(iri)) is not None:
            units |= {name} | after.following(iri) | before.following(iri)
            if name.startswith("org/") and after.body(iri) != before.body(iri):
                units |= after.projects_of(name)
    with index.tables(SECONDS) as reader:
        [(number,)] = reader.all("SELECT count(*) FROM unit")
    return units if len(units) <= MUCH * number else None


def _replace(path: Path, after: Entries, last: Index, units: set[str]) -> None:
    """Write a copy of the last index with these units replaced at `path`; link it if there are none."""
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
    with closing(Child(_PROGRAM, str(path), str(checkpoint), entries.base_iri, limits=_LIMITS)) as child:
        try:
            yield lambda lines: child.send(b"".join(lines))
            child.send(_LAST)
            child.receive()
        except EndedError as error:
            raise ChildProcessError(f"索引未作成 the index was not made: {error}") from error
    shutil.rmtree(checkpoint)


def make(channel: Channel, path: str, graph: str, base_iri: str) -> None:
    """Make the index at `path` in this child process, and tell the parent when it is done.

    `graph` is the directory of a checkpoint of the graph; the sorted lines of its default graph are received from the
    parent.
    """
    with _in_process(Path(path), Entries(Graph.read_only(graph), base_iri)) as add:
        while (lines := channel.receive()) != _LAST:
            add(io.BytesIO(lines).readlines())
    channel.send(_LAST)


def write_units(path: Path, units: Iterable[Unit]) -> None:
    """Write units that are in no graph as a new index at `path`."""
    with closing(Writer(path)) as writer:
        for unit in units:
            writer.add(unit)
        writer.finish()
