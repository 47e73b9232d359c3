"""Bring each figure of a table of money beside its label, where figures stand below the labels.

Arithmetic confirms what place suggests: a total is the sum of its parts. Money whose labels all stand before their
figures, a cell a line, is withheld without such a sum: nothing says which figure is whose, since a blank cell may have
left no line, and the figures below a single label may be those of several years.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import accumulate, takewhile

from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles import executions
from jixiao.ingest.roles.labels import bare, labels
from jixiao.ingest.roles.role import Kind, role
from jixiao.ingest.values import amounts

TOTALS = frozenset({"annualRequest", "totalAmount"})
"""Names of the amounts that are the money of a whole project."""
_GROUPS = frozenset({Kind.GROUP, Kind.MONEY})
_OF_ONE = 2  # cells of an amount: its label and its figure
_LONGEST_PAIRS = 100  # characters of a cell with several labels of money and their figures
_BEFORE_LABEL = re.compile(labels().lines["among"].pattern + r"(?:[(（]?\d{1,2}[、.)）](?=\D))?")
_BETWEEN = re.compile(r"[\s:：]+")
_MOST_HEADS = 2  # most rows below the labels of a table of money, up to its figures
_MOST_PARTS = 12  # most rows of parts below the sum of money to which they add up
_MOST_LABELS = 60  # most consecutive labels, and most figures below them


def pairs_apart(rows: Sequence[Row]) -> Iterator[Row]:
    """Yield the rows; in a row of money, labels and figures that share a cell get a cell each.

    This is done if all labels are known, or if the first figure is the sum of the others.
    """
    for row in rows:
        words_of = [_words(cell) for cell in row.filled]
        if sum(map(len, words_of)) <= max(len(row.filled), _OF_ONE):
            yield row
            continue
        first, *others = pieces = [
            replace(cell, parts=((cell.line, word),)) if len(words) > 1 else cell
            for cell, words in zip(row.filled, words_of, strict=True)
            for word in words
        ]
        pairs = others if role(first).kind is Kind.MONEY else pieces
        words, figures = pairs[::2], [amounts.money(cell.text) for cell in pairs[1::2]]
        known = [role(cell).is_label or bare(cell.text) in labels().sums for cell in words]
        sums = _sums([figure or Decimal(0) for figure in figures[1:]]) if len(figures) > 2 else set()
        is_money = known[:1] == [True] and (role(words[0]).kind is Kind.AMOUNT or pairs is others)
        is_pairs = len(words) == len(figures) and None not in figures and not any(amounts.money(c.text) for c in words)
        sure = is_money and is_pairs and (all(known) or figures[0] in sums)
        yield replace(row, cells=tuple(cell.moved(n) for n, cell in enumerate(pieces))) if sure else row


def _words(cell: Cell) -> list[str]:
    """Return the words and figures of a cell of one line, without numbers of words and 其中."""
    if len(cell.parts) > 1 or len(cell.text) > _LONGEST_PAIRS:
        return [cell.text]
    words = (_BEFORE_LABEL.sub("", word.strip("，,；;、。")) for word in _BETWEEN.split(cell.text))
    return list(filter(None, words))


def with_figures(rows: Sequence[Row]) -> Iterator[Row]:
    """Yield the rows; in a table of money, the label of the total and its figure from below become a row of their own.

    The cells of figures have lost none if the first is the sum of the others, or of all but the second, a subtotal. In
    the same way, a word for sums beside a group of money is the label of the total if the figures below add up to its
    figure.
    """
    for n, row in enumerate(rows, 1):
        total = _total(row)
        for below in rows[n : n + _MOST_HEADS] if total else ():
            figures = [figure for cell in below.filled if (figure := amounts.money(cell.text)) is not None]
            if (
                total
                and len(figures) == len(below.filled) > 1
                and figures[0] in _sums(figures[1:])
                and not any(amounts.money(cell.text) for cell in row.filled)
            ):
                yield Row((total.moved(0), below.filled[0].moved(1)))
        yield _totalled(row, total, rows[n : n + _MOST_PARTS]) if total else row


def _total(row: Row) -> Cell | None:
    """Return the label of the total in a row of money, with other labels or a figure; beside a group also 合计."""
    words = [cell for cell in row.filled if role(cell).kind not in _GROUPS] if not executions.head(row) else []
    if 1 < len(words) < len(row.filled) and bare(words[0].text) in labels().sums:
        return replace(words[0], parts=((words[0].line, labels().usual("totalAmount")),))
    return words[0] if len(words) > 1 and role(words[0]).meaning in TOTALS else None


def _totalled(row: Row, total: Cell, below: Sequence[Row]) -> Row:
    """Return a row of a group of money and a sum, with the label of the total if the rows below add up to the sum."""
    label = next((cell for cell in row.filled if bare(cell.text) in labels().sums), None)
    figure, *own = row.filled[row.filled.index(label) + 1 :] if label else (total,)
    tables = (own, *(each.filled for each in below))
    parts = [sum((amounts.money(cell.text) or Decimal(0) for cell in cells), Decimal(0)) for cells in tables]
    if not label or amounts.money(figure.text) not in [*accumulate(parts)][0 if len(own) > _OF_ONE else _OF_ONE :]:
        return row
    return replace(row, cells=tuple(total if cell is label else cell for cell in row.cells))


def _sums(parts: Sequence[Decimal]) -> set[Decimal]:
    return {sum(parts, Decimal(0)), sum(parts[1:], Decimal(0))}


def unpaired(rows: Sequence[Row], at: int) -> tuple[Iterable[Row], int]:
    """Pair labels of money, a cell a row from an index on, with the figures below all of them, or withhold both.

    If there are as many figures as labels, and the first is the sum of the others, each label has its figure. Of two
    labels, more often the first has no figure, so that nothing is paired.
    """
    if len(rows[at].cells) != 1 or _amount(rows[at].cells[0]) not in TOTALS:
        return [], 0
    others = labels().others
    asked = _cells_alone(rows[at : at + _MOST_LABELS], lambda cell: bool(_amount(cell)) or bare(cell.text) in others)
    below = rows[at + len(asked) : at + len(asked) + _MOST_LABELS]
    figures = _cells_alone(below, lambda cell: amounts.names_figure(cell.text) and not _amount(cell))
    names = frozenset(name for cell in asked if (name := _amount(cell)))
    several = len(asked) > 2 or sum(map(bool, figures)) > 1
    unpaired = len(asked) != 2 and several and any(figures)
    taken = len(asked) + len(figures) if unpaired else 0
    money = [amounts.money(cell.text) or Decimal(0) for cell in figures]
    if len(money) == len(asked) > _OF_ONE and money[0] in _sums(money[1:]):
        return [Row((label.moved(0), figure.moved(1))) for label, figure in zip(asked, figures, strict=True)], taken
    return [Row((*asked, *figures), withheld=names)], taken


def _cells_alone(rows: Sequence[Row], belongs: Callable[[Cell], bool]) -> list[Cell]:
    """Return the cells of the first rows, as long as a row is one cell for which `belongs` is true."""
    return [row.cells[0] for row in takewhile(lambda row: len(row.cells) == 1 and belongs(row.cells[0]), rows)]


def _amount(cell: Cell) -> str | None:
    return labels().amounts.get(bare(cell.text))
