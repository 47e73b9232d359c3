"""Read the table of indicators, with its two levels and names, from the rows below its header.

A row is fitted to the columns of the header by the content of its cells (`roles/columns.py`). Rows without levels
inherit those above. A cell alone below an indicator may be the rest of its name or target: neither is read then.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile

from jixiao.ingest.model import Indicator, Printed, Result
from jixiao.ingest.rendition import Cell, Marks, Place, Row, places_of
from jixiao.ingest.roles import aligning, columns
from jixiao.ingest.roles.columns import LEVELS, RESULTS, Columns, Head, Parts, head, parted
from jixiao.ingest.roles.labels import CELLS, bare, labels
from jixiao.ingest.roles.role import Kind, is_ruler, of_text, role
from jixiao.ingest.structure.forms import results
from jixiao.ingest.values.amounts import is_blank, named, names_figure
from jixiao.ingest.values.plain import folded
from jixiao.ingest.values.targets import is_interval, is_sign, parse
from jixiao.ontology.identity import label
from jixiao.ontology.schemes import level1_labels, level2_labels, level_labels
from jixiao.ontology.text.display import MASK
from jixiao.ontology.text.wording import Wording

TABLE = Wording("jixiao.ingest.structure.forms", "table.toml")
"""The words and patterns of the table of indicators."""
_NUMBERED, _BEGINS_WITHIN = TABLE.pattern("numbered"), TABLE.pattern("begins_within")
_TARGET_WITHIN, _TARGET_END = TABLE.pattern("target_within"), columns.WORDING.pattern("target_end")
_UNFILLED = TABLE.pattern("unfilled")
_LABELLED, _NOTE = TABLE.pattern("labelled"), TABLE.pattern("note")
_FRAGMENTS = frozenset(CELLS.words("fragments"))
_REACH = 5  # most rows between a name and its target on the next page
_LONGEST_REST, _LONGEST_END, _LONGEST_SCRAP, _SHORTEST_WORD = 3, 7, 2, 2  # characters
_WHOLE = (90, 100)  # points of all weights; the rate of execution has the other 10
_GROUPS = frozenset({Kind.GROUP, Kind.MONEY})
_BELOW = frozenset({Kind.OTHER, Kind.FIELD, Kind.GOAL})  # labels below a table


@dataclass(frozen=True)
class Table:
    """The indicators of a form, and what its table of indicators leaves open.

    `torn_at` is the line at which the table ends without a target, or without any row; `lost` are the places of rows
    that were not understood; `closed` is true if a signature, a note or other text that belongs below the table was
    read after its last row. Below a table of results, `below` are the rows that state results of the whole form;
    `columns` are those of its header.
    """

    indicators: tuple[Indicator, ...]
    torn_at: int | None
    lost: tuple[Place, ...] = ()
    closed: bool = False
    columns: Columns | None = None
    below: tuple[Row, ...] = ()


def read(rows: Sequence[Row], table_head: Head, marks: Marks, yearly_last: bool = True) -> Table:
    """Return the table below a header; a header repeated on a new page redefines the columns.

    If indicators for several years stand above those for the year, only the year's are read. `yearly_last` is true if
    the year's side of a double table is at the right.
    """
    reader = _Reader(table_head, marks)
    begins = True  # True directly below a head
    tried: list[Row] = []
    below: list[Row] = []
    closed = False
    for index, row in enumerate(rows):
        if below or results.states(row, reader.head.columns):
            below.append(row)
            continue
        divided = parted(reader.head, row) if begins else None
        is_first, begins = begins, False
        if divided:
            reader.head = divided
            marks.known(row.filled)
        elif is_first and len(row.filled) > 1 and all(_TARGET_END.fullmatch(folded(cell.text)) for cell in row.filled):
            marks.known(row.filled)
        elif again := head(row, yearly_last):
            if reader.head.long_term and not again.long_term and role(row.filled[0]).kind is not Kind.COLUMN:
                reader = _Reader(again, marks)
            reader.head, reader.ended, closed, begins = again, False, False, True
            reader.broken = reader.torn is not None
            marks.known(row.filled)
        else:
            reader.row(row, rows[index + 1 : index + 1 + _REACH])
            # A label with which the text ends may be the name of an indicator whose target was cut off: 完成时间.
            is_open = index == len(rows) - 1 and len(row.cells) == 1 and role(row.cells[0]).kind in _BELOW
            closes = reader.ended or (_is_below(row.filled, reader.head) and not is_open)
            # A quantity alone is a target of the table.
            beside = closes or (len(row.cells) == 1 and not parse(row.text).unit)
            tried += [] if beside else [row]
            closed = closes or (closed and beside)
    del reader.indicators[reader.sure :]  # rather the foot of a page
    if sum(each.weight or 0 for each in reader.indicators) not in _WHOLE:
        reader.indicators = [_without_figures(each) if each.is_open else each for each in reader.indicators]
    unread = None if reader.indicators else table_head.line
    torn_at = reader.torn.line if reader.torn else unread
    lost = _lost(tried, reader.indicators, marks)
    return Table(tuple(reader.indicators), torn_at, lost, closed or bool(below), reader.head.columns, tuple(below))


@dataclass(frozen=True)
class _Levels:
    """The levels (一级指标, 二级指标) of a row, as cells; None for a level that the table has not named so far."""

    first: Cell | None = None
    second: Cell | None = None

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Return the cells of the levels, in order."""
        return tuple(cell for cell in (self.first, self.second) if cell)

    def alone(self, cells: Sequence[Cell]) -> "_Levels | None":
        """Return the levels for the rows below, if `cells` are a row of levels only; None for any other row."""
        words = [_word_of(cell) for cell in cells]
        if len(words) > 2 or not set(words) <= level_labels():
            return None
        if len(words) == 2 and words[0] in level1_labels():
            return _Levels(*cells)
        if words and words[0] in level2_labels() and (self.first or words[0] not in level1_labels()):
            return replace(self, second=cells[0])
        return _Levels(cells[0]) if words else self

    def of_columns(self, first: Cell | None, second: Cell | None) -> "_Levels":
        """Return the levels of a row, given its cells in the columns of first and second levels.

        Missing levels are inherited from the rows above; a second level alone in the first column inherits no first
        level. A level in the wrong column counts by its words.
        """
        if first and columns.is_second_level(_word_of(first)):
            return _Levels(None, first)
        if not first and second and columns.is_first_level(_word_of(second)):
            if self.first and _word_of(self.first) not in level_labels():  # 效益指标 below 实施效果指标
                return _Levels(self.first, second)
            first, second = second, None
        if first and not second and not self.first and self.second and columns.belongs(first.text, self.second.text):
            return _Levels(first, self.second)  # merged cells, with the word of the first level in a middle row
        if not first and second and self.first and columns.contradicts(self.first.text, second.text):
            return _Levels(None, second)  # the word of its first level is in a row below
        return _Levels(first or self.first, second) if first or second else self


