"""Repair the rows of a rendition: remove persons, and restore cells that ran together, were torn or were lost.

Each step is a function from rows to rows that repairs one kind of damage and leaves other rows unchanged. Only this
module knows the order of the steps.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from jixiao.ingest.cells import (
    blanks,
    contents,
    crosswise,
    double_heads,
    lines,
    markers,
    matrix,
    notices,
    side_rows,
    trees,
    years,
)
from jixiao.ingest.cells.persons import without_persons
from jixiao.ingest.cells.together import glued
from jixiao.ingest.cells.told import items, listed
from jixiao.ingest.rendition import Rendition, Row
from jixiao.ingest.roles.labels import labels
from jixiao.ingest.roles.marks import Marks
from jixiao.ingest.roles.role import Kind, role


@dataclass(frozen=True)
class Cells:
    """Rows without names of persons and page numbers; `hidden` holds the texts to mask, by line."""

    rows: tuple[Row, ...]
    hidden: dict[int, tuple[str, ...]]


def cells(rendition: Rendition, marks: Marks) -> Cells:
    """Return the repaired rows of a rendition; the places of persons and page numbers are noted in `marks`.

    Persons are searched for again after cells were divided: a name may follow its label after a single blank.
    """
    shown, hidden = without_persons(rendition.rows, marks)
    named = notices.headed(trees.labelled(shown))
    apart, further = without_persons(
        blanks.apart(glued.apart(lines.whole_words(list(matrix.read(list(markers.above_labels(named))))))), marks
    )
    placed = lines.whole_levels(lines.rejoined(list(matrix.beside_labels(apart))))
    whole = contents.worded(list(double_heads.joined(list(years.read(placed)))))
    rows = items.read(listed.read(notices.named(crosswise.read(side_rows.aligned(whole)))))
    texts = {line: (*hidden.get(line, ()), *further.get(line, ())) for line in {*hidden, *further}}
    return Cells(tuple(_without_page_numbers(rows, marks)), texts)


def _without_page_numbers(rows: Iterable[Row], marks: Marks) -> Iterator[Row]:
    """Yield the rows without page numbers; a bare number below a label is a value and stays."""
    awaited = False
    for row in rows:
        alone = len(row.cells) == 1
        is_value = awaited and row.text.strip().isdigit()
        numbered = len(row.filled) == 1 and labels().line("page_number_alone", row.filled[0].text)
        if numbered or (alone and labels().line("page_number", row.text) and not is_value):
            marks.figure(row.filled[0])
        else:
            awaited = alone and role(row.cells[0]).kind in {Kind.AMOUNT, Kind.FIELD}
            yield row
