"""Take a question apart into values, names, meanings, and words that forbid an answer."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from jixiao.ontology.identity import plain_body
from jixiao.ontology.text.decimals import digits
from jixiao.ontology.text.folding import bare, fold, folded_places
from jixiao.server.views.questions import pieces as dividing
from jixiao.server.views.questions import values
from jixiao.server.views.questions.lexicon import Lexicon, words
from jixiao.server.views.questions.names import Finder, Mention
from jixiao.server.views.questions.pieces import Piece
from jixiao.store import Name

_HOW: Mapping[str, float] = {"same": 2.0, "abbreviates": 1.6, "contains": 1.2}
_BODY_FIRST, _PROJECT_NEXT, _BASIS_NEXT, _ALONE = 0.3, 0.2, 0.1, 0.3
_MOST_BODIES = 5
_SERIAL = re.compile(r"[\u4e00-\u9fff]{0,6}(?P<serial>第?\d{1,5}号)(?:文件|文)?")
_MOST_PROJECTS = 20
SEVERAL = "\n"
"""Separator of several texts for one parameter; a comma may be part of a text."""
_VALUED = ("type", "category", "fault", "set")


@dataclass(frozen=True)
class Sense:
    """One way to take a part of a question: a role, the text for a parameter of that role, and how sure that is."""

    role: str
    text: str
    weight: float = 1.0


@dataclass(frozen=True)
class Item:
    """A value or name in a question, as the question writes it, with the ways to take it."""

    start: int
    text: str
    senses: tuple[Sense, ...]


@dataclass(frozen=True)
class Question:
    """A question taken apart.

    `meanings` has, for each word with a meaning, the set of meanings that it may have; `stop` is among them if the word
    may be mere filling. `unknown` are stretches that nothing explains, `blocked` the tags of words that forbid an
    answer, by word. `without` is the question without the unknown stretches.
    """

    text: str
    items: tuple[Item, ...]
    meanings: tuple[frozenset[str], ...]
    unknown: tuple[str, ...]
    blocked: Mapping[str, str]
    without: str


def tidy(typed: str) -> str:
    """Return a question folded (lower case, half width), with single blanks, for take_apart()."""
    return " ".join(fold(typed).split())


def take_apart(text: str, lexicon: Lexicon, finder: Finder, units: Sequence[str]) -> Question:
    """Divide a tidy question into items, meanings, unknown stretches and blocking words."""
    typed = values.find(text, lexicon, units, _knows(finder))
    pieces = dividing.divide(text, [*typed, *_shortened(text, typed, finder)], lexicon)
    mentions = list(_quoted(text, finder))
    pieces = _outside(pieces, mentions)
    spelt = finder.spelt(text, pieces)
    pieces = _outside(pieces, spelt)
    found = _sure(finder.find(text, pieces), pieces)
    pieces = _outside(pieces, found)
    items = [mentioned(mention, text[mention.start : mention.end]) for mention in (*mentions, *spelt, *found)]
    items += _marked(text, pieces)
    pieces = _outside(pieces, items)
    items += [item for piece in pieces for item in (*_of_value(text, piece), *_of_tags(text, piece))]
    strange = [piece for piece in pieces if not piece.known]
    return Question(
        text=text,
        items=tuple(sorted(items, key=lambda item: item.start)),
        meanings=tuple(meant for piece in pieces if (meant := _meanings(piece))),
        unknown=tuple(_stretches(text, strange)),
        blocked={text[piece.start : piece.end]: tag for piece in pieces if (tag := _blocking(piece))},
        without=_without(text, strange),
    )


def mentioned(mention: Mention, stretch: str) -> Item:
    """Return a name as an item: a body, project, document or indicator, or a part of the names of several.

    `stretch` is the name in the question's words, which may be English.
    """
    senses: list[Sense] = []
    whole = any(names[0].how == "same" for names in mention.names.values())
    for kind, names in mention.names.items():
        if whole and names[0].how == "abbreviates":  # 政协会议 is a project, and only might be short for a body
            continue
        weight = _HOW[names[0].how]
        printed = names[0].matched if names[0].how == "same" else _printed(mention.text, names[0].matched)
        if kind == "org":
            senses.append(Sense("org", _bodies(mention.text, names), weight + _BODY_FIRST))
        elif kind == "basis":
            document = _document(names, printed)
            senses.append(Sense("basis", document, weight + _BASIS_NEXT))
            if names[0].how != "same":
                senses.append(Sense("topic", document, weight + _BASIS_NEXT))
        elif kind == "project":
            if names[0].how == "abbreviates":
                printed = SEVERAL.join(dict.fromkeys(name.label for name in names))
            senses.append(Sense("name", printed, weight + _PROJECT_NEXT))
            same = [name for name in names if name.how == "same"]
            alone = same or (names if len(names) == 1 else [])
            surer = _ALONE if len(same) == 1 else 0
            senses += [Sense("project", name.iri, weight + surer) for name in alone[:_MOST_PROJECTS]]
        else:
            senses.append(Sense(kind, printed, weight))
    if not senses:  # quoted, and in no name: people mean these very words
        senses = [Sense("text", mention.text, 1.0), Sense("basis", mention.text, 0.9)]
    senses.sort(key=lambda sense: -sense.weight)
    return Item(mention.start, stretch, tuple(senses))


def _bodies(text: str, names: Sequence[Name]) -> str:
    """Return the text for a parameter: a body's name if one family is meant, else the words typed, which all match."""
    families = dict.fromkeys(plain_body(name.label) for name in names)
    if len(families) == 1 or (names[0].how == "same" and len(families) <= _MOST_BODIES):
        return ",".join(families)
    return text


