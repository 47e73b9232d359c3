"""Make the charts of spending: amounts of the view `spending` by body or year, or sources of funds by year.

Amounts that contain each other are never added. By body and by year, each project counts with its one
`jx:amount`; the sources are parts of one total, either of the annual request or of the project's total amount.
"""

import tomllib
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import takewhile
from typing import Any

from jixiao.ontology import grouping
from jixiao.ontology.places import places
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.decimals import counted
from jixiao.ontology.text.money import money
from jixiao.server.apps.charts.drawings import (
    DIRECTORY,
    YUAN,
    Bars,
    Chart,
    Figure,
    Mark,
    figure,
    numbers,
    query,
    ranked,
    summed,
)
from jixiao.server.errors import ParameterError
from jixiao.server.http import requests
from jixiao.server.runtime.service import Service
from jixiao.server.views import parameters, published, view_files
from jixiao.server.views.answers import Answer, Column, Row, count_rows

MOST = 20
"""Most bodies with a bar, those with the largest amounts; the others are one row of the table. Projects without a body
have a bar of their own besides."""

_BY = {
    "body": Bilingual("按机构", "by body"),
    "year": Bilingual("按年度", "by year"),
    "source": Bilingual("按资金来源", "by source of funds"),
}
_TOTALS = {
    "year": Bilingual("年度资金申请总额", "annual request"),
    "total": Bilingual("项目资金总额", "total amount"),
}
_OF = {of: Bilingual(f"{total.zh}的来源", f"sources of the {total.en}") for of, total in _TOTALS.items()}
_PARTS = {
    "year": ("currentYearAppropriation", "carriedOver", "annualOtherFunds"),
    "total": ("fiscalFunds", "otherFunds"),
}
_AMOUNT = Bilingual(
    "项目的金额：年度资金申请总额；没有的取项目资金总额，再没有的取说明所称金额；在先的一个印有而没有收录的，没有金额。每个项目只计一个金额",
    "The amounts of projects: the annual request; without one the total amount, else the amount that the"
    " narrative claims; none if a preferred one is printed but could not be read. Each project counts with one amount",
)
_FROM_FORMS = Bilingual("取自表", "from forms")
_COUNTS = ("projects", "withoutAmount", "partial", "amount", "narrated")
_MOST = {
    "department": Bilingual("收录的项目里，{}最多", "Of the projects here, most for {}"),
    "year": Bilingual("收录的项目里，{}年最多", "Of the projects here, most in {}"),
}
_NO_YEAR = Bilingual("没有读到年度", "year not read")


def make(service: Service, view: view_files.View, given: parameters.Given, by: str = "", of: str = "") -> Chart:
    """Return the chart of the spending by body, by year, or by source of funds, for the parameters `given` of `view`.

    `by` is a key of _BY, and `of`, which only the chart of sources uses, a key of _OF; "" stands for the first key.
    Raises ParameterError for another text, and what published.answer raises.
    """
    by = _one_of("by", by, _BY)
    if by == "source":
        return _sources(service, given, _one_of("of", of, _OF))
    answer = published.answer(service, view, {**given, "limit": str(view_files.MAX_ROWS)})
    keys = ("departmentIri", "department") if by == "body" else ("year",)
    named = {column.name: column for column in answer.columns}
    named["year"] = replace(named["year"], blank=_NO_YEAR)
    columns = tuple(named[name] for name in (*keys, *_COUNTS))
    rows = sorted(
        [
            {**{key: group[0][key] for key in keys}, **{name: summed(group, name) for name in _COUNTS}}
            for group in grouping.by_key((row[keys[0]], row) for row in answer.rows).values()
        ],
        key=_largest if by == "body" else lambda row: (row["year"] is None, figure(row, "year") or 0, ""),
    )
    others = [row for row in rows if row.get("departmentIri")][MOST:]
    further = {row["departmentIri"] for row in others}
    shown = [row for row in rows if row.get("departmentIri") not in further]
    return Chart(
        title=Bilingual(f"项目的资金，{_BY[by].zh}", f"Money of projects, {_BY[by].en}"),
        shows=_AMOUNT,
        answer=replace(
            answer,
            view=f"spending-by-{by}",
            columns=columns,
            rows=tuple(rows),
            whole=count_rows(columns, rows),
        ),
        columns=tuple(column for column in columns if column.name != "departmentIri"),
        rows=tuple(shown),
        drawing=_bars(shown, columns[len(keys) - 1], by, answer) if shown else None,
        notes=tuple(_notes(answer, rows, others)),
        rest=_rest(others) if others else None,
        offers=_offers("by", by, _BY),
    )


