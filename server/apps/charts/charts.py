"""Make charts from their files: views (../../views/view_files.py) whose rows are drawn as bars.

A file has the entry `chart` besides those of a view; what it does not state there is taken from the file that it is
like. `name` and `about` describe the chart in the list of charts, `rank` is its place there, and `shows` says what is
drawn. `by` is the column that names bars, and `bars` are the columns of figures: one of them for each value of the
column `across`, each alone, or with a `label`, or without the part that another column (`less`) draws. `unit` is that
of the figures (yuan without one), and `most` the sentence about the longest bar. Of many rows the first `limit` are
drawn, and of figures that are alike, all or none. `known` leaves out the bar of what is not known; `years` draws years
without a row, too; `upright` bars stand; `parts` of a whole are not added. `columns` are those of the page's table.
`notes` are sentences, whose braces take the sum of a column, that over what is not known (`unknown_projects`), the
number of things that the text of a parameter means (`several_document`), or the number of bars (`drawn`), of all rows
(`all`) or of those left out (`others`); one is said only `if` its figure is not 0. Charts at one address (`at`,
otherwise the file's name) differ by the parameters of `choice`, of each of which they have the value and its words.
`own` are further parameters that no view has. `views` are those whose pages lead to the chart, with the parameters
that have another name there, and `view` is the name in answers. `behind` tells the rows that a bar counts: the
`table`, the `column` with what names the bar, and the conditions `with` which no parameter sets.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

from jixiao.ontology.text import yaml_text
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.apps.charts.drawings import YUAN, Bars, Figure, Mark, figure, summed
from jixiao.server.errors import NotInStoreError, ParameterError
from jixiao.server.http import requests
from jixiao.server.http.requests import several
from jixiao.server.runtime.service import Service
from jixiao.server.views import published, view_files
from jixiao.server.views.answers import Answer, Column, Row, written
from jixiao.server.views.parameters import Given

DIRECTORY = Path(__file__).parent
_LONGEST = 60
"""Longest span, in years, for which years without a row are shown too."""


@dataclass(frozen=True)
class Chart:
    """A chart: `columns` and `rows` are its table, `drawing` are its bars, and `answer` holds all rows for downloads.

    `notes` are sentences on what is left out.
    """

    title: Bilingual
    shows: Bilingual
    answer: Answer
    columns: Sequence[Column]
    rows: Sequence[Row]
    drawing: Bars | None
    notes: Sequence[Bilingual] = ()
    offers: Sequence[Mapping[str, Any]] = ()

    @property
    def told(self) -> list[Bilingual]:
        """Sentences beneath the chart's title: the head of its answer, the notes, and what else the answer tells."""
        return [self.answer.head.said, *self.notes, *self.answer.head.told]


@dataclass(frozen=True)
class Kind:
    """A chart's file: its view, and the entry `chart`."""

    view: view_files.View
    stated: Mapping[str, Any]

    @property
    def choice(self) -> Mapping[str, Mapping[str, str]]:
        """The parameters that this chart has at its address, each with `value`, `zh` and `en`."""
        choice: Mapping[str, Mapping[str, str]] = self.stated.get("choice", {})
        return choice

    @property
    def name(self) -> Bilingual:
        """The name of the charts at this address."""
        return Bilingual(**self.stated["name"]) if "name" in self.stated else self.view.title

    @property
    def about(self) -> Bilingual:
        """A sentence on what the chart shows."""
        return Bilingual(**self.stated["about"])


@cache
def kinds(base_iri: str) -> dict[str, tuple[Kind, ...]]:
    """Return the charts by the last part of their address, in the order of the list; the first is the usual one."""
    views, found = view_files.load(base_iri, DIRECTORY), dict[str, tuple[Kind, ...]]()
    stated = {name: _stated(DIRECTORY / f"{name}.yaml") for name in views}
    for name, entry in sorted(stated.items(), key=lambda item: item[1]["rank"]):
        at = entry.get("at", name)
        found[at] = (*found.get(at, ()), Kind(replace(views[name], path=f"/charts/{at}"), entry))
    return found


def _stated(path: Path) -> dict[str, Any]:
    """Return the entry `chart` of a file, with what it does not state taken from the file that it is like."""
    header = yaml_text.load(path.read_text(encoding="utf-8"))
    return {**(_stated(path.parent / f"{header['like']}.yaml") if "like" in header else {}), **header.get("chart", {})}


