"""Tables of a comparison of bodies: numbers, sums by kind, projects of both sides or one, categories, indicators."""

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal

from jixiao.ontology.identity import key
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.decimals import digits
from jixiao.server.apps.compare import facts
from jixiao.server.apps.compare.bodies import Body, against
from jixiao.server.apps.compare.pairing import Pairs, paired, rows_of_several
from jixiao.server.apps.compare.result import Cell, Row, Section, cut
from jixiao.server.apps.compare.spread import Spread, spreads
from jixiao.server.apps.compare.verdicts import (
    KINDS,
    Sum,
    Verdict,
    kind_of_amount,
    listed,
    of_amounts,
    of_sums,
    reason,
    sign,
)
from jixiao.server.editions.protocols import Edition
from jixiao.server.runtime.service import Service
from jixiao.server.views import columns

MOST_ROWS = 200
"""Most rows of a table; the number of further rows is stated below it."""

_MOST_INDICATORS = 60
_PROJECT = Bilingual("项目", "Project")
_INDICATOR = Bilingual("指标", "Indicator")
_BOTH_USE = Bilingual("两方都用的指标", "Indicators of both sides")


def sections(service: Service, now: Edition, sides: Sequence[Body]) -> list[Section]:
    """Return the tables of a comparison. Raises what Pool.run does."""
    pairs = paired([side.projects for side in sides], lambda row: str(row["name"]))
    found = [
        _counts(sides),
        _sums(sides),
        _same_projects(sides, pairs),
        _projects(sides, pairs),
        *_others(sides, pairs),
        _categories(sides),
    ]
    if all(side.projects for side in sides):
        found.append(_indicators(service, now, sides))
    return [section for section in found if section.rows]


def _counts(sides: Sequence[Body]) -> Section:
    rows = [
        Row(Bilingual("申报", "Filings"), _numbers(len(side.filings) for side in sides)),
        Row(
            Bilingual("其中部分读取的", "Filings read in part"), _numbers(side.partial(side.filings) for side in sides)
        ),
        Row(Bilingual("项目", "Projects"), _numbers(len(side.projects) for side in sides)),
        Row(
            Bilingual("其中部分读取的", "Projects read in part"),
            _numbers(side.partial(side.projects) for side in sides),
        ),
    ]
    return Section("counts", Bilingual("有多少", "How many"), Bilingual("数目", "Number"), tuple(rows))


def _sums(sides: Sequence[Body]) -> Section:
    reasons = against(sides)
    rows = []
    for kind in KINDS:
        sums = [side.sum(kind) for side in sides]
        if any(each.stated for each in sums):
            mixed = [len(side.totals) > 1 for side in sides]
            cells = [_sum(each, hidden=hide) for each, hide in zip(sums, mixed, strict=True)]
            rows.append(Row(kind_of_amount(kind), tuple(cells), of_sums(sums, _labels(sides), reasons)))
    return Section(
        "amounts",
        Bilingual("各种金额的合计", "Sums by kind of amount"),
        Bilingual("金额", "Amount"),
        tuple(rows),
        Bilingual(
            "每行是一种金额。有的金额包含别的（如年度资金申请总额包含财政资金），各行不相加。",
            "Each row is one kind. Some contain others (the annual request, fiscal funds): no rows are added up.",
        ),
    )


def _same_projects(sides: Sequence[Body], pairs: Pairs[columns.Row]) -> Section:
    """Add up each kind of amount over the projects of both sides that state it on both."""
    rows = []
    for kind in KINDS:
        stated = [pair for pair in pairs.both if all(isinstance(row[kind], Decimal) for row in pair)]
        if stated:
            totals = [sum((Decimal(str(pair[n][kind])) for pair in stated), Decimal(0)) for n in range(len(sides))]
            of = Bilingual(f"{len(stated)} 个项目", f"{len(stated)} projects")
            rows.append(
                Row(
                    kind_of_amount(kind),
                    tuple(Cell(number=total, money=True, detail=of) for total in totals),
                    Verdict(change=totals[-1] - totals[0]),
                )
            )
    return Section(
        "same-projects",
        Bilingual("两方都有的项目的合计", "Sums over projects of both sides"),
        Bilingual("金额", "Amount"),
        tuple(rows),
        Bilingual(
            "只计名称相同、两方都写了这一项金额的项目，所以可比。",
            "Only projects of one name that state the amount on both sides are counted, so these sums can be compared.",
        ),
    )