def _document(names: Sequence[Name], printed: str) -> str:
    """Return the document's name if there is one, else the printed words that the names of several share."""
    return names[0].matched if len({name.iri for name in names}) == 1 else printed


def _printed(text: str, name: str) -> str:
    """Return the part of a name with the letters and digits of a text, as the name prints it."""
    folded, places = folded_places(name)
    said = [(char, place) for char, place in zip(folded, places, strict=True) if char.isalnum()]
    wanted = bare(text)
    start = "".join(char for char, _ in said).find(wanted)
    return text if start < 0 or not wanted else name[said[start][1] : said[start + len(wanted) - 1][1] + 1]


def _knows(finder: Finder) -> Callable[[str], bool]:
    return lambda number: any(name.how == "same" for name in finder.names("basis", fold(number)))


def _shortened(text: str, typed: Sequence[values.Value], finder: Finder) -> Iterator[values.Value]:
    """Yield full numbers for shortened ones such as 97号文, if just one document of the graph fits."""
    for found in _SERIAL.finditer(text):
        first, last = found.span("serial")
        if any(value.start < last and first < value.end for value in typed if value.role != "figure"):
            continue
        before = next((value.texts[0] for value in reversed(typed) if value.role == "number"), "")
        joined = (
            found.start() == found.start("serial") or text[found.start("serial") - 1] in words()["names"]["leading"]
        )
        if joined and "〕" in before:  # 51号 after a full number has that number's code and year
            shared = before[: before.index("〕") + 1] + found["serial"].removeprefix("第")
            yield values.Value("number", found.start("serial"), found.end(), (shared,))
            continue
        for start in range(found.start(), found.start("serial") + 1):
            meant = finder.numbered(text[start : found.end("serial")])
            if meant:
                if len(meant) == 1:
                    yield values.Value("number", start, found.end(), meant)
                break


def _quoted(text: str, finder: Finder) -> Iterator[Mention]:
    """Yield the stretches in title or quotation marks, with their names in the graph, if any."""
    for pair in map(fold, words()["names"]["quotes"]):
        opening, closing = pair[0], pair[1]
        start = text.find(opening)
        while 0 <= start < (end := text.find(closing, start + 1)):
            stretch = text[start + 1 : end].strip()
            if stretch:
                yield finder.mention(stretch, start, end + 1)
            start = text.find(opening, end + 1)


def _sure(mentions: Sequence[Mention], pieces: Sequence[Piece]) -> list[Mention]:
    """Drop parts of names that touch unknown characters: 公务 is part of a name, but 公务员 means something else."""
    strange = [piece for piece in _outside(pieces, mentions) if not piece.known]
    touched = {place for piece in strange for place in (piece.start, piece.end)}
    bodies = {mention.end for mention in mentions if "org" in mention.names}
    return [
        mention
        for mention in mentions
        if any(names[0].how != "contains" for names in mention.names.values())
        or not (touched & {mention.start, mention.end} or (mention.start in bodies and _goes_on(mention.text)))
    ]


