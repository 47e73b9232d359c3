"""Log of stewards' work: compute the entries for a commit from the states before and after, and read the log.

Entries are rows of the timeline, so that they are published with their generation. Times are kept only here, never in
the graphs.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pydantic import TypeAdapter, ValidationError

from jixiao.ontology import identity, terms
from jixiao.store.decisions import effects, registry_file
from jixiao.store.errors import damaged
from jixiao.store.records import Event, LogEntry, SourceRecord
from jixiao.store.timeline import Changes, Moment

_KIND = "log"
_ENTRY = TypeAdapter(LogEntry)


@dataclass(frozen=True)
class Remark:
    """A steward's reason for undoing a decision or withdrawing a source, and the steward's name if given."""

    reason: str | None = None
    by: str | None = None


@dataclass(frozen=True)
class Span:
    """A commit for which log entries are made: it makes the generation numbered `generation` at the time `at`.

    `at` is ISO 8601, UTC. `remarks` are stewards' remarks, by the IRI of the decision or source.
    """

    iris: identity.Iris
    generation: int
    at: str
    remarks: Mapping[str, Remark] = field(default_factory=dict)

    def decisions(self, before: effects.Decisions, after: effects.Decisions) -> Iterator[LogEntry]:
        """Yield an entry for each decision that was made, changed or undone between two states of the registry.

        It makes no difference whether a command or somebody's edit of the file changed the decision.
        """
        former, present = ({each.iri: each for each in state.all} for state in (before, after))
        for iri in sorted(former.keys() | present.keys(), key=lambda iri: (len(iri), iri)):
            if iri not in present:
                yield self._decision("undone", former[iri], self.remarks.get(iri, Remark()))
            elif iri not in former or former[iri] != present[iri]:
                decision = present[iri]
                said = Remark(decision.text(terms.DCTERMS_description) or None, decision.text(terms.decidedBy) or None)
                yield self._decision("changed" if iri in former else "decided", decision, said)

    def sources(self, before: Mapping[str, SourceRecord], after: Mapping[str, SourceRecord]) -> Iterator[LogEntry]:
        """Yield an entry for each changed source in `after` that was withdrawn, replaced or restored.

        `before` and `after` are records by sha16. A source that is new, or live as before, has no entry.
        """
        for sha16, record in sorted(after.items()):
            former = before.get(sha16)
            if record != former and not (record.live and (former is None or former.live)):
                yield LogEntry(
                    at=record.ended or record.added,
                    generation=self.generation,
                    event="restored" if record.status == "live" else record.status,
                    subject=self.iris.source(record.sha256),
                    name=record.file_name,
                    reason=record.reason,
                    by=self.remarks.get(self.iris.source(record.sha256), Remark()).by,
                    replaced_by=record.replaced_by,
                )

    def _decision(self, event: Event, decision: effects.Decision, said: Remark) -> LogEntry:
        """Return the entry of an event of a decision; `said` is the steward's remark on it."""
        return LogEntry(
            at=self.at,
            generation=self.generation,
            event=event,
            subject=decision.iri,
            name=decision.kind.removeprefix(terms.JX),
            reason=said.reason,
            by=said.by,
            statement=registry_file.statement(decision, self.iris.base),
        )


def rows(generation: int, entries: Iterable[LogEntry]) -> Changes:
    """Return the timeline's rows for the entries of a generation, with keys that keep the order of the entries."""
    return {
        (_KIND, f"{generation:012}.{number:06}"): _ENTRY.dump_json(each).decode() for number, each in enumerate(entries)
    }


def read(moment: Moment) -> tuple[LogEntry, ...]:
    """Read the entries up to a generation, oldest first. Raises StoreUnusableError."""
    try:
        return tuple(_ENTRY.validate_json(text) for _, text in moment.all(_KIND))
    except ValidationError as cause:
        raise damaged(moment.timeline.path) from cause
