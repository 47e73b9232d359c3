"""Make the chart of provinces: bars of the money asked for, and a map on which each province is a tile of one size."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from jixiao.ontology.places import places
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.decimals import digits
from jixiao.server.apps.charts import drawings
from jixiao.server.http import requests
from jixiao.server.runtime.service import Service
from jixiao.server.views import answers, parameters, published, view_files

YUAN = Bilingual("元", "yuan")
SHADES = 4
"""Shades of the tiles of provinces with money, each for as many provinces."""


def make(service: Service, view: view_files.View, given: parameters.Given, own: Mapping[str, str]) -> drawings.Chart:
    """Return the chart for the parameters `given` of the view; `own` is not used. Raises as published.answer does."""
    answer = published.answer(service, view, given)
    known = [row for row in answer.rows if row["code"] is not None]
    marks = tuple(drawings.Mark(str(row["place"]), str(row["placeIri"])) for row in known)
    amounts = tuple(drawings.figure(row, "amount") for row in known)
    projects, without, unplaced = (
        *drawings.numbers(answer.rows, "projects", "withoutAmount"),
        sum(drawings.numbers([row for row in answer.rows if row["code"] is None], "projects")),
    )
    return drawings.Chart(
        title=Bilingual("申报的资金，按省", "Money asked for, by province"),
        shows=Bilingual(
            "各省项目申报的金额之和；方格深的钱多，方格里是项目数",
            "The sum of the money that a province's projects ask for; darker tiles have more, and each has its number"
            " of projects",
        ),
        answer=answer,
        columns=tuple(column for column in answer.columns if column.name != "placeIri"),
        rows=answer.rows,
        drawing=drawings.Bars(marks, ((YUAN, amounts),), YUAN, lying=True, read_off=True) if any(amounts) else None,
        notes=(
            Bilingual(
                f"{projects:,} 个项目，{without:,} 个没有金额，{unplaced:,} 个地方不明、不在图中。",
                f"{projects:,} projects, {without:,} without an amount, {unplaced:,} whose place is not known, which"
                " the map leaves out.",
            ),
        )
        if projects
        else (),
        tiles=tuple(_tiles(known, given)),
    )


def _names(code: str) -> Bilingual:
    return Bilingual(places()[code].name, places()[code].english)


@cache
def _layout() -> Mapping[str, Mapping[str, Any]]:
    """Return column, row and letters of each province by code."""
    text = (drawings.DIRECTORY / "tiles.toml").read_text(encoding="utf-8")
    layout: Mapping[str, Mapping[str, Any]] = tomllib.loads(text)["tiles"]
    return layout


def _tiles(rows: Sequence[answers.Row], given: parameters.Given) -> Iterator[dict[str, Any]]:
    """Yield the tile of each province; `rows` are those of the provinces with projects, largest amounts first."""
    by_code = {str(row["code"]): row for row in rows}
    rich = [code for code, row in by_code.items() if row["amount"]]
    for code, at in _layout().items():
        row, name = by_code.get(code), _names(code)
        said = Bilingual(f"{name.zh}：没有项目", f"{name.en}: no projects")
        if row is not None:
            count, amount = row["projects"], drawings.figure(row, "amount")
            figure = "" if amount is None else digits(amount, grouped=True)
            said = Bilingual(
                f"{name.zh}：{count} 个项目，{figure + ' 元' if figure else '没有读到金额'}",
                f"{name.en}: {count} {'project' if count == 1 else 'projects'}, "
                f"{figure + ' yuan' if figure else 'no amount known'}",
            )
        yield {
            "column": at["column"],
            "row": at["row"],
            "short": Bilingual(places()[code].stem, at["letters"]),
            "told": said,
            "projects": None if row is None else drawings.figure(row, "projects"),
            "shade": SHADES - rich.index(code) * SHADES // len(rich) if code in rich else 0,
            "address": None if row is None else requests.address("/views/projects", {**given, "region": code}),
        }