def named(base_iri: str, name: str) -> tuple[Kind, ...]:
    """Return the charts at an address. Raises NotInStoreError, which names all."""
    known = kinds(base_iri)
    if name not in known:
        zh, en = "、".join(known), ", ".join(known)
        raise NotInStoreError(f"没有图表 {name}；有：{zh}。", f"There is no chart {name}; there are {en}.")
    return known[name]


def chosen(charts: Sequence[Kind], own: Mapping[str, str]) -> Kind:
    """Return the first chart of an address with the typed choices. Raises ParameterError for an unknown choice."""
    left = list(charts)
    for name, typed in own.items():
        values = dict.fromkeys(each.choice[name]["value"] for each in charts if name in each.choice)
        if typed and values and typed not in values:
            raise ParameterError(
                f"参数 {name} 应为 {'、'.join(values)} 之一；收到的是“{typed}”。",
                f'Parameter {name} takes one of {", ".join(values)}; it was "{typed}".',
            )
        left = [each for each in left if each.choice.get(name, {}).get("value", typed) == typed or not typed] or left
    return left[0]


def offers(charts: Sequence[Kind], kind: Kind) -> Iterator[dict[str, Any]]:
    """Yield the choices at an address for each of the chart's, this one among them."""
    for n, (name, chosen_one) in enumerate(kind.choice.items()):
        before = [*kind.choice][:n]
        alike = [each for each in charts if all(each.choice[other] == kind.choice[other] for other in before)]
        values = {(said := each.choice[name])["value"]: said for each in alike if name in each.choice}
        for value, said in values.items():
            words = Bilingual(said["zh"], said["en"])
            yield {"name": words, "parameter": name, "value": value, "chosen": said == chosen_one}


def make(service: Service, kind: Kind, given: Given) -> Chart:
    """Return a chart for the parameters of its view. Raises what published.answer raises."""
    answer = published.answer(service, kind.view, given, kind.view.default_limit)
    return drawn(service, kind, given, answer, answer.rows)


def drawn(service: Service, kind: Kind, given: Given, answer: Answer, rows: Sequence[Row], **more: object) -> Chart:
    """Return a chart of rows made from an answer; `more` are further figures for the notes."""
    stated = kind.stated
    columns = {column.name: column for column in answer.columns}
    numeric = [name for name, column in columns.items() if column.type in ("integer", "yuan")]
    by, meant = columns[stated["by"]], Counter(each.parameter for each in answer.resolved)
    rows = _filled(rows, by) if stated.get("years") else rows
    known = [row for row in rows if row[by.link or by.name] is not None]
    unknown = [row for row in rows if row[by.link or by.name] is None]
    top = apart(known, stated, answer.truncated)
    barred = [*top, *(() if stated.get("known") else unknown)]
    every = answer.whole.rows if answer.whole else len(rows)
    figures = {
        **more,
        **{name: summed(rows, name) or 0 for name in numeric},
        **{f"unknown_{name}": summed(unknown, name) or 0 for name in numeric},
        **{f"several_{name}": number for name, number in meant.items() if number > 1},
        **{"drawn": len(top), "all": every, "others": every - len(top) - len(unknown)},
    }
    shown = published.columns(answer, stated.get("columns", ()))
    return Chart(
        title=titled(service, kind.view, given, answer),
        shows=Bilingual(**stated["shows"]),
        answer=replace(answer, view=stated.get("view", answer.view), rows=tuple(rows)),
        columns=tuple(column for column, is_shown in shown if is_shown),
        rows=(*top, *unknown),
        drawing=_bars(barred, by, stated, answer),
        notes=tuple(_notes(stated.get("notes", ()), figures)) if rows else (),
    )


def behind(kind: Kind, given: Given, row: Row) -> str | None:
    """Return the address of the rows that a row of a chart counts; None if no address of a table asks for them."""
    stated, column = (
        kind.stated.get("behind"),
        next(each for each in kind.view.columns if each.name == kind.stated["by"]),
    )
    names = {name: condition for condition, name in (kind.view.tabled.conditioned if kind.view.tabled else {}).items()}
    typed = {name: value for name, value in given.items() if several(value)}
    value = row[column.link or column.name]
    if stated is None or typed.keys() - names.keys() or (value is None and "." in stated["column"]):
        return None
    asked = {names[name]: value for name, value in typed.items()} | stated.get("with", {})
    own = f"{stated['column']}.absent" if value is None else f"{stated['column']}.is"
    further = {f"{own}.2" if own in asked else own: "1" if value is None else str(value)}
    return requests.address(f"/tables/{stated['table']}", asked | further)


