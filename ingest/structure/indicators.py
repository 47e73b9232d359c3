"""The three-level table of indicators: rows below its head -> Indicators.

Tables from PDF lose and shift columns over pages, so a row is read by the words of its levels first, by its columns
second; a table with further columns (operator, unit, weight …) by its columns, see columns.py. Levels are inherited on
continuation rows; a name and its target that a page break parted are joined again.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from jixiao.ingest.model import Indicator, Printed
from jixiao.ingest.rendition import MASK, Cell, Place, Row
from jixiao.ingest.roles import columns
from jixiao.ingest.roles.columns import Columns
from jixiao.ingest.roles.heads import Head, head, parted
from jixiao.ingest.roles.labels import bare, labels
from jixiao.ingest.roles.marks import Marks
from jixiao.ingest.roles.vocabulary import data
from jixiao.ingest.values.amounts import is_blank
from jixiao.ingest.values.plain import folded
from jixiao.ingest.values.targets import parse
from jixiao.ontology.identity import label
from jixiao.ontology.schemes import level1_labels, level2_labels, level_labels

_FRAGMENTS = frozenset({"指标", "标", "指"})
_WORD = re.compile(r"\w")
_SHORTEST_NAME, _LONGEST_REST = 3, 7  # characters of a name, and of the rest of one
_REACH = 5  # rows between a name and its target on the next page
# As blank forms number the indicators to fill in.
_NUMBERED = re.compile(r"^\s*(?:绩效)?指标\s*\d{1,2}\s*[:：、.．]\s*")


@dataclass(frozen=True)
class Table:
    """The indicators, and the line at which the table stops short of a target or of its first row, if it does."""

    indicators: tuple[Indicator, ...]
    torn_at: int | None
    lost: tuple[Place, ...] = ()


@dataclass
class _Reader:
    head: Head
    marks: Marks
    indicators: list[Indicator] = field(default_factory=list)
    level1: Cell | None = None
    level2: Cell | None = None
    waiting: Cell | None = None  # a name whose target has not come
    sure: bool = False  # whether what waits is a name even if no target comes
    ended: bool = False  # whether something else has begun below the table
    complete: bool = False  # whether the row above had both name and target
    unread: bool = False  # whether the row above was not understood
    last: tuple[Cell, Sequence[Cell], str | None] | None = None  # what the last indicator was made of
    open: bool = False  # whether the last indicator waits for the rest of a cell
    torn: Cell | None = None  # the last cell of a row that has neither its target nor a blank cell in its place

    def row(self, row: Row, following: Row | None) -> None:
        """Takes a row; `following` is the next one, which may hold the target of a name that stands alone."""
        before, self.complete = self.complete, False
        unread, self.unread = self.unread, False
        if len(row.filled) == 1 and self._is_end(row.filled[0]):
            self.ended = True
        if self.ended:
            return
        cells = [cell for cell in row.filled if bare(cell.text) not in labels().groups]
        self.marks.known(cell for cell in row.filled if bare(cell.text) in labels().groups)
        if all(labels().line("ruler", cell.text) for cell in cells):
            self.marks.known(cells)
            return
        persons = [cell for cell in cells if labels().is_person(bare(cell.text))]
        if persons or len(row.cells) == 1 or self._is_below(cells):
            if len(cells) == len(row.cells) == 1 and len(cells[0].parts) > 1:
                self._levels_alone(cells)  # a level of two lines
            self.marks.person(*persons)
            self.marks.known(cell for cell in cells if bare(cell.text) in labels().others)
            return  # a paragraph or a signature between or below the tables, no row of this one
        named = len(cells) == 1 and cells[0].column == self.head.name and cells[0] is not row.cells[0]
        if not (before and named) and self._levels_alone(cells):
            self.torn = cells[-1] if cells and row.cells[-1] is cells[-1] else None
            return
        if (before or unread) and self._is_remainder(cells, following):
            if before and not self._goes_on(cells[0]) and not self.open:
                self.indicators.pop()  # which is cut short, unless this is another without a target: nobody can tell
            self.torn = cells[-1] if row.cells[-1] is cells[-1] or not following else None
            return
        if self.head.wide:
            self._wide_row(self.head.wide, row)
            return
        rest = self._levels(cells, row)
        self.torn = cells[-1] if len(rest) < 2 and row.cells[-1] is cells[-1] else None
        if len(rest) == 1:
            self._lone(rest[0], sure=len(rest) < len(cells) or rest[0].column == self.head.name)
        elif rest:
            self._pair(rest)

    def _is_remainder(self, cells: list[Cell], following: Row | None) -> bool:
        """Whether a cell alone may be the rest of a cell of the row above, and no name whose target comes next."""
        if len(cells) != 1 or _NUMBERED.match(cells[0].text):
            return False
        alone = following.filled[0] if following and len(following.filled) == 1 else None
        return not (alone and alone.column > cells[0].column)

    def _goes_on(self, cell: Cell) -> bool:
        """Join a cell alone in its row to the name or target above, if the cell can be nothing else; return if it was.

        A target has no name of its own. The rest of a name is short, or what makes the name above read as one.
        """
        if self.last is None:
            return False
        name, target, text = self.last
        if cell.column == self.head.target and target and parse(cell.text).value is None and text is None:
            text = folded(target[0].text + cell.text)
            target = (replace(target[0], parts=(*target[0].parts, *cell.parts)), *target[1:])
        elif cell.column == self.head.name and _is_rest_of_name(name.text, cell.text, torn=_is_torn(name.text)):
            name = replace(name, parts=(*name.parts, *cell.parts))
        else:
            return False
        if not self.open:
            self.indicators.pop()
        self._add(name, target, text)
        return True

    def _is_end(self, cell: Cell) -> bool:
        """Whether a paragraph is the heading of something else, and not the form's title on a new page."""
        is_title = labels().line("form_title", cell.text) is not None
        return not is_title and cell.column == 0 and labels().line("table_end", cell.text) is not None

    def _is_below(self, cells: list[Cell]) -> bool:
        """Whether a row is one of the form's labels below the table, with its value."""
        word = bare(cells[0].text)
        signed = any(labels().line("signature", cell.text) for cell in cells)
        signed = signed or any(MASK in cell.text for cell in cells)
        return signed or word in labels().others or word in labels().fields or word in labels().goals

    def _wide_row(self, wide: Columns, row: Row) -> None:
        """A row of a table with further columns; one that does not fit the head stays unread."""
        cells = Row(tuple(cell for cell in row.cells if bare(cell.text) not in labels().groups | labels().long_term))
        parts = columns.fit(wide, cells) if cells.filled else None
        other = [cell for cell in cells.filled if cell.column in wide.other]
        if not parts:
            self.unread = not all(cell in other or columns.is_level(cell) for cell in cells.filled)
            self.marks.set_aside(() if self.unread else other)
            self._begun(cells.filled)
            return
        if parts.cells["name"].column == wide.named["name"]:
            self.marks.set_aside(other)
        self.marks.unkept(parts)
        level1, level2 = parts.cells.get("level1"), parts.cells.get("level2")
        if level1 and _word(level1) in level2_labels() - level1_labels():
            self.level1, self.level2 = None, level1
        elif level1 or level2:
            self.level1, self.level2 = level1 or self.level1, level2
        found = parts.target
        self._add(parts.cells["name"], found[1] if found else (), found[0] if found else None)

    def _begun(self, cells: Sequence[Cell]) -> None:
        """Takes the levels of a row that is not read, lest the rows below count for those before."""
        if cells and _word(cells[0]) in level1_labels() - level2_labels():
            level2 = cells[1] if len(cells) > 1 and self._is_level2(cells[1]) else None
            self.level1, self.level2 = cells[0], level2
        elif cells and self._is_level2(cells[0]):
            self.level2 = cells[0]

    def _levels_alone(self, cells: Sequence[Cell]) -> bool:
        """Takes a row whose name is blank: the levels hold for the rows below. Whether it is one."""
        words = [_word(cell) for cell in cells]
        if len(words) > 2 or not set(words) <= level_labels():
            return False
        if len(words) == 2 and words[0] in level1_labels():
            self.level1, self.level2 = cells
        elif words and words[0] in level2_labels() and (self.level1 or words[0] not in level1_labels()):
            self.level2 = cells[0]
        elif words:
            self.level1, self.level2 = cells[0], None
        self.marks.known(cells)
        return True

    def _levels(self, cells: list[Cell], row: Row) -> list[Cell]:
        """Takes the level cells off the front of a row and remembers them; what is left is name and target."""
        if len(cells) == 2 and not self._is_level_and_name(cells, row):
            return cells
        rest = cells
        if len(rest) != 2 and self._is_level1(rest, row):
            self._enter(rest[0], None)
            rest = rest[1:]
            if rest and not self._is_name_and_target(rest) and (self._is_level2(rest[0]) or len(rest) == 3):
                self.level2, rest = rest[0], rest[1:]
        elif rest and (self._is_level2(rest[0]) or self._is_unknown_level2(rest)):
            self._enter(self.level1, rest[0])
            rest = rest[1:]
        elif rest and _word(rest[0]) in level1_labels():
            self._enter(rest[0], None)
            rest = rest[1:]
        return rest

    def _enter(self, level1: Cell | None, level2: Cell | None) -> None:
        """Go on below other levels; a name that still waits belongs to those before."""
        self.flush()
        self.level1, self.level2 = level1, level2

    def _is_level1(self, cells: list[Cell], row: Row) -> bool:
        word = _word(cells[0]) if cells else ""
        if word not in level1_labels():
            return len(cells) == 4 and word.endswith("指标") and word not in level2_labels()
        if len(cells) < 3 or (word not in level2_labels() and len(cells) != 3):
            return True
        # 成本指标 is a first level in newer forms, a second one in older: what follows, then the column, decides.
        if _word(cells[1]) in level2_labels() or (self.level1 is None and self.level2 is None):
            return True
        if self.level1 is None:
            return False  # the first level was lost further up
        shift = self.head.target - cells[-1].column  # a table shifted as a whole is lined up by its last column
        return cells[0].column + shift < self.head.level2

    def _is_level_and_name(self, cells: list[Cell], row: Row) -> bool:
        """Of two cells: a level and a name with a blank target, not a name and a target."""
        word = _word(cells[0])
        if word not in level_labels():
            return False
        blank = cells[-1].column < self.head.target and row.cells[-1].column > cells[-1].column
        return blank or (word.endswith("指标") and parse(cells[1].text).value is None)

    def _is_name_and_target(self, cells: list[Cell]) -> bool:
        """Of two cells after a first level: a name such as 服务对象满意度, which is also a word for a second level."""
        at_home = (cells[0].column, cells[-1].column) == (self.head.name, self.head.target)
        return len(cells) == 2 and (at_home or parse(cells[1].text).value is not None)

    def _is_level2(self, cell: Cell) -> bool:
        return _word(cell) in level2_labels()

    def _is_unknown_level2(self, cells: list[Cell]) -> bool:
        return len(cells) == 3 and _word(cells[0]).endswith("指标") and _is_whole(cells[0])

    def _lone(self, cell: Cell, *, sure: bool) -> None:
        if self.waiting and cell.column > self.waiting.column:
            name, self.waiting, self.torn = self.waiting, None, None
            self._add(name, (cell,))
        elif cell.column < self.head.target and parse(cell.text).value is None:
            self.flush()
            self.waiting, self.sure = cell, sure

    def _pair(self, cells: list[Cell]) -> None:
        self.flush()
        if len(cells) == 2:
            self._add(cells[0], cells[1:])
            return
        # More than a name and a target, and no level by its word: only cells that stand where the head has them count.
        standing = {cell.column: cell for cell in cells}
        if self.head.name in standing and self.head.target in standing:
            level1, level2 = standing.get(self.head.level1), standing.get(self.head.level2)
            if level1 and _is_whole(level1):
                self._enter(level1, None)
            if level2 and self.head.level2 < self.head.name and _is_whole(level2):
                self._enter(self.level1, level2)
            self._add(standing[self.head.name], [standing[self.head.target]])

    def flush(self) -> None:
        """A name that waited in vain is an indicator without a target."""
        if self.waiting:
            name, self.waiting = self.waiting, None
            if self.sure:
                self._add(name, ())

    def _add(self, name: Cell, target: Sequence[Cell], text: str | None = None) -> None:
        """An indicator; `text` is its target where that is more than the first of its cells."""
        blank = not _WORD.search(name.text) or is_blank(name.text)
        if blank or (word := folded(name.text)).endswith(":") or word in _FRAGMENTS:
            return  # a line to be filled in, or what a line's end has left of a level
        self.last, self.open = (name, target, text), False
        if _is_torn(name.text) or any(_is_torn(cell.text) for cell in target):
            self.complete = self.open = True  # a cell broken over rows
            return
        levels = [cell for cell in (self.level1, self.level2) if cell]
        self.complete = bool(target)
        self.indicators.append(
            Indicator(
                _name(name),
                _printed(self.level1) if self.level1 else None,
                _printed(self.level2) if self.level2 else None,
                _places(levels),
                parse(text or target[0].text) if target else None,
                _places(target),
            )
        )


