"""Divide the money of a self-evaluation (自评表) below its header into rows of a label and figures.

Figures between spaces stay in their order: `roles/executions.py` assigns them to the columns. Figures without spaces
(`202010100.00%10`) are divided only if in just one division the sums give the rate, and the rate gives the score.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import accumulate, groupby, pairwise

from jixiao.ingest.cells.run_together.lattice import Stream
from jixiao.ingest.rendition import Row
from jixiao.ingest.roles import executions
from jixiao.ingest.roles.labels import execution_meaning
from jixiao.ingest.values.amounts import decimal

Meanings = Sequence[str | None]
Span = tuple[int, int]

_PARTS = re.compile(r"[\d.,%]+|[^\d.,%]+")  # a label and the figures behind it, without a blank
_FIGURES = re.compile(r"[\d.,%]+")
_SUM = re.compile(r"(?:[1-9]\d{0,9}|0)(?:\.\d{1,6})?")
_POINTS = re.compile(r"(?:[1-9]\d?|100|0)(?:\.\d{1,2})?")
_RATE = re.compile(r"(?:[1-9]\d{0,3}|0)(?:\.\d{1,4})?%")
_SHAPES = {"rate": _RATE, "weight": _POINTS, "score": _POINTS}
_MOST = 40  # characters of figures without blanks
_NEAR, _HUNDRED = Decimal("0.1"), Decimal(100)  # points


def rows(stream: Stream, head: Sequence[Span], table: Span) -> Iterator[Row]:
    """Yield the header and the rows of a table of money; figures that are not surely divided are withheld.

    `head` are the spans of the header's words, and `table` is the span of the table, which begins with its label.
    Figures before any label show that the text is out of order: only the total is read then. The last row may be torn,
    and is withheld, if the table ends the text.
    """
    meanings = [execution_meaning(stream.text[slice(*word)]) for word in head]
    start, end = head[-1][1], table[1]
    yield _row(stream, (table[0], head[0][0]), head)
    edges = [start, *(at for at in range(start + 1, end) if at in stream.breaks), end]
    words = [word for whole in pairwise(edges) for word in _parted(stream.text, *whole)]
    if words and _is_figure(stream.text[slice(*words[0])]):
        yield from _out_of_order(stream, meanings, words)
        return
    total: dict[str, str] = {}  # the figures of the first row
    label: Span = (start, start)
    for is_figure, group in groupby(words, lambda word: _is_figure(stream.text[slice(*word)])):
        run = list(group)
        if not is_figure:
            yield from (_row(stream, word, ()) for word in run[:-1])
            label = run[-1]
            continue
        torn = run[-1][1] == end == len(stream.text)
        figures = run if len(run) > 1 else _divided(stream.text, run[0], meanings, total)
        divided_cells = [] if torn else figures
        yield replace(_row(stream, label, divided_cells), withheld=frozenset() if divided_cells else _money(meanings))
        total = total or dict(
            zip(map(str, meanings), (stream.text[slice(*cell)] for cell in divided_cells), strict=False)
        )
        label = (run[-1][1], run[-1][1])
    if label[0] < label[1]:
        yield _row(stream, label, ())


def _out_of_order(stream: Stream, meanings: Meanings, words: Sequence[Span]) -> Iterator[Row]:
    """Yield one row of the figures before any label as the total, and one withheld row of the rest.

    The total counts only if the figures fill all columns, and the score follows from the rate; else all are withheld.
    """
    total, rest = words[: len(meanings)], words[len(meanings) :]
    figures = [stream.text[slice(*word)] for word in total]
    shapes = (
        _SHAPES.get(meaning or "", _SUM).fullmatch(figure) for meaning, figure in zip(meanings, figures, strict=False)
    )
    known = {str(meaning): figure for meaning, figure in zip(meanings, figures, strict=False)}
    proven = len(total) == len(meanings) and all(shapes) and known.keys() >= _SHAPES.keys()
    if proven and _is_score(*(decimal(known[name].removesuffix("%")) for name in ("weight", "rate", "score"))):
        yield _row(stream, (total[0][0], total[0][0]), total)
    else:
        rest = words
    if rest:
        # Words of the head, too, may stand elsewhere in a text out of order: 年初预算数.
        yield Row((stream.cell(rest[0][0], rest[-1][1], 0),), withheld=_money(("initialBudget", *meanings)))


def _money(meanings: Meanings) -> frozenset[str]:
    """Return the names of the money properties among the meanings of a header's columns."""
    return frozenset(name for name in executions.MONEY if name in meanings)


