"""Make the charts of documents: those cited most, and one document's citations over the years."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.decimals import counted
from jixiao.server.apps.charts import drawings
from jixiao.server.http.requests import several
from jixiao.server.runtime.service import Service
from jixiao.server.views import parameters, published, view_files

MOST = 20
"""Most documents with a bar, those cited by the most projects."""

_CITING = Bilingual("个项目", "projects")
_LONGEST = 60
"""Longest span, in years, for which years without a citation are shown too."""


def cited_most(service: Service, view: view_files.View, given: parameters.Given) -> drawings.Chart:
    """Return the chart of the documents that the most projects cite.

    The documents are those of `view` (legal-bases) for the parameters `given`. Raises as published.answer does.
    """
    answer = published.answer(service, view, {**given, "limit": str(MOST)}, MOST)
    whole = len(answer.rows) if answer.whole is None else answer.whole.rows
    figures = drawn([row["projects"] for row in answer.rows], whole)
    rows = answer.rows[: len(figures)]
    bars = tuple(drawings.Mark(str(row["name"]), str(row["basis"])) for row in rows)
    return drawings.Chart(
        title=Bilingual("引用最多的文件", "Documents cited most"),
        shows=Bilingual("引用这份文件的项目数", "Projects that cite the document"),
        answer=replace(answer, view="network"),
        columns=tuple(
            each for each in answer.columns if each.name in ("name", "title", "projects", "departments", "amount")
        ),
        rows=rows,
        drawing=drawings.ranked(bars, figures, _CITING, Bilingual("引用{}的最多", "Cited most, {}")),
        notes=(
            Bilingual(
                f"图中是引用最多的 {len(bars):,} 份文件，共引用 {whole:,} 份。",
                f"In the chart: the documents cited most, {len(bars):,} of {whole:,}.",
            ),
        )
        if bars
        else (),
    )


def drawn(figures: Sequence[Any], whole: int) -> Sequence[Any]:
    """Return those of the falling `figures` that get a bar; `whole` is the number of all figures, shown or not.

    If there are more figures than `figures`, those equal to the last one are dropped, so that documents cited equally
    often all have a bar or none has. Figures that are all equal are kept.
    """
    apart = [each for each in figures if each > figures[-1]]
    return apart if apart and whole > len(figures) else figures


def citations(service: Service, view: view_files.View, given: parameters.Given) -> drawings.Chart:
    """Return the chart of the numbers of projects that cite a document, by the projects' year.

    `given` are the parameters of `view`. Raises as published.answer does.
    """
    answer = published.answer(service, view, given)
    none = {"projects": 0, "withoutAmount": 0, "partial": 0, "amount": None}
    by_year = {row["year"]: row for row in answer.rows}
    years = sorted(year for year in by_year if isinstance(year, int))
    if years and years[-1] - years[0] <= _LONGEST:
        years = list(range(years[0], years[-1] + 1))
    rows = [by_year.get(year, {"year": year, **none}) for year in years]
    rows += [by_year[None]] if None in by_year else []
    blank = next(column.blank for column in answer.columns if column.name == "year") or ""
    places = tuple(drawings.Mark(blank if row["year"] is None else str(row["year"])) for row in rows)
    figures = tuple(drawings.figure(row, "projects") for row in rows)
    documents = [each for each in answer.resolved if each.parameter == "document"]
    typed = "、".join(several(given["document"]))
    named = documents[0].label if len(documents) == 1 else published.named(service, [typed]).get(typed, typed)
    return drawings.Chart(
        title=Bilingual(f"逐年的引用：{named}", f"Citations over the years: {named}"),
        shows=Bilingual(
            "引用它的项目数，按项目的年度；一个项目只算一次", "Citing projects by their year; a project counts once"
        ),
        answer=replace(answer, view="citations"),
        columns=answer.columns,
        rows=tuple(rows),
        drawing=drawings.Bars(
            places, ((_CITING, figures),), _CITING, read_off=True, most=Bilingual("{}年引用最多", "Cited most in {}")
        )
        if rows
        else None,
        notes=tuple(_citation_notes(len(documents))) if rows else (),
    )


def _citation_notes(documents: int) -> Iterator[Bilingual]:
    yield Bilingual(
        "某年没有引用，可能是那一年的申报不在库中。",
        "A year without citations may be one whose filings are not in the dataset.",
    )
    if documents > 1:
        yield Bilingual(
            f"这个名称符合 {documents:,} 份文件；引用其中任何一份的项目各算一次。",
            f"{counted(documents, 'document')} fit this name; a project that cites any of them counts once.",
        )
