"""Keep money of groups apart by year and kind, for pages, which show no sum of what is not to be added.

A group is that of a row of an answer; its money has several parts if it is of several years or kinds.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from jixiao.server.views.answers import Apart, Key, Row, Value
from jixiao.server.views.selection import Measure, Selection

YEAR, KIND, ROWS = "partYear", "partKind", "{}Rows"
"""Columns of the rows from which parts are made: the year and kind of money, and the number of amounts in a sum."""


def summed(selection: Selection) -> list[Measure]:
    """Return the measures of money that add up amounts of rows in a group."""
    return [
        each
        for each in selection.measures
        if each.how in ("sum", "mean")
        and selection.column(each.name).type == "yuan"
        and not (each.of_groups or each.whole)
    ]


def read(keys: Sequence[str], selection: Selection, rows: Iterable[Row], whole: Sequence[Row]) -> Apart:
    """Return the parts that rows tell of: groups of a selection by the columns `keys`, further by YEAR and KIND.

    Only the amount of a project or fund has kinds: other columns are of one. Measures of the whole, and along an order,
    have the parts of the `whole` if that is of several kinds. What is made of two figures has the parts of both, unless
    each has one, of the same kind.
    """
    parts: dict[tuple[str, Key], dict[tuple[Value, Value], dict[str, Value]]] = {}
    money = summed(selection)
    for row in rows:
        key = tuple(row[name] for name in keys)
        for each in money:
            amount, kind = row[each.name], row.get(KIND) if each.column == "amount" else None
            if isinstance(amount, Decimal):
                of_group = parts.setdefault((each.name, key), {})
                part = of_group.setdefault(
                    (row[YEAR], kind), {"year": row[YEAR], "kind": kind, "rows": 0, "amount": Decimal(0)}
                )
                part |= {"rows": part["rows"] + row[ROWS.format(each.name)], "amount": part["amount"] + amount}  # type: ignore[operator]
    found: dict[tuple[str, Key], list[Row]] = {place: [*of_group.values()] for place, of_group in parts.items()}
    groups = {key for _, key in found}
    of_whole = whole if len({part["kind"] for part in whole}) > 1 else ()
    found |= {
        (each.name, key): [*of_whole] for each in selection.measures if each.whole or each.along for key in groups
    }
    for each in selection.measures:
        for key in groups if each.figures else ():
            both = [found.get((name, key), []) for name in each.figures]
            if any(len(of) > 1 for of in both) or len({part["kind"] for of in both for part in of}) > 1:
                found[each.name, key] = [part for of in both for part in of]
    names = {source: name for name, source in selection.columns}
    return Apart(
        tuple(keys),
        {
            (names[measure], key): sorted(of, key=lambda part: (-int(part["year"] or 0), str(part["kind"])))
            for (measure, key), of in found.items()
            if measure in names
        },
    )
