"""The kinds of change, of which a mutant has one to four: each makes a changed plan. `Plan` tells what its fields are.

Words come from labels.toml (jixiao.ingest.roles.labels). `KINDS` maps the name of every change to its function.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from random import Random

from jixiao.ingest.roles.labels import labels
from tests.support.mutants.plan import CARRIERS, Plan
from tests.support.mutants.told import WAYS

Change = Callable[[Random, Plan], Plan]


def _stated(fields: dict[str, object], _rng: Random, plan: Plan) -> Plan:
    return replace(plan, **fields)  # type: ignore[arg-type]


def _chosen(choices: dict[str, tuple[str, ...]], rng: Random, plan: Plan) -> Plan:
    return replace(plan, **{name: rng.choice(texts) for name, texts in choices.items()})  # type: ignore[arg-type]


def _words_of(known: dict[str, str], meaning: str) -> list[str]:
    return sorted(word for word, what in known.items() if what == meaning)


def synonyms(rng: Random, plan: Plan) -> Plan:
    """Use other words for labels of the head, the money and the goals."""
    words = dict(plan.words)
    known = labels().fields | labels().amounts | labels().goals
    for meaning in words:
        if (choices := _words_of(known, meaning)) and rng.random() < 0.6:
            words[meaning] = rng.choice(choices)
    words["annualOtherFunds"] = words["otherFunds"]
    return replace(plan, words=words)


def column_synonyms(rng: Random, plan: Plan) -> Plan:
    """Use other words for the column heads of the indicators."""
    columns = {m: rng.choice(_words_of(labels().columns, m)) if rng.random() < 0.7 else plan.columns[m] for m in _HEAD}
    return replace(plan, columns=plan.columns | columns)


_HEAD = ("level1", "level2", "name", "target", "operator", "unit", "longTerm")


def further_columns(rng: Random, plan: Plan) -> Plan:
    """Add one to three columns before, among or after those of the form."""
    words = rng.sample(_words_of(labels().columns, "further"), rng.randint(1, 3))
    return replace(plan, further=tuple((word, rng.randint(0, 5)) for word in words))


def parts_of_target(rng: Random, plan: Plan) -> Plan:
    """Put operator, value and unit in separate columns, in any order after the name."""
    parts = ["operator", "target", "unit"] if rng.random() < 0.7 else ["target", "unit"]
    if rng.random() < 0.5:
        rng.shuffle(parts)
    return replace(plan, parts=tuple(parts))


def unit_of_money(rng: Random, plan: Plan) -> Plan:
    """State yuan or ten thousand yuan in one of four places or nowhere; sometimes state the other unit farther away."""
    unit, place = rng.choice(("元", "万元")), rng.choice(("label", "group", "head", "number", "nowhere"))
    figures = rng.choice(("plain", "thousands", "cents"))
    above = place in ("label", "group", "number") and rng.random() < 0.25
    parts = above or rng.random() < 0.7
    return replace(plan, unit=unit, unit_at=place, figures=figures, unit_of_parts=parts, other_above=above)


def levels(rng: Random, plan: Plan) -> Plan:
    """Merge levels over their rows or repeat them, with or without a remark."""
    marked = rng.choice(("", "", "（必填）", "（50分）", "（30%）"))
    return replace(plan, levels=rng.choice(("merged", "repeated")), levels_marked=marked)


def head_rows(rng: Random, plan: Plan) -> Plan:
    """Shuffle the rows above the money, with one or two labels per row."""
    return replace(plan, pairs=rng.random() < 0.5, shuffled=True)


def titles(rng: Random, plan: Plan) -> Plan:
    """Use another title, with the year in it or below it, in the table or above it."""
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


def register(rng: Random, plan: Plan) -> Plan:
    """Put all projects in one table, with one or more rows each."""
    return replace(plan, register=True, levels=rng.choice(("blank", "merged", "repeated")))


_WRITING = {
    "dates": ("{:%Y年%m月%d日}", "{:%Y/%m/%d}", "{:%Y.%m.%d}", "{:%Y%m%d}"),
    "code": ("{}", "[101]{}", "101001-{}", "{}（101）"),
    "stroke": ("", "—", "/", "无"),
}
"""Forms of dates, numbers with bodies, strokes in blank cells."""
KINDS: dict[str, Change] = {
    "synonyms": synonyms,
    "synonyms of columns": column_synonyms,
    "further columns": further_columns,
    "operator and unit apart": parts_of_target,
    "values of several years": partial(_chosen, {"long_term": ("before", "behind")}),
    "unit of money": unit_of_money,
    "ways of writing": partial(_chosen, _WRITING),
    "money": partial(_chosen, {"money": ("year", "periods", "one")}),
    "goals": partial(_chosen, {"goals": ("below", "annual", "group")}),
    "levels": levels,
    "words of levels": partial(_stated, {"other_levels": True}),
    "two levels": partial(_stated, {"two_levels": True}),
    "no group column": partial(_stated, {"group_column": False}),
    "rows of the head": head_rows,
    "title": titles,
    "cells over two lines": partial(_stated, {"split": "lines"}),
    "cells over two rows": partial(_stated, {"split": "rows"}),
    "page break": partial(_chosen, {"page_break": ("with head", "without head", "with number")}),
    "contact persons": partial(_stated, {"signatures": True}),  # whose names must never be published
    "one table of all projects": register,
    "indicators without a table": partial(_chosen, {"told": WAYS}),
}
# Pairs that cannot be combined: one change would undo the other or does not apply to it.
_EXCLUDED = (
    {"cells over two lines", "cells over two rows"},
    {"one table of all projects", "rows of the head"},
    {"one table of all projects", "no group column"},
    {"one table of all projects", "goals"},
    {"one table of all projects", "money"},
    {"one table of all projects", "levels"},
    {"one table of all projects", "page break"},
    {"two levels", "words of levels"},
    *(
        {"indicators without a table", other}
        for other in (
            "synonyms of columns",
            "further columns",
            "operator and unit apart",
            "values of several years",
            "levels",
            "words of levels",
            "two levels",
            "no group column",
            "cells over two lines",
            "cells over two rows",
            "page break",
            "one table of all projects",
        )
    ),
)


def drawn(rng: Random) -> Plan:
    """Draw a plan of one to four changes, in any carrier."""
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
