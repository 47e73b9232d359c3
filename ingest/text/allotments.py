"""Compare totals with their parts outside of forms: of tables of money, and of sums and calculations in a cell.

The sum that a notice hands down is compared with the table below it.

A table consists of successive rows with a label and figures, below a line or header that states its unit of money. One
total is compared, of rows that all have a figure in its column; tables with subtotals are left out.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate, groupby

from jixiao.ingest.model import Misprint, Printed
from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.text.sums import calculations, stated_sums
from jixiao.ingest.values import amounts
from jixiao.ingest.values.plain import folded
from jixiao.ontology import terms
from jixiao.ontology.text.wording import Wording

_WORDING = Wording("jixiao.ingest.text", "sums.toml", {"number": amounts.NUMBER, "unit": amounts.UNIT})
_RE = _WORDING.patterns
_FEWEST = 2  # rows of a table, and parts of a sum
_ROUNDED = Decimal("0.0001")  # the part of a result by which it may be rounded: 10.39*3850=40000


@dataclass(frozen=True)
class _Line:
    """A row of a table: its label, and by column each figure (in the unit of the table) with its cell."""

    label: str
    figures: Mapping[int, tuple[Decimal, Cell]]


def wrong_totals(rows: Sequence[Row]) -> Iterator[Misprint]:
    """Yield misprints: totals of tables that differ from the sums of the other rows, and sums that differ from a total.

    The latter is the only sum that the text above a table hands down: it is yielded if the table's total is right, and
    near the sum but not equal to it. Tables below no unit of money are left out.
    """
    unit, handed = Decimal(0), []
    for is_table, group in groupby(
        ((row, _line(row)) for row in rows if row.filled), key=lambda one: one[1] is not None
    ):
        pairs = list(group)
        if not is_table:
            cells = [cell for row, _ in pairs for cell in row.filled]
            stated = [found for cell in cells for found in _RE.table_unit.finditer(folded(cell.text))]
            unit = amounts.UNITS[stated[-1]["named"]] if stated else Decimal(0)
            handed += [(found, cell) for cell in cells for found in _RE.handed_down.finditer(cell.text)]
        elif unit:
            lines = [line for _, line in pairs if line]
            for column, whole, computed in _totals(lines):
                words = "、".join(f"{line.label}{line.figures[column][1].text}" for line in lines)
                places = tuple(place for line in lines for place in line.figures[column][1].places)
                if whole != computed:
                    yield Misprint(words, _apart(computed * unit, whole * unit), places, terms.wrongCalculation)
                elif len(handed) == 1:
                    found, cell = handed[0]
                    stated_yuan = amounts.decimal(found["digits"]) * amounts.UNITS[found["unit"]]
                    if stated_yuan != whole * unit and _near(stated_yuan, whole * unit):
                        said = _apart(whole * unit, stated_yuan)
                        yield Misprint(
                            f"{found.group()}……{words}", said, (*cell.places, *places), terms.wrongCalculation
                        )


def wrong_results(rows: Iterable[Row]) -> Iterator[Misprint]:
    """Yield the calculations and sums in cells that do not come to the results printed with them."""
    for cell in (cell for row in rows for cell in row.filled):
        shown = [*calculations(Printed.of(cell), 0)] if "=" in cell.text or "＝" in cell.text else []
        if len(_RE.sum_of_money.findall(cell.text)) > _FEWEST:
            shown += stated_sums(Printed.of(cell), None, of_the_year=False)
        for one in shown:
            if one.result is not None and abs(one.computed - one.result) > max(one.step / 2, one.computed * _ROUNDED):
                yield Misprint(one.text, _apart(one.computed, one.result), one.places, terms.wrongCalculation)


def _line(row: Row) -> _Line | None:
    """Return a row as a label with its figures; None for a row that lacks a label or any figure."""
    figures = {cell.column: (value, cell) for cell in row.filled if (value := amounts.money(cell.text)) is not None}
    label = next((cell.text for cell in row.filled if cell.column not in figures), "")
    return _Line("".join(label.split()), figures) if label and figures else None


def _totals(lines: Sequence[_Line]) -> Iterator[tuple[int, Decimal, Decimal]]:
    """Yield for each column that all rows fill: its number, the printed total, and the sum of the other rows.

    Nothing is yielded unless the table has exactly one total, at least two other rows, and no subtotals. A column is
    left out if its total is far from the sum.
    """
    wholes = [line for line in lines if _RE.table_total.fullmatch(line.label)]
    parts = [line for line in lines if line not in wholes]
    if len(wholes) != 1 or len(parts) < _FEWEST or any(_RE.table_subtotal.search(line.label) for line in parts):
        return
    for column, (whole, _) in wholes[0].figures.items():
        if all(column in part.figures for part in parts):
            values = [part.figures[column][0] for part in parts]
            computed = sum(values, Decimal(0))
            # A value that is the sum of two or more directly below it would be counted twice.
            sums = ([*accumulate(values[at + 1 :])][_FEWEST - 1 :] for at in range(len(values)))
            if _near(whole, computed) and not any(
                value and value in below for value, below in zip(values, sums, strict=True)
            ):
                yield column, whole, computed


def _near(one: Decimal, other: Decimal) -> bool:
    """Return whether two sums may be meant for the same money: neither is one and a half times the other."""
    return 2 * one < 3 * other and 2 * other < 3 * one


def _apart(computed: Decimal, printed: Decimal) -> str:
    return f"{computed:f}≠{printed:f}"
