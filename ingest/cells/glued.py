"""Forms whose cells run together, or stand on lines without borders -> rows of cells again."""

import re
from collections.abc import Iterator, Sequence

from jixiao.ingest.cells import glued_form
from jixiao.ingest.cells.stream import Stream
from jixiao.ingest.layouts.labels import labels
from jixiao.ingest.rendition import Row
from jixiao.ingest.values.plain import folded

_HEAD = re.compile(r"一级指标二级指标|二级指标三级指标|指标内容指标值|三级指标(?:年度)?指标值")
_LABEL = re.compile(r"项目名称(?!及|[:：])[^:：]{2,}(?:主管部门|实施单位|项目属性|项目类型|项目单位)")
_LONGEST_TITLE = 60
_LONGEST = 20_000  # characters of text that is divided in one go


def apart(rows: Sequence[Row]) -> list[Row]:
    """Return the rows, those of forms whose cells run together divided anew."""
    return [row for run in _runs(rows) for row in (_divided(run) if _is_glued(run) else run)]


def _runs(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Yield runs of rows with one filled cell at most, and all others by themselves."""
    run: list[Row] = []
    for row in rows:
        if len(row.filled) <= 1:
            run.append(row)
            continue
        if run:
            yield run
        run = []
        yield [row]
    if run:
        yield run


def _is_glued(run: Sequence[Row]) -> bool:
    """Return whether the head of a table, or labels and a value, stand in one cell without any blank.

    Evaluations and the like quote forms; they are left to be refused by their words.
    """
    text = "".join(row.text for row in run)
    if any(kind.part and kind.text and kind.text.search(text) for kind in labels().kinds.values()):
        return False
    return any(_HEAD.search(cell.text) or _LABEL.search(cell.text) for row in run for cell in row.cells)


def _divided(run: Sequence[Row]) -> Iterator[Row]:
    """Yield the run with its forms divided; what stands above the first form stays."""
    first = next((n for n, row in enumerate(run) if _begins(row)), None)
    stream = Stream.of(run[first:]) if first is not None else None
    if stream is None or len(stream.text) > _LONGEST:
        yield from run
        return
    yield from run[:first]
    yield from glued_form.rows(stream)


def _begins(row: Row) -> bool:
    text = folded(row.text)
    return ("绩效目标" in text and "表" in text and len(text) < _LONGEST_TITLE) or "项目名称" in text