def _projects(sides: Sequence[Body], pairs: Pairs[columns.Row]) -> Section:
    rows = []
    for pair in pairs.both:
        amounts = [row["amount"] if isinstance(row["amount"], Decimal) else None for row in pair]
        kinds = [str(row["amountSource"]) if row["amountSource"] else None for row in pair]
        rows.append(
            Row(str(pair[0]["name"]), tuple(_project(row) for row in pair), of_amounts(amounts, kinds, _labels(sides)))
        )
    rows.sort(key=_largest_first)
    shown, left_out = cut(rows, MOST_ROWS)
    return Section(
        "projects",
        Bilingual(f"两方都有的项目（{len(rows)} 个）", f"Projects of both sides ({len(rows)})"),
        _PROJECT,
        shown,
        Bilingual(
            "按名称配对，增减最大的在前。金额是年度资金申请总额，没有时是总额或说明中的金额。",
            "Paired by name, the largest change first. The amount is the annual request, the total or the narrative's.",
        ),
        left_out,
    )


def _largest_first(row: Row) -> Decimal:
    change = None if row.verdict is None else row.verdict.change
    return Decimal(1) if change is None else -abs(change)


def _others(sides: Sequence[Body], pairs: Pairs[columns.Row]) -> list[Section]:
    """Return tables of the projects of only one side, and of names that several projects of a side have."""
    found = []
    for n, side in enumerate(sides):
        alone = [row for things in pairs.some if (row := things[n]) is not None]
        alone.sort(key=lambda row: -(row["amount"] if isinstance(row["amount"], Decimal) else Decimal(-1)))
        rows = [
            Row(str(row["name"]), tuple(_project(row) if place == n else Cell() for place in range(len(sides))))
            for row in alone
        ]
        shown, left_out = cut(rows, MOST_ROWS)
        title = Bilingual(
            f"只有{side.label.zh}有的项目（{len(rows)} 个）", f"Projects of {side.label.en} alone ({len(rows)})"
        )
        found.append(Section(f"only-{n + 1}", title, _PROJECT, shown, None, left_out))
    rows = rows_of_several(pairs, _several)
    shown, left_out = cut(rows, MOST_ROWS)
    title = Bilingual(
        f"没有配对的同名项目（{len(rows)} 个名称）", f"Names borne by several projects ({len(rows)}), not paired"
    )
    found.append(Section("several", title, _PROJECT, shown, None, left_out))
    return found


def _several(rows: Sequence[columns.Row]) -> Cell:
    return Cell(text=Bilingual(f"{len(rows)} 个项目", f"{len(rows)} projects"))


def _categories(sides: Sequence[Body]) -> Section:
    counted = [Counter(row["category"] for row in side.projects) for side in sides]
    known = sorted({each for of_side in counted for each in of_side}, key=lambda each: (each is None, str(each)))
    years = {row["year"] for side in sides for row in side.projects}
    missing = tuple(reason("nothing", side=side.label) for side in sides if not side.projects)
    changed = missing or ((reason("category-changed"),) if len(years) > 1 else ())
    rows = [
        Row(
            Bilingual("没有写", "not stated") if each is None else str(each),
            _numbers(of_side[each] for of_side in counted),
            Verdict(changed, None if changed else Decimal(counted[-1][each] - counted[0][each])),
        )
        for each in known
    ]
    return Section("categories", Bilingual("项目类别", "Categories"), Bilingual("类别", "Category"), tuple(rows))


