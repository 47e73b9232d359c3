"""Join the cells of a list of projects that each stand on a line of their own into rows.

The head begins with 序号, with a word that forms know, or directly below the unit of money, and has one word for names.
Below 序号, the numbers from 1 on begin the rows, which have about as many cells as the head: a row may lack a cell that
the row above spans, or have a figure more, as the subtotal of several rows. Without numbers, the rows have the number
of cells at which figures stand below words of money, and names below that of names. The last row of the file may be
shorter. Below words for first levels, with which the head ends, a cell has a line for each indicator, which begins with
its second level and so tells the column. A sum above the numbers has a figure for each word of money.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby, islice, takewhile

from jixiao.ingest import rendition
from jixiao.ingest.cells.prose import levels
from jixiao.ingest.rendition import Row
from jixiao.ingest.roles import columns
from jixiao.ingest.roles.headings import is_name
from jixiao.ingest.roles.labels import bare, labels, names_money, names_projects
from jixiao.ingest.roles.role import is_word
from jixiao.ingest.values import amounts
from jixiao.ingest.values.plain import folded
from jixiao.ontology.schemes import level1_labels, level_labels

_LONGEST_WORD = 20
_MOST_COLUMNS = 16
_FEWEST = 3  # least number of words of a head, and of rows with it that has neither 序号 nor a unit above it


def joined(rows: Sequence[Row]) -> list[Row]:
    """Return the rows, with the cells of such lists side by side."""
    return rendition.joined(rows, _joined)


def _joined(rows: Sequence[Row], at: int) -> tuple[Iterable[Row], int]:
    table = _table(rows, at)
    return map(_side_by_side, table), sum(len(row.cells) for cells in table for row in cells) if len(table) > 1 else 0


def _table(rows: Sequence[Row], at: int) -> list[Sequence[Row]]:
    """Return the cells of the head and of the rows of the list whose head begins at an index; the head has no rows."""
    if not _may_be_word(rows[at]):
        return []
    numbered = bare(rows[at].text) in labels().numbering
    below_unit = any(labels().line("form_unit", row.text) for row in rows[max(0, at - 1) : at])
    if not (numbered or below_unit or is_word(rows[at].text)):
        return []
    words = list(takewhile(_may_be_word, islice(rows, at, at + _MOST_COLUMNS + 1)))
    names = [n for n, row in enumerate(words) if names_projects(row.text)]
    money = [n for n, row in enumerate(words) if names_money(row.text)]
    if len(words) < _FEWEST or len(names) != 1 or not (money or numbered) or columns.head(_side_by_side(words)):
        return []  # of a table of indicators, merged cells left no line
    if not numbered:
        widths = range(max(_FEWEST - 1, *names, *money) + 1, len(words) + 1)
        table = max(([words[:n], *_alike(rows, at + n, n, names[0], money)] for n in widths), key=len)
        return table if below_unit or len(table) >= _FEWEST else []
    below_head = (rows[n] for n in range(at + len(words), len(rows)))
    alone = takewhile(lambda row: len(row.cells) == 1 and bare(row.text) not in labels().numbering, below_head)
    runs = groupby(alone, lambda row: id(row) if (column := _of_level(words, row)) is None else column)
    lines = [Row(tuple(row.cells[0] for row in run)) for _, run in runs]
    counted = list(_counted(lines, len(words)))
    rest = lines[sum(map(len, counted)) :]
    counted[-1:] = [[*cells, *takewhile(partial(_of_level, words), rest)] for cells in counted[-1:]]
    whole = any(len(cells) >= len(words) for cells in counted)
    spanned = (_with_spanned(cells, names[0], money) if whole else cells for cells in counted)
    return [words, *(_below_levels(cells, words) for cells in spanned)]


def _may_be_word(row: Row) -> bool:
    is_short = len(row.text) <= _LONGEST_WORD and not any(map(str.isdigit, row.text))
    return is_short and len(row.cells) == len(row.filled) == 1


def _counted(rows: Sequence[Row], width: int) -> Iterator[Sequence[Row]]:
    """Yield the cells of the rows that begin with numbers from 1 on, each with about as many cells as the head."""
    lengths: list[int] = []
    start = 0
    while start < len(rows) and rows[start].text == str(len(lengths) + 1):
        near = sorted(range(width - 1, width + 2), key=lambda n: abs(n - (lengths or [width])[-1]))
        further = (n for n in near if start + n < len(rows) and rows[start + n].text == str(len(lengths) + 2))
        lengths.append(next(further, min(lengths, default=width)))
        yield rows[start : start + lengths[-1]]
        start += lengths[-1]


def _of_level(words: Sequence[Row], row: Row) -> int | None:
    """Return the column of the first level to which the second one belongs with which a line begins, or None."""
    level = bare(folded(row.text).partition(":")[0])
    firsts = [n for n, word in enumerate(words) if level in level_labels() and bare(word.text) in level1_labels()]
    return next((n for n in firsts if levels.belongs(words[n].text, level)), None)


def _below_levels(cells: Sequence[Row], words: Sequence[Row]) -> Sequence[Row]:
    """Return the cells of a row, with those of known levels below their words."""
    at = {n if (column := _of_level(words, cell)) is None else column: cell for n, cell in enumerate(cells)}
    return [at.get(n, Row(())) for n in range(max(at) + 1)] if len(at) == len(cells) else cells


def _with_spanned(cells: Sequence[Row], name: int, money: Sequence[int]) -> Sequence[Row]:
    """Return the cells of a row, behind its number a blank one that a row above spans if they suit their words so."""
    moved = [cells[0], Row(()), *cells[1:]]
    last = max(money, default=name)
    lost = len(cells) <= last < len(moved) or not _suits(cells, name, money)
    return moved if lost and name > 1 and last < len(moved) and _suits(moved, name, money) else cells


def _alike(rows: Sequence[Row], at: int, width: int, name: int, money: Sequence[int]) -> Iterator[Sequence[Row]]:
    """Return the cells of each row of a width from an index, as long as they suit."""
    cut = (rows[first : first + width] for first in range(at, len(rows), width))
    return takewhile(lambda cells: _suits(cells, name, money) and all(len(row.cells) == 1 for row in cells), cut)


def _suits(cells: Sequence[Row], name: int, money: Sequence[int]) -> bool:
    """Return whether cells have a name, and figures or blank cells as money; a sum of all rows needs no name."""
    texts = [row.text for row in cells]
    named = any(bare(text) in labels().sums for text in texts) or any(
        is_name(text) and amounts.quantity(text) is None for text in texts[name : name + 1]
    )
    return named and all(amounts.names_figure(text) for n, text in enumerate(texts) if n in money)


def _side_by_side(rows: Sequence[Row]) -> Row:
    filled = (
        replace(row.cells[0].moved(column), parts=tuple(part for cell in row.cells for part in cell.parts))
        for column, row in enumerate(rows)
        if row.cells
    )
    return Row(tuple(filled))
