"""Make the charts of an indicator's targets (by target, or by range where targets are many), and of those reached."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import accumulate, repeat
from statistics import median

from jixiao.ontology import grouping
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.decimals import counted, digits
from jixiao.ontology.units import spellings
from jixiao.server.apps.charts.drawings import Bars, Chart, Mark, figure, numbers
from jixiao.server.http.requests import several
from jixiao.server.runtime.service import Service
from jixiao.server.views import parameters, published, view_files
from jixiao.server.views.answers import Answer, Column, Row, read_in_part
from jixiao.server.words import WORDS

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
    unit = next((name for name in units if name in spellings(asked)), asked)
    of_unit = [row for row in numeric if str(row["unit"] or "") in spellings(unit)]
    rows = sorted(_merged(of_unit), key=lambda row: (_target(row), _sign(row)))
    text = "、".join(several(given["text"]))
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


def _merged(rows: Sequence[Row]) -> list[Row]:
    """Return one row for each pair of target and operator, with the sum of `indicators`; all `rows` are of one unit.

    Rows that differ only in the word for the unit become one.
    """
    same = grouping.by_key(((_target(row), _sign(row)), row) for row in rows)
    return [{**each[0], "indicators": sum(map(_count, each))} for each in same.values()]


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


TWOFOLD = 200
"""Share of the target, in per cent, from which it counts as exceeded twofold."""

_OUTCOMES = (*WORDS["outcome"], "unknown")
"""Outcomes in the order of the view's words, and that of results which nobody can judge."""
_UNKNOWN = Bilingual("不能判断", "not judged")
_OTHER = Bilingual("没有类型", "no type")
_COUNTED = Bilingual("个指标", "indicators")
_COUNTS = {
    "results": Bilingual("指标数", "Indicators"),
    "judged": Bilingual("能判断的", "Judged"),
    **WORDS["outcome"],
    "twofold": Bilingual("其中超过一倍以上", "Of those exceeded, twofold or more"),
    "unknown": _UNKNOWN,
}


def reached(service: Service, view: view_files.View, given: parameters.Given) -> Chart:
    """Return the chart of the outcomes of results by type of indicator; `view` is the view `results`.

    The chart's table has, for each type, the median of result divided by target, in per cent, over targets that are no
    ceilings. Raises as published.answer does.
    """
    answer = published.answer(service, view, {**given, "limit": str(view_files.MAX_ROWS)})
    of_type = next(column for column in answer.columns if column.name == "type")
    share = next(column for column in answer.columns if column.name == "share")
    by_type = grouping.by_key((str(row["type"] or ""), row) for row in answer.rows if not row["disputed"])
    rows = sorted(
        (_of_type(name, each) for name, each in by_type.items()), key=lambda row: -numbers([row], "results")[0]
    )
    places = tuple(Mark(of_type.words(row["type"]) or _OTHER) for row in rows)
    words = {**WORDS["outcome"], "unknown": _UNKNOWN}
    series = tuple((words[name], tuple(figure(row, name) for row in rows)) for name in _OUTCOMES)
    columns = (
        replace(of_type, more=False, blank=_OTHER),
        *(Column(name, "integer", {"zh": said.zh, "en": said.en}, sum=True) for name, said in _COUNTS.items()),
        replace(share, name="middle", label={"zh": "占目标百分比的中位数", "en": "Median share of target, %"}),
    )
    return Chart(
        title=Bilingual("自评完成了多少", "What self-evaluations reached"),
        shows=Bilingual("自评的指标数，按指标类型和完成与否", "Evaluated indicators by type and outcome"),
        answer=replace(answer, view="reached", columns=columns, rows=tuple(rows), whole=None),
        columns=columns,
        rows=tuple(rows),
        drawing=Bars(places, series, _COUNTED, lying=True, read_off=True) if rows else None,
        notes=tuple(_reached_notes(rows, answer)) if rows else (),
    )


def _of_type(name: str, results: Sequence[Row]) -> Row:
    """Return the row of a type: numbers of its results by outcome, and the median share of the target."""
    counts = {each: sum((row["outcome"] or "unknown") == each for row in results) for each in _OUTCOMES}
    shares = [
        row["share"] for row in results if isinstance(row["share"], Decimal) and row["operator"] not in ("le", "lt")
    ]
    return {
        "type": name or None,
        "results": len(results),
        "judged": len(results) - counts["unknown"],
        **counts,
        "twofold": sum(row["outcome"] == "exceeded" and (figure(row, "share") or 0) >= TWOFOLD for row in results),
        "middle": round(median(shares), 1) if shares else None,
    }


def _reached_notes(rows: Sequence[Row], answer: Answer) -> Iterator[Bilingual]:
    results, judged, missed, met, exceeded, within, twofold = numbers(
        rows, "results", "judged", "missed", "met", "exceeded", "within", "twofold"
    )
    yield Bilingual(
        f"{results:,} 个自评的指标中能判断 {judged:,} 个：未达到 {missed:,} 个，正好达到 {met:,} 个，"
        f"超过 {exceeded:,} 个（其中一倍以上 {twofold:,} 个），在限度之内 {within:,} 个。",
        f"Of {counted(results, 'evaluated indicator')} {judged:,} can be judged: {missed:,} missed, {met:,} met"
        f" exactly, {exceeded:,} exceeded ({twofold:,} of them twofold or more), {within:,} within a limit.",
    )
    yield Bilingual(
        "不能判断的：目标或完成值是文字、空着、没有读到，计量单位或比较符不同，是约数或范围，或者是没有印“≥”“≤”的成本和钱数。"
        "百分比的中位数不含上限（≤、<）。",
        "Not judged: targets or results in words, blank, not read, of different units or operators, approximate or"
        " ranges, and costs and money without ≥ or ≤. Medians leave out ceilings (≤, <).",
    )
    evaluated = {str(row["evaluation"]): read_in_part(row) for row in answer.rows if not row["disputed"]}
    if partial := sum(evaluated.values()):
        yield Bilingual(
            f"它们出自 {len(evaluated):,} 份自评，其中 {partial:,} 份只读出一部分，可能少了指标。",
            f"They are from {counted(len(evaluated), 'self-evaluation')}; read in part, and perhaps lacking indicators:"
            f" {partial:,}.",
        )
    if disputed := sum(bool(row["disputed"]) for row in answer.rows):
        yield Bilingual(
            f"自评有两份而数不同的，指标不计：{disputed:,} 个。",
            f"Indicators of self-evaluations that disagree with another of the project are left out: {disputed:,}.",
        )
    if answer.truncated:
        yield Bilingual(
            f"只算了前 {len(answer.rows):,} 个指标；加上条件再看。",
            f"Only the first {len(answer.rows):,} indicators are counted; add a filter.",
        )
