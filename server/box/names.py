"""Find names in a folded text: places, bodies, kinds of bodies, documents by title, their issuers, and projects.

Names are sought in the index of names. Which of them count is settled with the values and words beside them (divided).
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache, partial
from itertools import takewhile

from jixiao.ontology.bodies import parsed
from jixiao.ontology.identity import plain_body
from jixiao.ontology.places import lineage, long_name, may_open, named, places
from jixiao.ontology.text import dictionary, wording
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.folding import bare
from jixiao.server.box import english
from jixiao.server.box.words import LATIN, Piece, flat, is_whole, table
from jixiao.server.views.parameters import outermost, region_codes, regions_of
from jixiao.store.index import lookup
from jixiao.store.index.found import Name
from jixiao.store.index.index import Index

_MOST_PLACES = 10_000  # China has fewer than 4,000 divisions
_LONGEST_PLACE = 30  # characters
_BEHIND_PLACE = 14  # characters of a body's name behind its place
_LONGEST_KIND = 12  # characters of a kind of bodies, or of a town
_LONGEST_TITLE = 30
_SHORTEST_INDICATOR = 3
_SHORTEST_TITLE = 3
_BEHIND_TITLE = 3  # characters behind a place that make a project's name of it
_SHORTEST_PROJECT = 4  # a shorter name of a project is a word like others
_MOST_BODIES = 5  # bodies of one name that are listed, and not sought by the name
_LETTER = re.compile("[a-z]")
"""A letter, which names of kinds of bodies do not have; they may have a number, as 第101中学."""
_COSTS = {
    "soft": 1.0,
    "asking": 1.0,
    "organ": 0.95,
    "place": 0.95,
    "body": 0.9,
    "project": 0.9,
    "document": 0.9,
    "issuer": 0.9,
    "indicator": 0.995,
    "matter": 1.1,  # 明年 is none beside 度
}
_VALUE_COST, _UNKNOWN_COST = 0.4, 1.2
NAMES = ("place", "body", "organ", "document", "issuer", "project", "indicator")
VALUES = (
    *("number", "year", "money", "percent", "points", "figure", "counted"),
    *("months", "ends", "starts", "due", "top", "rank"),
)


class Finder:
    """Finds the names of one index in texts; `used` are the codes of the places from which there are filings."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.used = regions_of(each.iri for each in index.choices("place", limit=_MOST_PLACES))

    def find(self, text: str) -> Iterator[Piece]:
        """Yield all names in a text that may count; they may overlap."""
        found = [*self._places(text)]
        towns = [*self._ending(text, table()["town_endings"], _LONGEST_KIND, self._town)]
        yield from (*found, *towns)
        for place in found:
            yield from self._bodies(text, place)
        for place in (*found, *towns):
            yield from self._titled(text, place)
        yield from self._whole(text)
        yield from self._issuers(text)
        organ = partial(self._part, "organ", "org", 0)
        yield from self._ending(text, table()["organ_endings"], _LONGEST_KIND, organ, without=_LETTER)
        measured = partial(self._part, "indicator", "indicator", _SHORTEST_INDICATOR)
        for name in self._ending(text, table()["indicator_endings"], _LONGEST_KIND, measured):
            before = text[max(0, name.start - 1) : name.start]
            if not before.isalnum() or before in table()["particles"]:  # no 众满意度 of 公众满意度
                yield name
        titles = [*self._ending(text, table()["title_endings"], _LONGEST_TITLE, self._title)]
        yield from titles
        for title in _unknown_titles(text):
            if not any(title.start <= known.start and known.end <= title.end for known in titles):
                yield title

    def _places(self, text: str) -> Iterator[Piece]:
        """Yield the longest name of a place from each position on."""
        for start in (at for at, char in enumerate(text) if char.isalpha()):
            most = range(start + 2, min(len(text), start + _LONGEST_PLACE) + 1)
            opening = takewhile(lambda end, start=start: _may_open(text[start:end]), most)  # type: ignore[misc]
            whole = (end for end in opening if text[end - 1].isalpha() and is_whole(text, start, end))
            ends = [end for end in whole if self._meant(text[start:end])]
            codes = self._meant(text[start : ends[-1]]) if ends else []
            if codes:
                names = [Bilingual(long_name(code), places()[code].english) for code in codes]
                said = Bilingual("、".join(each.zh for each in names), ", ".join(each.en for each in names))
                yield Piece(start, ends[-1], "place", tuple(codes), words=said)

    def _meant(self, text: str) -> list[str]:
        """Return the codes of the places that a text names: those with filings, or else one if the name is sure."""
        text = table()["short"].get(text, text)
        codes = region_codes(text) if named(text) else frozenset()
        if used := outermost(codes & self.used):
            return used
        whole = any(
            text in (place.name, place.english.casefold()) or place.level != "county"
            for place in map(places().get, codes)
            if place
        )
        return sorted(outermost(codes), key=lambda code: len(lineage(code)))[:1] if whole else []

    def _bodies(self, text: str, place: Piece) -> Iterator[Piece]:
        """Yield bodies whose names begin with a place: the longest stretch from it on that is or abbreviates one."""
        name, found = text[place.start : place.end], None
        for end in range(place.end + 1, min(len(text), place.end + _BEHIND_PLACE) + 1):
            stretch = text[place.start : end]
            if LATIN.match(stretch[-1]) or not stretch[-1].isalnum():
                break
            names = self._named("org", stretch)
            if not names and end > place.end + 2:
                break
            if names and end > place.end + 1:
                found = _body(place.start, end, names, f"{name}{text[place.end : end]}")
        if found:
            yield found

    def _titled(self, text: str, place: Piece) -> Iterator[Piece]:
        """Yield the longest stretch from the name of a place or town on that is a part of a project's name."""
        stretches = (text[place.start : end] for end in range(place.end + _BEHIND_TITLE, len(text) + 1))
        named = [*takewhile(lambda stretch: stretch[-1].isalnum() and self.has("project", stretch), stretches)]
        for longest in named[-1:]:
            yield Piece(place.start, place.start + len(longest), "project", (longest,), "contains")

    def _named(self, kind: str, text: str) -> list[Name]:
        """Return the things of a kind that a stretch of a text names."""
        return lookup.meant(self.index, kind, text)

    def _whole(self, text: str) -> Iterator[Piece]:
        """Yield names that stand in a text as a whole."""
        for kind, of in (("body", "org"), ("project", "project"), ("document", "basis")):
            for name in self.index.mentioned(of, text):
                if kind == "body" and not (parsed(name.matched).codes or parsed(name.matched).national):
                    continue  # 教育局 is one of many
                if kind == "project" and len(bare(name.matched)) < _SHORTEST_PROJECT:
                    continue
                for start, end in _stretches(text, name.matched):
                    if kind == "body":
                        yield _body(start, end, self._named(of, name.matched), name.matched)
                    else:
                        yield Piece(start, end, kind, (name.label,), "contains" if kind == "project" else "is")

    def _issuers(self, text: str) -> Iterator[Piece]:
        """Yield issuers of documents with the words that say so: 财政部发的, documents issued by the State Council."""
        before, behind, joint = _issuing()
        known = [
            (*each, name.label)
            for name in self.index.mentioned("issuer", text)
            for each in _stretches(text, name.matched)
        ]
        for start, end in english.phrases(text):
            if before.search(text[:start]) or behind.match(text, end):
                names = (
                    name for each in english.meanings(text[start:end]) for name in self.index.names("issuer", each, 1)
                )
                known += [(start, end, name.label) for name in names if name.how == "same"]
        starts: set[int] = set()
        for start, end, label in sorted(known, reverse=True):
            led, followed, joined = before.search(text[:start]), behind.match(text, end), joint.match(text, end)
            if led or followed or (joined and joined.end() in starts):
                starts.add(start)
                first, last = (
                    led.start("verb") if led and led["verb"] and not led["others"] else start,
                    followed.end() if followed else end,
                )
                spoken = f"{text[start:end]} ({label})" if text[start:end].isascii() else label
                yield Piece(first, last, "issuer", (label,), words=Bilingual(label, spoken))

    def _ending(
        self,
        text: str,
        endings: Sequence[str],
        longest: int,
        read: Callable[[str], Piece | None],
        *,
        without: re.Pattern[str] = LATIN,
    ) -> Iterator[Piece]:
        """Yield the longest stretch, `without` some signs, before each of some endings that `read` makes a piece of."""
        for match in re.finditer("|".join(sorted(endings, key=len, reverse=True)), text):
            for start in range(max(0, match.end() - longest), match.end() - 2):
                stretch = text[start : match.end()]
                fits = stretch.isalnum() and not without.search(stretch) and not LATIN.match(stretch)
                if fits and (piece := read(stretch)):
                    yield replace(piece, start=start, end=match.end())
                    break

    def has(self, kind: str, text: str) -> bool:
        """Return True if the name of something of a kind contains a text."""
        known = self.index.names(kind, text, 1)
        return bool(known) and known[0].how != "abbreviates"

    def _part(self, kind: str, of: str, shortest: int, text: str) -> Piece | None:
        """Return a text as a piece of a kind if it is a part of the names of some things, and no shorter than these."""
        known = len(text) >= shortest and self.has(of, text)
        return Piece(0, 0, kind, (text,), "contains") if known else None

    def _town(self, text: str) -> Piece | None:
        names = [each for each in self._named("org", text) if re.search("[镇乡]|街道|村|社区", each.label)]
        return _body(0, 0, names, text) if names else None

    def _title(self, text: str) -> Piece | None:
        names = self._named("basis", text) if len(text) >= _SHORTEST_TITLE else []
        if not names or names[0].how == "abbreviates":
            return None
        labels = tuple(dict.fromkeys(each.label for each in names))
        return Piece(0, 0, "document", labels if len(labels) <= _MOST_BODIES else (text,))


