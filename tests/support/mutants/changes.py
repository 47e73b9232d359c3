"""The kinds of change of which a mutant has one to four: a random generator and a plan in, the changed plan out.

Words come from labels.toml (jixiao.ingest.layouts.labels). `KINDS` holds every change by its name.
"""

from collections.abc import Callable
from dataclasses import replace
from random import Random

from jixiao.ingest.layouts.labels import labels
from tests.support.mutants.plan import CARRIERS, Plan

Change = Callable[[Random, Plan], Plan]


def _words_of(known: dict[str, str], meaning: str) -> list[str]:
    return sorted(word for word, what in known.items() if what == meaning)


def synonyms(rng: Random, plan: Plan) -> Plan:
    """Labels of the head, the money and the goals in other words."""
    words = dict(plan.words)
    known = labels().fields | labels().amounts | labels().goals
    for meaning in words:
        if (choices := _words_of(known, meaning)) and rng.random() < 0.6:
            words[meaning] = rng.choice(choices)
    words["annualOtherFunds"] = words["otherFunds"]
    return replace(plan, words=words)


def column_synonyms(rng: Random, plan: Plan) -> Plan:
    """The head of the indicators in other words."""
    columns = {m: rng.choice(_words_of(labels().columns, m)) if rng.random() < 0.7 else plan.columns[m] for m in _HEAD}
    return replace(plan, columns=plan.columns | columns)


_HEAD = ("level1", "level2", "name", "target", "operator", "unit", "longTerm")


def further_columns(rng: Random, plan: Plan) -> Plan:
    """One to three columns before, among or behind those of the form."""
    words = rng.sample(_words_of(labels().columns, "further"), rng.randint(1, 3))
    return replace(plan, further=tuple((word, rng.randint(0, 5)) for word in words))


def parts_of_target(rng: Random, plan: Plan) -> Plan:
    """Operator, value and unit in columns of their own, in any order behind the name."""
    parts = ["operator", "target", "unit"] if rng.random() < 0.7 else ["target", "unit"]
    if rng.random() < 0.5:
        rng.shuffle(parts)
    return replace(plan, parts=tuple(parts))


def long_term(rng: Random, plan: Plan) -> Plan:
    """The value of several years beside the year's."""
    return replace(plan, long_term=rng.choice(("before", "behind")))


def unit_of_money(rng: Random, plan: Plan) -> Plan:
    """Yuan or ten thousand, stated in one of four places or nowhere; now and then the other one farther away."""
    unit, place = rng.choice(("元", "万元")), rng.choice(("label", "group", "head", "number", "nowhere"))
    figures = rng.choice(("plain", "thousands", "cents"))
    above = place in ("label", "group", "number") and rng.random() < 0.25
    parts = above or rng.random() < 0.7
    return replace(plan, unit=unit, unit_at=place, figures=figures, unit_of_parts=parts, other_above=above)


def ways_of_writing(rng: Random, plan: Plan) -> Plan:
    """Dates in other forms, bodies with their numbers, strokes in blank cells."""
    return replace(
        plan,
        dates=rng.choice(("{:%Y年%m月%d日}", "{:%Y/%m/%d}", "{:%Y.%m.%d}", "{:%Y%m%d}")),
        code=rng.choice(("{}", "[101]{}", "101001-{}", "{}（101）")),
        stroke=rng.choice(("", "—", "/", "无")),
    )


def money(rng: Random, plan: Plan) -> Plan:
    """Other amounts, in other places: the year's alone, or beside those of several years."""
    return replace(plan, money=rng.choice(("year", "periods", "one")))


def goals(rng: Random, plan: Plan) -> Plan:
    """Goals beside each other or below, one of them, or under no other word than 绩效目标."""
    return replace(plan, goals=rng.choice(("below", "annual", "group")))


def levels(rng: Random, plan: Plan) -> Plan:
    """Levels merged over their rows, repeated, or with a remark."""
    marked = rng.choice(("", "", "（必填）", "（50分）", "（30%）"))
    return replace(plan, levels=rng.choice(("merged", "repeated")), levels_marked=marked)


