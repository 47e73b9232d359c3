"""Roles of cells, as the words of the forms and the shapes of lines tell them.

A word is told by labels.toml, a line by one of its patterns. A cell that neither tells is a value: only its place,
beside a label or below the head of a column, says what it is a value of.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from jixiao.ingest.rendition import Cell
from jixiao.ingest.roles.labels import bare, labels
from jixiao.ontology.schemes import level_labels


class Kind(StrEnum):
    """Kinds of cells."""

    PERSON = "person"  # the label of a person's name or telephone
    FIELD = "field"
    AMOUNT = "amount"
    MONEY = "money"  # a label over several amounts
    GOAL = "goal"
    SECTION = "section"  # a label of a section that a form holds in a row
    GROUP = "group"  # a label at the left edge of several rows
    SEVERAL_YEARS = "several years"  # such a label of what is asked for over several years
    OTHER = "other"  # a label whose value is not kept
    COLUMN = "column"
    LEVEL = "level"
    TITLE = "title"
    YEAR = "year"
    UNIT = "unit"
    HEADING = "heading"  # of a section of a narrative
    VALUE = "value"
    BLANK = "blank"


LABELS = frozenset(
    {
        Kind.PERSON,
        Kind.FIELD,
        Kind.AMOUNT,
        Kind.MONEY,
        Kind.GOAL,
        Kind.SECTION,
        Kind.GROUP,
        Kind.SEVERAL_YEARS,
        Kind.OTHER,
    }
)
"""Kinds of labels in the head, the money and the goals of a form."""
LINES = frozenset({Kind.TITLE, Kind.YEAR, Kind.UNIT, Kind.HEADING})
"""Kinds that are told by the pattern of a whole line."""
_LINE_PATTERNS = (
    (Kind.TITLE, "form_title", "number"),
    (Kind.YEAR, "form_year", "year"),
    (Kind.UNIT, "form_unit", None),
)


@dataclass(frozen=True)
class Role:
    """Role of one cell.

    `meaning` is the local name of a property, the canonical word of a section or the meaning of a column; None where
    the kind says everything. `word` is the text in the form in which labels.toml writes words.
    """

    kind: Kind
    word: str = ""
    meaning: str | None = None

    @property
    def is_label(self) -> bool:
        """True for a label of the head, the money or the goals."""
        return self.kind in LABELS

    @property
    def evidence(self) -> str:
        """The ground on which the role stands, from the surest: word, line, place."""
        return "line" if self.kind in LINES else "place" if self.kind in {Kind.VALUE, Kind.BLANK} else "word"


def role(cell: Cell) -> Role:
    """Return the role that a cell's words give it, wherever the cell stands."""
    return of_text(cell.text)


@lru_cache(maxsize=8192)  # the stages ask for the roles of the same cells again and again
def of_text(text: str) -> Role:
    """Return the role of a text."""
    word, known = bare(text), labels()
    if known.is_person(word):
        return Role(Kind.PERSON, word)
    for kind, meanings in (
        (Kind.GOAL, known.goals),
        (Kind.AMOUNT, known.amounts),
        (Kind.SECTION, known.form_sections),
        (Kind.FIELD, known.fields),
    ):
        if word in meanings:
            return Role(kind, word, meanings[word])
    for kind, words in (
        (Kind.MONEY, known.money),
        (Kind.GROUP, known.groups),
        (Kind.SEVERAL_YEARS, known.long_term),
        (Kind.OTHER, known.others),
        (Kind.LEVEL, level_labels()),
    ):
        if word in words:
            return Role(kind, word)
    if word in known.columns:
        return Role(Kind.COLUMN, word, known.columns[word])
    return Role(Kind.VALUE if word else Kind.BLANK, word)


def is_word(text: str) -> bool:
    """Return whether a text is a label, or stands in the head of a table."""
    told = of_text(text)
    return told.is_label or labels().is_of_head(told.word)


def line(cell: Cell) -> Role | None:
    """Return the role of a cell that is a line over a form; None for others.

    Such lines are titles, whose meaning is the number of the form, years, whose meaning is the year, and units.
    """
    for kind, name, part in _LINE_PATTERNS:
        if found := labels().line(name, cell.text):
            return Role(kind, found[0], found[part] if part else None)
    return None
