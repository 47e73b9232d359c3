"""Read the table of indicators, with its two levels and names, from the rows below its head.

A row is read by the words of its levels first and by its columns second. In a table with further columns (operator,
unit, weight) it is read by its columns only, see `roles/columns.py`. Rows without levels inherit those above; a name
and a target that a page break divided are joined.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from jixiao.ingest.model import Doubt, Indicator, Printed
from jixiao.ingest.rendition import MASK, Cell, Place, Row
from jixiao.ingest.roles import columns
from jixiao.ingest.roles.columns import Columns, Weight
from jixiao.ingest.roles.heads import Head, head, parted
from jixiao.ingest.roles.labels import labels
from jixiao.ingest.roles.marks import Marks
from jixiao.ingest.roles.role import Kind, of_text, role
from jixiao.ingest.structure.forms import levels
from jixiao.ingest.structure.forms.levels import Levels
from jixiao.ingest.structure.forms.remainders import (
    is_rest_of_name,
    is_scrap,
    is_second_half,
    is_torn,
    is_whole_name,
    names_nothing,
)
from jixiao.ingest.structure.forms.wording import TABLE
from jixiao.ingest.values.amounts import is_blank
from jixiao.ingest.values.plain import folded
from jixiao.ingest.values.targets import parse

_NUMBERED, _BEGINS_WITHIN = TABLE.pattern("numbered"), TABLE.pattern("begins_within")
_LABELLED, _NOTE = TABLE.pattern("labelled"), TABLE.pattern("note")
_REACH = 5  # most rows between a name and its target on the next page
_GROUPS = frozenset({Kind.GROUP, Kind.MONEY})
_BELOW = frozenset({Kind.OTHER, Kind.FIELD, Kind.GOAL})  # labels below a table


@dataclass(frozen=True)
class Table:
    """The indicators of a form.

    `torn_at` is the line at which the table ends without a target, or without any row; `lost` are the places of rows
    that were not understood; `ends` is the place of the last row. `rests` counts the cells that surely continue in the
    row below; `doubts` are those that may.
    """

    indicators: tuple[Indicator, ...]
    torn_at: int | None
    lost: tuple[Place, ...] = ()
    ends: Place | None = None
    rests: int = 0
    doubts: tuple[Doubt, ...] = ()


def read(rows: Sequence[Row], table_head: Head, marks: Marks, yearly_last: bool = True) -> Table:
    """Return the table below a head; a head repeated on a new page redefines the columns.

    If indicators for several years stand above those for the year, only the year's are read.
    """
    reader = _Reader(table_head, marks)
    begins = True  # True directly below a head
    tried: list[Row] = []
    for index, row in enumerate(rows):
        divided = parted(reader.head, row) if begins else None
        begins = False
        if divided:
            reader.head = divided
            marks.known_row(row)
        elif again := head(row, yearly_last):
            if reader.head.long_term and not again.long_term and role(row.filled[0]).kind is not Kind.COLUMN:
                reader = _Reader(again, marks)
            reader.head, reader.ended, begins = again, False, True
            marks.known_row(row)
        else:
            reader.row(row, rows[index + 1 : index + 1 + _REACH])
            beside = reader.ended or len(row.cells) == 1 or _is_below(row.filled)
            tried += [] if beside else [row]
    reader.flush()
    torn_at = reader.torn.line if reader.torn else None if reader.indicators else table_head.line
    ends = Place(tried[-1].last_line, 0) if tried else None
    found = [*reader.indicators, *(doubt.whole for doubt in reader.doubts)]
    lost = _lost(tried, found, marks)
    return Table(tuple(reader.indicators), torn_at, lost, ends, reader.rests, tuple(reader.doubts))


@dataclass
class _Reader:
    """State between the rows of one table."""

    head: Head
    marks: Marks
    indicators: list[Indicator] = field(default_factory=list)
    levels: Levels = field(default_factory=Levels)
    waiting: Cell | None = None  # a name whose target is still missing
    sure: bool = False  # True if the waiting cell is a name even without a target
    blank: Cell | None = None  # the blank cell after the waiting one, where its target should be
    ended: bool = False  # True if other text has begun below the table
    complete: bool = False  # True if the row above had both name and target
    unread: bool = False  # True if the row above was not understood
    last: tuple[Cell, Sequence[Cell], str | None] | None = None  # name, target and its text of the last indicator
    open: bool = False  # True if a cell of the last indicator is incomplete
    entered: bool = False  # True if levels were printed after the last indicator
    column: int = 0  # column of the last indicator's name
    placed: bool = False  # True if a row without levels had its name in the head's column
    adrift: bool = False  # True if the last one had it further left than the row above
    rests: int = 0  # number of cells that surely continue in the row below
    doubts: list[Doubt] = field(default_factory=list)
    weight: Weight | None = None  # the weight of the last indicator
    direction: Cell | None = None  # the direction of the last indicator
    torn: Cell | None = None  # the last cell of a row that lacks both its target and a blank cell for it

    def row(self, row: Row, below: Sequence[Row]) -> None:
        """Read a row; those below may hold the target of a name that is alone in its row."""
        following = next(filter(_is_row, below), None)
        before, self.complete = self.complete, False
        unread, self.unread = self.unread, False
        self.ended = self.ended or (len(row.filled) == 1 and _is_end(row.filled[0], below))
        if self.ended:
            return
        cells = [cell for cell in row.filled if role(cell).kind not in _GROUPS]
        self.marks.known(cell for cell in row.filled if role(cell).kind in _GROUPS)
        if all(labels().line("ruler", cell.text) for cell in cells):
            self.marks.known(cells)
            return
        if (before and self._is_scrap(row)) or self._is_beside(row, cells) or self._ends_a_level(cells):
            return
        named = len(cells) == 1 and cells[0].column == self.head.name and cells[0] is not row.cells[0]
        if not (before and named) and self._levels_alone(cells):
            self.torn = cells[-1] if cells and row.cells[-1] is cells[-1] else None
            return
        if self.open and self._closes(cells):
            return
        if (before or unread) and _is_remainder(cells, following):
            lacking = before and self._lacks_target(cells[0], row)
            if lacking:
                self._add(cells[0], ())
            elif before and not self._goes_on(cells[0]) and not self.open:
                self._doubt(cells[0])
            self.torn = cells[-1] if not lacking and (row.cells[-1] is cells[-1] or not following) else None
            return
        if self.head.wide:
            self._wide_row(self.head.wide, row)
        else:
            self._plain_row(cells, row)

    def flush(self) -> None:
        """Add a name whose target never came as an indicator without a target."""
        if self.waiting:
            name, self.waiting = self.waiting, None
            if self.sure:
                self._add(name, ())
                if self.blank is not None and self.indicators and self.indicators[-1].target is None:
                    self.indicators[-1] = replace(self.indicators[-1], blank_target=self.blank.places[0])

    def _is_beside(self, row: Row, cells: Sequence[Cell]) -> bool:
        """Return whether a row is not part of the table: a paragraph between its parts, or a label below it."""
        persons = [cell for cell in cells if role(cell).kind is Kind.PERSON]
        if not persons and len(row.cells) > 1 and not _is_below(cells):
            return False
        if len(cells) == len(row.cells) == 1 and len(cells[0].parts) > 1:
            self._levels_alone(cells)  # a level on two lines
        self.marks.person(*persons)
        self.marks.known(cell for cell in cells if role(cell).word in labels().others)
        return True

    def _lacks_target(self, cell: Cell, row: Row) -> bool:
        """Return whether a cell alone in its row is a name with a blank target: two complete names are not one."""
        if self.last is None or self.open or cell.column != self.head.name:
            return False
        blank = any(not each.text and each.column == self.head.target for each in row.cells)
        return blank and is_whole_name(self.last[0].text) and is_whole_name(cell.text)

    def _goes_on(self, cell: Cell) -> bool:
        """Join a lone cell to the name or target above if it can be nothing else; return whether it was joined.

        The rest of a target is no name. The rest of a name is short, or completes a name that did not read as one.
        """
        if self.last is None:
            return False
        name, target, text = self.last
        if cell.column == self.head.target and target and parse(cell.text).value is None and text is None:
            text = folded(target[0].text + cell.text)
            target = (replace(target[0], parts=(*target[0].parts, *cell.parts)), *target[1:])
        elif cell.column == self.head.name and is_rest_of_name(name.text, cell.text):
            name = replace(name, parts=(*name.parts, *cell.parts))
        else:
            return False
        if not self.open:
            self.indicators.pop()
        self.rests += 1
        self._add(name, target, text)
        return True

    def _closes(self, cells: Sequence[Cell]) -> bool:
        """Join a row to the name and target above if it closes a bracket of that target; return whether it did."""
        at = tuple(cell.column for cell in cells)
        if self.last is None or self.last[2] or not self.last[1] or at != (self.head.name, self.head.target):
            return False
        (name, (target, *unit), _), (more, rest) = self.last, cells
        if not is_torn(target.text) or is_torn(target.text + rest.text):
            return False
        whole = replace(target, parts=(*target.parts, *rest.parts))
        self.rests += 1
        self._add(replace(name, parts=(*name.parts, *more.parts)), (whole, *unit), folded(target.text + rest.text))
        return True

    def _doubt(self, cell: Cell) -> None:
        """Withhold the last indicator: the cell below may be its rest, or an indicator without a target."""
        printed = self.indicators.pop()
        if self.last and cell.column == self.head.name and parse(cell.text).value is None and len(cell.text) > 1:
            name = replace(self.last[0], parts=(*self.last[0].parts, *cell.parts))
            self.doubts.append(Doubt(len(self.indicators), replace(printed, name=_name(name))))

    def _wide_row(self, wide: Columns, row: Row) -> None:
        """Read a row of a table with further columns; a row that does not fit the head stays unread."""
        cells = Row(tuple(cell for cell in row.cells if role(cell).kind not in {*_GROUPS, Kind.SEVERAL_YEARS}))
        parts = columns.fit(wide, cells) if cells.filled else None
        other = [cell for cell in cells.filled if cell.column in wide.other]
        if not parts:
            self.unread = not all(cell in other or columns.is_level(cell) for cell in cells.filled)
            self.marks.set_aside(() if self.unread else other)
            torn = any(wide.stands_as_level(cell) and not columns.is_level(cell) for cell in cells.filled)
            self.levels, self.entered = Levels() if torn else self.levels.begun(cells.filled), True
            return
        if parts.cells["name"].column == wide.named["name"]:
            self.marks.set_aside(other)
        self.marks.unkept(parts)
        self.levels = self.levels.of_columns(parts.cells.get("level1"), parts.cells.get("level2"))
        self.entered = bool(parts.cells.keys() & {"level1", "level2"})
        found = parts.target
        self.weight, self.direction = parts.weight, parts.direction
        self._add(parts.cells["name"], found[1] if found else (), found[0] if found else None)

    def _plain_row(self, cells: Sequence[Cell], row: Row) -> None:
        """Read a row of levels, a name and a target, any of which may be missing."""
        self.weight = self.direction = None
        entered, rest = self.levels.divided(cells, row, self.head)
        if entered is not self.levels:
            self.flush()  # a waiting name belongs to the previous levels
            self.levels, self.entered = entered, True
        self.torn = cells[-1] if len(rest) < 2 and row.cells[-1] is cells[-1] else None
        if len(rest) == 1:
            self._lone(rest[0], sure=len(rest) < len(cells) or rest[0].column == self.head.name)
            behind = (cell for cell in row.cells if not cell.text and cell.column > rest[0].column)
            self.blank = next(behind, None) if self.waiting is rest[0] else None
        elif rest:
            self._pair(rest)

    def _is_scrap(self, row: Row) -> bool:
        """Return whether a row is a few characters that end a cell above; the indicator above is then removed."""
        if len(row.cells) > 1 or not is_scrap(row.text):
            return False
        self._drop_last()
        self.unread = True
        return True

    def _ends_a_level(self, cells: Sequence[Cell]) -> bool:
        """Return whether a row begins with the rest of a level, and then remove the incomplete indicator above."""
        if len(cells) < 2 or folded(cells[0].text) not in levels.FRAGMENTS:
            return False
        self._drop_last()
        self.unread = True
        return True

    def _is_second_half(self, name: str, target: Sequence[Cell]) -> bool:
        """Return whether a row without levels continues both name and target of the row above."""
        above = self.last[0].text if self.last and not self.open else None
        return _BEGINS_WITHIN.match(name) is not None or bool(
            above and target and not self.entered and is_second_half(above, name)
        )

    def _drop_last(self) -> None:
        """Remove the last indicator, whose row is only part of one."""
        if self.last and not self.open:
            self.indicators.pop()
        self.last = None

    def _levels_alone(self, cells: Sequence[Cell]) -> bool:
        """Keep the levels of a row that has nothing else for the rows below, and return whether the row is one."""
        found = self.levels.alone(cells)
        if found is None:
            return False
        self.levels, self.entered = found, True
        self.marks.known(cells)
        return True

    def _lone(self, cell: Cell, *, sure: bool) -> None:
        if self.waiting and cell.column > self.waiting.column:
            name, self.waiting, self.torn = self.waiting, None, None
            self._add(name, (cell,))
        elif cell.column < self.head.target and parse(cell.text).value is None:
            self.flush()
            self.waiting, self.sure = cell, sure

    def _pair(self, cells: Sequence[Cell]) -> None:
        self.flush()
        if len(cells) == 2:
            self._add(cells[0], cells[1:])
            return
        # Beyond a name and a target, in a row without words of levels, only cells in the head's columns count.
        at = {cell.column: cell for cell in cells}
        if self.head.name in at and self.head.target in at:
            self.levels = self.levels.standing(cells, self.head)
            self._add(at[self.head.name], [at[self.head.target]])

    def _add(self, name: Cell, target: Sequence[Cell], text: str | None = None) -> None:
        """Add an indicator; `text` is its target if the target is more than the first of its cells."""
        if is_blank(name.text) or names_nothing(name.text):
            return
        if self._is_second_half(name.text, target):  # two halves of one row
            self._drop_last()
            return
        inherits = not self.entered
        left = name.column < self.column or (self.adrift and name.column == self.column)
        self.placed = self.placed or (inherits and name.column == self.head.name)
        self.adrift = self.placed and inherits and left
        self.entered, self.column = False, name.column
        self.last, self.open = (name, target, text), False
        if is_torn(name.text) or any(is_torn(cell.text) for cell in target):
            self.complete = self.open = True  # a cell broken over two rows
            return
        first, second = self.levels.first, self.levels.second
        self.complete = bool(target)
        weight, places = self.weight or (None, ())
        self.indicators.append(
            Indicator(
                _name(name),
                levels.printed(first) if first else None,
                levels.printed(second) if second else None,
                _places(self.levels.cells),
                parse(text or target[0].text) if target else None,
                _places(target),
                weight,
                places,
                columns.share(first.text) if first else None,
                self.adrift,
                direction=Printed.of(self.direction) if self.direction else None,
            )
        )


def _is_end(cell: Cell, below: Sequence[Row]) -> bool:
    """Return whether a paragraph is a heading of other text, and not the form's title repeated within the table."""
    if labels().line("form_title", cell.text):
        return not (below and (len(below[0].filled) > 1 or columns.is_level(below[0].cells[0])))
    return cell.column == 0 and any(labels().line(name, cell.text) for name in ("table_end", "foot_of_page"))