def _is_torn(text: str) -> bool:
    """Whether a bracket is open at the end, or closed that was not opened."""
    return folded(text).count("(") != folded(text).count(")")


def _is_rest_of_name(name: str, rest: str, *, torn: bool) -> bool:
    """Return whether a text is the rest of a name, and no name of its own."""
    word = folded(rest)
    if torn and not _is_torn(name + rest):
        return True  # it closes the bracket
    if not _WORD.search(word) or parse(word).value is not None:
        return False
    ends = _ends_of_names()
    if len(word) <= _SHORTEST_NAME or ends.fullmatch(folded(name)):
        return len(word) <= _SHORTEST_NAME
    is_name = ends.fullmatch(word) is not None
    whole = ends.fullmatch(folded(name) + word) is not None
    return len(word) < _LONGEST_REST and (whole or not is_name)


@cache
def _ends_of_names() -> re.Pattern[str]:
    return re.compile(rf".+{data()['value']['names']}")


def _name(cell: Cell) -> Printed:
    """An indicator's name without the number that the blank form gives it: 指标1:"""
    (place, text), *others = Printed.of(cell).parts
    return Printed(tuple(part for part in ((place, _NUMBERED.sub("", text)), *others) if part[1]) or ((place, text),))


def _word(cell: Cell) -> str:
    """A level as printed, without numbering, weight or (必填) where only that keeps it from being a known one."""
    word, stripped = label(cell.text), bare(cell.text)
    known = level_labels()
    return stripped if word not in known and stripped in known else word


