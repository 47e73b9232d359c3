"""Make the chart of a document's citations: number of citing projects by their year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.apps.charts import drawings
from jixiao.server.apps.charts.drawings import Bars, Chart, Mark, summed
from jixiao.server.runtime.service import Service
from jixiao.server.views import published
from jixiao.server.views.columns import Row
from jixiao.server.views.parameters import Given, several
from jixiao.server.views.view_files import View

_PROJECTS = Bilingual("个项目", "projects")
_LONGEST = 60
"""Years between the first and the last up to which years without a citation are shown."""


def make(service: Service, view: View, given: Given, own: Mapping[str, str]) -> Chart:
    """Make the chart. Raises as answers do."""
    answer = published.answer(service, view, given)
    years = {row["year"]: row for row in answer.rows}
    rows = [years.get(year, _none(year)) for year in _between([each for each in years if isinstance(each, int)])]
    rows += [years[None]] if None in years else []
    blank = next(column.blank for column in answer.columns if column.name == "year")
    places = tuple(Mark(str(row["year"]) if row["year"] is not None else blank or "") for row in rows)
    documents = [each for each in answer.resolved if each.parameter == "document"]
    typed = "、".join(several(given["document"]))
    named = documents[0].label if len(documents) == 1 else drawings.named(service, [typed]).get(typed, typed)
    return Chart(
        title=Bilingual(f"逐年的引用：{named}", f"Citations over the years: {named}"),
        shows=Bilingual(
            "引用它的项目数，按项目的年度；一个项目只算一次", "Citing projects by their year; a project counts once"
        ),
        answer=replace(answer, view="citations"),
        columns=answer.columns,
        rows=tuple(rows),
        drawing=Bars(
            places, ((_PROJECTS, tuple(drawings.figure(row, "projects") for row in rows)),), _PROJECTS, read_off=True
        )
        if rows
        else None,
        notes=tuple(_notes(rows, len(documents))),
    )


def _between(years: list[int]) -> list[int]:
    """Return the years from the first to the last, or the given ones alone if they lie far apart."""
    if not years or max(years) - min(years) > _LONGEST:
        return sorted(years)
    return list(range(min(years), max(years) + 1))


def _none(year: int) -> Row:
    return {"year": year, "projects": 0, "withoutAmount": 0, "partial": 0, "amount": None}


def _notes(rows: list[Row], documents: int) -> list[Bilingual]:
    if not rows:
        return []
    projects, partial = int(summed(rows, "projects") or 0), int(summed(rows, "partial") or 0)
    notes = [
        Bilingual(
            f"共 {projects:,} 个项目" + (f"，{partial:,} 个部分读取，可能还有没读出的引用。" if partial else "。"),
            f"{projects:,} projects in all"
            + (f"; {partial:,} were read in part and may have citations that were not read." if partial else "."),
        ),
        Bilingual(
            "某年没有引用，可能是那一年的申报不在库中。",
            "A year without citations may be one whose filings are not in the dataset.",
        ),
    ]
    if documents > 1:
        notes.append(
            Bilingual(
                f"这个名称符合 {documents:,} 份文件；引用其中任何一份的项目各算一次。",
                f"{documents:,} documents fit this name; a project that cites any of them counts once.",
            )
        )
    return notes
