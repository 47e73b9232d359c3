"""Find names of things in the dataset in the parts of a question that known words do not explain.

A name may have known words in it (法律顾问费), so unknown pieces are looked up together with the known words beside
them; all these form a *region*. Every passage of a region is looked up, from short to long; the search stops at a text
that no name contains, since then no name contains a longer one. Names match in one of three ways, the best first:
`same` (the name is the text), `contains` (the name contains the text), `abbreviates` (the text abbreviates the name).
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise, product

from rapidfuzz import fuzz, process

from jixiao.ontology import identity
from jixiao.ontology.bodies import fronted
from jixiao.ontology.places import long_name, may_open, named, opening, places
from jixiao.ontology.text.folding import bare, fold, folded_places, sounds_alike
from jixiao.server.runtime.turns import look
from jixiao.server.views.parameters import outermost, region_codes, regions_of
from jixiao.server.views.questions import dictionary
from jixiao.server.views.questions.lexicon import (
    LATIN,
    SEVERAL,
    Lexicon,
    Piece,
    Stretch,
    is_division,
    is_question,
    words,
)
from jixiao.store.index.found import How, Name
from jixiao.store.index.index import Index

KINDS = ("org", "basis", "project", "indicator", "place")
_INSIDE_CODE = re.compile(r"^([^\W\d]+)\n(?!\1)[^\W\d]*\1[^\W\d]*[\[(〔]?\d{4}\D?\d+号$")
_MOST, _MOST_LOOKUPS = 50, 2_000  # names per look-up, and look-ups per question, which bound its time
_MOST_BODIES, _MOST_UNITS, _MOST_PLACES = 2_000, 1_000, 10_000  # names, units and places read from the index
_BESIDE = 3  # known pieces before and behind an unknown one that are in its region
_SHORTEST, _LONGEST_PLACE = 2, 12  # characters of a text that is looked up, and of a place's name around one of them
_SHORTEST_ABBREVIATIONS = {"org": 3, "project": 4}  # characters of an abbreviation, by kind; others have none
# A region is divided into names and pieces with the lowest sum of prices. An unknown piece costs more than any name;
# a name with a known word at its edge (_FILLED_PRICE) costs more than one without.
_NAME_PRICE: Mapping[str, float] = {"same": 0.5, "contains": 1.0, "abbreviates": 1.0}
_UNKNOWN_PRICE, _WORD_PRICE, _FILLED_PRICE = 10.0, 0.9, 1.5
_LIKE = 74, 81  # least likeness in percent of a Chinese text (3 of 4 characters) or an English word to a misspelt one
_WHOLE = 4
"""Least number of characters of a complete name (`same`) that no other name found may overlap in part."""


_PAIRS = (("《", "》"), ("“", "”"), ("‘", "’"), ("（", "）"), ("(", ")"))
_LONG_END = 8  # characters of the end of a name that stand for the whole


@dataclass(frozen=True)
class Mention(Stretch):
    """A passage of a question that names things; `names` maps each kind to the names that match, best first."""

    names: Mapping[str, tuple[Name, ...]]


class Finder:
    """A finder of names in one graph's index; it looks each text up once per question."""

    def __init__(self, index: Index, base_iri: str) -> None:
        self.index = index
        self._base_iri = base_iri
        self._places: frozenset[str] | None = None
        self._asked: dict[tuple[str, str], tuple[Name, ...]] = {}

    def names(self, kind: str, text: str) -> tuple[Name, ...]:
        """Return the names of a kind that match a text, in the best of three ways: same, contains, or abbreviates.

        Only names that match in this way are returned; empty if no name matches, or if 2,000 other texts and kinds have
        been looked up for the question.
        """
        asked = kind, text
        if asked not in self._asked:
            look()
            self._asked[asked] = self._find(kind, text) if len(self._asked) < _MOST_LOOKUPS else ()
        return self._asked[asked]

    def units(self) -> list[str]:
        """Return the units of measurement that targets in the graph have."""
        return [choice.value for choice in self.index.choices("unit", limit=_MOST_UNITS)]

    def knows(self, number: str) -> bool:
        """Return True if a document in the graph has this canonical number."""
        return any(name.how == "same" for name in self.names("basis", fold(number)))

    def find(self, text: str, pieces: Sequence[Piece]) -> list[Mention]:
        """Return the mentions of things in a folded question; `pieces` are the pieces that nothing else has taken."""
        return [mention for region in _regions(pieces) for mention in self._within(text, region)]

    def mention(self, stretch: str, start: int, end: int) -> Mention:
        """Return a passage of a question as a mention, with the matching names of each kind.

        `stretch` is the text of the passage, which is from `start` to `end`.
        """
        return Mention(start, end, stretch, {kind: named for kind in KINDS if (named := self.names(kind, stretch))})

    def respelt(self, text: str) -> Iterator[tuple[str, str]]:
        """Yield pairs of a part of a text and a name of a place in use that sounds like the part: 闽行区 and 闵行区.

        A whole text that sounds like a part of a body's or project's name is paired with that part. A part that is a
        name or word itself is never paired: 山西 stays though 陕西 alone is in use.
        """
        known = {name for code in self._used() for name in (places()[code].name, places()[code].stem)}
        pairs = {(part, name) for name in known for part in _parts(text, len(name))}
        pairs |= {(text, part) for label in self.labels() for part in _parts(label, len(text)) if len(text) > _SHORTEST}
        return iter(sorted(pair for pair in pairs if sounds_alike(*pair) and not self._stands(text, *pair)))

    def _stands(self, text: str, part: str, name: str) -> bool:
        """Return True if a part of a text is right as typed, so that the name that sounds like it is not meant.

        A part is right if it is a word or a name, or if its first character unlike `name` belongs to a place's name.
        """
        at = text.index(part) + next(place for place, char in enumerate(part) if char != name[place])
        return (
            dictionary.has(part)
            or any(self.names(kind, part) for kind in KINDS)
            or any(
                named(text[start:end])
                for start in range(max(0, at - _LONGEST_PLACE), at + 1)
                for end in range(at + 1, start + _LONGEST_PLACE)
            )
        )

    def namesakes(self, name: str) -> list[str]:
        """Return the bodies whose names are the end of a body's name, or end with it, as a name without its place does.

        Empty if no body has exactly the name.
        """
        bodies = {choice.value for choice in self.index.choices("org", limit=_MOST_BODIES)} if name else set()
        ends = (each for each in bodies - {name} if each.endswith(name) or name.endswith(each))
        return sorted(ends) if name in bodies else []

    def nearest(self, text: str, lexicon: Lexicon) -> str:
        """Return the known word, or part of a project's or body's name, that is most like a misspelt text, or ""."""
        if LATIN.match(text):
            english = {word for code in self._used() for word in fold(places()[code].english).split()}
            known = {*filter(LATIN.fullmatch, lexicon.tags), *english, *" ".join(words()["english"]).split()}
            known = {word for word in known if word[0] == text[0]}
        else:
            parts = {part for label in self.labels() for part in _parts(fold(label), len(text))}
            known = {part for part in parts if part[0] == text[0] or part[-1] == text[-1]}
        like = process.extractOne(text, sorted(known), scorer=fuzz.ratio, score_cutoff=_LIKE[text.isascii()])
        return like[0] if like and len(text) > _SHORTEST else ""

    def labels(self, *kinds: str) -> list[str]:
        """Return the names of projects (`series`) and bodies (`org`) in the dataset, up to _MOST_BODIES of each kind.

        `kinds` selects the kinds, by default both. Names of the most projects come first.
        """
        return [
            each.value for kind in kinds or ("series", "org") for each in self.index.choices(kind, limit=_MOST_BODIES)
        ]

    def _find(self, kind: str, text: str) -> tuple[Name, ...]:
        if len(text) < _SHORTEST:
            return ()
        if kind == "place":
            return tuple(self._regions(text))
        if text in words()["names"]["kinds"] and (kind in ("org", "basis") or text.endswith("政府")):
            return ()
        names = [
            name
            for name in self.index.names(kind, text, _MOST)
            if kind != "basis" or name.how != "contains" or _is_titled(text, name)
        ]
        if kind == "org" and not any(name.how in ("same", "contains") for name in names):
            names += [name for form in in_full(text) for name in self.index.names(kind, form, _MOST)]
            full = words()["organs"].get(text)
            if full and not names:
                return tuple(replace(name, how="abbreviates") for name in self.index.names(kind, full, _MOST))
        ways = {name.how for name in names}
        how = next((way for way in _NAME_PRICE if way in ways), None)
        if how == "contains" and kind == "org" and len(text) == _SHORTEST:  # 开发 of 经济开发区 is no body
            apart = re.compile(rf"(?:^|{words()['streets']['borders']}){re.escape(text)}|{re.escape(text)}$")
            labels = {name: fold(name.label) for name in names}
            names = [
                name for name, label in labels.items() if apart.search(label) or opening(label)[1].startswith(text)
            ]
        if how == "abbreviates" and len(text) < _SHORTEST_ABBREVIATIONS.get(kind, len(text) + 1):
            return ()
        # A body printed without its place, as 教育局, is one of all that have this name.
        taken = {how, "contains"} if how == "same" and kind == "org" and not opening(text)[0] else {how}
        return tuple({name.iri or name.label: name for name in names if name.how in taken}.values())

    def _used(self) -> frozenset[str]:
        if self._places is None:
            self._places = regions_of(each.iri for each in self.index.choices("place", limit=_MOST_PLACES))
        return self._places

    def _regions(self, text: str) -> Iterator[Name]:
        """Yield the regions in use that a text names; if there are none, one region not in use, if the text names one.

        The region not in use has no IRI, and its code as label. A name matches as `same` only if the text rarely means
        anything else; a county without its ending (金安) and, but for provinces, a region not in use without its ending
        match as `contains`.
        """
        meant = region_codes(text)
        used = outermost(meant & self._used())
        is_read = not opening(text)[1]
        for code in used:
            place = places()[code]
            whole = is_read or place.level != "county" or text == place.english.casefold()
            how: How = "same" if whole else "contains"
            yield Name(identity.Iris(self._base_iri).place(code), "place", long_name(code), text, how, 0)
        if meant and not used and (is_read or LATIN.match(text)):
            code = min(outermost(meant), key=lambda each: not each.endswith("00"))  # 朝阳市 before 朝阳区
            whole = text.endswith(places()[code].name) or places()[code].level == "province"
            yield Name("", "place", code, text, "same" if whole else "contains", 0)

    def _within(self, text: str, region: Sequence[Piece]) -> list[Mention]:
        """Return the mentions of names in a region of a question, as the cheapest division of the region has them.

        A complete name of at least _WHOLE characters is never cut by another name, nor the name of a place by a part of
        another name: 贵州文化 has no 州文化.
        """
        windows = self._windows(text, region)
        wholes = [
            (first, last)
            for (first, last), ways in windows.items()
            if "same" in ways and last - first > 1 and region[last - 1].end - region[first].start >= _WHOLE
        ]
        divisions = [
            (first, last)
            for first, last in windows
            if last - first > 1 and is_division(text, region[first].start, region[last - 1].end)
        ]
        best: list[tuple[float, tuple[tuple[int, int], ...]]] = [(0.0, ())]  # price and names up to each piece
        for end, piece in enumerate(region, 1):
            price, names = best[-1]
            unknown = (price + _UNKNOWN_PRICE, (*names, (end - 1, end)))
            choices = [(price + _WORD_PRICE, names) if piece.known else unknown]
            for start in range(end):
                cost = _price(text, region[start:end], windows.get((start, end), ()))
                if cost is None:
                    continue
                cutting = wholes + divisions * ("same" not in windows.get((start, end), ()))
                if not any(first < start < last < end or start < first < end < last for first, last in cutting):
                    choices.append((best[start][0] + cost, (*best[start][1], (start, end))))
            best.append(min(choices, key=lambda choice: choice[0]))
        spans = [(region[start].start, region[end - 1].end) for start, end in best[-1][1]]
        return [mention for start, end in spans if (mention := self.mention(text[start:end], start, end)).names]

    def _windows(self, text: str, region: Sequence[Piece]) -> Mapping[tuple[int, int], set[str]]:
        """Return, for each passage of a region that may be a name, the ways in which names match the passage.

        The ways are same, contains and abbreviates. The key of a passage is the index of its first piece, and the index
        of the piece after the passage. Once no name of a kind contains a passage, longer passages from the same first
        piece are not looked up among the names of this kind.
        """
        ways: defaultdict[tuple[int, int], set[str]] = defaultdict(set)
        for kind in KINDS:
            longest = 0
            for start, piece in enumerate(region):
                longest = self._longest(text, region, kind, start, max(longest, start))
                for end in range(start + 1, longest + 1):
                    stretch = text[piece.start : region[end - 1].end]
                    known = all(each.known for each in region[start:end])
                    if not known or (end > start + 1 and len(stretch) >= _WHOLE):
                        # Before a long text at the end of a name are only a place or a year.
                        ways[start, end] |= {
                            "same" if len(stretch) >= _LONG_END and fold(name.label).endswith(stretch) else name.how
                            for name in self.names(kind, stretch)
                        }
        return ways

    def _longest(self, text: str, region: Sequence[Piece], kind: str, start: int, end: int) -> int:
        """Return the end of the longest passage from piece `start` that names of a kind may contain; at least `end`.

        The end is the index of the piece after the passage.
        """
        while end < len(region):
            stretch = text[region[start].start : region[end].end]
            asks = len(stretch) >= _SHORTEST and not all(piece.known for piece in region[start : end + 1])
            if asks and not self._may_be(kind, stretch):
                break
            end += 1
        return end

    def _may_be(self, kind: str, stretch: str) -> bool:
        """Return True if a passage is part of a name of a kind, abbreviates one, or is too short to decide."""
        if kind == "place":
            return may_open(stretch)
        return (
            len(stretch) < _SHORTEST_ABBREVIATIONS["org"]
            or bool(self.names(kind, stretch))
            or bool(self.index.names(kind, stretch, 1))
            or (kind == "org" and may_open(stretch))
        )


