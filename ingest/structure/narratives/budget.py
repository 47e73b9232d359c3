"""Read the tables of 年度预算安排: cost items, and the totals printed below or beside them.

A header names the columns (数量, 单价, 资金需求 …) and may state their units; a row below it is an item. Figures
without a unit are taken as 万元 if the other figures of the section, at least two, are in 万元; the item then says so.
Totals (合计) are no items. The items that a total covers are found by its place among the rows, since nothing else says
which items it covers.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import chain, takewhile

from jixiao.ingest.model import CostItem, CostSubtotal, Printed
from jixiao.ingest.rendition import Cell, Row, places_of
from jixiao.ingest.roles.labels import labels
from jixiao.ingest.values import amounts
from jixiao.ingest.values.plain import folded
from jixiao.ontology.identity import label
from jixiao.ontology.reasons import reason
from jixiao.ontology.text.wording import Wording

_BUDGET = Wording("jixiao.ingest.structure.narratives", "budget.toml", {"number": amounts.NUMBER, "unit": amounts.UNIT})
"""The words of budget tables."""
_QUANTITY, _AMOUNT, _FEE = (re.compile(_BUDGET.text(name)) for name in ("quantities", "amounts", "fees"))
_RE = _BUDGET.patterns
(_BESIDE,) = _BUDGET.words("beside")
_SUM = re.compile(rf"(?P<digits>{amounts.NUMBER})(?P<unit>{amounts.UNIT})")
_FIGURE = re.compile(amounts.NUMBER)
_WAN = Decimal(10_000)
_MOST_DIGITS = 3  # digits of the number of an item
# Limit of the rows searched above all totals of a section: enough for 200 totals in 2,000 rows.
_MOST_ROWS = 300_000  # most rows searched above all totals of a section together
_WHY = reason("unit-of-budget")


@dataclass(frozen=True)
class _Head:
    """The header of a table: its words, the column of each part of an item, and the yuan in each column's unit."""

    words: tuple[str, ...]
    columns: Mapping[str, int]
    units: Mapping[int, Decimal]


@dataclass(frozen=True)
class _ItemRow:
    """A row below a header, with the paragraph above its table, the table's number, and the cell of a word for totals.

    `bare` is the value in yuan of the unit of figures without a unit, or None if it is unknown.
    """

    head: _Head
    cells: Mapping[int, Cell]
    caption: Cell | None
    group: int
    total: Cell | None
    bare: Decimal | None = None

    def cell(self, part: str) -> Cell | None:
        """Return the cell in the column of a part of an item (`amount`, `price` …), or None."""
        return self.cells.get(self.head.columns[part]) if part in self.head.columns else None

    def text(self, part: str) -> str:
        """Return the text in the column of a part of an item, or an empty text without such a column."""
        cell = self.cell(part)
        return cell.text if cell else ""

    def money(self, part: str) -> "_Money | None":
        """Return the money in the column of a part of an item, or None."""
        cell = self.cell(part)
        return self.money_of(cell, self.head.units.get(self.head.columns[part])) if cell else None

    def money_of(self, cell: Cell, unit: Decimal | None) -> "_Money | None":
        """Return the money in a cell such as `27 万元`, `150 元/人`, `800×50=40000`; `unit` is the column's unit."""
        found = _RE.money.fullmatch(folded(cell.text).split("=")[-1])
        stated = amounts.scale(found["unit"]) if found and found["unit"] else unit
        scale = stated or self.bare
        if not found or not scale:
            return None
        return _Money(amounts.decimal(found["digits"]) * scale, amounts.step(found["digits"], scale), not stated)


@dataclass(frozen=True)
class _Money:
    """An amount in yuan, the value of its last digit, and `inferred`, true if its unit was inferred."""

    value: Decimal
    step: Decimal
    inferred: bool


def read(
    sections: Iterable[Sequence[Row]], bare: Decimal | None = None
) -> tuple[tuple[CostItem, ...], tuple[CostSubtotal, ...]]:
    """Return the cost items and the totals in the rows of sections; paragraphs above tables are their captions.

    `bare` is the value in yuan of the unit of figures without a unit, where words outside of the tables give it.
    """
    lines = list(_lines(sections))
    texts = [cell.text for line in lines if not line.total for cell in line.cells.values()]
    stated = [folded(text) for text in texts if _RE.with_unit.search(text)]
    bare = _WAN if len(stated) > 1 and all(map(_RE.in_wan.search, stated)) else bare
    items: list[CostItem] = []
    told: list[Line] = []
    for line in (replace(line, bare=bare) for line in lines):
        item = None if line.total else _item(line)
        at = len(items) if item and item.amount is not None else None
        items += [item] if item else []
        told.append(Line(line.group, line.total is not None, at, _total(line)))
    return tuple(items), tuple(settled(told, items))


