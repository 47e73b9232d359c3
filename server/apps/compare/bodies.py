"""Read the facts about two bodies, or one body in two years, find what limits a comparison, and make its tables."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from jixiao.ontology import grouping
from jixiao.ontology.identity import label, plain_body
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.decimals import counted
from jixiao.server.apps.compare.library import spreads
from jixiao.server.apps.compare.result import Cell, ComparedRow, Said, Side
from jixiao.server.apps.compare.verdicts import (
    TOTALS,
    Facts,
    decimal,
    first,
    joined,
    kind_of_amount,
    listed,
    note,
    of_cells,
    paired,
    printed,
    reason,
    sign,
)
from jixiao.server.http import requests
from jixiao.server.views import answers, typed_names

Parts = dict[str, Any]
"""What stands for the names in the braces of a sentence of reasons.toml."""

MOST_PROJECTS = 3000
_AGAINST_SUMS = ("many", "cover", "partial-filings", "contained", "scopes-differ", "shared")
"""Codes (reasons.toml) of the limits of a comparison because of which no sums are compared."""
_UNKNOWN = Cell(text=Bilingual("库中没有", "not in the data"))


@dataclass(frozen=True)
class Body:
    """The projects and filings of a body and its related bodies, in one year or in all.

    `asked` has the bodies and the year as parameters of the views of this folder. `projects` has at most one more than
    MOST_PROJECTS rows, `sums` is the row about all projects, `named` has the bodies' names by filing. `every` has the
    filings of all years, and `covers` is the number of those whose cover contradicts the data read from them.
    """

    side: Side
    asked: Mapping[str, Sequence[str | int]]
    projects: Sequence[answers.Row]
    sums: answers.Row
    named: Sequence[answers.Row]
    every: Sequence[answers.Row]
    covers: int = 0

    @property
    def filings(self) -> list[answers.Row]:
        """The filings of the side's year."""
        return [row for row in self.every if self.side.year in (None, row["year"])]

    @property
    def undated(self) -> list[answers.Row]:
        """The filings whose year is not known, if the side is of one year; otherwise none."""
        return [row for row in self.every if self.side.year and row["year"] is None]

    @property
    def unknown(self) -> bool:
        """True if the dataset has no filing and no project of the body, so that its numbers are not known."""
        return not self.filings and not self.projects

    @cached_property
    def totals(self) -> set[bool]:
        """Set with True if some filing includes subordinate bodies （汇总）, and with False if some filing does not.

        The names of the bodies in a filing's projects show this; the set is empty without projects.
        """
        scopes = grouping.by_key(
            (row["filing"], label(str(row["body"])).removeprefix(plain_body(str(row["body"])))) for row in self.named
        )
        return {any(word in scope for scope in of_filing for word in TOTALS) for of_filing in scopes.values()}

    @property
    def carried_out(self) -> int:
        """Number of projects that the body carries out for others.

        Another body is responsible for such a project, and its filing is none of this body's.
        """
        own, names = {row["filing"] for row in self.filings}, {row["body"] for row in (*self.named, *self.filings)}
        return sum(row["filing"] not in own and row["department"] not in {None, *names} for row in self.projects)

    def limits(self) -> Iterator[tuple[str, object, Parts]]:
        """Yield what may limit a comparison with this side: code, True or a number if it does, and parts of words."""
        numbers = {
            "no-filing": self.unknown,
            "no-projects": self.filings and not self.projects,
            "carried-out": self.carried_out,
            "many": len(self.projects) > MOST_PROJECTS and MOST_PROJECTS,
            "partial-projects": self.sums["partial"],
            "partial-filings": sum(map(answers.read_in_part, self.filings)),
            "cover": self.covers,
            "contained": len(self.totals) > 1,
        }
        yield from ((code, number, {"side": self.side.full, "number": number}) for code, number in numbers.items())
        stored = sorted({str(row["year"]) for row in self.every if row["year"]})
        yield "stored-years", self.unknown and stored, {"side": self.side.name, "years": listed(stored)}

    def rows(self, condition: str, value: str) -> str:
        """Return the address of the projects that meet a condition, by its name in addresses of tables."""
        given = {"roles.body.is": [*map(str, self.asked["department"])], "year.is": str(self.side.year or "")}
        return requests.address("/tables/projects", {**given, "name.present": "1", condition: value})


