"""Join a project's name beside its label to its end on the line below, where the words show that both are one name."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice, takewhile

from jixiao.ingest.rendition import Cell, Row, joined
from jixiao.ingest.roles import headings
from jixiao.ingest.roles.labels import CELLS, asks_for_name, labels
from jixiao.ingest.roles.naming import is_other_value, is_rounded
from jixiao.ingest.roles.role import is_word, line
from jixiao.ingest.values.plain import folded

_MOST_LINES = 4  # lines below a name that are looked at
_BOTH = 2  # label and name
_OTHER_LINE = CELLS.pattern("ends_no_name")


def whole(rows: Sequence[Row]) -> list[Row]:
    """Return the rows, with names on two lines in one cell, and names whose end is uncertain withheld.

    A line between a name and a label is the name's end, unless the name already ends in a word such as 项目. Without a
    label below the line, or with several lines, the end is uncertain.
    """
    return joined(rows, _joined)


def _joined(rows: Sequence[Row], at: int) -> tuple[Iterable[Row], int]:
    """Return the rows in place of a name with the lines that may end it, and their number; 0 for any other row."""
    label, name = _named(rows[at]) or (None, None)
    if not label or not name or is_rounded(name.text):
        return [], 0
    ends = list(takewhile(_may_end_name, islice(rows, at + 1, at + 1 + _MOST_LINES)))
    below = next(islice(rows, at + 1 + len(ends), None), Row(()))
    if len(ends) == 1 and _is_end(name, ends[0], below):
        return [Row((label, replace(name, parts=(*name.parts, *ends[0].cells[0].parts))))], 2
    return [replace(row, withheld=row.withheld | {"name"}) for row in (rows[at], *ends)], len(ends) and 1 + len(ends)


def _named(row: Row) -> tuple[Cell, Cell] | None:
    """Return the label of a name and the name behind it, if no more is in the row and neither bar nor line ends it."""
    if row.closed or row.withheld or not 0 < len(row.filled) <= _BOTH or any(len(cell.parts) > 1 for cell in row.cells):
        return None
    first, last = row.filled[0], row.filled[-1]
    label, _, text = first.text.replace("：", ":", 1).partition(":")
    if first is last:
        last = replace(first, parts=((first.line, text.strip()),))
    elif text.strip():
        return None
    return (replace(first, parts=((first.line, label),)), last) if asks_for_name(label) and last else None


def _may_end_name(row: Row) -> bool:
    """Return whether a row is a line of few words that is no label, heading, title or sentence."""
    if len(row.cells) != 1 or row.closed or row.withheld or len(row.cells[0].parts) != 1:
        return False
    (cell,) = row.cells
    known = is_word(cell.text) or line(cell) or headings.heading(cell.text) or labels().is_title(cell.text)
    return bool(cell) and not known and _OTHER_LINE.search(folded(cell.text)) is None


def _is_end(name: Cell, end: Row, below: Row) -> bool:
    """Return whether a line ends the name above: a label is below, as far away or further, and the text fits."""
    if not below.filled or is_other_value(end.text):
        return False
    label = below.filled[0].text.replace("：", ":").partition(":")[0]
    return is_word(label) and end.first_line - name.line <= below.first_line - end.first_line
