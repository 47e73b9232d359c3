"""Join the cells of a list of projects that each stand on a line of their own into rows.

The head begins with 序号, or directly below the unit of money, and has one word for names. Below 序号, the numbers from
1 on stand at equal distances, which is the number of cells of a row. Without numbers, that distance is taken at which
figures stand below words of money, and names below that of names. The last row of the file may be shorter. Where blank
cells left no line, distances differ, and the cells stay as they are.
"""

from collections.abc import Iterator, Sequence
from itertools import islice, takewhile

from jixiao.ingest.rendition import Row
from jixiao.ingest.roles import columns
from jixiao.ingest.roles.headings import is_name
from jixiao.ingest.roles.labels import bare, labels, names_money, names_projects
from jixiao.ingest.values import amounts

_LONGEST_WORD = 20
_MOST_COLUMNS = 16
_FEWEST = 3  # least number of words of a head
_LOST = (0, -1, 1)  # cells that each row has more than its head


def joined(rows: Sequence[Row]) -> list[Row]:
    """Return the rows, with the cells of such lists side by side."""
    found: list[Row] = []
    at = 0
    while at < len(rows):
        numbered = bare(rows[at].text) in labels().numbering
        begins = numbered or any(labels().line("form_unit", row.text) for row in rows[max(0, at - 1) : at])
        found += (table := _table(rows, at, numbered=numbered) if begins else []) or [rows[at]]
        at += sum(len(row.cells) for row in table) or 1
    return found


def _table(rows: Sequence[Row], at: int, *, numbered: bool) -> list[Row]:
    """Return the head and the rows of the list whose head begins at an index; empty if there is none."""
    words = list(takewhile(_may_be_word, islice(rows, at, at + _MOST_COLUMNS + 1)))
    names = [n for n, row in enumerate(words) if names_projects(row.text)]
    money = [n for n, row in enumerate(words) if names_money(row.text)]
    if len(words) < _FEWEST or len(names) != 1 or not (money or numbered) or columns.head(_side_by_side(words)):
        return []  # of a table of indicators, merged cells left no line
    ways = [(len(words), lost) for lost in _LOST]
    if not numbered:
        ways = [(count, 0) for count in range(max(_FEWEST - 1, *names, *money) + 1, len(words) + 1)]
    best = max(
        (
            [rows[at : at + n], *_rows(rows, at + n, n + lost, *((-1, ()) if numbered else (names[0], money)))]
            for n, lost in ways
        ),
        key=len,
    )
    return list(map(_side_by_side, best)) if len(best) > 1 else []


def _may_be_word(row: Row) -> bool:
    return (
        len(row.cells) == len(row.filled) == 1
        and len(row.text) <= _LONGEST_WORD
        and not any(map(str.isdigit, row.text))
    )


def _rows(rows: Sequence[Row], at: int, width: int, name: int, money: Sequence[int]) -> Iterator[Sequence[Row]]:
    """Yield the cells of each row of a width from an index, as long as they suit, or with no `name`, count up from 1.

    A row suits that has a name, and figures or blank cells as money; a sum of all rows needs no name.
    """
    for number, first in enumerate(range(at, len(rows), width), 1):
        cells = rows[first : first + width]
        texts = [row.text for row in cells]
        named = any(bare(text) in labels().sums for text in texts) or any(
            is_name(text) and amounts.quantity(text) is None for text in texts[name : name + 1]
        )
        suits = (
            texts[0] == str(number)
            if name < 0
            else named and all(amounts.names_figure(text) for n, text in enumerate(texts) if n in money)
        )
        if not suits or any(len(row.cells) != 1 for row in cells):
            return
        yield cells


def _side_by_side(rows: Sequence[Row]) -> Row:
    return Row(tuple(row.cells[0].moved(column) for column, row in enumerate(rows)))