def load(facts: Facts, side: Side) -> Body:
    """Return the projects and filings of a side that is a body. Raises what Pool.run does."""
    iris = [side.iri, *typed_names.kindred([side.iri], facts.run)]
    asked: Mapping[str, Sequence[str | int]] = {"department": iris, "year": [side.year] if side.year else []}
    projects, [sums], named = (facts.rows(name, asked) for name in ("projects", "sums", "names"))
    filings, [covers] = facts.rows("filings", {"department": iris}), facts.rows("covers", asked)
    return Body(side, asked, projects, sums, named, filings, int(covers["filings"] or 0))


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


def _limits(first: Body, second: Body) -> list[tuple[str, Parts]]:
    """Return the limits of a comparison, each as a code in reasons.toml and the values for the sentence's braces."""
    years, others = (sorted({str(row["year"]) for row in body.projects if row["year"]}) for body in (first, second))
    years_differ = not first.side.year and years and others and years != others
    scopes_differ = first.projects and second.projects and first.totals != second.totals
    shared = {row["project"] for row in first.projects} & {row["project"] for row in second.projects}
    of_years = {"first": first.side.label, "second": second.side.label}
    of_years |= {"years": listed(years), "others": listed(others)}
    limits: list[tuple[str, object, Parts]] = [
        *first.limits(),
        *second.limits(),
        ("years-differ", years_differ, of_years),
        ("scopes-differ", scopes_differ, {}),
        ("shared", shared, {"number": len(shared)}),
    ]
    return [(code, parts) for code, applies, parts in limits if applies]


def compared(facts: Facts, chosen: Sequence[Side]) -> tuple[list[Said], dict[str, list[ComparedRow]]]:
    """Return the notes and the rows of the tables of a comparison of two bodies. Raises what Pool.run does."""
    sides, labels = [load(facts, side) for side in chosen], [side.label for side in chosen]
    pairs, some, several = paired([body.projects[:MOST_PROJECTS] for body in sides])
    both = [of_cells(str(pair[0]["name"]), [_project([row]) for row in pair], labels) for pair in pairs]
    # The largest change comes first, and projects that are not compared come last.
    both.sort(key=lambda row: -abs(row.verdict.change) if row.verdict and row.verdict.change is not None else 1)
    some.sort(key=lambda rows: (first(rows)["amount"] is None, -(decimal(first(rows)["amount"]) or 0)))
    named = {
        "only-1": [rows for rows in some if rows[0]],
        "only-2": [rows for rows in some if rows[1]],
        "several": several,
    }
    return [*notes(sides), note("claimed")], {
        "amounts": [*_sums(facts, sides, labels)],
        "same-projects": [*_same_projects(facts, pairs, labels)],
        "projects": both,
        "indicators": [*_indicators(facts, sides, labels)],
        **{
            code: [ComparedRow(str(first(rows)["name"]), [_project(each) for each in rows]) for rows in every]
            for code, every in named.items()
        },
        "counts": _counts(sides),
    }


def _project(rows: Sequence[answers.Row]) -> Cell:
    """Return the cell for the projects of a name on one side: the amount of the only one, or the number of several."""
    if len(rows) != 1:
        return Cell(text=Bilingual(f"{len(rows)} 个项目", counted(len(rows), "project")) if rows else None)
    [row] = rows
    amount, kind = decimal(row["amount"]), row["amountKind"]
    if amount is None:
        unread = str(row["sums"] or "") or Bilingual("没有读到年度申请额", "annual request not read")
        return Cell(text=unread, iri=row["project"], **printed(row))
    of = {"detail": kind_of_amount(kind), "like": {"amountKind": kind}, **printed(row)}
    return Cell(number=amount, money=True, iri=row["project"], **of)


def _sums(facts: Facts, sides: Sequence[Body], labels: Sequence[Bilingual]) -> Iterator[ComparedRow]:
    limits = [*against(sides), *_nothing(sides)]
    for column in _kinds(facts):
        numbers = [(int(body.sums["projects"] or 0), int(body.sums[f"with_{column.name}"] or 0)) for body in sides]
        incomplete = [
            reason("some-without", side=side, projects=projects, without=projects - stated)
            for side, (projects, stated) in zip(labels, numbers, strict=True)
            if 0 < stated < projects
        ]
        cells = [_sum(body, column.name, *each) for body, each in zip(sides, numbers, strict=True)]
        if any(stated for _, stated in numbers):
            yield of_cells(Bilingual(**column.label), cells, labels, limits or incomplete)


