"""A generation's directory in, what is known of that version for ever out: manifest, statistics, dumps, sources.

Of a generation that readers no longer need, the graph goes and this stays, in the same place: so nothing is moved, no
link to a dump breaks, and an interrupted clearing is done again by the next writer.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError
from pyoxigraph import Store as Graph

from jixiao.store import files
from jixiao.store.errors import StoreUnusableError, VersionMissingError
from jixiao.store.records import Dump, Manifest, SourceRecord, Statistics
from jixiao.store.versions import dumps, members, nquads

VERSION = re.compile(r"[0-9]{6}|[1-9][0-9]{6,11}")  # a number has one name: 000003 is, 0000003 is not
MANIFEST, SOURCES, STATISTICS, DUMPS = "manifest.json", "sources.json", "statistics.json", "dumps.json"
GRAPH, LOG = "graph", "log.jsonl"
_GOING = f".{GRAPH}.going"  # so named, a graph is nobody's, whole or not

_T = TypeVar("_T")
_MANIFEST = TypeAdapter(Manifest)
_SOURCES = TypeAdapter(list[SourceRecord])
_STATISTICS = TypeAdapter(Statistics)
_DUMPS = TypeAdapter(list[Dump])


@dataclass(frozen=True, eq=False)
class VersionRecord:
    """One version of the dataset, whether its graph is still there or not. What is asked for is read once."""

    path: Path
    manifest: Manifest

    @property
    def number(self) -> int:
        """1 for the first."""
        return self.manifest.generation

    @property
    def version(self) -> str:
        """The number as it is cited, such as 000003."""
        return self.manifest.version

    @cached_property
    def statistics(self) -> Statistics | None:
        """What was counted; None for a version made before this was done. Raises StoreUnusableError."""
        return _read(self.path / STATISTICS, _STATISTICS)

    @property
    def dumps(self) -> tuple[Dump, ...]:
        """Its files that are there now. Raises StoreUnusableError."""
        return tuple(dump for dump in self._made if (self.path / dump.name).is_file())

    @cached_property
    def _made(self) -> list[Dump]:
        return _read(self.path / DUMPS, _DUMPS) or []

    @cached_property
    def sources(self) -> tuple[SourceRecord, ...]:
        """The live ones, by file name; without their projects and filings once the graph is gone.

        Raises StoreUnusableError.
        """
        records = _read(self.path / SOURCES, _SOURCES) or []
        return tuple(sorted((each for each in records if each.live), key=lambda each: (each.file_name, each.sha256)))

    def dump(self, name: str) -> Path | None:
        """The file of that name, None where it was not made or is not kept."""
        return next((self.path / dump.name for dump in self.dumps if dump.name == name), None)

    def lines(self) -> Iterator[bytes]:
        """Its ordered N-Quads, from the dump, else from the graph.

        Raises VersionMissingError where neither is there, VersionUnusableError for a broken dump, and OSError.
        """
        packed = self.dump(dumps.N_QUADS)
        if packed is not None:
            return dumps.lines(packed)
        if not (self.path / GRAPH).is_dir():
            raise VersionMissingError(
                f"版本 {self.version} 的数据已不在库中，只留下说明；用当时的导出文件代替。"
                f" The data of version {self.version} are no longer in the store, only what is said of them;"
                " name a dump of it instead."
            )
        return nquads.ordered(Graph.read_only(str(self.path / GRAPH)))


def read(path: Path) -> VersionRecord:
    """The version in a generation's directory. Raises OSError and ValidationError when it is not whole."""
    return VersionRecord(path, _MANIFEST.validate_json((path / MANIFEST).read_bytes()))


def write(directory: Path, manifest: Manifest, sources: list[SourceRecord]) -> None:
    """Puts sources and, as the last, the manifest there. May raise OSError."""
    files.write(directory / SOURCES, _SOURCES.dump_json(sources, indent=1))
    files.write(directory / MANIFEST, _MANIFEST.dump_json(manifest, indent=1))


def read_sources(path: Path) -> list[SourceRecord]:
    """Every source of a generation whose graph is there. Raises OSError and ValidationError."""
    return _SOURCES.validate_json((path / SOURCES).read_bytes())


def write_statistics(directory: Path, statistics: Statistics) -> None:
    """May raise OSError."""
    files.write(directory / STATISTICS, _STATISTICS.dump_json(statistics, indent=1))


def write_dumps(directory: Path, dumps: list[Dump]) -> None:
    """May raise OSError."""
    files.write(directory / DUMPS, _DUMPS.dump_json(dumps, indent=1))


def thin(path: Path) -> None:
    """Takes the graph, its members and its log out of a generation's directory. May raise OSError.

    The sources are written anew before, without what only the graph's readers need; their number grows with every
    version otherwise. The log stands whole in the current generation. What an interrupted call left is finished.
    """
    going = path / _GOING
    if (path / GRAPH).exists():
        if going.exists():
            shutil.rmtree(going)  # a rename goes over no directory with something in it
        files.move(path / GRAPH, going)
    if not going.exists():
        return
    try:
        live = [replace(each, projects={}, filings=()) for each in read_sources(path) if each.live]
        files.write(path / SOURCES, _SOURCES.dump_json(live))
    except (FileNotFoundError, ValidationError):
        pass  # made by hand or spoilt: nothing is lost by leaving it
    (path / LOG).unlink(missing_ok=True)
    members.remove(path)
    shutil.rmtree(going)  # the last: without it nothing is left to do


def drop_dumps(path: Path) -> None:
    """Removes a version's files; that they were made stays known. May raise OSError."""
    for found in path.glob("dump.*.gz"):
        found.unlink()


def _read(path: Path, of: TypeAdapter[_T]) -> _T | None:
    try:
        return of.validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as cause:
        raise StoreUnusableError(f"无法读取 {path}：{cause}。 {path} cannot be read: {cause}.") from cause
