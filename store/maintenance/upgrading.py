"""Bring a store of format 1 up to date: its files of sources, lists and log become rows of the timeline.

Each version keeps the sources that its file names. The store's header is written last, and files that the rows replace
go after that, so that an interrupted call is begun anew by the next one.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from pyoxigraph import Store as Graph

from jixiao.ontology.identity import Iris
from jixiao.store import generations, lock
from jixiao.store.decisions import log
from jixiao.store.errors import unreadable
from jixiao.store.files import Layout, writable
from jixiao.store.header import FORMAT, header_of, write_header
from jixiao.store.records import LogEntry, SourceRecord
from jixiao.store.timeline import entries, sources
from jixiao.store.timeline.timeline import Changes, Timeline

_SOURCES, _LOG = "sources.json", "log.jsonl"
_REPLACED = (_SOURCES, _LOG, "members.txt", "members.json")
_RECORDS = TypeAdapter(list[SourceRecord])
_ENTRY = TypeAdapter(LogEntry)


def upgrade(root: Path) -> bool:
    """Bring a store up to date; return False if it was already.

    Raises StoreLockedError, StoreMissingError, and StoreUnusableError if a file is damaged or the disk fails.
    """
    layout = Layout(root)
    header = header_of(layout)
    with writable(layout), lock.hold(layout.lock):
        upgraded = header.format < FORMAT
        if upgraded:
            current = generations.current_version(layout)
            if current is not None:
                _fill(layout, header.base_iri, current)
            write_header(layout, header.base_iri)
        _clean(layout)
    return upgraded


def _fill(layout: Layout, base_iri: str, current: str) -> None:
    """Write the timeline of all generations up to the `current` one."""
    source = layout.generation(current) / _SOURCES
    if not source.exists():
        raise unreadable(source, FileNotFoundError(source))
    layout.timeline.unlink(missing_ok=True)
    timeline = Timeline(layout.timeline)
    known: Mapping[str, SourceRecord] = {}
    for path in sorted(layout.generations.glob("[0-9]*"), key=lambda path: int(path.name)):
        number = int(path.name)
        if number > int(current) or not (path / _SOURCES).exists():
            continue
        now = {record.sha16: record for record in _records(path / _SOURCES)}
        rows: dict[tuple[str, str], str | None] = dict(_step(known, now))
        if path.name == current:
            rows |= _of_current(path, base_iri, now)
        timeline.write(number, rows, 0)
        known = now


def _clean(layout: Layout) -> None:
    """Remove the files that rows have replaced. May raise OSError."""
    for path in layout.generations.glob("[0-9]*"):
        for name in _REPLACED:
            (path / name).unlink(missing_ok=True)


def _step(before: Mapping[str, SourceRecord], after: Mapping[str, SourceRecord]) -> Changes:
    changed = [record for sha16, record in after.items() if record != before.get(sha16)]
    # The files of old versions name live sources only.
    gone = [(sources.SOURCE, sha16) for sha16 in before.keys() - after.keys()]
    former = [old for sha16, old in before.items() if old != after.get(sha16)]
    return {**sources.rows(former, changed), **dict.fromkeys(gone)}


def _of_current(path: Path, base_iri: str, now: Mapping[str, SourceRecord]) -> Changes:
    iris = Iris(base_iri)
    live = {iris.source(record.sha256) for record in now.values() if record.live}
    graph = Graph.read_only(str(path / "graph"))
    return {**entries.every(graph, live, None), **_log(path / _LOG)}


def _log(path: Path) -> Changes:
    try:
        found = [_ENTRY.validate_json(line) for line in path.read_bytes().splitlines()]
    except FileNotFoundError:
        return {}
    except ValidationError as cause:
        raise unreadable(path, cause) from cause
    generations = sorted({entry.generation for entry in found})
    of_each = (log.rows(number, (entry for entry in found if entry.generation == number)) for number in generations)
    return {key: value for rows in of_each for key, value in rows.items()}


def _records(path: Path) -> list[SourceRecord]:
    try:
        return _RECORDS.validate_json(path.read_bytes())
    except ValidationError as cause:
        raise unreadable(path, cause) from cause
