"""Read the facts about two bodies, or one body in two years, find what limits a comparison, and make its tables."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from jixiao.ontology.identity import key, label, plain_body
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.decimals import counted, digits
from jixiao.server.apps.compare.library import Spread, spreads
from jixiao.server.apps.compare.result import Cell, ComparedRow, Pairs, Section, Side, paired
from jixiao.server.apps.compare.verdicts import (
    KINDS,
    TOTALS,
    Facts,
    Said,
    Sum,
    Verdict,
    decimal,
    kind_of_amount,
    listed,
    note,
    of_amounts,
    of_sums,
    reason,
    sign,
    text,
)
from jixiao.server.pages import findings
from jixiao.server.views import answers, typed_names

MOST_PROJECTS = 3000
_MOST_COVERS = 12
_AGAINST_SUMS = ("many", "cover", "partial-filings", "contained", "scopes-differ", "shared")
"""Codes (reasons.toml) of the limits of a comparison because of which no sums are compared."""


@dataclass(frozen=True)
class Body:
    """The projects and filings of a body and its related bodies, in one year or in all.

    `bodies` maps the IRIs of these bodies to their names. `covers` is the number of filings whose cover contradicts the
    data read from them. `many` is True if there are more than MOST_PROJECTS projects: `projects` then lacks the rest.
    `others` are the filings that are not of the side's year.
    """

    side: Side
    bodies: Mapping[str, str]
    projects: Sequence[answers.Row]
    filings: Sequence[answers.Row]
    covers: int
    many: bool
    others: Sequence[answers.Row] = ()

    @property
    def undated(self) -> list[answers.Row]:
        """The filings whose year is not known, if the side is of one year; otherwise none."""
        return [row for row in self.others if row["year"] is None]

    @property
    def unknown(self) -> bool:
        """True if the dataset has no filing and no project of the body, so that its numbers are not known."""
        return not self.filings and not self.projects

    @cached_property
    def names(self) -> list[str]:
        """Names of the body and its related bodies that projects and filings have, sorted."""
        iris = dict.fromkeys(iri for row in self.projects for iri in str(row["bodies"] or "").split())
        of_projects = [self.bodies.get(iri, iri) for iri in iris]
        return sorted({*of_projects, *(str(row["body"]) for row in self.filings if row["body"])})

    @cached_property
    def totals(self) -> set[bool]:
        """Set with True if some filing includes subordinate bodies （汇总）, and with False if some filing does not.

        The names of the bodies in a filing's projects show this; the set is empty without projects.
        """
        bodies: defaultdict[object, set[str]] = defaultdict(set)
        for row in self.projects:
            bodies[row["filing"]] |= {self.bodies.get(iri, iri) for iri in str(row["bodies"] or "").split()}
        scopes = ["".join(label(name).removeprefix(plain_body(name)) for name in each) for each in bodies.values()]
        return {any(word in scope for word in TOTALS) for scope in scopes}

    def sum(self, kind: str) -> Sum:
        """Return the sum of a kind of amount, a property's local name, over the projects."""
        stated = [value for row in self.projects if (value := decimal(row[kind])) is not None]
        return Sum(len(self.projects), len(stated), sum(stated, Decimal(0)))

    @property
    def carried_out(self) -> int:
        """Number of projects that the body carries out for others.

        Another body is responsible for such a project, and its filing is none of this body's.
        """
        own, names_ = {row["filing"] for row in self.filings}, set(self.bodies.values())
        return sum(row["filing"] not in own and bool({row["department"]} - names_ - {None}) for row in self.projects)

    def partial(self, rows: Sequence[answers.Row]) -> int:
        """Return the number of projects or filings (`rows`) that were read in part."""
        return sum(map(answers.read_in_part, rows))


def load(facts: Facts, side: Side) -> Body:
    """Return the projects and filings of a side that is a body. Raises what Pool.run does."""
    iris = [side.iri, *typed_names.kindred([side.iri], facts.run)]
    projects = facts.rows("projects", {"department": iris, "year": [side.year] if side.year else []})
    every = facts.rows("filings", {"department": iris})
    filings = [row for row in every if side.year in (None, row["year"])]
    covers = [findings.cover(facts.service, str(row["filing"])) for row in filings[:_MOST_COVERS]]
    return Body(
        side,
        typed_names.labels(facts.run, iris),
        projects[:MOST_PROJECTS],
        filings,
        covers=sum(cover is not None for cover in covers),
        many=len(projects) > MOST_PROJECTS,
        others=[row for row in every if row not in filings],
    )


