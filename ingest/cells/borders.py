"""Restore borders that were lost between closed cells, so that a space stands in place of a bar.

A row of a table of indicators that is one cell shorter than the header is divided at the one space at which all of its
cells fit their columns (`roles/aligning.py`); so is the header, if a row below has a cell more. In other rows, a label
is divided from the value before or after it, also where spaces separate cells, if the row begins with a label.
"""

from collections.abc import Iterator, Sequence
from itertools import takewhile

from jixiao.ingest.rendition import Row
from jixiao.ingest.roles import aligning, columns
from jixiao.ingest.roles.labels import bare, column_meaning, labels
from jixiao.ingest.roles.role import of_text

_FEWEST = 3  # least number of words of a head
# Labels (True) and values (False) in succession.
_LABEL_AND_VALUE = ([True, False], [True, False, True])
_VALUE_AND_LABEL = [True, False, True, False]
_VALUE_AND_LAST = [True, False, True]  # at the end of a row
_REACH = 60  # most rows of a table


def restored(rows: Sequence[Row]) -> Iterator[Row]:
    """Yield the rows; a cell that holds two cells with a lost border between them is divided there.

    A border counts as lost where a space stands between a label and a value, or where a row of an indicator table has
    one cell less than its header.
    """
    head: columns.Head | None = None
    width = 0  # the number of cells of the head, blank ones included
    for n, row in enumerate(rows, 1):
        if not row.closed:
            between = all(each.closed for each in rows[max(0, n - 2) : n + 1] if each is not row)
            led = len(row.filled) > 1 and of_text(row.filled[0].text).is_label
            yield _labelled(row) if between or led else row
        elif _may_be_head(row):
            below = takewhile(lambda row: row.closed and not _is_labelled(row), rows[n : n + _REACH])
            widths = {len(each.cells) for each in below}
            whole = next(
                (each for _, each in aligning.ways(row) if len(each.cells) in widths and columns.head(each)), row
            )
            head, width = columns.head(whole), len(whole.cells)
            yield whole
        elif _is_labelled(row):
            head = None
            yield _labelled(row)
        else:
            yield aligning.divided(head.columns, row) if head and len(row.cells) == width - 1 else row


def _may_be_head(row: Row) -> bool:
    words = [word for cell in row.filled for word in cell.text.split()]
    return sum(column_meaning(word) is not None for word in words) >= _FEWEST and not any(map(str.isdigit, row.text))


def _is_labelled(row: Row) -> bool:
    words = (row.filled[0].text, row.filled[0].text.split()[0])
    return any(of_text(word).is_label and bare(word) not in labels().groups for word in words)


def _labelled(row: Row) -> Row:
    """Return a row of labels and values with each label divided from the value before or after that label.

    Cells are divided at a space. A row in which nothing needs dividing is returned unchanged.
    """
    for at, way in aligning.ways(row):
        known = [of_text(cell.text).is_label for cell in way.cells]
        is_led = known[at : at + 3] in _LABEL_AND_VALUE and not any(known[at - 1 : at])
        is_followed = known[at - 1 : at + 3] == _VALUE_AND_LABEL or known[at - 1 :] == _VALUE_AND_LAST
        if not of_text(row.cells[at].text).is_label and (is_led or (at > 0 and is_followed)):
            return _labelled(way)
    return row
