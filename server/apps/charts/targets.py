"""Make the charts of an indicator's targets, the most frequent ones in one unit, and of those reached."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from statistics import median
from typing import Any

from jixiao.ontology import grouping
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.decimals import digits
from jixiao.ontology.units import spellings
from jixiao.server.apps.charts import charts
from jixiao.server.runtime.service import Service
from jixiao.server.views import parameters, published, view_files

MOST = 24
"""Most different targets that get a bar, the most frequent ones."""

_UNITS = 8  # units offered to choose from, the most frequent ones
_NO_UNIT = Bilingual("没有计量单位", "no unit")


def make(service: Service, kind: charts.Kind, given: parameters.Given, unit: str | None = None) -> charts.Chart:
    """Return the chart of targets in one unit, by default the most frequent one.

    `given` are the parameters of the view. Raises as published.answer does.
    """
    answer = published.answer(service, kind.view, given)
    every: Sequence[Mapping[str, Any]] = answer.rows
    numeric = [row for row in every if row["target"] is not None]
    units = _units(numeric)
    asked = max(units, key=units.__getitem__, default="") if unit is None else unit
    unit = next((name for name in units if name in spellings(asked)), asked)
    shown = _most_frequent([row for row in numeric if (row["unit"] or "") in spellings(unit)])
    figures = {
        "rarer": units[unit] - sum(row["indicators"] for row in shown),
        "other_units": sum(units.values()) - units[unit],
        "in_words": sum(row["indicators"] for row in every) - sum(units.values()),
        "cut": answer.truncated,
    }
    chart = charts.drawn(service, kind, given, answer, shown, **figures)
    zh, en = (f"计量单位为“{unit}”", f"in “{unit}”") if unit else ("没有计量单位", "without a unit")
    offered = [
        {
            "name": Bilingual(f"{name or _NO_UNIT.zh} ({uses:,})", f"{name or _NO_UNIT.en} ({uses:,})"),
            "parameter": "unit",
            "value": name,
            "chosen": name == unit,
        }
        for name, uses in units.most_common(_UNITS)
    ]
    return replace(
        chart,
        shows=Bilingual(chart.shows.zh.format(zh), chart.shows.en.format(en)),
        answer=answer,
        offers=offered if len(units) > 1 else (),
    )


def _most_frequent(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return a row for each target and operator, in rising order, of the MOST targets with most indicators."""
    uses, totals = Counter[tuple[Decimal, str | None]](), Counter[Decimal]()
    for row in rows:
        uses[row["target"], row["operator"]] += row["indicators"]
        totals[row["target"]] += row["indicators"]
    most = {target for target, _ in totals.most_common(MOST)}
    ordered = sorted(uses.items(), key=lambda item: (item[0][0], item[0][1] or ""))
    return [
        {"target": target, "operator": sign, "indicators": number, "mark": digits(target, grouped=True)}
        for (target, sign), number in ordered
        if target in most
    ]


def _units(rows: Sequence[Mapping[str, Any]]) -> Counter[str]:
    """Return the numbers of indicators by unit of their targets, the most frequent unit first.

    Different words for one unit are counted together, under the most frequent of these words.
    """
    printed, units = Counter[str](), Counter[str]()
    for row in rows:
        printed[row["unit"] or ""] += row["indicators"]
    for word, indicators in printed.most_common():
        units[next((known for known in units if known in spellings(word)), word)] += indicators
    return units


def reached(service: Service, kind: charts.Kind, given: parameters.Given) -> charts.Chart:
    """Return the chart of the outcomes of results by type of indicator.

    Its table has, for each type, the median of result divided by target, in per cent, over three targets or more that
    are no ceilings. Raises as published.answer does.
    """
    chart = charts.make(service, kind, given)
    every = published.answer(service, published.views(service)["results"], {**given, "limit": str(view_files.MAX_ROWS)})
    shares = grouping.by_key(
        (row["type"], row["share"])
        for row in every.rows
        if isinstance(row["share"], Decimal) and row["operator"] not in ("le", "lt") and not row["disputed"]
    )
    middle = {kind: round(median(each), 1) for kind, each in shares.items() if len(each) > 2}
    rows = tuple({**row, "middle": middle.get(row["type"])} for row in chart.rows)
    partial = every.whole.evaluations if every.whole else 0
    note = Bilingual(
        f"其中 {partial:,} 份自评只读出一部分，可能少了指标。",
        f"Self-evaluations read in part, and perhaps lacking indicators: {partial:,}.",
    )
    columns = (*chart.columns, *(each for each in chart.answer.columns if each.name == "middle"))
    return replace(
        chart,
        rows=rows,
        columns=columns,
        answer=replace(chart.answer, rows=rows),
        notes=(*chart.notes, *([note] * bool(partial))),
    )
