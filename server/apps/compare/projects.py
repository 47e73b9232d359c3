"""Compare one project over the years, or any two: their statements, amounts by kind, indicators and documents."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.apps.compare import facts
from jixiao.server.apps.compare.pairing import Pairs, paired, rows_of_several
from jixiao.server.apps.compare.result import Cell, Row, Section, Side
from jixiao.server.apps.compare.verdicts import (
    KINDS,
    Said,
    Target,
    Verdict,
    kind_of_amount,
    listed,
    note,
    of_amounts,
    of_targets,
    reason,
)
from jixiao.server.editions.protocols import Edition
from jixiao.server.runtime.service import Service
from jixiao.server.views import columns

MOST_SIDES = 6
_INDICATOR = Bilingual("指标", "Indicator")
_MOST_NAMES = 5
_STATED: Mapping[str, Bilingual] = {
    "department": Bilingual("责任部门", "Department"),
    "category": Bilingual("项目类别", "Category"),
    "start": Bilingual("计划开始日期", "Start"),
    "end": Bilingual("计划完成日期", "End"),
}

Indicators = Mapping[str, Sequence[columns.Row]]


def load(service: Service, now: Edition, sides: Sequence[Side]) -> list[columns.Row]:
    """Return what the projects state, in the order of the sides. Raises what Pool.run does."""
    asked = {"project": facts.nodes([side.iri for side in sides])}
    found = {row["project"]: row for row in facts.rows(service, now, "projects", asked)}
    return [found[side.iri] for side in sides]


def compared(
    service: Service, now: Edition, sides: Sequence[Side], projects: Sequence[columns.Row]
) -> tuple[list[Said], list[Section]]:
    """Return the notes and tables of a comparison. Raises what Pool.run does."""
    labels = [side.label for side in sides]
    asked = {"project": facts.nodes([side.iri for side in sides])}
    rows = facts.rows(service, now, "targets", asked)
    indicators = [[row for row in rows if row["project"] == side.iri] for side in sides]
    pairs = paired(indicators, lambda row: str(row["name"]))
    bases = facts.rows(service, now, "bases", asked)
    found = [
        _stated(projects),
        _amounts(projects, labels),
        _both(pairs, labels),
        _some(pairs, labels),
        _several(pairs),
        _bases(sides, bases),
    ]
    return _notes(projects, pairs, labels), [section for section in found if section.rows]


def _notes(projects: Sequence[columns.Row], pairs: Pairs[columns.Row], labels: Sequence[Bilingual]) -> list[Said]:
    found = []
    for project, of_side, side in zip(projects, pairs.several, labels, strict=True):
        if project["readingStatus"] == "partial":
            found.append(note("partial-project", side=side))
        twice = [str(rows[0]["name"]) for rows in of_side.values() if len(rows) > 1]
        if twice:
            shown = [Bilingual(name, name) for name in twice[:_MOST_NAMES]]
            found.append(note("several-indicators", side=side, number=len(twice), names=listed(shown)))
    return found


def _stated(projects: Sequence[columns.Row]) -> Section:
    rows = [
        Row(
            Bilingual("项目", "Project"),
            tuple(Cell(text=str(row["name"]), iri=str(row["project"])) for row in projects),
        )
    ]
    years = {row["year"] for row in projects}
    rows.append(Row(Bilingual("年度", "Year"), tuple(Cell(text=_text(row["year"])) for row in projects)))
    for name, words in _STATED.items():
        cells = tuple(Cell(text=_text(row[name])) for row in projects)
        if any(cell.text for cell in cells):
            changed = name == "category" and len(years) > 1
            rows.append(Row(words, cells, Verdict((reason("category-changed"),)) if changed else None))
    status = tuple(Cell(text=_status(row)) for row in projects)
    rows.append(Row(Bilingual("读取", "Reading"), status))
    return Section("stated", Bilingual("基本信息", "Basics"), Bilingual("项", "Item"), tuple(rows))


def _status(row: columns.Row) -> Bilingual | None:
    return columns.WORDS["reading"].get(str(row["readingStatus"]))


def _amounts(projects: Sequence[columns.Row], labels: Sequence[Bilingual]) -> Section:
    rows = []
    for kind in KINDS:
        amounts = [value if isinstance(value := row[kind], Decimal) else None for row in projects]
        if any(amount is not None for amount in amounts):
            cells = tuple(Cell(number=amount, money=True) for amount in amounts)
            rows.append(Row(kind_of_amount(kind), cells, of_amounts(amounts, [kind] * len(amounts), labels)))
    return Section(
        "amounts",
        Bilingual("各种金额", "Amounts by kind"),
        Bilingual("金额", "Amount"),
        tuple(rows),
        Bilingual(
            "每行是一种金额，只与同一种比较。空格是没有写，或者没有读出。",
            "Each row is one kind of amount, compared with the same kind alone. A blank was not stated, or not read.",
        ),
    )


def _both(pairs: Pairs[columns.Row], labels: Sequence[Bilingual]) -> Section:
    rows = [
        Row(str(things[0]["name"]), tuple(_target(row) for row in things), _judged(things, labels))
        for things in pairs.both
    ]
    return Section(
        "indicators",
        Bilingual(f"都有的指标（{len(rows)} 个）", f"Indicators of all sides ({len(rows)})"),
        _INDICATOR,
        tuple(rows),
        Bilingual(
            "按名称配对。比较符、单位和限定都相同，才比较目标值；单位不作换算。",
            "Paired by name. Targets are compared if sign, unit and limit are equal; units are not converted.",
        ),
    )


def _some(pairs: Pairs[columns.Row], labels: Sequence[Bilingual]) -> Section:
    rows = [
        Row(
            next(str(row["name"]) for row in things if row),
            tuple(_target(row) if row else Cell() for row in things),
            Verdict(tuple(reason("missing", side=side) for row, side in zip(things, labels, strict=True) if not row)),
        )
        for things in pairs.some
    ]
    title = Bilingual(f"不是都有的指标（{len(rows)} 个）", f"Indicators that a side lacks ({len(rows)})")
    return Section("some-indicators", title, _INDICATOR, tuple(rows))


def _several(pairs: Pairs[columns.Row]) -> Section:
    def texts(indicators: Sequence[columns.Row]) -> Cell:
        return Cell(text="；".join(str(row["text"] or "—") for row in indicators) or None)

    rows = rows_of_several(pairs, texts)
    title = Bilingual(
        f"没有配对的同名指标（{len(rows)} 个名称）", f"Names borne by several indicators ({len(rows)}), not paired"
    )
    return Section("several-indicators", title, _INDICATOR, tuple(rows))


def _judged(things: Sequence[columns.Row], labels: Sequence[Bilingual]) -> Verdict:
    verdict = of_targets([_read(row) for row in things], labels)
    levels = {(row["level1"], row["level2"]) for row in things}
    if verdict.comparable and len(levels) > 1:
        return Verdict((reason("levels-differ"),))
    return verdict


def _read(row: columns.Row) -> Target:
    value, upper = row["value"], row["upper"]
    return Target(
        text=_text(row["text"]),
        operator=_text(row["operator"]),
        value=value if isinstance(value, Decimal) else None,
        upper=upper if isinstance(upper, Decimal) else None,
        unit=_text(row["unit"]),
        qualifier=_text(row["qualifier"]),
    )


def _target(row: columns.Row) -> Cell:
    levels = " / ".join(str(row[name]) for name in ("level1", "level2") if row[name])
    return Cell(
        text=_text(row["text"]) or Bilingual("没有目标值", "no target"),
        iri=str(row["indicator"]),
        detail=levels or None,
    )


def _bases(sides: Sequence[Side], rows: Sequence[columns.Row]) -> Section:
    citing: dict[str, set[str]] = {}
    names: dict[str, str] = {}
    for row in rows:
        citing.setdefault(str(row["basis"]), set()).add(str(row["project"]))
        names[str(row["basis"])] = str(row["name"])
    order = sorted(citing, key=lambda basis: (-len(citing[basis]), names[basis]))
    cites = Bilingual("引用", "cited")
    found = [
        Row(names[basis], tuple(Cell(text=cites if side.iri in citing[basis] else None) for side in sides), iri=basis)
        for basis in order
    ]
    return Section("bases", Bilingual("立项依据", "Legal bases"), Bilingual("文件", "Document"), tuple(found))


def _text(value: object) -> str | None:
    return None if value is None or value == "" else str(value)