@dataclass
class _Reader:
    """The reader of the rows of one table of indicators, with its state between the rows."""

    head: Head
    marks: Marks
    indicators: list[Indicator] = field(default_factory=list)
    levels: _Levels = field(default_factory=_Levels)
    ended: bool = False  # True if other text has begun below the table
    complete: bool = False  # True if the row above had both name and target
    unread: bool = False  # True if the row above was not understood
    last: Parts | None = None  # the cells of the last indicator, None if that was removed
    entered: bool = False  # True if levels were printed after the last indicator
    column: int = 0  # column of the last indicator's name
    placed: bool = False  # True if a row without levels had its name below the head's word for names
    adrift: bool = False  # True if the last one had it further left than the row above
    sure: int = 0  # number of indicators up to the last that is no doubtful one
    broken: bool = False  # True directly below a head repeated behind such a row
    torn: Cell | None = None  # the last cell of a row that lacks both its target and a blank cell for it

    def row(self, row: Row, below: Sequence[Row]) -> None:
        """Read one row of the table, and keep the indicator or levels that it states, unless the table has ended.

        The rows `below` may hold the target of a name that is alone in its row.
        """
        # A paragraph, title or ruler between the parts of a table on two pages is no row of it.
        following = next(
            (each for each in below if len(each.cells) > 1 and not is_ruler(each.filled)),
            None,
        )
        before, self.complete = self.complete, False
        unread, self.unread = self.unread, False
        self.ended = self.ended or (bool(row.filled) and _is_end(row, below))
        if self.ended:
            return
        cells = [cell for cell in row.filled if role(cell).kind not in _GROUPS]
        self.marks.known(cell for cell in row.filled if role(cell).kind in _GROUPS)
        is_known = is_ruler(cells) or bare(cells[0].text) in labels().sums
        self.marks.known(cells if is_known else ())
        if is_known or (results.are_of(self.head.columns) and self._unfilled(cells)):
            return
        ends_a_level = len(cells) > 1 and folded(cells[0].text) in _FRAGMENTS
        if ends_a_level or (before and len(row.cells) == 1 and _is_scrap(row.text)):
            self._drop_last()
            return
        if self._is_beside(row, cells):
            return
        names = self.head.columns.named.get("name")
        named = len(cells) == 1 and cells[0].column == names and cells[0] is not row.cells[0]
        if not (before and named) and self._levels_alone(cells):
            self.torn = cells[-1] if cells and row.cells[-1] is cells[-1] else None
            return
        if (before or unread) and _is_remainder(cells, following):
            another = self.last and all(map(columns.reads_as_name, (self.last.cells["name"].text, cells[0].text)))
            has_blank_target = another and named and row.cells[-1] is not cells[-1]
            is_whole = row.closed and len(row.cells) > 1 and results.are_of(self.head.columns)
            if not (has_blank_target or is_whole):
                if before and not _may_lack_border(row, cells[0]) and not self._goes_on(cells[0], row) and not another:
                    self._drop_last()
                self.torn = cells[-1] if row.cells[-1] is cells[-1] or not following else None
                return
        self._fitted(row, unread=unread)

    def _unfilled(self, cells: Sequence[Cell]) -> bool:
        """Return whether a row has nothing but prompts, dashes and weights: 指标2：, /, (30分).

        Levels before the prompts are kept for the rows below.
        """
        words = [replace(cell, parts=((cell.line, word),)) for cell in cells for word in cell.text.split()]
        levels = [*takewhile(columns.names_level, words)]
        if len(levels) == len(words) or not all(
            _UNFILLED.fullmatch(folded(word.text)) for word in words[len(levels) :]
        ):
            return False
        if levels and not self._levels_alone(levels):
            return False
        for cell in cells:
            self.marks.figure(cell)  # the numbers of prompts are those of the form
        return True

    def _goes_on(self, cell: Cell, row: Row) -> bool:
        """Join a lone cell to the name or target above it if it can be nothing else; return whether it was joined."""
        meanings = {self.head.columns.named.get(meaning): meaning for meaning in ("name", "target")}
        meaning = meanings.get(cell.column, "")
        above = self.last.cells.get(meaning) if self.last else None
        is_rest = above and (meaning == "target" or _is_rest_of_name(above.text, cell.text))
        if not self.last or not above or not is_rest or parse(cell.text).value is not None:
            return False
        self.indicators.pop()
        whole = replace(above, parts=(*above.parts, *cell.parts))
        self._add(replace(self.last, cells=self.last.cells | {meaning: whole}), row)
        return True

    def _is_beside(self, row: Row, cells: Sequence[Cell]) -> bool:
        """Return whether a row is no row of the table: a paragraph between its parts, or a label below it.

        Known words, persons and levels in such a row are noted.
        """
        persons = [cell for cell in cells if role(cell).kind is Kind.PERSON]
        if not persons and len(row.cells) > 1 and not _is_below(cells, self.head):
            return False
        if len(cells) == len(row.cells) == 1 and len(cells[0].parts) > 1:
            self._levels_alone(cells)  # a level on two lines
        self.marks.known(persons)
        self.marks.known(cell for cell in cells if role(cell).word in labels().others)
        if results.are_of(self.head.columns):
            self.marks.known(cell for cell in cells[1:] if results.says_nothing(cell.text))
        return True

    def _fitted(self, row: Row, *, unread: bool) -> None:
        """Read a row by the columns of the header; a row that does not fit the columns stays unread.

        A target alone in its row is the target of the name above, if this name has none. `unread` is true if a row
        between the two was not read: then the target is not read, either.
        """
        known = self.head.columns
        kept = (
            cell
            for cell in row.cells
            if role(cell).kind not in {*_GROUPS, Kind.SEVERAL_YEARS}
            or (known.meanings.get(cell.column) in LEVELS and role(cell).word in labels().levels)
        )
        cells = replace(row, cells=tuple(kept))
        parts = aligning.fit(known, cells) if cells.filled else None
        other = [cell for cell in cells.filled if cell.column in known.other]
        if parts:
            if parts.cells["name"].column == known.named["name"]:
                self.marks.set_aside(other)
            above = self.levels
            self.levels = above.of_columns(parts.cells.get("level1"), parts.cells.get("level2"))
            if results.are_of(known) and "level2" not in known.named and "level1" in parts.cells:
                self.levels = _Levels(parts.cells["level1"])
            merged = self.levels.second is above.second is not None
            if self.levels.first and not above.first and (merged or columns.is_level(self.levels.first)):
                self._below_one_level(self.levels.first)
            self.entered = not LEVELS.isdisjoint(parts.cells)
            self.torn = None if parts.target or row.cells[-1] is not parts.cells["name"] else row.cells[-1]
            self.marks.known(parts.unkept)  # signs, units and weights
            for cell in parts.unkept:
                if names_figure(cell.text):
                    self.marks.figure(cell)
            self.marks.set_aside(parts.further)
            self._add(parts, row)
        elif self.last and not unread and [cell.column for cell in cells.filled] == [known.named.get("target")]:
            if self.indicators[-1].target is None:
                self.indicators.pop()
                self._add(replace(self.last, cells=self.last.cells | {"target": cells.filled[0]}), row)
        else:
            self.unread = not all(cell in other or columns.is_level(cell) for cell in cells.filled)
            self.marks.set_aside(() if self.unread else other)
            self.levels, self.entered = _Levels(), True  # older levels do not apply below an unread row

    def _below_one_level(self, first: Cell) -> None:
        """Set the first level of those last indicators that only have a second level, which may belong to the first."""
        at = len(self.indicators)
        while at and self._is_below(self.indicators[at - 1], first):
            at -= 1
        for number, each in enumerate(self.indicators[at:], at):
            self.indicators[number] = replace(each, level1=_printed(first), levels=(*first.places, *each.levels))

    def _is_below(self, indicator: Indicator, first: Cell) -> bool:
        second = indicator.level2
        return indicator.level1 is None and second is not None and columns.belongs(_word_of(first), second)

    def _is_second_half(self, name: str, target: Sequence[Cell]) -> bool:
        """Return whether a row is the second half of the row above, so that its name is the rest of the name there.

        A name that begins with a closing bracket, a comma or 的 always is; another only if the row has a target and no
        levels.
        """
        above = self.last.cells["name"].text if self.last and target and not self.entered else ""
        if _BEGINS_WITHIN.match(name) or not above or columns.reads_as_name(above):
            return _BEGINS_WITHIN.match(name) is not None
        is_rest = self.broken or len(folded(name)) <= _LONGEST_REST
        return is_rest or (columns.reads_as_name(above + name) and not columns.reads_as_name(name))

    def _drop_last(self) -> None:
        """Remove the last indicator, since the current row continues its row."""
        if self.last:
            self.indicators.pop()
        self.last, self.unread = None, True

    def _levels_alone(self, cells: Sequence[Cell]) -> bool:
        """Return whether a row has nothing but levels, which are then kept for the rows below."""
        found = self.levels.alone(cells)
        if found is None:
            return False
        if found.first and not found.second:
            self._below_one_level(found.first)
        self.levels, self.entered = found, True
        self.marks.known(cells)
        return True

    def _add(self, parts: Parts, row: Row) -> None:
        """Add the indicator in a row's `parts`, unless it has no name, or its name or target may be torn or joined."""
        name, (text, target) = parts.cells["name"], parts.target or ("", ())
        if is_blank(_NUMBERED.sub("", name.text)) or (_names_nothing(name.text) and not self.broken):
            self.marks.known([name] if _NUMBERED.match(name.text) else ())
            return
        if self._is_second_half(name.text, target):  # two halves of one row
            above, self.broken = self.last if self.broken else None, False
            self._drop_last()
            if above and not above.target:
                whole = replace(name, parts=(*above.cells["name"].parts, *name.parts))
                self._add(replace(parts, cells=parts.cells | {"name": whole}), row)
            return
        inherits = not self.entered
        left = name.column < self.column or (self.adrift and name.column == self.column)
        self.placed = self.placed or (inherits and name.column == self.head.name)
        self.adrift = self.placed and inherits and left
        self.entered, self.broken, self.column = False, False, name.column
        self.complete, self.last = bool(target), None
        holds_target = _TARGET_WITHIN.fullmatch(folded(_name(name).text)) or _may_lack_border(row, name)
        unsure = is_sign(text) or (not target and holds_target and not parts.score)
        if unsure or any(map(_is_broken, (name, *target))):
            return
        self.last = parts
        if (reason := parts.cells.get("reason")) and columns.is_nothing(reason.text):
            self.marks.known([reason])
        first, second = self.levels.first, self.levels.second
        weight, places = parts.weight or (None, ())
        behind = [cell for cell in row.cells if cell.column > name.column]
        blank = next((cell for cell in behind if not cell and not target), None)
        unread = any(cell and self.head.columns.meanings.get(cell.column) is None for cell in behind) or (
            not row.closed and len(name.text.split()) > 1  # the name may hold the target, without a border
        )
        self.indicators.append(
            Indicator(
                _name(name),
                _printed(first) if first else None,
                _printed(second) if second else None,
                places_of(self.levels.cells),
                parse(text) if target else None,
                places_of(target),
                weight,
                places,
                columns.share(first.text) if first else None,
                self.adrift,
                blank_target=blank.places[0] if blank is not None else None,
                target_unread=unread,
                direction=Printed.of(parts.direction) if parts.direction else None,
                result=_result(parts, row, self.head) if not RESULTS.isdisjoint(self.head.columns.named) else None,
                is_open=parts.is_open,
            )
        )
        if not (inherits and name.column != self.head.name and columns.is_doubtful(name.text, text)):
            self.sure = len(self.indicators)


