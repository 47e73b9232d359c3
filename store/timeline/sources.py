"""Read a generation's sources from the timeline: all of them by sha16, the live ones also by project or filing."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from pydantic import TypeAdapter, ValidationError

from jixiao.store.errors import unreadable
from jixiao.store.records import SourceRecord
from jixiao.store.timeline.timeline import Changes, Moment, joined

SOURCE, PROJECT, FILING, UNSURE, READING = "source", "project", "filing", "unsure", "reading"
"""Kinds of rows: the record of a source; the live source of a project; the live sources of a filing; those with an
amount under a borrowed name in a filing; those that were read by a version of the rules."""

_RECORD = TypeAdapter(SourceRecord)


class Sources(Mapping[str, SourceRecord]):
    """All sources that a store has or had in a generation, by sha16. Raises StoreUnusableError when read."""

    def __init__(self, moment: Moment) -> None:
        self._moment = moment

    def __getitem__(self, sha16: str) -> SourceRecord:
        """Return the record of a source. Raises KeyError."""
        if "_every" in self.__dict__:
            return self._every[sha16]
        found = self._moment.get(SOURCE, sha16)
        if found is None:
            raise KeyError(sha16)
        return self._record(found)

    def __iter__(self) -> Iterator[str]:
        """Iterate over the sha16s, sorted."""
        return iter(self._every)

    def __len__(self) -> int:
        """Count the sources."""
        return len(self._every)

    def of_project(self, project: str) -> list[str]:
        """Return the live source that has a project; empty if none has it."""
        found = self._moment.get(PROJECT, project)
        return [] if found is None else [found]

    def of_filing(self, filing: str) -> list[str]:
        """Return the live sources of a filing."""
        return self._moment.under(FILING, filing)

    def unsure(self, filing: str) -> list[str]:
        """Return the live sources that have an amount under a borrowed name in a filing."""
        return self._moment.under(UNSURE, filing)

    def read_otherwise(self, reading: int) -> int:
        """Count the live sources that were read by another version of the rules than `reading`."""
        return self._moment.count(READING) - self._moment.count(READING, f"{reading}")

    @cached_property
    def withdrawn(self) -> list[SourceRecord]:
        """The withdrawn sources, found without reading the records of all others."""
        found = self._moment.containing(SOURCE, '"status":"withdrawn"')
        return [record for _, text in found if (record := self._record(text)).status == "withdrawn"]

    @cached_property
    def _every(self) -> dict[str, SourceRecord]:
        return {sha16: self._record(text) for sha16, text in self._moment.all(SOURCE)}

    def _record(self, text: str) -> SourceRecord:
        try:
            return _RECORD.validate_json(text)
        except ValidationError as cause:
            raise unreadable(self._moment.timeline.path, cause) from cause


def rows(before: Iterable[SourceRecord], after: Iterable[SourceRecord]) -> Changes:
    """Return the changes of rows for changed sources; `before` has the former records of those that existed."""
    changes: dict[tuple[str, str], str | None] = {}
    for record in before:
        changes |= dict.fromkeys(_holdings(record))
    for record in after:
        changes[SOURCE, record.sha16] = _RECORD.dump_json(record, exclude_defaults=True).decode()
        changes |= _holdings(record)
    return changes


def _holdings(record: SourceRecord) -> dict[tuple[str, str], str | None]:
    if not record.live:
        return {}
    return {
        **{(PROJECT, project): record.sha16 for project in record.projects},
        (READING, joined(f"{record.reading}", record.sha16)): "",
        **{(FILING, joined(filing, record.sha16)): "" for filing in record.filings},
        **{(UNSURE, joined(filing, record.sha16)): "" for filing in record.unsure.values()},
    }