def _one_of(name: str, typed: str, known: Mapping[str, Bilingual]) -> str:
    """Return the value typed for the parameter `name`, or the first key of `known` if none was typed.

    Raises ParameterError for a value that is no key of `known`.
    """
    if typed and typed not in known:
        raise ParameterError(
            f"参数 {name} 应为 {'、'.join(known)} 之一；收到的是“{typed}”。",
            f'Parameter {name} takes one of {", ".join(known)}; it was "{typed}".',
        )
    return typed or next(iter(known))


def _offers(name: str, chosen: str, known: Mapping[str, Bilingual]) -> list[dict[str, Any]]:
    return [
        {"name": words, "parameter": name, "value": value, "chosen": value == chosen} for value, words in known.items()
    ]


def _largest(row: Row) -> tuple[bool, bool, Figure, str]:
    """Return a body's sort key: the largest amount first, unknown amounts next, projects without a body last."""
    amount = figure(row, "amount")
    return row["departmentIri"] is None, amount is None, -(amount or 0), str(row["departmentIri"])


def _bars(rows: Sequence[Row], named_by: Column, by: str, answer: Answer) -> Bars:
    """Return a bar for each row of an answer, named by the column `named_by`.

    A bar has two parts, amounts from forms and from narratives, or only the first if all amounts are from forms.
    """
    narrated = [figure(row, "narrated") for row in rows]
    amounts = [figure(row, "amount") for row in rows]
    series = [(_FROM_FORMS, tuple(amounts))]
    if any(narrated):
        rest = [None if total is None else total - (part or 0) for total, part in zip(amounts, narrated, strict=True)]
        series = [
            (_FROM_FORMS, tuple(each or None for each in rest)),
            (Bilingual("取自说明", "from narratives"), tuple(narrated)),
        ]
    return Bars(
        tuple(_place(row, named_by) for row in rows),
        tuple(series),
        YUAN,
        lying=named_by.name == "department",
        read_off=True,
        most=_MOST[named_by.name] if is_of_one_kind(answer, by_year=by == "year") else None,
    )


def is_of_one_kind(answer: Answer, *, by_year: bool = False) -> bool:
    """Return True if the money of an answer can be compared: it is of one kind and, unless told `by_year`, one year."""
    parts = answer.whole.money if answer.whole else ()
    return len({(each["kind"], None if by_year else each["year"]) for each in parts}) == 1


def _place(row: Row, column: Column) -> Mark:
    name, iri = row[column.name], row.get("departmentIri")
    return Mark((column.blank or _NO_YEAR) if name is None else str(name), None if iri is None else str(iri))


def _notes(answer: Answer, rows: Sequence[Row], others: Sequence[Row]) -> Iterator[Bilingual]:
    """Yield notes on the bodies that get no bar (`others`), and on projects not counted.

    The last note is only for an answer that was cut at the limit of rows: it says how many projects are in the rows
    after that limit.
    """
    if others:
        unstated = any(row["departmentIri"] is None for row in rows)
        zh, en = (
            ("；没有读到机构的项目另成一条", "; projects without a body have a bar besides") if unstated else ("", "")
        )
        yield Bilingual(
            f"图中是金额最大的 {MOST} 个机构；其余 {len(others):,} 个机构不在图中{zh}。",
            f"Bodies in the chart: the {MOST} with most; not in it: {len(others):,}{en}.",
        )
    if answer.truncated and answer.whole is not None:
        beyond = (answer.whole.projects or 0) - sum(numbers(rows, "projects"))
        yield Bilingual(
            f"另有 {beyond:,} 个项目的机构和年度太多，没有算进来；加上条件再看。",
            f"{counted(beyond, 'more project is', 'more projects are')} not counted: there are too many bodies "
            "and years; add a filter.",
        )


def _rest(rows: Sequence[Row]) -> tuple[Bilingual, Row]:
    sums = {name: summed(rows, name) for name in _COUNTS}
    return Bilingual(f"其余 {len(rows):,} 个机构（不在图中）", f"Other bodies, not in the chart: {len(rows):,}"), sums


