"""Recognize lists of projects (序号, 项目名称, 年度资金总额), whose rows are not forms.

Tables of contents and summaries are such lists, above, among or below the forms of the projects. Only if a file has no
form or narrative is each row of a list a project. The head of a list has words of columns only, so that 金额 beside
项目名称 is not read as a project's name.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from operator import and_

from jixiao.ingest.cells.prose import lists as prose
from jixiao.ingest.cells.prose.listing import begins_with_level
from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles import columns
from jixiao.ingest.roles.labels import bare, labels, names_money, names_projects
from jixiao.ingest.roles.role import is_word, of_text
from jixiao.ingest.structure import registers, spans
from jixiao.ingest.structure.registers import Register
from jixiao.ingest.values import amounts

_FEWEST_ROWS = 2  # least number of rows of a list without serial numbers
_LONGEST_WORD = 20
_TOP = 40  # rows of a notice that may list what is attached
_MOST_PAIRS = 5  # words in a row that cannot be labels of a form, each beside a blank value


def at(rows: Sequence[Row], index: int) -> Register | None:
    """Return the list whose head is at an index, or None."""
    head = rows[index]
    name = _name_column(
        head, _FEWEST_ROWS - any(labels().line("form_unit", row.text) for row in rows[max(0, index - 1) : index])
    )
    if name is None:
        return _a_cell_a_line(rows, index)
    heads = [row for row in rows[index : index + 2] if row is head or spans.parts(head, row)]
    last = index + len(heads)
    while last < len(rows) and not _ends(rows[last]):
        last += 1
    below = [row for row in rows[index + len(heads) : last] if row.filled]
    words = _words(heads, [row for row in below if not _is_sum(row)])
    name = next((column for column, word in words.items() if names_projects(word.text)), name)
    named = [
        row
        for row in below
        if any(
            cell.column == name and not is_word(cell.text) and amounts.money(cell.text) is None for cell in row.filled
        )
    ]
    sure = _is_numbered(head) or any(map(_is_sum, below)) or len(head.filled) >= _MOST_PAIRS
    if len(named) < (_FEWEST_ROWS, 1)[sure]:
        return None
    above = rows[max(0, index - registers.REACH) : index]
    forms = (
        list(_forms(words, name, below, named))
        if _tells_targets([*heads, Row(tuple(words.values()))], above, rows[: min(index, _TOP)])
        else []
    )
    if (
        forms
        and named[-1] is below[-1]
        and last == len(rows)  # the text breaks off before the money
        and (lost := [c for n, c in words.items() if names_money(c.text) and n > below[-1].cells[-1].column])
    ):
        forms[-1] = (*forms[-1], Row(tuple(lost), withheld=frozenset({"annualRequest"})))
    return Register(tuple((*registers.above(above), *form) for form in forms), index, last)


def _words(heads: Sequence[Row], items: Sequence[Row]) -> Mapping[int, Cell]:
    """Return the words of a list's columns: where they stand, or where the cells below tell if they do not suit."""
    head, *inner = ({cell.column: cell for cell in row.filled} for row in heads)
    # Parts of a column stand below it, or below blank cells beside it.
    lower = {n: cell for row in inner for n, cell in row.items() if n not in head or spans.may_span(head[n])}
    placed = head | {n: cell for n, cell in lower.items() if bare(cell.text) not in labels().sums}
    meant = {column: _meant(word) for column, word in placed.items()}
    suited = [_suits(meant, {cell.column: cell for cell in row.filled}) for row in items]
    wide = max((row.cells[-1].column for row in items), default=0) >= max(placed)
    if wide and sum(map(len, inner)) == len(lower) and suited.count(True) >= suited.count(False):
        return placed
    return spans.fitted(heads, items) or placed


def _name_column(head: Row, fewest: int = _FEWEST_ROWS) -> int | None:
    """Return the column of names if a row is the head of a list, otherwise None.

    Beside unknown words, at least so many pairs of labels stand beside each other, as they do in no form.
    """
    words = [bare(cell.text) for cell in head.filled]
    names = [cell.column for cell in head.filled if names_projects(cell.text)]
    of_indicators = any(columns.reads_as_level(word) for word in words if word not in labels().groups)
    if len(words) < 2 or len(names) != 1 or columns.head(head) or of_indicators:
        return None
    labelled = [of_text(cell.text).is_label or _meant(cell) is not cell for cell in head.cells]
    known = all(map(is_word, words)) or sum(map(and_, labelled, labelled[1:])) >= fewest
    short = all(len(word) <= _LONGEST_WORD and amounts.quantity(word) is None for word in words)
    return names[0] if short and (known or _is_numbered(head)) else None