def notes(sides: Sequence[Body]) -> list[Said]:
    """Return the sentences on all that limits a comparison of two bodies, such as filings without a year."""
    said = [note(code, **parts) for code, parts in _limits(*sides)]
    for side, rows in {body.side.iri: (body.side, body.undated) for body in sides if body.undated}.values():
        # The note on filings without a year leads to the only one, or else to the body.
        to = str(rows[0]["filing"]) if len(rows) == 1 else side.iri
        said.append(replace(note("undated", side=side.name, number=len(rows)), iri=to))
    return said


def against(sides: Sequence[Body]) -> list[Said]:
    """Return the limits of a comparison of two bodies that forbid to compare any of their sums, as sentences."""
    return [reason(code, **parts) for code, parts in _limits(*sides) if code in _AGAINST_SUMS]


def _limits(first: Body, second: Body) -> Iterator[tuple[str, dict[str, Bilingual | int]]]:
    """Yield the limits of a comparison, each as a code in reasons.toml and the values for the sentence's braces."""
    for body in (first, second):
        numbers: dict[str, int] = {
            "no-filing": body.unknown,
            "no-projects": bool(body.filings) and not body.projects,
            "carried-out": body.carried_out,
            "many": MOST_PROJECTS if body.many else 0,
            "partial-projects": body.partial(body.projects),
            "partial-filings": body.partial(body.filings),
            "cover": body.covers,
            "many-filings": _MOST_COVERS if len(body.filings) > _MOST_COVERS else 0,
            "contained": len(body.totals) > 1,
        }
        for code, number in numbers.items():
            if number:
                yield code, {"side": body.side.full, "number": number}
        stored = sorted({str(row["year"]) for row in body.others if row["year"]})
        if body.unknown and stored:
            yield "stored-years", {"side": listed([body.side.name]), "years": listed(stored)}
    for body in (second, first):
        if len(body.names) > 1 and (body is first or body.names != first.names):
            yield "names", {"side": body.side.label, "names": listed(body.names)}
    same_body = plain_body(first.side.name) == plain_body(second.side.name)
    if same_body and first.names and second.names and first.names != second.names:
        yield "names-differ", {"names": listed(sorted({*first.names, *second.names}))}
    years = [sorted({str(row["year"]) for row in body.projects if row["year"]}) for body in (first, second)]
    if not first.side.year and all(years) and years[0] != years[1]:
        names = {"first": first.side.label, "second": second.side.label}
        yield "years-differ", {**names, "years": listed(years[0]), "others": listed(years[1])}
    if first.projects and second.projects and first.totals != second.totals:
        yield "scopes-differ", {}
    if shared := {row["project"] for row in first.projects} & {row["project"] for row in second.projects}:
        yield "shared", {"number": len(shared)}


MOST_ROWS = 200
"""Most rows of a table; the number of further rows is stated below it."""

_MOST_INDICATORS = 60
_PROJECT = Bilingual("项目", "Project")
_INDICATOR = Bilingual("指标", "Indicator")
_BOTH_USE = Bilingual("两方都有数值目标的指标", "Indicators with numeric targets on both sides")


def sections(facts: Facts, sides: Sequence[Body]) -> list[Section]:
    """Return the tables of a comparison of two bodies, without empty ones. Raises what Pool.run does."""
    pairs = paired([side.projects for side in sides])
    tables = [
        _sums(sides),
        _same_projects(pairs),
        _projects(sides, pairs),
        *([_indicators(facts, sides)] if all(side.projects for side in sides) else ()),
        *(_alone(side, n, pairs) for n, side in enumerate(sides)),
        pairs.unpaired(
            "several",
            _PROJECT,
            Bilingual("项目", "projects"),
            lambda rows: Cell(text=Bilingual(f"{len(rows)} 个项目", counted(len(rows), "project"))),
            MOST_ROWS,
        ),
        _counts(sides),
        _categories(sides),
    ]
    return [section for section in tables if section.rows]


def _counts(sides: Sequence[Body]) -> Section:
    filings = [len(side.filings) for side in sides]
    rows = [
        ComparedRow(Bilingual("读到是自己申报的", "Filings known to be its own"), _numbers(sides, filings)),
        ComparedRow(
            Bilingual("其中部分读取，或文件称有更多项目的", "Filings read in part, or that declare more projects"),
            _numbers(sides, [side.partial(side.filings) for side in sides]),
        ),
        ComparedRow(Bilingual("项目", "Projects"), _numbers(sides, [len(side.projects) for side in sides])),
        ComparedRow(
            Bilingual("其中部分读取的", "Projects read in part"),
            _numbers(sides, [side.partial(side.projects) for side in sides]),
        ),
    ]
    return Section(
        "counts",
        Bilingual("项目和指标的个数", "Numbers of projects and indicators"),
        Bilingual("个数", "Number"),
        rows,
        folded=True,
    )


