"""Hold a chart: its table, its drawing, the amount that it shows, and what it leaves out.

The table is the chart's content, and the drawing repeats it. Browsers draw it from the JSON that to_json() makes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.decimals import digits
from jixiao.server.runtime.service import Service
from jixiao.server.views import published, view_files
from jixiao.server.views.answers import Answer
from jixiao.server.views.columns import Column, Row
from jixiao.server.views.names import labels
from jixiao.server.views.parameters import Given, iri, several
from jixiao.server.views.view_files import View

DIRECTORY = Path(__file__).parent

Words = Bilingual | str
Figure = int | Decimal | None


class Queries(dict[str, View]):
    """The queries that charts have besides the views, by name, read once."""


@dataclass(frozen=True)
class Mark:
    """A place of a chart: a bar's or a node's name, and the thing that it leads to."""

    name: Words
    iri: str | None = None


@dataclass(frozen=True)
class Bars:
    """Stacked bars: each series has a figure, or None, for every place.

    `lying` draws horizontal bars, for long names; `read_off` writes the sum of the series beside each bar.
    """

    places: tuple[Mark, ...]
    series: tuple[tuple[Bilingual, tuple[Figure, ...]], ...]
    unit: Bilingual
    lying: bool = False
    read_off: bool = False


@dataclass(frozen=True)
class Network:
    """Documents with their numbers of projects, the projects, and citations as (document, project) positions."""

    documents: tuple[tuple[Mark, int], ...]
    projects: tuple[Mark, ...]
    citations: tuple[tuple[int, int], ...]

    def names(self) -> dict[str, Words]:
        """Return the documents' names by IRI."""
        return {mark.iri: mark.name for mark, _ in self.documents if mark.iri}


@dataclass(frozen=True)
class Chart:
    """A chart: `answer` is for download; `columns` and `rows` are the table, and `rest` its named last row.

    `shows` says which figure is drawn, `notes` what is left out.
    """

    title: Bilingual
    shows: Bilingual
    answer: Answer
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    drawing: Bars | Network | None
    notes: tuple[Bilingual, ...] = ()
    rest: tuple[Bilingual, Row] | None = None
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True)
class Offer:
    """Another choice of the same chart: its name, the parameter that makes it, and whether it is the one shown."""

    name: Words
    parameter: str
    value: str
    chosen: bool


@dataclass(frozen=True)
class Kind:
    """A kind of chart at /charts/{name}: how it is made, and the parameters that it has besides those of its query."""

    name: str
    title: Bilingual
    about: Bilingual
    query: str
    own: tuple[str, ...]
    make: Callable[[Service, View, Given, Mapping[str, str]], Chart]
    required: str | None = None


def queries(service: Service) -> Queries:
    """Return the queries of charts, with IRIs below the store's base. Raises ViewFileError at the first call."""
    return service.own(Queries, lambda: Queries(view_files.load(service.store.base_iri, DIRECTORY)))


def query(service: Service, name: str) -> View:
    """Return a query of charts, or a view."""
    return queries(service).get(name) or published.views(service)[name]


def filters(service: Service, view: View, given: Given, answer: Answer | None) -> list[tuple[Bilingual, str]]:
    """Return the filters in force: the parameter's name, and the value with the things that it was taken for."""
    typed = {parameter.name: several(given.get(parameter.name, "")) for parameter in view.params}
    names = named(service, [text for texts in typed.values() for text in texts])
    found = []
    for parameter in view.params:
        for text in typed[parameter.name]:
            resolved = () if answer is None else answer.resolved
            meant = [each.label for each in resolved if each.parameter == parameter.name and each.typed == text]
            said = "、".join(meant[:3]) + ("…" if len(meant) > 3 else "") if meant else names.get(text, text)
            found.append((parameter.label, said))
    return found


def named(service: Service, texts: Sequence[str]) -> dict[str, str]:
    """Return the names of the things whose IRIs or paths are among typed texts, by text."""
    iris = {text: found.value for text in texts if (found := iri(text, service.store.base_iri)) is not None}
    known = labels(partial(service.run, service.generation()), list(iris.values()))
    return {text: known[each] for text, each in iris.items() if each in known}


def projects_counted(projects: int, without: int, partial: int) -> Bilingual:
    """Return the note on the numbers of projects: all, without an amount (no bar shows them), and read in part."""
    zh, en = [f"{projects:,} 个项目"], [f"{projects:,} projects"]
    zh.append(f"其中 {without:,} 个没有金额，不在图中" if without else "都有金额")
    en.append(f"{without:,} of them without an amount and not in the chart" if without else "all with an amount")
    if partial:
        zh.append(f"{partial:,} 个部分读取")
        en.append(f"{partial:,} read in part")
    return Bilingual("，".join(zh) + "。", ", ".join(en) + ".")


def to_json(drawing: Bars | Network, language: str, href: Callable[[str], str | None]) -> dict[str, Any]:
    """Return a drawing in a language for the browser; `href` returns the address of a thing's page."""

    def said(words: Words) -> str:
        return words if isinstance(words, str) else str(getattr(words, language))

    def link(mark: Mark) -> str | None:
        return None if mark.iri is None else href(mark.iri)

    if isinstance(drawing, Network):
        return {
            "kind": "network",
            "documents": [{"name": said(m.name), "href": link(m), "projects": n} for m, n in drawing.documents],
            "projects": [{"name": said(mark.name), "href": link(mark)} for mark in drawing.projects],
            "citations": drawing.citations,
        }
    return {
        "kind": "bars",
        "lying": drawing.lying,
        "unit": said(drawing.unit),
        "sums": [_shown(added(each)) for each in zip(*(v for _, v in drawing.series), strict=True)]
        if drawing.read_off
        else None,
        "whole": all(isinstance(value, int) for _, values in drawing.series for value in values if value is not None),
        "places": [{"name": said(mark.name), "href": link(mark)} for mark in drawing.places],
        "series": [
            {"name": said(name), "values": [_drawn(value) for value in values], "shown": [_shown(v) for v in values]}
            for name, values in drawing.series
        ],
    }


def _drawn(value: Figure) -> float | None:
    """Return the length of a bar; the figure beside it stays exact."""
    return None if value is None else float(value)


def _shown(value: Figure) -> str:
    return "" if value is None else digits(value, grouped=True)


def added(values: Sequence[Figure]) -> Figure:
    """Return the sum of figures, None if there is none."""
    figures = [value for value in values if value is not None]
    return sum(figures) if figures else None


def figure(row: Row, name: str) -> Figure:
    """Return a row's figure in a column."""
    value = row[name]
    return value if isinstance(value, int | Decimal) else None


def summed(rows: Sequence[Row], name: str) -> Figure:
    """Return the sum of a column, None if no row has a figure."""
    return added([figure(row, name) for row in rows])
