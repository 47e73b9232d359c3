"""Draw provinces as a map of tiles of one size, shaded by money or by numbers of projects."""

import tomllib
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import takewhile
from pathlib import Path
from typing import Any

from jixiao.ontology.places import places
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.decimals import counted
from jixiao.ontology.text.money import money
from jixiao.server.apps.charts.drawings import figure
from jixiao.server.http import requests
from jixiao.server.views import parameters
from jixiao.server.views.answers import Apart, Row

SHADES = 4
"""Shades of the tiles of provinces with money, 1 for the least."""

_GRID = tomllib.loads(Path(__file__).with_name("tiles.toml").read_text(encoding="utf-8"))["tiles"]
_TILES: Mapping[str, Mapping[str, Any]] = {
    text[2:]: {"column": column, "row": row, "letters": text[:2]}
    for row, line in enumerate(_GRID.splitlines())
    for column, text in enumerate(line.split())
    if text != "."
}
"""Column, row and letters of each province on the map, by code."""

_FAR_APART = 100
"""Ratio of the largest amount to the least from which each shade stands for ten times the money of the one before."""


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


def legend(rows: Sequence[Row]) -> list[dict[str, Any]]:
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


def tiles(
    rows: Sequence[Row], given: parameters.Given, by: str = "amount", money_apart: Apart | None = None
) -> Iterator[dict[str, Any]]:
    """Yield a dict for the tile of each province, with its place on the map, its words, its shade and its address.

    `rows` are the provinces with projects, and `by` is the column whose figure decides the shade. A province without a
    row has shade 0 and no address; the words of one with several parts of money (`money_apart`) have no sum.
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
        if row is not None and by == "amount" and not (money_apart and len(money_apart.of(by, row)) > 1):
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


def drawn(rows: Sequence[Row], given: parameters.Given, money_apart: Apart) -> dict[str, Any] | None:
    """Return the tiles and the legend for rows of places; None if they are not all provinces."""
    known = [row for row in rows if row["code"] is not None]
    of_provinces = all(row["code"] in _TILES for row in known)
    return {"tiles": [*tiles(known, given, money_apart=money_apart)], "legend": legend(known)} if of_provinces else None