def _is_below(cells: Sequence[Cell]) -> bool:
    """Return whether a row is a label of the form and its value, as below a table."""
    signed = any(MASK in cell.text or labels().line("signature", cell.text) for cell in cells)
    labelled = bool(cells) and all(_LABELLED.fullmatch(folded(cell.text)) for cell in cells)
    return signed or labelled or any(role(cell).kind in _BELOW or _NOTE.match(cell.text) for cell in cells[:1])


def _is_remainder(cells: Sequence[Cell], following: Row | None) -> bool:
    """Return whether a lone cell may be the rest of a cell above, and is no name with its target in the next row."""
    if len(cells) != 1 or _NUMBERED.match(cells[0].text):
        return False
    alone = following.filled[0] if following and len(following.filled) == 1 else None
    return not (alone and alone.column > cells[0].column)


def _name(cell: Cell) -> Printed:
    """Return an indicator's name without the number printed in the blank form, as in 指标1：."""
    (place, text), *others = Printed.of(cell).parts
    return Printed(tuple(part for part in ((place, _NUMBERED.sub("", text)), *others) if part[1]) or ((place, text),))


def _places(cells: Iterable[Cell]) -> tuple[Place, ...]:
    return tuple(place for cell in cells for place in cell.places)


def _is_row(row: Row) -> bool:
    """Return whether a row belongs to a table, and is no paragraph, title or ruler between its parts on two pages."""
    return len(row.cells) > 1 and not all(labels().line("ruler", cell.text) for cell in row.filled)


def _lost(rows: Iterable[Row], found: Iterable[Indicator], marks: Marks) -> tuple[Place, ...]:
    """Return the places of the table's rows that gave no indicator and hold more than words of the form."""
    used = {place for each in found for place in (*each.name.places, *each.target_places)}
    known = marks.boilerplate | marks.persons | marks.aside
    lost = (
        [place for cell in row.filled for place in cell.places if not columns.is_level(cell)]
        for row in rows
        if row.filled and not of_text(folded(row.filled[0].text).partition(":")[0]).is_label
    )
    return tuple(place for row in lost if row and used.isdisjoint(row) and not known.issuperset(row) for place in row)
