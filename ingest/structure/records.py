"""Divide a table of many projects into the rows that each project would have in a form of its own.

The words of the header (项目名称, 预算数, 年度目标 …) become labels followed by the project's cells. Where the header
has levels, the columns of the indicators stay a table (a register). Otherwise each row is a project (a list), perhaps
with levels as columns, or with all indicators in one cell. Rows of sums and of bodies are no projects.

Tables of contents and summaries are lists, too, above, among or below the forms of the projects. Only if a file has no
form or narrative is each row of a list a project. The header of a list has words of columns only, so that 金额 beside
项目名称 is not read as a project's name.

Where text has lost merged cells, the rows of a list have more cells than its header: then they are not read, since
nothing tells the columns of its words.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from operator import and_

from jixiao.ingest.cells.prose import listing as prose
from jixiao.ingest.cells.prose.sentences import divided, even
from jixiao.ingest.model import BODIES
from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles import aligning, columns
from jixiao.ingest.roles.labels import asks_for_name, bare, labels, names_money, names_projects
from jixiao.ingest.roles.naming import may_name
from jixiao.ingest.roles.role import is_word, of_text
from jixiao.ingest.structure.funds import PARTS_OF_A_TOTAL
from jixiao.ingest.values import amounts
from jixiao.ingest.values.plain import folded
from jixiao.ontology.schemes import level_labels

_REACH = 4  # most rows from title, year and unit to the head
_FEWEST_ROWS = 2  # least number of rows of a list without serial numbers
_LONGEST_WORD = 20
_TOP = 40  # rows of a notice that may list what is attached
_NOT_READ = frozenset({"annualRequest", "hasGoal", "hasIndicator"})  # of a project whose row lost cells
_MOST_PAIRS = 5  # words in a row that cannot be labels of a form, each beside a blank value


@dataclass(frozen=True)
class Records:
    """The projects of one table, each as the rows of a form (`forms`); `below` is the first row below its table.

    `again` are cells without new information: serial numbers, repeated headers, a project's name beside each indicator.
    `listed` is true for a list, which counts only in a file without forms and narratives. `total` are the rows of a
    form with the money that the table states for all its projects; empty if it states none.
    """

    forms: tuple[tuple[Row, ...], ...]
    below: int
    again: tuple[Cell, ...] = ()
    listed: bool = False
    total: tuple[Row, ...] = ()


@dataclass(frozen=True)
class _Head:
    """The header of a table of projects, with the words of its columns by number.

    `name` is the column of names; `table` are the cells of the header over a table of indicators, if there is one.
    """

    rows: Sequence[Row]
    name: int
    words: Mapping[int, Cell]  # the columns that become labels of a form
    table: tuple[Cell, ...] = ()  # the head of the indicators

    @cached_property
    def columns(self) -> columns.Columns:
        """Return the columns of the indicators; without columns if the header has none."""
        found = columns.head(Row(self.table))
        return found.columns if found else columns.Columns({})

    def suits(self, row: Row) -> bool:
        """Return whether each cell suits its column: figures are in columns of money, and not in columns of bodies."""
        if self.table:
            cells = [cell for cell in row.filled if cell.column >= self.table[0].column]
            found = aligning.assigned(self.columns, cells)
            return found is not None and all(n == cell.column for n, cell in found.placed)
        return all(cell.column in self.words and _fits(self.words[cell.column], cell) for cell in row.filled)


def at(rows: Sequence[Row], index: int) -> Records | None:
    """Return the register or list whose header begins at row `index`, or None if none begins there.

    A list that does not show targets, or whose cells cannot be distinguished, has no forms.
    """
    above = rows[max(0, index - _REACH) : index]
    head = _head(rows[index : index + 2], above[-1:])
    if head is None:
        # The projects of a list whose cells are on lines of their own cannot be read.
        alone = [bare(row.text) for row in (*above[-1:], rows[index]) if len(row.cells) == 1]
        lines = len(alone) == 2 and alone[0] in labels().numbering and names_projects(alone[1])
        return Records((), index + 1, listed=True) if lines else None
    below = last = index + len(head.rows)
    while last < len(rows) and not _ends(rows[last], in_list=not head.table):
        last += 1
    filled = [row for row in rows[below:last] if row.filled]
    again: list[Cell] = []
    if head.table:
        filled = [row if columns.head(row) else _moved(head, row) for row in filled]
        forms = list(_registered(head, filled, again))
    else:
        named, forms = _listed(head, filled, ends=last == len(rows))
        if not named:
            return Records((), last, listed=True) if _is_numbered(head.rows[0]) else None
        notice = rows[: min(index, _TOP)]
        forms = forms if _is_of_targets(head, above, notice) else []
    top = [row for row in above if any(_is_above(cell.text) for cell in row.filled)]
    whole = tuple(_whole(top, form) for form in forms)
    return Records(whole, last, tuple(again), not head.table, _total(head, top, filled, ends=last == len(rows)))


def _total(head: _Head, above: Sequence[Row], rows: Sequence[Row], *, ends: bool) -> tuple[Row, ...]:
    """Return the rows above a table and a row of the table's total, as a form; empty without a total, or with several.

    The total is the only figure of the only row of sums that is no subtotal (小计). In a table of a single row, it is
    the figure of this row besides its serial number, unless the text `ends` with it. The first word for money names the
    total. A register's row of sums may print its body in place of a word for sums.
    """
    parts, numbering = labels().sums - labels().whole, labels().numbering
    sums = [row for row in rows if _sums_up(head, row) and not any(bare(cell.text) in parts for cell in row.filled)]
    if len(rows) == 1 and not ends:
        columns_of_numbers = {n for n, word in head.words.items() if bare(word.text) in numbering}
        sums = [Row(tuple(cell for cell in rows[0].filled if cell.column not in columns_of_numbers))]
    figures = [cell for row in sums for cell in row.filled if amounts.money(cell.text) is not None]
    word = next((word for word in map(_meant, head.words.values()) if names_money(word.text)), None)
    return (*above, Row((word, figures[0]))) if word and len(sums) == len(figures) == 1 else ()


def _head(rows: Sequence[Row], above: Sequence[Row] = ()) -> _Head | None:
    """Return the header of a table of projects, made of the first or the first two of the rows; None if they are none.

    None, too, for a row of a header that is withheld, since the columns are unknown. `above` is the row above it.
    """
    row, *below = rows
    names = [cell.column for cell in row.filled if names_projects(cell.text)] if len(row.filled) > 1 else []
    if len(names) != 1 or "name" in row.withheld:
        return None
    found = next((n for n, each in enumerate(rows, 1) if columns.head(each)), 0)
    if not found:
        heads = [row, *(each for each in below if has_parts(row, each))]
        return _Head(heads, names[0], _words(heads)) if _is_of_list(row, above) else None
    levels = [column for column, meaning in columns.meanings(rows[found - 1]) if meaning == "level1"]
    start = min(levels, default=0)
    words = {n: cell for n, cell in _words(rows[:found]).items() if n < start}
    known = all(is_word(cell.text) for cell in row.filled if cell.column < start)
    table = tuple(cell for cell in rows[found - 1].filled if cell.column >= start)
    return _Head(rows[:found], names[0], words, table) if known and names[0] < start else None


def _words(heads: Sequence[Row]) -> dict[int, Cell]:
    """Return the word of each column by the number of the column, from the rows of a header.

    A word of a lower row fills a column that has no word above, and replaces a word that may span several columns.
    Labels of sums in lower rows are left out. A label of sums, or a group word over one, stands for the project's total
    if a part of the total is the next column.
    """
    upper, *inner = ({cell.column: cell for cell in row.filled} for row in heads)
    lower = {n: cell for row in inner for n, cell in row.items() if n not in upper or may_span(upper[n])}
    words = upper | {n: cell for n, cell in lower.items() if bare(cell.text) not in labels().sums}
    sums = {n for row in (upper, *inner) for n, cell in row.items() if bare(cell.text) in labels().whole}
    totals = {
        n: _taken_for(word, labels().usual("annualRequest"))
        for n, word in words.items()
        if n in sums and bare(word.text) not in labels().amounts and _is_part(words.get(n + 1))
    }
    return words | totals


def _is_part(word: Cell | None) -> bool:
    """Return whether the word of a column asks for a part of a project's money: fiscal or other funds."""
    return word is not None and labels().amounts.get(bare(word.text)) in PARTS_OF_A_TOTAL


