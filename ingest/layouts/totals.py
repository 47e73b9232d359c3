"""Which cost items a printed total covers: the lines of budget tables in order in, totals with their items out.

Apart from the tables' reading: a total is known by its row, what it covers only by its place among the rows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from jixiao.ingest.model import CostItem, CostSubtotal


@dataclass(frozen=True)
class Line:
    """One row of a table: its table, whether it is but a total, its item's place in the list where it has an amount."""

    group: int
    is_row_of_total: bool
    item: int | None
    total: CostSubtotal | None


def settled(lines: Sequence[Line], items: Sequence[CostItem]) -> Iterator[CostSubtotal]:
    """Each total with the items that it covers; with none where a row among them has no amount to be added up."""
    for at, line in enumerate(lines):
        if line.total is None:
            continue
        if not line.is_row_of_total:
            yield from _over_rows(lines, line, line.total)
            continue
        begun = _first_of_group(lines, at)
        if line.total.label.startswith("小计"):
            begun = max([begun, *(n + 1 for n in range(begun, at) if lines[n].is_row_of_total)])
        covered = _covered(lines[begun:at])
        if begun and covered is not None and _sum(covered, items) != line.total.amount:
            of_all = _covered(lines[:at])
            covered = of_all if of_all and _sum(of_all, items) == line.total.amount else covered
        yield replace(line.total, items=tuple(covered or ()))


def _over_rows(lines: Sequence[Line], line: Line, total: CostSubtotal) -> Iterator[CostSubtotal]:
    """A total in a column of its own covers its table where the column has no other figure."""
    table = [other for other in lines if other.group == line.group]
    covered = _covered(table)
    if sum(1 for other in table if other.total and not other.is_row_of_total) == 1 and covered and len(covered) > 1:
        yield replace(total, items=tuple(covered))


def _first_of_group(lines: Sequence[Line], at: int) -> int:
    while at and lines[at - 1].group == lines[at].group:
        at -= 1
    return at


def _covered(lines: Sequence[Line]) -> list[int] | None:
    """The items of the rows that are no totals; None where one of them has no amount."""
    rows = [line for line in lines if not line.is_row_of_total]
    found = [line.item for line in rows if line.item is not None]
    return found if len(found) == len(rows) else None


def _sum(covered: Sequence[int], items: Sequence[CostItem]) -> Decimal:
    return sum((items[at].amount or Decimal(0) for at in covered), Decimal(0))
