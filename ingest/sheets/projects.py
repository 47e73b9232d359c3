"""Turn the rows of a spreadsheet into projects with forms and narratives, in the model that reading a filing gives."""

from collections.abc import Iterator, Sequence

from jixiao.ingest.model import CostItem, CostSubtotal, Cover, Form, Indicator, Narrative, Printed, Project, Section
from jixiao.ingest.rendition import Place
from jixiao.ingest.sheets.cells import Cells, place, printed
from jixiao.ingest.sheets.columns import Column
from jixiao.ingest.sheets.problems import Problem
from jixiao.ingest.sheets.rows import Gathered, Part, Value
from jixiao.ingest.structure import filing
from jixiao.ingest.structure.narratives import budget, claims
from jixiao.ingest.structure.narratives.budget import BUDGET, Line
from jixiao.ingest.values.plain import folded
from jixiao.ontology.identity import key, label

_TOTAL = BUDGET.pattern("total")
_DATES = ("startDate", "endDate")


def cover(once: dict[str, Value], cells: Cells) -> Cover:
    """Return the cover of the filing: its body, year, number of projects and total.

    `once` has the cells of the filing by meaning, and `cells` collects problems.
    """
    body = once.get("filedBy")
    year = once.get("year")
    if year is None:
        cells.problems.append(Problem(None, None, "没有填年度", "the year is not filled in"))
    return Cover(
        printed(body) if body else None,
        cells.year(year),
        cells.count(once.get("declaredProjectCount")),
        cells.sum(once.get("declaredTotal")),
    )


def projects(
    found: Sequence[Gathered], columns: Sequence[Column], year: int | None, cells: Cells
) -> tuple[Project, ...]:
    """Return the projects, with the citations, figures and calculations found in their texts.

    `found` has the cells of each project, `columns` all columns of the spreadsheet; `year` is that of the filing.
    """
    made = []
    for ordinal, one in enumerate(found, 1):
        form = _form(one, columns, year, cells)
        made.append(filing.project(ordinal, _narrative(one, columns, cells), form, one.row))
    return claims.settled(made, year)


def _form(one: Gathered, columns: Sequence[Column], year: int | None, cells: Cells) -> Form:
    asked = [column for column in columns if column.kind in {"project", "goal"}]
    fields: dict[str, Printed] = {}
    goals: dict[str, Printed] = {}
    blank: list[tuple[str, Place]] = []
    for column in asked:
        name, value = column.meaning, one.once.get(column.meaning)
        if value is None:
            blank.append((name, Place(one.row, column.index)))
        elif column.kind == "goal":
            goals[name] = printed(value)
        else:
            fields[name] = cells.date(value, last=name == "endDate") if name in _DATES else printed(value)
    amounts = tuple(
        cells.amount(column.meaning, column, one.once.get(column.meaning), one.row)
        for column in columns
        if column.kind == "amount"
    )
    indicators = tuple(_indicators(one.indicators, cells))
    first = place(one.once["name"])
    return Form(fields, amounts, goals, indicators, year=year, left_blank=tuple(blank), title=first, first=first)


def _indicators(parts: Sequence[Part], cells: Cells) -> Iterator[Indicator]:
    """Yield the indicators in `parts`; a part with a blank level takes the level of the one above, as in merged cells.

    A part without the name of an indicator is a problem, unless it only has levels for the parts below.
    """
    above: tuple[Value | None, Value | None] = (None, None)
    for part in parts:
        first, second = part.get("level1"), part.get("level2")
        goes_on = first is None or (above[0] is not None and key(first.text) == key(above[0].text))
        above = (first or above[0], second or (above[1] if goes_on else None))
        name = part.get("indicator")
        if name is None:
            if told := next((value for meaning, value in part.items() if not meaning.startswith("level")), None):
                cells.problems.append(told.problem("这一行没有指标名称", "the row names no indicator"))
            continue
        target, places = cells.target(part)
        weight, weight_places = cells.weight(part.get("weight"))
        levels = [label(each.text) if each else None for each in above]
        yield Indicator(
            printed(name),
            levels[0],
            levels[1],
            tuple(place(each) for each in above if each),
            target,
            places,
            weight,
            weight_places,
        )


def _narrative(one: Gathered, columns: Sequence[Column], cells: Cells) -> Narrative | None:
    """Return the narrative of a project from its sections and cost items, or None if it has neither."""
    asked = [column for column in columns if column.kind == "section"]
    items, subtotals = _costs(one.items, cells)
    if not items and not any(column.meaning in one.once for column in asked):
        return None
    sections = []
    for column in asked:
        value = one.once.get(column.meaning)
        text = printed(value) if value else Printed(())
        sections.append(Section(column.meaning, column.meaning, Place(one.row, column.index), text))
    return Narrative(None, None, tuple(sections), items, None, None, subtotals, place(one.once["name"]))


def _costs(parts: Sequence[Part], cells: Cells) -> tuple[tuple[CostItem, ...], tuple[CostSubtotal, ...]]:
    """Return the cost items in `parts` and the totals among them (合计, 小计), each with the items that it sums."""
    items: list[CostItem] = []
    lines: list[Line] = []
    for part in parts:
        name = part.get("item")
        if name is None:
            told = next(iter(part.values()))
            cells.problems.append(told.problem("这一行没有费用名称", "the row names no cost item"))
            continue
        price, amount = cells.money(part.get("unitPrice")), cells.money(part.get("itemAmount"))
        places = tuple(map(place, part.values()))
        exact = amount or price
        step = exact[1] if exact else None
        if _TOTAL.search(folded(name.text)):
            total = CostSubtotal(label(name.text), amount[0], step, (), places) if amount else None
            lines.append(Line(1, True, None, total))
            continue
        lines.append(Line(1, False, len(items) if amount else None, None))
        items.append(
            CostItem(
                label(name.text),
                cells.number(part.get("quantity")),
                price[0] if price else None,
                amount[0] if amount else None,
                places,
                step=step,
                times=cells.number(part.get("times")),
            )
        )
    return tuple(items), tuple(budget.settled(lines, items))
