"""Make the tables of a comparison of projects: basics, amounts, indicators, and the documents that they cite."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.apps.compare.result import Cell, ComparedRow, Pairs, Section, Side, paired
from jixiao.server.apps.compare.verdicts import (
    KINDS,
    Facts,
    Said,
    Verdict,
    decimal,
    kind_of_amount,
    listed,
    note,
    of_amounts,
    of_targets,
    reason,
    text,
)
from jixiao.server.views import answers
from jixiao.server.words import WORDS

MOST_SIDES = 6
_INDICATOR = Bilingual("指标", "Indicator")
_MOST_NAMES = 5
_STATED: Mapping[str, Bilingual] = {
    "year": Bilingual("年度", "Year"),
    "department": Bilingual("责任部门", "Department"),
    "category": Bilingual("项目类别", "Category"),
    "start": Bilingual("计划开始日期", "Start"),
    "end": Bilingual("计划完成日期", "End"),
}


def compared(facts: Facts, sides: Sequence[Side]) -> tuple[list[Said], list[Section]]:
    """Return the notes and tables of a comparison of projects, without empty tables. Raises what Pool.run does."""
    labels = [side.label for side in sides]
    asked = {"project": [side.iri for side in sides]}
    by_iri = {row["project"]: row for row in facts.rows("projects", asked)}
    sums = {row["project"]: row["sums"] for row in facts.rows("sums", asked)}
    projects = [{**by_iri[side.iri], "sums": sums.get(side.iri)} for side in sides]
    indicators = facts.rows("targets", asked)
    pairs = paired([[row for row in indicators if row["project"] == side.iri] for side in sides])
    tables = [
        _amounts(projects, labels),
        _stated(projects),
        _both(pairs, labels),
        _some(pairs, labels),
        pairs.unpaired(
            "several-indicators",
            _INDICATOR,
            Bilingual("指标", "indicators"),
            lambda rows: Cell(text="；".join(str(row["text"] or "—") for row in rows) or None),
        ),
        _bases(sides, facts.rows("bases", asked)),
    ]
    return list(_notes(projects, pairs, labels)), [section for section in tables if section.rows]


def _notes(projects: Sequence[answers.Row], pairs: Pairs, labels: Sequence[Bilingual]) -> Iterator[Said]:
    yield note("claimed" if any(row[kind] is not None for row in projects for kind in KINDS) else "no-amounts")
    for project, of_side, side in zip(projects, pairs.several, labels, strict=True):
        if project["readingStatus"] == "partial":
            yield note("partial-project", side=side)
        twice = [str(rows[0]["name"]) for rows in of_side.values() if len(rows) > 1]
        if twice:
            yield note("several-indicators", side=side, number=len(twice), names=listed(twice[:_MOST_NAMES]))


def _stated(projects: Sequence[answers.Row]) -> Section:
    rows = [
        ComparedRow(
            Bilingual("项目", "Project"), [Cell(text=str(row["name"]), iri=str(row["project"])) for row in projects]
        )
    ]
    for name, words in _STATED.items():
        cells = [Cell(text=text(row[name])) for row in projects]
        if name == "year" or any(cell.text for cell in cells):
            changed = name == "category" and len({row["year"] for row in projects}) > 1
            rows.append(ComparedRow(words, cells, Verdict([reason("category-changed")]) if changed else None))
    rows.append(
        ComparedRow(
            Bilingual("读取", "Reading"),
            [Cell(text=WORDS["reading"].get(str(row["readingStatus"]))) for row in projects],
        )
    )
    return Section("stated", Bilingual("基本信息", "Basics"), Bilingual("项", "Item"), rows)


def _amounts(projects: Sequence[answers.Row], labels: Sequence[Bilingual]) -> Section:
    rows = []
    taken = [text(row["amountSource"]) or "" for row in projects]
    if any(taken):
        amounts = [decimal(row["amount"]) for row in projects]
        cells = [
            Cell(number=amount, money=True, detail=kind_of_amount(kind) if kind else None)
            for amount, kind in zip(amounts, taken, strict=True)
        ]
        rows.append(ComparedRow(Bilingual("项目金额", "Project's amount"), cells, of_amounts(amounts, taken, labels)))
    for kind in KINDS:
        amounts = [decimal(row[kind]) for row in projects]
        if any(amount is not None for amount in amounts):
            cells = [Cell(number=amount, money=True) for amount in amounts]
            rows.append(ComparedRow(kind_of_amount(kind), cells, of_amounts(amounts, [kind], labels)))
    if any(row["sums"] for row in projects):
        rows.append(
            ComparedRow(
                Bilingual("分列金额，照原文，不作加减", "Amounts listed, as printed and not compared"),
                [Cell(text=text(row["sums"])) for row in projects],
            )
        )
    return Section(
        "amounts",
        Bilingual("各种金额", "Amounts by kind"),
        Bilingual("金额", "Amount"),
        rows,
        Bilingual(
            "项目金额取自年度申请、总额或者说明，格内写明取自哪一种；每种金额只与同一种比较。",
            "A project's amount is its annual request, its total, or that of its narrative, as the cell says; amounts"
            " are compared with those of the same kind alone.",
        ),
    )


def _both(pairs: Pairs, labels: Sequence[Bilingual]) -> Section:
    rows = []
    for indicators in pairs.both:
        verdict = of_targets(indicators, labels)
        levels = {(row["level1"], row["level2"]) for row in indicators}
        if verdict.comparable and len(levels) > 1:
            verdict = Verdict([reason("levels-differ")])
        rows.append(ComparedRow(str(indicators[0]["name"]), [_target(row) for row in indicators], verdict))
    return Section(
        "indicators",
        Bilingual(f"都有的指标（{len(rows)} 个）", f"Indicators of all sides ({len(rows)})"),
        _INDICATOR,
        rows,
        Bilingual(
            "按名称配对。比较符、计量单位和限定都相同，才比较目标值；计量单位不作换算。",
            "Paired by name. Targets are compared if sign, unit and limit are equal; units are not converted.",
        ),
    )


def _some(pairs: Pairs, labels: Sequence[Bilingual]) -> Section:
    rows = [
        ComparedRow(
            next(str(row["name"]) for row in indicators if row),
            [_target(row) if row else Cell() for row in indicators],
            Verdict([reason("missing", side=side) for row, side in zip(indicators, labels, strict=True) if not row]),
        )
        for indicators in pairs.some
    ]
    return Section(
        "some-indicators",
        Bilingual(f"不是都有的指标（{len(rows)} 个）", f"Indicators that a side lacks ({len(rows)})"),
        _INDICATOR,
        rows,
        folded=True,
    )


def _target(row: answers.Row) -> Cell:
    levels = " / ".join(str(row[name]) for name in ("level1", "level2") if row[name])
    return Cell(
        text=text(row["text"]) or Bilingual("没有目标值", "no target"), iri=str(row["indicator"]), detail=levels or None
    )


def _bases(sides: Sequence[Side], rows: Sequence[answers.Row]) -> Section:
    citing = defaultdict(set)
    for row in rows:
        citing[str(row["name"]), str(row["basis"])].add(row["project"])
    return Section(
        "bases",
        Bilingual("立项依据", "Legal bases"),
        Bilingual("文件", "Document"),
        [
            ComparedRow(
                name,
                [Cell(text=Bilingual("引用", "cited") if side.iri in projects else None) for side in sides],
                iri=basis,
            )
            for (name, basis), projects in sorted(citing.items(), key=lambda item: (-len(item[1]), item[0][0]))
        ],
    )
