"""Divide a question into values, names, meanings of words, and words because of which it cannot be answered."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from jixiao.ontology.places import opening
from jixiao.ontology.text import decimals, folding
from jixiao.server.views.questions import asked, english, named_things, senses, values
from jixiao.server.views.questions.lexicon import LATIN, Lexicon, Piece, is_question, words
from jixiao.server.views.questions.senses import Item, Sense

_VALUELESS = frozenset(("meaning", "outside", "absent"))
"""Groups of tags that give no value for a parameter, as `type:满意度指标` does."""
_BLOCKING = ("relative", "outside:", "meaning:negation")
"""Beginnings of the tags of words because of which a question cannot be answered: 去年, 电话, 没有."""
POINTING = "outside:pointing"
"""Tag of words that mean what another question named."""
_ABSENT = "absent:"
"""Beginning of the tags of regions without filings; their codes follow."""
_LEFT_OUT: Mapping[str, str] = {"region": "outside", "org": "notDepartment", "name": "notText"}
"""Roles of names that words such as 除了 exclude, by those without such words; the first that a name has is taken."""
_EXCLUDED = frozenset((*_LEFT_OUT.values(), "notYear", "notCited"))
_MARKS = frozenset(("meaning:about", "meaning:named"))
"""Tags of words beside which an unknown stretch is a text to search for, such as 关于."""


@dataclass(frozen=True)
class Question:
    """A question divided into its parts.

    `items` are its values and names. `meanings` has, for each word with a meaning, the set of meanings that the word
    may have; `stop` is among them if the word may have no meaning at all. `said` are these words. `unknown` are
    passages that nothing explains. `blocked` maps each word because of which the question cannot be answered to the
    word's tag. `asked` are the meanings of the noun that the question asks for, as `project` in 哪些项目, empty if it
    is not clear; `counted` is True if the number of such things is asked for. `pieces` are all pieces that are in no
    item.
    """

    text: str
    items: tuple[Item, ...]
    meanings: tuple[frozenset[str], ...]
    unknown: tuple[str, ...]
    blocked: Mapping[str, str]
    asked: frozenset[str]
    counted: bool
    said: tuple[str, ...]
    pieces: tuple[Piece, ...] = ()

    @property
    def meant(self) -> frozenset[str]:
        """Return all meanings of all words, with `count` if a number of things is asked for.

        If several regions, bodies or years are named, as to compare them, `regions`, `bodies` or `years` is among the
        meanings.
        """
        roles = [{sense.role for sense in item.senses} for item in self.items]
        projects = sum(any(sense.is_project for sense in item.senses) for item in self.items)
        regions = sum("region" in each for each in roles)
        bodies = sum("org" in each and "region" not in each for each in roles)
        said = frozenset().union(*self.meanings)
        # “The most problems” are those that contradict a filing, without notes on its reading.
        ranks = "finding" in said and not said.isdisjoint(("most", "least"))
        return said.union(
            ["warning"][:ranks],
            ["regions"][: regions > 1 and projects < 2],
            ["bodies"][: bodies > 1],
            ["years"][: sum(bool({"year", "years"} & each) for each in roles) > 1],
            ["count"][: self.counted],
        )

    @property
    def ranked(self) -> Sequence[frozenset[str]]:
        """The meanings of each superlative and its neighbour: `most` and `project` for “the most projects”.

        The neighbour is the word with a meaning after the superlative in English, and before it in Chinese.
        """
        step = 1 if LATIN.match(self.text) else -1
        ranks = (at for at, names in enumerate(self.meanings) if names & {"most", "least"})
        return [frozenset().union(*self.meanings[max(min(at, at + step), 0) : max(at, at + step) + 1]) for at in ranks]

    def searching(self) -> "Question | None":
        """Return the question with its unknown words as a text to search for, None if they may be more than that.

        The unknown words must be one passage of Chinese, in a question for projects or money that has no blocking word,
        denies nothing and compares nothing.
        """
        table = words()["searched"]
        said = self.unknown[0] if len(self.unknown) == 1 else ""
        start = self.text.find(said)
        if (
            len(said) <= 1  # in too many words
            or said in words()["names"]["kinds"]
            or LATIN.search(said)
            or self.blocked
            or self.meant & {*table["meanings"]}
            or not self.meant & {*table["asked"]}
            or re.search(table["never"], said)
            or re.search(table["number"], self.text[:start])
        ):
            return None
        item = Item(start, start + len(said), said, (Sense("searched", said),))
        return replace(self, items=tuple(sorted((*self.items, item), key=lambda each: each.start)), unknown=())

    @property
    def owners(self) -> Mapping[tuple[int, int], str]:
        """The quantity of each bound by the bound's start and end, as asked.owners() returns it."""
        return asked.owners(self.text, self.items, self.pieces)

    @property
    def contrasts(self) -> bool:
        """True if a word such as 却 or “but”, outside of all items, joins two conditions."""
        places = re.finditer(words()["asked"]["contrast"], self.text)
        return any(not any(item.start <= place.start() < item.end for item in self.items) for place in places)

    @property
    def is_elsewhere(self) -> bool:
        """True if every word is known, and the only obstacle to an answer is a region without filings."""
        return bool(self.blocked) and not self.unknown and all(tag.startswith(_ABSENT) for tag in self.blocked.values())