def _printed(cell: Cell) -> str:
    """A level as printed, with another word for it in brackets where one stands behind it."""
    return label(cell.text) if labels().line("alternative", cell.text) else _word(cell)


def _is_whole(level: Cell) -> bool:
    """Whether a level is more than what the end of a line has left of one."""
    return len(_word(level)) >= columns.SHORTEST_LEVEL


def _places(cells: Sequence[Cell]) -> tuple[Place, ...]:
    return tuple(place for cell in cells for place in cell.places)


def _is_row(row: Row) -> bool:
    """Whether a row is one of a table, and no paragraph, title or ruler between its parts on two pages."""
    return len(row.cells) > 1 and not all(labels().line("ruler", cell.text) for cell in row.filled)


def _with_whole_levels(rows: Sequence[Row]) -> list[Row]:
    """The rows, a level that stands on two lines of its own (社会效益, 指标) joined to one cell."""
    whole: list[Row] = []
    for row in rows:
        above = whole[-1] if whole else None
        if above and len(row.cells) == 1 and folded(row.text) in _FRAGMENTS:
            *groups, begun = above.text.split() or [""]
            joined = Cell(((above.first_line, begun), *row.cells[0].parts), above.cells[0].column)
            if _word(joined) in level_labels() and all(bare(word) in labels().groups for word in groups):
                whole[-1] = Row((joined,))
                continue
        whole.append(row)
    return whole


