"""Indicator tables with columns beside level, name and value: a row is read by its columns, checked by its words.

Operator, value and unit come from their columns; weights, standards, remarks and other years are left unread. A row
that fits the head in no way, or in more than one, is not read: a remark must never become a target.
"""

import re
from dataclasses import dataclass

from jixiao.ingest.layouts.labels import bare, labels
from jixiao.ingest.plain import folded
from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.targets import is_sign, parse
from jixiao.ontology.schemes import level1_labels, level2_labels

_NOT_SIGNS = re.compile(r"定[性量](?:指标)?|[正反逆负]向(?:指标)?|预期性|约束性|[-/—]+|无")
_CLOSED = re.compile(rf"{_NOT_SIGNS.pattern}|\d+(?:\.\d+)?[%分]?|[是否]")
_NO_UNIT = re.compile(r"[-/—]*|无")
_SHIFTS = (0, -1, 1, -2, 2)


@dataclass(frozen=True)
class Columns:
    """The meaning of each column of a head; None for a column whose word is not known."""

    meanings: dict[int, str | None]

    @property
    def named(self) -> dict[str, int]:
        return {meaning: column for column, meaning in self.meanings.items() if meaning}


@dataclass(frozen=True)
class Parts:
    """The cells of one row by what they mean."""

    cells: dict[str, Cell]
    further: tuple[Cell, ...]

    @property
    def unkept(self) -> tuple[Cell, ...]:
        """Cells of the form's own words and of figures that this project does not keep: weights, directions."""
        used = (self.cells[name] for name in ("operator", "unit") if name in self.cells)
        return (*used, *(cell for cell in self.further if _CLOSED.fullmatch(folded(cell.text))))

    @property
    def target(self) -> tuple[str, tuple[Cell, ...]] | None:
        """The target as printed, its sign before and its unit behind it, and its cells, the value first."""
        value = self.cells.get("target")
        if not value:
            return None
        sign, unit = self.cells.get("operator"), self.cells.get("unit")
        text, kept = value.text.strip(), [value]
        if sign and is_sign(sign.text):
            text = text if is_sign(text[:1]) else f"{folded(sign.text)}{text}"
            kept.append(sign)
        if unit and not _NO_UNIT.fullmatch(folded(unit.text)):
            if folded(text)[-1:].isdigit():
                text += unit.text.strip()
            kept.append(unit)
        return text, tuple(kept)


def fit(columns: Columns, row: Row) -> Parts | None:
    """The row's cells by the head's columns; a row that lost columns at its left is moved as a whole."""
    if found := _fit(columns, row, 0):
        return found
    others = [found for shift in _SHIFTS[1:] if (found := _fit(columns, row, shift))]
    return others[0] if len(others) == 1 else None


def _fit(columns: Columns, row: Row, shift: int) -> Parts | None:
    cells: dict[str, Cell] = {}
    further: list[Cell] = []
    for cell in row.filled:
        meaning = columns.meanings.get(cell.column + shift, "outside")
        if meaning == "outside":
            return None
        if meaning == "further":
            further.append(cell)
        elif meaning:
            cells[meaning] = cell
    if all(_suits(meaning, cell, columns) for meaning, cell in cells.items()) and "name" in cells:
        return Parts(cells, tuple(further))
    return None


def _suits(meaning: str, cell: Cell, columns: Columns) -> bool:
    """Whether a cell may stand in a column of this meaning."""
    word, text = bare(cell.text), folded(cell.text)
    levels = level1_labels() | level2_labels()
    if meaning in {"level1", "level2"}:
        return word in levels or word.endswith(("指标", "满意度", "效益", "影响"))
    if meaning == "name":
        return parse(cell.text).value is None and not is_sign(text) and not _NOT_SIGNS.fullmatch(text)
    if meaning == "operator":
        return is_sign(text) or bool(_NOT_SIGNS.fullmatch(text))
    if meaning == "unit":
        return len(text) <= 12 and parse(cell.text).value is None
    if meaning == "target":
        return word not in levels and not (is_sign(text) and "operator" in columns.named)
    return True


def meanings(row: Row) -> list[tuple[int, str | None]]:
    """The columns of a head with what each means: a key of [column] in labels.toml, or None."""
    return [(cell.column, labels().columns.get(bare(cell.text))) for cell in row.filled]