def take_apart(text: str, lexicon: Lexicon, finder: named_things.Finder) -> Question:
    """Return the parts of a question, whose `text` is from tidy(), such as items, meanings and unknown passages."""
    typed = values.find(text, lexicon, finder.units(), finder.knows)
    pieces = lexicon.divide(text, typed)
    mentions, pieces = _named(text, pieces, finder)
    role = _role(pieces)
    mentions = named_things.glossed(text, mentions, _outside(pieces, mentions))
    items = [
        senses.carrier(mention, text) or senses.of_field(senses.mentioned(mention, text, role), mention.text, text)
        for mention in mentions
    ]
    items += _marked(text, _outside(pieces, items))
    pieces = _outside(pieces, items)
    items = [_excluded(item, *_listed(item, items, text), text, pieces) for item in items]
    pieces = _outside(pieces, items)
    # 从2022年到2024年减少了多少 compares the two, and leaves out what is between.
    changes = any("meaning:change" in piece.tags for piece in pieces)
    items += [item for piece in pieces for item in _typed(text, piece, ends_alone=changes)]
    absent = {text[each.start : each.end]: f"{_ABSENT}{code}" for each in mentions if (code := _absent(each))}
    # Names behind 除了 are left out; 其他 behind it is the rest, and denies nothing.
    excludes = {sense.role for item in items for sense in item.senses} & _EXCLUDED
    blocking = [
        piece
        for piece in pieces
        if piece.tags
        and all(tag.startswith(_BLOCKING) for tag in piece.tags)
        and not (excludes and text[piece.start : piece.end] in words()["names"]["rest"])
    ]
    nouns, counted = asked.noun(text, pieces)
    return Question(
        text=text,
        items=tuple(sorted(items, key=lambda item: item.start)),
        meanings=tuple(filter(None, map(_meanings, pieces))),
        unknown=asked.unexplained(text, pieces, tuple(absent)),
        blocked={text[piece.start : piece.end]: min(piece.tags) for piece in blocking}
        | absent
        | _crossed(text, items)
        | {
            text[start:end]: f"{_BLOCKING[1]}bound"
            for (start, end), owner in asked.owners(text, items, pieces).items()
            if not owner
        }
        | _deed(text, pieces)
        | _pointing(text, [*items, *(piece for piece in pieces if asked.is_noun(piece))]),
        asked=nouns,
        counted=counted,
        said=tuple(text[piece.start : piece.end] for piece in pieces if _meanings(piece)),
        pieces=tuple(pieces),
    )


def _crossed(text: str, items: Iterable[Item]) -> dict[str, str]:
    """Return the passage of a question that gives two places or bodies a year each, as a dict of the passage and a tag.

    Empty if there is no such passage. The tag blocks the passage, since a view would apply both years to both places:
    闵行区2022年和松江区2024年.
    """
    stretch: list[tuple[str, str, Item]] = []
    for item in sorted(items, key=lambda item: item.start):
        roles = {sense.role: sense.text for sense in item.senses}
        kind = "year" if "year" in roles else "place" if roles.keys() & {"region", "org"} else ""
        text_of = roles.get("year") or roles.get("region") or roles.get("org") or ""
        if kind and (not stretch or stretch[-1][:2] != (kind, text_of)):
            stretch = [*(stretch if stretch and stretch[-1][0] != kind else []), (kind, text_of, item)]
        if len({each[:2] for each in stretch[-4:]}) == 4:
            return {text[stretch[-4][2].start : item.end]: f"{_BLOCKING[1]}crossed"}
    return {}


