"""Keep track of the first and second level through the rows of a table of indicators.

A row has the levels in its own cells, and inherits those that it leaves blank.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from jixiao.ingest.rendition import Cell
from jixiao.ingest.roles.labels import bare, labels
from jixiao.ingest.structure.forms.wording import TABLE
from jixiao.ingest.values.plain import folded
from jixiao.ontology.identity import label
from jixiao.ontology.schemes import level1_labels, level2_labels, level_labels

FRAGMENTS = frozenset(TABLE.words("fragments"))


@dataclass(frozen=True)
class Levels:
    """The levels of a row, as cells; None for a level that the table has not named."""

    first: Cell | None = None
    second: Cell | None = None

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The cells of the levels, in order."""
        return tuple(cell for cell in (self.first, self.second) if cell)

    def alone(self, cells: Sequence[Cell]) -> "Levels | None":
        """Return the levels for the rows below a row of levels only, or None for any other row."""
        words = [word_of(cell) for cell in cells]
        if len(words) > 2 or not set(words) <= level_labels():
            return None
        if len(words) == 2 and words[0] in level1_labels():
            return Levels(*cells)
        if words and words[0] in level2_labels() and (self.first or words[0] not in level1_labels()):
            return replace(self, second=cells[0])
        return Levels(cells[0]) if words else self

    def begun(self, cells: Sequence[Cell]) -> "Levels":
        """Return the levels for the rows below an unread row, so that older levels do not apply to them."""
        if cells and word_of(cells[0]) in level1_labels() - level2_labels():
            return Levels(cells[0], cells[1] if len(cells) > 1 and _is_second(cells[1]) else None)
        return replace(self, second=cells[0]) if cells and _is_second(cells[0]) else self

    def of_columns(self, first: Cell | None, second: Cell | None) -> "Levels":
        """Return the levels of a row with cells in columns of levels; blank levels are inherited."""
        if first and word_of(first) in level2_labels() - level1_labels():
            return Levels(None, first)
        return Levels(first or self.first, second) if first or second else self


def word_of(cell: Cell) -> str:
    """Return the word of a level, without numbering, weight or (必填) if it is a known word only without these."""
    stripped, known = bare(cell.text), level_labels()
    return stripped if folded(cell.text) not in known and stripped in known else label(cell.text)


def printed(cell: Cell) -> str:
    """Return a level as printed, with its alternative word in brackets if it has one."""
    return label(cell.text) if labels().line("alternative", cell.text) else word_of(cell)


def _is_second(cell: Cell) -> bool:
    return word_of(cell) in level2_labels()
