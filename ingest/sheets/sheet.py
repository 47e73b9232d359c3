"""Convert a spreadsheet that a clerk filled in to facts in the terms of the ontology.

The steps are: table, columns, cells grouped by project, projects in the model that reading a filing gives, facts. A
spreadsheet with problems gives no facts; all problems are reported together, so that the clerk can correct them at
once.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jixiao.ingest.emit import Source, emit
from jixiao.ingest.model import (
    CostItem,
    CostSubtotal,
    Cover,
    Extraction,
    Form,
    Indicator,
    Narrative,
    Printed,
    Section,
)
from jixiao.ingest.rendition import Place
from jixiao.ingest.sheets import columns, table
from jixiao.ingest.sheets.cells import Cells, Gathered, Part, Value
from jixiao.ingest.sheets.columns import Column
from jixiao.ingest.sheets.table import Problem, SheetError
from jixiao.ingest.structure import filing
from jixiao.ingest.structure.narratives import budget, claims
from jixiao.ingest.values.plain import folded
from jixiao.ontology.identity import Iris, key, label

MEDIA_TYPE = "text/csv"
_TOTAL = budget.BUDGET.pattern("total")
_DATES = ("startDate", "endDate")


@dataclass(frozen=True)
class Converted:
    """The facts of a spreadsheet as N-Triples, the number of its projects, and the headings of unknown columns."""

    triples: bytes
    projects: int
    unknown: tuple[str, ...]


def convert(content: bytes, file_name: str, iris: Iris) -> Converted:
    """Convert the bytes of a CSV spreadsheet. Raises SheetError with all problems."""
    head, *below = table.read(content, columns.is_heading)
    known, unknown, problems = columns.read(head)
    if problems:
        raise SheetError(problems)
    cells = Cells()
    once, found = cells.gathered(known, below)
    cover = _cover(once, cells)
    made = [
        filing.project(ordinal, _narrative(one, known, cells), _form(one, known, cover.year, cells), one.row)
        for ordinal, one in enumerate(found, 1)
    ]
    if not found:
        cells.problems.append(Problem(None, None, "没有一个项目", "there is no project"))
    if cells.problems:
        raise SheetError(sorted(cells.problems, key=lambda each: each.row or 0))
    extraction = Extraction(cover, claims.settled(made, cover.year), frozenset(), frozenset(), {})
    source = Source(hashlib.sha256(content).hexdigest(), file_name, MEDIA_TYPE, len(content))
    emitted = emit(extraction, source, iris)
    return Converted(emitted.facts.n_triples(), len(emitted.projects), tuple(unknown))


def _cover(once: Part, cells: Cells) -> Cover:
    """Return the body, year, number of projects and total of the filing, from its cells by meaning (`once`)."""
    body, year = once.get("filedBy"), once.get("year")
    if year is None:
        cells.problems.append(Problem(None, None, "没有填年度", "the year is not filled in"))
    count, total = cells.count(once.get("declaredProjectCount")), cells.sum(once.get("declaredTotal"))
    return Cover(body.printed if body else None, cells.year(year), count, total)


def _form(one: Gathered, known: Sequence[Column], year: int | None, cells: Cells) -> Form:
    fields: dict[str, Printed] = {}
    goals: dict[str, Printed] = {}
    blank: list[tuple[str, Place]] = []
    amounts = []
    for column in known:
        name, value = column.meaning, one.once.get(column.meaning)
        if column.kind == "amount":
            amounts.append(cells.amount(column, value, one.row))
        elif column.kind in {"project", "goal"} and value is None:
            blank.append((name, Place(one.row, column.index)))
        elif column.kind == "goal" and value:
            goals[name] = value.printed
        elif column.kind == "project" and value:
            fields[name] = cells.date(value, last=name == "endDate") if name in _DATES else value.printed
    indicators = tuple(_indicators(one.parts["indicator"], cells))
    first = one.once["name"].place
    return Form(fields, tuple(amounts), goals, indicators, year=year, left_blank=tuple(blank), title=first, first=first)


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
        weight = cells.number(part.get("weight"))
        levels = [label(each.text) if each else None for each in above]
        yield Indicator(
            name.printed,
            levels[0],
            levels[1],
            tuple(each.place for each in above if each),
            target,
            places,
            weight,
            () if weight is None else (part["weight"].place,),
        )


def _narrative(one: Gathered, known: Sequence[Column], cells: Cells) -> Narrative | None:
    """Return the narrative of a project from its sections and cost items, or None if it has neither."""
    asked = [column for column in known if column.kind == "section"]
    items, subtotals = _costs(one.parts["item"], cells)
    if not items and not any(column.meaning in one.once for column in asked):
        return None
    sections = []
    for column in asked:
        value = one.once.get(column.meaning)
        text = value.printed if value else Printed(())
        sections.append(Section(column.meaning, column.meaning, Place(one.row, column.index), text))
    return Narrative(None, None, tuple(sections), items, None, None, subtotals, one.once["name"].place)


def _costs(parts: Sequence[Part], cells: Cells) -> tuple[tuple[CostItem, ...], tuple[CostSubtotal, ...]]:
    """Return the cost items in `parts` and the totals among them (合计, 小计), each with the items that it sums."""
    items: list[CostItem] = []
    lines: list[budget.Line] = []
    for part in parts:
        name = part.get("item")
        if name is None:
            told = next(iter(part.values()))
            cells.problems.append(told.problem("这一行没有费用名称", "the row names no cost item"))
            continue
        price, amount = cells.money(part.get("unitPrice")), cells.money(part.get("itemAmount"))
        shown, places = label(name.text), tuple(value.place for value in part.values())
        if _TOTAL.search(folded(name.text)):
            total = CostSubtotal(shown, *amount, (), places) if amount else None
            lines.append(budget.Line(1, True, None, total))
            continue
        lines.append(budget.Line(1, False, len(items) if amount else None, None))
        number, step = amount or (None, price[1] if price else None)
        quantity, times = cells.number(part.get("quantity")), cells.number(part.get("times"))
        items.append(CostItem(shown, quantity, price[0] if price else None, number, places, step=step, times=times))
    return tuple(items), tuple(budget.settled(lines, items))
