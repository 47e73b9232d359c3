"""Read lists with the number that the text states, and money that is not from the budget.

Lists are of names and parts (柳村、杨村共计3个村), of aspects (三送，即送课程、送教师), and of points with ordinals.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count as numbers

from jixiao.ingest import facts as f
from jixiao.ingest.text.mentions.money import RE
from jixiao.ingest.text.mentions.prose import Prose
from jixiao.ingest.text.mentions.subject import Mention, Subject
from jixiao.ontology import terms
from jixiao.ontology.numerals import figure
from jixiao.ontology.text.wording import Wording

_WORDING = Wording("jixiao.ingest.text.mentions", "lists.toml")
_RE = _WORDING.patterns
_NOUNS, _PARTS, _SINGLE = (frozenset(_WORDING.words(name)) for name in ("nouns", "parts", "singles"))
_ENDS = {end: tuple(ends) for end, ends in _WORDING.tables["meanings"]["ends"].items()}
_COMMA, _MORE, _STOPS = "、", _WORDING.text("more"), _WORDING.text("stops")
_MANY = 3  # least names before 等 of which nobody leaves out a single one
_FAR, _TELLING = 2000, 120  # characters in which all points are listed, and behind a number that tell of the others
_Size = tuple[int, int | None]
"""The fewest and the most items that are listed; None for the most if more are meant."""


def lists(subject: Subject) -> Iterator[Mention]:
    """Yield mentions of the lists in goals, sections and loose texts, each with the number that the text states for it.

    A list is about the cost items that it names.
    """
    for prose in (*subject.running, *subject.loose):
        for one in (*_names(prose), *_behind(prose), *_points(prose)):
            yield replace(one, about=tuple(item.iri for item in subject.items if item.name in one.words))


def _names(prose: Prose) -> Iterator[Mention]:
    """Yield the lists of names that stand directly before their stated number."""
    text = prose.text
    plain = _RE.aside.sub(lambda found: "〇" * len(found[0]), text)
    for found in _RE.counted.finditer(text):
        noun, count = found["noun"], figure(found["count"])
        before = found.start() - (1 if noun in _NOUNS and _RE.in_all.match(text, found.start() - 1) else 0)
        start = max(plain.rfind(stop, 0, before) for stop in _STOPS) + 1
        verb = _RE.made_of.search(plain, start, before) if noun in _PARTS else None
        start = verb.end() if verb else start
        listed, more = plain[start:before].strip(), (found["joint"] or "").startswith(_MORE)
        parts = _parts(listed, count) if verb and not more else None
        size = parts if noun in _PARTS else _things(listed, noun)
        if size and more:
            one_short = count == size[0] + 1 and size[0] >= _MANY and size[0] == size[1]
            size = size[0], size[0] if one_short else None
        known = noun in _NOUNS or noun in _PARTS or (more and found["unit"] in _SINGLE)
        if size and known and count > 1:
            yield _list(prose, (start, found.end()), noun, count, size)


def _behind(prose: Prose) -> Iterator[Mention]:
    """Yield the lists directly behind their number: names in brackets, 3个村（柳村、杨村）, and aspects of a saying."""
    for found in (*_RE.in_brackets.finditer(prose.text), *_RE.saying.finditer(prose.text)):
        if size := _size(found["names"]):
            yield _list(prose, found.span(), found["noun"], figure(found["count"]), size)


def _points(prose: Prose) -> Iterator[Mention]:
    """Yield the numbers of points, phases or batches that are listed with ordinals, of which at most one is missing.

    A number is left out if the words behind it say that some are done, or left for later.
    """
    text = prose.text
    for found in _RE.points.finditer(text, max(0, len(text) - _FAR)):
        ordinals = _RE.ordinal.findall(text, found.end())
        listed = {figure(number) for number, kind in ordinals if kind == ordinals[0][1]}
        count, least = figure(found["count"]), next(number for number in numbers() if number + 1 not in listed)
        if least > 1 and count - least in {0, 1} and not _RE.not_all.search(text, found.end(), found.end() + _TELLING):
            yield _list(prose, found.span(), found["noun"], count, (least, least))


def _list(prose: Prose, span: tuple[int, int], noun: str, count: int, size: _Size) -> Mention:
    fewest, most = size
    values = {
        terms.statedCount: f.integer(count),
        terms.listedFewest: f.integer(fewest),
        terms.listedMost: None if most is None else f.integer(most),
    }
    return Mention(prose, terms.StatedList, *span, noun, values=values)


def _size(listed: str) -> _Size | None:
    """Return the fewest and the most items of a list that has list commas (、); None for a text without one.

    和, 及 and 与 may join two items or be part of one item's name, so that each adds one to the most.
    """
    least = listed.count(_COMMA) + 1
    return (least, least + len(_RE.joint.findall(listed))) if least > 1 else None


def _parts(listed: str, count: int) -> _Size | None:
    """Return the size of a list of parts; two parts joined by 和 or the like also count, if `count` is above two."""
    one_joint = len(_RE.joint.findall(listed)) == 1
    pair = one_joint and count > 2 and _RE.two_parts.search(listed) and not _RE.no_part.search(listed)
    return _size(listed) or ((2, 2) if pair else None)


def _things(listed: str, noun: str) -> _Size | None:
    """Return the size of a list of names; None if `noun` is a known one and some name does not end like it."""
    ends = _ENDS.get(noun[-1], noun[-1])
    sound = noun not in _NOUNS or all(name.strip().endswith(ends) for name in listed.split(_COMMA))
    return _size(listed) if sound else None


def sources(subject: Subject) -> Iterator[Mention]:
    """Yield the first passage on money of others in each goal, section and stated basis."""
    for prose in (*subject.running, *subject.bases):
        if other := RE.others_money.search(prose.text):
            names = {terms.names: f.iri(terms.otherFunds)}
            yield Mention(prose, terms.StatedName, *other.span(), other.group(), values=names)
