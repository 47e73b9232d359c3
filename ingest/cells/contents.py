"""Judge by all rows of a table which columns hold levels, names and targets; the words of the head are one voice.

A head in unknown words, or in words that the cells below contradict, gets the usual words. If the cells do not tell
names and targets apart, the head stays as it is.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations, takewhile
from statistics import mean

from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles import columns
from jixiao.ingest.roles.labels import bare, column_meaning, labels
from jixiao.ingest.roles.role import of_text

_OF_HEAD = columns.WORDING.pattern("of_head")
_USUAL = {meaning: word for word, meaning in columns.WORDING.meanings("usual").items()}
_FEWEST = 2  # least number of rows that fill all columns, below a head in unknown words
_REACH = 60  # most rows below a head in unknown words
_MARGIN = 1.0  # least margin of the best score: a column of names and one of targets
_VOICE = 0.5  # score of a column whose head says so
_MOST = 3  # columns of levels and of units, besides name and target


def worded(rows: Sequence[Row]) -> list[Row]:
    """Return the rows, with the usual words in heads whose own words the cells below contradict."""
    return [
        _worded(row, list(takewhile(_may_belong, rows[n : n + _REACH]))) if _may_belong(row) else row
        for n, row in enumerate(rows, 1)
    ]


def _worded(row: Row, below: Sequence[Row]) -> Row:
    cells = [cell for cell in row.filled if bare(cell.text) not in labels().groups]
    if len(below) < _FEWEST or len(cells) < _MOST or not all(_OF_HEAD.search(cell.text) for cell in cells):
        return row
    meanings = _judged(cells, [list(each.filled) for each in below])
    if meanings is None:
        return row
    words = {cell: _USUAL[meaning] for cell, meaning in zip(cells, meanings, strict=True)}
    renamed = (replace(cell, parts=((cell.line, words.get(cell, cell.text)),)) for cell in row.cells)
    return replace(row, cells=tuple(renamed))


def _judged(head: Sequence[Cell], below: Sequence[Sequence[Cell]]) -> list[str] | None:
    """Return the meaning of each column by its cells in the rows that fill all columns; None if unsure or known."""
    full = [cells for cells in below if len(cells) == len(head)]
    if len(full) < _FEWEST:
        return None
    texts = [[cell.text for cell in column] for column in zip(*full, strict=True)]
    levels = [n for n, column in enumerate(texts) if 2 * sum(map(columns.reads_as_level, column)) > len(column)]
    said = [column_meaning(cell.text) for cell in head]
    others = [n for n in range(len(head)) if n not in levels]
    ranked = sorted(
        (
            (_score(texts, said, "name", name) + _score(texts, said, "target", target), name, target)
            for name, target in permutations(others, 2)
        ),
        reverse=True,
    )
    if not 0 < len(levels) < _MOST or levels != list(range(len(levels))) or not ranked:
        return None
    best, name, target = ranked[0]
    if best < 0 or (len(ranked) > 1 and best - ranked[1][0] < _MARGIN):
        return None
    if (said[name], said[target]) == ("name", "target"):
        return None  # the head and the cells agree
    meanings = ["further"] * len(head)
    for n, meaning in zip(
        (*levels, name, target), (*("level1", "level2")[-len(levels) :], "name", "target"), strict=True
    ):
        meanings[n] = meaning
    for n in others:
        if said[n] in {"unit", "operator", "weight", "direction"} and n not in {name, target}:
            meanings[n] = said[n] or ""
    return meanings


def _score(texts: Sequence[Sequence[str]], said: Sequence[str | None], meaning: str, column: int) -> float:
    return mean(columns.likeness(meaning, text) for text in texts[column]) + _VOICE * (said[column] == meaning)


def _may_belong(row: Row) -> bool:
    """Return whether a row may be the head or a row of a table: several cells, the first of them no label of a form."""
    return (
        len(row.filled) > 1
        and not row.withheld
        and (not of_text(row.filled[0].text).is_label or bare(row.filled[0].text) in labels().groups)
    )