def _sums(sides: Sequence[Body]) -> Section:
    reasons = against(sides)
    rows = []
    for kind in KINDS:
        sums = [side.sum(kind) for side in sides]
        if any(each.stated for each in sums):
            cells = [_sum(each, hidden=len(side.totals) > 1) for each, side in zip(sums, sides, strict=True)]
            rows.append(ComparedRow(kind_of_amount(kind), cells, of_sums(sums, _labels(sides), reasons)))
    return Section(
        "amounts",
        Bilingual("各种金额的合计", "Sums by kind of amount"),
        Bilingual("金额", "Amount"),
        rows,
        Bilingual(
            "每行是一种金额。有的金额包含别的（如年度资金申请总额包含财政资金），各行不相加。季度计划等分列的金额不在其中，见各项目的页面。",
            "Each row is one kind. Some contain others (the annual request, fiscal funds): no rows are added up. Sums"
            " listed within a project, such as plans by quarter, are not among them: see the projects' pages.",
        ),
    )


def _sum(each: Sum, *, hidden: bool) -> Cell:
    of = Bilingual(
        f"{each.projects} 个项目中的 {each.stated} 个", f"{each.stated} of {counted(each.projects, 'project')}"
    )
    if not each.projects:
        return Cell()
    if hidden:
        return Cell(text=Bilingual("不合计", "not added up"), detail=of)
    return Cell(number=each.total, money=True, detail=of) if each.stated else Cell(detail=of)


def _same_projects(pairs: Pairs) -> Section:
    """Return the table of sums over projects that both sides have, kind by kind.

    A project counts for a kind of amount only if both sides state that amount.
    """
    rows = []
    for kind in KINDS:
        amounts = [[decimal(row[kind]) for row in pair] for pair in pairs.both]
        stated = [[amount for amount in pair if amount is not None] for pair in amounts if None not in pair]
        if stated:
            totals = [sum(of_side, Decimal(0)) for of_side in zip(*stated, strict=True)]
            of = Bilingual(f"{len(stated)} 个项目", counted(len(stated), "project"))
            cells = [Cell(number=total, money=True, detail=of) for total in totals]
            rows.append(ComparedRow(kind_of_amount(kind), cells, Verdict(change=totals[-1] - totals[0])))
    return Section(
        "same-projects",
        Bilingual("两方都有的项目的合计", "Sums over projects of both sides"),
        Bilingual("金额", "Amount"),
        rows,
        Bilingual(
            "只计名称相同、两方都写了这一项金额的项目。",
            "Only projects of one name that state the amount on both sides are counted.",
        ),
    )


def _projects(sides: Sequence[Body], pairs: Pairs) -> Section:
    rows = []
    for pair in pairs.both:
        amounts, kinds = [decimal(row["amount"]) for row in pair], [text(row["amountSource"]) for row in pair]
        verdict = of_amounts(amounts, kinds, _labels(sides))
        rows.append((verdict, ComparedRow(str(pair[0]["name"]), [_project(row) for row in pair], verdict)))
    # The largest change comes first, and projects that are not compared come last.
    rows.sort(key=lambda pair: Decimal(1) if pair[0].change is None else -abs(pair[0].change))
    return Section(
        "projects",
        Bilingual(f"两方都有的项目（{len(rows)} 个）", f"Projects of both sides ({len(rows)})"),
        _PROJECT,
        [row for _, row in rows],
        Bilingual(
            "按名称配对，增减最大的在前。金额是年度资金申请总额，没有时是总额或说明中的金额。",
            "Paired by name, the largest change first. The amount is the annual request, the total or the narrative's.",
        ),
        MOST_ROWS,
    )


def _alone(side: Body, place: int, pairs: Pairs) -> Section:
    """Return the table of the projects that `side` has alone; `place` is 0 for the first side, 1 for the second."""
    alone = [row for rows in pairs.some if (row := rows[place]) is not None]
    alone.sort(key=lambda row: (row["amount"] is None, -(decimal(row["amount"]) or 0)))
    rows = [
        ComparedRow(str(row["name"]), [Cell(), _project(row)] if place else [_project(row), Cell()]) for row in alone
    ]
    label = side.side.label
    return Section(
        f"only-{place + 1}",
        Bilingual(f"只有{label.zh}有的项目（{len(rows)} 个）", f"Projects of {label.en} alone ({len(rows)})"),
        _PROJECT,
        rows,
        most=MOST_ROWS,
        folded=True,
    )


