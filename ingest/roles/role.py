"""Find the role of a cell by the words of labels.toml and the patterns of lines.

Choices among boxes to tick are read, too: 新增项目□ 延续项目√. A cell that matches neither is a value: only its
position, beside a label or below the header of a column, shows its meaning.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles.labels import bare, labels, like
from jixiao.ingest.values.plain import plain
from jixiao.ontology.grouping import by_key
from jixiao.ontology.schemes import level_labels
from jixiao.ontology.text.wording import Wording

_WORDING = Wording("jixiao.ingest.roles", "choices.toml")
_RE = _WORDING.patterns
_SIGNS = _WORDING.meanings("marks") | _WORDING.meanings("letters")


class Kind(StrEnum):
    """The kinds of cells: labels, words of headers, levels, lines of text, blank cells; any other cell is a value."""

    PERSON = "person"  # the label of a person's name or telephone number
    FIELD = "field"
    AMOUNT = "amount"
    MONEY = "money"  # a label above several amounts
    GOAL = "goal"
    SECTION = "section"  # a label of a section that a form holds in a row
    GROUP = "group"  # a label that spans several rows
    SEVERAL_YEARS = "several years"  # such a label for what is requested over several years
    RESULT = "result"  # a label of what a self-evaluation says of the whole form
    OTHER = "other"  # a label whose value is not kept
    COLUMN = "column"
    LEVEL = "level"
    TITLE = "title"
    YEAR = "year"
    UNIT = "unit"
    VALUE = "value"
    BLANK = "blank"


_EVIDENCE = {
    **dict.fromkeys((Kind.TITLE, Kind.YEAR, Kind.UNIT), "line"),
    **dict.fromkeys((Kind.VALUE, Kind.BLANK), "place"),
}
"""Kinds of evidence for the roles of cells of some kinds; the word is that of others."""
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
        Kind.RESULT,
        Kind.OTHER,
    }
)
"""Kinds of labels above the table of indicators of a form."""
OF_MONEY = frozenset({Kind.MONEY, Kind.GROUP})
"""Kinds of labels over money whose words are names of projects, too: 专项资金."""
_LINE_PATTERNS = (
    (Kind.TITLE, "form_title", "number"),
    (Kind.YEAR, "form_year", "year"),
    (Kind.UNIT, "form_unit", None),
)
# Patterns of labels that are on no list, with what such a label asks for.
_COMPOSED = (
    ("totalAmount", Kind.AMOUNT, "totalAmount"),
    ("this_request", Kind.AMOUNT, "annualRequest"),
    ("grounds", Kind.SECTION, None),
)


@dataclass(frozen=True)
class Role:
    """The role of one cell: the kind of cell, and what it means.

    `meaning` is the local name of a property, the name of a section, or the meaning of a column or result; None for
    kinds without a meaning. `word` is the bare text (see `bare`); `score` is the likeness of the printed word to it,
    from 0 to 1, if they differ.
    """

    kind: Kind
    word: str = ""
    meaning: str | None = None
    score: float | None = None

    @property
    def is_label(self) -> bool:
        """Return whether the role is a label of a field, money, goal, section or group."""
        return self.kind in LABELS

    @property
    def evidence(self) -> str:
        """Return the kind of evidence for the role; from the surest to the least sure: word, likeness, line, place."""
        return _EVIDENCE.get(self.kind, "word") if self.score is None else "likeness"


def role(cell: Cell) -> Role:
    """Return the role of a cell by its words, regardless of its position."""
    return of_text(cell.text)


@lru_cache(maxsize=8192)  # many steps ask for the roles of the same cells
def of_text(text: str) -> Role:
    """Return the role of a cell with this text."""
    likeness, told = like(text), _of_word(bare(text))
    if told.kind is Kind.VALUE:
        asked = ((kind, name) for pattern, kind, name in _COMPOSED if labels().lines[pattern].fullmatch(told.word))
        return next((Role(kind, told.word, name) for kind, name in asked), told)
    return replace(told, score=likeness.score) if likeness else told


def _of_word(word: str) -> Role:
    """Return the role of a bare text: one without numbering, units and other additions."""
    known = labels()
    if known.is_person(word):
        return Role(Kind.PERSON, word)
    for kind, meanings in (
        (Kind.GOAL, known.goals),
        (Kind.AMOUNT, known.amounts),
        (Kind.SECTION, known.form_sections),
        (Kind.FIELD, known.fields),
        (Kind.RESULT, known.results),
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
            return Role(kind, word, known.functions.get(word))
    if word in known.columns:
        return Role(Kind.COLUMN, word, known.columns[word])
    return Role(Kind.VALUE if word else Kind.BLANK, word)


def is_word(text: str) -> bool:
    """Return whether a text is a label, or a heading in the header of a table."""
    told = of_text(text)
    return told.is_label or labels().is_of_head(told.word)


def is_ruler(cells: Iterable[Cell]) -> bool:
    """Return whether cells hold nothing but strokes, as of a line drawn between rows."""
    return all(labels().line("ruler", cell.text) for cell in cells)


def labels_of(row: Row) -> list[Cell]:
    """Return the cells of a row that are labels.

    A word for money (专项经费) is a name, not a label, if it stands between the label of a name and another label, or
    after the label of a name at the end of the row: no figure follows it.
    """
    found = [(cell, role(cell)) for cell in row.filled]
    kept = [cell for cell, told in found if told.is_label]
    for (_, before), (cell, told), (_, behind) in zip(found, found[1:], [*found[2:], (None, None)], strict=False):
        ends = behind is None or behind.is_label
        if before.kind is Kind.FIELD and before.meaning == "name" and told.kind in OF_MONEY and ends:
            kept.remove(cell)
    return kept


def line(cell: Cell) -> Role | None:
    """Return the role of a cell that is a line above a form, or None.

    Such lines are titles (their meaning is the form's number), years (their meaning is the year), and units.
    """
    for kind, name, part in _LINE_PATTERNS:
        if found := labels().line(name, cell.text):
            return Role(kind, found[0], found[part] if part else None)
    return None


def chosen(text: str) -> str | None:
    """Return the choice that is ticked, without its number; empty if none is; None for a text without boxes.

    If several are ticked, or none surely is, the whole text is returned; or an empty one if the choices have kinds of
    their own (其中).
    """
    shown = plain(text)
    if not _RE.box.search(shown):
        return None
    even = _RE.number_of_box.sub("", _RE.mark.sub(_evened, shown))
    if even[0] in _WORDING.text("boxes"):
        marked = by_key(_RE.before.findall(even))
    else:
        marked = by_key((mark, word) for word, mark in _RE.behind.findall(even))
    ticked = marked.get("√") or marked.get("☒") or marked.get("✗", []) * 2
    if len(ticked) > 1:
        return "" if _RE.nested.search(text) else text.strip()
    choice = _RE.number.sub("", "".join(ticked).strip("；;，,、/。"))
    return text.strip() if _RE.piece.search(choice) else choice


def _evened(mark: re.Match[str]) -> str:
    """Return a mark of any kind, in brackets or not, as a box that is ticked, crossed, struck out or blank."""
    return next((_SIGNS[char] for char in mark.group() if char in _SIGNS), "□")
