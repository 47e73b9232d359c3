"""Find the cost items that each printed total covers.

The items are found by the total's place among the rows, since nothing else says which items it covers.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from jixiao.ingest.model import CostItem, CostSubtotal
from jixiao.ingest.values.amounts import NUMBER, UNIT
from jixiao.ontology.text.wording import Wording

BUDGET = Wording("jixiao.ingest.structure.narratives", "budget.toml", {"number": NUMBER, "unit": UNIT})
"""The words of budget tables."""

_OF_A_PART = BUDGET.pattern("of_a_part")
# Limit of the rows searched above all totals of a section: enough for 200 totals in 2,000 rows.
_MOST_ROWS = 300_000  # most rows searched above all totals of a section together


@dataclass(frozen=True)
class Line:
    """One row of a table: the number of its table, and the index of its item if the item has an amount."""

    group: int
    is_row_of_total: bool
    item: int | None
    total: CostSubtotal | None


def settled(lines: Sequence[Line], items: Sequence[CostItem]) -> Iterator[CostSubtotal]:
    """Yield each total with the items it covers; with none if a row among them has no amount."""
    tables: defaultdict[int, list[Line]] = defaultdict(list)
    for line in lines:
        tables[line.group].append(line)
    beside = {group: sum(1 for line in table if _is_beside(line)) for group, table in tables.items()}
    looked_at = 0
    for at, line in enumerate(lines):
        if line.total is None:
            continue
        if _is_beside(line):
            # A total in a column of its own that has no other figure covers its whole table.
            covered = _covered(tables[line.group]) if beside[line.group] == 1 else None
            if covered and len(covered) > 1:
                yield replace(line.total, items=tuple(covered))
        elif looked_at > _MOST_ROWS:
            yield line.total
        else:
            looked_at += at
            yield replace(line.total, items=tuple(_above(lines, at, line.total, items)))


def _is_beside(line: Line) -> bool:
    """Return whether a line's total is in the row of an item, and not in a row of its own."""
    return line.total is not None and not line.is_row_of_total


def _above(lines: Sequence[Line], at: int, total: CostSubtotal, items: Sequence[CostItem]) -> list[int]:
    """Return the items that a row of a total covers: those above it in its table, or in all tables if they add up."""
    begun = _first_of_group(lines, at)
    if _OF_A_PART.match(total.label):
        begun = max([begun, *(n + 1 for n in range(begun, at) if lines[n].is_row_of_total)])
    covered = _covered(lines[begun:at])
    if begun and covered is not None and _sum(covered, items) != total.amount:
        of_all = _covered(lines[:at])
        covered = of_all if of_all and _sum(of_all, items) == total.amount else covered
    return covered or []


def _first_of_group(lines: Sequence[Line], at: int) -> int:
    """Return the index of the first line of the table that has the line at an index."""
    while at and lines[at - 1].group == lines[at].group:
        at -= 1
    return at


def _covered(lines: Sequence[Line]) -> list[int] | None:
    """Return the items of the rows that are no totals; None if one of them has no amount."""
    rows = [line for line in lines if not line.is_row_of_total]
    found = [line.item for line in rows if line.item is not None]
    return found if len(found) == len(rows) else None


def _sum(covered: Sequence[int], items: Sequence[CostItem]) -> Decimal:
    """Return the sum of the amounts of items, in yuan."""
    return sum((items[at].amount or Decimal(0) for at in covered), Decimal(0))
