"""Find what limits a comparison of two bodies, or of one body in two years, and make its tables."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from jixiao.ontology import grouping
from jixiao.ontology.identity import label, plain_body
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.apps.compare.result import Cell, ComparedRow, Said, Side, sentence
from jixiao.server.apps.compare.verdicts import (
    Facts,
    decimal,
    first,
    joined,
    note,
    of_cells,
    paired,
    printed,
    reason,
    said,
)
from jixiao.server.views import answers, heads
from jixiao.server.views.sentences import number_of
from jixiao.server.views.view_files import View

_AGAINST_SUMS = ("cover", "partial-filings", "contained", "scopes-differ", "shared")
"""Codes (reasons.toml) of the limits of a comparison because of which no sums are compared."""

_TARGETS = {"zh": "条", "one": "target", "many": "targets"}

Limit = tuple[str, int, dict[str, Any]]
"""A limit: its code, a number that is not 0 if it applies, and what stands for the braces of its sentence."""


def compared(facts: Facts, sides: Sequence[Side]) -> tuple[list[Said], dict[str, list[ComparedRow]]]:
    """Return the notes and the rows of the tables of a comparison of two bodies. Raises what Pool.run does."""
    labels = [side.label for side in sides]
    found = [each for each in (*limits(sides), *(each for side in sides for each in _filed(facts, side))) if each[1]]
    against = [reason(code, **parts) for code, number, parts in found if code in _AGAINST_SUMS]
    pairs, others = paired([side.rows for side in sides])
    both = [of_cells(str(pair[0]["name"]), [_project([row]) for row in pair], labels) for pair in pairs]
    # The largest change comes first, and projects that are not compared come last.
    both.sort(key=lambda row: 1 if row.change is None else -abs(row.change))
    # First come names of the first side alone, then those of the second, and last those that several projects bear.
    others.sort(key=lambda rows: (all(rows), not rows[0], -(decimal(first(rows)["amount"]) or 0)))
    notes = [note(code, number=number, **parts) for code, number, parts in found]
    return [*dict.fromkeys(notes), note("claimed")], {
        "amounts": [*_sums(facts, sides, against)],
        "projects": both,
        "indicators": [*_indicators(facts, sides, labels)],
        "others": [ComparedRow(str(first(rows)["name"]), [_project(each) for each in rows]) for rows in others],
    }


def limits(sides: Sequence[Side]) -> Iterator[Limit]:
    """Yield what limits a comparison of the sides: the name of a reason, how often it holds (0: never), and words."""
    scopes = [_scopes(side.rows) for side in sides]
    for side, of_side in zip(sides, scopes, strict=True):
        yield "contained", len(of_side) - 1, {"side": side.full}
        yield "partial-projects", sum(map(answers.read_in_part, side.rows)), {"side": side.full}
    yield "scopes-differ", scopes[0] != scopes[1], {}
    first, second = ({row["project"] for row in side.rows} for side in sides)
    yield "shared", len(first & second), {}


def _scopes(rows: Sequence[answers.Row]) -> set[bool]:
    """Return a set with True if some filing includes subordinate bodies （汇总）, and False if some filing does not.

    The names of the bodies in a filing's projects show this.
    """
    names = grouping.by_key((row["filing"], str(row["department"] or "")) for row in rows)
    scopes = ([label(name).removeprefix(plain_body(name)) for name in of_filing] for of_filing in names.values())
    return {any("汇总" in scope for scope in of_filing) for of_filing in scopes}


def _filed(facts: Facts, side: Side) -> Iterator[Limit]:
    """Yield code, number and words of each reason in a side's filings why a comparison may be incomplete."""
    every, [covers] = (
        facts.rows("filings", {"department": side.iris}),
        facts.rows("covers", side.asked),
    )
    read_in_part = sum(answers.read_in_part(row) for row in every if row["year"] == side.year)
    yield "partial-filings", read_in_part, {"side": side.full}
    yield "cover", int(covers["filings"] or 0), {"side": side.full}
    yield "undated", sum(row["year"] is None for row in every) if side.year else 0, {"side": side.name}