def _result(parts: Parts, row: Row, head: Head) -> Result:
    """Return the value reached, score and reason of a row; a value without a unit gets the unit of the target.

    Dashes are no values. Further cells of a table without a column of results may hold the target and the result. The
    cell for the reason is blank if bars or edges show that it is that cell.
    """
    cell, reason = (parts.cells.get(name) for name in ("achieved", "reason"))
    if cell and cell.text == parts.cells["name"].text:  # the name once more, and the value on a line of its own
        cell = reason if reason and parse(reason.text).value is not None else None
    cell = None if cell and is_blank(cell.text) else cell
    reason = None if reason and columns.is_nothing(reason.text) else reason
    score, places = parts.score or (None, ())
    achieved = parse(cell.in_one_line) if cell else None
    unit = folded(parts.text("unit"))
    if achieved and unit and achieved.value is not None and achieved.unit is None:
        # 0.88 in a column of per cent may be a share.
        achieved = replace(achieved, unit=unit) if unit != "%" or not 0 < achieved.value <= 1 else achieved
    kept = {each.parts for each in (*parts.cells.values(), *parts.further)}
    others = (each for each in row.filled if each.parts not in kept and role(each).kind not in _GROUPS)
    unread = not results.are_of(head.columns) and any(others)
    at = head.columns.named.get("reason") if parts.cells["name"].column == head.name else None
    blank = next((each.places[0] for each in row.cells if each.column == at and each.closed and not each), None)
    told = Printed.of(reason) if reason else None
    return Result(achieved, cell.places if cell else (), score, places, told, blank, unread)


