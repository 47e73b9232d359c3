"""Lend the index of a state of the dataset, with errors in words for people, and look up sources and versions."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from jixiao.server.editions.protocols import Edition, Publication, Version
from jixiao.server.errors import GoneError, NoIndexError, NotInStoreError, QueryTimeoutError
from jixiao.store import Dump, SearchTooLongError, SourceRecord, StoreUnusableError
from jixiao.store.index.index import Index
from jixiao.store.records import Manifest, Statistics
from jixiao.store.timeline import Sources

_LOG = logging.getLogger(__name__)
_NAMED = 20  # versions at most that an error names


@dataclass(frozen=True)
class Seen:
    """A version with its dumps as they were at one moment, since others may be written meanwhile.

    `changed` is the time of the version's last change as known at that moment. A page on a version and the page's ETag
    are made from one such object.
    """

    version: str
    manifest: Manifest
    statistics: Statistics | None
    dumped: tuple[Dump, ...] | None
    dumps: tuple[Dump, ...]
    changed: datetime
    _record: Version

    @staticmethod
    def of(record: Version) -> "Seen":
        """Return the manifest, statistics and dumps of a version as they are now. Raises StoreUnusableError."""
        changed = record.changed  # first, so that no later change is dated back
        return Seen(record.version, record.manifest, record.statistics, record.dumped, record.dumps, changed, record)

    @property
    def live_sources(self) -> tuple[SourceRecord, ...]:
        """The sources that the version was made from, which never change. Raises StoreUnusableError."""
        return self._record.live_sources


def seen(versions: Sequence[Version]) -> Iterator[Seen]:
    """Yield versions, the current one first, as they are now; a damaged earlier one is logged and left out.

    Raises StoreUnusableError if the current version is damaged.
    """
    for record in versions:
        try:
            yield Seen.of(record)
        except StoreUnusableError as error:
            if record is versions[0]:
                raise
            _LOG.error("%s", error)


@contextmanager
def index_of(now: Edition) -> Iterator[Index]:
    """Lend the index of an edition to a `with` block. Raises NoIndexError, and QueryTimeoutError as `in_time` does."""
    if now.index is None:
        raise NoIndexError(
            "这个站点的数据没有索引，不能搜索、提问和对照名称；视图和 SPARQL 照常可用。"
            "如果库是旧版 jixiao 建的，请管理者运行 jixiao reread。",
            "This site's data has no index to search, to answer questions from, or to match names with; views and"
            " SPARQL work as usual. If an older jixiao made the store, its steward runs jixiao reread.",
        )
    with in_time():
        yield now.index


@contextmanager
def in_time() -> Iterator[None]:
    """Raise QueryTimeoutError if a look-up in the `with` block takes too long."""
    try:
        yield
    except SearchTooLongError as cause:
        raise QueryTimeoutError(
            "查找用时过长，请多输入几个字、再加一个条件，或稍后再试。",
            "Looking this up takes too long; type more of the words, add a filter, or try again in a moment.",
        ) from cause


def version(store: Publication, name: str) -> Version:
    """Return the version with a name such as 000003. Raises NotInStoreError, which names the existing versions."""
    record = store.version(name)
    if record is None or not record.manifest.generation:
        known = [each.version for each in store.versions() if each.manifest.generation]
        there = ", ".join(known[:_NAMED]) + (" …" if len(known) > _NAMED else "")
        raise NotInStoreError(f"没有版本 {name}；现有：{there}。", f"There is no version {name}; there are: {there}.")
    return record


def readable_source(store: Publication, sha16: str) -> SourceRecord:
    """Return a current or replaced source. Raises SourceMissingError, and GoneError for a withdrawn one."""
    record = store.source(sha16)
    if record.status == "withdrawn":
        raise withdrawn(record)
    return record


def withdrawn(record: SourceRecord) -> GoneError:
    """Return the error for the withdrawn source `record`, or for a thing that was read from this source."""
    reason = record.reason or ""
    return GoneError(f"来源 {record.sha16} 已撤回：{reason}", f"Source {record.sha16} was withdrawn: {reason}")


def source_of(sources: Mapping[str, SourceRecord], iri: str) -> SourceRecord | None:
    """Return the withdrawn source from which the project or filing `iri` was read; None if there is no such source."""
    known = sources.withdrawn if isinstance(sources, Sources) else sources.values()
    gone = (record for record in known if record.status == "withdrawn")
    return next((record for record in gone if iri in record.projects or iri in record.filings), None)
