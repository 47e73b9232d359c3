"""Contact persons and telephones: out of the rows before anything else reads them, and masked in the rendition."""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache

from jixiao.ingest.layouts.labels import bare, labels
from jixiao.ingest.layouts.marks import Marks
from jixiao.ingest.rendition import MASK, Cell, Row


@cache
def _inline() -> tuple[re.Pattern[str], ...]:
    """Names behind a label and a colon, behind a blank where a cell begins with the label, and telephone numbers."""
    words = "|".join(sorted(labels().persons, key=len, reverse=True))
    stamp = r"(?:\s*[（(][^（）()]{1,6}[）)])?"
    person = r"(?P<person>[^，,。；;\t\n（）()]{2,80})"
    return (
        re.compile(rf"(?:{words}){stamp}\s*[:：]\s*{person}"),
        re.compile(rf"^\s*(?:联系|填报|填表|经办|审核)(?:人|电话|方式){stamp}\s+{person}"),
        re.compile(r"(?<![\d.])(?P<person>1[3-9]\d{9}|0\d{2,3}[-—－]\d{7,8})(?![\d.元万])"),
    )


def without_persons(rows: Iterable[Row], marks: Marks) -> tuple[tuple[Row, ...], dict[int, tuple[str, ...]]]:
    """The rows without what names a person, and for each line of one the texts to mask."""
    hidden: defaultdict[int, list[str]] = defaultdict(list)
    return tuple(_row(row, marks, hidden) for row in rows), {line: tuple(texts) for line, texts in hidden.items()}


def _row(row: Row, marks: Marks, hidden: dict[int, list[str]]) -> Row:
    cells, named = [], False
    for cell in row.cells:
        word = bare(cell.text) if cell else ""
        if named and cell and not labels().is_label(word):
            cells.append(_hide(cell, marks, hidden))
            named = False
            continue
        named = word in labels().persons or (named and not cell)
        cells.append(_masked(cell, marks, hidden))
    return Row(tuple(cells))


def _hide(cell: Cell, marks: Marks, hidden: dict[int, list[str]]) -> Cell:
    marks.person(cell)
    for line, text in cell.parts:
        if text.strip():
            hidden[line].append(text.strip())
    return Cell(tuple((line, "") for line, _ in cell.parts), cell.column)


def _masked(cell: Cell, marks: Marks, hidden: dict[int, list[str]]) -> Cell:
    """The cell with each `联系人：…` in running text masked; a cell that is nothing else is hidden whole."""
    parts = []
    for line, text in cell.parts:
        shown = text
        for pattern in _inline():
            for match in pattern.finditer(shown):
                person = match["person"].strip()
                if person and person != text.strip():  # a cell of digits alone is an amount
                    hidden[line].append(person)
                    shown = shown.replace(person, MASK)
        parts.append((line, shown))
        if shown != text:
            marks.person(Cell(((line, text),), cell.column))
    return Cell(tuple(parts), cell.column)
