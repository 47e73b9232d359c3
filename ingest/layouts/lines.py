"""Tables whose cells stand on lines of their own, and nothing says where a row ends -> rows again.

Told by the words alone: the words of the head in consecutive lines, then levels, names and targets in turn. Where the
order does not come out even, the rest is left unread. Labels above the table need no rows: their values follow them.
"""

from collections.abc import Sequence

from jixiao.ingest.layouts.labels import bare, labels
from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.targets import parse
from jixiao.ontology.schemes import level1_labels, level2_labels

_LONGEST_NAME = 60


def rejoined(rows: Sequence[Row]) -> list[Row]:
    """The rows, those of tables written a cell a line joined."""
    joined: list[Row] = []
    index = 0
    while index < len(rows):
        head = _head(rows, index)
        if not head:
            joined.append(rows[index])
            index += 1
            continue
        joined.append(Row(head))
        index += len(head)
        cells: list[Cell] = []
        while index < len(rows) and _is_cell(rows[index]):
            cells += rows[index].filled
            index += 1
        joined += _table(cells, two_levels="name" not in {_column(cell) for cell in head})
    return joined


def _head(rows: Sequence[Row], index: int) -> tuple[Cell, ...]:
    """The cells of a head of exactly levels, name and target, a line each."""
    cells: list[Cell] = []
    for row in rows[index:]:
        if len(row.cells) != 1 or not _column(row.cells[0]):
            break
        cells.append(row.cells[0])
    words = [_column(cell) for cell in cells]
    whole = words in (
        ["level1", "level2", "name", "target"],
        ["level1", "level2", "target"],
        ["level1", "name", "target"],
    )
    return tuple(cells) if whole else ()


def _column(cell: Cell) -> str | None:
    return labels().columns.get(bare(cell.text))


def _is_cell(row: Row) -> bool:
    """Whether a paragraph may be a cell of the table: no label, title or sentence."""
    if len(row.cells) != 1:
        return False
    text = row.cells[0].text
    word = bare(text)
    known = word in labels().fields or word in labels().others or word in labels().persons or word in labels().sections
    title = any(labels().line(name, text) for name in ("form_title", "narrative_title", "form_unit", "form_year"))
    return not known and not title and len(text) <= _LONGEST_NAME and not text.endswith(("。", ":", "："))


def _table(cells: Sequence[Cell], *, two_levels: bool) -> list[Row]:
    """Rows of the cells; what follows the first that does not come out even stays a paragraph each."""
    rows: list[Row] = []
    index = 0
    while index < len(cells):
        levels = _levels(cells[index : index + 3], two_levels=two_levels)
        row = cells[index : index + levels + 2]
        if len(row) < levels + 2 or not _is_row(*row[levels:]):
            break
        rows.append(Row(tuple(row)))
        index += len(row)
    return [*rows, *(Row((cell,)) for cell in cells[index:])]


def _levels(cells: Sequence[Cell], *, two_levels: bool) -> int:
    """How many of the next cells are levels."""
    words = [bare(cell.text) for cell in cells]
    if words[0] in level1_labels() and not (words[0] in level2_labels() and words[1:2] and _is_target(cells[1])):
        return 2 if not two_levels and words[1:2] and words[1] in level2_labels() | level1_labels() else 1
    return 1 if words[0] in level2_labels() and not _is_target(cells[min(1, len(cells) - 1)]) else 0


def _is_target(cell: Cell) -> bool:
    return parse(cell.text).value is not None


def _is_row(name: Cell, target: Cell) -> bool:
    levels = level1_labels() | level2_labels()
    return not _is_target(name) and bare(target.text) not in levels
