"""Rows of a rendition -> cover, narratives and forms, cut at titles, headings and the label 项目名称."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise, takewhile
from operator import or_
from typing import Literal

from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles import heads, kinds
from jixiao.ingest.roles.headings import (
    OVERVIEW_SECTION,
    basis_alone,
    begins_midway,
    heading,
    named_above,
    named_by_title,
)
from jixiao.ingest.roles.labels import bare, labels
from jixiao.ingest.structure import lists, registers, units
from jixiao.ingest.structure.paragraphs import parted
from jixiao.ingest.structure.units import Inferred

Kind = Literal["cover", "narrative", "form"]
# A form's title stands at most this many rows above 项目名称 (the year stands between them), other labels not counted.
_TITLE_REACH = 4
_LONGEST_FRONT = 30  # rows from a title to 项目名称, with what is not counted
_LONGEST_HEADING = 40
_OF_WHICH = re.compile(r"^\s*其中\s*[:：]\s*")
# Where the seal goes is no value; a unit of money behind a value stands for itself.
_SEAL = re.compile(r"([:：])\s*[(（](?:盖章|签章|公章|印章)[)）]\s*")
_BEFORE_UNIT = re.compile(
    r"(?<=\S)\s+(?=(?:金额|资金)?单位\s*[:：]\s*(?:人民币)?[亿万千]?元)|(?<=[:：])(?=(?:金额|资金)?单位[:：][亿万千]?元)"
)
# Between two labels in one line.
_GAP = re.compile(r"\t|[ \xa0]{2,}|\u3000+|[；;](?=[^:：；;]{2,12}[:：])")


@dataclass(frozen=True)
class Segment:
    """A run of rows of one kind."""

    kind: Kind
    rows: tuple[Row, ...]
    inferred: Inferred | None = None  # the unit of amounts in a form, where the forms of the file state none
    above: Cell | None = None  # the line above a form
    listed: bool = False  # whether a form is but a row of a list of projects


def segments(rows: Iterable[Row]) -> tuple[Segment, ...]:
    """The segments in reading order; the cover (possibly without rows) first.

    Parts of other kinds (self-evaluations, whole departments) are left out. Raises NotAFilingError, with the kind,
    where nothing else is left.
    """
    whole = list(parted(part for row in rows for part in _divided(row)))
    cut = list(_cut(whole))
    found = [part for part in cut[1:] if part.kind != "form" or not kinds.told_by_cells(part.rows)]
    if refusal := kinds.evaluates(whole):
        raise refusal
    without_forms = all(part.kind != "form" for part in found)
    if without_forms and (refusal := kinds.refusal(whole, whole_file=not found)):
        raise refusal
    unit = units.of_file(row for part in found if part.kind == "form" for row in part.rows)
    return cut[0], *(replace(part, inferred=unit) if part.kind == "form" else part for part in found)


def _divided(row: Row) -> Iterable[Row]:
    if row.withheld:
        return [row]
    return _split_at_markers(labels_apart(row) if len(row.filled) > 1 else row)


def _cut(rows: list[Row]) -> Iterator[Segment]:
    """Cover, narratives and forms; a table of many projects gives a form for each."""
    cutter = _Cutter(rows)
    for index, row in enumerate(rows):
        cutter.row(index, row)
    starts, tables = cutter.starts, cutter.tables
    if not {"form", "narrative"} & set(starts.values()) and cutter.listings:
        front = rows[: min(listing.first for listing in cutter.listings)]
        yield Segment("cover", tuple(front))
        yield from (Segment("form", form, listed=True) for listing in cutter.listings for form in listing.forms)
        return
    edges = sorted({0, *starts, len(rows)})
    begun = next((at for at in edges if starts.get(at) == "form"), len(rows))
    fronts = [(first, last) for first, last in pairwise(edges) if starts.get(first, "cover") == "cover"]
    yield Segment("cover", tuple(row for first, last in fronts if first < begun for row in rows[first:last]))
    for first, last in pairwise(edges):
        if first in tables:
            yield from (Segment("form", form) for form in tables[first].forms)
        elif (kind := starts.get(first)) and kind != "cover":
            above = rows[first - 1].filled if first and kind == "form" else ()
            yield Segment(kind, tuple(rows[first:last]), above=above[0] if len(above) == 1 else None)


@dataclass
class _Cutter:
    """What begins at which row: None stands for a part of another kind, "cover" for what goes on behind a basis."""

    rows: list[Row]
    starts: dict[int, Kind | None] = field(default_factory=dict)
    tables: dict[int, registers.Register] = field(default_factory=dict)
    listings: list[lists.Listing] = field(default_factory=list)
    seen_overview: bool = True
    below: int = 0  # the first row behind a table of many projects
    in_head: bool = False  # whether the row stands in a form, above the table of its indicators

    def row(self, index: int, row: Row) -> None:
        if index < self.below:
            return
        # Above the table of its indicators, a form has labels that are headings elsewhere.
        self.in_head = self.in_head and not heads.head(row)
        if table := registers.at(self.rows, index):
            self.starts[index], self.tables[index], self.below = "form", table, table.last
            self.starts.setdefault(self.below, None)
        elif not self.in_head and self._kind != "narrative" and (listing := lists.at(self.rows, index)):
            self.listings.append(listing)
            self.starts[index], self.below = None, listing.last
        elif _is_form_title(self.rows, index) or _is_untitled_form(self.rows, index):
            above = self.rows[index - 1] if index > self.below else Row(())
            unit_above = len(above.filled) == 1 and _states_unit(above)
            self.starts[index - unit_above], self.in_head = "form", True
            self.seen_overview = True
        elif kinds.titled(row) and _begins_a_table_or_text(self.rows[index + 1 : index + 1 + _TITLE_REACH]):
            self.starts[index] = None
        elif len(row.filled) == 1:
            self._story(index, row.filled[0].text)

    @property
    def _kind(self) -> Kind | None:
        """What the row stands in."""
        return self.starts[max(self.starts)] if self.starts else "cover"

    def _story(self, index: int, text: str) -> None:
        """Look for a narrative that begins with a title, with headings alone, or is nothing but a basis."""
        kind = self._kind
        if _is_story_title(text) or named_above(self.rows, index):
            self.starts[index], self.in_head = "narrative", False
            self.seen_overview = False
        elif (found := heading(text)) and found.word == OVERVIEW_SECTION:
            if self.seen_overview and (found.number or not self.in_head):
                self.starts[index], self.in_head = "narrative", False
            self.seen_overview = True
        elif self.in_head or not self.seen_overview or kind is None:
            return
        elif found and (kind != "narrative" or found.meaning == OVERVIEW_SECTION) and begins_midway(self.rows, index):
            self.starts[index] = "narrative"
        elif kind != "narrative" and (end := basis_alone(self.rows, index)):
            self.starts[index] = "narrative"
            self.starts.setdefault(end, "cover")


def _is_story_title(text: str) -> bool:
    return bool(labels().line("narrative_title", text) or named_by_title(text))


def _is_form_title(rows: list[Row], index: int) -> bool:
    """A title above 项目名称 or at the end of a file cut off; of two such lines the one that is nearer."""
    if not _reads_as_title(rows[index]):
        return False
    reach, value = _TITLE_REACH, False
    for below, row in enumerate(rows[index + 1 :], index + 1):
        if _has_name(row) or _reads_as_title(row):
            return _has_name(row) and not (registers.is_head(rows, below) or lists.is_head(rows, below))
        label = bool(row.filled) and labels().is_label(bare(row.filled[0].text))
        reach -= not (label or value)
        value = label and len(row.filled) == 1
        if not reach:
            return False
    return len(rows) - index - 1 < _TITLE_REACH


def _begins_a_table_or_text(rows: list[Row]) -> bool:
    """Whether more than lines of a table of contents follow a title."""
    below = takewhile(lambda row: not _reads_as_title(row) and not kinds.titled(row), rows)
    return any(len(row.filled) > 1 or len(row.text) > _LONGEST_HEADING or _fields(row) for row in below)


def _has_name(row: Row) -> bool:
    return any(labels().fields.get(bare(cell.text)) == "name" for cell in labels_apart(row).filled)


def _reads_as_title(row: Row) -> bool:
    return len(row.filled) == 1 and labels().line("form_title", row.filled[0].text) is not None


def _is_untitled_form(rows: list[Row], index: int) -> bool:
    """项目名称 that begins a form without a title, and not a column of some other table; its unit may stand above."""
    begins = _names_project(rows[index])
    if not begins and _states_unit(rows[index]) and index + 1 < len(rows):
        index, begins = index + 1, _names_project(rows[index + 1])
    elif begins and index and _states_unit(rows[index - 1]):
        return False
    if (
        not begins
        or registers.is_head(rows, index)
        or lists.is_head(rows, index)
        or _is_value(rows, index)
        or not any(_fields(row) - {"name"} for row in rows[index : index + 3])
    ):
        return False
    since = takewhile(lambda i: not _has_name(rows[i]), range(index - 1, max(-1, index - _LONGEST_FRONT), -1))
    return not any(_is_form_title(rows, i) for i in since)


def _is_value(rows: list[Row], index: int) -> bool:
    """Whether a cell on a line of its own stands behind a label: 二级项目 is a value, too."""
    before = rows[index - 1].filled if index else ()
    word = bare(before[0].text) if len(before) == 1 and len(rows[index].cells) == 1 else ""
    return labels().is_label(word) and word not in labels().groups


def _states_unit(row: Row) -> bool:
    return any(labels().line("form_unit", cell.text) for cell in row.filled)


def _fields(row: Row) -> set[str]:
    known = labels().fields | labels().amounts
    return {known[word] for cell in labels_apart(row).filled if (word := bare(cell.text)) in known}


def _names_project(row: Row) -> bool:
    first = labels_apart(Row(row.filled[:1])).filled
    return bool(first) and labels().fields.get(bare(first[0].text)) == "name"


def labels_apart(row: Row) -> Row:
    """A row whose cells read 项目名称：…, 项目类别：…, with each label and its value in cells of their own."""
    return replace(row, cells=tuple(part for cell in row.cells for part in _labels_and_values(cell)))


def _labels_and_values(cell: Cell) -> Iterator[Cell]:
    """The label and value of each `label: value` of a cell; the cell itself where it is anything else."""
    texts = ((line, _BEFORE_UNIT.sub("\t", _SEAL.sub(r"\1", text.strip()))) for line, text in cell.parts)
    pieces = [(line, piece) for line, text in texts for piece in _GAP.split(text) if piece.strip()]
    is_bare = len(pieces) == 2 and not re.search("[:：]", pieces[0][1])
    if is_bare and labels().line("form_unit", pieces[1][1]):  # 305001某局  单位：万元
        yield from (replace(cell, parts=((line, piece),)) for line, piece in pieces)
        return
    pairs = [(line, *_OF_WHICH.sub("", piece).replace("：", ":", 1).partition(":")) for line, piece in pieces]
    known = [bool(colon) and _is_kept(label) for _, label, colon, _ in pairs]
    units_of_form = [labels().line("form_unit", piece) is not None for _, piece in pieces]
    if pairs and any(known) and all(map(or_, known, units_of_form)):
        for (line, label, _, value), (_, piece), is_unit in zip(pairs, pieces, units_of_form, strict=True):
            yield replace(cell, parts=((line, piece if is_unit else label),))
            if not is_unit and (value.strip() or line != pairs[-1][0]):
                yield replace(cell, parts=((line, value),))
    elif pairs and known[0] and len(cell.parts) == len(pairs):
        yield replace(cell, parts=((pairs[0][0], pairs[0][1]),))
        yield replace(cell, parts=((pairs[0][0], pairs[0][3]), *cell.parts[1:]))
    else:
        yield cell


def _is_kept(label: str) -> bool:
    """Whether a label's value may stand in the same cell behind a colon."""
    word = bare(label)
    return word in labels().fields or word in labels().amounts or word in labels().goals


def _split_at_markers(row: Row) -> Iterator[Row]:
    """A row in whose cells a title or heading stands on a line of its own, as rows of their own."""
    for c, cell in enumerate(row.cells):
        for p in range(1, len(cell.parts)):
            if _is_marker(cell.parts[p][1], alone=len(row.filled) == 1):
                yield Row((*row.cells[:c], Cell(cell.parts[:p], cell.column)))
                rest = (Cell((part,), 0) for part in cell.parts[p:])
                for paragraph in rest:
                    yield Row((paragraph,))
                if row.cells[c + 1 :]:
                    yield from _split_at_markers(Row(row.cells[c + 1 :]))
                return
    yield row


def _is_marker(text: str, *, alone: bool) -> bool:
    """Whether a line of a cell begins something else; beside other cells, a synonym of a heading is but text."""
    found = heading(text)
    return bool(
        (found and (alone or found.canonical))
        or labels().line("form_title", text)
        or labels().line("narrative_title", text)
    )
