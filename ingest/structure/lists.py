"""Recognize lists of projects (序号, 项目名称, 年度资金总额), whose rows are not forms.

Tables of contents and summaries are such lists, above, among or below the forms of the projects. Only if a file has no
form or narrative is each row of a list a project. The head of a list has words of columns only, so that 金额 beside
项目名称 is not read as a project's name.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import groupby, takewhile
from operator import and_

from jixiao.ingest.cells.prose import lists as prose
from jixiao.ingest.cells.prose.listing import begins_with_level
from jixiao.ingest.model import BODIES
from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles import columns
from jixiao.ingest.roles.labels import bare, labels, names_projects
from jixiao.ingest.roles.role import is_word, of_text
from jixiao.ingest.structure import registers
from jixiao.ingest.structure.registers import Register
from jixiao.ingest.values import amounts

_FEWEST_ROWS = 2  # least number of rows of a list without serial numbers
_LONGEST_WORD = 20


def at(rows: Sequence[Row], index: int) -> Register | None:
    """Return the list whose head is at an index, or None."""
    head = rows[index]
    name = _name_column(head)
    if name is None:
        return _a_cell_a_line(rows, index)
    last = index + 1
    while last < len(rows) and not _ends(rows[last]):
        last += 1
    below = [row for row in rows[index + 1 : last] if row.filled]
    named = [
        row
        for row in below
        if any(
            cell.column == name and not is_word(cell.text) and amounts.money(cell.text) is None for cell in row.filled
        )
    ]
    is_list = len(named) >= _FEWEST_ROWS or (named and (_is_numbered(head) or any(map(_is_sum, below))))
    if not is_list:
        return None
    above = rows[max(0, index - registers.REACH) : index]
    heads = [head, *takewhile(lambda row: row not in named and not _is_sum(row) and not _figures(row, -1), below)]
    forms = _forms(heads, name, below, named) if _tells_targets(heads, above) else ()
    return Register(tuple((*registers.above(above), *form) for form in forms), index, last)


def _name_column(head: Row) -> int | None:
    """Return the column of names if a row is the head of a list, otherwise None."""
    words = [bare(cell.text) for cell in head.filled]
    names = [cell.column for cell in head.filled if names_projects(cell.text)]
    of_indicators = any(columns.reads_as_level(word) for word in words if word not in labels().groups)
    if len(words) < 2 or len(names) != 1 or columns.head(head) or of_indicators:
        return None
    labelled = [of_text(cell.text).is_label for cell in head.cells]
    known = all(map(is_word, words)) or sum(map(and_, labelled, labelled[1:])) >= _FEWEST_ROWS
    short = all(len(word) <= _LONGEST_WORD and amounts.quantity(word) is None for word in words)
    return names[0] if short and (known or _is_numbered(head)) else None


def _is_numbered(head: Row) -> bool:
    return bare(head.filled[0].text) in labels().numbering


def _a_cell_a_line(rows: Sequence[Row], index: int) -> Register | None:
    """Return a list whose cells are on lines of their own; its projects cannot be read."""
    alone = [bare(row.text) for row in rows[max(0, index - 1) : index + 1] if len(row.cells) == 1]
    if len(alone) == 2 and alone[0] in labels().numbering and names_projects(alone[1]):
        return Register((), index, index + 1)
    return None


def _ends(row: Row) -> bool:
    """Return whether a row ends the list: a paragraph, a label of a form, another head."""
    if not row.filled:
        return False
    word = bare(row.filled[0].text)
    is_label = of_text(word).is_label and not _is_sum(row)
    return len(row.cells) == 1 or is_label or columns.head(row) is not None or _name_column(row) is not None


def _is_sum(row: Row) -> bool:
    return any(bare(cell.text) in labels().sums for cell in row.filled)


def _tells_targets(heads: Sequence[Row], above: Sequence[Row]) -> bool:
    """Return whether a list is one of performance targets, by its title or the rows of its head."""
    words = {bare(cell.text) for row in heads for cell in row.filled}
    titled = any(labels().line("list_title", cell.text) for row in above for cell in row.filled)
    of_targets = not words.isdisjoint(labels().goals) or any(labels().line("list_targets", word) for word in words)
    return not words & labels().mixed and (titled or of_targets)


def _forms(heads: Sequence[Row], name: int, below: Sequence[Row], named: Sequence[Row]) -> Iterator[tuple[Row, ...]]:
    """Yield the rows of a form for each project whose cells suit the columns of the head.

    Where the head has several rows or cells are lost, only the name, the body beside it and the money are read.
    """
    at = {cell.column: _meant(cell) for cell in heads[0].filled}
    counts = {count for row in below if (count := len(_figures(row, 0 if _is_sum(row) else name)))}
    for row in named:
        cells = {cell.column: cell for cell in row.filled}
        if len(heads) == 1 and _suits(at, cells):
            pairs = [(at[column], cell) for column, cell in cells.items() if column in at and column != name]
        elif name in cells and not labels().line("not_a_name", cells[name].text):
            pairs = [
                (at[c], cells[c])
                for c in {name + 1} & at.keys() & cells.keys()
                if labels().fields.get(bare(at[c].text)) in BODIES and labels().line("not_a_name", cells[c].text)
            ]
            pairs += _money(heads[0], name, row) if len(counts) == 1 else []
        else:
            continue
        # The indicators of a project may be the text of one cell.
        listed = [cell for word, cell in pairs if bare(word.text) in labels().groups and begins_with_level(cell)]
        yield tuple(
            prose.read(
                [
                    Row((at[name], cells[name])),
                    *(Row(pair) for pair in pairs if pair[1] not in listed),
                    *(Row((cell,)) for cell in listed),
                ]
            )
        )


def _figures(row: Row, name: int) -> list[Cell]:
    """Return the figures and blank figures behind the name of a project if they stand together; otherwise none."""
    told = [
        (cell, amounts.quantity(cell.text) or ("", "" if amounts.is_blank(cell.text) else "-")) for cell in row.filled
    ]
    behind = groupby((each for each in told if each[0].column > name), lambda each: each[1][1] in {"", *amounts.UNITS})
    runs = [[cell for cell, _ in cells] for is_money, cells in behind if is_money]
    return runs[0] if len(runs) == 1 and not all(amounts.is_blank(cell.text) for cell in runs[0]) else []


def _money(head: Row, name: int, row: Row) -> list[tuple[Cell, Cell]]:
    """Return the labels of money in a head and the figures of a row; parts of the last figure may follow it."""
    heads = [
        meant for cell in head.filled if cell.column > name and bare((meant := _meant(cell)).text) in labels().amounts
    ]
    figures = _figures(row, name)
    values = [found[0] if (found := amounts.quantity(cell.text)) else Decimal(0) for cell in figures]
    total, parts = values[: len(heads)][-1:], values[len(heads) :]
    is_whole = len(heads) == len(values) or (total and parts and total[0] == sum(parts))
    is_once = len({bare(cell.text) for cell in heads}) == len(heads)
    return list(zip(heads, figures, strict=False)) if is_whole and is_once else []


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