def _without_figures(indicator: Indicator) -> Indicator:
    """Return an indicator without its weight, value reached and score: each may be the figure of another column."""
    result = Result(reason=indicator.result.reason, unread=True) if indicator.result else None
    return replace(indicator, weight=None, weight_places=(), result=result)


def _may_lack_border(row: Row, cell: Cell) -> bool:
    """Return whether a closed cell at the end of its row may be two cells whose border became a space."""
    return row.closed and row.cells[-1] is cell and len(cell.parts) == 1 and len(cell.text.split()) > 1


def _is_broken(cell: Cell) -> bool:
    """Return whether the brackets in a cell do not match, so that another row may have the rest of the cell."""
    return folded(cell.text).count("(") != folded(cell.text).count(")") and not is_interval(cell.text)


def _is_scrap(text: str) -> bool:
    """Return whether a text is too short for a line of its own (米, 月底), and is no part of a level and no label."""
    word = folded(text)
    of_level = word in _FRAGMENTS or any(level.startswith(word) for level in level_labels())
    return len(word) <= _LONGEST_SCRAP and word.isalpha() and not (of_level or word in labels().others)


def _names_nothing(text: str) -> bool:
    """Return whether a text is no name: a line to be filled in, or the end of a level broken over lines."""
    word = folded(text)
    return sum(map(str.isalnum, text)) < _SHORTEST_WORD or word.endswith(":") or word in _FRAGMENTS