def titled(service: Service, view: view_files.View, given: Given, answer: Answer) -> Bilingual:
    """Return the title of a view with the names of what was typed filled into its braces."""
    labels = {each.parameter: each.label for each in answer.resolved}
    typed = {each.name: "、".join(several(given.get(each.name, ""))) for each in view.needs}
    named = published.named(service, [*typed.values()])
    filled = {name: labels.get(name) or named.get(text, text) for name, text in typed.items()}
    return Bilingual(view.title.zh.format_map(filled), view.title.en.format_map(filled))


def _filled(rows: Sequence[Row], by: Column) -> list[Row]:
    """Return rows of years with one for each year between, if these are not too many."""
    by_year = {row[by.name]: row for row in rows}
    years = sorted(year for year in by_year if isinstance(year, int))
    if years and years[-1] - years[0] <= _LONGEST:
        years = list(range(years[0], years[-1] + 1))
    none = {name: 0 if isinstance(value, int) else None for row in rows[:1] for name, value in row.items()}
    return [by_year.get(year, {**none, by.name: year}) for year in (*years, *([None] if None in by_year else []))]


def apart(rows: Sequence[Row], stated: Mapping[str, Any], cut: bool) -> Sequence[Row]:
    """Return the first rows, without those whose figure is the last one's if some rows are left out, or were `cut` off.

    Rows whose figures are all alike are kept.
    """
    first, [column, *_] = rows[: stated.get("limit")], _columns(stated)
    if "limit" not in stated or (len(first) == len(rows) and not cut):
        return first
    return [row for row in first if row[column["column"]] != first[-1][column["column"]]] or first


def _columns(stated: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [{"column": each} if isinstance(each, str) else each for each in stated["bars"]]


def _bars(rows: Sequence[Row], by: Column, stated: Mapping[str, Any], answer: Answer) -> Bars | None:
    """Return the bars of rows; figures that no row has are left out, unless none has any."""
    unit = Bilingual(**stated["unit"]) if "unit" in stated else YUAN
    columns = {each.name: each for each in answer.columns}
    series = _across(rows, by, stated, columns[stated["across"]]) if "across" in stated else []
    for each in () if series else _columns(stated):
        figures = [_figure(row, each) for row in rows]
        label = Bilingual(**each["label"]) if "label" in each else Bilingual(**columns[each["column"]].label)
        series += [(label, tuple(figures))] if any(figures) or stated.get("parts") else []
    if not any(chain(*(figures for _, figures in series))):
        return None
    # A bar is named by its own `mark`, by the words for a code or for no value, or by the value.
    named: Any = ((row, row.get("mark") or by.words_in(row) or written(row[by.name])) for row in rows)
    marks = {row[by.link or by.name]: Mark(name, by.link and row[by.link]) for row, name in named}
    return Bars(
        tuple(marks.values()),
        tuple(series),
        unit,
        lying=not stated.get("upright"),
        read_off=not stated.get("parts"),
        most=Bilingual(**stated["most"]) if "most" in stated and (unit != YUAN or _compares(answer, by)) else None,
    )


def _compares(answer: Answer, by: Column) -> bool:
    """Return True if the money of an answer is of one kind and, unless bars are years, of one year."""
    parts = answer.whole.money if answer.whole else ()
    return len({(each["kind"], None if by.type == "year" else each["year"]) for each in parts}) == 1


def _across(
    rows: Sequence[Row], by: Column, stated: Mapping[str, Any], column: Column
) -> list[tuple[Bilingual, tuple[Figure, ...]]]:
    """Return a series for each value of a column; each row has the figure of one place in one series."""
    [bar] = _columns(stated)
    cells = {(row[by.name], row[column.name]): figure(row, bar["column"]) for row in rows}
    places, values = (
        dict.fromkeys(place for place, _ in cells),
        {value for (_, value), number in cells.items() if number},
    )
    return [
        (column.worded(value), tuple(cells.get((place, value)) for place in places))
        for value in sorted(values, key=lambda value: str(value or ""))
    ]


def _figure(row: Row, stated: Mapping[str, Any]) -> Figure:
    value = figure(row, stated["column"])
    return value if value is None or "less" not in stated else value - (figure(row, stated["less"]) or 0) or None


def _notes(stated: Sequence[Mapping[str, str]], sums: Mapping[str, Any]) -> Iterator[Bilingual]:
    for each in stated:
        if "if" not in each or sums.get(each["if"]):
            yield Bilingual(each["zh"].format_map(sums), each["en"].format_map(sums))