def _parts(text: str, length: int) -> list[str]:
    return [text[at : at + length] for at in range(len(text) - length + 1)]


def _price(text: str, pieces: Sequence[Piece], ways: Collection[str]) -> float | None:
    """Return the cost of taking pieces as one name; None if they cannot be one name.

    `ways` are the ways in which names match the pieces' text.
    """
    if not ways or all(piece.known for piece in pieces):
        return None
    # A known word at an edge is in a name only if it completes the name (法律顾问费; not 培训 of 培训项目),
    # if it is one character and no particle (参训人数), if it means nothing by itself (信息 of 信息公开),
    # if the short names of bodies have it too (机关 in 机关工委), or if it is a kind of bodies (街道办事处).
    edges = [(edge, text[edge.start : edge.end]) for edge in (pieces[0], pieces[-1]) if edge.known]
    edges = [(edge, word) for edge, word in edges if len(word) > 1 or word in words()["names"]["particles"]]
    if "same" in ways or not edges:
        begins = text[pieces[0].start] in words()["names"]["continuing"]  # 湖北省 and 教育, not 湖北 and 省教育
        return min(_NAME_PRICE[way] for way in ways) + begins / 10
    for edge, word in edges:
        is_filling = edge.tags <= {"stop", "meaning:state"} and len(word) > 1 and not LATIN.match(word)
        is_kind = any(tag.startswith("org:") for tag in edge.tags)
        if not is_filling and not is_kind and not ("abbreviates" in ways and "meaning:body" in edge.tags):
            return None
    return _FILLED_PRICE


