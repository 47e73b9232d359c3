"""Cut the rows of a filing into cover, narratives and forms, at titles, headings and the label 项目名称."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise, takewhile
from typing import Literal

from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles import columns, headings
from jixiao.ingest.roles.headings import OVERVIEW_SECTION, TARGET_SECTION, begins_midway, heading, named_above
from jixiao.ingest.roles.labels import bare, labels
from jixiao.ingest.roles.role import Kind, is_word, of_text, role
from jixiao.ingest.structure import enumeration, funds, records
from jixiao.ingest.structure.dividing import divided, divided_cell
from jixiao.ingest.structure.funds import Inferred
from jixiao.ingest.values.amounts import names_figure

SegmentKind = Literal["cover", "narrative", "form"]
_TITLE_REACH = 4  # most rows from the title of a form to 项目名称, besides those of other labels; one has the year
_LONGEST_FRONT = 30  # most rows from a title to 项目名称, with all rows
_LONGEST_HEADING = 40
_FEWEST_LABELS = 2  # besides 项目名称, if it is one of them
_BEHIND_A_CODE = 2  # cells before 项目名称 in a row that begins with a code: the code's label and value


@dataclass(frozen=True)
class Segment:
    """Consecutive rows of one kind.

    For a form, `inferred` is the unit of its amounts if the file's forms state none, and `above` the line above it.
    `listed` is true if the form is only a row of a list of projects; `again` are cells without new information;
    `total` are the rows of a form with the total of its table.
    """

    kind: SegmentKind
    rows: tuple[Row, ...]
    inferred: Inferred | None = None
    above: Cell | None = None
    listed: bool = False
    again: tuple[Cell, ...] = ()
    total: tuple[Row, ...] = ()


def segments(rows: Iterable[Row]) -> tuple[Segment, ...]:
    """Return the segments in reading order; the cover, possibly without rows, comes first.

    Parts of other kinds (self-evaluations, whole departments) are left out. Raises NotAFilingError, which names the
    kind, if nothing else is left.
    """
    whole = divided(rows)
    cut = list(_cut(whole))
    found = [part for part in cut[1:] if not headings.kind_of_cells(part.rows)]
    if refusal := headings.refusal_of_report(whole):
        raise refusal
    without_forms = all(part.kind != "form" for part in found)
    if without_forms and (refusal := headings.refusal_of_file(whole, whole_file=not found)):
        raise refusal
    unit = funds.unit_of_file(row for part in found if part.kind == "form" for row in part.rows)
    return _joined([cut[0], *(replace(part, inferred=unit) if part.kind == "form" else part for part in found)])


def _joined(found: Iterable[Segment]) -> tuple[Segment, ...]:
    """Return the segments, with a narrative that has a title but no headings joined to the segment before it.

    A department's budget explains other money, too, under similar titles.
    """
    kept: list[Segment] = []
    for segment in found:
        if kept and segment.kind == "narrative" and not _is_story(segment):
            kept[-1] = replace(kept[-1], rows=kept[-1].rows + segment.rows)
        else:
            kept.append(segment)
    return tuple(kept)


def _is_story(segment: Segment) -> bool:
    """Return whether a segment has headings, or a title that does not end with a project's name."""
    title = labels().line("narrative_title", segment.rows[0].filled[0].text)
    headed = any(len(row.filled) == 1 and heading(row.filled[0].text) for row in segment.rows)
    return headed or not (title and title["before"])


