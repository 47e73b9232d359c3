"""Cut the rows of a filing into cover, narratives and forms, at titles, headings and the label 项目名称.

Cells that hold `label: value`, or a title or heading on a line of its own, are divided; parts of a filing read their
rows so, too. Paragraphs that contain titles and headings of narratives are divided first, without losing a character:
`1.“某”项目。(1)项目概述。…(2)立项依据。… 2.“某”项目。…`
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise, takewhile
from typing import Literal

from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles import columns, headings
from jixiao.ingest.roles.headings import (
    HEADINGS,
    OVERVIEW_SECTION,
    TARGET_SECTION,
    Heading,
    Number,
    begins_midway,
    heading,
    named_above,
)
from jixiao.ingest.roles.labels import CELLS, bare, labels
from jixiao.ingest.roles.role import Kind as Role, is_word, of_text, role
from jixiao.ingest.structure import funds, records
from jixiao.ingest.structure.funds import Inferred
from jixiao.ingest.values import amounts
from jixiao.ingest.values.amounts import names_figure

_LONGEST = 200  # characters of a heading: a number, a word of labels.toml, and the beginning of its text
_FEWEST = 3  # least number of headings in a paragraph without numbers or marks after them
_NUMBER, _WITH_COLON, _LAST_SENTENCE = map(HEADINGS.pattern, ("number", "with_colon", "last_sentence"))
_CLAUSES = re.compile("[,，。;；]")
_COLON_OR_UNIT = CELLS.pattern("colon_or_unit")


@dataclass(frozen=True)
class _Found:
    """A heading in a text, and its position."""

    at: int
    heading: Heading


def parted(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield the rows, with each paragraph divided before its titles and headings.

    A heading within a line needs a number that follows the number of the heading before it, here or in a paragraph
    above.
    """
    last: Number | None = None
    for row in rows:
        shown = row.cells[0].parts if len(row.cells) == 1 and not row.withheld else ()
        if len(shown) != 1:
            last = None if len(row.cells) > 1 else last
            yield row
            continue
        ((line, text),) = shown
        edges = {0, len(text)}
        for start, end in pairwise([0, *_titles(text), len(text)]):
            piece = text[start:end]
            found = _headings(piece, None if start else last)
            last = found[-1].heading.number if found else None if start else last
            inner = {single.at for single in found}
            inner |= _closing_title(piece) if found else set()
            edges |= {start, *(start + place for place in inner)}
        if text and len(edges) == 2 and row.cells[0].printed is None:
            yield row
            continue
        for start, end in pairwise(sorted(edges)):
            yield Row((Cell(((line, text[start:end]),), row.cells[0].column),))


def _titles(text: str) -> list[int]:
    """Return the positions before and after the titles directly before a narrative's first heading."""
    places: set[int] = set()
    for title in labels().lines["title_within"].finditer(text):
        begun = _found(text, title.end())
        number = begun.heading.number if begun else None
        if begun and begun.heading.meaning == OVERVIEW_SECTION and (number is None or number.value == 1):
            places |= {title.start(), title.end()}
    return sorted(places - {0, len(text)})


def _headings(text: str, last: Number | None) -> list[_Found]:
    """Return the headings in a text; those without numbers count if there are at least three."""
    worded = _worded(text)
    return _numbered(text, last) or (worded if len(worded) >= _FEWEST else [])


def _numbered(text: str, last: Number | None) -> list[_Found]:
    """Return the headings with consecutive numbers."""
    first = _found(text, 0)
    found = [first] if first and first.heading.number else []
    last = found[0].heading.number if found else last
    for number in _NUMBER.finditer(text) if last else ():
        begun = _found(text, number.start()) if number.start() else None
        if begun and begun.heading.number and begun.heading.number.follows(last):
            found.append(begun)
            last = begun.heading.number
    return found


