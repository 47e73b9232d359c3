"""Make stores of earlier formats."""

import json

from pydantic import TypeAdapter

from jixiao.store import LogEntry, SourceRecord, Store


def as_format_1(store: Store) -> None:
    """Make a store one of format 1, with the files that were kept of sources and log."""
    records, entries = TypeAdapter(list[SourceRecord]), TypeAdapter(LogEntry)
    for record in store.versions():
        sources = list(record.known.values())
        (record.path / "sources.json").write_bytes(records.dump_json(sources))
        log = [entry for entry in store.log() if entry.generation <= record.number]
        lines = (entries.dump_json(entry, exclude_none=True) + b"\n" for entry in log)
        (record.path / "log.jsonl").write_bytes(b"".join(lines))
    (store.path / "timeline.sqlite").unlink()
    (store.path / "store.json").write_text(json.dumps({"format": 1, "base_iri": store.base_iri}))