def of_form(rows: Sequence[Row]) -> tuple[tuple[CostItem, ...], tuple[CostSubtotal, ...]]:
    """Return the cost items and totals in two columns of a form below a header such as 支出明细, 金额.

    Figures without a unit are in 万元 if the row below, which explains them, repeats one of them in 万元.
    """
    at = next((at for at, row in enumerate(rows) if _details(row)), None)
    if at is None:
        return (), ()
    head = _details(rows[at])
    first = head[0].column
    table = list(takewhile(lambda row: not row.filled or row.filled[0].column >= first, rows[at + 1 :]))
    printed = {found[0] for row in table for cell in row.filled[-1:] if (found := amounts.quantity(cell.text))}
    told = chain(*(_SUM.finditer(folded(row.text)) for row in rows[at + 1 + len(table) :][:1]))
    in_wan = any(amounts.decimal(each["digits"]) in printed and _RE.in_wan.fullmatch(each["unit"]) for each in told)
    cut = (Row(tuple(cell for cell in row.cells if cell.column >= first)) for row in table)
    return read([[Row(head), *cut]], _WAN if in_wan else None)


def _details(row: Row) -> tuple[Cell, ...]:
    """Return the last two cells of a row if they are the headings of the names and the amounts of items.

    Otherwise nothing.
    """
    last = row.filled[-2:]
    return last if len(last) > 1 and _RE.details.fullmatch(folded(last[0].text)) and _head(Row(last)) else ()


def _lines(sections: Iterable[Sequence[Row]]) -> Iterator[_ItemRow]:
    """Yield the rows below the headers of tables, each with its header, the paragraph above its table, and any total.

    `sections` are given as their rows. Rulers and blank rows are passed over; a paragraph ends a table.
    """
    head: _Head | None = None
    caption: Cell | None = None
    group = 0
    for first, row in ((row is rows[0], row) for rows in sections for row in rows):
        caption, head = (None, None) if first else (caption, head)
        filled = row.filled
        if filled and all(_RE.ruler.fullmatch(cell.text) for cell in filled):
            continue
        if len(row.cells) == 1:
            caption, head = (filled[0], None) if filled else (caption, head)
        elif found := _head(row):
            group += head is None or head.words != found.words  # a page break repeats a head
            head = found
        elif head and filled:
            yield _ItemRow(head, {cell.column: cell for cell in filled}, caption, group, _total_of(row, head))


def _total_of(row: Row, head: _Head) -> Cell | None:
    """Return the cell that makes a row a total: its first cell, or its name after a serial number; None without one."""
    named = (cell for cell in row.filled if cell is row.filled[0] or cell.column == head.columns.get("name"))
    return next((cell for cell in named if _RE.total.search(folded(cell.text))), None)


def _head(row: Row) -> _Head | None:
    """Return the header if a row is one: no cell has a figure, and one column is money; otherwise None."""
    words = {cell.column: folded(cell.text) for cell in row.filled}
    if len(words) < 2 or any(re.search(r"\d", re.sub(r"\(.*?\)", "", word)) for word in words.values()):
        return None
    found: dict[str, int] = {}

    def find(part: str, pattern: re.Pattern[str], among: Iterable[int]) -> None:
        column = next((c for c in among if c not in found.values() and pattern.search(words[c])), None)
        if column is not None and part not in found:
            found[part] = column

    columns = [column for column, word in words.items() if word not in labels().numbering]
    find("quantity", _QUANTITY, columns)
    find("price", _RE.price, columns)
    rest = [column for column in columns if column not in found.values()]
    find("amount", _AMOUNT, reversed(rest))
    find("amount", _FEE, rest[1:])
    if "amount" not in found:
        return None
    if columns[0] not in found.values():
        found["name"] = columns[0]
    find("times", _RE.factor, rest)
    find("total", _RE.total, rest)
    if numbers := [column for column in words if column not in columns]:
        found["number"] = numbers[0]
    units = {c: unit for c, word in words.items() if (unit := amounts.unit(re.sub(r"\)/.*", ")", word)))}
    return _Head(tuple(words.values()), found, units)


