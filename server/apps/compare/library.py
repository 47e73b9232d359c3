"""Make the library of indicators: for each name how many projects and bodies use it, and which targets they set."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pyoxigraph import Literal, NamedNode

from jixiao.ontology import terms
from jixiao.ontology.text.decimals import digits
from jixiao.ontology.text.spreadsheets import harmless
from jixiao.server.apps.compare import facts
from jixiao.server.apps.compare.spread import Spread, spreads
from jixiao.server.editions.credit import Credit
from jixiao.server.editions.protocols import Edition
from jixiao.server.http import requests
from jixiao.server.query.binding import Term
from jixiao.server.runtime.service import Service
from jixiao.server.views import columns, page
from jixiao.server.views.answers import Answer
from jixiao.server.views.names import Queried, printed
from jixiao.server.views.parameters import Given, several
from jixiao.server.views.published import answer_from, names
from jixiao.server.views.view_files import View

PATH = "/indicators"
_NAME = "indicator-library"
_WHOLE = 500
"""Names of a download, if none was asked for."""

_FILTERS = ("type", "year")
_MOST_OUTLIERS = 100
_HEAD = ("name", "projects", "bodies", "indicators", "numeric")
_SPREAD = ("operator", "unit", "targets", "least", "lower_quartile", "median", "upper_quartile", "most", "outliers")


@dataclass(frozen=True)
class Library:
    """A page of names with their spreads by name; `answer` has the rows and the number of all names."""

    answer: Answer
    spreads: Mapping[str, Sequence[Spread]]
    links: Mapping[str, str]
    first: int

    def address(self, name: str) -> str:
        """Return the address of the page about one name, under the same filters."""
        kept = {key: value for key, value in self.answer.params.items() if key in _FILTERS}
        return requests.address(PATH, {"name": name, **kept})

    def to_json(self) -> str:
        """Write the names with their spreads as JSON."""
        said = {
            "dataset_version": self.answer.dataset_version,
            "params": dict(self.answer.params),
            "names": self.answer.whole.rows if self.answer.whole else len(self.answer.rows),
            "truncated": self.answer.truncated,
            "rows": [
                {**row, "typical": [_json(each) for each in self.spreads.get(str(row["name"]), ())]}
                for row in self.answer.rows
            ],
        }
        return json.dumps(said, ensure_ascii=False, indent=1) + "\n"

    def to_csv(self) -> str:
        """Write a row for each name, sign and unit as CSV; a name without numeric targets has one row."""
        return _csv([(row, self.spreads.get(str(row["name"]), ())) for row in self.answer.rows])


@dataclass(frozen=True)
class One:
    """One name: its counts and spreads, some indicators with outlying targets, and the number of all of these."""

    row: columns.Row
    spreads: Sequence[Spread]
    outliers: Sequence[columns.Row]
    outlying: int
    version: str
    credit: Credit

    @property
    def name(self) -> str:
        """The name."""
        return str(self.row["name"])

    def to_json(self) -> str:
        """Write all about the name as JSON."""
        shown = (
            "indicator",
            "text",
            "operator",
            "unit",
            "project",
            "projectName",
            "department",
            "year",
            "source",
            "line",
        )
        said = {
            "dataset_version": self.version,
            **self.row,
            "typical": [_json(each) for each in self.spreads],
            "outlying": self.outlying,
            "outliers": [
                {"value": digits(Decimal(str(row["value"]))), **{name: row[name] for name in shown}}
                for row in self.outliers
            ],
        }
        return json.dumps(said, ensure_ascii=False, indent=1) + "\n"

    def to_csv(self) -> str:
        """Write a row for each sign and unit as CSV."""
        return _csv([(self.row, self.spreads)])


def view(service: Service) -> View:
    """Return the query file of the list."""
    return facts.files(service)[_NAME]


def fields(service: Service, given: Given) -> tuple[page.Field, ...]:
    """Return the parameters of the list's form."""
    return page.fields(view(service), given, names(service.generation()))


