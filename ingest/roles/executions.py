"""Read the header of the money of a self-evaluation, and assign the figures of a row to its columns.

The header asks for the budget at the beginning, the adjusted one, the money received and spent, the rate of execution,
its weight and its score. Empty cells often leave no trace, so that the position of a figure does not show its column: a
rate has a per cent sign or is the quotient of the money spent and the adjusted budget, and a score is no more than its
weight. Where several assignments read other figures, none is taken.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import combinations

from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles.labels import execution_meaning
from jixiao.ingest.values import amounts
from jixiao.ingest.values.plain import folded
from jixiao.ontology.text.wording import Wording

WORDING = Wording("jixiao.ingest.roles", "executions.toml")
_RATE, _VALUE, _POINTS = (WORDING.pattern(name) for name in ("rate", "value", "points"))
_SPENT = WORDING.pattern("spent")
_LEAST = ("adjustedBudget", "executed")
_LOST: Mapping[str, int] = WORDING.tables["lost"]
MOST_POINTS = 100
"""The most points that a weight, a score or the total of an evaluation may be."""
MONEY = ("initialBudget", "adjustedBudget", "received", "executed")
"""Meanings of columns with money."""
_BUDGETS = frozenset({"initialBudget", "adjustedBudget", "received", "rate"})
_HUNDRED = Decimal(100)
_MOST_WEIGHT = Decimal(30)  # points; indicators have the others
_LONGEST_AMOUNT = 16  # characters of a text in place of an amount
_ROUNDING = 2  # in units of the last printed digit of a rate, which forms round or cut

ByMeaning = Mapping[str, Cell]
"""Cells by the meanings of their columns."""


def head(row: Row) -> dict[int, str] | None:
    """Return the meanings of the columns by column, of a header of the money of a self-evaluation.

    None for any other row. A header has the money spent, and a budget or the rate. A part of the money may have a
    column (其中：财政拨款) between those of the money and the rate.
    """
    if len(row.filled) < len(_LEAST) or not _SPENT.search(row.text):
        return None
    found = {cell.column: meaning for cell in row.filled if (meaning := _meaning(cell))}
    edge = [(0, "")]
    placed = [*edge, *found.items(), *edge]
    for (_, before), (column, meaning), (_, behind) in zip(placed, placed[1:], placed[2:], strict=False):
        if meaning == "part" and not (before in MONEY and behind):  # a label of the row, or of the row below
            del found[column]
    first, *others = found.items() or [(0, "")]
    if first[1] in dict(others).values():  # 年度预算数 over the labels
        del found[first[0]]
    told = [*found.values()]
    known = set(told)
    return found if "executed" in known and known & _BUDGETS and len(known) == len(told) else None


def _meaning(cell: Cell) -> str | None:
    """Return the meaning of a cell of a money header, by all its text or by its first line; None for any other."""
    return execution_meaning(cell.text) or execution_meaning(cell.text.partition("\n")[0])


def is_value(text: str) -> bool:
    """Return whether a text may stand below a money header: a figure, a rate, a dash, or nothing."""
    return not text or _VALUE.fullmatch(folded(text)) is not None


def fits(columns: Mapping[int, str], cells: Sequence[Cell]) -> bool:
    """Return whether cells may stand below a money header: values, or cells for all columns, with a text as an amount.

    A text in place of an amount (约118.5, 待定) needs cells in all columns, which show the amount that it stands for,
    and a figure of money beside it.
    """
    unsure = [cell for cell in cells if not is_value(cell.text)]
    meanings = {cell.column: columns.get(cell.column) for cell in cells}
    lacking = {meaning for column, meaning in columns.items() if column not in meanings}
    fills = lacking <= {"reason"} and all(meanings[cell.column] for cell in cells if cell)
    is_short = all(len(cell.text) <= _LONGEST_AMOUNT and meanings[cell.column] in MONEY for cell in unsure)
    has_money = any(_is_figure(cell) and meanings[cell.column] in MONEY for cell in cells)
    return not unsure or (fills and is_short and has_money)


def assign(columns: Mapping[int, str], cells: Sequence[Cell], weight: Decimal | None) -> ByMeaning | None:
    """Assign the cells of a row, without its label, to columns; None if no assignment is sure.

    `columns` are the meanings by column; the result has the cells by meaning. `weight` is the weight of the total,
    which the rows below may repeat. If cells fill all columns, each stands in its own; otherwise the least important
    columns stay empty.
    """
    order = [meaning for _, meaning in sorted(columns.items())]
    own = {columns[cell.column]: cell for cell in cells if cell and cell.column in columns}
    filled = [cell for cell in cells if cell]
    shows_blanks = len(own) == len(filled) and (len(filled) < len(cells) or len(filled) == len(order))
    if shows_blanks and _suits(own, weight):
        return own
    if not all(is_value(cell.text) for cell in filled):
        return None
    every = (dict(zip(chosen, filled, strict=True)) for chosen in combinations(order, len(filled)))
    ways = [way for way in every if _suits(way, weight) and _is_sure(order, way)]
    costs = [sum(_LOST[meaning] for meaning in order if meaning not in way) for way in ways]
    best = [way for way, cost in zip(ways, costs, strict=True) if cost == min(costs)]
    read = {tuple((meaning, cell.text) for meaning, cell in way.items() if _has_value(cell)) for way in best}
    return best[0] if len(read) == 1 else None


def _suits(way: ByMeaning, weight: Decimal | None) -> bool:
    """Return whether each cell may stand in its column: money is no rate, and a score no more than its weight.

    `way` has the cells by the meanings of their columns; `weight` is the weight of the total.
    """
    money = [way[meaning] for meaning in MONEY if meaning in way]
    if any("%" in folded(cell.text) or (_is_figure(cell) and amounts.money(cell.text) is None) for cell in money):
        return False
    points = {meaning: number(way[meaning]) for meaning in ("weight", "score") if meaning in way}
    if any("%" in folded(way[meaning].text) for meaning in points):
        return False
    most = points.get("weight")
    if most is not None and most > (weight or _MOST_WEIGHT):
        return False
    score = points.get("score")
    most = next(each for each in (most, weight, _HUNDRED) if each is not None)
    return (score is None or score <= most) and _may_be_rate(way)


def _may_be_rate(way: ByMeaning) -> bool:
    """Return whether the cell of the rate may hold a rate: with a per cent sign, or as the quotient of the money.

    Also true if there is no such cell or no value in it, if the rate is 0, or if the money spent is a text.
    """
    cell, spent = way.get("rate"), way.get("executed")
    if cell is None or not _has_value(cell) or "%" in folded(cell.text) or not (spent is None or is_value(spent.text)):
        return True
    return is_quotient(way) or number(cell) == 0


def is_quotient(way: ByMeaning) -> bool:
    """Return whether the rate is the money spent divided by a budget or the money received, rounded or cut."""
    rate, spent = (number(way[meaning]) if meaning in way else None for meaning in ("rate", "executed"))
    if rate is None or spent is None:
        return False
    step = Decimal(1).scaleb(min(0, int(rate.normalize().as_tuple().exponent)))
    budgets = [number(way[meaning]) for meaning in ("adjustedBudget", "initialBudget", "received") if meaning in way]
    is_share = "%" not in folded(way["rate"].text) and rate <= 1
    return any(
        abs(spent / budget * (1 if is_share else _HUNDRED) - rate) < _ROUNDING * step for budget in budgets if budget
    )


def _is_sure(order: Sequence[str], way: ByMeaning) -> bool:
    """Return whether the rate of a row, if it has one, agrees with its money.

    A row without a cell for some column of money needs a rate and the adjusted budget. Figures without money are never
    sure, since they may be the first ones of a row that breaks off. `order` are the meanings of all columns.
    """
    lacking = [meaning for meaning in MONEY if meaning in order and meaning not in way]
    has_money = any(_has_value(way[meaning]) for meaning in MONEY if meaning in way)
    rate = number(way["rate"]) if "rate" in way else None
    if not has_money:
        return not any(map(_has_value, way.values()))
    if not (lacking or rate):
        return True
    return "adjustedBudget" not in lacking and is_quotient(way)


def number(cell: Cell) -> Decimal | None:
    """Return the number in a cell, also that of a rate without its per cent sign; None for a dash or other text."""
    return number_in(cell.text)


def number_in(text: str) -> Decimal | None:
    """Return the number of a text that is nothing else, perhaps with a per cent sign; otherwise None."""
    found = _RATE.fullmatch(folded(text))
    return amounts.decimal(found["number"]) if found else None


def _is_figure(cell: Cell) -> bool:
    return _has_value(cell) and is_value(cell.text)


def _has_value(cell: Cell) -> bool:
    return not amounts.is_blank(cell.text)


def scale(label: str) -> Decimal | None:
    """Return the points of the rate that a label of money or score states, such as 20 for `预算执行情况(20分)`.

    Or None.
    """
    found = _POINTS.search(folded(label))
    return amounts.decimal(found["points"]) if found else None
