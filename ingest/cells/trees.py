"""Write the projects of a tree as rows of a form: below a body or kind of projects, names with an amount, then levels.

Such files have no label 项目名称. A project is a name followed by a figure, directly above a first level of indicators
or a label in brackets (【项目概况】, 【总体目标】, 【产出指标-数量指标】); sums of bodies and of kinds are followed by
another name. Cells stand side by side or one below the other.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from jixiao.ingest.cells.told import levels
from jixiao.ingest.cells.told.sentences import even
from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles.headings import is_name
from jixiao.ingest.roles.labels import bare, labels
from jixiao.ingest.roles.role import is_word
from jixiao.ingest.values import amounts

_LONGEST_NAME = 60


def labelled(rows: Sequence[Row]) -> list[Row]:
    """Return the rows, with the label 项目名称 before each project's name and a label of money before its amount."""
    if names_project(rows):
        return list(rows)
    units = [row for row in rows if len(row.filled) == 1 and labels().line("form_unit", row.filled[0].text)]
    found: list[Row] = []
    at = 0
    while at < len(rows):
        project = _project(rows, at)
        if project:
            name, amount, at = project
            _drop_sums(found, amount)
            found += [*units[:1], beside("name", name), beside("annualRequest", amount)]
        else:
            found += _sections(rows[at])
            at += 1
    return found


def _project(rows: Sequence[Row], at: int) -> tuple[Cell, Cell, int] | None:
    """Return the name and amount of the project that begins at a row, and the index of the row below; or None."""
    filled = rows[at].filled
    below = at + 1
    if len(filled) == 1 and below < len(rows):
        filled, below = (*filled, *rows[below].filled), below + 1
    if len(filled) != 2 or below >= len(rows) or not _begins_targets(rows[below]):
        return None
    name, amount = filled
    is_project = len(name.text) <= _LONGEST_NAME and is_name(name.text) and not is_word(name.text)
    return (name, amount, below) if is_project and _sum(name) is None and _sum(amount) is not None else None


def _sum(cell: Cell) -> Decimal | None:
    """Return the money in a cell that holds nothing else, in the cell's own unit; None for a figure of another unit."""
    found = amounts.quantity(cell.text)
    return found[0] if found and (not found[1] or found[1] in amounts.UNITS) else None


def _drop_sums(rows: list[Row], amount: Cell) -> None:
    """Remove from the rows the codes and the sums of bodies and kinds directly above a project.

    Such a sum is at least as large as the project's amount, unlike the target of an indicator.
    """
    least = _sum(amount) or Decimal(0)
    while rows and len(rows[-1].filled) < 2:
        figure = _sum(rows[-1].filled[0]) if rows[-1].filled else None
        if figure is not None and figure >= least and len(rows) > 1 and len(rows[-2].filled) == 1:
            del rows[-2:]
        elif not rows[-1].filled or rows[-1].text.strip().isdigit():
            rows.pop()
        else:
            break


def _begins_targets(row: Row) -> bool:
    """Return whether a row begins with a first level of indicators, or with a label in brackets."""
    text = even(row.filled[0].text) if row.filled else ""
    level = levels.whole(text) if len(row.filled) == 1 else None
    return bool(level and level.level1) or _label_in_brackets(text) is not None


def _label_in_brackets(text: str) -> tuple[str, str] | None:
    """Return a label in brackets and the text behind it, or None."""
    found = labels().lines["in_brackets"].match(text)
    return (found["label"], text[found.end() :]) if found and is_word(found["label"]) else None


def _sections(row: Row) -> Iterator[Row]:
    """Yield a row; a label in brackets and the text behind it become two cells."""
    cell = row.filled[0] if len(row.filled) == 1 else None
    found = _label_in_brackets(cell.text) if cell else None
    if not cell or not found:
        yield row
        return
    label, rest = found
    line = cell.parts[0][0]
    value = Cell(((line, rest), *cell.parts[1:]), cell.column + 1, cell.column)
    yield Row((Cell(((line, label),), cell.column), *((value,) if value else ())))


def names_project(rows: Sequence[Row]) -> bool:
    """Return whether a cell is the label of a project's name."""
    return any(labels().fields.get(bare(cell.text)) == "name" for row in rows for cell in row.filled)


def beside(meaning: str, cell: Cell) -> Row:
    """Return a row of the usual label of a field, amount, goal or section, and its value."""
    return Row((Cell(((cell.line, labels().usual(meaning)),), 0, cell.column), cell.moved(1)))