def _is_of_list(head: Row, above: Sequence[Row]) -> bool:
    """Return whether a row that names projects is the header of a list.

    If a word is unknown, the header must have a serial number, or pairs of labels side by side as no form has them: two
    pairs, or one below a unit of money.
    """
    words = [bare(cell.text) for cell in head.filled]
    of_indicators = any(columns.reads_as_level(word) for word in words if word not in labels().groups)
    labelled = [of_text(cell.text).is_label or _meant(cell) is not cell for cell in head.cells]
    below_unit = any(labels().line("form_unit", row.text) for row in (*above, head))
    pairs = sum(map(and_, labelled, labelled[1:]))
    known = all(map(is_word, words)) or pairs >= _FEWEST_ROWS - below_unit or _is_numbered(head)
    short = all(len(word) <= _LONGEST_WORD and amounts.quantity(word) is None for word in words)
    return short and known and (not of_indicators or _is_numbered(head))


def _is_numbered(head: Row) -> bool:
    return bare(head.filled[0].text) in labels().numbering


def _is_sum(row: Row) -> bool:
    return any(bare(cell.text) in labels().sums for cell in row.filled)


def _sums_up(head: _Head, row: Row) -> bool:
    """Return whether a row holds sums: it has a word for sums (合计) or, in a register, a body and figures alone."""
    first, *others = row.filled
    figures = all(amounts.quantity(cell.text) for cell in others)
    of_body = bool(head.table and others) and figures and _is_body(head.words.get(first.column, first).text)
    return _is_sum(row) or of_body