def _goes_on(text: str) -> bool:
    """Tell if a text continues the name of the place before it, as 区政府 does after 松江."""
    return text[0] in words()["names"]["continuing"]


def _marked(text: str, pieces: Sequence[Piece]) -> Iterator[Item]:
    """Yield unknown stretches that a word marks as a text to look for: 关于垃圾分类的项目, projects about waste."""
    at = 0
    while at < len(pieces):
        first = at
        while at < len(pieces) and not pieces[at].known:
            at += 1
        before = next((piece for piece in reversed(pieces[:first]) if not _is_filling(piece)), None)
        behind = pieces[at] if at < len(pieces) else None
        if at > first and ((before and _marks(before)) or (behind and _marks(behind) and _follows(text, behind))):
            start, end = pieces[first].start, pieces[at - 1].end
            yield Item(start, text[start:end], (Sense("text", text[start:end], 1.0),))
        at = max(at, first + 1)


def _marks(piece: Piece) -> bool:
    return bool(piece.tags & {"meaning:about", "meaning:named"})


def _follows(text: str, piece: Piece) -> bool:
    return text[piece.start : piece.end] in words()["names"]["behind"]


def _is_filling(piece: Piece) -> bool:
    return piece.tags == {"stop"}


def _of_value(text: str, piece: Piece) -> Iterator[Item]:
    """Yield the items of a typed value: its texts, each bound of a range, and its unit."""
    value = piece.value
    if value is None:
        return
    stretch = text[piece.start : piece.end].strip()
    if value.texts:
        role = "years" if value.role == "year" and len(value.texts) > 1 else value.role
        weight = 2.0 if role == "number" else 1.5
        yield Item(piece.start, stretch, (Sense(role, ",".join(value.texts), weight),))
    for comparison, bound in value.bounds:
        ends = ("at-least", "at-most") if comparison == "equal" else (comparison,)
        for end in ends:
            yield Item(piece.start, stretch, (Sense(f"{value.role}-{end}", digits(bound), 1.5 / len(ends)),))
    if value.unit:
        yield Item(piece.start, stretch, (Sense("unit", value.unit, 0.5),))


def _of_tags(text: str, piece: Piece) -> Iterator[Item]:
    """Yield the items of words that stand for a value: 满意度, 一次性项目, 没有立项依据."""
    tagged = (tag.partition(":") for tag in sorted(piece.tags))
    senses = tuple(Sense(group, value, 2.0) for group, _, value in tagged if group in _VALUED)
    if senses:
        yield Item(piece.start, text[piece.start : piece.end], senses)


def _meanings(piece: Piece) -> frozenset[str]:
    tagged = (tag.partition(":") for tag in piece.tags)
    found = frozenset(name for group, _, name in tagged if group == "meaning" and name != "negation")
    if not found or any(tag.partition(":")[0] in _VALUED for tag in piece.tags):
        return frozenset()
    return found | ({"stop"} if "stop" in piece.tags else set())


def _blocking(piece: Piece) -> str | None:
    """Return the tag by which a word forbids an answer; None if the word also has other tags."""
    tags = {tag for tag in piece.tags if tag == "relative" or tag.startswith("outside:") or tag == "meaning:negation"}
    return min(tags) if tags and tags == piece.tags else None


def _outside(pieces: Iterable[Piece], taken: Sequence[Mention | Item]) -> list[Piece]:
    """Return the pieces that lie in none of the stretches already taken."""
    ends = [(each.start, each.end if isinstance(each, Mention) else each.start + len(each.text)) for each in taken]
    return [piece for piece in pieces if not any(start <= piece.start and piece.end <= end for start, end in ends)]


def _stretches(text: str, strange: Sequence[Piece]) -> Iterator[str]:
    """Yield the unknown stretches, neighbouring pieces joined."""
    start = end = -1
    for piece in strange:
        if start >= 0 and text[end : piece.start].strip():
            yield text[start:end]
            start = -1
        start = piece.start if start < 0 else start
        end = piece.end
    if start >= 0:
        yield text[start:end]


def _without(text: str, strange: Sequence[Piece]) -> str:
    for piece in reversed(strange):
        text = text[: piece.start] + text[piece.end :]
    return " ".join(text.split())
