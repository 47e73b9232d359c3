"""Find the things that a typed name may mean, with the way in which each name matches, and a score.

Fields of views, the box, reconciliation and the search for similar names all ask here, so that one name means the same
things at each of them. The names themselves are found by the index (naming.py).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from jixiao.ontology import numbers
from jixiao.ontology.bodies import in_full
from jixiao.ontology.places import mentioned, opening, within
from jixiao.ontology.text import folding, typos
from jixiao.store.index.found import Name

CERTAIN = 100.0
"""The score of a name that is exactly the typed one."""
_CONTAINED = 50.0  # the least score of a name that contains all typed characters
_SPELT_OTHERWISE = 95  # the score of a name with other signs or characters, for all of its length
_SHORTEST_TITLE = 8  # characters of a text that may abbreviate a document's title
SUGGESTED = ("basis", "org", "series", "indicator-name")
"""Kinds of names that complete what is typed; series instead of projects, so that one of several years comes once."""
_MOST_SUGGESTED = 3
_MOST_DOCUMENTS = 5  # documents that a number without its year, or without its code, may mean

_SLOPPY = re.compile(
    r"(?P<code>[㐀-鿿][㐀-鿿()\[\]〔〕【】]{0,18})?\s?"
    r"[(\[〔【{]?(?P<year>(?:19|20)\d\d)[)\]〕】}]?(?:年|-)?\s?(?:第|no\.? ?)?"
    r"(?P<serial>\d{1,4})"
    r"(?:号文件?|号|(?![\d年月万亿千%个元.-]))|(?P<issuer>[㐀-鿿][㐀-鿿()]{2,18}?)第?(?P<alone>\d{1,4})号(?:文件?)?"
)
_BRACKETS = re.compile(r"[()\[\]〔〕【】]")


class Names(Protocol):
    """Names of the things in one version of the dataset, as an index finds them."""

    def names(self, kind: str, text: str, limit: int = 20) -> list[Name]:
        """Return the names of a kind that equal a text, contain it, or can be abbreviated to it, best first."""

    def near(self, kind: str, text: str, limit: int = 5) -> list[Name]:
        """Return other names of a kind that are spelt like a text."""

    def mentioned(self, kind: str, text: str) -> list[Name]:
        """Return the things of a kind whose names occur in a text."""


@dataclass(frozen=True)
class Numbered:
    """A stretch of a text that is a document number, however sloppily written, and the numbers that it may mean."""

    start: int
    end: int
    canonical: tuple[str, ...]


def forms(kind: str, text: str) -> list[str]:
    """Return the texts under which a name is looked up: the name itself and, for a body (`org`), its other forms.

    Other forms have an organ such as 政协 in front of its place, and only the last of several places.
    """
    return list(dict.fromkeys([text, *in_full(text)])) if kind == "org" else [text]


def meant(names: Names, kind: str, text: str, limit: int = 20) -> list[Name]:
    """Return the things that a typed name means: those of the best way in which any name matches.

    That is the same name; or else names that contain the text; or else names that it abbreviates. A short text
    abbreviates no document: 教育法 is no notice of a 教育厅 on a 办法. A document may be named by its number, too,
    however sloppily.
    """
    for form in forms(kind, text):
        matching = names.names(kind, form, limit)
        if kind == "basis" and len(form) < _SHORTEST_TITLE:
            matching = [name for name in matching if name.how != "abbreviates"]
        if matching:
            return [name for name in matching if name.how == matching[0].how]
    return _numbered_things(names, text, limit) if kind == "basis" else []


def _numbered_things(names: Names, text: str, limit: int) -> list[Name]:
    """Return the documents of which a whole text is the number, sloppily written."""
    folded = folding.fold(text).strip()
    whole = [found for found in sloppy_numbers(names, folded) if (found.start, found.end) == (0, len(folded))]
    canonical = [number for found in whole for number in found.canonical]
    return [name for number in canonical for name in names.names("basis", number, limit) if name.how == "same"][:limit]


def sloppy_numbers(names: Names, text: str, leading: Sequence[str] = ()) -> Iterator[Numbered]:
    """Yield the stretches of a folded text that are numbers of documents in the dataset: 财金2020年21号文.

    Words in `leading`, such as 引用, may stand before a number that lacks its code.
    """
    for match in _SLOPPY.finditer(text):
        code, serial = match["code"] or match["issuer"] or "", match["serial"] or match["alone"]
        without_code = 1 if code.endswith(tuple(leading)) and leading else 0
        for dropped in range(max(len(code) + without_code, 1)):
            plain = _BRACKETS.sub("", code[dropped:])
            if canonical := _canonical(names, plain, match["year"] or "", serial):
                yield Numbered(match.start() + dropped, match.end(), tuple(canonical))
                break


def _canonical(names: Names, code: str, year: str, serial: str) -> list[str]:
    """Return the numbers of documents in the dataset that end with a code, a year and a serial; either may be ""."""
    wanted = re.compile(rf"{re.escape(folding.bare(code))}{year or r'(?:19|20)[0-9]{2}'}{serial}号?$")
    matching = names.names("basis", f"{code}{year}{serial}号")
    parsed = (numbers.parse(name.matched) for name in matching if wanted.search(folding.bare(name.matched)))
    return list(dict.fromkeys(number.canonical for number in parsed if number))[:_MOST_DOCUMENTS]


def suggested_names(names: Names, text: str, limit: int = _MOST_SUGGESTED) -> list[tuple[Name, int]]:
    """Return names spelt like a text, each with the number of mistakes between both, fewest first.

    For a document number, similar numbers alone are returned.
    """
    is_number = numbers.parse(text) is not None
    kinds = ("basis",) if is_number else (*SUGGESTED, "project")
    spelt = [name for kind in kinds for name in names.near(kind, text, limit)]
    near = [*{name.label: name for name in reversed(spelt)}.values()][::-1]
    if is_number:
        return [(name, typos.nearest_part(text, name.matched)[0]) for name in near]
    wanted = folding.bare(text)
    measured = [(name, typos.nearest_part(wanted, folding.bare(name.matched))[0]) for name in near]
    return sorted(measured, key=lambda pair: pair[1])


def candidates(names: Names, kind: str, form: str, typed: str, limit: int) -> list[tuple[float, Name]]:
    """Return the things that a typed name may mean, looked up under one of its forms, each with a score up to 100.

    Names that are the text, contain it, are part of it, or are similar to it are candidates; bodies in another place
    are none.
    """
    matching = names.names(kind, form, limit)
    if not any(name.how == "same" for name in matching):
        matching = [*matching, *names.mentioned(kind, form), *names.near(kind, form, limit)]
    place = _place(typed) if kind == "org" else frozenset()
    return [(score(name, form, typed), name) for name in matching if _may_lie_at(place, name)]


def score(name: Name, form: str, typed: str) -> float:
    """Return the score of a name that was found under a form of the text `typed`; other forms have 99 at most.

    Equal names have 100, as has any document found by its number; a longer or shorter spelling of the same name has up
    to 95, names that contain the text or are contained in it at least 50, and others their likeness.
    """
    from rapidfuzz import fuzz  # noqa: PLC0415 - most names are found as they are written

    wanted, matched = folding.bare(form), folding.bare(name.matched)
    if name.how == "same" and form == typed:
        is_exact = wanted == matched or name.kind == "basis"
        return CERTAIN if is_exact else _SPELT_OTHERWISE * len(matched) / max(len(wanted), 1)
    alike = fuzz.ratio(wanted, matched)
    return min(alike if name.how == "near" else _CONTAINED + (1 - _CONTAINED / CERTAIN) * alike, CERTAIN - 1)


def _place(name: str) -> frozenset[str]:
    """Return the codes of the divisions that the first place named in a body's name may mean; empty without a place."""
    folded = folding.fold(name)
    return opening(folded)[0] or next(mentioned(folded), frozenset())


def _may_lie_at(place: frozenset[str], name: Name) -> bool:
    """Return False for a body in another place than `place`: one that neither contains the place nor lies in it.

    `place` has the codes of divisions. True if the body's name has no place, or if `place` is empty.
    """
    if not place:
        return True
    there = _place(name.matched) or _place(name.label)
    pairs = [(code, other) for code in place for other in there]
    return not pairs or any(within(code, other) or within(other, code) for code, other in pairs)
