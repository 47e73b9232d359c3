"""Lay out projects as forms by a plan, with the mutant's key: the projects as the document states them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random

from tests.support.mutants import indicators, register, told
from tests.support.mutants.facts import AMOUNTS, BODIES, Project
from tests.support.mutants.grid import Block, Cell, Table
from tests.support.mutants.plan import Plan
from tests.support.mutants.prints import Expected, figure, front, labelled, money_cell

PERSONS = ("闻人静好", "60481357")
_CATEGORY = ("项目类别", "经常性项目")
_NARROWEST = 5


def document(rng: Random, plan: Plan, projects: Sequence[Project]) -> tuple[list[Block], Expected]:
    """Lay out the projects by the plan; return the blocks and the facts that they state."""
    if plan.register:
        return register.document(rng, plan, projects)
    blocks: list[Block] = []
    stated: list[Project] = []
    for project in projects:
        form, known = _form(rng, plan, project)
        blocks += form
        stated.append(known)
    return blocks, Expected(tuple(stated), plan.unit_at == "nowhere")


def _form(rng: Random, plan: Plan, project: Project) -> tuple[list[Block], Project]:
    given = project.indicators
    body = told.body(plan.told, given) if plan.told else indicators.table(rng, plan, given)
    width = max(_NARROWEST, *(part.width for part in body.parts))
    table = Table(width)
    blocks: list[Block] = []
    for line in front(plan, project.words.get("year", "2022")):
        if plan.title_in_table:
            table.rows.append({0: Cell(line, width)})
        else:
            blocks.append(line)
    known = replace(project, amounts={}, goals={}, indicators=body.stated)
    _head(rng, plan, project, table)
    known.amounts.update(_money(plan, project, table))
    known.goals.update(_goals(plan, project, table))
    first, *others = body.parts
    table.rows += [_widened(row, first.width, width) for row in first.rows]
    blocks.append(table)
    for part in others:
        blocks += [*body.between, Table(width, [_widened(row, part.width, width) for row in part.rows])]
    if plan.signatures:
        blocks.append(f"填报人：{PERSONS[0]}　　联系电话：{PERSONS[1]}")
    return blocks, known


def _widened(row: dict[int, Cell], width: int, wanted: int) -> dict[int, Cell]:
    """Widen the last cell of a row so that the row fills a wider table."""
    if width == wanted or not row:
        return row
    last = max(row)
    return row | {last: replace(row[last], width=row[last].width + wanted - width)}


def _head(rng: Random, plan: Plan, project: Project, table: Table) -> None:
    """Append the rows above the money: name, bodies, dates and others."""
    words = project.words
    pairs = [(plan.words["name"], project.name), _CATEGORY]
    rest = [(plan.words[name], plan.code.format(words[name]) if name in words else "") for name in BODIES]
    rest += [
        (plan.words[name], plan.dates.format(date.fromisoformat(words[name])) if name in words else "")
        for name in ("startDate", "endDate")
    ]
    if plan.money == "one":
        amount = project.amounts.get("annualRequest")
        alone = replace(plan, unit_at="label") if plan.unit_at == "group" else plan  # this layout has no group cell
        rest.append((labelled(alone, "annualRequest", total=True), "" if amount is None else figure(plan, amount)))
    if plan.signatures:
        rest += [("联系人", PERSONS[0]), ("联系电话", PERSONS[1])]
    if plan.shuffled:
        rng.shuffle(rest)
    pairs += rest
    if plan.split == "lines":
        pairs = [(label, indicators.broken(rng, value) if rng.random() < 0.3 else value) for label, value in pairs]
    middle = table.width // 2
    if not plan.pairs:
        table.rows += [{0: Cell(label), 1: Cell(value, table.width - 1)} for label, value in pairs]
        return
    for left, right in zip(pairs[::2], [*pairs[1::2], ("", "")], strict=False):
        row = {0: Cell(left[0]), 1: Cell(left[1], middle - 1)}
        row |= {middle: Cell(right[0]), middle + 1: Cell(right[1], table.width - middle - 1)}
        table.rows.append(row)


def _money(plan: Plan, project: Project, table: Table) -> dict[str, Decimal]:
    """Append the rows of money; return the amounts that they state."""
    amounts = project.amounts
    if plan.money == "one":
        names = ["annualRequest"]
    elif plan.money == "pairs":
        names = list(AMOUNTS)
        _pairs_of_money(plan, amounts, table)
    else:
        names = ["annualRequest", "fiscalFunds", "annualOtherFunds"]
        _years_money(plan, amounts, table)
    return {name: amounts[name] for name in names if name in amounts}


def _group(plan: Plan, height: int) -> Cell:
    return Cell(f"项目资金（{plan.unit}）" if plan.unit_at == "group" else "项目资金", height=height)


def _pairs_of_money(plan: Plan, amounts: dict[str, Decimal], table: Table) -> None:
    rows = (
        ("totalAmount", "annualRequest"),
        ("fiscalFunds", "currentYearAppropriation"),
        (None, "carriedOver"),
        ("otherFunds", "annualOtherFunds"),
    )
    for number, pair in enumerate(rows):
        row = {0: _group(plan, len(rows))} if number == 0 else {}
        for at, name in zip((1, 3), pair, strict=True):
            if name:
                row[at] = Cell(labelled(plan, name, total=number == 0))
                row[at + 1] = money_cell(plan, amounts.get(name), 1 if at == 1 else table.width - 4)
        table.rows.append(row)


def _years_money(plan: Plan, amounts: dict[str, Decimal], table: Table) -> None:
    """Append the annual amounts, alone or beside three times as much for several years."""
    for number, name in enumerate(("annualRequest", "fiscalFunds", "annualOtherFunds")):
        row = {0: _group(plan, 3)} if number == 0 else {}
        yuan = amounts.get(name)
        label = Cell(labelled(plan, name, total=number == 0))
        if plan.money == "year":
            row |= {1: label, 2: money_cell(plan, yuan, table.width - 2)}
        else:
            several = labelled(plan, "midTerm", total=True) if number == 0 else label.text
            row |= {1: Cell(several), 2: money_cell(plan, None if yuan is None else yuan * 3)}
            row |= {3: label, 4: money_cell(plan, yuan, table.width - 4)}
        table.rows.append(row)


def _goals(plan: Plan, project: Project, table: Table) -> dict[str, str]:
    """Append the rows of goals; return the goals that they state."""
    goals, width = dict(project.goals), table.width
    overall, annual = goals.get("overallGoal", ""), goals.get("annualGoal", "")
    if plan.goals == "group":
        text = overall or annual
        table.rows.append({0: Cell("项目绩效目标"), 1: Cell(text, width - 1)})
        return {"overallGoal": text} if text else {}
    if plan.goals == "annual" and annual:
        table.rows.append({0: Cell(plan.words["annualGoal"]), 1: Cell(annual, width - 1)})
        return {"annualGoal": annual}
    if plan.goals == "beside":
        middle = 1 + (width - 1) // 2
        for number, pair in enumerate(((plan.words["overallGoal"], plan.words["annualGoal"]), (overall, annual))):
            row = {0: Cell("项目绩效目标", height=2)} if number == 0 else {}
            row |= {1: Cell(pair[0], middle - 1), middle: Cell(pair[1], width - middle)}
            table.rows.append(row)
        return goals
    for name, text in (("overallGoal", overall), ("annualGoal", annual)):
        table.rows.append({0: Cell(plan.words[name]), 1: Cell(text, width - 1)})
    return goals
