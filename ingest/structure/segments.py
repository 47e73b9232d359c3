"""Cut the rows of a filing into cover, narratives and forms, at titles, headings and the label 项目名称.

A file without forms and narratives may list its projects in a sentence on targets. They are read if their number and
their sum are those that the sentence states; otherwise a list may be of bodies, of sources of money or of part of the
projects, and no project is read.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import pairwise, takewhile
from typing import Literal

from jixiao.ingest.cells.unlabelled_projects import beside
from jixiao.ingest.model import Printed
from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles import columns, headings
from jixiao.ingest.roles.headings import OVERVIEW_SECTION, begins_midway, heading
from jixiao.ingest.roles.labels import labels
from jixiao.ingest.roles.naming import may_name
from jixiao.ingest.roles.role import Kind, role
from jixiao.ingest.structure import funds, gate, records
from jixiao.ingest.structure.dividing import divided
from jixiao.ingest.text.flow import Flow
from jixiao.ingest.values import amounts
from jixiao.ingest.values.plain import narrow
from jixiao.ontology import numerals
from jixiao.ontology.text.wording import Wording

_ENUMERATION = Wording("jixiao.ingest.structure", "enumeration.toml", {"number": amounts.NUMBER, "unit": amounts.UNIT})
_COUNTED, _ITEM, _IN_ALL = map(_ENUMERATION.pattern, ("counted", "item", "in_all"))
_LONGEST_LIST = 5_000  # characters


def listed_forms(rows: Iterable[Row]) -> tuple[tuple[Row, ...], ...]:
    """Return the rows of a form, name and amount, for each project that a sentence lists; or nothing.

    The sentence is the first one whose projects have the number and the sum that it states.
    """
    flow = Flow.of(Printed.of(*(row.filled[0] for row in rows if len(row.filled) == 1)))
    kept = [at for at, char in enumerate(flow.text) if not char.isspace()]
    text = "".join(narrow(flow.text[at]) for at in kept)
    for found in _COUNTED.finditer(text):
        number = numerals.exact(found["count"]) if not found["count"].isdecimal() else int(found["count"])
        for total, begins in ((found["total"], found.end()), ("", found.end("count"))):
            told = _ITEM.finditer(text, begins, begins + _LONGEST_LIST)
            items = [item for item in told if may_name(item["name"], "proved")][:number]
            behind = _IN_ALL.match(text, items[-1].end()) if items else None
            stated = _yuan(total or (behind["total"] if behind else ""))
            if number == len(items) > 1 and stated == sum(_yuan(item["sum"]) for item in items):
                cells = [[_cell(flow, kept, *item.span(name)) for name in ("name", "sum")] for item in items]
                return tuple((beside("name", name), beside("annualRequest", money)) for name, money in cells)
    return ()


def _yuan(text: str) -> Decimal:
    """Return a sum with a unit, in yuan."""
    stated = amounts.stated(text, amounts.YUAN)
    return stated[0] if stated else Decimal(0)


def _cell(flow: Flow, kept: list[int], start: int, end: int) -> Cell:
    """Return a cell with the characters of a passage, which may stand on two lines.

    `start` and `end` are indices in `kept`, which holds the offsets of the characters in the text of `flow`.
    """
    first, last = kept[start], kept[end - 1] + 1
    return Cell(((flow.within(first, last)[0].line, "".join(flow.text[at] for at in kept[start:end])),), 0)


SegmentKind = Literal["cover", "narrative", "form"]
_BELOW_TITLE = 4  # rows below a title of another kind that tell it from a line of a table of contents
_LONGEST_HEADING = 40


@dataclass(frozen=True)
class Segment:
    """Consecutive rows of one kind.

    For a form, `inferred` is the unit of its amounts if the file's forms state none, and `above` the line above it.
    `listed` is true if the form is only a row of a list of projects; `again` are cells without new information;
    `total` are the rows of a form with the total of its table.
    """

    kind: SegmentKind
    rows: tuple[Row, ...]
    inferred: funds.Inferred | None = None
    above: Cell | None = None
    listed: bool = False
    again: tuple[Cell, ...] = ()
    total: tuple[Row, ...] = ()


def segments(rows: Iterable[Row]) -> tuple[Segment, ...]:
    """Return the segments in reading order; the cover, possibly without rows, comes first.

    Parts of other kinds (monitoring, whole departments) are left out. Raises NotAFilingError, which names the kind, if
    nothing else is left, and for the report of an evaluation unless the body that it is about wrote the report.
    """
    whole = divided(rows)
    cut = list(_cut(whole))
    kinds = [(part, headings.kind_of_cells(part.rows)) for part in cut[1:]]
    found = [part for part, kind in kinds if not kind or (kind == "evaluation" and part.kind == "form")]
    if refusal := headings.refusal_of_report(whole):
        found = [part for part in found if part.kind == "form" and any(map(gate.is_of_results, part.rows))]
        if not found or not headings.reports_on_itself(whole):
            raise refusal
    without_forms = all(part.kind != "form" for part in found)
    if without_forms and (refusal := headings.refusal_of_file(whole, whole_file=not found)):
        raise refusal
    unit = funds.unit_of_file(row for part in found if part.kind == "form" for row in part.rows)
    return (cut[0], *(replace(part, inferred=unit) if part.kind == "form" else part for part in found))


def _cut(rows: list[Row]) -> Iterator[Segment]:
    """Yield the segments of a file: cover, narratives and forms, also parts of other kinds that are left out later.

    A register of projects gives a form for each of its projects. A list gives forms only in a file without any form and
    narrative.
    """
    cutter = _Cutter(rows, frozenset(each.first for each in gate.forms(rows) if each.sum >= gate.LEAST))
    for index, row in enumerate(rows):
        cutter.row(index, row)
    starts, tables = cutter.starts, cutter.tables
    if lists := cutter.lists():
        yield Segment("cover", tuple(rows[: min(lists)]))
        yield from (
            Segment("form", form, listed=True, total=each.total) for each in lists.values() for form in each.forms
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
    """Return the rows of a form, and a row with the unit of money that holds for the next form, or None.

    The unit stands above the form's 项目名称. A form without title and unit gets the unit of the form before (`above`)
    as its first row.
    """
    head = list(takewhile(lambda row: not gate.has_name(row), form))
    own = next((cell for row in head for cell in row.filled if labels().line("form_unit", cell.text)), None)
    if own or any(map(gate.is_title, head)):
        return form, Row((own,)) if own else None
    return [above, *form] if above else form, above


def _with_table(part: Segment) -> tuple[Segment, ...]:
    """Return a segment alone; or, for a narrative with 项目名称 and a table of indicators, the narrative and a form.

    The form has the table, and above it all lines of labels and values of the narrative, but no sentences on money.
    """
    rows = part.rows if part.kind == "narrative" else ()
    table = next((at for at, row in enumerate(rows) if columns.head(row)), 0)
    told = [row for row in rows[:table] if len(row.filled) == 1 and _is_labelled(*gate.parts(row))]
    both = (replace(part, rows=rows[:table]), Segment("form", (*told, *rows[table:])))
    return both if any(map(gate.has_name, told)) else (part,)


def _is_labelled(label: Cell, *values: Cell) -> bool:
    """Return whether a line has a label of a field, or one of money before a figure."""
    kind = role(label).kind
    return kind is Kind.FIELD or (kind is Kind.AMOUNT and bool(values) and amounts.names_figure(values[-1].text))


@dataclass
class _Cutter:
    """Cuts rows into segments; `starts` has the kind of each segment, by the row at which it begins.

    The kind None stands for a part of another kind of document; "cover" stands for text after a basis that has no form.
    """

    rows: list[Row]
    forms: frozenset[int]  # the rows at which the gate has forms begin
    starts: dict[int, SegmentKind | None] = field(default_factory=dict)
    tables: dict[int, records.Records] = field(default_factory=dict)
    inside: dict[int, records.Records] = field(default_factory=dict)  # lists within narratives
    named: bool = False  # True below a narrative that names its project
    seen_overview: bool = True
    below: int = 0  # the first row after a register or list
    in_head: bool = False  # True in a form, above the table of its indicators

    def row(self, index: int, row: Row) -> None:
        """Read the row with the number `index`, and note it if a segment begins or a table of projects stands there."""
        if index < self.below:
            return
        # Above the table of indicators, labels of a form may read as headings of narratives.
        self.in_head = self.in_head and not columns.head(row)
        found = records.at(self.rows, index)
        if found and found.listed and self._kind == "narrative":
            self.inside[index] = found
        if found and (not found.listed or not (self.in_head or self._kind == "narrative")):
            self.tables[index], self.below = found, found.below
            self.starts[index] = None if found.listed else "form"
            # A basis above the next form is not part of the list.
            self.starts.setdefault(self.below, "cover" if found.listed else None)
        elif index in self.forms:
            self.starts[index], self.in_head, self.seen_overview = "form", True, True
        elif headings.kind_of_title(row) and any(map(_is_content, self.rows[index + 1 : index + 1 + _BELOW_TITLE])):
            self.starts[index] = None
        elif len(row.filled) == 1:
            self._story(index, row.filled[0].text)

    def lists(self) -> Mapping[int, records.Records]:
        """Return the lists of the file's projects, if no form or narrative stands for a project of its own.

        A narrative without a name that holds a list of projects, or stands beside one, is about all of them.
        """
        kinds = set(self.starts.values())
        if self.named or "form" in kinds:
            return {}
        told, found = listed_forms(self.rows), {**self.tables, **self.inside}
        lists = {len(self.rows): records.Records(told, len(self.rows), listed=True)} if told else found
        return lists if "narrative" not in kinds or any(each.forms for each in lists.values()) else {}

    @property
    def _kind(self) -> SegmentKind | None:
        """Return the kind of the segment that the row just read belongs to."""
        return self.starts[max(self.starts)] if self.starts else "cover"

    def _story(self, index: int, text: str) -> None:
        """Begin a narrative at row `index`, with the text `text`, if it is a narrative's title or first heading.

        A basis without other sections begins one, too.
        """
        kind = self._kind
        if story := gate.story(self.rows, index):
            self.starts[index], self.in_head = "narrative", False
            self.named |= bool(story.name)
            self.seen_overview = False
        elif (found := heading(text)) and found.word == OVERVIEW_SECTION:
            if self.seen_overview and (found.number or not self.in_head):
                self.starts[index], self.in_head = "narrative", False
            self.seen_overview = True
        elif self.in_head or not self.seen_overview or kind is None:
            return
        elif found and (kind != "narrative" or found.meaning == OVERVIEW_SECTION) and begins_midway(self.rows, index):
            self.starts[index] = "narrative"


def _is_content(row: Row) -> bool:
    """Return whether a row is more than a line of a table of contents."""
    return len(row.filled) > 1 or len(row.text) > _LONGEST_HEADING or gate.leads(row)