def _indicators(service: Service, now: Edition, sides: Sequence[Body]) -> Section:
    """Compare the middle targets of the indicators that both sides have, by sign and unit."""
    asked = [{"department": facts.nodes(list(side.bodies)), "year": facts.years(side.side.year)} for side in sides]
    groups = [facts.rows(service, now, "groups", each) for each in asked]
    most = facts.files(service)["groups"].default_limit
    many = [reason("many-indicators", side=s.label) for s, of in zip(sides, groups, strict=True) if len(of) >= most]
    if many:
        every = Row(Bilingual("全部指标", "All indicators"), tuple(Cell() for _ in sides), Verdict(tuple(many)))
        return Section("indicators", _BOTH_USE, _INDICATOR, (every,))
    described = [{key(name): (name, of_name) for name, of_name in spreads(of).items()} for of in groups]
    first, second = described
    uses = {name: sum(each.number for side in described for each in side[name][1]) for name in first.keys() & second}
    both = sorted(uses, key=lambda name: -uses[name])
    rows = [row for name in both for row in _typical(first[name], second[name], _labels(sides))]
    shown, left_out = cut(rows, _MOST_INDICATORS)
    return Section(
        "indicators",
        Bilingual(f"{_BOTH_USE.zh}（{len(both)} 个名称）", f"{_BOTH_USE.en} ({len(both)} names)"),
        _INDICATOR,
        shown,
        Bilingual(
            "目标是数的指标，每种比较符和单位各取中位数；同名的指标未必衡量同一件事。",
            "Medians of numeric targets by sign and unit; indicators of one name do not always measure the same.",
        ),
        left_out,
    )


def _typical(
    first: tuple[str, list[Spread]], second: tuple[str, list[Spread]], labels: Sequence[Bilingual]
) -> list[Row]:
    name = first[0]
    of = [{(each.operator, each.unit): each for each in side[1]} for side in (first, second)]
    shared = [kind for kind in of[0] if kind in of[1]]
    if not shared:
        units = listed([Bilingual(text, text) for text in dict.fromkeys(_kind(*kind) for side in of for kind in side)])
        cells = tuple(_median(side[1][0]) for side in (first, second))
        return [
            Row(
                name,
                cells,
                Verdict((reason("units-differ" if _units(of) else "signs-differ", units=units, signs=units),)),
            )
        ]
    return [
        Row(name, tuple(_median(side[kind]) for side in of), _moved(kind[0], [side[kind] for side in of]))
        for kind in shared
    ]


def _moved(operator: str | None, of: Sequence[Spread]) -> Verdict:
    ranges = operator == "between"
    return Verdict((reason("ranges"),)) if ranges else Verdict(change=of[-1].median - of[0].median)


def _units(of: Sequence[dict[tuple[str | None, str | None], Spread]]) -> bool:
    """Tell if the two sides have no unit in common."""
    return not {unit for _, unit in of[0]} & {unit for _, unit in of[1]}


def _kind(operator: str | None, unit: str | None) -> str:
    return f"{sign(operator)} … {unit or ''}".strip()


def _median(each: Spread) -> Cell:
    of = Bilingual(f"{each.number} 条", f"{each.number} targets")
    return Cell(text=f"{sign(each.operator)} {digits(each.median)} {each.unit or ''}".strip(), detail=of)


def _project(row: columns.Row) -> Cell:
    amount, kind = row["amount"], row["amountSource"]
    name = kind_of_amount(str(kind)) if kind else None
    if not isinstance(amount, Decimal):
        return Cell(text=Bilingual("没有金额", "no amount"), iri=str(row["project"]))
    return Cell(number=amount, money=True, iri=str(row["project"]), detail=name)


def _sum(each: Sum, *, hidden: bool) -> Cell:
    of = Bilingual(f"{each.projects} 个项目中的 {each.stated} 个", f"{each.stated} of {each.projects} projects")
    if hidden:
        return Cell(text=Bilingual("不合计", "not added up"), detail=of)
    return Cell(number=each.total, money=True, detail=of) if each.stated else Cell(detail=of)


def _numbers(values: Iterable[int]) -> tuple[Cell, ...]:
    return tuple(Cell(number=value) for value in values)


def _labels(sides: Sequence[Body]) -> list[Bilingual]:
    return [side.label for side in sides]