def _item(line: _ItemRow) -> CostItem | None:
    """Return the item in a row if it has a name and a figure, otherwise None."""
    named = line.cell("name") if "name" in line.head.columns else line.caption
    count = amounts.quantity(line.text("quantity"))
    price, amount = line.money("price"), line.money("amount")
    if named is None or not (count or price or amount):
        return None
    name = label(Printed.of(named).text)
    exact = amount or price
    return CostItem(
        name,
        count[0] if count else None,
        price.value if price else None,
        amount.value if amount else None,
        places_of(line.cells.values()),
        _WHY if any(money and money.inferred for money in (price, amount)) else None,
        exact.step if exact else None,
        _times(line),
        _number(line, name if "name" in line.head.columns else ""),
        line.group,
        (count[1] or None) if count else None,
    )


def _number(line: _ItemRow, name: str) -> int | None:
    """Return the number printed before an item, in a column of its own or before its name, or None."""
    text = folded(line.text("number"))
    if text.isdecimal() and len(text) <= _MOST_DIGITS:
        return int(text)
    found = _RE.ordinal.match(name)
    return int(found[1] or found[2]) if found else None


def _times(line: _ItemRow) -> Decimal | None:
    """Return a further factor of an item: in a column of its own (月数), or in the formula of its amount; or None."""
    if line.cell("times"):
        found = amounts.quantity(line.text("times"))
        return found[0] if found else None
    factors, result = _formula(line.text("amount"))
    known = [number for cell in line.cells.values() if cell is not line.cell("amount") for number in _said(cell.text)]
    left = [factor for factor in factors if factor not in known]
    return left[0] if len(left) == 1 and len(factors) > 1 and left[0] not in (0, 1, result) else None


def _said(text: str) -> list[Decimal]:
    """Return the figures in a cell: the result if it is a formula, otherwise all its numbers."""
    _, result = _formula(text)
    return [amounts.decimal(found) for found in _FIGURE.findall(folded(text))] if result is None else [result]


def _formula(text: str) -> tuple[list[Decimal], Decimal | None]:
    """Return the factors and the result of a formula printed in a cell: `800×50=40000`.

    For any other text there are no factors, and the result is None.
    """
    found = _RE.formula.fullmatch(folded(text))
    if not found:
        return [], None
    left = folded(text).partition("=")[0]
    return [amounts.decimal(factor) for factor in _FIGURE.findall(left)], amounts.decimal(found[1])


def _total(line: _ItemRow) -> CostSubtotal | None:
    """Return the total in a row of its own, or in a column of its own (合计), which spans the rows of its items.

    Its unit is taken from its column or from the column of amounts.
    """
    cell, units = line.cell("amount" if line.total else "total"), line.head.units
    found = line.money_of(cell, units.get(cell.column) or units.get(line.head.columns["amount"])) if cell else None
    if not (cell and found):
        return None
    name = label(Printed.of(line.total).text) if line.total else _BESIDE
    places = places_of(line.cells.values() if line.total else [cell])
    why, number = _WHY if found.inferred else None, _number(line, name)
    return CostSubtotal(name, found.value, found.step, (), places, line.group, why, number)


@dataclass(frozen=True)
class Line:
    """One row of a table: the number of the table, the index of its item if that has an amount, and its total, if any.

    `is_row_of_total` is true if the row is a total and no item.
    """

    group: int
    is_row_of_total: bool
    item: int | None
    total: CostSubtotal | None


def settled(lines: Sequence[Line], items: Sequence[CostItem]) -> Iterator[CostSubtotal]:
    """Yield each total with the items that it covers, or without items if one of their rows has no amount.

    A total in a row of items is left out unless it is the only such total of its table, and covers several items.
    """
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
    """Return the indices of the items that the total in row `at` covers: those above it in its table.

    If these do not add up to the total, but the items of all tables above do, all of those are returned. Empty if one
    of the rows has no amount.
    """
    begun = next(n for n, line in enumerate(lines) if line.group == lines[at].group)  # groups are consecutive
    if _RE.of_a_part.match(total.label):
        begun = max([begun, *(n + 1 for n in range(begun, at) if lines[n].is_row_of_total)])
    covered = _covered(lines[begun:at])
    if begun and covered is not None and _sum_of(covered, items) != total.amount:
        of_all = _covered(lines[:at])
        covered = of_all if of_all and _sum_of(of_all, items) == total.amount else covered
    return covered or []


def _covered(lines: Sequence[Line]) -> list[int] | None:
    """Return the indices of the items in `lines`; None if one of the items has no amount."""
    rows = [line for line in lines if not line.is_row_of_total]
    found = [line.item for line in rows if line.item is not None]
    return found if len(found) == len(rows) else None


def _sum_of(covered: Sequence[int], items: Sequence[CostItem]) -> Decimal:
    """Return the sum of the amounts of items, in yuan."""
    return sum((items[at].amount or Decimal(0) for at in covered), Decimal(0))