def _deed(text: str, pieces: Sequence[Piece]) -> dict[str, str]:
    """Return a dict with the word after 谁 or “who” that names a deed, and its tag; empty without one.

    Such words are unknown, as in 哪家设计的, or “who bought”.
    """
    for at, (who, then) in enumerate(pairwise(pieces)):
        is_body = "meaning:body" in who.tags and is_question(text[pieces[at - 1].start : who.start].strip())
        is_deed = then.tags == {"meaning:state"} or (not then.known and "meaning:who" in who.tags)
        if is_deed and ("meaning:who" in who.tags or is_body) and not text[who.end : then.start].strip():
            return {text[then.start : then.end]: f"{_BLOCKING[1]}deed"}
    return {}


def _pointing(text: str, named: Iterable[Item | Piece]) -> dict[str, str]:
    """Return a dict with the first word such as 这几个 or “it” that points to another question, and its tag.

    The dict is empty if there is no such word, or if the word may mean an item before it or a piece of an earlier
    clause (`named`).
    """
    table = words()["further"]
    for match in re.finditer(table["pointing"], text):
        clauses = [each.end() for each in re.finditer(table["within"], text[: match.start()])]
        start = clauses[-1] if clauses else 0
        if any(each.start <= match.start() < each.end for each in named if isinstance(each, Item)):
            continue
        inside = any(each.end <= (match.start() if isinstance(each, Item) else start) for each in named)
        return {} if inside else {match[0]: POINTING}
    return {}


def _named(
    text: str, pieces: Sequence[Piece], finder: named_things.Finder
) -> tuple[list[named_things.Mention], list[Piece]]:
    """Return the mentions of names in a text, and the pieces that are in no quoted, printed or spelt name."""
    mentions = list(_quoted(text, finder))
    mentions += named_things.indicators(text, _outside(pieces, mentions), finder)
    street = re.compile(words()["streets"]["behind"])
    spelt = english.named(text, _outside(pieces, mentions), finder)
    mentions += [each for each in spelt if not each.text.isascii() or not street.match(text, each.end)]
    around = _outside(pieces, mentions)
    found = [
        each if each.names else finder.mention(each.text, each.start, each.end)
        for each in named_things.phrased(text, [*mentions, *_sure(finder.find(text, around), around)])
        if "place" not in each.names or not street.match(text, each.end)  # Lanxi Road is not in Lanxi
    ]
    return _of_one_place(text, found, finder), around


def _of_one_place(
    text: str, mentions: Sequence[named_things.Mention], finder: named_things.Finder
) -> list[named_things.Mention]:
    """Return the mentions, with each body that 和 joins to a body with a place taken in the same place.

    In 松江区政协办和政府办, the second body is that of 松江区.
    """
    found: list[named_things.Mention] = []
    for each in sorted(mentions, key=lambda mention: mention.start):
        before = found[-1] if found and {"org"} <= found[-1].names.keys() & each.names.keys() else None
        rest = opening(before.text)[1] if before else ""
        joined = before is not None and text[before.end : each.start].strip() in words()["names"]["also"]
        if before and joined and 0 < len(rest) < len(before.text) and not opening(each.text)[0]:
            there = finder.mention(before.text.removesuffix(rest) + each.text, each.start, each.end)
            each = there if "org" in there.names else each  # noqa: PLW2901 - the body in the place
        found.append(each)
    return found


def _role(pieces: Iterable[Piece]) -> str:
    """Return the role of texts that follow words such as 关于 (`subject`) or 名称含 (`text`).

    "" without such a word.
    """
    marks = {tag for piece in pieces for tag in piece.tags & _MARKS}
    return "subject" if "meaning:about" in marks else "text" if marks else ""


def _listed(item: Item, items: Iterable[Item], text: str) -> tuple[int, int]:
    """Return the start and end of the list of names in which an item stands: of 上海和安徽 for 上海 and for 安徽."""
    start, end, also = item.start, item.end, words()["names"]["also"]
    named = sorted((each.start, each.end) for each in items if any(sense.role in _LEFT_OUT for sense in each.senses))
    for first, last in reversed(named):
        start = first if last < start and text[last:start].strip() in also else start
    for first, last in named:
        end = last if end < first and text[end:first].strip() in also else end
    return start, end


