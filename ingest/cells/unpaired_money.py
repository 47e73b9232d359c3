"""Withhold money whose figures all come behind their labels, a cell a line: nothing says which figure is whose.

A blank cell may have left no line, and the figures below a single label may be those of several years.
"""

from collections.abc import Callable, Iterator, Sequence

from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles.labels import bare, labels
from jixiao.ingest.values import amounts

_MOST = 60  # most consecutive labels, and most figures below them
_TOTALS = frozenset({"annualRequest", "totalAmount"})


def withheld(rows: Sequence[Row]) -> Iterator[Row]:
    """Yield the rows; labels of money and the figures below all of them become one row, whose money is withheld.

    Two labels are more often a blank one and the next one.
    """
    index = 0
    while index < len(rows):
        heads = _run(rows[index : index + _MOST], _is_label)
        below = index + len(heads)
        figures = _run(rows[below : below + _MOST], lambda cell: amounts.names_figure(cell.text)) if heads else []
        names = [name for cell in heads if (name := _amount(cell))]
        several = len(heads) > 2 or sum(map(bool, figures)) > 1
        if names and _amount(heads[0]) in _TOTALS and len(heads) != 2 and several and any(figures):
            yield Row((*heads, *figures), withheld=frozenset(names))
            index = below + len(figures)
        else:
            yield rows[index]
            index += 1


def _run(rows: Sequence[Row], belongs: Callable[[Cell], bool]) -> list[Cell]:
    """Return the cells of the first rows, as long as a row is one cell for which `belongs` is true."""
    found: list[Cell] = []
    for row in rows:
        if len(row.cells) != 1 or not belongs(row.cells[0]):
            break
        found.append(row.cells[0])
    return found


def _amount(cell: Cell) -> str | None:
    return labels().amounts.get(bare(cell.text))


def _is_label(cell: Cell) -> bool:
    return _amount(cell) is not None or bare(cell.text) in labels().others
