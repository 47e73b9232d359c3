"""Divide the text below the header of an indicator table into rows, and the sum of the scores (总分) into figures.

`decoding.py` divides the rows. A figure of the sum without blanks is divided only if it may be a weight and a score in
one way.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from jixiao.ingest.cells.run_together import decoding
from jixiao.ingest.cells.run_together.contents import points_of
from jixiao.ingest.cells.run_together.lattice import LINE, NOT_READ, Stream
from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles import columns
from jixiao.ingest.roles.labels import CELLS

_TOTAL_NOT_READ = frozenset({"totalScore"})  # properties withheld in the row of a total that is not divided surely
_POINTS = ("weight", "score")
_FIGURES = re.compile(rf"[\d.]+{CELLS.tables['patterns']['points_word']}?")


def rows(stream: Stream, head: Sequence[tuple[int, int]], table: tuple[int, int]) -> Iterator[Row]:
    """Yield the header and rows of a table; a row is withheld where its division is uncertain.

    `head` are the spans of the words of the header, and `table` is the span of the text below the header.
    """
    cells = Row(tuple(stream.cell(start, end, n) for n, (start, end) in enumerate(head)))
    yield cells
    if found := columns.head(cells):
        yield from below(stream, found.columns, table)
    else:
        yield Row((stream.cell(*table, 0),), withheld=NOT_READ)


def below(stream: Stream, known: columns.Columns, table: tuple[int, int]) -> Iterator[Row]:
    """Yield the rows of the text between two offsets, and the sum of scores; `known` are the columns of its header."""
    first, last = table
    total = (
        CELLS.pattern("total_of_points").search(stream.text, *table) if known.named.keys() & columns.RESULTS else None
    )
    end = total.start() if total else last
    yield from decoding.rows(stream, known, (first, end))
    if total:
        of_line = stream.breaks.get(end) == LINE and total.end() in stream.breaks  # `ends.Torn` judges its end
        is_whole = of_line or last < len(stream.text) or not stream.text[last - 1].isdigit()
        yield sum_of_scores(stream, (end, total.end(), last), known, is_whole=is_whole)


def sum_of_scores(stream: Stream, spans: tuple[int, int, int], known: columns.Columns, *, is_whole: bool) -> Row:
    """Return the row of the sum of the weights and scores, each figure in its column.

    `spans` are the start and end of its label, and the end of the text. The row is withheld, as one cell with the text
    below it, unless the text is whole and its figures are divided in one way only.
    """
    start, label, last = spans
    figures = _FIGURES.match(stream.text, label, last)
    end = figures.end() if figures else label
    edges = [label, *(at for at in range(label + 1, end) if at in stream.breaks), end]
    cells = _points(stream.text, edges, [each for each in known.of_sides if each in _POINTS]) if is_whole else {}
    if not cells:
        return Row((stream.cell(start, last, 0),), withheld=_TOTAL_NOT_READ)
    blank = ((stream.lines[start], ""),)
    found = {known.named[meaning]: stream.cell(*span, known.named[meaning]) for meaning, span in cells.items()}
    return Row((stream.cell(start, label, 0), *(found.get(n) or Cell(blank, n) for n in known.order if n)))


def _points(text: str, edges: Sequence[int], asked: Sequence[str | None]) -> Mapping[str, tuple[int, int]]:
    """Return the spans of weight and score among the figures of a sum; empty if these are not surely divided.

    `edges` are the offsets at which the words of the figures begin and end, and `asked` the columns of points. A single
    figure in a table with weights may be the sum of the weights, so that it is no score.
    """
    ways = [list(pairwise(edges))]
    if len(edges) == 2 and len(asked) == 2 and points_of(text[slice(*edges)]) is None:
        ways = [[(edges[0], at), (at, edges[1])] for at in range(edges[0] + 1, edges[1])]
    found = [way for way in ways if len(way) == len(asked) and _may_be_points([text[slice(*each)] for each in way])]
    return dict(zip(map(str, asked), found[0], strict=True)) if len(found) == 1 else {}


def _may_be_points(figures: Sequence[str]) -> bool:
    """Return whether figures may be a weight and a score that is not above the weight, or a score alone."""
    points = [points_of(figure) for figure in figures]
    known = [each for each in points if each is not None]
    return len(known) == len(points) and known == sorted(known, reverse=True)
