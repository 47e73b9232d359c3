"""Hold a chart: its table, its drawing, the amount that it shows, and what it leaves out.

The table is the chart's content, and the drawing repeats it. Browsers draw it from the JSON that to_json() makes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, partial
from pathlib import Path
from typing import Any

from jixiao.ontology.text.bilingual import Bilingual, in_language
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


@cache
def queries(base_iri: str) -> Mapping[str, View]:
    """Return the queries that charts have besides the views, by name, with IRIs below the base of a store.

    Raises ViewFileError.
    """
    return view_files.load(base_iri, DIRECTORY)


def query(service: Service, name: str) -> View:
    """Return a query of charts, or a view."""
    return queries(service.store.base_iri).get(name) or published.views(service)[name]


def filters(service: Service, view: View, given: Given, answer: Answer | None) -> list[tuple[Bilingual, str]]:
    """Return the filters in force: the parameter's name, and the value with the things that it was taken for."""
    typed = [(parameter, text) for parameter in view.params for text in several(given.get(parameter.name, ""))]
    names = named(service, [text for _, text in typed])
    in_force = []
    for parameter, text in typed:
        resolved = () if answer is None else answer.resolved
        meant = [each.label for each in resolved if each.parameter == parameter.name and each.typed == text]
        said = "、".join(meant[:3]) + ("…" if len(meant) > 3 else "") if meant else names.get(text, text)
        in_force.append((parameter.label, said))
    return in_force


def named(service: Service, texts: Sequence[str]) -> dict[str, str]:
    """Return the names of the things whose IRIs or paths are among typed texts, by text."""
    iris = {text: found.value for text in texts if (found := iri(text, service.store.base_iri)) is not None}
    known = labels(partial(service.run, service.generation()), list(iris.values()))
    return {text: known[each] for text, each in iris.items() if each in known}


def to_json(drawing: Bars | Network, language: str, href: Callable[[str], str | None]) -> dict[str, Any]:
    """Return a drawing in a language for the browser; `href` returns the address of a thing's page."""

    def place(mark: Mark) -> dict[str, Any]:
        return {"name": in_language(mark.name, language), "href": None if mark.iri is None else href(mark.iri)}

    if isinstance(drawing, Network):
        return {
            "kind": "network",
            "documents": [{**place(mark), "projects": projects} for mark, projects in drawing.documents],
            "projects": [place(mark) for mark in drawing.projects],
            "citations": drawing.citations,
        }
    return {
        "kind": "bars",
        "lying": drawing.lying,
        "unit": in_language(drawing.unit, language),
        "sums": [_shown(added(each)) for each in zip(*(v for _, v in drawing.series), strict=True)]
        if drawing.read_off
        else None,
        "whole": all(isinstance(value, int) for _, values in drawing.series for value in values if value is not None),
        "places": [place(mark) for mark in drawing.places],
        "series": [
            {
                "name": in_language(name, language),
                # Lengths of bars; the figures beside them stay exact.
                "values": [None if value is None else float(value) for value in values],
                "shown": [_shown(value) for value in values],
            }
            for name, values in drawing.series
        ],
    }


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


def numbers(rows: Sequence[Row], *names: str) -> list[int]:
    """Return the sums of columns of counts."""
    return [int(summed(rows, name) or 0) for name in names]