def _sources(service: Service, given: parameters.Given, of: str) -> Chart:
    """Return the chart of the money from each source of funds by year; `of`, a key of _TOTALS, is the whole."""
    answer = published.answer(service, query(service, "funds"), given)
    parts, measured = _PARTS[of], "ofYear" if of == "year" else "ofTotal"
    total = _TOTALS[of]
    columns = [column for column in answer.columns if column.name in ("year", "projects", "partial", measured, *parts)]
    named = {column.name: Bilingual(column.label["zh"], column.label["en"]) for column in answer.columns}
    series = tuple((named[part], tuple(figure(row, part) for row in answer.rows)) for part in parts)
    projects, stated, partial = numbers(answer.rows, "projects", measured, "partial")
    note = Bilingual(
        f"{projects:,} 个项目，其中 {stated:,} 个读到{total.zh}的至少一项来源，"
        f"{projects - stated:,} 个一项都没有读到，不在图中" + (f"；{partial:,} 个部分读取。" if partial else "。"),
        f"Projects: {projects:,}. With at least one source of the {total.en}: {stated:,};"
        f" not in the chart, with none read: {projects - stated:,}"
        + (f"; {partial:,} read in part." if partial else "."),
    )
    year = next(column for column in columns if column.name == "year")
    drawing = Bars(tuple(_place(row, year) for row in answer.rows), series, YUAN)
    return Chart(
        title=Bilingual(f"资金来源：{total.zh}的组成", f"Sources of funds: parts of the {total.en}"),
        shows=Bilingual(
            f"{total.zh}中写明的各项来源。总额本身不画、不加；总额和年度申请各有各的来源，不相加；只印一年资金的表，其财政资金列在项目资金总额之下",
            f"Sources that forms state within the {total.en}. The total itself is neither drawn nor added, and sources"
            " of the total amount are not added to those of the annual request; fiscal funds of forms that print the"
            " money of one year alone stand with the total amount",
        ),
        answer=replace(answer, view="sources-of-funds"),
        columns=tuple(columns),
        rows=answer.rows,
        drawing=drawing if any(value is not None for _, values in series for value in values) else None,
        notes=(note,) if projects else (),
        offers=(*_offers("by", "source", _BY), *_offers("of", of, _OF)),
    )


SHADES = 4
"""Shades of the tiles of provinces with money, 1 for the least."""

_TILES: Mapping[str, Mapping[str, Any]] = tomllib.loads((DIRECTORY / "tiles.toml").read_text(encoding="utf-8"))["tiles"]
"""Column, row and letters of each province on the map, by code."""

_FAR_APART = 100
"""Ratio of the largest amount to the least from which each shade stands for ten times the money of the one before."""


def provinces(service: Service, view: view_files.View, given: parameters.Given) -> Chart:
    """Return the map of provinces, shaded by amount, for the parameters `given`. Raises as published.answer does."""
    answer = published.answer(service, view, given)
    known = [row for row in answer.rows if row["code"] is not None]
    drawn = [row for row in known if row["amount"] is not None]
    of_provinces = all(row["code"] in _TILES for row in known)
    marks = tuple(Mark(_named(str(row["code"])), str(row["placeIri"])) for row in drawn)
    unplaced = sum(numbers([row for row in answer.rows if row["code"] is None], "projects"))
    return Chart(
        title=(
            Bilingual("项目的资金，按省", "Money of projects, by province")
            if of_provinces
            else Bilingual("项目的资金，按市或区县", "Money of projects, by city or county")
        ),
        shows=Bilingual(
            "各地项目的金额之和，不论种类和年度；金额不明的不画",
            "The sum of the amounts of a place's projects, of all kinds and years; without an amount, it is not drawn",
        ),
        answer=answer,
        columns=tuple(column for column in answer.columns if column.name != "placeIri"),
        rows=answer.rows,
        drawing=ranked(
            marks,
            [figure(row, "amount") for row in drawn],
            YUAN,
            Bilingual("收录的项目里，{}最多", "Of the projects here, most in {}") if is_of_one_kind(answer) else None,
        ),
        notes=(
            Bilingual(
                f"{unplaced:,} 个项目没有画出，地方不明或不到这一级。",
                f"Projects not drawn, as the place is unknown or above this level: {unplaced:,}.",
            ),
        )
        if unplaced
        else (),
        tiles=tuple(tiles(known, given)) if of_provinces else (),
        legend=_legend(known) if of_provinces else (),
    )


