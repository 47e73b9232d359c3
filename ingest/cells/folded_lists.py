"""Join lists of projects whose rows stand on several lines, or whose head between blanks has a group on two lines.

The head begins with 序号, so that the numbers 1, 2, 3 … show where the rows begin. A list is joined only if each row
has as many cells on each line as the head; the cells of lines without tabs and bars are parted by blanks.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice, takewhile

from jixiao.ingest.rendition import Cell, Row, joined
from jixiao.ingest.roles.labels import bare, column_meaning, labels, names_money, names_projects
from jixiao.ingest.roles.naming import may_name
from jixiao.ingest.roles.role import is_word
from jixiao.ingest.values import amounts

_MOST_LINES = 4  # lines of a head
_FEWEST_PARTS = 2  # words below a group

_Words = Sequence[Cell]


def apart(rows: Sequence[Row]) -> list[Row]:
    """Return the rows, with such lists in rows of closed cells."""
    return joined(rows, _joined)


def _joined(rows: Sequence[Row], at: int) -> tuple[Iterable[Row], int]:
    """Return the head and the rows of a list that begins at row `at`, and the number of rows that they replace."""
    first = _words(rows[at])
    if len(first) <= 1 or bare(first[0].text) not in labels().numbering or not _are_of_head(first):
        return [], 0
    below = (_words(row) for row in islice(rows, at + 1, at + _MOST_LINES))
    head = [first, *takewhile(_are_of_head, below)]
    lines = [_words(row) for row in rows[at + len(head) :]]
    if len(head) > 1 and sum(names_projects(word.text) for word in chain(*head)) == 1:
        grouped = _grouped(head) if len(head) == _FEWEST_PARTS and not rows[at].closed else ()
        shape = [len(grouped[1])] if grouped else [len(words) for words in head]
        top = grouped or [[word for words in head for word in words]]
        words = [_wording(column) for column in zip(*top, strict=True)]
        sums = [_below_money(line, words) for line in takewhile(_sums_up, lines)]
        folded = list(_folded(lines[len(sums) :], shape, words)) if all(sums) else []
        taken = len(head) + len(sums) + len(folded) * len(shape)
        return map(_side_by_side, [*top, *sums, *folded]) if folded else map(_unread, rows[at : at + len(head)]), taken
    return [], 0


def _unread(row: Row) -> Row:
    """Return a row of a head that tells the columns of no row, so that no project is read below it."""
    return replace(row, withheld=row.withheld | {"name"})


def _sums_up(words: _Words) -> bool:
    """Return whether a line begins with a word for sums: 合计."""
    return bool(words) and bare(words[0].text) in labels().sums


def _below_money(line: _Words, head: Sequence[str]) -> _Words:
    """Return the cells of a line of sums, its figures below the words for money; empty if their numbers differ."""
    word, *figures = line
    blank = replace(word, parts=((word.line, ""),))
    rest = iter(figures)
    cells = [word, *(next(rest, blank) if names_money(word_of_head) else blank for word_of_head in head[1:])]
    return cells if sum(map(names_money, head)) == len(figures) else ()


def _wording(words: _Words) -> str:
    """Return the text of the lowest word in a column of the head."""
    return next(word.text for word in reversed(words) if word)


def _words(row: Row) -> _Words:
    """Return the cells of a row between bars or tabs, or the words of a line between blanks."""
    if row.closed or len(row.cells) != 1 or len(row.cells[0].parts) != 1:
        return row.cells if all(len(cell.parts) == 1 for cell in row.cells) else ()
    (cell,) = row.cells
    return [Cell(((cell.line, word),), n, cell.column) for n, word in enumerate(cell.text.split())]


def _are_of_head(words: _Words) -> bool:
    """Return whether words are all those of the head of a list."""
    return bool(words) and all(_is_of_head(word.text) for word in words)


def _is_of_head(text: str) -> bool:
    known = is_word(text) or names_money(text) or names_projects(text) or column_meaning(text) is not None
    return known or bare(text) in labels().numbering


def _grouped(head: Sequence[_Words]) -> Sequence[_Words]:
    """Return both lines of a head with the words of the second in columns below the only group of money; or nothing."""
    first, second = head
    groups = [n for n, word in enumerate(first) if names_money(word.text) or bare(word.text) in labels().money]
    if len(groups) != 1 or len(second) < _FEWEST_PARTS or not all(names_money(word.text) for word in second):
        return ()
    ((at,), line) = groups, second[0].line
    before, behind = first[: at + 1], first[at + 1 :]
    blank = Cell(((first[0].line, ""),))
    top = [*before, *[blank] * (len(second) - 1), *behind]
    below = Cell(((line, ""),))
    return [top, [*[below] * at, *second, *[below] * len(behind)]]


def _folded(lines: Sequence[_Words], shape: Sequence[int], head: Sequence[str]) -> Iterator[_Words]:
    """Yield the cells of each row; none if a row does not suit the words of the head.

    Only the last column may have blanks within its cells, unless the column has money.
    """
    rows: list[_Words] = []
    at = 0
    while at < len(lines) and lines[at] and lines[at][0].text == str(len(rows) + 1):
        own = [*lines[at : at + len(shape)]]
        if own[-1] and not own[-1][0].closed and not names_money(head[-1]):
            own[-1] = _with_blanks(own[-1], shape[-1])
        cells = [word for words in own for word in words]
        if [len(words) for words in own] != list(shape) or not all(map(_suits, head, cells)):
            return
        rows.append(cells)
        at += len(shape)
    if not any(words and words[0].text == str(len(rows) + 1) for words in lines[at:]):
        yield from rows


def _with_blanks(words: _Words, width: int) -> _Words:
    """Return the words of a line as so many cells: the last one has all the words behind the others."""
    last = words[width - 1 :]
    text = " ".join(word.text for word in last)
    return [*words[: width - 1], *(replace(word, parts=((word.line, text),)) for word in last[:1])]


def _suits(word: str, cell: Cell) -> bool:
    """Return whether a cell is a figure below a word for money, a name below one for names, and anything elsewhere."""
    if names_money(word):
        return amounts.names_figure(cell.text)
    return not names_projects(word) or (may_name(cell.text, "column") and amounts.quantity(cell.text) is None)


def _side_by_side(words: _Words) -> Row:
    cells = (Cell(word.parts, n, word.printed_column, closed=True) for n, word in enumerate(words))
    return Row(tuple(cells))
