"""Which cost items a printed total covers: the lines of budget tables in order in, totals with their items out.

Apart from the tables' reading: a total is known by its row, what it covers only by its place among the rows.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from jixiao.ingest.model import CostItem, CostSubtotal

# Rows above totals that are looked at in one section, all totals together: enough for 200 totals in 2,000 rows.
_MOST_ROWS = 300_000


@dataclass(frozen=True)
class Line:
    """One row of a table: its table, whether it is but a total, its item's place in the list where it has an amount."""

    group: int
    is_row_of_total: bool
    item: int | None
    total: CostSubtotal | None


def settled(lines: Sequence[Line], items: Sequence[CostItem]) -> Iterator[CostSubtotal]:
    """Each total with the items that it covers; with none where a row among them has no amount to be added up."""
    tables: defaultdict[int, list[Line]] = defaultdict(list)
    for line in lines:
        tables[line.group].append(line)
    beside = {group: sum(1 for line in table if _is_beside(line)) for group, table in tables.items()}
    looked_at = 0
    for at, line in enumerate(lines):
        if line.total is None:
            continue
        if _is_beside(line):
            # A total in a column of its own, the only figure there, covers its table.
            covered = _covered(tables[line.group]) if beside[line.group] == 1 else None
            if covered and len(covered) > 1:
                yield replace(line.total, items=tuple(covered))
        elif looked_at > _MOST_ROWS:
            yield line.total
        else:
            looked_at += at
            yield replace(line.total, items=tuple(_above(lines, at, line.total, items)))


def _is_beside(line: Line) -> bool:
    """Whether a line's total is beside its item, and not a row of its own."""
    return line.total is not None and not line.is_row_of_total


def _above(lines: Sequence[Line], at: int, total: CostSubtotal, items: Sequence[CostItem]) -> list[int]:
    """What a row of a total covers: its table down to it; all tables where that is what adds up."""
    begun = _first_of_group(lines, at)
    if total.label.startswith("小计"):
        begun = max([begun, *(n + 1 for n in range(begun, at) if lines[n].is_row_of_total)])
    covered = _covered(lines[begun:at])
    if begun and covered is not None and _sum(covered, items) != total.amount:
        of_all = _covered(lines[:at])
        covered = of_all if of_all and _sum(of_all, items) == total.amount else covered
    return covered or []


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
