"""Turn money in a matrix into rows of a label and its figure.

In a matrix with a column for each year, only the sum of the requested year is kept. In a matrix with a column for each
source of money, the labels are in a row above a row of figures. Where each cell is a line, all labels come before all
figures, and blank cells may have left no line; then labels and figures are paired only if their numbers are equal and
the first figure is the sum of the others.
"""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from itertools import islice

from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles.labels import bare, labels
from jixiao.ingest.roles.wording import other_years
from jixiao.ingest.values import amounts

_MOST_ROWS = 8  # most rows between the head of a matrix and its sum
_FEWEST_HEADS = 2  # least number of columns of years in a matrix of money
_FEWEST_LINES = 3  # least number of consecutive labels; two are more often a blank label and the next one
_MOST_LINES = 60  # most consecutive labels on lines of their own
_LONGEST_HEAD = 16
_TOTALS = frozenset({"annualRequest", "totalAmount"})

_Word = tuple[str, int, Cell]
"""A word, its line number, and its cell."""

_Joined = tuple[list[Row], int]
"""The new rows, and how many of the file's rows they replace."""


def read(rows: Sequence[Row]) -> Iterator[Row]:
    """Yield the rows; the row of sums below a head of years becomes the requested year's label and figure."""
    heads: list[_Word] = []
    asked, left = 0, 0
    for row in rows:
        words = _words(row)
        if found := _heads(words):
            heads, left = found, _MOST_ROWS
            years = [n for n, word in enumerate(heads) if _is_year(word)]
            asked = years[0] if len(years) == 1 else -1
        elif left and words and bare(words[0][0]) in labels().sums:
            figures = [word for word in words[1:] if amounts.quantity(word[0])]
            left = 0
            if len(figures) == len(heads) and asked >= 0:
                yield Row(tuple(_cell(word).moved(n) for n, word in enumerate((heads[asked], figures[asked]))))
                continue
        left = max(0, left - 1)
        yield row


def _heads(words: Sequence[_Word]) -> list[_Word]:
    """Return the words of a row that name years, the requested one among them; empty if there are none."""
    found = [word for word in words if bare(word[0]) in other_years() or _is_year(word)]
    return found if len(found) >= _FEWEST_HEADS and any(map(_is_year, found)) else []


def _is_year(word: _Word) -> bool:
    return labels().amounts.get(bare(word[0])) == "annualRequest"


def _cell(word: _Word) -> Cell:
    text, line, cell = word
    return Cell(((line, text),), cell.column, cell.printed)


def _words(row: Row) -> list[_Word]:
    """Return the words of a row, divided at blanks; single characters of a spaced word (合 计) are joined."""
    return [(word, line, cell) for cell in row.filled for line, text in cell.parts for word in _joined(text.split())]


def _joined(parts: Sequence[str]) -> Iterator[str]:
    """Join consecutive parts of one character each into a word: 合 计."""
    spaced = ""
    for part in parts:
        if len(part) == 1 and not part.isdigit():
            spaced += part
            continue
        if spaced:
            yield spaced
        spaced = ""
        yield part
    if spaced:
        yield spaced


def beside_labels(rows: Sequence[Row]) -> Iterator[Row]:
    """Yield the rows, with each figure of a matrix in a row with its label."""
    index = 0
    while index < len(rows):
        found = _in_rows(*rows[index : index + 2]) if len(rows[index].filled) > 1 else _in_lines(rows, index)
        yield from found[0] if found else [rows[index]]
        index += found[1] if found else 1


def _amount(cell: Cell) -> str | None:
    return labels().amounts.get(bare(cell.text))


def _is_group(cell: Cell) -> bool:
    return bare(cell.text) in labels().groups


def _are_heads(cells: Sequence[Cell]) -> bool:
    """Return whether cells are labels of money, the first a total, without labels of another kind."""
    names = [name for cell in cells if (name := _amount(cell))]
    words = [cell for cell in cells if not _amount(cell)]
    other = any(len(cell.text) > _LONGEST_HEAD or bare(cell.text) in labels().fields for cell in words)
    return len(names) >= _FEWEST_HEADS and len(set(names)) == len(names) and names[0] in _TOTALS and not other


def _in_rows(upper: Row, lower: Row | None = None) -> _Joined | None:
    groups = [cell for cell in upper.filled if _is_group(cell)]
    heads = [cell for cell in upper.filled if cell not in groups]
    figures = lower.filled if lower else ()
    if not lower or not figures or not _are_heads(heads) or not all(amounts.names_figure(c.text) for c in figures):
        return None
    if any(character.isdigit() for cell in heads for character in cell.text):
        return None
    at = {cell.column: cell for cell in heads}
    shift = 0 if all(cell.column in at for cell in figures) else upper.cells[-1].column - lower.cells[-1].column
    if not all(cell.column + shift in at for cell in figures):
        return None
    if shift and not _adds_up(figures):
        return None
    below = {cell.column + shift: cell for cell in figures}
    blank = Cell(((lower.first_line, ""),))
    pairs = [_pair((head, below.get(column, blank))) for column, head in at.items()]
    return [*(Row((group,)) for group in groups), *pairs], 2


def _in_lines(rows: Sequence[Row], index: int) -> _Joined | None:
    heads = _run(rows, index, lambda cell: bool(_amount(cell)) or bare(cell.text) in labels().others)
    if len(heads) == 1 and _amount(heads[0]) in _TOTALS:
        return _several(rows, index)
    if len(heads) < _FEWEST_LINES or not _are_heads(heads):
        return None
    figures = _run(rows, index + len(heads), lambda cell: amounts.names_figure(cell.text))
    if not any(figures):
        return None
    taken = len(heads) + len(figures)
    if len(heads) == len(figures) and _adds_up(figures):
        return [_pair(pair) for pair in zip(heads, figures, strict=True)], taken
    names = frozenset(name for cell in heads if (name := _amount(cell)))
    if _adds_up(figures) and len([cell for cell in figures if cell]) > 1:
        rest = Row((*heads[1:], *figures[1:]), withheld=names - {_amount(heads[0]) or ""})
        return [_pair((heads[0], figures[0])), rest], taken
    return [Row((*heads, *figures), withheld=names)], taken


def _several(rows: Sequence[Row], index: int) -> _Joined | None:
    """Return the label of a total with its figures withheld if several follow: nothing says which year each is of."""
    figures = _run(rows, index + 1, lambda cell: bool(cell) and amounts.quantity(cell.text) is not None)
    if len(figures) < _FEWEST_HEADS:
        return None
    total = rows[index].cells[0]
    return [Row((total, *figures), withheld=frozenset({_amount(total) or ""}))], 1 + len(figures)


def _run(rows: Sequence[Row], index: int, belongs: Callable[[Cell], bool]) -> list[Cell]:
    """Return the cells of consecutive lines for which `belongs` is true, up to the limit of lines."""
    found: list[Cell] = []
    for row in islice(rows, index, index + _MOST_LINES):
        if len(row.cells) != 1 or not belongs(row.cells[0]):
            break
        found.append(row.cells[0])
    return found


def _pair(pair: tuple[Cell, Cell]) -> Row:
    return Row((pair[0].moved(0), pair[1].moved(1)))


def _adds_up(figures: Sequence[Cell]) -> bool:
    """Return whether the first figure is the sum of the others."""
    found = [quantity[0] if (quantity := amounts.quantity(cell.text)) else Decimal(0) for cell in figures]
    return bool(found) and found[0] == sum(found[1:], Decimal(0))