def _is_score(weight: Decimal, rate: Decimal, score: Decimal) -> bool:
    """Return whether a score is about its weight multiplied by a rate in per cent, of which at most 100 counts."""
    return abs(weight * min(rate, _HUNDRED) / _HUNDRED - score) <= _NEAR


def _row(stream: Stream, label: Span, cells: Sequence[Span]) -> Row:
    """Return a row of the label at one span, which may be empty, and the cells at the other spans after it."""
    figures = (stream.cell(*cell, n) for n, cell in enumerate(cells, 1))
    return Row((stream.cell(*label, 0), *figures))


def _is_figure(text: str) -> bool:
    """Return whether a word is a figure, several figures, a dash, or a unit whose sum was left out."""
    return executions.is_value(text) or (any(map(str.isdigit, text)) and _FIGURES.fullmatch(text) is not None)


def _parted(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield the spans of the label and the figures in `text[start:end]`.

    A word that is a figure, a dash or a unit stays whole.
    """
    if _is_figure(text[start:end]):
        yield start, end
    else:
        yield from (part.span() for part in _PARTS.finditer(text, start, end))


def _divided(text: str, figures: Span, meanings: Meanings, total: Mapping[str, str]) -> list[Span]:
    """Return the spans of the figures in a text without spaces between them; empty unless one division is proven.

    `figures` is the span of all figures. Figures that only repeat the sums of the `total` are divided as these sums.
    """
    start, printed = figures[0], text[slice(*figures)]
    sums = [total[name] for name in map(str, meanings) if name in executions.MONEY and name in total]
    if len(sums) > 1 and printed == "".join(sums):
        return list(pairwise(accumulate(map(len, sums), initial=start)))
    return [(start + first, start + last) for first, last in divided(meanings, printed)]


def divided(meanings: Meanings, text: str) -> list[Span]:
    """Divide a text of figures without spaces into a span for each column.

    Empty unless exactly one division is proven.
    """
    if len(text) > _MOST or "rate" not in meanings or text.count("%") != 1:
        return []
    ways = [way for way in _ways(meanings, text, 0) if _is_proven(meanings, [text[slice(*cell)] for cell in way])]
    return ways[0] if len(ways) == 1 else []


def _ways(meanings: Meanings, text: str, at: int) -> Iterator[list[Span]]:
    """Yield each way to divide `text[at:]` into a figure for each column, as a list of spans."""
    if not meanings:
        if at == len(text):
            yield []
        return
    shape = _SHAPES.get(meanings[0] or "", _SUM)
    for end in range(at + 1, len(text) + 1):
        if shape.fullmatch(text, at, end):
            yield from ([(at, end), *rest] for rest in _ways(meanings[1:], text, end))


def _is_proven(meanings: Meanings, figures: Sequence[str]) -> bool:
    """Return whether a row's rate follows from its sums, rounded or cut, and its score from the rate.

    `figures` are in the order of `meanings`. False without a budget.
    """
    cells = {str(meaning): figure for meaning, figure in zip(meanings, figures, strict=True)}
    known = {name: decimal(figure.removesuffix("%")) for name, figure in cells.items()}
    rate, spent = known["rate"], known["executed"]
    budget = next((known[name] for name in ("adjustedBudget", "initialBudget", "received") if name in known), None)
    last_digit = Decimal(1).scaleb(-len(cells["rate"].removesuffix("%").partition(".")[2]))
    if not budget or abs(_HUNDRED * spent / budget - rate) >= last_digit or (rate == 0) != (spent == 0):
        return False
    weight, score = known.get("weight"), known.get("score")
    if score is None or weight is None:
        return score is None or (rate == 0) == (score == 0)
    return _is_score(weight, rate, score)
