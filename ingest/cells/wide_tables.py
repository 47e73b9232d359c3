"""Give tables of projects whose first levels stand side by side the usual header, with each indicator in a row.

The header has a word for names, and after the columns about the project first levels, below which either pairs of
三级指标 and 指标值 stand side by side, or names of indicators, perhaps below second levels. Each cell of a row is a
target, or half of a pair. Below second levels alone, a cell holds names with their targets: only the header becomes one
row. A table stays as it is if any of its rows does not suit the columns, or if its header may have lost blank cells.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, takewhile

from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles import columns
from jixiao.ingest.roles.labels import bare, column_meaning, names_money, names_projects
from jixiao.ingest.roles.role import of_text
from jixiao.ingest.values import amounts
from jixiao.ontology.schemes import level1_labels

_MOST = 4  # rows of a head
_FEWEST = 2  # first levels side by side
_USUAL = {meaning: word for word, meaning in columns.WORDING.meanings("usual").items()}
_WORDS = [_USUAL[meaning] for meaning in ("level1", "level2", "name", "target")]
_Targets = Mapping[int, tuple[Cell | None, Cell | None, Cell]]
"""The levels above each column of targets, and the cell with its name or with the word of the column of names."""


def lengthened(rows: Sequence[Row], at: int) -> tuple[Iterable[Row], int]:
    """Turn a table of projects from row `at` on into rows of one indicator each.

    Returns the rows and the number of rows replaced; 0 for any other rows. If names stand below second levels alone,
    only the header becomes one row.
    """
    first = next((n for n, row in enumerate(rows[at : at + _MOST], at) if len(_firsts(row)) >= _FEWEST), -1)
    if first < 0 or not any(names_projects(cell.text) for cell in rows[at].filled):
        return (), 0
    start = min(cell.column for cell in _firsts(rows[first]))
    below = first + 1 + len([*takewhile(lambda row: _is_of_head(row, start), rows[first + 1 : at + _MOST])])
    upper = [Row(tuple(cell for cell in row.cells if cell.column < start)) for row in rows[at:below]]
    words = [[cell for cell in row.filled if cell.column >= start] for row in rows[first:below]]
    known = {cell.column: cell for row in upper for cell in row.filled}
    if len(words) > 1 and all(map(columns.is_level, words[-1])):
        return [Row((*known.values(), *words[-1]))], below - at
    targets = _targets(words, rows[first].cells[-1].column)
    table = [*takewhile(_may_belong, rows[below:])]
    if not targets or not all(_suits(row, targets, known, start) for row in table):
        return (), 0
    head = [Cell(((rows[below - 1].last_line, word),), start + n) for n, word in enumerate(_WORDS)]
    own = (cell.moved(start + len(head) + n) for n, cell in enumerate(chain.from_iterable(words)))
    new = [upper[0], Row((*(cell for row in upper[1:] for cell in row.filled), *head)), Row((*head, *own))]
    return [*new, *(part for row in table for part in _apart(row, targets, start))], below - at + len(table)


def _firsts(row: Row) -> list[Cell]:
    """Return the first levels at the end of a row, from right to left; empty if one of them occurs twice."""
    found = [*takewhile(lambda cell: bare(cell.text) in level1_labels(), reversed(row.filled))]
    return found if len({cell.text for cell in found}) == len(found) else []


def _is_of_head(row: Row, start: int) -> bool:
    """Return whether a row belongs to a header: from column `start` on, it has column headings and no targets.

    In the columns before `start`, where the first levels begin, it may only have words for parts of money.
    """
    words = [cell.text for cell in row.filled if cell.column >= start]
    left = all(names_money(cell.text) for cell in row.filled if cell.column < start)
    return left and bool(words) and all(column_meaning(word) or columns.likeness("target", word) < 0 for word in words)


def _targets(words: Sequence[Sequence[Cell]], edge: int) -> _Targets:
    """Return the first level, second level (or None) and name of each column of targets, by the number of the column.

    `edge` is the last column of the row of first levels. Empty if a level stands above no word, or if nothing shows
    which columns the levels span.
    """
    *above, last = words
    meanings = [column_meaning(cell.text) for cell in last]
    beside = meanings == ["name", "target"] * (len(last) // 2)
    named = last[:: 1 + beside]
    sure = beside or (
        edge >= last[-1].column and not any(meanings) and len({cell.text for cell in named}) == len(named)
    )
    if not (above and sure and {cell.column for row in above for cell in row} <= {cell.column for cell in named}):
        return {}
    spans = (
        [*(next(cell for cell in row[::-1] if cell.column <= name.column) for row in above), None] for name in named
    )
    return {
        cell.column: (span[0], span[1], name)
        for cell, name, span in zip(last[beside :: 1 + beside], named, spans, strict=True)
    }


def _may_belong(row: Row) -> bool:
    """Return whether a row may be a row of the table: it has several cells, and does not begin with a label."""
    return len(row.cells) > 1 and not any(of_text(cell.text).is_label for cell in row.filled[:1])


def _suits(row: Row, targets: _Targets, words: Mapping[int, Cell], start: int) -> bool:
    """Return whether the cells of a row suit the columns of names, targets and money in which the cells stand.

    `words` are the words of the header left of column `start`, where the first levels begin. Unless columns of names
    stand beside those of targets, a row that may have lost a cell does not suit.
    """
    beside = {name.column: "name" for column, (_, _, name) in targets.items() if name.column != column}
    known = beside | dict.fromkeys(targets, "target")
    known |= {n: "name" for n, word in words.items() if names_projects(word.text)}
    figures = all(
        amounts.names_figure(c.text) for c in row.filled if c.column in words and names_money(words[c.column].text)
    )
    whole = bool(beside) or row.cells[-1].column >= max(targets) or all(c.column < start for c in row.filled)
    told = all(columns.suits(known[c.column], c.text, frozenset()) for c in row.filled if c.column in known)
    return figures and whole and told and all(c.column in known for c in row.filled if c.column >= start)


def _apart(row: Row, targets: _Targets, start: int) -> Iterator[Row]:
    """Yield a row for each indicator in a row; the first of them also has the cells about the project.

    `targets` has the levels and name of each column of targets, and `start` is the first such column.
    """
    cells = {cell.column: cell for cell in row.filled}
    left = tuple(cell for cell in row.cells if cell.column < start)
    for column, (first, second, word) in targets.items():
        name = word if word.column == column else cells.get(word.column)
        if name and column in cells:
            told = enumerate((first, second, name, cells[column]), start)
            yield Row((*left, *(cell.moved(n) for n, cell in told if cell)))
            left = ()
    yield from [Row(left)] if left else []
