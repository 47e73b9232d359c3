"""Divide the text below the header of an indicator table into rows, and the sum of the scores (总分) into figures.

`decoding.py` divides the rows. A figure of the sum without blanks is divided only if it may be a weight and a score in
one way.
"""

import re
from collections.abc import Iterator, Sequence

from jixiao.ingest.cells.run_together import decoding, money
from jixiao.ingest.cells.run_together.contents import points_of
from jixiao.ingest.cells.run_together.lattice import LINE, NOT_READ, Stream
from jixiao.ingest.rendition import Row
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
        yield _sum_of_scores(stream, (end, total.end(), last), is_whole=is_whole)


def _sum_of_scores(stream: Stream, spans: tuple[int, int, int], *, is_whole: bool) -> Row:
    """Return the row of the sum of the weights and scores: its label and one or two figures.

    `spans` are the start and end of its label, and the end of the text. The row is withheld, as one cell with the text
    below it, unless the text is whole and its figures are divided in one way only.
    """
    start, label, last = spans
    figures = _FIGURES.match(stream.text, label, last)
    ways = [[*money.word_spans(stream, label, figures.end())]] if figures else []
    if figures and len(ways[0]) == 1 and points_of(figures[0]) is None:
        ways = list(money.divisions(_POINTS, figures[0], label))
    ways = [way for way in ways if _may_be_points([stream.text[slice(*span)] for span in way])]
    if len(ways) != 1 or not is_whole:
        return Row((stream.cell(start, last, 0),), withheld=_TOTAL_NOT_READ)
    return Row(tuple(stream.cell(*span, n) for n, span in enumerate(((start, label), *ways[0]))))


def _may_be_points(figures: Sequence[str]) -> bool:
    """Return whether figures may be a weight and a score that is not above the weight, or one of them alone."""
    points = [points_of(figure) for figure in figures]
    known = [each for each in points if each is not None]
    return len(points) <= len(_POINTS) and known == sorted(known, reverse=True) and len(known) == len(points)