def _is_rest_of_name(name: str, rest: str) -> bool:
    """Return whether a text is the rest of an indicator's name, and not a name: it is short, or completes the name."""
    word = folded(rest)
    if columns.reads_as_name(name) or len(word) <= _LONGEST_REST:
        return len(word) <= _LONGEST_REST and word.isalpha()
    return len(word) < _LONGEST_END and (columns.reads_as_name(name + word) or not columns.reads_as_name(word))


def _is_end(row: Row, below: Sequence[Row]) -> bool:
    """Return whether a row ends the table: a menu, a foot of the page, a sum of a form, or a title without a table."""
    cell, alone = row.filled[0], len(row.filled) == 1
    if alone and labels().line("form_title", cell.text):
        return not (below and (len(below[0].filled) > 1 or columns.is_level(below[0].cells[0])))
    if not alone and [role(each).kind for each in row.filled[:2]] == [Kind.GROUP, Kind.AMOUNT]:
        return True
    ends = ("menu", "foot_of_page", "table_end") if alone else ("menu",)
    return cell.column == 0 and any(labels().line(name, cell.text) for name in ends)


def _is_below(cells: Sequence[Cell], head: Head) -> bool:
    """Return whether a row stands below a table: a signature, person or note, or a label with its value.

    A label in the column of names, with a target and a result behind it, is the name of an indicator: 预算执行率.
    """
    signed = any(
        MASK in cell.text or labels().line("signature", cell.text) or role(cell).kind is Kind.PERSON for cell in cells
    )
    labelled = bool(cells) and all(_LABELLED.fullmatch(folded(cell.text)) for cell in cells)
    behind = {head.columns.meanings.get(cell.column) for cell in cells[1:]}
    is_name = bool(cells) and 0 < cells[0].column == head.name and behind >= {"target", "achieved"}
    of_label = not is_name and any(role(cell).kind in _BELOW or _NOTE.match(cell.text) for cell in cells[:1])
    return signed or labelled or of_label


def _is_remainder(cells: Sequence[Cell], following: Row | None) -> bool:
    """Return whether a lone cell may be the rest of a cell above: no number, and no target in the next row."""
    if len(cells) != 1 or _NUMBERED.match(cells[0].text):
        return False
    alone = following.filled[0] if following and len(following.filled) == 1 else None
    return not (alone and alone.column > cells[0].column)


def _name(cell: Cell) -> Printed:
    """Return an indicator's name without footnote marks and without the number of the unfilled form, as in 指标1：."""
    (place, text), *others = ((place, named(text)) for place, text in Printed.of(cell).parts)
    return Printed(tuple(part for part in ((place, _NUMBERED.sub("", text)), *others) if part[1]) or ((place, text),))


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


def _word_of(cell: Cell) -> str:
    """Return the word of a level.

    Numbering, weight or (必填) are left out if the word is a known one only without these.
    """
    stripped, known = bare(cell.text), level_labels()
    return stripped if folded(cell.text) not in known and stripped in known else label(cell.text)


def _printed(cell: Cell) -> str:
    """Return a level as printed, with its alternative word in brackets if it has one."""
    return label(cell.text) if labels().line("alternative", cell.text) else _word_of(cell)