def _excluded(item: Item, first: int, last: int, text: str, pieces: Sequence[Piece]) -> Item:
    """Return an item with a role for exclusion if a word such as 除 beside its list of names excludes it.

    Any other item is returned unchanged. The list goes from `first` to `last`.
    """
    roles = {sense.role for sense in item.senses}
    left = next((role for role in _LEFT_OUT if role in roles), "")
    senses = tuple(Sense(_LEFT_OUT[left], sense.text, sense.weight) for sense in item.senses if sense.role == left)
    joints = ("", *words()["dated"]["notYear"]["joint"])
    said = [(piece, text[piece.start : piece.end].strip()) for piece in pieces]
    near = [
        piece
        for piece, word in said
        if word in words()["names"]["except"] and piece.end <= first and text[piece.end : first].strip() in joints
    ]
    near += [
        piece
        for piece, word in said
        if word in words()["names"]["excepted"] + words()["names"]["outer"] * bool(near) and piece.start == last
    ]
    if not senses or not near:
        return item
    start, end = min(item.start, near[0].start), max(item.end, near[-1].end)
    return Item(start, end, text[start:end], senses)


def _absent(mention: named_things.Mention) -> str:
    """Return the code of the region that a mention means, if there is no filing from the region, otherwise ""."""
    named = mention.names.get("place", ())
    return named[0].label if named and not named[0].iri and (named[0].how == "same" or len(mention.names) == 1) else ""


def _quoted(text: str, finder: named_things.Finder) -> Iterator[named_things.Mention]:
    """Yield the texts in title or quotation marks as mentions, with the names that match them, if any."""
    for pair in map(folding.fold, words()["names"]["quotes"]):
        # The signs in jin'an and lu'an quote nothing.
        for match in re.finditer(rf"(?<![a-z]){re.escape(pair[0])}(.*?){re.escape(pair[1])}(?![a-z])", text):
            if match[1].strip():
                quoted = match[1].strip()
                yield finder.mention(words()["topics"].get(quoted, quoted), *match.span())


def _sure(mentions: Sequence[named_things.Mention], pieces: Sequence[Piece]) -> list[named_things.Mention]:
    """Return the mentions without doubtful ones, whose text is only a part of names.

    Such a text is doubtful beside unknown characters (公务 is in names, but 公务员 means something else) and directly
    after a body or region, if it may belong to the body's name, as 区政府 does after 松江. A region with a part of
    bodies' names directly after it (安徽省林业局) is a body that has no filing.
    """
    ends = (*words()["names"]["bodies"], *words()["organs"])  # 公路 of 山西公路项目 is no body
    organs = {mention.start for mention in mentions if named_things.is_part(mention) and mention.text.endswith(ends)}
    regions = {mention.end for mention in mentions if "place" in mention.names}
    absent = organs & regions
    mentions = [mention for mention in mentions if not absent & {mention.start, mention.end}]
    unknown = [piece for piece in _outside(pieces, mentions) if not piece.known]
    touched = {place for piece in unknown for place in (piece.start, piece.end)}
    bodies = {mention.end for mention in mentions if "org" in mention.names}
    table = words()["names"]
    return [
        mention
        for mention in mentions
        if any(names[0].how != "contains" for names in mention.names.values())
        or not (
            touched & {mention.start, mention.end}
            or (mention.start in bodies and mention.text[0] in table["continuing"] and "project" not in mention.names)
            or (mention.start in regions and mention.text in table["kinds"])
        )
    ]


