"""Answer /indicators, the library of indicators: for each name the projects and bodies that use it, and the targets."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from itertools import chain, repeat
from statistics import quantiles
from typing import Any

from fastapi import APIRouter, Request, Response
from pyoxigraph import Literal, NamedNode

from jixiao.ontology import terms
from jixiao.ontology.text import decimals
from jixiao.server.apps.compare import result
from jixiao.server.apps.compare.verdicts import DIRECTORY, Facts, decimal, text
from jixiao.server.errors import NotInStoreError, ParameterError
from jixiao.server.http import language, requests
from jixiao.server.http.negotiation import CSV, HTML, JSON, Form
from jixiao.server.query.binding import Term
from jixiao.server.runtime import work
from jixiao.server.runtime.service import Service, ServiceDep
from jixiao.server.views import answers, csv_text, downloads, parameters, published, view_files
from jixiao.server.views.names import Queried, printed

router = APIRouter()

FEW = 8
"""Number of targets below which no outliers are determined."""
_FAR = Decimal("1.5")
"""Outliers are further than this multiple of the interquartile range from the quartiles, as in Tukey's box plots."""

_Kinds = defaultdict[tuple[str | None, str | None], Counter[Decimal]]

PATH = "/indicators"
QUERY = "indicator-library"
_FILTERS = ("type", "year")
_MOST_OUTLIERS = 100
_COLUMNS = tuple(
    answers.Column(name, kind, {"zh": zh, "en": en})
    for name, kind, zh, en in (
        ("name", "text", "指标", "Indicator"),
        ("projects", "integer", "项目数", "Projects"),
        ("bodies", "integer", "机构数", "Bodies"),
        ("indicators", "integer", "指标数", "Indicators"),
        ("numeric", "integer", "目标是数的", "With a numeric target"),
        ("operator", "operator", "比较符", "Sign"),
        ("unit", "text", "计量单位", "Unit"),
        ("targets", "integer", "目标值数", "Targets"),
        ("least", "decimal", "最小", "Least"),
        ("lower_quartile", "decimal", "下四分位", "Lower quartile"),
        ("median", "decimal", "中位数", "Median"),
        ("upper_quartile", "decimal", "上四分位", "Upper quartile"),
        ("most", "decimal", "最大", "Most"),
        ("outliers", "integer", "离群的", "Outliers"),
    )
)
"""Columns of the CSV: those of a name, then those of a spread."""
_OUTLIER = (
    "value",
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


@router.get("/indicators", summary="指标库 · the library of indicators")
@work.seated
def indicators(request: Request, service: ServiceDep) -> Response:
    """Answer with the names of indicators and their targets or, with the parameter `name`, with one name in detail.

    Raises ParameterError, and NotInStoreError for a name that no indicator has.
    """
    given, how, form = requests.taken(request, result.FORMS)
    name, headings = requests.once(given, "name"), downloads.Style.of(how).headings
    language.settle(form)
    if name:
        return _one(service, name, given, form, headings)
    view, found, error = _library(service), None, None
    most = published.ROWS if form == HTML else None
    try:
        found = service.on_current(lambda now: _listed(Facts(service, now), given, most))
    except ParameterError as fault:
        if form != HTML:
            raise
        error = fault
    if found is None or form == HTML:
        return service.pages.html(
            "indicator-library.html",
            error=error,
            found=found,
            operators=answers.WORDS["operator"],
            view=view,
            fields=published.fields(service, view, given, service.generation().index),
            given=given,
            orders=published.orders(view, given),
            pager=found and published.pager(view, given, found.answer),
            elsewhere=published.elsewhere(view, given),
        )
    links, cut = published.rest(view, given, found.answer) if form == CSV else ([], {})
    content = found.to_json() if form == JSON else found.to_csv(headings)
    return result.file(content, form, "indicators", [*found.answer.links, *links], cut)


def _one(service: Service, name: str, given: parameters.Given, form: Form, headings: str | None) -> Response:
    filters = {key: value for key, value in given.items() if key != "name"}
    found = service.on_current(lambda now: _described(Facts(service, now), name, filters))
    if form == HTML:
        return service.pages.html(
            "indicator.html",
            one=found,
            row=found.answer.rows[0],
            operators=answers.WORDS["operator"],
            given=filters,
            elsewhere=result.forms(PATH, {"name": name, **filters}),
        )
    content = found.to_json() if form == JSON else found.to_csv(headings)
    return result.file(content, form, "indicator", found.answer.links)


def _library(service: Service) -> view_files.View:
    return replace(view_files.load(service.store.base_iri, DIRECTORY)[QUERY], path=PATH)


@dataclass(frozen=True)
class Spread:
    """Targets of one sign and unit: the number of `targets`, extremes, median, quartiles, and outliers.

    `least` and `most` are the extremes. `outliers` maps each outlying target to its number of indicators; it is None
    for fewer than FEW targets, and if the quartiles are equal.
    """

    operator: str | None
    unit: str | None
    targets: int
    least: Decimal
    lower_quartile: Decimal
    median: Decimal
    upper_quartile: Decimal
    most: Decimal
    outliers: Mapping[Decimal, int] | None

    def figures(self) -> dict[str, Any]:
        """Return all by name for JSON and CSV, with the number of outliers."""
        return asdict(self) | {"outliers": None if self.outliers is None else sum(self.outliers.values())}


def spread(operator: str | None, unit: str | None, values: Mapping[Decimal, int]) -> Spread:
    """Return the spread of at least one value; `values` maps each value to the number of times that it occurs."""
    ordered = list(chain.from_iterable(repeat(value, values[value]) for value in sorted(values)))
    number = len(ordered)
    least = ordered[0]
    most = ordered[-1]
    lower, median, upper = quantiles([*ordered, most] if number == 1 else ordered, n=4, method="inclusive")
    reach = _FAR * (upper - lower)
    far = {value: values[value] for value in sorted(values) if value < lower - reach or value > upper + reach}
    judged = number >= FEW and reach > 0
    return Spread(operator, unit, number, least, lower, median, upper, most, far if judged else None)


def spreads(rows: Iterable[answers.Row]) -> dict[str, list[Spread]]:
    """Return the spreads of the targets by the indicators' name, one per sign and unit, the most used first.

    A row has `name`, `operator`, `unit`, `value` and the number of `indicators`; a row without a value is skipped.
    """
    by_name: defaultdict[str, _Kinds] = defaultdict(lambda: defaultdict(Counter))
    for row in rows:
        value, number = decimal(row["value"]), row["indicators"]
        if value is not None and isinstance(number, int):
            by_name[str(row["name"])][text(row["operator"]), text(row["unit"])][value] += number
    return {
        name: sorted(
            (spread(*kind, values) for kind, values in kinds.items()),
            key=lambda each: (-each.targets, each.operator or "", each.unit or ""),
        )
        for name, kinds in by_name.items()
    }


@dataclass(frozen=True)
class Library:
    """Names of indicators: `answer` has a row per name and the number of all names, `spreads` the spreads by name."""

    answer: answers.Answer
    spreads: Mapping[str, Sequence[Spread]]

    def address(self, name: str) -> str:
        """Return the address of the page about one name, under the same filters."""
        filters = {key: value for key, value in self.answer.params.items() if key in _FILTERS}
        return requests.address(PATH, {"name": name, **filters})

    def to_json(self) -> str:
        """Return the names with their spreads as JSON."""
        answer = self.answer
        return _json(
            {
                "dataset_version": answer.dataset_version,
                "params": dict(answer.params),
                "names": answer.whole.rows if answer.whole else len(answer.rows),
                "truncated": answer.truncated,
                "rows": [{**row, "typical": self.spreads.get(str(row["name"]), ())} for row in answer.rows],
            }
        )

    def to_csv(self, language: str | None) -> str:
        """Return a row for each name, sign and unit as CSV, with headings and signs in a language or for programs.

        A name without numeric targets has one row.
        """
        nothing: dict[str, Any] = dict.fromkeys(column.name for column in _COLUMNS)
        rows = tuple(
            {**nothing, **row, **figures}
            for row in self.answer.rows
            for figures in [each.figures() for each in self.spreads.get(str(row["name"]), ())] or [{}]
        )
        return csv_text.to_csv(replace(self.answer, columns=_COLUMNS, rows=rows), headings=language)


@dataclass(frozen=True)
class One(Library):
    """The library of one name: its counts and spreads, and some indicators with outlying targets.

    `outlying` is the number of all indicators with outlying targets.
    """

    outliers: Sequence[answers.Row]
    outlying: int

    def to_json(self) -> str:
        """Return the counts, spreads and outliers as JSON."""
        [row] = self.answer.rows
        return _json(
            {
                "dataset_version": self.answer.dataset_version,
                **row,
                "typical": self.spreads.get(str(row["name"]), ()),
                "outlying": self.outlying,
                "outliers": [{name: row[name] for name in _OUTLIER} for row in self.outliers],
            }
        )


def _listed(facts: Facts, given: parameters.Given, most: int | None) -> Library:
    """Return a page of the names that match the filters, those of most projects first.

    The page has `most` names, or the query's own limit if that is None, unless `given` has a limit.

    Raises ParameterError, and what Pool.run does.
    """
    answer = published.answer_from(facts.service, facts.now, facts.query(QUERY), given, most)
    shown = [str(row["name"]) for row in answer.rows]
    described = spreads(_groups(facts, _values(facts, shown, given))) if shown else {}
    return Library(answer, described)


def _described(facts: Facts, name: str, given: parameters.Given) -> One:
    """Return all about the indicators of a name. Raises NotInStoreError if there are none, and as _listed() does."""
    values = _values(facts, [name], given)
    filters = {parameter: terms_ for parameter, terms_ in values.items() if parameter != "name"}
    rows = facts.rows(QUERY, {"printed": values["name"], **filters})
    if not rows:
        raise NotInStoreError(f"没有叫“{name}”的指标。", f"There is no indicator named “{name}”.")
    credit, columns = facts.service.credit(facts.now), facts.query(QUERY).columns
    answer = answers.Answer("indicator", given, facts.now.version, False, columns, tuple(rows[:1]), "", None, credit)
    described = spreads(_groups(facts, values))
    found = described.get(name, ())
    outlying = sum(sum(each.outliers.values()) for each in found if each.outliers)
    return One(answer, described, _outliers(facts, values, found), outlying)


def _values(facts: Facts, names: Sequence[str], given: parameters.Given) -> dict[str, Sequence[Term]]:
    """Return the `names` and the typed filters as terms, by the queries' parameters."""
    known = facts.now.index or Queried(facts.run)
    values: dict[str, Sequence[Term]] = {"name": [Literal(each, language="zh") for each in names]}
    for parameter in facts.query(QUERY).params:
        typed = given.get(parameter.name, "")
        if parameter.name in _FILTERS and parameters.several(typed):
            texts = parameter.values(typed)
            read = [term for text in texts for term in parameter.terms(text, facts.service.store.base_iri)]
            values[parameter.name] = list(dict.fromkeys([*read, *printed(parameter, texts, known)[1]]))
    return values


def _groups(facts: Facts, values: Mapping[str, Sequence[Term]]) -> list[answers.Row]:
    """Return rows of groups.rq: the number of indicators for each name, sign, unit and target.

    If the result reaches the query's limit, the names are halved and each half is queried.
    """
    groups, asked = facts.rows("groups", values), values["name"]
    if len(asked) > 1 and len(groups) >= facts.query("groups").default_limit:
        middle = len(asked) // 2
        halves = ({**values, "name": each} for each in (asked[:middle], asked[middle:]))
        return [row for half in halves for row in _groups(facts, half)]
    return groups


def _outliers(facts: Facts, values: Mapping[str, Sequence[Term]], described: Sequence[Spread]) -> list[answers.Row]:
    """Return up to _MOST_OUTLIERS indicators whose targets are outliers of the spreads, as rows of targets.rq."""
    far = {(each.operator, each.unit, value) for each in described for value in each.outliers or ()}
    if not far:
        return []
    decimal = NamedNode(terms.XSD_decimal)
    figures = [Literal(decimals.digits(value), datatype=decimal) for value in sorted({value for *_, value in far})]
    rows = facts.rows("targets", {**values, "value": figures[:_MOST_OUTLIERS]})
    return [row for row in rows if (row["operator"] or None, row["unit"] or None, row["value"]) in far][:_MOST_OUTLIERS]


def _json(members: Mapping[str, Any]) -> str:
    def plain(value: Spread | Decimal) -> Any:
        return decimals.digits(value) if isinstance(value, Decimal) else value.figures()

    return json.dumps(members, ensure_ascii=False, indent=1, default=plain) + "\n"