def _project(rows: Sequence[answers.Row]) -> Cell:
    """Return the cell for the projects of a name on one side: the amount of the only one, or the number of several."""
    if len(rows) != 1:
        return Cell(text=number_of(len(rows), heads.PROJECTS) if rows else None)
    [row] = rows
    amount, kind = decimal(row["amount"]), row["amountKind"]
    if amount is None:
        unread = str(row["sums"] or "") or sentence("unread")
        return Cell(text=unread, iri=row["project"], **printed(row))
    of = {"detail": said("amountKind", kind), "like": {"amountKind": kind, "period": row["period"]}, **printed(row)}
    return Cell(number=amount, money=True, iri=row["project"], **of)


def _sums(facts: Facts, sides: Sequence[Side], against: Sequence[Said]) -> Iterator[ComparedRow]:
    """Yield a row for each sum of one phase and period, which is compared if every project states such an amount."""
    labels = [side.label for side in sides]
    for name in ("sums", "funds"):
        view = facts.query(name)
        by = [column.name for column in view.columns if not column.how]
        of_sides = [
            {tuple(row[column] for column in by): row for row in facts.rows(name, side.asked)} for side in sides
        ]
        for likeness in dict.fromkeys(chain(*of_sides)):
            pair = list(zip(sides, (rows.get(likeness) for rows in of_sides), strict=True))
            known = [int(row["with_amount"] or 0) if row else 0 for _, row in pair]
            incomplete = [
                reason("some-without", side=side.label, projects=len(side.rows), without=len(side.rows) - number)
                for side, number in zip(sides, known, strict=True)
                if 0 < number < len(side.rows)
            ]
            cells = [_sum(view, side, dict(zip(by, likeness, strict=True)), row) for side, row in pair]
            yield of_cells(_named(view, likeness), cells, labels, against or incomplete)


def _named(view: View, likeness: Sequence[answers.Value]) -> Bilingual:
    """Return the words for the fund, phase and period of a sum; without a fund it is of projects' own amounts."""
    phase, period, *fund = (column.worded(value) for column, value in zip(view.columns, likeness, strict=False))
    return sentence("of-kind", fund=fund[0] if fund else sentence("project-amounts"), phase=phase, period=period)


def _sum(view: View, side: Side, likeness: Mapping[str, answers.Value], row: answers.Row | None) -> Cell:
    """Return the cell of a sum of one side; it leads to the rows that the sum is of."""
    if row is None:
        return Cell(money=True)
    projects = number_of(len(side.rows), heads.PROJECTS)
    detail = sentence("some-of", number=int(row["with_amount"] or 0), projects=projects)
    values = {name: [str(value)] if value is not None else [] for name, value in likeness.items()}
    address = view.tabled.address(side.asked, values) if view.tabled else None
    return Cell(number=decimal(row["amount"]), money=True, detail=detail, rows=address)


def _indicators(facts: Facts, sides: Sequence[Side], labels: Sequence[Bilingual]) -> Iterator[ComparedRow]:
    """Yield the targets of the indicators that both sides have, by sign and unit, the most used names first.

    Names without a sign and unit that both sides have are one row, whose verdict gives the reason.
    """
    both = [rows for rows in joined([facts.rows("groups", side.asked) for side in sides]) if all(rows)]
    for rows in sorted(both, key=lambda rows: -sum(int(each["indicators"] or 0) for side in rows for each in side)):
        first, second = ({(each["operator"], each["unit"]): each for each in side} for side in rows)
        pairs = [(first[kind], second[kind]) for kind in first if kind in second]
        for pair in pairs or [(rows[0][0], rows[1][0])]:
            yield of_cells(str(rows[0][0]["name"]), [_targets(each) for each in pair], labels)


def _targets(row: answers.Row) -> Cell:
    """Return the cell of the targets of one name, sign and unit, which are compared if all are the same number."""
    sign = said("operator", row["operator"]).zh if row["operator"] else ""
    number, ends = int(row["indicators"] or 0), dict.fromkeys(answers.written(row[each]) for each in ("value", "most"))
    return Cell(
        text=f"{sign} {'–'.join(ends)} {row['unit'] or ''}".strip(),
        number=decimal(row["value"]),
        detail=number_of(number, _TARGETS),
        like={
            **{name: row[name] for name in ("operator", "unit")},
            "ends": None if len(ends) == 1 and row["upper"] is None else "–".join(ends),
        },
    )
