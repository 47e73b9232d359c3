"""Keep track of the first and second level through the rows of a table of indicators.

Tables from PDF lose and move columns, so that levels are recognized by their words first and by their columns second.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles import columns
from jixiao.ingest.roles.heads import Head
from jixiao.ingest.roles.labels import bare, labels
from jixiao.ingest.structure.forms.wording import TABLE
from jixiao.ingest.values.plain import folded
from jixiao.ingest.values.targets import parse
from jixiao.ontology.identity import label
from jixiao.ontology.schemes import level1_labels, level2_labels, level_labels

_LEVEL_END = TABLE.text("level_end")
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

    def divided(self, cells: Sequence[Cell], row: Row, head: Head) -> "tuple[Levels, Sequence[Cell]]":
        """Return the levels of a row, and its remaining cells (name and target)."""
        if len(cells) == 2 and not _is_level_and_name(cells, row, head):
            return self, cells
        if len(cells) != 2 and self._is_first(cells, head):
            rest = cells[1:]
            if rest and not _is_name_and_target(rest, head) and (_is_second(rest[0]) or len(rest) == 3):
                return Levels(cells[0], rest[0]), rest[1:]
            return Levels(cells[0]), rest
        if cells and (_is_second(cells[0]) or _is_unknown_second(cells)):
            return replace(self, second=cells[0]), cells[1:]
        if cells and word_of(cells[0]) in level1_labels():
            return Levels(cells[0]), cells[1:]
        return self, cells

    def standing(self, cells: Iterable[Cell], head: Head) -> "Levels":
        """Return the levels of a row without known words of levels, by the columns of the head."""
        at = {cell.column: cell for cell in cells}
        first, second = at.get(head.level1), at.get(head.level2)
        levels = Levels(first) if first and _is_whole(first) else self
        if second and head.level2 < head.name and _is_whole(second):
            return replace(levels, second=second)
        return levels

    def _is_first(self, cells: Sequence[Cell], head: Head) -> bool:
        word = word_of(cells[0]) if cells else ""
        if word not in level1_labels():
            return len(cells) == 4 and word.endswith(_LEVEL_END) and word not in level2_labels()
        if len(cells) < 3 or (word not in level2_labels() and len(cells) != 3):
            return True
        # 成本指标 is a first level in newer forms, a second one in older; the next cell decides, then the column.
        if word_of(cells[1]) in level2_labels() or (self.first is None and self.second is None):
            return True
        if self.first is None:
            return False  # the first level was lost in a row above
        if self.second and self.second.column == cells[0].column != self.first.column:
            return False  # the same column as the second level above
        shift = head.target - cells[-1].column  # a table moved as a whole is aligned by its last column
        return cells[0].column + shift < head.level2


def word_of(cell: Cell) -> str:
    """Return the word of a level, without numbering, weight or (必填) if it is a known word only without these."""
    stripped, known = bare(cell.text), level_labels()
    return stripped if folded(cell.text) not in known and stripped in known else label(cell.text)


def printed(cell: Cell) -> str:
    """Return a level as printed, with its alternative word in brackets if it has one."""
    return label(cell.text) if labels().line("alternative", cell.text) else word_of(cell)


def _is_second(cell: Cell) -> bool:
    return word_of(cell) in level2_labels()


def _is_unknown_second(cells: Sequence[Cell]) -> bool:
    return len(cells) == 3 and word_of(cells[0]).endswith(_LEVEL_END) and _is_whole(cells[0])


def _is_level_and_name(cells: Sequence[Cell], row: Row, head: Head) -> bool:
    """Return whether two cells are a level and a name whose target is blank, instead of a name and a target."""
    word = word_of(cells[0])
    if word not in level_labels():
        return False
    blank = cells[-1].column < head.target and row.cells[-1].column > cells[-1].column
    return blank or (word.endswith(_LEVEL_END) and parse(cells[1].text).value is None)


def _is_name_and_target(cells: Sequence[Cell], head: Head) -> bool:
    """Return whether two cells after a first level are a name, which may read as a second level, and a target."""
    at_home = (cells[0].column, cells[-1].column) == (head.name, head.target)
    return len(cells) == 2 and (at_home or parse(cells[1].text).value is not None)


def _is_whole(level: Cell) -> bool:
    """Return whether a cell is a complete level, not a short part of one left by a line break."""
    return len(word_of(level)) >= columns.SHORTEST_LEVEL and parse(level.text).value is None