def _cut(rows: list[Row]) -> Iterator[Segment]:
    """Yield the cover, narratives and forms; a register gives a form for each of its projects."""
    cutter = _Cutter(rows)
    for index, row in enumerate(rows):
        cutter.row(index, row)
    starts, tables = cutter.starts, cutter.tables
    lists_only = not {"form", "narrative"} & set(starts.values())
    if lists_only and (told := enumeration.forms(rows)):
        tables = {len(rows): records.Records(told, len(rows), listed=True)}
    if lists_only and tables:
        yield Segment("cover", tuple(rows[: min(tables)]))
        yield from (
            Segment("form", form, listed=True, total=each.total) for each in tables.values() for form in each.forms
        )
        return
    edges = sorted({0, *starts, len(rows)})
    begun = next((at for at in edges if starts.get(at) == "form"), len(rows))
    fronts = [(first, last) for first, last in pairwise(edges) if starts.get(first, "cover") == "cover"]
    front = tuple(row for first, last in fronts if first < begun for row in rows[first:last])
    listed = [(at, each.total) for at, each in tables.items() if each.listed]
    yield Segment(
        "cover",
        front,
        total=(*rows[max(0, listed[0][0] - 2) : listed[0][0]], *listed[0][1]) if len(listed) == 1 else (),
    )
    unit: Row | None = None
    for first, last in pairwise(edges):
        if first in tables and starts[first]:
            table = tables[first]
            yield from (Segment("form", form, again=table.again, total=table.total) for form in table.forms)
        elif (kind := starts.get(first)) and kind != "cover":
            above = rows[first - 1].filled if first and kind == "form" else ()
            titled = len(above) == 1 and any(map(str.isalnum, above[0].text))  # a ruler drawn with bars is no heading
            own, unit = _with_unit(rows[first:last], unit) if kind == "form" else (rows[first:last], unit)
            yield from _with_table(Segment(kind, tuple(own), above=above[0] if titled else None))


def _with_unit(form: list[Row], above: Row | None) -> tuple[list[Row], Row | None]:
    """Return a form and the unit above its 项目名称; a form without a title and unit gets that of the form above."""
    head = list(takewhile(lambda row: not _has_name(row), form))
    own = next((cell for row in head for cell in row.filled if labels().line("form_unit", cell.text)), None)
    if own or any(map(_reads_as_title, head)):
        return form, Row((own,)) if own else None
    return [above, *form] if above else form, above


def _with_table(part: Segment) -> tuple[Segment, ...]:
    """Return a segment; a narrative with 项目名称 and a table of indicators is followed by their form.

    The form has the table, and above it all lines of labels and values of the narrative, but no sentences on money.
    """
    rows = part.rows if part.kind == "narrative" else ()
    table = next((at for at, row in enumerate(rows) if columns.head(row)), 0)
    labelled = ((row, [*divided_cell(row.filled[0])]) for row in rows[:table] if len(row.filled) == 1 and _fields(row))
    told = [row for row, cells in labelled if role(cells[0]).kind is not Kind.AMOUNT or names_figure(cells[-1].text)]
    both = (replace(part, rows=rows[:table]), Segment("form", (*told, *rows[table:])))
    return both if any(map(_has_name, told)) else (part,)


@dataclass
class _Cutter:
    """The kinds of segments by the row at which each begins.

    None is a part of another kind; "cover" is text after a basis that has no form.
    """

    rows: list[Row]
    starts: dict[int, SegmentKind | None] = field(default_factory=dict)
    tables: dict[int, records.Records] = field(default_factory=dict)
    seen_overview: bool = True
    below: int = 0  # the first row after a register or list
    in_head: bool = False  # True in a form, above the table of its indicators

    def row(self, index: int, row: Row) -> None:
        """Read the next row."""
        if index < self.below:
            return
        # Above the table of indicators, labels of a form may read as headings of narratives.
        self.in_head = self.in_head and not columns.head(row)
        found = records.at(self.rows, index)
        if found and (not found.listed or not (self.in_head or self._kind == "narrative")):
            self.tables[index], self.below = found, found.below
            self.starts[index] = None if found.listed else "form"
            # A basis above the next form is not part of the list.
            self.starts.setdefault(self.below, "cover" if found.listed else None)
        elif _is_form_title(self.rows, index) or _is_untitled_form(self.rows, index):
            above = self.rows[index - 1] if index > self.below else Row(())
            unit_above = len(above.filled) == 1 and _states_unit(above)
            self.starts[index - unit_above], self.in_head = "form", True
            self.seen_overview = True
        elif headings.kind_of_title(row) and _begins_a_table_or_text(self.rows[index + 1 : index + 1 + _TITLE_REACH]):
            self.starts[index] = None
        elif len(row.filled) == 1:
            self._story(index, row.filled[0].text)

    @property
    def _kind(self) -> SegmentKind | None:
        """The kind of the current segment."""
        return self.starts[max(self.starts)] if self.starts else "cover"

    def _story(self, index: int, text: str) -> None:
        """Begin a narrative at a row that is its title or first heading, or a basis without other sections."""
        kind = self._kind
        if labels().line("narrative_title", text) or named_above(self.rows, index):
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