@cache
def _issuing() -> Sequence[re.Pattern[str]]:
    """Return the patterns of what stands before the name of an issuer, behind it, and before another issuer."""
    before, behind = (wording.any_of(words) for words in table()["issuing"].values())
    documents = wording.any_of((*flat(table()["noun"]["documents"]), *table()["title_endings"]))
    patterns = (
        rf"(?:(?P<verb>{before} )|{documents} (?:of|by|from) )(?:the )?(?P<others>[a-z' ]+ (?:and|or) (?:the )?)?$",
        rf" ?{behind}[了过]?的?|[ 的]?(?={documents})",
        rf" ?{wording.any_of(table()['joining'])} ?(?:the )?",
    )
    return [*map(re.compile, patterns)]


def _unknown_titles(text: str) -> Iterator[Piece]:
    """Yield passages that are titles of documents, in the dataset or not.

    Titles stand in book marks; behind a word such as 引用 or, at the start, before 被; and those of laws stand between
    other words, or have the state's name in front, so that 预算法 is no 预算.
    """
    cited = "|".join(word for word in flat(table()["doing"]["cited"]) if not word.isascii())
    title = rf"([㐀-鿿]{{2,{_LONGEST_TITLE}}}?(?:{'|'.join(table()['title_endings'])})(?!律|规(?!定)))"
    state = rf"({table()['laws']['state']}[㐀-鿿]{{1,{_LONGEST_TITLE}}}?(?:{'|'.join(table()['title_endings'])}))"
    for match in re.finditer(rf"(?:{cited})了?{title}|^{title}(?=被)|《([^《》]{{2,60}})》|{state}", text):
        start, end = match.span(match.lastindex or 0)
        marks = 1 if text[match.start()] == "《" else 0
        yield Piece(start - marks, end + marks, "document", (text[start:end],))
    for start, end in _laws(text):
        yield Piece(start, end, "document", (text[start:end],))