def _ends(row: Row, *, in_list: bool) -> bool:
    """Return whether a row ends the table: a title, or the label of a project's name.

    A list (`in_list`) also ends with any other label, a paragraph or another header.
    """
    if not row.filled:
        return False
    first, is_head = row.filled[0].text, columns.head(row) is not None
    if in_list:
        is_label = of_text(bare(first)).is_label and not _is_sum(row)
        return len(row.cells) == 1 or is_label or is_head or _head([row]) is not None
    title = len(row.filled) == 1 and any(labels().line(name, first) for name in ("form_title", "narrative_title"))
    return not is_head and (title or asks_for_name(first))


def _is_above(text: str) -> bool:
    """Return whether a cell above the header applies to each project: a title or year, a body or a unit of money."""
    is_line = any(labels().line(name, text) for name in ("form_title", "form_year"))
    return is_line or amounts.unit(text) is not None or _is_body(folded(text).partition(":")[0])


def _is_body(label: str) -> bool:
    """Return whether a label asks for a department or unit."""
    return labels().fields.get(bare(label)) in BODIES


def _whole(above: Sequence[Row], form: Sequence[Row]) -> tuple[Row, ...]:
    """Return a project's rows with the rows above the table added, after the project's own bodies.

    The first body counts, so that the project's own ones precede those above the table.
    """
    own = [row for row in form if row.filled and _is_body(row.filled[0].text)]
    return (*own, *above, *(row for row in form if row not in own))