def _regions(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Yield the regions of a question in which names are sought: unknown pieces with up to _BESIDE known ones around.

    Of known pieces, only years, figures and words such as “top” can be in a region; any other ends the region. Regions
    that touch are one.
    """

    def is_near(at: int) -> bool:
        near = pieces[max(0, at - _BESIDE) : at + _BESIDE + 1]
        return pieces[at].role in ("", "year", "figure", "top") and not all(piece.known for piece in near)

    for near, run in groupby(range(len(pieces)), key=is_near):
        region = [pieces[at] for at in run]
        if near and not all(piece.known for piece in region):
            yield region


def in_full(text: str) -> list[str]:
    """Return other forms of a body's name: one with the organ put first, and ones with only the last of its places.

    For 安徽黄山公安局 the latter is 黄山市公安局.
    """
    codes, rest = opening(text)
    return fronted(text) + [places()[code].name + rest for code in sorted(codes) if rest]


def _is_titled(text: str, name: Name) -> bool:
    """Return True if a part of a document's name may stand for the document; a short part must end like a title.

    三年 or 投资 in 普投资规范〔2023〕1号 does not, since the part lies inside the number.
    """
    is_title = len(text) >= _WHOLE or text.endswith(tuple(words()["names"]["titles"]))
    return is_title and not _INSIDE_CODE.search(f"{text}\n{fold(name.matched)}")


def phrased(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """Return the mentions, with topics directly after each other (农村道路, road maintenance) joined to one text.

    Two separate topics would find projects with either of them.
    """
    joined: list[Mention] = []
    for mention in sorted(mentions, key=lambda each: each.start):
        last = joined[-1] if joined else mention
        joint = " " if text[last.start].isascii() else ""
        if joined and _is_topic(last) and _is_topic(mention) and text[last.end : mention.start] == joint:
            ways = product(last.text.split(SEVERAL), mention.text.split(SEVERAL))
            joined[-1] = Mention(last.start, mention.end, SEVERAL.join(map("".join, ways)), {})
        else:
            joined.append(mention)
    return joined


def _is_topic(mention: Mention) -> bool:
    is_contained = all(names[0].how == "contains" for names in mention.names.values())
    return is_contained and "place" not in mention.names and not is_part(mention)


def is_field(text: str, names: Sequence[Name]) -> bool:
    """Return True if a part of bodies' names is the field in which they work, as 文化旅游 in 文化旅游局.

    Before 项目 such a part is a topic.
    """
    behind = re.compile(rf"{re.escape(text)}[^省市州县区镇乡]*(?:{'|'.join(words()['names']['offices'])})$")
    return all(behind.search(fold(identity.plain_body(name.label))) for name in names)


def is_part(mention: Mention) -> bool:
    """Return True if a mention is only a part of bodies' names, such as 教育局 of 荆门市教育局, and no topic."""
    names = mention.names.get("org", ())
    is_topic = "project" in mention.names and mention.text not in words()["organs"]
    return bool(names) and not is_topic and all(fold(identity.plain_body(name.label)) != mention.text for name in names)


def indicators(text: str, pieces: Sequence[Piece], finder: Finder) -> Iterator[Mention]:
    """Yield a mention of an indicator for each role of bodies with a type of indicators directly after it.

    主管部门满意度 is such a name, though it begins with a role; the dataset need not have the name.
    """
    for role, kind in pairwise(pieces):
        is_typed = any(tag.startswith("type:") for tag in kind.tags)
        if is_typed and role.end == kind.start and text[role.start : role.end] in words()["names"]["roles"]:
            said = re.sub(words()["fielded"]["kind"], "", text[role.start : kind.end])
            names = finder.names("indicator", said) or (Name("", "indicator", said, said, "contains", 0),)
            yield Mention(role.start, role.start + len(said), said, {"indicator": names})


def glossed(text: str, mentions: Sequence[Mention], pieces: Sequence[Piece]) -> list[Mention]:
    """Return the mentions without English phrases that a Chinese term in brackets translates: trips (因公出国境).

    The mention of the Chinese term then starts where the English phrase does.
    """
    given = [each for each in mentions if text[each.start - 1 : each.start] + text[each.end : each.end + 1] == "()"]
    starts = {each.start: each.start - 1 for each in given}
    parts: list[Mention | Piece] = [
        *(each for each in mentions if each not in given),
        *(
            piece
            for piece in pieces
            if piece.tags != {"stop"} and not (piece.role or is_question(text[piece.start : piece.end]))
        ),
    ]
    for each in given:
        for part in sorted(parts, key=lambda part: -part.end):
            if re.match('"?[a-z]', text[part.start :]) and not text[part.end : starts[each.start]].strip(" -–—"):
                starts[each.start] = min(part.start, starts[each.start])
    kept = [each for each in mentions if not any(first <= each.start < last for last, first in starts.items())]
    return [replace(each, start=starts[each.start], end=each.end + 1) if each in given else each for each in kept]


def part(text: str, name: str) -> str:
    """Return the part of a printed name whose letters and digits are those of a folded text, else the text itself.

    The part has both marks of a pair: for the name 《会计法》（2017） and the text 会计法2017 it is 《会计法》（2017）.
    """
    folded, origins = folded_places(name)
    said = [(char, place) for char, place in zip(folded, origins, strict=True) if char.isalnum()]
    wanted = bare(text)
    start = "".join(char for char, _ in said).find(wanted)
    if start < 0 or not wanted:
        return text
    first, last = said[start][1], said[start + len(wanted) - 1][1] + 1
    for before, behind in _PAIRS:
        unpaired = name[first:last].count(before) - name[first:last].count(behind)
        first -= unpaired < 0 and name[:first].endswith(before)
        last += unpaired > 0 and name[last:].startswith(behind)
    return name[first:last]
