"""Make the chart of provinces: the money of each, on a map with a tile of one size for each province.

Tiles are shaded by money in steps that a legend states. Within a province the chart is one of its cities or counties,
without a map.
"""

import tomllib
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import takewhile
from typing import Any

from jixiao.ontology.places import places
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.decimals import counted
from jixiao.ontology.text.money import money
from jixiao.server.apps.charts.drawings import DIRECTORY, YUAN, Chart, Mark, figure, numbers, ranked
from jixiao.server.http import requests
from jixiao.server.runtime.service import Service
from jixiao.server.views import parameters, published, view_files
from jixiao.server.views.answers import Row

SHADES = 4
"""Shades of the tiles of provinces with money, 1 for the least."""

_TILES: Mapping[str, Mapping[str, Any]] = tomllib.loads((DIRECTORY / "tiles.toml").read_text(encoding="utf-8"))["tiles"]
"""Column, row and letters of each province on the map, by code."""

_FAR_APART = 100
"""Ratio of the largest amount to the least from which each shade stands for ten times the money of the one before."""


def make(service: Service, view: view_files.View, given: parameters.Given) -> Chart:
    """Return the chart for the parameters `given` of the view. Raises as published.answer does."""
    answer = published.answer(service, view, given)
    known = [row for row in answer.rows if row["code"] is not None]
    drawn = [row for row in known if row["amount"] is not None]
    of_provinces = all(row["code"] in _TILES for row in known)
    marks = tuple(Mark(_named(str(row["code"])), str(row["placeIri"])) for row in drawn)
    projects, without, unplaced = (
        *numbers(answer.rows, "projects", "withoutAmount"),
        sum(numbers([row for row in answer.rows if row["code"] is None], "projects")),
    )
    return Chart(
        title=(
            Bilingual("申报的资金，按省", "Money asked for, by province")
            if of_provinces
            else Bilingual("申报的资金，按市或区县", "Money asked for, by city or county")
        ),
        shows=Bilingual(
            "各地项目申报的金额之和；金额不明的不画",
            "The sum of the money that the projects of a place ask for; those of unknown amount are not drawn",
        ),
        answer=answer,
        columns=tuple(column for column in answer.columns if column.name != "placeIri"),
        rows=answer.rows,
        drawing=ranked(
            marks,
            [figure(row, "amount") for row in drawn],
            YUAN,
            Bilingual("收入的项目里，{}最多", "Of the projects here, most in {}"),
        ),
        notes=(
            Bilingual(
                f"{projects:,} 个项目，{without:,} 个金额不明，{unplaced:,} 个没有画出，地方不明或不到这一级。",
                f"{counted(projects, 'project')}: {without:,} with an unknown amount; {unplaced:,} not drawn, as their"
                " place is unknown or above this level.",
            ),
        )
        if projects
        else (),
        tiles=tuple(tiles(known, given)) if of_provinces else (),
        legend=_legend(known) if of_provinces else (),
    )


def _named(code: str) -> Bilingual:
    """Return a province's name."""
    return Bilingual(places()[code].name, places()[code].english)


def limits(amounts: Sequence[Decimal]) -> list[Decimal]:
    """Return the least amount of each shade but the first, in rising order.

    These are the largest powers of ten up to the largest amount or, for amounts nearer to each other, 1, 2 and 5 times
    powers of ten. There are fewer if amounts are few.
    """
    stated = [amount for amount in amounts if amount > 0]
    if len(set(stated)) < 2:
        return []
    factors = (1,) if max(stated) / min(stated) >= _FAR_APART else (1, 2, 5)
    steps = (Decimal(factor).scaleb(power) for power in range(max(stated).adjusted() + 1) for factor in factors)
    known = [step for step in takewhile(lambda step: step <= max(stated), steps) if step > min(stated)]
    return known[1 - SHADES :]


def _legend(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return the shades that tiles have and what each stands for, the darkest first."""
    amounts = _amounts(rows)
    steps = limits(amounts)
    said = []
    for shade in sorted({_shade(amount, steps) for amount in amounts}, reverse=True):
        low, high = ([None, *steps][shade - 1], [*steps, None][shade - 1])
        said.append({"shade": shade, "means": _between(low, high)})
    if any(figure(row, "amount") is None for row in rows):
        said.append({"shade": 0, "means": Bilingual("金额不明", "amount not known")})
    return [*said, {"shade": None, "means": Bilingual("没有已知在此的项目", "no project known to be there")}]


def tiles(rows: Sequence[Row], given: parameters.Given, by: str = "amount") -> Iterator[dict[str, Any]]:
    """Yield the tile of each province, shaded by a figure: the column `by` of the `rows` of provinces with projects."""
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


def _amounts(rows: Sequence[Row]) -> list[Decimal]:
    return [Decimal(amount) for row in rows if (amount := figure(row, "amount")) is not None]


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