def _registered(head: _Head, rows: Sequence[Row], again: list[Cell]) -> Iterator[list[Row]]:
    """Yield the rows of each project in a register; cells without new information are added to `again`."""
    form: list[Row] = []
    told: dict[int, Cell] = {}  # the cells of the current project's first row
    above: dict[int, Cell] = {}  # a row with a body, or with a project whose indicators are below it
    inherited: dict[int, Cell] = {}  # bodies
    bodies = [n for n, word in head.words.items() if _is_body(word.text)]
    again += (word for word in head.words.values() if bare(word.text) in labels().numbering)
    heads = [row for row in rows if columns.head(row)]
    again += (cell for row in heads for cell in row.filled)
    for row in (each for each in rows if each not in heads):
        cells = {cell.column: cell for cell in row.filled}
        table = tuple(cell for cell in row.cells if cell.column in {each.column for each in head.table})
        name = cells.get(head.name)
        if _is_unplaced(head, row):
            yield from [form] if form else []
            lost = replace(row, withheld=_NOT_READ)
            form, above = [Row((head.words[head.name],)), Row(head.table), lost], {}  # a project without a name
            continue
        if _sums_up(head, row) or (name and amounts.quantity(name.text)):
            above = {}  # a sum of all projects, or of a body's projects with the blank name lost
        elif name and not any(table):
            above = cells
        elif name or (above and any(table)):
            cells, above = cells if name else above | cells, {}
            inherited |= {n: cells[n] for n in bodies if n in cells}
            new = [n for n in (head.name, *bodies) if n in cells and (n not in told or told[n].text != cells[n].text)]
            if form and not new:
                texts = {cell.text for cell in told.values()}
                again += (cell for n, cell in cells.items() if n in head.words and cell.text in texts)
            else:
                yield from [form] if form else []
                told, form = cells, [*_labelled(head, inherited | cells), Row(head.table)]
        if any(table) and form:
            blank = Cell(((row.first_line, ""),), head.table[0].column - 1)  # a row of one cell would be a paragraph
            form.append(Row(table if len(table) > 1 else (blank, *table)))
    yield from [form] if form else []


def _is_unplaced(head: _Head, row: Row) -> bool:
    """Return whether a row begins a project, but cells were lost so that its levels are left of their columns."""
    left = [cell for cell in row.filled if head.table and cell.column < head.table[0].column]
    return any(bare(cell.text) in level_labels() for cell in left[2:])


def _labelled(head: _Head, cells: Mapping[int, Cell]) -> list[Row]:
    """Return a project's cells as rows of label and value, the name first."""
    label = head.words[head.name]
    if labels().line("mixed", bare(label.text)):
        label = replace(label, taken_for=labels().usual("name"))
    others = (n for n, word in head.words.items() if n in cells and n != head.name and word)
    return [Row((label, cells[head.name])), *(Row((_meant(head.words[n]), cells[n])) for n in others)]


def _moved(head: _Head, row: Row) -> Row:
    """Return a row of a register, moved right if it lost cells at its left that rows above span.

    A row that ends left of the indicators, or whose first cell is a level left of them, is more likely a row of
    indicators alone, and is moved as well. Any other row that suits the header's columns is returned unchanged, and so
    is a row that holds sums, or that not exactly one move fits.
    """
    start = head.table[0].column
    begins_with_level = bare(row.filled[0].text) in level_labels() and row.filled[0].column < start
    is_short = len(row.filled) > 1 and row.cells[-1].column < start
    if _sums_up(head, row) or not (begins_with_level or is_short or not head.suits(row)):
        return row
    found = aligning.assigned(head.columns, row.filled)
    if found and not found.several:
        return Row(tuple(cell.moved(n) for n, cell in found.placed))
    ways = (Row(tuple(cell.moved(cell.column + n) for cell in row.cells)) for n in range(1, head.table[-1].column + 1))
    suited = [moved for moved in ways if head.suits(moved)]
    return suited[0] if len(suited) == 1 else row


def _listed(head: _Head, items: Sequence[Row], *, ends: bool) -> tuple[bool, list[list[Row]]]:
    """Return whether the rows `items` below a header are a list of projects, and the rows of each project in the list.

    If the list `ends` the text, the last row of the list may break off; money in the columns after the last cell of
    this row is withheld.
    """
    words, name = head.words, head.name
    # Cells beyond the header show that it has lost some, so that its words may stand above other columns.
    is_moved = any(cell.column > max(words) for row in items for cell in row.filled)
    dealt = replace(head, words={n: _meant(word) for n, word in words.items()})
    named = [
        row
        for row in items
        if any(c.column == name and not is_word(c.text) and amounts.money(c.text) is None for c in row.filled)
    ]
    sure = _is_numbered(head.rows[0]) or any(map(_is_sum, items)) or len(head.rows[0].filled) >= _MOST_PAIRS
    if len(named) < (_FEWEST_ROWS, 1)[sure] or is_moved:
        return len(named) >= (_FEWEST_ROWS, 1)[sure], []
    last = items[-1].cells[-1].column
    torn = items[-1:] if ends and last <= name and len(named) > 1 else []
    forms = []
    for row, below in zip(items, [*items[1:], Row(())], strict=True):
        # Money beside a name that stands for several rows is that of the first row.
        of_several = bool(below.filled) and below not in [*named, *torn] and not _is_sum(below)
        found = _of_row(dealt, row, of_several=of_several) if row in named else []
        forms += [found] if found else []
    beyond = [word for n, word in words.items() if n > last and names_money(word.text)]
    if forms and beyond and ends and named[-1] is items[-1]:
        forms[-1].append(Row(tuple(beyond), withheld=frozenset({"annualRequest"})))
    return True, forms


