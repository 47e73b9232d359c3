"""Find the rows of each kind that match a query, rank them, and describe and quote those of a page from the graph.

If a kind has many matches, only the shortest texts are ranked, since ranking 50,000 rows takes too long.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from jixiao.ontology import terms
from jixiao.ontology.text import folding
from jixiao.ontology.text.marks import cut
from jixiao.store.index import facts, naming
from jixiao.store.index.entries import KINDS, UNSEARCHED, Entries, texts
from jixiao.store.index.found import Hit, How, Snippet
from jixiao.store.index.full_text import KIND_BIT, Query, number_range
from jixiao.store.index.readers import Reader

_COUNTED = ("org", "basis")
"""Kinds whose hits are sorted by their number of projects, the most first."""
LONG = ("goal", "section", "stated-basis", "done")
"""Kinds of long texts, whose hits are sorted by the share of the text that matches."""
_SHORT = 60
"""Shorter texts count as this long (in characters) when that share is computed, so that they have no advantage."""
_OTHERS = 3  # other names of a body or document that a hit shows
_OF_A_NAME = 20  # matching rows that are examined for an indicator with exactly the given name
_LABEL = 40  # characters of a text that are used as a label


@dataclass(frozen=True, order=True)
class MatchedRow:
    """A row of the index that matches a query: the row's number, by which rows rank, and the unit or part it is about.

    `part` is the fragment of the part's IRI, empty for the unit itself.
    """

    number: int
    unit: str
    part: str

    @property
    def name(self) -> str:
        """Return the part of the IRI after `id/`, with the fragment of a part."""
        return f"{self.unit}#{self.part}" if self.part else self.unit


class Hits:
    """A maker of search results (Hit): it ranks matching rows of the index, and completes them from one graph."""

    def __init__(self, entries: Entries) -> None:
        self._entries = entries

    def ranked(  # noqa: PLR0913, PLR0917 - one page of one kind
        self, reader: Reader, kind: str, places: Sequence[MatchedRow], query: Query, offset: int, limit: int
    ) -> tuple[Hit, ...]:
        """Rank matching rows of one kind, and return a page of hits: `limit` hits from position `offset`.

        `places` are the rows, those with the shortest texts first; rows after the first RANKED keep this order.
        """
        first = sorted(places[:RANKED], key=lambda place: (*self._order(reader, kind, place, query), place))
        ordered = [*first, *places[RANKED:]]
        return tuple(self._row(reader, kind, place, query) for place in ordered[offset : offset + limit])

    def of_indicator_names(self, reader: Reader, query: Query, limit: int) -> tuple[Hit, ...]:
        """Return one hit for each indicator name that contains the query, at most `limit`.

        The name equal to the query comes first, then the names of most projects. One indicator stands for each name,
        since hundreds of projects may have the name. A query of several terms gives no hits, as the terms may occur in
        different texts.
        """
        if len(query.terms) > 1:
            return ()
        named = naming.spellings(reader, self._entries.below, "indicator-name", f"%{query.bare}%", RANKED)
        hits = []
        for spelling in sorted(named, key=lambda one: (one.folded != query.bare, -one.projects, one.printed)):
            labelled = (
                one
                for one in matching_rows(reader, Query.of(spelling.printed), "indicator", _OF_A_NAME)
                if spelling.printed in self._values(one.name, terms.RDFS_label)
            )
            place = next(labelled, None)
            if place is not None:
                hits.append(self._row(reader, "indicator", place, query))
            if len(hits) == limit:
                break
        return tuple(hits)

    def _row(self, reader: Reader, kind: str, place: MatchedRow, query: Query) -> Hit:
        """Return the hit of a matching row, with the number of projects if it is a body, document or indicator.

        A body also gets the number of its evaluations.
        """
        projects = self._projects(reader, kind, place.name) if kind in _COUNTED else None
        hit = self._hit(kind, place.name, query, "contains", projects)
        if kind == "org":
            hit = replace(hit, evaluations=naming.evaluations(reader, kind, hit.iri))
        return (
            replace(hit, projects=naming.projects(reader, "indicator-name", hit.label)) if kind == "indicator" else hit
        )

    def of_name(self, kind: str, how: How, spelling: naming.Spelling, query: Query) -> Hit:
        """Return the hit of a unit found by its name: `spelling` is the name, and `how` says how it matches."""
        return self._hit(
            kind, spelling.unit, query, how, spelling.projects if kind in _COUNTED else None, spelling.printed
        )

    def _order(self, reader: Reader, kind: str, place: MatchedRow, query: Query) -> tuple[float, ...]:
        """Return the sort key of a matching row; rows with equal keys are sorted by number.

        Bodies and documents with a name equal to the query come first, then those of most projects; those without
        projects and evaluations come last. Rows of long texts are sorted by the share of their characters that match.
        Rows of other kinds have an empty key.
        """
        if kind in _COUNTED:
            names = [folding.bare(name) for name in self._entries.body(self._entries.below + place.unit)[0]]
            projects = self._projects(reader, kind, place.name)
            is_alone = not projects and not naming.evaluations(reader, kind, self._entries.below + place.name)
            return is_alone, query.bare not in names, -projects
        if kind not in LONG:
            return ()
        text = folding.bare(" ".join(self._values(place.name, terms.text)))
        matched = sum(text.count(term) * len(term) for term in map("".join, query.terms))
        return (-matched / max(_SHORT, len(text)),)

    def _projects(self, reader: Reader, kind: str, name: str) -> int:
        return naming.projects(reader, kind, self._entries.below + name)

    def _values(self, name: str, property_: str) -> list[str]:
        return facts.values(self._entries.graph, self._entries.below + name, property_)

    def _hit(  # noqa: PLR0913, PLR0917 - parts of one hit
        self, kind: str, name: str, query: Query, how: How, projects: int | None, named: str | None = None
    ) -> Hit:
        """Return a hit with its label and the line that matches the query best.

        `name` is the IRI after `id/`, and `how` tells how the unit matches. `projects` is the number of projects of a
        body or document, else None. `named` is the name by which a unit was found, or None.
        """
        about = facts.said(self._entries.graph, self._entries.below + name)
        of_row = texts(kind, about) or (name,)
        place, best = _best(of_row, query)
        if kind not in NAMED:
            label = (
                next(iter(about.get(terms.RDFS_label, ())), "")
                if kind in ("indicator", "section", "cost-item", "result")
                else best.line[:_LABEL]
            )
            hit = Hit(self._entries.below + name, kind, label, best.snippet(), how=_how(how, label, query))
            # The first line of a text stands where its part begins, unless a heading or another text is before it.
            starts = kind not in ("section", "done") and of_row[place].startswith(best.line)
            return self._with_place(hit, name, about, "" if kind not in LONG or starts else best.line)
        matched = of_row[place]
        if named is not None and best.terms < len(query.terms):
            matched, best = named, _abbreviation(named, query)
        hit = Hit(
            self._entries.below + name,
            kind,
            of_row[0],
            best.snippet(),
            None if matched == of_row[0] else matched,
            _how(how, matched, query),
        )
        if kind in _COUNTED:
            return replace(hit, projects=projects, others=of_row[1 : 1 + _OTHERS])
        hit = replace(hit, disputed=len(about.get(terms.PROV_alternateOf, ())))
        amounts = self._values(name, terms.amount)
        return self._with_place(replace(hit, amount=Decimal(amounts[0]) if amounts else None), name, about, "")

    def _with_place(self, hit: Hit, name: str, about: facts.Said, quoted: str) -> Hit:
        """Return a hit completed with its project or evaluation, and the source, line and page that it was read from.

        `name` is the hit's IRI after `id/`, `about` has its values by property, and `quoted` is the matching line or
        empty.
        """
        owner = name.partition("#")[0]
        body = next(iter(self._values(owner, terms.department)), None)
        return replace(
            hit,
            project=self._entries.below + owner,
            project_label=next(iter(self._values(owner, terms.RDFS_label)), None),
            department=None if body is None else self._entries.label(body),
            year=_number(self._values(owner, terms.year)),
            source=next(iter(self._values(owner, terms.PROV_wasDerivedFrom)), None),
            line=_number(about.get(terms.sourceLine, ())),
            page=_number(about.get(terms.sourcePage, ())),
            quoted=quoted,
        )


def _how(how: How, matched: str, query: Query) -> How:
    """Return "same" instead of "contains" if the matched name is equal to the query; any other `how` unchanged."""
    return "same" if how == "contains" and folding.bare(matched) == query.bare else how


def _number(values: Iterable[str]) -> int | None:
    return next((int(value) for value in values), None)


SEARCHED = tuple(kind for kind in KINDS if kind not in UNSEARCHED)
"""Kinds of rows that are searched, in the order in which hits are shown."""
NAMED = ("org", "basis", "project", "evaluation")
"""Kinds that are found by their names; the others are found by their texts."""

# Grouping all rows by kind would take three times as long.
_COUNT = "SELECT count(*) FROM line WHERE line MATCH ? AND rowid BETWEEN ? AND ?"
_ROWS = """
SELECT f.rowid, u.name, e.name FROM line f JOIN entry e ON e.id = f.rowid JOIN unit u ON u.id = e.unit
WHERE f.line MATCH ?1 AND f.rowid BETWEEN ?2 AND ?3
  AND (?5 = '' OR e.unit IN (SELECT p.unit FROM placed p WHERE substr(p.place, -6, length(?5)) = ?5))
