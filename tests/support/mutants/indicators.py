"""Lay out the table of indicators of one mutant by its plan, with the indicators that the table states."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

from jixiao.ingest.values.plain import folded
from jixiao.ontology.schemes import indicator_type, level1_labels, level2_labels
from tests.support.mutants.facts import Indicator
from tests.support.mutants.grid import Cell, Table
from tests.support.mutants.plan import Plan

_TARGET = re.compile(r"(>=|<=|≥|≤|=|》=|<|>)?(\d[\d.,]*)([^\d]{0,6})")
_FILLERS = (
    (r"权重|分值|赋分|本年权重", ("10", "5", "15", "10%", "5分")),
    (r"方向", ("正向", "反向")),
    (r"核心", ("是", "否")),
    (r"编码", ("10203", "30405")),
    (r"值$|标准$", ("≥75%", "3次", "行业平均", "")),
    (r"时限", ("12月底前", "全年")),
    (r"单位$|符号说明", ("综合科", "办公室")),
    (r"", ("", "", "按季度核对台账", "见年度安排", "抽样调查")),
)


@dataclass(frozen=True)
class Body:
    """The table in one part, or in two with a page break between; the text between them; the indicators stated."""

    parts: tuple[Table, ...]
    between: tuple[str, ...]
    stated: tuple[Indicator, ...]


def table(rng: Random, plan: Plan, indicators: Sequence[Indicator]) -> Body:
    """Lay out the indicators by the plan."""
    columns = _columns(plan)
    stated = tuple(_stated(plan, each) for each in indicators)
    rows = _rows(rng, plan, columns, stated)
    head = _head_row(plan, columns)
    width = len(columns)
    middle = len(rows) // 2
    if plan.split == "rows":
        rows = list(_over_rows(rng, plan, columns, rows))
    elif plan.page_break and middle and plan.levels != "merged":
        between = ("- 2 -",) if plan.page_break == "with number" else ("",)
        below = [head, *rows[middle:]] if plan.page_break == "with head" else rows[middle:]
        known = tuple(_without_mark(plan, each) for each in stated)
        return Body((Table(width, [head, *rows[:middle]]), Table(width, below)), between, known)
    return Body((Table(width, [head, *rows]),), (), tuple(_without_mark(plan, each) for each in stated))


def _columns(plan: Plan) -> list[str]:
    """List the columns by meaning; a further column is listed by its word after a blank."""
    values = list(plan.parts or ("target",))
    if plan.long_term:
        values.insert(values.index("target") + (plan.long_term == "behind"), "longTerm")
    levels = ["level1", "name"] if plan.two_levels else ["level1", "level2", "name"]
    columns = levels + values
    for word, place in plan.further:
        columns.insert(min(place, len(columns)), f" {word}")
    return ["group", *columns] if plan.group_column else columns


def _head_row(plan: Plan, columns: list[str]) -> dict[int, Cell]:
    words = plan.columns | {"group": "绩效指标"}
    if plan.two_levels:
        words |= {"name": "二级指标"}
    return {at: Cell(words.get(meaning, meaning.strip())) for at, meaning in enumerate(columns)}


def _stated(plan: Plan, indicator: Indicator) -> Indicator:
    """Return the indicator as this mutant states it, with its target joined from its parts."""
    level1, level2 = indicator.level1, indicator.level2
    if plan.other_levels and level1:
        level1, level2 = _other_words(level1, level2)
    if level1 and plan.levels_marked:
        level1 += plan.levels_marked
    target = indicator.target
    if plan.parts and target:
        sign, number, unit = _parts(target)
        target = f"{sign if 'operator' in plan.parts else ''}{number}{unit}"
    return Indicator(level1, None if plan.two_levels else level2, indicator.name, target)


def _without_mark(plan: Plan, indicator: Indicator) -> Indicator:
    level1 = indicator.level1
    return replace(indicator, level1=level1.removesuffix(plan.levels_marked) if level1 else None)


def _other_words(level1: str, level2: str | None) -> tuple[str, str | None]:
    """Choose other words of the same concepts, seeded by the level so that equal levels get equal words."""
    first = [word for word in sorted(level1_labels()) if indicator_type(word, None) == indicator_type(level1, None)]
    other = Random(level1).choice(first or [level1])
    wanted = indicator_type(level1, level2)
    second = [word for word in sorted(level2_labels()) if indicator_type(other, word) == wanted]
    return other, Random(f"{level1}-{level2}").choice(second or [level2]) if level2 else None


def _parts(target: str) -> tuple[str, str, str]:
    """Split a target into sign, number and unit; a target in words is returned as the number."""
    found = _TARGET.fullmatch(folded(target))
    if not found or re.search(r"[-~—至]", target):
        return "", target, ""
    return found[1] or "", found[2], found[3].strip("()")


def _rows(rng: Random, plan: Plan, columns: list[str], stated: Sequence[Indicator]) -> list[dict[int, Cell]]:
    rows: list[dict[int, Cell]] = []
    runs: dict[str, list[str | None]] = {
        "group": ["绩效指标"] * len(stated),
        "level1": [each.level1 for each in stated],
        "level2": [f"{each.level1}/{each.level2}" for each in stated],
    }
    for number, each in enumerate(stated):
        row: dict[int, Cell] = {}
        for at, meaning in enumerate(columns):
            if meaning in runs:
                run = runs[meaning]
                begins = number == 0 or run[number] != run[number - 1]
                if meaning == "group" or not (begins or plan.levels == "repeated"):
                    continue
                text = (each.level1 if meaning == "level1" else each.level2) or ""
                row[at] = Cell(text, height=_length(run[number:]) if plan.levels == "merged" else 1)
            else:
                row[at] = Cell(_text(rng, plan, meaning, each, number))
        rows.append(row)
    return rows


def _length(run: Sequence[str | None]) -> int:
    return next((at for at, value in enumerate(run) if value != run[0]), len(run))


def _text(rng: Random, plan: Plan, meaning: str, indicator: Indicator, number: int) -> str:
    target = indicator.target or ""
    sign, figure, unit = _parts(target) if plan.parts and target else ("", target, "")
    if "operator" not in plan.parts:
        sign = ""
    if meaning == "longTerm":
        return re.sub(r"\d", lambda digit: str((int(digit[0]) + 3) % 10), target)
    if meaning == " 序号":
        return str(number + 1)
    if meaning.startswith(" "):
        return rng.choice(next(texts for pattern, texts in _FILLERS if re.search(pattern, meaning)))
    whole = {"name": indicator.name, "target": figure, "operator": sign, "unit": unit}[meaning]
    if meaning == "operator" and not sign and target:
        whole = "定性"
    if plan.split == "lines" and meaning in ("name", "target") and rng.random() < 0.3:
        return broken(rng, whole)
    return whole


def broken(rng: Random, text: str) -> str:
    """Insert a line break into a text, but not into a figure."""
    places = [at for at in range(2, len(text) - 1) if not re.search(r"[\d.,%<>=≥≤]", text[at - 1 : at + 1])]
    if not places:
        return text
    at = rng.choice(places)
    return f"{text[:at]}\n{text[at:]}"


def _over_rows(
    rng: Random, plan: Plan, columns: list[str], rows: Sequence[dict[int, Cell]]
) -> Iterator[dict[int, Cell]]:
    """Move the second half of some names to a separate row below; merged levels cover that row too."""
    at = columns.index("name")
    above: list[dict[int, Cell]] = []
    for row in rows:
        text = broken(rng, row[at].text) if rng.random() < 0.2 else row[at].text
        first, _, second = text.partition("\n")
        above.append(row | {at: replace(row[at], text=first)})
        if second:
            above.append({at: Cell(second)})
    yield from above if plan.levels != "merged" else _stretched(above, columns)


def _stretched(rows: list[dict[int, Cell]], columns: list[str]) -> Iterator[dict[int, Cell]]:
    """Extend merged levels over the rows below them that have none."""
    for number, row in enumerate(rows):
        stretched = dict(row)
        for at, meaning in enumerate(columns):
            if meaning.startswith("level") and at in row:
                below = next((n for n in range(number + 1, len(rows)) if at in rows[n]), len(rows))
                stretched[at] = replace(row[at], height=below - number)
        yield stretched