def _found(text: str, at: int) -> _Found | None:
    """Return the heading at a position, or None."""
    begun = heading(text[at : at + _LONGEST], within=True)
    return _Found(at, begun) if begun and (begun.rest or begun.canonical) else None


def _worded(text: str) -> list[_Found]:
    """Return the headings without numbers, each with a colon, if the text begins with one."""
    found = [_found(text, single.start("label")) for single in _WITH_COLON.finditer(text)]
    kept = [single for single in found if single]
    return kept if kept and kept[0].at == 0 else []


def _closing_title(text: str) -> set[int]:
    """Return the positions before and after a form's title at the end of a paragraph, after its last sentence."""
    found = _LAST_SENTENCE.search(text, max(0, len(text) - _LONGEST))
    return {found.start("text"), found.end("text")} if found and labels().line("form_title", found["text"]) else set()


Kind = Literal["cover", "narrative", "form"]
# A form's title is at most this many rows above 项目名称, besides rows of other labels; the year is between them.
_TITLE_REACH = 4  # most rows from the title of a form to 项目名称, without other labels
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

    kind: Kind
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
    whole = list(parted(part for row in rows for part in _divided(row)))
    cut = list(_cut(whole))
    found = [part for part in cut[1:] if not headings.kind_of_cells(part.rows)]
    if refusal := headings.refusal_of_report(whole):
        raise refusal
    without_forms = all(part.kind != "form" for part in found)
    if without_forms and (refusal := headings.refusal_of_file(whole, whole_file=not found)):
        raise refusal
    unit = funds.unit_of_file(row for part in found if part.kind == "form" for row in part.rows)
    return cut[0], *(replace(part, inferred=unit) if part.kind == "form" else part for part in found)


def _divided(row: Row) -> Iterable[Row]:
    if row.withheld:
        return [row]
    return at_markers(divided(row) if len(row.filled) > 1 else row)


def _cut(rows: list[Row]) -> Iterator[Segment]:
    """Yield the cover, narratives and forms; a register gives a form for each of its projects."""
    cutter = _Cutter(rows)
    for index, row in enumerate(rows):
        cutter.row(index, row)
    starts, tables = cutter.starts, cutter.tables
    if not {"form", "narrative"} & set(starts.values()) and tables:
        yield Segment("cover", tuple(rows[: min(tables)]))
        yield from (
            Segment("form", form, listed=True, total=each.total) for each in tables.values() for form in each.forms
        )
        return
    edges = sorted({0, *starts, len(rows)})
    begun = next((at for at in edges if starts.get(at) == "form"), len(rows))
    fronts = [(first, last) for first, last in pairwise(edges) if starts.get(first, "cover") == "cover"]
    yield Segment("cover", tuple(row for first, last in fronts if first < begun for row in rows[first:last]))
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
    labelled = ((row, [*parts_of(row.filled[0])]) for row in rows[:table] if len(row.filled) == 1 and _fields(row))
    told = [row for row, cells in labelled if role(cells[0]).kind is not Role.AMOUNT or names_figure(cells[-1].text)]
    both = (replace(part, rows=rows[:table]), Segment("form", (*told, *rows[table:])))
    return both if any(map(_has_name, told)) else (part,)


@dataclass
class _Cutter:
    """The kinds of segments by the row at which each begins.

    None is a part of another kind; "cover" is text after a basis that has no form.
    """

    rows: list[Row]
    starts: dict[int, Kind | None] = field(default_factory=dict)
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
            self.tables[index], self.below = found, found.last
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
    def _kind(self) -> Kind | None:
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
    parts = (part for cell in row.filled for part in parts_of(cell))
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
    told = [of_text(part.text) for row in (rows[0], *own) for cell in row.filled for part in parts_of(cell)]
    asks = any(each.kind is Role.GOAL or each.word == TARGET_SECTION for each in told) or any(map(columns.head, own))
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
    words = [bare(part.text) for cell in row.filled for part in parts_of(cell)]
    return {known[word] for known in (labels().fields, labels().amounts) for word in words if word in known}


