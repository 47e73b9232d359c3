"""Rows of a rendition -> cover, narratives and forms, cut at titles, headings and the label 项目名称."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Literal

from jixiao.ingest.layouts.labels import bare, labels
from jixiao.ingest.plain import plain
from jixiao.ingest.rendition import Cell, Row

Kind = Literal["cover", "narrative", "form"]
# A form's title stands at most this many rows above its first label (the year stands between them).
_TITLE_REACH = 4


@dataclass(frozen=True)
class Segment:
    """A run of rows of one kind."""

    kind: Kind
    rows: tuple[Row, ...]


@cache
def _heading() -> re.Pattern[str]:
    words = "|".join(sorted(labels().sections, key=len, reverse=True))
    numbering = r"(?:[一二三四五六七八九十]+[、.．]|[（(][一二三四五六七八九十\d]+[）)]、?|\d+[、.．])"
    return re.compile(
        rf"(?P<number>{numbering})?\s*(?P<label>{words})\s*(?(number)(?:[:：]\s*(?P<rest>.*)|。)?|[:：]?)", re.DOTALL
    )


def heading(text: str) -> tuple[str, str] | None:
    """Label and following text of a section heading such as `二、立项依据`; None for anything else."""
    found = _heading().fullmatch(plain(text))
    return (found["label"], found["rest"] or "") if found else None


def segments(rows: Iterable[Row]) -> tuple[Segment, ...]:
    """The segments in reading order; the cover (possibly without rows) first."""
    whole = [part for row in rows for part in _split_at_markers(_labels_apart(row))]
    starts: dict[int, Kind] = {}
    seen_overview = True
    for index, row in enumerate(whole):
        if _is_form_title(whole, index) or _is_untitled_form(whole, index):
            starts[index] = "form"
            seen_overview = True
        elif len(row.filled) == 1 and labels().line("narrative_title", row.filled[0].text):
            starts[index] = "narrative"
            seen_overview = False
        elif len(row.filled) == 1 and (found := heading(row.filled[0].text)) and found[0] == "项目概述":
            if seen_overview:
                starts[index] = "narrative"
            seen_overview = True
    edges = [*starts, len(whole)]
    cover = Segment("cover", tuple(whole[: edges[0]]))
    return cover, *(Segment(starts[a], tuple(whole[a:b])) for a, b in pairwise(edges))


def _is_form_title(rows: list[Row], index: int) -> bool:
    """A title above 项目名称 or at the end of a file cut off; of two such lines the one that is nearer."""
    if not _reads_as_title(rows[index]):
        return False
    following = rows[index + 1 : index + 1 + _TITLE_REACH]
    for row in following:
        if _names_project(row) or _reads_as_title(row):
            return _names_project(row)
    return len(following) < _TITLE_REACH


def _reads_as_title(row: Row) -> bool:
    return len(row.filled) == 1 and labels().line("form_title", row.filled[0].text) is not None


def _is_untitled_form(rows: list[Row], index: int) -> bool:
    """项目名称 that begins a form without a title, and not a column of some other table."""
    if not _names_project(rows[index]) or not any(_fields(row) - {"name"} for row in rows[index : index + 3]):
        return False
    return not any(_is_form_title(rows, i) for i in range(max(0, index - _TITLE_REACH), index))


def _fields(row: Row) -> set[str]:
    return {labels().fields[word] for cell in row.filled if (word := bare(cell.text)) in labels().fields}


def _names_project(row: Row) -> bool:
    return bool(row.filled) and labels().fields.get(bare(row.filled[0].text)) == "name"


def _labels_apart(row: Row) -> Row:
    """A row whose cells read 项目名称：…, 项目类别：…, with each label and its value in cells of their own."""
    if len(row.filled) < 2:
        return row
    return Row(tuple(part for cell in row.cells for part in _label_and_value(cell)))


def _label_and_value(cell: Cell) -> Iterator[Cell]:
    line, text = cell.parts[0]
    label, colon, value = text.replace("：", ":", 1).partition(":")
    if colon and bare(label) in {*labels().fields, *labels().amounts} and (value.strip() or len(cell.parts) > 1):
        yield Cell(((line, label),), cell.column)
        yield Cell(((line, value), *cell.parts[1:]), cell.column)
    else:
        yield cell


def _split_at_markers(row: Row) -> Iterator[Row]:
    """A row in whose cells a title or heading stands on a line of its own, as rows of their own."""
    for c, cell in enumerate(row.cells):
        for p in range(1, len(cell.parts)):
            if _is_marker(cell.parts[p][1]):
                yield Row((*row.cells[:c], Cell(cell.parts[:p], cell.column)))
                rest = (Cell((part,), 0) for part in cell.parts[p:])
                for paragraph in rest:
                    yield Row((paragraph,))
                if row.cells[c + 1 :]:
                    yield from _split_at_markers(Row(row.cells[c + 1 :]))
                return
    yield row


def _is_marker(text: str) -> bool:
    return bool(heading(text) or labels().line("form_title", text) or labels().line("narrative_title", text))