def _laws(text: str) -> Iterator[tuple[int, int]]:
    """Yield the first and the last position of each title of a law that stands between other words.

    The last word of the title is 法 or the like: 培训方法 is none.
    """
    before, endings = _beside_laws()
    for match in endings.finditer(text):
        starts = [boundary.end() for boundary in before.finditer(text[: match.start()])]
        start = max(starts, default=0)
        last = [start, *dictionary.word_ends(text, start, match.end())][-2]
        if 2 <= match.start() - start <= _LONGEST_TITLE and text[last : match.end()] in table()["laws"]["endings"]:
            yield start, match.end()


@cache
def _beside_laws() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of what stands before the title of a law, and of its last word with what stands behind it."""
    laws = table()["laws"]
    # The noun of 项目违反预算法 stands before a verb.
    nouns = table()["noun"]["projects"]
    listed = flat([laws["before"], nouns, table()["doing"]["cited"], table()["asking"], *table()["denying"].values()])
    before = wording.any_of([word for word in listed if not word.isascii()])
    endings = wording.any_of(laws["endings"])
    return (
        re.compile(rf"^|[^㐀-鿿]年?度?|{before}"),
        re.compile(rf"{endings}(?=$|[^㐀-鿿]|{wording.any_of(laws['behind'])})"),
    )


def _body(start: int, end: int, names: Sequence[Name], text: str) -> Piece:
    """Return a piece for bodies: their full names, or the typed text if too many have the name."""
    labels = tuple(dict.fromkeys(plain_body(each.label) for each in names))
    return Piece(start, end, "body", labels if len(labels) <= _MOST_BODIES else (text,))


def _stretches(text: str, name: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each place of a name in a folded text; signs and spaces in either are passed over."""
    places_of = [at for at, char in enumerate(text) if char.isalnum()]
    letters, wanted = "".join(text[at] for at in places_of), bare(name)
    for match in re.finditer(f"(?={re.escape(wanted)})", letters):
        yield places_of[match.start()], places_of[match.start() + len(wanted) - 1] + 1


