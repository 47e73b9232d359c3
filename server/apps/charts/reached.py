"""Make the chart of what self-evaluations reached: targets missed, met and exceeded, by type of indicator."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from statistics import median

from jixiao.ontology import grouping
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.decimals import counted
from jixiao.server.apps.charts import drawings
from jixiao.server.runtime.service import Service
from jixiao.server.views import answers, parameters, published, view_files

TWOFOLD = 200
"""Share of the target, in per cent, from which it counts as exceeded twofold."""

_OUTCOMES = (*answers.WORDS["outcome"], "unknown")
"""Outcomes in the order of the view's words, and that of results which nobody can judge."""
_UNKNOWN = Bilingual("不能判断", "not judged")
_OTHER = Bilingual("没有类型", "no type")
_COUNTED = Bilingual("个指标", "indicators")
_COLUMNS = {
    "results": Bilingual("指标数", "Indicators"),
    "judged": Bilingual("能判断的", "Judged"),
    **answers.WORDS["outcome"],
    "twofold": Bilingual("其中超过一倍以上", "Of those exceeded, twofold or more"),
    "unknown": _UNKNOWN,
}


def make(service: Service, view: view_files.View, given: parameters.Given) -> drawings.Chart:
    """Return the chart of the outcomes of results by type of indicator; `view` is the view `results`.

    Its table has the middle share of the target (median, in per cent) of targets that are no ceilings. Raises as
    published.answer does.
    """
    answer = published.answer(service, view, {**given, "limit": str(view_files.MAX_ROWS)})
    of_type = next(column for column in answer.columns if column.name == "type")
    share = next(column for column in answer.columns if column.name == "share")
    by_type = grouping.by_key((str(row["type"] or ""), row) for row in answer.rows if not row["disputed"])
    rows = sorted(
        (_row(name, each) for name, each in by_type.items()), key=lambda row: -drawings.numbers([row], "results")[0]
    )
    places = tuple(drawings.Mark(of_type.words(row["type"]) or _OTHER) for row in rows)
    words = {**answers.WORDS["outcome"], "unknown": _UNKNOWN}
    series = tuple((words[name], tuple(drawings.figure(row, name) for row in rows)) for name in _OUTCOMES)
    columns = (
        replace(of_type, more=False, blank=_OTHER),
        *(answers.Column(name, "integer", {"zh": said.zh, "en": said.en}, sum=True) for name, said in _COLUMNS.items()),
        replace(share, name="middle", label={"zh": "占目标百分比的中位数", "en": "Median share of target, %"}),
    )
    return drawings.Chart(
        title=Bilingual("自评完成了多少", "What self-evaluations reached"),
        shows=Bilingual("自评的指标数，按指标类型和完成与否", "Evaluated indicators by type and outcome"),
        answer=replace(answer, view="reached", columns=columns, rows=tuple(rows), whole=None),
        columns=columns,
        rows=tuple(rows),
        drawing=drawings.Bars(places, series, _COUNTED, lying=True, read_off=True) if rows else None,
        notes=tuple(_notes(rows, answer)) if rows else (),
    )


def _row(name: str, results: Sequence[answers.Row]) -> answers.Row:
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
        "twofold": sum(
            row["outcome"] == "exceeded" and (drawings.figure(row, "share") or 0) >= TWOFOLD for row in results
        ),
        "middle": round(median(shares), 1) if shares else None,
    }


def _notes(rows: Sequence[answers.Row], answer: answers.Answer) -> Iterator[Bilingual]:
    results, judged, missed, met, exceeded, within, twofold = drawings.numbers(
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
    evaluated = {str(row["evaluation"]): answers.read_in_part(row) for row in answer.rows if not row["disputed"]}
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
