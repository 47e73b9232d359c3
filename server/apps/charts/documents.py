"""Make the charts of documents: one document's citations over the years, and the network of documents and projects."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.decimals import counted
from jixiao.server.apps.charts import drawings
from jixiao.server.runtime.service import Service
from jixiao.server.views import answers, parameters, published, view_files

DOCUMENTS = 60
"""Most documents of a network, those cited most; only documents that several projects cite join anything."""

PROJECTS = 150
"""Most projects of a network; a drawing of more could not be read."""


def network(service: Service, view: view_files.View, given: parameters.Given) -> drawings.Chart:
    """Return the network of documents and the projects that cite them.

    The documents are those of `view` (legal-bases) for the parameters `given`. Raises as published.answer does.
    """
    documents = published.answer(service, view, {**given, "limit": str(DOCUMENTS)}, DOCUMENTS)
    documents = replace(documents, rows=tuple(row for row in documents.rows if int(row["projects"] or 0) > 1))
    chart = drawings.Chart(
        title=Bilingual("文件与引用它们的项目", "Documents and the projects that cite them"),
        shows=Bilingual(
            "两个或更多项目引用的文件，和这些项目；圆的大小是引用该文件的项目数，线连接项目和它引用的文件",
            "Documents that two or more projects cite, and these projects; a circle's size is their number, and lines"
            " join projects to the documents",
        ),
        answer=replace(documents, view="network"),
        columns=(),
        rows=(),
        drawing=None,
    )
    places = {str(row["basis"]): n for n, row in enumerate(documents.rows)}
    if not places:
        return chart
    asked = {name: value for name, value in given.items() if name in ("project", "department", "region", "year")}
    answer = published.answer(
        service, drawings.query(service, "network"), {**asked, "document": list(places)}, PROJECTS
    )
    cited = [sorted(places[iri] for iri in str(row["documents"]).split() if iri in places) for row in answer.rows]
    named = list(places)
    projects = tuple(
        {**row, "documents": " ".join(named[n] for n in numbers)}
        for row, numbers in zip(answer.rows, cited, strict=True)
    )
    return replace(
        chart,
        answer=replace(answer, view="network", rows=projects),
        columns=tuple(each for each in answer.columns if each.name not in ("project", "departmentIri")),
        rows=projects,
        drawing=drawings.Network(
            tuple(
                (drawings.Mark(str(row["name"]), str(row["basis"])), int(row["projects"] or 0))
                for row in documents.rows
            ),
            tuple(drawings.Mark(str(row["name"]), str(row["project"])) for row in projects),
            tuple((document, project) for project, numbers in enumerate(cited) for document in numbers),
        ),
        notes=(_left_out(documents, answer),),
    )


def _left_out(documents: answers.Answer, projects: answers.Answer) -> Bilingual:
    """Return the note on the documents and projects that the network leaves out."""
    shown, cited = len(documents.rows), documents.whole.rows if documents.whole else len(documents.rows)
    drawn, citing = len(projects.rows), projects.whole.rows if projects.whole else len(projects.rows)
    zh = f"两个或更多项目引用的文件中，引用最多的 {shown:,} 份（引用的共 {cited:,} 份）"
    en = f"Documents cited twice or more: the {shown:,} cited most, of {cited:,} in all"
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
    typed = "、".join(parameters.several(given["document"]))
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
        notes=tuple(_citation_notes(rows, len(documents))) if rows else (),
    )


def _citation_notes(rows: Sequence[answers.Row], documents: int) -> Iterator[Bilingual]:
    projects, partial = drawings.numbers(rows, "projects", "partial")
    yield Bilingual(
        f"共 {projects:,} 个项目" + (f"，{partial:,} 个部分读取，可能还有没读出的引用。" if partial else "。"),
        counted(projects, "project")
        + (f", {partial:,} read in part and perhaps with more citations." if partial else "."),
    )
    yield Bilingual(
        "某年没有引用，可能是那一年的申报不在库中。",
        "A year without citations may be one whose filings are not in the dataset.",
    )
    if documents > 1:
        yield Bilingual(
            f"这个名称符合 {documents:,} 份文件；引用其中任何一份的项目各算一次。",
            f"{counted(documents, 'document')} fit this name; a project that cites any of them counts once.",
        )