ORDER BY f.rowid LIMIT ?4
"""
_BY_PLACE = """
SELECT kind, codes, sum(number) FROM (
  SELECT m.kind, m.number, (
    SELECT group_concat(DISTINCT substr(p.place, -6)) FROM placed p
    WHERE p.unit = m.unit AND substr(p.place, -6, length(?4)) = ?4
  ) AS codes
  FROM (
    SELECT f.rowid >> ?5 AS kind, e.unit AS unit, count(*) AS number FROM line f JOIN entry e ON e.id = f.rowid
    WHERE f.line MATCH ?1 AND f.rowid BETWEEN ?2 AND ?3 GROUP BY 1, 2
  ) m
) WHERE codes IS NOT NULL GROUP BY kind, codes
"""
_NAMED = """
SELECT u.name AS name FROM line f JOIN entry e ON e.id = f.rowid JOIN unit u ON u.id = e.unit
WHERE f.line MATCH :match AND f.rowid BETWEEN :first AND :last
"""
_LINKED = """
SELECT k.name, substr(p.place, -6) FROM temp.picked k CROSS JOIN role r ON r.body = ?1 || k.name
JOIN placed p ON p.unit = r.unit
UNION SELECT k.name, substr(p.place, -6) FROM temp.picked k CROSS JOIN citation c ON c.basis = ?1 || k.name
JOIN placed p ON p.unit = c.unit
"""


RANKED = 100
"""The number of rows of a kind, the shortest texts, that are ranked; the others follow unranked."""


def count_rows(reader: Reader, query: Query) -> dict[str, int]:
    """Count the rows that match, by kind. Raises SearchTooLongError."""
    match = query.match()
    counts = {kind: reader.all(_COUNT, match, *number_range(kind))[0][0] for kind in SEARCHED}
    return {kind: number for kind, number in counts.items() if number}


Placed = Mapping[tuple[str, str, frozenset[str]], int]
"""The number of rows by kind, name of the body or document (empty for other kinds), and codes of their divisions."""


def count_by_place(reader: Reader, entries: Entries, query: Query, region: str) -> Placed:
    """Count the rows that match by the administrative divisions of their projects; a body also has its own division.

    Keys are kind, unit (only for bodies and documents) and codes. Only codes that begin with `region` count. Raises
    SearchTooLongError.
    """
    first, last = number_range("project")[0], number_range(SEARCHED[-1])[1]
    counts: Counter[tuple[str, str, frozenset[str]]] = Counter()
    for number, codes, rows in reader.all(_BY_PLACE, query.match(), first, last, region, KIND_BIT):
        counts[KINDS[number - 1], "", frozenset(codes.split(","))] += rows
    bounds = {"first": number_range("org")[0], "last": number_range("basis")[1]}
    reader.pick(_NAMED, {"match": query.match(), **bounds})
    found = {
        name: {iri.rpartition("/")[2] for iri in facts.values(entries.graph, entries.below + name, terms.place)}
        for (name,) in reader.all("SELECT name FROM temp.picked")
    }
    for name, code in reader.all(_LINKED, entries.below):
        found[name].add(code)
    for name, places in found.items():
        if there := frozenset(code for code in places if code.startswith(region)):
            counts[name.partition("/")[0], name, there] += 1
    return counts


def matching_rows(reader: Reader, query: Query, kind: str, limit: int, region: str = "") -> list[MatchedRow]:
    """Return the first `limit` rows of a kind that match, the shortest texts first.

    With `region`, the beginning of a division's code, only rows of projects there are returned. Raises
    SearchTooLongError.
    """
    return [MatchedRow(*row) for row in reader.all(_ROWS, query.match(), *number_range(kind), limit, region)]


_BEFORE, _AROUND = 24, 120  # characters shown before the first match of a long line, and in all


@dataclass(frozen=True)
class Matches:
    """A line of a text, the places of the query's terms in it, and the number of different terms among them."""

    line: str
    places: tuple[tuple[int, int], ...]
    terms: int

    def snippet(self) -> Snippet:
        """Return the line with its matches; of a long line, a part that begins a little before the first match."""
        return Snippet(*cut(self.line, self.places, _AROUND, _BEFORE))


def _best(texts: Sequence[str], query: Query) -> tuple[int, Matches]:
    """Return the index of the text that has the most terms of a query in one line, and the matches in that line."""
    matching = [(place, _matches(line, query)) for place, text in enumerate(texts) for line in text.split("\n")]
    return max(matching, key=lambda pair: pair[1].terms, default=(0, Matches("", (), 0)))


def _matches(line: str, query: Query) -> Matches:
    """Return a line with all places where terms of a query occur in it."""
    folded, places = folding.folded_places(line)
    spans: list[tuple[int, int]] = []
    terms = 0
    for term in query.terms:
        found = [each.span() for each in re.finditer(r"[\W_]*".join(map(re.escape, term)), folded)]
        spans += [(places[start], places[end - 1] + 1) for start, end in found]
        terms += bool(found)
    return Matches(line, _joined(spans), terms)


def _abbreviation(line: str, query: Query) -> Matches:
    """Return a line with the places of an abbreviation's letters, in their order, each as early as possible.

    There are no places if a letter is missing.
    """
    folded, places = folding.folded_places(line)
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
    """Return spans sorted, with those that touch or overlap joined."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return tuple(joined)
