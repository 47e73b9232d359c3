"""Draw provinces as a map of tiles of one size, shaded by money or by numbers of projects."""

import tomllib
from bisect import bisect_left
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from jixiao.ontology.places import places
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.money import money
from jixiao.server.apps.charts.charts import sentence
from jixiao.server.views import heads
from jixiao.server.views.sentences import number_of

SHADES = 4
"""Shades of the tiles of provinces with projects, 1 for the least; each has as many different figures as the others."""

_GRID = tomllib.loads(Path(__file__).with_name("tiles.toml").read_text(encoding="utf-8"))["tiles"]
_TILES = {
    text[2:]: {"column": column, "row": row, "letters": text[:2]}
    for row, line in enumerate(_GRID.splitlines())
    for column, text in enumerate(line.split())
    if text != "."
}
"""Column, row and letters of each province on the map, by code."""


def tiles(provinces: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]] | None:
    """Return a dict for the tile of each province, with its place on the map, its words, shade, count and address.

    `provinces` are those with projects by code: for each the `count` of projects, the `address` of these and, if it
    decides the shade, their `amount`. Other provinces have shade 0 and no address. None if some place is no province.
    """
    if provinces.keys() - _TILES.keys():
        return None
    figures = {code: Decimal(each.get("amount", each["count"])) for code, each in provinces.items()}
    steps = sorted({*figures.values()})
    return [
        {
            **at,
            "short": Bilingual(places()[code].stem, at["letters"]),
            "told": _told(code, provinces.get(code, {})),
            "projects": provinces.get(code, {}).get("count"),
            "figure": figures.get(code),
            "shade": 1 + SHADES * bisect_left(steps, figures[code]) // len(steps) if code in figures else 0,
            "address": provinces.get(code, {}).get("address"),
        }
        for code, at in _TILES.items()
    ]


def _told(code: str, province: Mapping[str, Any]) -> Bilingual:
    number, amount = province.get("count"), province.get("amount")
    place = Bilingual(places()[code].name, places()[code].english)
    if number is None:
        return sentence("no-projects", place=place)
    projects = number_of(number, heads.PROJECTS)
    if amount is None:
        return sentence("projects", place=place, projects=projects)
    return sentence("projects-and-money", place=place, projects=projects, money=money(amount))
