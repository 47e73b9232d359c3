"""Print the parts that all layouts of a mutant share: title, year, unit, figures, labels of money; and type its key."""

import re
from dataclasses import dataclass
from decimal import Decimal

from tests.support.mutants.facts import Project
from tests.support.mutants.grid import Cell
from tests.support.mutants.plan import Plan

_FACTORS = {"元": Decimal(1), "万元": Decimal(10_000)}


@dataclass(frozen=True)
class Expected:
    """The facts that a mutant states; `unknown` means that amounts may stay unknown, since no unit is stated."""

    projects: tuple[Project, ...]
    unknown: bool = False


def figure(plan: Plan, yuan: Decimal) -> str:
    """Print an amount by the plan, exact in its unit."""
    number = yuan / _FACTORS[plan.unit]
    digits = max(0, -int(number.normalize().as_tuple().exponent))
    if plan.figures == "thousands":
        printed = f"{number:,.{max(2, digits)}f}"
    else:
        printed = f"{number:.{max(2, digits) if plan.figures == 'cents' else digits}f}"
    return printed + (plan.unit if plan.unit_at == "number" else "")


def money_cell(plan: Plan, yuan: Decimal | None, width: int = 1) -> Cell:
    """Make the cell of an amount; without an amount it is blank or has a stroke."""
    if yuan is None:
        return Cell(plan.stroke, width)
    printed = figure(plan, yuan)
    plain = printed.replace(",", "")
    return Cell(printed, width, figure=float(plain) if re.fullmatch(r"[\d.]+", plain) else None)


def labelled(plan: Plan, name: str, *, total: bool = False) -> str:
    """Print the label of an amount, with its unit if labels state it."""
    word = plan.words[name]
    unit = f"（{plan.unit}）" if plan.unit_at == "label" and (total or plan.unit_of_parts) else ""
    before = "" if total or name not in ("fiscalFunds", "currentYearAppropriation") else "其中："
    return f"{before}{word}{unit}"


def front(plan: Plan, year: str) -> list[str]:
    """Print the lines of title, year and unit."""
    lines = [f"{year}年度{plan.title}" if plan.year_in_title and plan.title[0] not in "附表" else plan.title]
    if lines[0] == plan.title:
        lines.append(f"（{year}年度）")
    if plan.unit_at == "head":
        lines.append(f"单位：{plan.unit}")
    if plan.other_above:
        lines.append(f"金额单位：{next(unit for unit in _FACTORS if unit != plan.unit)}")
    return lines
