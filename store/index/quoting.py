"""Find a query's terms in a text, and quote the line that has most of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from jixiao.ontology.text.folding import folded_places
from jixiao.store.index.results import Snippet
from jixiao.store.index.tokens import Query

_BEFORE, _AROUND = 24, 120  # characters shown before the first match of a long line, and in all


@dataclass(frozen=True)
class Matches:
    """A line of a text, the places of the query's terms in it, and the number of different terms among them."""

    line: str
    places: tuple[tuple[int, int], ...]
    terms: int

    def snippet(self) -> Snippet:
        """Return the line, or the part of a long line that begins a little before the first match."""
        first = self.places[0][0] if self.places else 0
        start = 0 if len(self.line) <= _AROUND else max(0, min(first - _BEFORE, len(self.line) - _AROUND))
        end = min(len(self.line), start + _AROUND)
        before, after = "…" if start else "", "…" if end < len(self.line) else ""
        moved = len(before) - start
        marks = tuple((max(a, start) + moved, min(b, end) + moved) for a, b in self.places if a < end and b > start)
        return Snippet(f"{before}{self.line[start:end]}{after}", marks)


def best(texts: Sequence[str], query: Query) -> tuple[int, Matches]:
    """Return the index of the text with the most of a query's terms, and the matches in its best line."""
    found = [(place, matches(line, query)) for place, text in enumerate(texts) for line in text.split("\n")]
    return max(found, key=lambda pair: pair[1].terms, default=(0, Matches("", (), 0)))


def matches(line: str, query: Query) -> Matches:
    """Find all places of a query's terms in a line."""
    folded, places = folded_places(line)
    spans: list[tuple[int, int]] = []
    terms = 0
    for term in query.terms:
        found = [each.span() for each in re.finditer(r"[\W_]*".join(map(re.escape, term)), folded)]
        spans += [(places[start], places[end - 1] + 1) for start, end in found]
        terms += bool(found)
    return Matches(line, _joined(spans), terms)


def abbreviation(line: str, query: Query) -> Matches:
    """Find the letters of an abbreviation in a line, in their order, each as early as possible."""
    folded, places = folded_places(line)
    spans: list[tuple[int, int]] = []
    after = 0
    for letter in query.bare:
        at = folded.find(letter, after)
        if at < 0:
            return Matches(line, (), 0)
        spans.append((places[at], places[at] + 1))
        after = at + 1
    return Matches(line, _joined(spans), len(query.terms))


def _joined(spans: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return tuple(joined)
