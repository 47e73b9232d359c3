"""Make the charts of documents: the citations of one over the years, and the network of many with their projects."""

from collections.abc import Mapping
from dataclasses import replace

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.apps.charts import drawings
from jixiao.server.apps.charts.drawings import Bars, Chart, Mark, Network, summed
from jixiao.server.runtime.service import Service
from jixiao.server.views import published
from jixiao.server.views.answers import Answer
from jixiao.server.views.columns import Row
from jixiao.server.views.parameters import Given, several
from jixiao.server.views.view_files import View

DOCUMENTS = 60
"""Documents of a network."""

PROJECTS = 150
"""Most projects of a network; a drawing of more could not be read."""


def network(service: Service, view: View, given: Given, own: Mapping[str, str]) -> Chart:
    """Make the network of the documents that the view `legal-bases` has for the same filters. Raises as answers do."""
    documents = published.answer(service, view, {**given, "limit": str(DOCUMENTS)}, DOCUMENTS)
    asked = {name: value for name, value in given.items() if name in ("project", "department", "year")}
    named = [str(row["basis"]) for row in documents.rows]
    query = drawings.query(service, "network")
    answer = documents if not named else published.answer(service, query, {**asked, "document": named}, PROJECTS)
    places = {iri: n for n, iri in enumerate(named)}
    projects = [{**row, "documents": " ".join(_among(places, row))} for row in answer.rows] if named else []
    citations = [(places[iri], n) for n, row in enumerate(projects) for iri in _among(places, row)]
    return Chart(
        title=Bilingual("文件与引用它们的项目", "Documents and the projects that cite them"),
        shows=Bilingual(
            "圆的大小是引用该文件的项目数；线连接项目和它引用的文件",
            "A circle's size is the number of projects that cite the document; lines join projects to the documents",
        ),
        answer=replace(answer, view="network", rows=tuple(projects)),
        columns=tuple(each for each in answer.columns if each.name not in ("project", "departmentIri"))
        if named
        else (),
        rows=tuple(projects),
        drawing=Network(
            tuple((Mark(str(row["name"]), str(row["basis"])), _projects(row["projects"])) for row in documents.rows),
            tuple(Mark(str(row["name"]), str(row["project"])) for row in projects),
            tuple(citations),
        )
        if named
        else None,
        notes=(_left_out(documents, answer),) if named else (),
    )


def _among(places: Mapping[str, int], row: Row) -> list[str]:
    """Return the documents of a project that are in the network, in the network's order."""
    return sorted((iri for iri in str(row["documents"]).split() if iri in places), key=places.__getitem__)


def _projects(value: object) -> int:
    return value if isinstance(value, int) else 0


def _left_out(documents: Answer, projects: Answer) -> Bilingual:
    """Return the note on the documents and projects that the network leaves out."""
    shown, cited = len(documents.rows), documents.whole.rows if documents.whole else len(documents.rows)
    drawn, citing = len(projects.rows), projects.whole.rows if projects.whole else len(projects.rows)
    zh = f"{cited:,} 份文件中引用最多的 {shown:,} 份" if cited > shown else f"全部 {shown:,} 份文件"
    en = f"Documents: the {shown:,} cited most of {cited:,}" if cited > shown else f"Documents: all {shown:,}"
    if citing > drawn:
        zh += f"；引用它们的 {citing:,} 个项目中的 {drawn:,} 个，另外 {citing - drawn:,} 个不在图中"
        en += f"; projects that cite them: {drawn:,} of {citing:,}, and {citing - drawn:,} not in the network"
    else:
        zh += f"，和引用它们的全部 {drawn:,} 个项目"
        en += f"; projects that cite them: all {drawn:,}"
    return Bilingual(f"{zh}。", f"{en}.")


_CITING = Bilingual("个项目", "projects")
_LONGEST = 60
"""Longest span, in years, for which years without a citation are shown too."""


def citations(service: Service, view: View, given: Given, own: Mapping[str, str]) -> Chart:
    """Make the chart of the numbers of projects that cite a document, by their year. Raises as answers do."""
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
            places, ((_CITING, tuple(drawings.figure(row, "projects") for row in rows)),), _CITING, read_off=True
        )
        if rows
        else None,
        notes=tuple(_citation_notes(rows, len(documents))),
    )


def _between(years: list[int]) -> list[int]:
    """Return all years from the first to the last, or only the given ones if the span is too long."""
    if not years or max(years) - min(years) > _LONGEST:
        return sorted(years)
    return list(range(min(years), max(years) + 1))


def _none(year: int) -> Row:
    return {"year": year, "projects": 0, "withoutAmount": 0, "partial": 0, "amount": None}


def _citation_notes(rows: list[Row], documents: int) -> list[Bilingual]:
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
