"""Log of stewards' work: find the entries between two states of a store, and read and write the log.

Each generation has the log of the generation before it and its own entries, so that log and generation are published
at once. Times stand here and never in the graphs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import TypeAdapter

from jixiao.ontology import terms
from jixiao.ontology.identity import Iris
from jixiao.store.records import Event, LogEntry, SourceRecord
from jixiao.store.registry.decisions import Decision, Decisions
from jixiao.store.registry.registry_file import statement

FILE = "log.jsonl"

_ENTRY = TypeAdapter(LogEntry)


@dataclass(frozen=True)
class Remark:
    """A steward's reason for undoing something, and the steward if given."""

    reason: str | None = None
    by: str | None = None


@dataclass(frozen=True)
class Span:
    """The step from the generation before to `generation` at the time `at`; `remarks` are by IRI."""

    iris: Iris
    generation: int
    at: str
    remarks: Mapping[str, Remark] = field(default_factory=dict)

    def decisions(self, before: Decisions, after: Decisions) -> Iterator[LogEntry]:
        """Give an entry for every decision that was made, changed or undone, by hand or by command."""
        was, is_ = ({each.iri: each for each in state.all} for state in (before, after))
        for iri in sorted(was.keys() | is_.keys(), key=lambda iri: (len(iri), iri)):
            if iri not in is_:
                yield self._decision("undone", was[iri], self.remarks.get(iri, Remark()))
            elif iri not in was or was[iri] != is_[iri]:
                decision = is_[iri]
                said = Remark(decision.text(terms.DCTERMS_description) or None, decision.text(terms.decidedBy) or None)
                yield self._decision("changed" if iri in was else "decided", decision, said)

    def sources(self, before: Mapping[str, SourceRecord], after: Mapping[str, SourceRecord]) -> Iterator[LogEntry]:
        """Give an entry for every source that was withdrawn, replaced or restored."""
        for sha16, record in sorted(after.items()):
            earlier = before.get(sha16)
            if record == earlier or (record.live and (earlier is None or earlier.live)):
                continue
            by = self.remarks.get(self.iris.source(record.sha256), Remark()).by
            yield LogEntry(
                at=record.ended or record.added,
                generation=self.generation,
                event="restored" if record.status == "live" else record.status,
                subject=self.iris.source(record.sha256),
                name=record.file_name,
                reason=record.reason,
                by=by,
                replaced_by=record.replaced_by,
            )

    def _decision(self, event: Event, decision: Decision, said: Remark) -> LogEntry:
        return LogEntry(
            at=self.at,
            generation=self.generation,
            event=event,
            subject=decision.iri,
            name=decision.kind.removeprefix(terms.JX),
            reason=said.reason,
            by=said.by,
            statement=statement(decision, self.iris.base),
        )


def lines(entries: Iterable[LogEntry]) -> bytes:
    """Write entries as lines of JSON."""
    return b"".join(_ENTRY.dump_json(entry, exclude_none=True) + b"\n" for entry in entries)


def written(generation: Path) -> bytes:
    """Return the lines in a generation's directory, none if it was made before there was a log. May raise OSError."""
    try:
        return (generation / FILE).read_bytes()
    except FileNotFoundError:
        return b""


def read(generation: Path) -> tuple[LogEntry, ...]:
    """Read the entries in a generation's directory, oldest first. May raise OSError and ValidationError."""
    return tuple(_ENTRY.validate_json(line) for line in written(generation).splitlines())