def _is_numbered(head: Row) -> bool:
    return bare(head.filled[0].text) in labels().numbering


def _a_cell_a_line(rows: Sequence[Row], index: int) -> Register | None:
    """Return a list whose cells are on lines of their own; its projects cannot be read."""
    alone = [bare(row.text) for row in rows[max(0, index - 1) : index + 1] if len(row.cells) == 1]
    is_head = len(alone) == 2 and alone[0] in labels().numbering and names_projects(alone[1])
    return Register((), index, index + 1) if is_head else None


def _ends(row: Row) -> bool:
    """Return whether a row ends the list: a paragraph, a label of a form, another head."""
    if not row.filled:
        return False
    is_label = of_text(bare(row.filled[0].text)).is_label and not _is_sum(row)
    return len(row.cells) == 1 or is_label or columns.head(row) is not None or _name_column(row) is not None


def _is_sum(row: Row) -> bool:
    return any(bare(cell.text) in labels().sums for cell in row.filled)


def _tells_targets(heads: Sequence[Row], above: Sequence[Row], notice: Sequence[Row]) -> bool:
    """Return whether a list is one of performance targets, by its title, its head, or a notice that adds targets."""
    words = {bare(cell.text) for row in heads for cell in row.filled}
    titled = any(labels().line("list_title", cell.text) for row in above for cell in row.filled) or any(
        labels().line("attached_targets", line) for row in notice for line in row.text.split("\n")
    )
    of_targets = not words.isdisjoint(labels().goals) or any(labels().line("list_targets", word) for word in words)
    return not words & labels().mixed and (titled or of_targets)


def _forms(
    words: Mapping[int, Cell], name: int, below: Sequence[Row], named: Sequence[Row]
) -> Iterator[tuple[Row, ...]]:
    """Yield the rows of a form for each project; of a project whose cells do not suit the columns, only the name.

    Money beside a name that stands for several rows is that of the first row, and is left out. Columns may be levels
    of indicators, and all indicators of a project may be the text of one cell.
    """
    at = {column: _meant(word) for column, word in words.items()}
    for row, following in zip(below, [*below[1:], Row(())], strict=True):
        cells = {cell.column: cell for cell in row.filled}
        suits = _suits(at, cells)
        if row not in named or name not in at or not (suits or not labels().line("not_a_name", cells[name].text)):
            continue
        of_several = bool(following.filled) and following not in named and not _is_sum(following)
        pairs = [(at[n], cell) for n, cell in cells.items() if at.get(n) and n != name] if suits else []
        pairs = [pair for pair in pairs if not (of_several and bare(pair[0].text) in labels().amounts)]
        listed = [cell for word, cell in pairs if bare(word.text) in labels().groups and begins_with_level(cell)]
        told = [pair for pair in pairs if pair[1] not in listed]
        levels = [
            pair for pair in told if columns.reads_as_level(bare(pair[0].text)) and pair[0].text not in labels().groups
        ]
        told = [pair for pair in told if pair not in levels]
        levels = [pair for pair in levels if any(map(str.isdigit, pair[1].text))]
        yield tuple(
            prose.read(
                [Row((at[name], cells[name])), *map(Row, told), *map(Row, levels), *(Row((cell,)) for cell in listed)]
            )
        )


def _meant(word: Cell) -> Cell:
    """Return the word of a column as forms write it: 金额 in a list means the money of its year."""
    text = bare(word.text)
    by_pattern = (labels().usual(name) for name in ("totalAmount", "annualRequest") if labels().line(name, text))
    meant = None if text in labels().amounts else labels().meant.get(text) or next(by_pattern, None)
    unit = amounts.labelled_unit(word.text)
    return replace(word, parts=((word.line, f"{meant}({unit[1]})" if unit else meant),)) if meant else word


def _suits(head: Mapping[int, Cell], cells: Mapping[int, Cell]) -> bool:
    """Return whether each cell suits its column: figures are in columns of money, and not in columns of bodies."""
    if not cells.keys() <= head.keys():
        return False
    for column, cell in cells.items():
        word, figure = bare(head[column].text), amounts.money(cell.text) is not None
        is_money = word in labels().amounts
        if (is_money and not figure and not amounts.is_blank(cell.text)) or (figure and labels().fields.get(word)):
            return False
    return True
