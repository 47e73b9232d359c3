"""Repair the rows of a rendition: remove persons, and restore cells that ran together, were torn or were lost.

Each step is a function from rows to rows that repairs one kind of damage and leaves other rows unchanged. Only this
module knows the order of the steps.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from jixiao.ingest.cells import (
    blanks,
    contents,
    crosswise,
    lines,
    markers,
    sides,
    table_heads,
    unlabelled_projects,
    unpaired_money,
)
from jixiao.ingest.cells.persons import without_persons
from jixiao.ingest.cells.prose import lists, shared_cells
from jixiao.ingest.cells.run_together import glued
from jixiao.ingest.rendition import Rendition, Row
from jixiao.ingest.roles.labels import labels
from jixiao.ingest.roles.marks import Marks
from jixiao.ingest.roles.role import Kind, role

_DIVIDING = (
    unlabelled_projects.of_trees,
    unlabelled_projects.of_headings,
    markers.above_labels,
    lines.whole_words,
    glued.apart,
    blanks.apart,
)
_ARRANGING = (
    unpaired_money.withheld,
    lines.rejoined,
    lines.whole_levels,
    table_heads.of_years,
    table_heads.joined,
    contents.worded,
    sides.aligned,
    crosswise.read,
    unlabelled_projects.of_notices,
    lists.read,
    shared_cells.read,
)
"""The steps, in order: those that divide cells, and those that arrange cells in rows and columns."""


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
    divided, further = without_persons(_repaired(shown, _DIVIDING), marks)
    texts = {line: (*hidden.get(line, ()), *further.get(line, ())) for line in {*hidden, *further}}
    return Cells(tuple(_without_page_numbers(_repaired(divided, _ARRANGING), marks)), texts)


def _repaired(rows: Sequence[Row], steps: Iterable[Callable[[Sequence[Row]], Iterable[Row]]]) -> Sequence[Row]:
    for step in steps:
        rows = tuple(step(rows))
    return rows


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
