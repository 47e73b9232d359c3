"""Make the chart of an indicator's targets: numbers of indicators by target, or by range where targets are many."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import accumulate, repeat

from jixiao.ontology import grouping
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.decimals import counted, digits
from jixiao.ontology.units import alike
from jixiao.server.apps.charts.drawings import Bars, Chart, Mark, figure
from jixiao.server.runtime.service import Service
from jixiao.server.views import parameters, published, view_files
from jixiao.server.views.answers import WORDS, Answer, Column, Row

MOST = 24
"""Most different targets that get a bar each; if there are more, bars are for ranges of targets."""

_RANGES = 20  # most ranges of equal width
_WIDE = 1000
"""Ratio of the largest to the least target from which the width of ranges grows with the targets."""

_UNITS = 8  # units offered to choose from, the most frequent ones
_NO_UNIT = Bilingual("没有计量单位", "no unit")


def make(service: Service, view: view_files.View, given: parameters.Given, unit: str | None = None) -> Chart:
    """Return the chart of targets in one unit, by default the most frequent one.

    `given` are the parameters of `view`. Raises as published.answer does.
    """
    answer = published.answer(service, view, given)
    numeric = [row for row in answer.rows if row["target"] is not None]
    words = sum(_count(row) for row in answer.rows if row["target"] is None)
    units = _units(numeric)
    asked = max(units, key=units.__getitem__, default="") if unit is None else unit
    unit = next((name for name in units if name in alike(asked)), asked)
    of_unit = [row for row in numeric if str(row["unit"] or "") in alike(unit)]
    rows = sorted(_merged(of_unit), key=lambda row: (_target(row), _sign(row)))
    text = "、".join(parameters.several(given["text"]))
    edges = ranges(sorted({_target(row) for row in rows}))
    columns = _columns(answer.columns, bool(edges))
    shown = _in_ranges(rows, edges) if edges else rows
    return Chart(
        title=Bilingual(f"指标目标值的分布：{text}", f"Distribution of targets: {text}"),
        shows=_shows(unit),
        answer=replace(answer, view="targets"),
        columns=columns,
        rows=tuple({column.name: row[column.name] for column in columns} for row in shown),
        drawing=_bars(shown, edges) if shown else None,
        notes=tuple(_notes(sum(_count(row) for row in rows), sum(units.values()), words, answer, bool(edges))),
        offers=[
            {
                "name": Bilingual(f"{name or _NO_UNIT.zh} ({uses:,})", f"{name or _NO_UNIT.en} ({uses:,})"),
                "parameter": "unit",
                "value": name,
                "chosen": name == unit,
            }
            for name, uses in units.most_common(_UNITS)
        ]
        if len(units) > 1
        else (),
    )


def _units(rows: Sequence[Row]) -> Counter[str]:
    """Return the number of indicators by unit, whose words for the same unit count under the most frequent of them."""
    printed: Counter[str] = Counter()
    for row in rows:
        printed[str(row["unit"] or "")] += _count(row)
    units: Counter[str] = Counter()
    for word, indicators in printed.most_common():
        units[next((known for known in units if known in alike(word)), word)] += indicators
    return units


def _merged(rows: Sequence[Row]) -> list[Row]:
    """Return rows of one unit with one row for each target and operator, whichever word for the unit is printed."""
    same = grouping.by_key(((_target(row), _sign(row)), row) for row in rows)
    return [{**each[0], "indicators": sum(map(_count, each))} for each in same.values()]


def ranges(targets: Sequence[Decimal]) -> list[Decimal]:
    """Return the limits of ranges in rising order for sorted, different targets; an empty list for MOST or fewer.

    Ranges are equally wide, or grow in steps of 1, 2 and 5 if the largest target is at least 1,000 times the least.
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
    """Yield 1, 2 and 5 times each power of ten in rising order, from the largest power that is at most `about`."""
    power = Decimal(10) ** about.adjusted()
    while True:
        yield from (step * power for step in (1, 2, 5))
        power *= 10


def _in_ranges(rows: Sequence[Row], edges: Sequence[Decimal]) -> list[Row]:
    counted: Counter[tuple[int, str]] = Counter()
    for row in rows:
        counted[bisect_right(edges, _target(row)) - 1, _sign(row)] += _count(row)
    return [
        {"target": edges[n], "below": edges[n + 1], "operator": sign or None, "indicators": indicators}
        for (n, sign), indicators in sorted(counted.items())
    ]


def _columns(columns: Sequence[Column], in_ranges: bool) -> tuple[Column, ...]:
    kept = {column.name: column for column in columns}
    target, rest = kept["target"], (kept["operator"], kept["indicators"])
    if not in_ranges:
        return target, *rest
    return (
        replace(target, label={"zh": "目标值不小于", "en": "Target at least"}),
        replace(target, name="below", label={"zh": "小于", "en": "Below"}, blank=None),
        *rest,
    )


def _bars(rows: Sequence[Row], edges: Sequence[Decimal]) -> Bars:
    """Return a bar for each target, or for each range between two `edges`, also for a range without targets."""
    places = list(edges[:-1]) or list(dict.fromkeys(_target(row) for row in rows))
    names = [digits(low, grouped=True) for low in places]
    if edges:
        names = [f"{name} – <{digits(high, grouped=True)}" for name, high in zip(names, edges[1:], strict=True)]
    series = []
    for sign in dict.fromkeys(sorted(_sign(row) for row in rows)):
        counts = {_target(row): _count(row) for row in rows if _sign(row) == sign}
        series.append(
            (
                WORDS["operator"].get(sign, Bilingual("没有比较符", "no operator")),
                tuple(counts.get(low) for low in places),
            )
        )
    return Bars(
        tuple(Mark(name) for name in names),
        tuple(series),
        Bilingual("个指标", "indicators"),
        read_off=True,
        most=Bilingual("目标值 {} 最多", "Most frequent target, {}"),
    )


def _shows(unit: str) -> Bilingual:
    zh, en = (f"计量单位为“{unit}”", f"in “{unit}”") if unit else ("没有计量单位", "without a unit")
    return Bilingual(
        f"目标值{zh}的指标数，按比较符分开；“介于”的取下限",
        f"Numbers of indicators with a target {en}, by operator; a target between two numbers counts with the lower",
    )


def _notes(shown: int, numeric: int, words: int, answer: Answer, in_ranges: bool) -> Iterator[Bilingual]:
    if numeric or words:
        yield Bilingual(
            f"图中 {shown:,} 个指标。不在图中的：{numeric - shown:,} 个用别的计量单位，{words:,} 个是文字或没读出数。",
            f"{counted(shown, 'indicator')} in the chart. Left out: {numeric - shown:,} with other units, "
            f"{words:,} with a target in words, or with none that was read as a number.",
        )
    if in_ranges:
        yield Bilingual(
            "目标值很多，按区间合计；每个值的个数在 CSV 里。",
            "There are many targets, so they are counted by range; the CSV has the number for each target.",
        )
    if answer.truncated:
        yield Bilingual(
            f"不同的目标值超过 {len(answer.rows):,} 个，其余没有算进来；加上条件再看。",
            f"There are more than {len(answer.rows):,} different targets; the rest are not counted. Add a filter.",
        )


def _target(row: Row) -> Decimal:
    return Decimal(figure(row, "target") or 0)


def _count(row: Row) -> int:
    return int(figure(row, "indicators") or 0)


def _sign(row: Row) -> str:
    return str(row["operator"] or "")