def _of_row(head: _Head, row: Row, *, of_several: bool) -> list[Row]:
    """Return the rows of the project in a row of a list; only its name if the cells do not suit the columns.

    Columns may stand for levels of indicators, and a cell may hold all indicators of a project as one text. Money is
    left out if the row is the first of several for the project (`of_several`). Empty if neither the cells nor the name
    suit.
    """
    name, *pairs = _labelled(head, {cell.column: cell for cell in row.filled})
    suits = head.suits(row)
    if not suits and not may_name(name.cells[1].text, "column"):
        return []
    told, levels, listed = [name], [], []
    for label, cell in (pair.cells for pair in pairs if suits):
        if label.text in labels().groups and prose.begins_with_level(cell):
            listed.append(Row((cell,)))
        elif columns.reads_as_level(label.text) and label.text not in labels().groups:
            named = all(each and not each.target for each in divided(even(cell.text), 0, len(cell.text)))
            levels += [Row((label, cell))] if any(map(str.isdigit, cell.text)) and not named else []
        elif not (of_several and bare(label.text) in labels().amounts):
            told.append(Row((label, cell)))
    return prose.read([*told, *levels, *listed])


def _is_of_targets(head: _Head, above: Sequence[Row], notice: Sequence[Row]) -> bool:
    """Return whether a list is one of performance targets, by its title, its header, or a notice.

    A notice shows it if it says that targets are attached. A header whose words are mixed with other things does not.
    """
    words = {bare(cell.text) for row in head.rows for cell in row.filled}
    titled = any(labels().line("list_title", cell.text) for row in above for cell in row.filled) or any(
        labels().line("attached_targets", line) for row in notice for line in row.text.split("\n")
    )
    of_targets = not words.isdisjoint(labels().goals) or any(labels().line("list_targets", word) for word in words)
    return not any(labels().line("mixed", word) for word in words) and (titled or of_targets)


def _meant(word: Cell) -> Cell:
    """Return the word of a column as forms write it: 金额 in a list means the money of its year."""
    text = bare(word.text)
    by_pattern = (labels().usual(name) for name in ("totalAmount", "annualRequest") if labels().line(name, text))
    meant = None if text in labels().amounts else labels().meant.get(text) or next(by_pattern, None)
    return _taken_for(word, meant) if meant else word


def _taken_for(word: Cell, meant: str) -> Cell:
    """Return the word of a column as one that means another word, with its own unit of money."""
    unit = amounts.labelled_unit(word.text)
    return replace(word, taken_for=f"{meant}({unit[1]})" if unit else meant)


def _fits(word: Cell, cell: Cell) -> bool:
    """Return whether a cell suits the word of its column: figures are in columns of money, not of bodies and goals."""
    label, is_figure = bare(word.text), amounts.money(cell.text) is not None
    is_money = label in labels().amounts and not (is_figure or amounts.is_blank(cell.text))
    return not is_money and not (is_figure and (label in labels().fields or label in labels().goals))


def has_parts(head: Row, below: Row | None) -> bool:
    """Return whether row `below` has words for parts of the header's columns: fewer short words, and no figures."""
    cells = below.filled if below else ()
    return (
        1 < len(cells) < len(head.filled)
        and all(len(bare(cell.text)) <= _LONGEST_WORD and not any(map(str.isdigit, cell.text)) for cell in cells)
        and any(names_money(cell.text) or is_word(cell.text) for cell in cells)
    )


def may_span(cell: Cell) -> bool:
    """Return whether the word of a column may stand over several columns: a heading of amounts, or a group word.

    Group words name a group of columns (绩效指标).
    """
    return names_money(cell.text) or bare(cell.text) in labels().groups