def read(rows: Sequence[Row], table_head: Head, marks: Marks, yearly_last: bool = True) -> Table:
    """The table below `table_head`; a head repeated on a new page is passed over and gives the columns anew.

    Of indicators for several years and for the year below each other, the year's are read.
    """
    rows = _with_whole_levels(rows)
    reader = _Reader(table_head, marks)
    begins = True  # whether the head stands just above
    tried: list[Row] = []
    for index, row in enumerate(rows):
        divided = parted(reader.head, row) if begins else None
        begins = False
        if divided:
            reader.head = divided
            marks.known_row(row)
        elif again := head(row, yearly_last):
            if reader.head.long_term and not again.long_term and bare(row.filled[0].text) not in labels().columns:
                reader = _Reader(again, marks)
            reader.head, reader.ended, begins = again, False, True
            marks.known_row(row)
        else:
            reader.row(row, next(filter(_is_row, rows[index + 1 : index + 1 + _REACH]), None))
            tried += [] if reader.ended or len(row.cells) == 1 else [row]
    reader.flush()
    torn_at = reader.torn.line if reader.torn else None if reader.indicators else table_head.line
    return Table(tuple(reader.indicators), torn_at, _lost(tried, reader.indicators, marks))


def _lost(rows: Iterable[Row], found: Iterable[Indicator], marks: Marks) -> tuple[Place, ...]:
    """Return the places of rows of the table from which nothing was read, and that are no words of the form."""
    used = {place for each in found for place in (*each.name.places, *each.target_places)}
    known = marks.boilerplate | marks.persons | marks.aside
    lost = (
        [place for cell in row.filled for place in cell.places if not columns.is_level(cell)]
        for row in rows
        if row.filled and not labels().is_label(bare(folded(row.filled[0].text).partition(":")[0]))
    )
    return tuple(place for row in lost if row and used.isdisjoint(row) and not known.issuperset(row) for place in row)
