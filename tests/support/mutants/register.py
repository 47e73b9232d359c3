"""Lay out all projects of a mutant in one table: body, name, money and goal to the left of the indicators."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from random import Random

from tests.support.mutants import indicators
from tests.support.mutants.facts import Project
from tests.support.mutants.grid import Block, Cell, Table
from tests.support.mutants.plan import Plan
from tests.support.mutants.prints import Expected, front, money_cell


def document(rng: Random, plan: Plan, projects: Sequence[Project]) -> tuple[list[Block], Expected]:
    """Lay out all projects in one table; return the blocks and the facts that they state."""
    unit = f"（{plan.unit}）" if plan.unit_at in ("label", "group") else ""
    labels = (plan.words["implementingUnit"], plan.words["name"], f"年度预算数{unit}", plan.words["annualGoal"])
    head = {column: Cell(word) for column, word in enumerate(labels)}
    bare = replace(plan, group_column=False)
    table, stated = Table(0), []
    for project in projects:
        body = indicators.table(rng, bare, project.indicators)
        part = body.parts[0]
        if not table.rows:
            table.width = part.width + len(labels)
            table.rows.append(head | _moved(part.rows[0], len(labels)))
        left = _left(plan, project)
        for number, row in enumerate(part.rows[1:]):
            merged = plan.levels == "merged"
            shown = left if number == 0 else () if plan.levels in ("blank", "merged") else left
            cells = {at: replace(c, height=len(part.rows) - 1 if merged else 1) for at, c in enumerate(shown)}
            table.rows.append(cells | _moved(row, len(labels)))
        words = {k: v for k, v in project.words.items() if k in ("implementingUnit", "year")}
        amounts = {k: v for k, v in project.amounts.items() if k == "annualRequest"}
        goals = {k: v for k, v in project.goals.items() if k == "annualGoal"}
        stated.append(Project(project.name, words, amounts, goals, body.stated))
    total = sum((p.amounts.get("annualRequest", Decimal(0)) for p in projects), Decimal(0))
    table.rows.append({0: Cell("合计"), 2: money_cell(plan, total)})
    year = projects[0].words.get("year", "2022")
    return [*front(plan, year), table], Expected(tuple(stated), plan.unit_at == "nowhere")


def _left(plan: Plan, project: Project) -> tuple[Cell, ...]:
    return (
        Cell(project.words.get("implementingUnit", "")),
        Cell(project.name),
        money_cell(plan, project.amounts.get("annualRequest")),
        Cell(project.goals.get("annualGoal", "")),
    )


def _moved(row: dict[int, Cell], by: int) -> dict[int, Cell]:
    return {column + by: cell for column, cell in row.items()}
