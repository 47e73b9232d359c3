"""Divide a question on one project at punctuation marks into clauses, with the words that ask for rows of its page."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from jixiao.ontology.places import places
from jixiao.server.views.questions.lexicon import LATIN, Piece, Stretch, group, words
from jixiao.server.views.questions.question import Question
from jixiao.server.views.questions.senses import Item


@dataclass(frozen=True)
class Word(Stretch):
    """A passage of a question that no known word explains, or a name that is not the project's.

    `phrases` are the text with the English word after it, and with the one before it (“hand out”, “exhibition hall”);
    `place` is the Chinese name of a place from which there is no filing, otherwise "".
    """

    phrases: tuple[str, ...]
    place: str

    @property
    def is_english(self) -> bool:
        """Return whether the word is of Latin letters."""
        return LATIN.match(self.text) is not None


@dataclass(frozen=True)
class Clause:
    """A part of a question between punctuation marks, with all that asks for rows of a project's page.

    `start` is its position in the question. `words` are passages that rows may have, `meant` are meanings that ask for
    rows, and `valued` maps the roles of values to their texts.
    """

    start: int
    text: str
    words: tuple[Word, ...]
    meant: frozenset[str]
    valued: Mapping[str, str]


def of(question: Question, subject: Collection[Item], shows: Mapping[str, Sequence[str]]) -> Iterator[Clause]:
    """Yield the clauses of a question that ask for something besides the names of its project.

    `subject` are the items that name the project; `shows` maps a meaning to the properties of the rows it asks for.
    """
    text = question.text
    for match in re.finditer(words()["fielded"]["clause"], text):
        start, end = match.span()
        pieces = [piece for piece in question.pieces if start <= piece.start < end]
        items = [item for item in question.items if start <= item.start < end and item not in subject]
        meant = {tag.partition(":")[2] for piece in pieces for tag in piece.tags} & shows.keys()
        valued = {item.senses[0].role: item.senses[0].text for item in items if item.senses[0].role in group("valued")}
        free: list[Item | Piece] = [
            *(item for item in items if item.senses[0].role not in group("valued") | group("figures")),
            *(piece for piece in pieces if not piece.known or _is_blocked(piece.tags, shows)),
        ]
        said = tuple(_words(question, free))
        if said or meant or valued or re.search(words()["fielded"]["sum"], match.group()):
            yield Clause(start, match.group(), said, frozenset(meant), valued)


def _words(question: Question, free: Iterable[Item | Piece]) -> Iterator[Word]:
    """Yield the items and pieces that nothing explains (`free`) as words; Chinese ones that touch become one word."""
    text = question.text
    spans: list[tuple[int, int]] = []
    for each in sorted(free, key=lambda each: each.start):
        if spans and spans[-1][1] == each.start and not text[each.start].isascii():
            spans[-1] = spans[-1][0], each.end
        else:
            spans.append((each.start, each.end))
    for start, end in spans:
        said = text[start:end]
        _, _, code = question.blocked.get(said, "").partition("absent:")
        behind, before = re.match(rf" {LATIN.pattern}", text[end:]), re.search(rf"{LATIN.pattern} $", text[:start])
        phrases = [f"{said}{behind[0]}"] if behind and LATIN.match(said) else []
        phrases += [f"{before[0]}{said}"] if before and LATIN.match(said) else []
        yield Word(start, end, said, tuple(phrases), places()[code].stem if code else "")


def _is_blocked(tags: frozenset[str], shows: Mapping[str, Sequence[str]]) -> bool:
    """Return True if each tag of a word bars the question from every view and asks for no rows of a project's page.

    `shows` has the meanings that ask for such rows. False for a word without tags.
    """
    return bool(tags) and all(tag.startswith("outside:") and tag.partition(":")[2] not in shows for tag in tags)