def _project(row: answers.Row) -> Cell:
    amount, kind = decimal(row["amount"]), text(row["amountSource"])
    if amount is None:
        return Cell(text=Bilingual("没有读到年度申请额", "annual request not read"), iri=str(row["project"]))
    return Cell(number=amount, money=True, iri=str(row["project"]), detail=kind and kind_of_amount(kind))


def _categories(sides: Sequence[Body]) -> Section:
    counted = [Counter(text(row["category"]) for row in side.projects) for side in sides]
    known = sorted({each for of_side in counted for each in of_side}, key=lambda each: (each is None, str(each)))
    years = {row["year"] for side in sides for row in side.projects}
    reasons = [reason("nothing", side=side.side.label) for side in sides if not side.projects]
    if not reasons and len(years) > 1:
        reasons.append(reason("category-changed"))
    rows = [
        ComparedRow(
            each or Bilingual("没有写", "not stated"),
            _numbers(sides, [of_side[each] for of_side in counted]),
            Verdict(reasons, None if reasons else Decimal(counted[-1][each] - counted[0][each])),
        )
        for each in known
        if any(known)
    ]
    title, heading = Bilingual("项目类别", "Categories"), Bilingual("类别", "Category")
    return Section("categories", title, heading, rows, folded=True)


def _indicators(facts: Facts, sides: Sequence[Body]) -> Section:
    """Return the table of the median targets of the indicators that both sides have, by sign and unit."""
    most = facts.query("groups").default_limit
    described, many = [], []
    for side in sides:
        year = [side.side.year] if side.side.year else []
        groups = facts.rows("groups", {"department": list(side.bodies), "year": year})
        described.append({key(name): (name, of_name) for name, of_name in spreads(groups).items()})
        if len(groups) >= most:
            many.append(reason("many-indicators", side=side.side.label))
    if many:
        return Section(
            "indicators",
            _BOTH_USE,
            _INDICATOR,
            [ComparedRow(Bilingual("全部指标", "All indicators"), [Cell() for _ in sides], Verdict(many))],
        )
    first, second = described
    uses = {name: sum(each.targets for side in described for each in side[name][1]) for name in first if name in second}
    both = sorted(uses, key=lambda name: -uses[name])
    return Section(
        "indicators",
        Bilingual(f"{_BOTH_USE.zh}（{len(both)} 个名称）", f"{_BOTH_USE.en} (names: {len(both)})"),
        _INDICATOR,
        [row for name in both for row in _typical(first[name][0], [side[name][1] for side in described])],
        Bilingual(
            "目标是数的指标，每种比较符和计量单位各取中位数；同名的指标未必衡量同一件事。",
            "Medians of numeric targets by sign and unit; indicators of one name do not always measure the same.",
        ),
        _MOST_INDICATORS,
    )


def _typical(name: str, sides: Sequence[Sequence[Spread]]) -> list[ComparedRow]:
    """Return a row for each sign and unit that an indicator has on both sides.

    Without any, return one row whose verdict gives the reason.
    """
    first, second = ({(each.operator, each.unit): each for each in side} for side in sides)
    rows = []
    for kind in [kind for kind in first if kind in second]:
        change = second[kind].median - first[kind].median
        verdict = Verdict([reason("ranges")]) if kind[0] == "between" else Verdict(change=change)
        rows.append(ComparedRow(name, [_median(first[kind]), _median(second[kind])], verdict))
    if rows:
        return rows
    kinds = listed(list(dict.fromkeys(f"{sign(of)} … {unit or ''}".strip() for of, unit in (*first, *second))))
    same_unit = {unit for _, unit in first} & {unit for _, unit in second}
    why = reason("signs-differ" if same_unit else "units-differ", units=kinds, signs=kinds)
    return [ComparedRow(name, [_median(side[0]) for side in sides], Verdict([why]))]


def _median(each: Spread) -> Cell:
    of = Bilingual(f"{each.targets} 条", counted(each.targets, "target"))
    return Cell(text=f"{sign(each.operator)} {digits(each.median)} {each.unit or ''}".strip(), detail=of)


def _numbers(sides: Sequence[Body], numbers: Iterable[int]) -> list[Cell]:
    """Return a cell for each side with its number; the cell is blank if the dataset has nothing of the side."""
    return [Cell() if side.unknown else Cell(number=number) for side, number in zip(sides, numbers, strict=True)]


def _labels(sides: Sequence[Body]) -> list[Bilingual]:
    return [side.side.label for side in sides]
