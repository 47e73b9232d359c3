"""Bring each figure of a table of money beside its label, where figures stand below the labels.

Arithmetic confirms what place suggests: a total is the sum of its parts. Money whose labels all stand before their
figures, a cell a line, is withheld: nothing says which figure is whose, since a blank cell may have left no line, and
the figures below a single label may be those of several years.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import accumulate, takewhile

from jixiao.ingest.rendition import Cell, Row, joined
from jixiao.ingest.roles.labels import bare, labels
from jixiao.ingest.roles.role import Kind, role
from jixiao.ingest.values import amounts

_TOTALS = frozenset({"annualRequest", "totalAmount"})
_GROUPS = frozenset({Kind.GROUP, Kind.MONEY})
_MOST_HEADS = 2  # most rows below the labels of a table of money, up to its figures
_MOST_PARTS = 12  # most rows of parts below the sum of money to which they add up
_MOST_LABELS = 60  # most consecutive labels, and most figures below them


def with_figures(rows: Sequence[Row]) -> Iterator[Row]:
    """Yield the rows; in a table of money, the label of the total gets a row of its own with its figure from below.

    The cells of figures have lost none if the first is the sum of the others, or of all but the second, a subtotal.
    So, too, a word for sums beside a group of money is the label of a total to which the figures below it add up.
    """
    for n, row in enumerate(rows, 1):
        words = [cell for cell in row.filled if role(cell).kind is not Kind.GROUP]
        asks = len(words) > 1 and role(words[0]).meaning in _TOTALS and not any(amounts.money(c.text) for c in words)
        for below in rows[n : n + _MOST_HEADS] if asks else ():
            figures = [figure for cell in below.filled if (figure := amounts.money(cell.text)) is not None]
            if len(figures) == len(below.filled) > 1 and figures[0] in _sums(figures[1:]):
                yield Row((words[0].moved(0), below.filled[0].moved(1)))
        yield _totalled(row, rows[n : n + _MOST_PARTS])


def _totalled(row: Row, below: Sequence[Row]) -> Row:
    """Return a row of a group of money and a sum, with the label of a total if the rows below add up to the sum."""
    if not (len(row.filled) == len(row.cells) > 2 and role(row.cells[0]).kind in _GROUPS):
        return row
    parts = takewhile(lambda cells: len(cells) == 2, (each.filled for each in below))
    figures = accumulate(amounts.money(figure.text) or Decimal(0) for _, figure in parts)
    if bare(row.cells[-2].text) not in labels().sums or amounts.money(row.cells[-1].text) not in [*figures][1:]:
        return row
    word = replace(row.cells[-2], parts=((row.cells[-2].line, labels().usual("totalAmount")),))
    return replace(row, cells=(*row.cells[:-2], word, row.cells[-1]))


def _sums(parts: Sequence[Decimal]) -> set[Decimal]:
    return {sum(parts, Decimal(0)), sum(parts[1:], Decimal(0))}


def unpaired_money(rows: Sequence[Row]) -> list[Row]:
    """Return the rows; labels of money and the figures below all of them become one row, whose money is withheld."""
    return joined(rows, _unpaired)


def _unpaired(rows: Sequence[Row], at: int) -> tuple[Iterable[Row], int]:
    """Return the row of labels of money and of the figures below them, and the number of their rows, or 0.

    Two labels are more often a blank one and the next one.
    """
    others = labels().others
    asked = _cells_alone(rows[at : at + _MOST_LABELS], lambda cell: bool(_amount(cell)) or bare(cell.text) in others)
    below = rows[at + len(asked) : at + len(asked) + _MOST_LABELS] if asked else []
    figures = _cells_alone(below, lambda cell: amounts.names_figure(cell.text) and not _amount(cell))
    names = frozenset(name for cell in asked if (name := _amount(cell)))
    several = len(asked) > 2 or sum(map(bool, figures)) > 1
    unpaired = names and _amount(asked[0]) in _TOTALS and len(asked) != 2 and several and any(figures)
    return [Row((*asked, *figures), withheld=names)], len(asked) + len(figures) if unpaired else 0


def _cells_alone(rows: Sequence[Row], belongs: Callable[[Cell], bool]) -> list[Cell]:
    """Return the cells of the first rows, as long as a row is one cell for which `belongs` is true."""
    found: list[Cell] = []
    for row in rows:
        if len(row.cells) != 1 or not belongs(row.cells[0]):
            break
        found.append(row.cells[0])
    return found


def _amount(cell: Cell) -> str | None:
    return labels().amounts.get(bare(cell.text))