def listed(service: Service, given: Given, rows: int | None) -> Library:
    """Return the names that match the filters, most used in projects first.

    Raises ParameterError, and what Pool.run does.
    """

    def ask(now: Edition) -> Library:
        answer = answer_from(service, now, view(service), given, rows or _WHOLE)
        found = [str(row["name"]) for row in answer.rows]
        described = spreads(_groups(service, now, _values(service, now, found, given))) if found else {}
        offset = int("".join(several(given.get("offset", ""))) or 0)
        kept = {name: value for name, value in given.items() if name != "offset"}
        starts = {}
        if offset:
            starts["prev"] = max(0, offset - (rows or _WHOLE))
        if answer.truncated:
            starts["next"] = offset + len(answer.rows)
        links = {relation: requests.address(PATH, {**kept, "offset": str(at)}) for relation, at in starts.items()}
        return Library(answer, described, links, offset + 1)

    return service.on_current(ask)


def one(service: Service, name: str, given: Given) -> One | None:
    """Return all about the indicators of a name, None if there are none. Raises as listed() does."""

    def ask(now: Edition) -> One | None:
        values = _values(service, now, [name], given)
        filters = {parameter: given for parameter, given in values.items() if parameter != "name"}
        row = next(iter(facts.rows(service, now, _NAME, {"printed": values["name"], **filters})), None)
        if row is None:
            return None
        described = spreads(_groups(service, now, values)).get(name, [])
        outliers = _outliers(service, now, values, described)
        outlying = sum(sum(each.outliers.values()) for each in described if each.outliers)
        return One(row, described, outliers, outlying, now.version, service.credit(now))

    return service.on_current(ask)


def _values(service: Service, now: Edition, found: Sequence[str], given: Given) -> dict[str, Sequence[Term]]:
    """Return names and typed filters as terms, by parameter."""
    known = names(now) or Queried(lambda sparql: service.run(now, sparql))
    values: dict[str, Sequence[Term]] = {"name": [Literal(each, language="zh") for each in found]}
    for parameter in view(service).params:
        typed = given.get(parameter.name, "")
        if parameter.name in _FILTERS and several(typed):
            texts = parameter.values(typed)
            read = [term for text in texts for term in parameter.terms(text, service.store.base_iri)]
            values[parameter.name] = list(dict.fromkeys([*read, *printed(parameter, texts, known)[1]]))
    return values


def _groups(service: Service, now: Edition, values: Mapping[str, Sequence[Term]]) -> list[columns.Row]:
    """Return numbers of indicators by name, sign, unit and target, in several queries if the names are many."""
    groups, asked = facts.rows(service, now, "groups", values), values["name"]
    if len(asked) > 1 and len(groups) >= facts.files(service)["groups"].default_limit:
        middle = len(asked) // 2
        halves = ({**values, "name": each} for each in (asked[:middle], asked[middle:]))
        return [row for half in halves for row in _groups(service, now, half)]
    return groups


def _outliers(
    service: Service, now: Edition, values: Mapping[str, Sequence[Term]], described: Sequence[Spread]
) -> list[columns.Row]:
    """Return the first indicators with outlying targets."""
    far = {(each.operator, each.unit, value) for each in described for value in each.outliers or ()}
    if not far:
        return []
    decimal = NamedNode(terms.XSD_decimal)
    figures = [Literal(digits(value), datatype=decimal) for value in sorted({value for *_, value in far})]
    rows = facts.rows(service, now, "targets", {**values, "value": figures[:_MOST_OUTLIERS]})
    return [row for row in rows if (row["operator"] or None, row["unit"] or None, row["value"]) in far][:_MOST_OUTLIERS]


def _json(each: Spread) -> dict[str, Any]:
    return dict(zip(_SPREAD, _figures(each), strict=True))


def _csv(rows: Sequence[tuple[columns.Row, Sequence[Spread]]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*_HEAD, *_SPREAD])
    for row, described in rows:
        head = [harmless(str(row[name])) for name in _HEAD]
        figures = [_figures(each) for each in described] or [()]
        writer.writerows(
            [*head, *("" if each is None else harmless(str(each)) for each in of_kind)] for of_kind in figures
        )
    return out.getvalue()


def _figures(each: Spread) -> tuple[str | int | None, ...]:
    quartiles = (each.least, each.lower, each.median, each.upper, each.most)
    outlying = None if each.outliers is None else sum(each.outliers.values())
    return each.operator, each.unit, each.number, *(digits(value) for value in quartiles), outlying
