"""The tables of 年度预算安排 -> cost items and the totals printed below them.

A head names the columns (数量, 单价, 资金需求 …) and may state units; a row below it is an item. Bare figures beside
ones in 万元 are 万元, too: that is inferred, and said so. Totals (合计) are no items.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from jixiao.ingest.model import CostItem, CostSubtotal, Printed
from jixiao.ingest.rendition import Cell, Place, Row
from jixiao.ingest.structure import totals
from jixiao.ingest.structure.totals import Line
from jixiao.ingest.values import amounts
from jixiao.ingest.values.plain import folded
from jixiao.ontology.identity import label

_QUANTITY = re.compile(r"数量|人数|次数|件数|份数|天数")
_TIMES = re.compile(rf"(?:{_QUANTITY.pattern}|月数|期数|批次|频次|场次)(?:\(.{{1,4}}\))?")
_PRICE = re.compile(r"单价|单次|标准|费用.*/")
_AMOUNT = re.compile(r"资金需求|金额|总计|小计|预算数|所需资金|资金合计")
_FEE = re.compile(r"费|资金|预算")
_TOTAL = re.compile(r"(?:合计|总计|共计|小计).{0,4}")
_ORDINAL = re.compile(r"(\d{1,3})[、.．](?!\d)|[（(](\d{1,3})[）)]")
_FACTOR = rf"{amounts.NUMBER}[^\d=×xX*＊]{{0,6}}"
_FORMULA = re.compile(rf"{_FACTOR}(?:[×xX*＊]{_FACTOR}){{1,5}}=({amounts.NUMBER}).{{0,4}}")
_RULER = re.compile(r"\s*[-—:：=_]{2,}\s*")
_FIGURE = re.compile(amounts.NUMBER)
_WHY = "同一预算表的其他行以万元计 · other rows of this budget are in 万元 (10,000 yuan)"


@dataclass(frozen=True)
class _Head:
    quantity: int | None
    price: int | None
    amount: int | None
    label: int | None
    units: dict[int, Decimal]
    times: int | None = None
    number: int | None = None
    total: int | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Line:
    head: _Head
    caption: Cell | None
    cells: tuple[Cell, ...]
    group: int
    is_total: bool


@dataclass(frozen=True)
class Costs:
    """What budget tables list and add up."""

    items: tuple[CostItem, ...] = ()
    subtotals: tuple[CostSubtotal, ...] = ()


def joined(sections: Iterable[Costs]) -> Costs:
    """The costs of several sections as those of one."""
    items: list[CostItem] = []
    subtotals: list[CostSubtotal] = []
    for costs in sections:
        before, groups = len(items), max([*(one.group for one in items), *(one.group for one in subtotals)], default=0)
        items += (replace(item, group=item.group + groups) for item in costs.items)
        for total in costs.subtotals:
            covered = tuple(before + at for at in total.items)
            subtotals.append(replace(total, items=covered, group=total.group + groups))
    return Costs(tuple(items), tuple(subtotals))


def read(rows: Iterable[Row]) -> Costs:
    """The cost items of a section's rows and their totals; paragraphs between its tables are captions, not items."""
    lines = list(_lines(rows))
    wan = amounts.UNITS["万元"]
    cells = [cell for line in lines if not line.is_total for cell in line.cells]
    stated = [folded(cell.text) for cell in cells if re.search(r"\d\s*(?:万元|元)", cell.text)]
    bare = wan if stated and all("万元" in text for text in stated) else None
    items: list[CostItem] = []
    told: list[Line] = []
    for line in lines:
        item = None if line.is_total else _item(line, bare)
        at = len(items) if item and item.amount is not None else None
        items += [item] if item else []
        total = _total(line, bare) if line.is_total else _beside(line, bare)
        told.append(Line(line.group, line.is_total, at, total))
    return Costs(tuple(items), tuple(totals.settled(told, items)))


def _lines(rows: Iterable[Row]) -> Iterator[_Line]:
    head: _Head | None = None
    caption: Cell | None = None
    group = 0
    for row in rows:
        filled = row.filled
        if filled and all(_RULER.fullmatch(cell.text) for cell in filled):
            continue
        if len(row.cells) == 1:
            caption, head = (filled[0], None) if filled else (caption, head)
        elif found := _head(row):
            group += head is None or head.words != found.words  # a page break repeats a head
            head = found
        elif head and filled:
            yield _Line(head, caption, row.cells, group, _total_of(row, head) is not None)


def _total_of(row: Row, head: _Head) -> Cell | None:
    """The cell that makes a row one of a total: the first of it, or that of the name behind a serial number."""
    named = (cell for cell in row.filled if cell is row.filled[0] or cell.column == head.label)
    return next((cell for cell in named if _TOTAL.fullmatch(folded(cell.text))), None)


def _head(row: Row) -> _Head | None:
    """The head of a table: no figure in any of its cells, and a column of money among them."""
    words = {cell.column: folded(cell.text) for cell in row.filled}
    if len(words) < 2 or any(re.search(r"\d", re.sub(r"\(.*?\)", "", word)) for word in words.values()):
        return None
    columns = [c for c in words if words[c] not in {"序号", "编号"}]
    quantity = next((c for c in columns if _QUANTITY.search(words[c])), None)
    price = next((c for c in columns if c != quantity and _PRICE.search(words[c])), None)
    rest = [c for c in columns if c not in (quantity, price)]
    amount = next((c for c in reversed(rest) if _AMOUNT.search(words[c])), None)
    if amount is None:
        amount = next((c for c in rest[1:] if _FEE.search(words[c])), None)
    if amount is None:
        return None
    name = columns[0] if columns[0] not in (quantity, price, amount) else None
    units = {c: unit for c, word in words.items() if (unit := amounts.unit(re.sub(r"\)/.*", ")", word)))}
    return _Head(
        quantity,
        price,
        amount,
        name,
        units,
        next((c for c in rest if c not in (amount, name) and _TIMES.fullmatch(words[c])), None),
        next((c for c in words if words[c] in {"序号", "编号"}), None),
        next((c for c in rest if c not in (amount, name) and _TOTAL.fullmatch(words[c])), None),
        tuple(words.values()),
    )


