"""Make the charts of an indicator's targets (by target, or by range where targets are many), and of those reached."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import accumulate, repeat
from statistics import median
from typing import Any

from jixiao.ontology import grouping
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.decimals import digits
from jixiao.ontology.units import spellings
from jixiao.server.apps.charts import charts
from jixiao.server.apps.charts.drawings import figure
from jixiao.server.runtime.service import Service
from jixiao.server.views import parameters, published, view_files
from jixiao.server.views.answers import Column, Row

MOST = 24
"""Most different targets that get a bar each; if there are more, bars are for ranges of targets."""

_RANGES = 20  # most ranges of equal width
_WIDE = 1000
"""Ratio of the largest to the least target from which the width of ranges grows with the targets."""

_UNITS = 8  # units offered to choose from, the most frequent ones
_NO_UNIT = Bilingual("没有计量单位", "no unit")


def make(service: Service, kind: charts.Kind, given: parameters.Given, unit: str | None = None) -> charts.Chart:
    """Return the chart of targets in one unit, by default the most frequent one.

    `given` are the parameters of the view. Raises as published.answer does.
    """
    answer = published.answer(service, kind.view, given)
    numeric = [row for row in answer.rows if row["target"] is not None]
    units = _units(numeric)
    asked = max(units, key=units.__getitem__, default="") if unit is None else unit
    unit = next((name for name in units if name in spellings(asked)), asked)
    of_unit = [row for row in numeric if str(row["unit"] or "") in spellings(unit)]
    targets = sorted({_target(row) for row in of_unit})
    edges = ranges(targets)
    shown = [*_shown(of_unit, edges or targets, bool(edges))]
    figures = {
        "other_units": sum(map(_count, numeric)) - sum(map(_count, of_unit)),
        "in_words": sum(map(_count, answer.rows)) - sum(map(_count, numeric)),
        "in_ranges": len(edges),
        "cut": answer.truncated,
    }
    chart = charts.drawn(service, kind, given, answer, shown, **figures)
    columns = {column.name: column for column in answer.columns}
    below = Column("below", "decimal", {"zh": "小于", "en": "Below"})
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
        columns=(columns["target"], *([below] * bool(edges)), columns["operator"], columns["indicators"]),
        rows=[row for row in shown if row["indicators"]],
        offers=offered if len(units) > 1 else (),
    )


def _shown(rows: Sequence[Row], places: Sequence[Decimal], in_ranges: bool) -> Iterator[Row]:
    """Yield a row for each place and operator, with the number of indicators.

    A place is a target, or a range up to the next place; one without targets has a row without a number.
    """
    numbers: dict[Any, int] = dict.fromkeys(((n, None) for n in range(len(places) - in_ranges)), 0)
    for row in rows:
        at = bisect_right(places, _target(row)) - 1, row["operator"]
        numbers[at] = numbers.get(at, 0) + _count(row)
    for (n, sign), number in sorted(numbers.items(), key=lambda item: (item[0][0], str(item[0][1] or ""))):
        name, below = digits(places[n], grouped=True), places[n + 1] if in_ranges else None
        mark = name if below is None else f"{name} – <{digits(below, grouped=True)}"
        yield {"target": places[n], "below": below, "operator": sign, "indicators": number or None, "mark": mark}


def _units(rows: Sequence[Row]) -> Counter[str]:
    """Return the numbers of indicators by unit of their targets, the most frequent unit first.

    Different words for one unit are counted together, under the most frequent of these words.
    """
    printed: Counter[str] = Counter()
    for row in rows:
        printed[str(row["unit"] or "")] += _count(row)
    units: Counter[str] = Counter()
    for word, indicators in printed.most_common():
        units[next((known for known in units if known in spellings(word)), word)] += indicators
    return units


def ranges(targets: Sequence[Decimal]) -> list[Decimal]:
    """Return the limits, in rising order, of the ranges that sorted, different targets are shown in.

    For MOST targets or fewer the list is empty: each target then has its own bar. Ranges are equally wide, or grow in
    steps of 1, 2 and 5 if the largest target is at least 1,000 times the least.
    """
    if len(targets) <= MOST:
        return []
    least, most = targets[0], targets[-1]
    if least > 0 and most / least >= _WIDE:
        limits = _steps(least)
    else:
        step = next(step for step in _steps((most - least) / _RANGES) if step * _RANGES >= most - least)
        limits = accumulate(repeat(step), initial=least // step * step - (step if least < 0 and least % step else 0))
    edges = [next(limits)]
    while edges[-1] <= most:
        edges.append(next(limits))
    return edges[bisect_right(edges, least) - 1 :]


def _steps(about: Decimal) -> Iterator[Decimal]:
    """Yield without end 1, 2 and 5 times each power of ten, rising from the largest power that is at most `about`."""
    power = Decimal(10) ** about.adjusted()
    while True:
        yield from (step * power for step in (1, 2, 5))
        power *= 10


def _target(row: Row) -> Decimal:
    return Decimal(figure(row, "target") or 0)


def _count(row: Row) -> int:
    return int(figure(row, "indicators") or 0)


def reached(service: Service, kind: charts.Kind, given: parameters.Given) -> charts.Chart:
    """Return the chart of the outcomes of results by type of indicator.

    Its table has, for each type, the median of result divided by target, in per cent, over targets that are no
    ceilings. Raises as published.answer does.
    """
    chart = charts.make(service, kind, given)
    every = published.answer(service, published.views(service)["results"], {**given, "limit": str(view_files.MAX_ROWS)})
    shares = grouping.by_key(
        (row["type"], row["share"])
        for row in every.rows
        if isinstance(row["share"], Decimal) and row["operator"] not in ("le", "lt") and not row["disputed"]
    )
    middle = {kind: round(median(each), 1) for kind, each in shares.items()}
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