def other_levels(rng: Random, plan: Plan) -> Plan:
    """First and second levels in other words of the same concept."""
    return replace(plan, other_levels=True)


def two_levels(rng: Random, plan: Plan) -> Plan:
    """A first level and the indicators, no second."""
    return replace(plan, two_levels=True)


def group_column(rng: Random, plan: Plan) -> Plan:
    """The column at the left that only says 绩效指标 is not there."""
    return replace(plan, group_column=False)


def head_rows(rng: Random, plan: Plan) -> Plan:
    """The rows above the money in any order, one label each or two."""
    return replace(plan, pairs=rng.random() < 0.5, shuffled=True)


def titles(rng: Random, plan: Plan) -> Plan:
    """Another title, with the year in it or below, in the table or above."""
    return replace(
        plan,
        title=rng.choice(_TITLES),
        year_in_title=rng.random() < 0.5,
        title_in_table=rng.random() < 0.5,
    )


_TITLES = (
    "项目支出绩效目标表",
    "项目支出绩效目标申报表",
    "部门预算项目支出绩效目标表",
    "项目支出绩效目标批复表",
    "专项资金绩效目标表",
    "附件2：项目绩效目标申报表",
    "预算项目绩效目标公开表",
    "项目支出绩效目标及指标表",
    "表12 项目绩效目标表",
)


def split_lines(rng: Random, plan: Plan) -> Plan:
    """Texts of cells broken over two lines."""
    return replace(plan, split="lines")


def split_rows(rng: Random, plan: Plan) -> Plan:
    """Texts of cells that go on in a row of their own."""
    return replace(plan, split="rows")


def page_break(rng: Random, plan: Plan) -> Plan:
    """The table of indicators broken by a page: with its head again, without, with a page's number between."""
    return replace(plan, page_break=rng.choice(("with head", "without head", "with number")))


def signatures(rng: Random, plan: Plan) -> Plan:
    """Contact persons above and below the table, who must never come out."""
    return replace(plan, signatures=True)


def register(rng: Random, plan: Plan) -> Plan:
    """All projects in one table, one or more rows each."""
    return replace(plan, register=True, levels=rng.choice(("blank", "merged", "repeated")))


KINDS: dict[str, Change] = {
    "synonyms": synonyms,
    "synonyms of columns": column_synonyms,
    "further columns": further_columns,
    "operator and unit apart": parts_of_target,
    "values of several years": long_term,
    "unit of money": unit_of_money,
    "ways of writing": ways_of_writing,
    "money": money,
    "goals": goals,
    "levels": levels,
    "words of levels": other_levels,
    "two levels": two_levels,
    "no group column": group_column,
    "rows of the head": head_rows,
    "title": titles,
    "cells over two lines": split_lines,
    "cells over two rows": split_rows,
    "page break": page_break,
    "contact persons": signatures,
    "one table of all projects": register,
}
# Of these pairs the second would undo the first, or has no place in it.
_EXCLUDED = (
    {"cells over two lines", "cells over two rows"},
    {"one table of all projects", "rows of the head"},
    {"one table of all projects", "no group column"},
    {"one table of all projects", "goals"},
    {"one table of all projects", "money"},
    {"one table of all projects", "levels"},
    {"one table of all projects", "page break"},
    {"two levels", "words of levels"},
)


def drawn(rng: Random) -> Plan:
    """A plan of one to four changes, in any carrier."""
    count = rng.randint(1, 4)
    kinds = rng.sample(sorted(KINDS), len(KINDS))
    chosen: list[str] = []
    for kind in kinds:
        if len(chosen) < count and not any({kind, other} in _EXCLUDED for other in chosen):
            chosen.append(kind)
    encoding = rng.choice(("utf-8", "utf-8", "gb18030", "utf-16"))
    plan = Plan(changes=tuple(sorted(chosen)), carrier=rng.choice(CARRIERS), encoding=encoding)
    for kind in sorted(chosen, key=list(KINDS).index):
        plan = KINDS[kind](rng, plan)
    return plan
