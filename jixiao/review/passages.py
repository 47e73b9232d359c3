"""Find the passages of a scan that a person should read: those with facts in doubt, and those not understood.

A passage is the text of a cell, or of a paragraph, which may continue on the next page. Reading it settles all of its
facts.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby

from pyoxigraph import NamedNode

from jixiao.ingest.certainty import scores, weighing
from jixiao.ingest.recognition import UNREAD, Box, Recognition, Word, around, is_within
from jixiao.ingest.transcribing import recognised, transcribed
from jixiao.ingest.values.amounts import labelled_unit, names_unit
from jixiao.ontology import grouping, properties, reasons, terms
from jixiao.ontology.reasons import OF_PICTURES
from jixiao.ontology.text import display
from jixiao.review.questions import Doubt, Question
from jixiao.server.editions.renditions import Line
from jixiao.store import Generation, Transcription, number_of

_NAMES = frozenset({terms.RDFS_label, terms.printedTitle, terms.printedNumber, terms.text})
_IDENTITY = _NAMES | {terms.filedBy, terms.year, terms.fiscalYear, *properties.bodies()}

Boxes = tuple[tuple[float, ...], ...]
"""The page and the box of each part of a line."""


@dataclass(frozen=True)
class Place:
    """One part of a passage: its page and region, the text recognised there, and the text as it is read now.

    `pieces` split the present text where doubtful characters begin or end; the flag is true for doubtful ones. `second`
    is the text as recognised at another scale, if that differs. `decisions` are the numbers of the decisions by which a
    person has read the place.
    """

    page: int
    region: Box
    recognised: str
    text: str
    pieces: tuple[tuple[str, bool], ...] = ()
    second: str | None = None
    decisions: tuple[int, ...] = ()

    @property
    def draft(self) -> str:
        """The text without the placeholders for ink in which no character was recognised."""
        return self.text.replace(UNREAD, "")

    @property
    def rows(self) -> int:
        """The number of printed lines."""
        return self.text.count("\n") + 1


@dataclass(frozen=True)
class Passage:
    """The lines of one cell or paragraph, which are read together, their places, and the questions about these."""

    lines: tuple[Line, ...]
    places: tuple[Place, ...]
    questions: tuple[Question, ...] = ()

    @cached_property
    def key(self) -> str:
        """The key in the passage's address, which changes if the passage's places or their texts change."""
        told = [(place.page, place.region, place.recognised, place.text) for place in self.places]
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16]

    @property
    def is_read(self) -> bool:
        """Return whether a person has read all of the passage."""
        return all(place.decisions for place in self.places)

    @property
    def is_blank(self) -> bool:
        """Return whether nothing was recognised in the passage."""
        return not any(place.text or place.recognised for place in self.places)

    @property
    def urgency(self) -> int:
        """The rank in the list, from 0, the most urgent.

        0: a project or part is withheld; 1: a fact is withheld; 2: a fact is doubted; 3: the lines were not understood.
        """
        if any(each.is_withheld and each.wanted is None for each in self.questions):
            return 0
        return 1 if any(each.is_withheld for each in self.questions) else 2 if self.questions else 3


class Scan:
    """The passages of a source that was recognised in pictures, with the transcriptions in force.

    `pages` are the pages as recognised, by number.
    """

    def __init__(self, lines: Sequence[Line], recognition: Recognition, made: Sequence[Transcription]) -> None:
        read, unfit = transcribed(recognition, made)
        self._lines = lines
        self._made = [each for each in made if each not in unfit]
        self.pages = {page.number: page for page in recognition.pages}
        self._now = {page.number: page for page in read.pages}

    @cached_property
    def passages(self) -> Mapping[Boxes, Passage]:
        """Every passage that a steward may read, in the order of the source."""
        lines = grouping.by_key(
            (line.boxes, line)
            for line in self._lines
            if line.boxes and all(int(page) in self._now for page, *_ in line.boxes)
        )
        return {
            boxes: Passage(tuple(there), tuple(map(self._place, boxes)))
            for boxes, there in lines.items()
            if not any(display.MASK in line.text for line in there)  # a decision must not name a person
        }

    def _place(self, box: tuple[float, ...]) -> Place:
        """Return the place in the picture at a box (page number, left, top, right, bottom), with its words.

        The box is enlarged to include each transcription that a steward made of words in the box.
        """
        number, region = int(box[0]), Box(*box[1:])
        made = [
            each
            for each in self._made
            if each.page == number and any(is_within(word, region) for word in self._words(each))
        ]
        if made:
            region = around([region, *(Box(*each.region) for each in made)])
        words = [word for word in self._now[number].words if is_within(word, region)]
        sure = bool(words or made) and all(word.decision for word in words)
        differ = [word for word in words if word.differs]
        return Place(
            number,
            region,
            recognised(self.pages[number], region),
            "\n".join(word.text for word in words),
            tuple(_pieces(words)),
            "\n".join(word.second or word.text for word in words) if differ else None,
            tuple(number_of(each.decision) for each in made) if sure else (),
        )

    def _words(self, made: Transcription) -> Iterable[Word]:
        """Return the words of a transcription; one empty word in its region if nothing is printed there."""
        words = [word for word in self._now[made.page].words if word.decision == made.decision]
        return words or [Word("", Box(*made.region), ())]

    def is_unsure(self, passage: Passage) -> bool:
        """Return whether some characters of a passage are doubtful."""
        return any(doubtful for place in passage.places for _, doubtful in place.pieces)

    def blank(self) -> tuple[Passage, ...]:
        """Return the passages of form fields in which nothing was recognised and nobody has read anything."""
        unread = (each for each in self.passages.values() if each.is_blank and not each.is_read)
        return tuple(
            each for each in unread if any(fact["why"] in reasons.BLANK for line in each.lines for fact in line.facts)
        )

    def open(self, now: Generation, asked: Iterable[Question]) -> tuple[Passage, ...]:
        """Return the passages to read, the most urgent first, with the questions that they may settle.

        `asked` are the open questions of the source.
        """
        questions = grouping.by_key(
            (boxes, each) for group in _together(now, asked) for boxes in self._behind(group) for each in group
        )
        for boxes, passage in self.passages.items():
            if any(line.use == "unread" for line in passage.lines) and not (passage.is_read or passage.is_blank):
                questions.setdefault(boxes, [])
        chosen = [replace(self.passages[boxes], questions=tuple(there)) for boxes, there in questions.items()]
        return tuple(sorted(chosen, key=lambda each: (each.urgency, each.lines[0].n)))

    def _behind(self, group: Sequence[Question]) -> list[Boxes]:
        """Return the passages of which a wrong recognition may be the reason for the open questions of a group.

        Passages that are blank or read by a person do not count. Usually these are passages with doubtful characters.
        If a project or part is withheld (a group of several questions), those that identify it are preferred; if no
        character is doubtful, it is the passage with its name.
        """
        lines = grouping.by_key(
            (line.boxes, question.doubt.predicate)
            for question in group
            for line in question.doubt.lines
            if (passage := self.passages.get(line.boxes)) and not passage.is_read and not passage.is_blank
        )
        unsure = [boxes for boxes in lines if self.is_unsure(self.passages[boxes])]
        if len(group) > 1:
            named = [boxes for boxes in lines if not _NAMES.isdisjoint(lines[boxes])]
            return [boxes for boxes in unsure if not _IDENTITY.isdisjoint(lines[boxes])] or unsure or named[:1]
        [question] = group
        if question.doubt.why == weighing.UNIT:
            unsure += self._units(question)
        return unsure or (
            [] if question.decidable and OF_PICTURES.isdisjoint(question.doubt.why.codes) else list(lines)
        )

    def _units(self, question: Question) -> Iterator[Boxes]:
        """Yield the passages that state a unit of money with doubtful characters, on the pages of a question."""
        pages = {int(page) for line in question.doubt.lines for page, *_ in line.boxes}
        for boxes, passage in self.passages.items():
            there = (place.text for place in passage.places if place.page in pages)
            states_unit = any(labelled_unit(text) or names_unit(text) for text in there)
            if states_unit and not passage.is_read and self.is_unsure(passage):
                yield boxes


def _together(now: Generation, asked: Iterable[Question]) -> list[list[Question]]:
    """Group the questions about withheld or doubted facts that one reading may settle.

    All questions about a withheld project or part are one group; those about one fact of a stated thing are another.
    """
    groups = grouping.by_key(
        (_at_stake(now, each.doubt), each) for each in asked if each.is_withheld or reasons.is_doubted(each.doubt.why)
    )
    return list(groups.values())


def _at_stake(now: Generation, doubt: Doubt) -> tuple[str, ...]:
    """Return the key by which questions are grouped: the IRI of the project or part that the generation lacks.

    If it has both, the key is the IRI of the doubt's node and the property: a group of its own.
    """
    gone = next((one for one in (doubt.node.partition("#")[0], doubt.node) if not is_there(now, one)), None)
    return (gone,) if gone else (doubt.node, doubt.predicate)


def is_there(now: Generation, node: str) -> bool:
    """Return whether a generation has a node, such as a project or a part of it."""
    return any(now.graph.quads_for_pattern(NamedNode(node), NamedNode(terms.RDF_type), None, None))


def _pieces(words: Sequence[Word]) -> Iterator[tuple[str, bool]]:
    """Split the text of words into pieces, each with True if its characters are doubtful."""
    marked: list[tuple[str, bool]] = []
    for word in words:
        if marked:
            marked.append(("\n", False))
        marked += zip(word.text, scores.doubts(word), strict=True)
    for doubtful, stretch in groupby(marked, lambda each: each[1]):
        yield "".join(char for char, _ in stretch), doubtful