def _may_open(text: str) -> bool:
    """Return True if a text may begin the name of a place (and ends in no digit), or is a short name in words.yaml."""
    return (may_open(text) and not text[-1].isdecimal()) or text in table()["short"]


def divided(text: str, found: Sequence[Piece]) -> list[Piece]:
    """Return the pieces that divide a text at the lowest cost, of all that were found, in order.

    A piece has the same cost at any length, so that a name is not cut by the words in it. A character in no piece costs
    more than a word.
    """
    ending: dict[int, list[Piece]] = {}
    for piece in found:
        ending.setdefault(piece.end, []).append(piece)
    best: list[tuple[float, tuple[Piece, ...]]] = [(0.0, ())]
    for end in range(1, len(text) + 1):
        cost, pieces = best[-1]
        free = not text[end - 1].isalnum()
        choices = [(cost + (0.0 if free else _UNKNOWN_COST), pieces)]
        for piece in ending.get(end, ()):
            before = best[piece.start]
            price = _VALUE_COST if piece.kind in VALUES else _COSTS.get(piece.kind, 0.99)
            choices.append((before[0] + price, (*before[1], piece)))
        best.append(min(choices, key=lambda choice: choice[0]))
    return [each for piece in best[-1][1] for each in _alike(piece, found)]


def _alike(piece: Piece, found: Sequence[Piece]) -> Iterator[Piece]:
    """Yield a piece and, if it is a word, the other meanings of the same word."""
    yield piece
    if piece.kind not in (*VALUES, *NAMES):
        same = (each for each in found if (each.start, each.end) == (piece.start, piece.end))
        yield from (each for each in dict.fromkeys(same) if each != piece and each.kind not in NAMES)
