"""Refuse sources that were withdrawn, with the stewards' reason."""

from collections.abc import Mapping

from jixiao.server.editions.protocols import Publication
from jixiao.server.errors import GoneError
from jixiao.store import SourceRecord
from jixiao.store.timeline.rows import Sources


def readable_source(store: Publication, sha16: str) -> SourceRecord:
    """Return a current or replaced source. Raises SourceMissingError, and GoneError for a withdrawn one."""
    record = store.source(sha16)
    if record.status == "withdrawn":
        raise withdrawn(record)
    return record


def withdrawn(record: SourceRecord) -> GoneError:
    """Return the error for a withdrawn source, or for a thing that was read from one."""
    reason = record.reason or ""
    return GoneError(f"来源 {record.sha16} 已撤回：{reason}", f"Source {record.sha16} was withdrawn: {reason}")


def source_of(sources: Mapping[str, SourceRecord], iri: str) -> SourceRecord | None:
    """Return the withdrawn source from which a project or filing was read, or None."""
    if isinstance(sources, Sources):
        gone = sources.withdrawn
    else:
        gone = [record for record in sources.values() if record.status == "withdrawn"]
    return next((record for record in gone if iri in record.projects or iri in record.filings), None)
