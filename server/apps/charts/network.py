"""Make the network of documents and projects: the documents cited most, and projects that cite the most of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.apps.charts import drawings
from jixiao.server.apps.charts.drawings import Chart, Mark, Network
from jixiao.server.runtime.service import Service
from jixiao.server.views import published
from jixiao.server.views.answers import Answer
from jixiao.server.views.columns import Row
from jixiao.server.views.parameters import Given
from jixiao.server.views.view_files import View

DOCUMENTS = 60
"""Documents of a network."""

PROJECTS = 150
"""Projects of a network: its list is a page, and a drawing of more is a tangle."""


def make(service: Service, view: View, given: Given, own: Mapping[str, str]) -> Chart:
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
    """Return those of a project's documents that have a place in the network, in its order."""
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