def _named(code: str) -> Bilingual:
    """Return a province's name."""
    return Bilingual(places()[code].name, places()[code].english)


def limits(amounts: Sequence[Decimal]) -> list[Decimal]:
    """Return the least amounts, in yuan, of all shades but the lightest, in rising order; none without two amounts.

    The limits are the largest powers of ten up to the largest amount or, for amounts near to each other, 1, 2 and 5
    times powers of ten. Where few of these lie between the amounts, the list is shorter than the number of shades.
    """
    stated = [amount for amount in amounts if amount > 0]
    if len(set(stated)) < 2:
        return []
    factors = (1,) if max(stated) / min(stated) >= _FAR_APART else (1, 2, 5)
    steps = (Decimal(factor).scaleb(power) for power in range(max(stated).adjusted() + 1) for factor in factors)
    known = [step for step in takewhile(lambda step: step <= max(stated), steps) if step > min(stated)]
    return known[1 - SHADES :]


def _legend(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return the legend of the map, the darkest shade first: for each shade a dict with `shade` and what it `means`.

    Shade 0 stands for an unknown amount, and None for a province without known projects.
    """
    amounts = [Decimal(amount) for row in rows if (amount := figure(row, "amount")) is not None]
    steps = limits(amounts)
    said = []
    for shade in sorted({_shade(amount, steps) for amount in amounts}, reverse=True):
        low, high = ([None, *steps][shade - 1], [*steps, None][shade - 1])
        said.append({"shade": shade, "means": _between(low, high)})
    if any(figure(row, "amount") is None for row in rows):
        said.append({"shade": 0, "means": Bilingual("金额不明", "amount not known")})
    return [*said, {"shade": None, "means": Bilingual("没有已知在此的项目", "no project known to be there")}]


def tiles(rows: Sequence[Row], given: parameters.Given, by: str = "amount") -> Iterator[dict[str, Any]]:
    """Yield a dict for the tile of each province, with its place on the map, its words, its shade and its address.

    `rows` are the provinces with projects, and `by` is the column whose figure decides the shade. A province without a
    row has shade 0 and no address.
    """
    by_code = {str(row["code"]): row for row in rows}
    steps = limits([Decimal(number) for row in rows if (number := figure(row, by)) is not None])
    for code, at in _TILES.items():
        row, name = by_code.get(code), _named(code)
        said = Bilingual(f"{name.zh}：没有已知在此的项目", f"{name.en}: no project known to be there")
        shading = None if row is None else figure(row, by)
        if row is not None:
            count = figure(row, "projects") or 0
            said = Bilingual(f"{name.zh}：{count} 个项目", f"{name.en}: {counted(count, 'project')}")
        if row is not None and by == "amount":
            worth = Bilingual("金额不明", "no amount known") if shading is None else money(shading)
            said = Bilingual(f"{said.zh}，{worth.zh}", f"{said.en}, {worth.en}")
        yield {
            "column": at["column"],
            "row": at["row"],
            "short": Bilingual(places()[code].stem, at["letters"]),
            "told": said,
            "projects": None if row is None else figure(row, "projects"),
            "shade": 0 if shading is None else _shade(Decimal(shading), steps),
            "address": None if row is None else requests.address("/views/projects", {**given, "region": code}),
        }


def _shade(amount: Decimal, steps: Sequence[Decimal]) -> int:
    return 1 + bisect_right(steps, amount)


def _between(low: Decimal | None, high: Decimal | None) -> Bilingual:
    """Return the words for amounts from `low` to less than `high`."""
    if low is not None and high is not None:
        return Bilingual(f"{money(low).zh}至不到 {money(high).zh}", f"{money(low).en} to less than {money(high).en}")
    if low is not None:
        return Bilingual(f"{money(low).zh}及以上", f"{money(low).en} and more")
    if high is not None:
        return Bilingual(f"不到 {money(high).zh}", f"less than {money(high).en}")
    return Bilingual("有金额", "with an amount")
