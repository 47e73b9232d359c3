"""The index of one generation, as the server and the command line use it."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path

from jixiao.ontology import identity, numbers
from jixiao.ontology.places import lineage, places
from jixiao.ontology.text import folding
from jixiao.store.bounded_cache import BoundedCache
from jixiao.store.index import lookup, naming
from jixiao.store.index.entries import TALLIED, UNITS, Entries
from jixiao.store.index.found import Choice, Found, Group, Hit, How, Name
from jixiao.store.index.full_text import LONGEST, Query
from jixiao.store.index.hits import NAMED, RANKED, SEARCHED, Hits, Placed, count_by_place, count_rows, matching_rows
from jixiao.store.index.readers import SECONDS, Opened, Reader

NAME_KINDS = (*UNITS, "indicator", *(kind for kind in TALLIED if kind not in UNITS))
"""Kinds of names: names of things (units), and values such as the name of an indicator."""

_RANKED = 500  # the shortest matching names, which are then sorted by their numbers of projects
_EVERY = 200_000  # names at most among which similar ones are looked for
_PLACED = 10_000  # matches at most that are counted by region
_TITLE = 8  # letters from which a title in a text refers to its document; shorter titles are everyday words
_LISTS_HELD, _NAMES_HELD = 256, 2048  # answers in memory: a generation never changes


class Index(Opened):
    """An open index: names, choices and full text of a generation's default graph. Safe to share between threads.

    Methods accept any text. They raise SearchTooLongError if almost everything contains it, and StoreUnusableError.
    """

    def __init__(self, path: Path, entries: Entries, held: int) -> None:
        """Open an index file, whose units `entries` reads; `held` is a descriptor with the readers' lock (Opened)."""
        super().__init__(path, held)
        self.entries = entries
        self._hits = Hits(entries)
        self._lists: BoundedCache[list[Choice]] = BoundedCache(_LISTS_HELD)
        self._named: BoundedCache[tuple[Name, ...]] = BoundedCache(_NAMES_HELD)
        self._every: BoundedCache[Sequence[naming.Spelling]] = BoundedCache(len(NAME_KINDS))

    @property
    def size(self) -> int:
        """The number of units. Raises StoreUnusableError."""
        with self.tables(SECONDS) as reader:
            [(number,)] = reader.all("SELECT count(*) FROM unit")
        return int(number)

    def names(self, kind: str, text: str, limit: int = 20) -> list[Name]:
        """Return the names of a kind that equal a text, contain it, or can be abbreviated to it.

        Equal names come first, then those with most projects.
        """
        text = text[:LONGEST]
        return list(self._named.get_or_make((kind, text, limit), lambda: self._names(kind, text, limit)))

    def _names(self, kind: str, text: str, limit: int) -> tuple[Name, ...]:
        number = numbers.parse(text) if kind == "basis" else None
        with self.tables(SECONDS) as reader:
            spellings = self._spellings(reader, kind, naming.pattern(text), _RANKED)
            numbered = [] if number is None else self._numbered(reader, number, self.entries.with_number(number))
        known = {each.unit for each in numbered}
        same: list[tuple[How, naming.Spelling]] = [("same", each) for each in numbered]
        matched = naming.matching((each for each in spellings if each.unit not in known), text, limit)
        return tuple(self._name(kind, how, each) for how, each in [*same, *matched][:limit])

    def mentioned(self, kind: str, text: str) -> list[Name]:
        """Return the things whose names occur in a text, the longest names first; empty for a kind that is no unit.

        A name that only occurs as a part of longer names is left out.
        """
        text = text[:LONGEST]
        with self.tables(SECONDS) as reader:
            spellings = self._mentioned(reader, kind, text) if kind in UNITS else []
        return [self._name(kind, "same", each) for each in spellings]

    def occurs(self, text: str) -> bool:
        """Return True if some text has these characters side by side; signs between them do not count."""
        query = Query.of(text)
        if query.short:
            return False
        with self.tables(SECONDS) as reader:
            return bool(self._known.get_or_make(query, lambda: count_rows(reader, query)))

    def near(self, kind: str, text: str, limit: int = 5) -> list[Name]:
        """Return other names of a kind that are spelt like a text, or document numbers that differ in one part."""
        text = text[:LONGEST]
        number = numbers.parse(text) if kind == "basis" else None
        with self.tables(SECONDS) as reader:
            spellings: Sequence[naming.Spelling] = ()
            if kind in NAME_KINDS and naming.pattern(text):
                spellings = self._all(reader, kind)
            nearest = naming.nearest(spellings, text, number, limit)
            if kind in UNITS:
                nearest = self._with_projects(reader, kind, nearest)
        return [self._name(kind, "near", each) for each in nearest]

    def choices(self, kind: str, starting: str = "", limit: int = 100, of: str = "") -> list[Choice]:
        """Return the values by which projects and evaluations can be filtered, values of most projects first.

        The kind is one of TALLIED, or `rule`. Only values whose words contain the text `starting`, anywhere, are
        returned, at most `limit`. With `of` (`project` or `evaluation`), only values of such units are returned, those
        of most units first.
        """
        text = starting[:LONGEST]
        with self.tables(SECONDS) as reader:
            made = self._lists.get_or_make(
                (kind, text, limit, of), lambda: naming.choices(reader, self.entries, kind, text, limit, of)
            )
        return list(made)

    tables = Opened.reader
    """Lend a connection to all tables."""

    def search(self, text: str, kinds: Sequence[str] = (), limit: int = 5, offset: int = 0, region: str = "") -> Found:
        """Search all texts; for each kind, or only for `kinds`, return `limit` hits from position `offset`.

        Matches are counted for all kinds. With `region`, the code of a division, only projects and evaluations there
        are searched, with their parts, bodies and documents, and bodies there.
        """
        within = re.sub("(00)+$", "", region)
        query = Query.of(text)
        documents = tuple(self._documents(text))
        if not query.terms:
            return Found(text, 0, (), documents, searched=False)
        with self.tables(SECONDS) as reader:
            counted, groups = self._groups(reader, query, text, kinds, limit, offset, within)
            of_places = self._by_place(reader, query, within) if region or sum(counted.values()) <= _PLACED else {}
        total = sum(counted.values())
        near = () if total or documents else tuple(name for name, _ in lookup.suggested_names(self, text))
        regions: Counter[str] = Counter()
        for (kind, _, codes), rows in of_places.items():
            for place in {_outer(code, region) for code in codes & places().keys() if not kinds or kind in kinds}:
                regions[place] += rows
        return Found(text, total, groups, documents, near, counts=counted, regions=dict(regions.most_common()))

    def _by_place(self, reader: Reader, query: Query, within: str) -> Placed:
        if query.short:
            return {}
        counts: Placed = self._known.get_or_make(
            (query, within), lambda: count_by_place(reader, self.entries, query, within)
        )
        return counts

    def suggest(self, text: str, limit: int = 10) -> list[Name]:
        """Return names that match the typed text, taken in turn from documents, bodies, series and indicators.

        Series are suggested instead of projects, so that a project of several years is suggested once.
        """
        found = [
            [each for each in self.names(kind, text, limit) if each.how != "abbreviates" or kind == "org"]
            for kind in lookup.SUGGESTED
        ]
        mixed = [each for names in zip_longest(*found) for each in names if each is not None]
        unique = {each.label: each for each in reversed(mixed)}
        return [each for each in mixed if unique[each.label] is each][:limit]

    def _groups(  # noqa: PLR0913, PLR0917 - one search
        self, reader: Reader, query: Query, text: str, kinds: Sequence[str], limit: int, offset: int, within: str
    ) -> tuple[dict[str, int], tuple[Group, ...]]:
        """Return the number of matches of each kind, and the groups of hits to show.

        Kinds of units without a match in their texts are searched by abbreviation. The other parameters are those of
        `search`.
        """
        counted: dict[str, int] = {}
        inside: set[str] = set()
        if within:
            for (kind, name, _), rows in self._by_place(reader, query, within).items():
                counted[kind] = counted.get(kind, 0) + rows
                inside |= {name}
        elif not query.short:
            counted |= self._known.get_or_make(query, lambda: count_rows(reader, query))
        groups = []
        for kind in SEARCHED:
            wanted = not kinds or kind in kinds
            if counted.get(kind):
                if wanted:
                    of_names = kind == "indicator" and not kinds and not offset and not within
                    first = self._hits.of_indicator_names(reader, query, limit) if of_names else ()
                    is_shared = bool(within) and kind in ("org", "basis")  # its projects may be in several divisions
                    most, there = (_EVERY, "") if is_shared else (max(RANKED, offset + limit), within)
                    places = matching_rows(reader, query, kind, most, there)
                    places = [place for place in places if place.unit in inside] if is_shared else places
                    hits = self._hits.ranked(reader, kind, places, query, offset, limit)
                    known = {hit.iri for hit in first}
                    shown = (*first, *(hit for hit in hits if hit.iri not in known))[:limit]
                    groups.append(Group(kind, counted[kind], shown))
            elif kind in NAMED and not within and (named := self._by_name(reader, kind, text, whole=query.short)):
                counted[kind] = len(named)
                if wanted:
                    hits = tuple(
                        self._hits.of_name(kind, how, each, query) for how, each in named[offset : offset + limit]
                    )
                    groups.append(Group(kind, len(named), hits))
        return {kind: counted[kind] for kind in SEARCHED if counted.get(kind)}, _best_first(groups)

    def _by_name(self, reader: Reader, kind: str, text: str, *, whole: bool) -> list[tuple[How, naming.Spelling]]:
        """Return the units whose names a text abbreviates, with how each matches.

        With `whole`, names that contain or equal the text are returned as well: this is for a single character, which
        the full-text index cannot find. If none is found, bodies are also searched by a short name after the name of
        their place, then in pinyin.
        """
        typed = text[:LONGEST]
        found = [pair for pair in self._matching(reader, kind, typed) if whole or pair[0] == "abbreviates"]
        for form in lookup.forms(kind, folding.bare(typed))[1:]:
            found = found or [("abbreviates", each) for _, each in self._matching(reader, kind, form)]
        if found or kind != "org" or not text.isascii():
            return found
        spelt = self._with_projects(reader, kind, naming.spelt(self._all(reader, kind), typed)[:_RANKED])
        return [("abbreviates", each) for each in sorted(spelt, key=lambda each: -each.projects)]

    def _matching(self, reader: Reader, kind: str, text: str) -> list[tuple[How, naming.Spelling]]:
        """Return the names of a kind that a text equals, is contained in, or abbreviates, with how each matches."""
        return naming.matching(self._spellings(reader, kind, naming.pattern(text), _RANKED), text, _RANKED)

    def _all(self, reader: Reader, kind: str) -> Sequence[naming.Spelling]:
        return self._every.get_or_make(kind, lambda: naming.every(reader, kind, _EVERY))

    def _with_projects(self, reader: Reader, kind: str, spellings: Iterable[naming.Spelling]) -> list[naming.Spelling]:
        """Return spellings of bodies or documents with the number of projects of each, which `naming.every` gives as 0.

        `kind` is the kind of all these things.
        """
        below = self.entries.below
        return [replace(each, projects=naming.projects(reader, kind, below + each.unit)) for each in spellings]

    def _documents(self, text: str) -> Iterator[Hit]:
        """Yield the documents whose numbers, or whose titles if long enough, occur in a text."""
        with self.tables(SECONDS) as reader:
            for spelling in self._mentioned(reader, "basis", text[:LONGEST]):
                if len(spelling.folded) >= _TITLE or numbers.parse(spelling.printed) is not None:
                    yield self._hits.of_name("basis", "same", spelling, Query.of(spelling.printed))

    def _mentioned(self, reader: Reader, kind: str, text: str) -> list[naming.Spelling]:
        """Return the names of a kind, and for documents also the document numbers, that occur in a text."""
        spellings = naming.mentioned(reader, self.entries.below, kind, text)
        if kind == "basis":
            known = {each.unit for each in spellings}
            alone = numbers.parse(text)
            for number in [mention.number for mention in numbers.find(text)] if alone is None else [alone]:
                # In a sentence, the words before the issuer's code may have been taken for a part of it.
                iris = self.entries.with_number(number) or self.entries.ending_number(number)
                spellings += [each for each in self._numbered(reader, number, iris) if each.unit not in known]
        return spellings

    def _numbered(self, reader: Reader, number: identity.DocumentNumber, iris: Sequence[str]) -> list[naming.Spelling]:
        """Return spellings of the documents `iris`, which all have a document number, with this number as the name."""
        spelt = folding.bare(number.canonical)
        return [
            naming.Spelling(spelt, number.canonical, name, naming.projects(reader, "basis", iri))
            for iri in iris
            if (name := self.entries.name_of(iri)) is not None
        ]

    def _spellings(self, reader: Reader, kind: str, pattern: str, limit: int) -> list[naming.Spelling]:
        """Return names of a kind that match a LIKE pattern; none if the kind or the pattern is not searched."""
        if kind not in NAME_KINDS or not pattern:
            return []
        return naming.spellings(reader, self.entries.below, kind, pattern, limit)

    def _name(self, kind: str, how: How, spelling: naming.Spelling) -> Name:
        """Return the answer for a name that was found, `spelling`, which matches the text as `how` says.

        The answer has the IRI and the label of the name's unit. A name without a unit is a value: its label is the name
        itself, and it has no IRI.
        """
        iri = f"{self.entries.below}{spelling.unit}" if spelling.unit else ""
        label = self.entries.label(iri) if iri else spelling.printed
        return Name(iri, kind, label, spelling.printed, how, 1 if kind == "project" else spelling.projects)


def _outer(code: str, region: str) -> str:
    """Return the code of the division directly below `region` that a division is in; without region, its province."""
    codes = [each.code for each in lineage(code)]  # the place itself first, its province last
    return codes[max(0, codes.index(region) - 1)] if region else codes[-1]


def _best_first(groups: Sequence[Group]) -> tuple[Group, ...]:
    """Sort the groups of hits: equal names first, then names that contain the text, abbreviations, and texts."""

    def place(group: Group) -> int:
        how = group.hits[0].how if group.hits else "contains"
        return naming.HOW[how] if how == "same" or group.kind in NAMED else len(naming.HOW)

    return tuple(sorted(groups, key=place))