def _marked(text: str, pieces: Sequence[Piece]) -> Iterator[Item]:
    """Yield unknown passages beside a word such as 关于 or “about” as items: texts to search for.

    In 关于垃圾分类的项目 (projects about waste) the passage is 垃圾分类.
    """
    last = 0
    for known, run in groupby(pieces, key=lambda piece: piece.known):
        first, last = last, last + len(list(run))
        before = [piece for piece in pieces[:first] if piece.tags != {"stop"}][-1:]
        behind = [
            piece for piece in pieces[last : last + 1] if text[piece.start : piece.end] in words()["names"]["behind"]
        ]
        # No name has this text, and filings are Chinese: no project would be found by an English one.
        is_latin = not known and LATIN.match(text, pieces[first].start)
        is_text = not known and not is_latin and pieces[last - 1].end - pieces[first].start > 1
        marks = any(piece.tags & _MARKS for piece in (*before, *behind))
        if is_text and (marks or _is_topic(text, pieces, first, last)):
            start, end = pieces[first].start, pieces[last - 1].end
            role = "text" if _role((*before, *behind)) == "text" else "searched"  # in no name
            yield Item(start, end, text[start:end], (Sense(role, text[start:end]),))


def _is_topic(text: str, pieces: Sequence[Piece], first: int, last: int) -> bool:
    """Return True if the pieces from `first` up to `last` (without it) are a topic of projects.

    Examples are 造林 in 造林项目, 修路 in 修路的项目, and 修路 in 项目是修路的.
    """
    said = [text[piece.start : piece.end] for piece in pieces]
    behind = [piece.tags == {"meaning:project"} for piece in pieces[last : last + 2]]
    is_attribute = said[last : last + 1] == ["的"]
    is_kind = text[pieces[first].start : pieces[last - 1].end] in words()["names"]["kinds"]  # 各级政府的项目
    is_predicate = is_attribute and said[first - 1 : first] == ["是"]
    return behind[:1] == [True] or is_predicate or (is_attribute and behind[1:] == [True] and not is_kind)


def _typed(text: str, piece: Piece, *, ends_alone: bool) -> Iterator[Item]:
    """Yield the items that a piece gives: one for its texts, for each bound of its range, and for its unit.

    A word that stands for a value (满意度, 一次性项目, 没有立项依据) gives an item for that value. With `ends_alone`, a
    span of years gives only its first and last year.
    """
    ways: list[tuple[Sense, ...]] = []
    if piece.texts:
        is_span = piece.role == "year" and len(piece.texts) > 2
        # Two years from one to the other are two years, as they are with 和 between them.
        years = (piece.texts[0], piece.texts[-1]) if is_span and ends_alone else piece.texts
        several = [years] if piece.role != "year" or len(years) > 2 else [(text,) for text in years]
        role = "years" if piece.role == "year" and len(years) > 2 else piece.role
        ways += [(Sense(role, ",".join(texts), 2.0 if role == "number" else 1.5),) for texts in several]
    for comparison, bound in piece.bounds:
        ends = ("at-least", "at-most") if comparison == "equal" else (comparison,)
        ways += [(Sense(f"{piece.role}-{end}", decimals.digits(bound), 1.5 / len(ends)),) for end in ends]
    if piece.unit:
        ways.append((Sense("unit", piece.unit, 0.5 if piece.bounds else 1.0),))
    tagged = _valued(piece)
    # The rules of a kind hide nothing that the words may mean, as one of them alone does.
    wide = [
        (group, value)
        for group, value in tagged
        if not any(one == group and f"{value}," in other for one, other in tagged)
    ]
    ways.append(tuple(Sense(group, value, 2.0) for group, value in wide))
    for way in filter(None, ways):
        yield Item(piece.start, piece.end, text[piece.start : piece.end].strip(), way)


def _valued(piece: Piece) -> list[tuple[str, str]]:
    """Return the tags of a piece that stand for a parameter's value (type:满意度指标), as pairs of group and value."""
    tagged = (tag.partition(":") for tag in sorted(piece.tags))
    return [(group, value) for group, colon, value in tagged if colon and group not in _VALUELESS]


def _meanings(piece: Piece) -> frozenset[str]:
    """Return the meanings of a known word, with `stop` if it may have none; an empty set for a word with a value."""
    tagged = (tag.partition(":") for tag in piece.tags)
    meanings = {name for group, _, name in tagged if group == "meaning" and name != "negation"}
    if not meanings or _valued(piece):
        return frozenset()
    return frozenset(meanings | (piece.tags & {"stop"}))


def _outside(pieces: Iterable[Piece], taken: Sequence[named_things.Mention | Item]) -> list[Piece]:
    """Return the pieces that lie in none of the passages `taken`."""
    return [piece for piece in pieces if not any(each.start <= piece.start and piece.end <= each.end for each in taken)]
