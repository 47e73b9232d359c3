"""Join the cells of a list that each stand on a line of their own into rows, where numbers count its rows.

The head begins with 序号 and names projects; below it, the numbers 1, 2, 3 … stand at equal distances, which is the
number of cells of a row. A list with one row has as many cells below its head as in it. Where blank cells left no line,
distances differ, and the cells stay as they are.
"""

from collections.abc import Sequence
from itertools import takewhile

from jixiao.ingest.rendition import Row
from jixiao.ingest.roles import columns
from jixiao.ingest.roles.labels import bare, labels, names_projects

_LONGEST_WORD, _MOST_COLUMNS = 20, 16
_FEWEST = 3  # least number of words of a head
_LOST = (0, -1, 1)  # cells that each row has more than its head


def joined(rows: Sequence[Row]) -> list[Row]:
    """Return the rows, with the cells of numbered lists side by side."""
    found: list[Row] = []
    at = 0
    while at < len(rows):
        table = _table(rows[at:]) if bare(rows[at].text) in labels().numbering and _alone(rows[at]) else []
        found += table or [rows[at]]
        at += sum(len(row.cells) for row in table) or 1
    return found


def _table(rows: Sequence[Row]) -> list[Row]:
    """Return the head and the rows of the list whose head begins with the first row; empty if there is none."""
    alone = list(takewhile(_alone, rows))
    words = list(takewhile(lambda row: row.text != "1" and len(row.text) <= _LONGEST_WORD, alone[: _MOST_COLUMNS + 1]))
    cells = alone[len(words) :]
    head = _side_by_side(words)
    if len(words) < _FEWEST or sum(names_projects(row.text) for row in words) != 1 or columns.head(head):
        return []  # of a table of indicators, merged cells left no line
    counts = {len(words) + lost: _counted(cells, len(words) + lost) for lost in _LOST}
    width = max(counts, key=lambda each: counts[each])
    if not counts[width] or (counts[width] == 1 and width != len(words)):
        return []
    return [head, *(_side_by_side(cells[n * width : (n + 1) * width]) for n in range(counts[width]))]


def _counted(cells: Sequence[Row], width: int) -> int:
    """Return the number of whole rows of a width whose first cells count up from 1."""
    firsts = (row.text for row in cells[: len(cells) // width * width : width])
    return sum(1 for _ in takewhile(lambda pair: pair[1] == str(pair[0]), enumerate(firsts, 1)))


def _alone(row: Row) -> bool:
    return len(row.cells) == len(row.filled) == 1


def _side_by_side(rows: Sequence[Row]) -> Row:
    return Row(tuple(row.cells[0].moved(column) for column, row in enumerate(rows)))