def _kinds(facts: Facts) -> list[answers.Column]:
    """Return the columns of the sums of all kinds of amounts."""
    return [column for column in facts.query("sums").columns if column.type == "yuan"]


def _sum(body: Body, column: str, projects: int, stated: int) -> Cell:
    of = Bilingual(f"{projects} 个项目中的 {stated} 个", f"{stated} of {counted(projects, 'project')}")
    if body.unknown or not stated:
        return _UNKNOWN if body.unknown else Cell(detail=of if projects else None)
    at = body.rows(f"{column}.present", "1")
    if len(body.totals) > 1:
        return Cell(text=Bilingual("不合计", "not added up"), detail=of, rows=at)
    return Cell(number=decimal(body.sums[column]), money=True, detail=of, rows=at)


def _same_projects(
    facts: Facts, pairs: Sequence[Sequence[answers.Row]], labels: Sequence[Bilingual]
) -> Iterator[ComparedRow]:
    """Yield a row with the sums over projects that both sides have, for each kind of amount; both must state it."""
    for column in _kinds(facts):
        amounts = [[decimal(row[column.name]) for row in pair] for pair in pairs]
        stated = [[amount for amount in pair if amount is not None] for pair in amounts if None not in pair]
        if stated:
            of = Bilingual(f"{len(stated)} 个项目", counted(len(stated), "project"))
            totals = [sum(of_side, Decimal(0)) for of_side in zip(*stated, strict=True)]
            cells = [Cell(number=total, money=True, detail=of) for total in totals]
            yield of_cells(Bilingual(**column.label), cells, labels)


def _indicators(facts: Facts, sides: Sequence[Body], labels: Sequence[Bilingual]) -> Iterator[ComparedRow]:
    """Yield the median targets of the indicators that both sides have, by sign and unit, the most used names first.

    Names without a sign and unit that both sides have are one row, whose verdict gives the reason.
    """
    groups = [spreads(facts.rows("groups", body.asked)) for body in sides]
    every = [[{"name": name, **each} for name, kinds in of.items() for each in kinds] for of in groups]
    both = [rows for rows in joined(every) if all(rows)]
    for rows in sorted(both, key=lambda rows: -sum(int(each["targets"] or 0) for side in rows for each in side)):
        first, second = ({(each["operator"], each["unit"]): each for each in side} for side in rows)
        pairs = [(first[kind], second[kind]) for kind in first if kind in second]
        for pair in pairs or [(rows[0][0], rows[1][0])]:
            yield of_cells(str(rows[0][0]["name"]), [_median(each) for each in pair], labels)


def _median(each: answers.Row) -> Cell:
    median, targets = each["median"], int(each["targets"] or 0)
    return Cell(
        text=f"{sign(each['operator'])} {answers.written(median)} {each['unit'] or ''}".strip(),
        number=decimal(median),
        detail=Bilingual(f"{targets} 条", counted(targets, "target")),
        like={
            "operator": each["operator"],
            "unit": each["unit"],
            "ends": median if each["operator"] == "between" else None,
        },
    )


def _counts(sides: Sequence[Body]) -> list[ComparedRow]:
    """Return the numbers of filings and projects; those of a side of which the dataset has nothing are not known."""
    numbers = [
        (
            *(len(body.filings), sum(map(answers.read_in_part, body.filings))),
            *(int(body.sums[each] or 0) for each in ("projects", "partial")),
        )
        for body in sides
    ]
    words = (
        Bilingual("读到是自己申报的", "Filings known to be its own"),
        Bilingual("其中部分读取，或文件称有更多项目的", "Filings read in part, or that declare more projects"),
        Bilingual("项目", "Projects"),
        Bilingual("其中部分读取的", "Projects read in part"),
    )
    return [
        ComparedRow(
            said, [_UNKNOWN if body.unknown else Cell(number=of[n]) for body, of in zip(sides, numbers, strict=True)]
        )
        for n, said in enumerate(words)
    ]


def _nothing(sides: Sequence[Body]) -> list[Said]:
    """Return the reasons against comparing sides without projects."""
    return [reason("nothing", side=body.side.label) for body in sides if not body.projects]