def _item(line: _Line, bare: Decimal | None) -> CostItem | None:
    head, cells = line.head, {cell.column: cell for cell in line.cells if cell}
    named = cells.get(head.label) if head.label is not None else line.caption
    count = amounts.quantity(_text(cells, head.quantity)) if head.quantity in cells else None
    price, guessed_price, price_step = _money(cells, head.price, head, bare)
    amount, guessed, step = _money(cells, head.amount, head, bare)
    if named is None or (count is None and price is None and amount is None):
        return None
    places = tuple(place for cell in cells.values() for place in cell.places)
    why = _WHY if guessed or guessed_price else None
    name = label(Printed.of(named).text)
    return CostItem(
        name,
        count[0] if count else None,
        price,
        amount,
        places,
        why,
        price_step if amount is None else step,
        _times(cells, head),
        _number(cells, head, name if head.label is not None else ""),
        line.group,
    )


def _number(cells: dict[int, Cell], head: _Head, name: str) -> int | None:
    """The number printed before an item, in a column of its own or before its name."""
    text = folded(_text(cells, head.number))
    if text.isdecimal() and len(text) <= len("999"):
        return int(text)
    found = _ORDINAL.match(name)
    return int(found[1] or found[2]) if found else None


def _times(cells: dict[int, Cell], head: _Head) -> Decimal | None:
    """A further factor: in a column of its own (月数), or in the amount's formula beside what other cells say."""
    if head.times in cells:
        found = amounts.quantity(_text(cells, head.times))
        return found[0] if found else None
    factors, result = _formula(_text(cells, head.amount))
    if not factors:
        return None
    others = [cell.text for column, cell in cells.items() if column != head.amount]
    known = [number for text in others for number in _said(text)]
    left = [factor for factor in factors if factor not in known]
    return left[0] if len(left) == 1 and len(factors) > 1 and left[0] not in (0, 1) and left[0] != result else None


def _said(text: str) -> list[Decimal]:
    """The figures that a cell states: the result of its formula, or its numbers."""
    factors, result = _formula(text)
    return [result] if factors and result is not None else [amounts.decimal(f) for f in _FIGURE.findall(folded(text))]


def _formula(text: str) -> tuple[list[Decimal], Decimal | None]:
    """The factors of a product printed in a cell, and its printed result."""
    found = _FORMULA.fullmatch(folded(text))
    if not found:
        return [], None
    left = folded(text).partition("=")[0]
    return [amounts.decimal(factor) for factor in _FIGURE.findall(left)], amounts.decimal(found[1])


def _total(line: _Line, bare: Decimal | None) -> CostSubtotal | None:
    """A row of a total: the figure in the column of amounts, or the only one of the row."""
    cells = {cell.column: cell for cell in line.cells if cell}
    first = _total_of(Row(line.cells), line.head) or next(iter(cells.values()))
    column = line.head.amount if line.head.amount in cells else None
    if column is None:
        figures = [
            at
            for at, cell in cells.items()
            if cell is not first and at != line.head.number and amounts.quantity(cell.text)
        ]
        column = figures[0] if len(figures) == 1 else None
    return _sum(line, cells, column, label(Printed.of(first).text), bare)


def _beside(line: _Line, bare: Decimal | None) -> CostSubtotal | None:
    """A total in a column of its own: 合计 beside 讲课费, merged over the rows."""
    cells = {cell.column: cell for cell in line.cells if cell}
    head = line.head
    if head.total is None or head.total not in cells:
        return None
    return _sum(line, {head.total: cells[head.total]}, head.total, "合计", bare)


def _sum(
    line: _Line, cells: dict[int, Cell], column: int | None, name: str, bare: Decimal | None
) -> CostSubtotal | None:
    """The total in a column, whose unit is its own or that of the column of amounts."""
    head = line.head
    if column is None:
        return None
    if column not in head.units and head.amount in head.units:
        head = replace(head, units={column: head.units[head.amount]})
    value, guessed, step = _money(cells, column, head, bare)
    places: tuple[Place, ...] = tuple(place for cell in cells.values() for place in cell.places)
    why = _WHY if guessed else None
    return None if value is None else CostSubtotal(name, value, step, (), places, line.group, why)


def _text(cells: dict[int, Cell], column: int | None) -> str:
    return cells[column].text if column is not None and column in cells else ""


def _money(
    cells: dict[int, Cell], column: int | None, head: _Head, bare: Decimal | None
) -> tuple[Decimal | None, bool, Decimal | None]:
    """Yuan of a cell such as `27 万元`, `150 元/人`, `800×50=40000`; whether its unit was inferred; its last digit."""
    text = folded(_text(cells, column)).split("=")[-1]
    found = re.fullmatch(rf"({amounts.NUMBER})({amounts.UNIT})?(?:/.{{1,4}})?", text)
    if not found or column is None:
        return None, False, None
    unit = amounts.scale(found[2]) if found[2] else head.units.get(column) or bare
    if not unit:
        return None, False, None
    return amounts.decimal(found[1]) * unit, not found[2] and column not in head.units, amounts.step(found[1], unit)