def _is_form_title(rows: list[Row], index: int) -> bool:
    """Return whether a row is the nearest title above 项目名称, or a title at the end of a cut file."""
    if not _reads_as_title(rows[index]):
        return False
    reach, value = _TITLE_REACH, False
    for below, row in enumerate(rows[index + 1 :], index + 1):
        if _has_name(row) or _reads_as_title(row):
            return _has_name(row) and not records.at(rows, below)
        label = bool(row.filled) and of_text(row.filled[0].text).is_label
        reach -= not (label or value)
        value = label and len(row.filled) == 1
        if not reach:
            return False
    return len(rows) - index - 1 < _TITLE_REACH


def _begins_a_table_or_text(rows: list[Row]) -> bool:
    """Return whether a title is followed by more than lines of a table of contents."""
    below = takewhile(lambda row: not _reads_as_title(row) and not headings.kind_of_title(row), rows)
    return any(len(row.filled) > 1 or len(row.text) > _LONGEST_HEADING or _fields(row) for row in below)


def _has_name(row: Row) -> bool:
    parts = (part for cell in row.filled for part in divided_cell(cell))
    return any(labels().fields.get(bare(part.text)) == "name" for part in parts)


def _reads_as_title(row: Row) -> bool:
    return len(row.filled) == 1 and labels().line("form_title", row.filled[0].text) is not None


def _is_untitled_form(rows: list[Row], index: int) -> bool:
    """Return whether a row with 项目名称, or with the unit above it, begins a form without a title."""
    begins = _names_project(rows[index])
    if not begins and _states_unit(rows[index]) and index + 1 < len(rows):
        index, begins = index + 1, _names_project(rows[index + 1])
    elif begins and index and _states_unit(rows[index - 1]):
        return False
    if (
        not begins
        or records.at(rows, index)
        or _is_value(rows, index)
        or named_above(rows, index)
        or (index and _has_name(rows[index - 1]))  # 专项资金名称, then 项目名称
        or any(map(headings.kind_of_title, rows[max(0, index - _TITLE_REACH) : index]))
        or (len(rows[index].cells) > 1 and all(is_word(cell.text) for cell in rows[index].cells))  # a head of words
        or not _is_form(rows[index : index + 1 + _LONGEST_FRONT])
    ):
        return False
    since = takewhile(lambda i: not _has_name(rows[i]), range(index - 1, max(-1, index - _LONGEST_FRONT), -1))
    return not any(_is_form_title(rows, i) for i in since)


def _is_form(rows: list[Row]) -> bool:
    """Return whether the rows from 项目名称 on, up to the next, have further labels and ask for targets.

    Rows of budgets and procurements name projects, too. Where the text breaks off, labels of a form are enough.
    """
    own = list(takewhile(lambda row: not _has_name(row), rows[1:]))
    told = [of_text(part.text) for row in (rows[0], *own) for cell in row.filled for part in divided_cell(cell)]
    asks = any(each.kind is Kind.GOAL or each.word == TARGET_SECTION for each in told) or any(map(columns.head, own))
    breaks_off = len(own) == len(rows) - 1 < _LONGEST_FRONT and any(_fields(row) - {"name"} for row in rows[:3])
    return (asks or breaks_off) and len({each.word for each in told if each.is_label}) >= _FEWEST_LABELS


def _is_value(rows: list[Row], index: int) -> bool:
    """Return whether a cell on a line of its own is the value of the label above it, as 二级项目 may be."""
    before = rows[index - 1].filled if index else ()
    word = bare(before[0].text) if len(before) == 1 and len(rows[index].cells) == 1 else ""
    return of_text(word).is_label and word not in labels().groups


def _states_unit(row: Row) -> bool:
    return any(labels().line("form_unit", cell.text) for cell in row.filled)


def _fields(row: Row) -> set[str]:
    words = [bare(part.text) for cell in row.filled for part in divided_cell(cell)]
    return {known[word] for known in (labels().fields, labels().amounts) for word in words if word in known}


def _names_project(row: Row) -> bool:
    """Return whether a row begins with 项目名称, or with a code followed by 项目名称."""
    first = next((part for cell in row.filled[:1] for part in divided_cell(cell) if part), None)
    if first and bare(first.text) in labels().others and len(row.filled) > _BEHIND_A_CODE:
        first = row.filled[_BEHIND_A_CODE]
    return first is not None and labels().fields.get(bare(first.text)) == "name"
