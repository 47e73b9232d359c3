"""Record the use of every line of a source: fact, boilerplate of the form, person, blank, or unread.

A line counts as read only if every cell on it is accounted for.
"""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, NamedTuple

from jixiao.ingest.facts import Fact
from jixiao.ingest.model import Extraction
from jixiao.ingest.rendition import Place, Rendition
from jixiao.ingest.values.spans import Spans
from jixiao.ontology import terms

Use = Literal["fact", "boilerplate", "person", "blank", "unread"]


# Facts about the print of a line; they do not show that the line was read.
_REMARKS = frozenset(
    {
        terms.misprint,
        terms.misspelling,
        terms.repetition,
        terms.unpairedMark,
        terms.misquotedDocument,
        terms.nameVariant,
        terms.impossibleCounts,
    }
)


class Entry(NamedTuple):
    """One line: its number, its use, and the facts read from it.

    `aside` is true if the meaning of all its unread cells is known, but such values are not kept (remarks).
    """

    line: int
    use: Use
    facts: tuple[Fact, ...]
    aside: bool = False


@dataclass(frozen=True)
class Ledger:
    """The use of every line of a rendition, in order."""

    entries: tuple[Entry, ...]

    @cached_property
    def unread(self) -> tuple[int, ...]:
        """The numbers of the unread lines."""
        return tuple(entry.line for entry in self.entries if entry.use == "unread")

    @property
    def not_understood(self) -> tuple[int, ...]:
        """The numbers of the unread lines, except those whose unread values are known but not kept."""
        return tuple(entry.line for entry in self.entries if entry.use == "unread" and not entry.aside)

    @property
    def share(self) -> float:
        """The share (0 to 1) of the lines with text that were read."""
        written = sum(1 for entry in self.entries if entry.use != "blank")
        return 1.0 - len(self.unread) / written if written else 1.0

    @cached_property
    def _places(self) -> dict[tuple[str, str, str | None], tuple[Place, ...]]:
        places: defaultdict[tuple[str, str, str | None], dict[Place, None]] = defaultdict(dict)
        for entry in self.entries:
            for fact in entry.facts:
                found = dict.fromkeys(_on(fact, entry.line))
                places[fact.subject, fact.property, None].update(found)
                if fact.property in _REMARKS and fact.value is not None:
                    places[fact.subject, fact.property, fact.value.value].update(found)
        return {fact: tuple(found) for fact, found in places.items()}

    def places_of(self, node: str, name: str, value: str | None = None) -> tuple[Place, ...]:
        """Return the places from which the property `name` of a node was read; none if it was not read.

        `value` limits the places to those of one value; it may be given for the properties in `_REMARKS` alone.
        """
        return self._places.get((node, name, value), ())

    def to_json(self, forms: Spans) -> dict[str, Any]:
        """Return the ledger as JSON, in which the store keeps it.

        `forms` are the lines of forms and narratives: these have the key `form`, and lines with `aside` have values
        that are not kept. A withheld fact has its value as N-Triples; a fact recognised in a picture has its `score`,
        what confirms it as `confirmed`, and the `decision` with which a steward transcribed it.
        """
        lines = [
            {"n": entry.line, "use": entry.use, "facts": [_written(fact, entry.line) for fact in entry.facts]}
            | ({"form": True} if forms.meet(entry.line, entry.line + 1) else {})
            | ({"aside": True} if entry.use == "unread" and entry.aside else {})
            for entry in self.entries
        ]
        return {"share": round(self.share, 4), "lines": lines}


def _written(fact: Fact, line: int) -> dict[str, Any]:
    written: dict[str, Any] = {
        "node": fact.subject,
        "property": fact.property,
        "why": fact.why,
        "columns": [place.column for place in _on(fact, line)],
    }
    if fact.withheld is not None:
        written["withheld"] = str(fact.withheld)
    if seen := fact.seen:
        told = {"confirmed": seen.confirmed, "decision": seen.decision}
        written |= {"score": round(seen.score, 3)} | {name: each for name, each in told.items() if each}
    return written


def _on(fact: Fact, line: int) -> list[Place]:
    """Return the places of a fact that are on the line with the number `line`."""
    if len(fact.places) == 1:
        return list(fact.places)
    return [place for place in dict.fromkeys(fact.places) if place.line == line]


def settle(rendition: Rendition, extraction: Extraction, facts: list[Fact]) -> Ledger:
    """Return the ledger of a document: the use of each line, found from the places of its facts and its extraction."""
    read: defaultdict[int, list[Fact]] = defaultdict(list)
    places: set[Place] = set()
    for fact in facts:
        for line in dict.fromkeys([place.line for place in fact.places]):
            read[line].append(fact)
        if fact.property not in _REMARKS:
            places.update(fact.places)
    written = {*rendition.filled_places(), *extraction.divided}
    known = places | (extraction.boilerplate - extraction.telling) | extraction.persons
    unknown = written - known
    filled, unread, not_aside, of_persons, of_facts = (
        {place.line for place in found}
        for found in (written, unknown, unknown - extraction.aside, written & extraction.persons, written & places)
    )

    def use(line: int) -> Use:
        if line not in filled:
            return "blank"
        if line in unread:
            return "unread"
        if line in of_persons:
            return "person"
        return "fact" if line in of_facts else "boilerplate"

    return Ledger(
        tuple(
            Entry(each.number, use(each.number), tuple(read.get(each.number, ())), each.number not in not_aside)
            for each in rendition.lines
        )
    )
