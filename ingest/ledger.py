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


# Facts about the print of a line, from which nothing else may have been read.
_REMARKS = frozenset(
    {
        terms.garbledText,
        terms.misprint,
        terms.misspelling,
        terms.repetition,
        terms.unpairedMark,
        terms.instruction,
        terms.misquotedDocument,
        terms.nameVariant,
        terms.impossibleCounts,
        terms.exclusiveTicks,
    }
)


class Entry(NamedTuple):
    """One line: its use, and the facts that were read from it; `aside` if unread values are known and not kept."""

    line: int
    use: Use
    facts: tuple[Fact, ...]
    aside: bool = False


@dataclass(frozen=True)
class Ledger:
    """Every line of a rendition, in order."""

    entries: tuple[Entry, ...]

    @cached_property
    def unread(self) -> tuple[int, ...]:
        """The numbers of the unread lines."""
        return tuple(entry.line for entry in self.entries if entry.use == "unread")

    @property
    def not_understood(self) -> tuple[int, ...]:
        """The numbers of the unread lines, without values that are known and not kept."""
        return tuple(entry.line for entry in self.entries if entry.use == "unread" and not entry.aside)

    @property
    def share(self) -> float:
        """The part of the lines with text that is not unread (0 to 1)."""
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
        """Return the cells from which a property of a node was read, or one value of a remark on its print."""
        return self._places.get((node, name, value), ())

    def to_json(self, forms: Spans) -> dict[str, Any]:
        """Return the ledger in the form in which it is kept beside the store.

        `forms` are the lines of forms and narratives: a line of them has `form`, and a line with `aside` holds values
        that are known and not kept. A withheld fact has the value that was read, as N-Triples; one that was recognised
        in a picture has its `score`, what confirms it as `confirmed`, and the `decision` by which a steward read it.
        """
        lines = []
        for entry in self.entries:
            facts = [_written(fact, entry.line) for fact in entry.facts]
            written: dict[str, Any] = {"n": entry.line, "use": entry.use, "facts": facts}
            if forms.meet(entry.line, entry.line + 1):
                written["form"] = True
            if entry.use == "unread" and entry.aside:
                written["aside"] = True
            lines.append(written)
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
    if fact.seen is not None:
        written["score"] = round(fact.seen.score, 3)
        if fact.seen.confirmed:
            written["confirmed"] = fact.seen.confirmed
        if fact.seen.decision:
            written["decision"] = fact.seen.decision
    return written


def _on(fact: Fact, line: int) -> list[Place]:
    """Return the cells of a line from which a fact was read."""
    if len(fact.places) == 1:
        return list(fact.places)
    return [place for place in dict.fromkeys(fact.places) if place.line == line]


def settle(rendition: Rendition, extraction: Extraction, facts: list[Fact]) -> Ledger:
    """Build the ledger of a document from its places and the facts that were stated."""
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