def _names_project(row: Row) -> bool:
    """Return whether a row begins with 项目名称, or with a code followed by 项目名称."""
    first = next((part for cell in row.filled[:1] for part in parts_of(cell) if part), None)
    if first and bare(first.text) in labels().others and len(row.filled) > _BEHIND_A_CODE:
        first = row.filled[_BEHIND_A_CODE]
    return first is not None and labels().fields.get(bare(first.text)) == "name"


def divided(row: Row) -> Row:
    """Return a row in which each `label: value` is divided into a cell of the label and a cell of the value."""
    cells = tuple(part for cell in row.cells for part in parts_of(cell))
    return row if cells == row.cells else replace(row, cells=cells)


def parts_of(cell: Cell) -> Iterable[Cell]:
    """Return the label and the value of each `label: value` in a cell; a cell without any is returned itself."""
    return _labels_and_values(cell) if _COLON_OR_UNIT.search(cell.text) else (cell,)


def _labels_and_values(cell: Cell) -> Iterator[Cell]:
    unsealed = ((line, CELLS.pattern("seal").sub(r"\1", text.strip())) for line, text in cell.parts)
    texts = ((line, CELLS.pattern("before_unit").sub("\t", text)) for line, text in unsealed)
    wide = [(line, piece) for line, text in texts for piece in CELLS.pattern("gap").split(text) if piece.strip()]
    pieces = [(line, CELLS.pattern("of_which").sub("", piece)) for line, piece in wide]
    pairs = [(line, *piece.replace("：", ":", 1).partition(":")) for line, piece in pieces]
    known = [bool(colon) and _is_kept(label, value) for _, label, colon, value in pairs]
    unkept = [
        bool(colon) and (bare(label) in labels().others or amounts.quantity(value) is not None)
        for _, label, colon, value in pairs
    ]
    units = [labels().line("form_unit", piece) is not None for _, piece in pieces]
    if pairs and any(known) and all(map(any, zip(known, unkept, units, strict=True))):
        for (line, label, _, value), (_, piece), is_unit in zip(pairs, pieces, units, strict=True):
            yield replace(cell, parts=((line, piece if is_unit else label),))
            if not is_unit and (value.strip() or line != pairs[-1][0]):
                yield replace(cell, parts=((line, value),))
    else:
        yield cell


def _is_kept(label: str, value: str) -> bool:
    """Return whether a label may share its cell with its value, with a colon between them."""
    word, known = bare(label), labels()
    if word in known.others and word not in known.functions:
        return amounts.quantity(value) is not None
    if word == TARGET_SECTION:  # a sentence behind it is a goal; levels of indicators may follow, too
        return _CLAUSES.search(value) is not None
    return any(
        word in words for words in (known.fields, known.functions, known.amounts, known.goals, known.form_sections)
    )


def at_markers(row: Row) -> Iterator[Row]:
    """Yield a row up to the first title or heading inside a cell, then each further line of this cell as a row."""
    for c, cell in enumerate(row.cells):
        for p in range(1, len(cell.parts)):
            if _is_marker(cell.parts[p][1], alone=len(row.filled) == 1):
                yield Row((*row.cells[:c], Cell(cell.parts[:p], cell.column)))
                yield from (Row((Cell((part,), 0),)) for part in cell.parts[p:])
                if row.cells[c + 1 :]:
                    yield from at_markers(Row(row.cells[c + 1 :]))
                return
    yield row


def _is_marker(text: str, *, alone: bool) -> bool:
    """Return whether a line of a cell is a title or heading.

    If other cells stand beside the cell, only the usual words of a heading count, not their synonyms.
    """
    found = heading(text)
    return bool(
        (found and (alone or found.canonical))
        or labels().line("form_title", text)
        or labels().line("narrative_title", text)
    )
