"""The tables of 年度预算安排 -> cost items.

A head names the columns (数量, 单价, 资金需求 …) and may state units; a row below it is an item. Bare figures beside
ones in 万元 are 万元, too: that is inferred, and said so. Totals (合计) are no items.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from jixiao.ingest import amounts
from jixiao.ingest.model import CostItem, Printed
from jixiao.ingest.plain import folded
from jixiao.ingest.rendition import Cell, Row
from jixiao.ontology.identity import label

_QUANTITY = re.compile(r"数量|人数|次数|件数|份数|天数")
_PRICE = re.compile(r"单价|单次|标准|费用.*/")
_AMOUNT = re.compile(r"资金需求|金额|总计|小计|预算数|所需资金|资金合计")
_FEE = re.compile(r"费|资金|预算")
_TOTAL = re.compile(r"(?:合计|总计|共计|小计).{0,4}")
_WHY = "同一预算表的其他行以万元计 · other rows of this budget are in 万元 (10,000 yuan)"


@dataclass(frozen=True)
class _Head:
    quantity: int | None
    price: int | None
    amount: int | None
    label: int | None
    units: dict[int, Decimal]


@dataclass(frozen=True)
class _Line:
    head: _Head
    caption: Cell | None
    cells: tuple[Cell, ...]


def items(rows: Iterable[Row]) -> tuple[CostItem, ...]:
    """The cost items of a section's rows; paragraphs between its tables are captions, not items."""
    lines = list(_lines(rows))
    wan = amounts.UNITS["万元"]
    stated = [folded(cell.text) for line in lines for cell in line.cells if re.search(r"\d\s*(?:万元|元)", cell.text)]
    bare = wan if stated and all("万元" in text for text in stated) else None
    return tuple(item for line in lines if (item := _item(line, bare)))


def _lines(rows: Iterable[Row]) -> Iterator[_Line]:
    head: _Head | None = None
    caption: Cell | None = None
    for row in rows:
        filled = row.filled
        if len(row.cells) == 1:
            caption, head = (filled[0], None) if filled else (caption, head)
        elif found := _head(row):
            head = found
        elif head and filled and not _TOTAL.fullmatch(folded(filled[0].text)):
            yield _Line(head, caption, row.cells)


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
    return _Head(quantity, price, amount, name, units)


def _item(line: _Line, bare: Decimal | None) -> CostItem | None:
    head, cells = line.head, {cell.column: cell for cell in line.cells if cell}
    named = cells.get(head.label) if head.label is not None else line.caption
    count = amounts.quantity(_text(cells, head.quantity)) if head.quantity in cells else None
    price, guessed_price = _money(cells, head.price, head, bare)
    amount, guessed = _money(cells, head.amount, head, bare)
    if named is None or (count is None and price is None and amount is None):
        return None
    places = tuple(place for cell in cells.values() for place in cell.places)
    why = _WHY if guessed or guessed_price else None
    return CostItem(label(Printed.of(named).text), count[0] if count else None, price, amount, places, why)


def _text(cells: dict[int, Cell], column: int | None) -> str:
    return cells[column].text if column is not None and column in cells else ""


def _money(
    cells: dict[int, Cell], column: int | None, head: _Head, bare: Decimal | None
) -> tuple[Decimal | None, bool]:
    """Yuan of a cell such as `27 万元`, `150 元/人`, `800×50=40000`, and whether its unit was inferred."""
    text = folded(_text(cells, column)).split("=")[-1]
    found = re.fullmatch(rf"({amounts.NUMBER})({amounts.UNIT})?(?:/.{{1,4}})?", text)
    if not found or column is None:
        return None, False
    unit = amounts.scale(found[2]) if found[2] else head.units.get(column) or bare
    return (amounts.decimal(found[1]) * unit, not found[2] and column not in head.units) if unit else (None, False)
