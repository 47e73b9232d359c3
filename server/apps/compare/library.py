"""Make the library of indicators: for each name the numbers of projects and bodies that use it, and their targets."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import chain, repeat
from statistics import quantiles
from typing import Any

from pyoxigraph import Literal, NamedNode

from jixiao.ontology import terms
from jixiao.ontology.text import decimals, spreadsheets
from jixiao.ontology.text.bilingual import Bilingual, in_language
from jixiao.server.apps.compare.verdicts import Facts, decimal, text
from jixiao.server.editions.metadata import Credit
from jixiao.server.http import requests
from jixiao.server.query.binding import Term
from jixiao.server.views import answers, parameters, published
from jixiao.server.views.names import Queried, printed

FEW = 8
"""Number of targets below which no outliers are determined."""

_FAR = Decimal("1.5")
"""Outliers are further than this multiple of the interquartile range from the quartiles, as in Tukey's box plots."""
_Kinds = defaultdict[tuple[str | None, str | None], Counter[Decimal]]


@dataclass(frozen=True)
class Spread:
    """Targets of one sign and unit: their number, extremes, median, quartiles, and outliers.

    `least` and `most` are the extremes, `lower` and `upper` the quartiles. `outliers` maps each outlying target to its
    number of indicators; it is None for fewer than FEW targets, and if the quartiles are equal.
    """

    operator: str | None
    unit: str | None
    number: int
    least: Decimal
    lower: Decimal
    median: Decimal
    upper: Decimal
    most: Decimal
    outliers: Mapping[Decimal, int] | None


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
            key=lambda each: (-each.number, each.operator or "", each.unit or ""),
        )
        for name, kinds in by_name.items()
    }


PATH = "/indicators"
QUERY = "indicator-library"

_FILTERS = ("type", "year")
_MOST_OUTLIERS = 100
_HEAD = ("name", "projects", "bodies", "indicators", "numeric")
_SPREAD = ("operator", "unit", "targets", "least", "lower_quartile", "median", "upper_quartile", "most", "outliers")
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


@dataclass(frozen=True)
class Library:
    """A page of the library: `answer` has a row per name and the number of all names, `spreads` the spreads by name."""

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
        """Return a row for each name, sign and unit as CSV (see _csv); a name without numeric targets has one row."""
        return _csv([(row, self.spreads.get(str(row["name"]), ())) for row in self.answer.rows], language)


@dataclass(frozen=True)
class One:
    """The indicators of one name: the counts in `row`, the spreads, and some indicators with outlying targets.

    `outlying` is the number of all indicators with outlying targets.
    """

    name: str
    row: answers.Row
    spreads: Sequence[Spread]
    outliers: Sequence[answers.Row]
    outlying: int
    version: str
    credit: Credit

    def to_json(self) -> str:
        """Return the counts, spreads and outliers as JSON."""
        return _json(
            {
                "dataset_version": self.version,
                **self.row,
                "typical": self.spreads,
                "outlying": self.outlying,
                "outliers": [{name: row[name] for name in _OUTLIER} for row in self.outliers],
            }
        )

    def to_csv(self, language: str | None) -> str:
        """Return a row for each sign and unit as CSV (see _csv)."""
        return _csv([(self.row, self.spreads)], language)


def listed(facts: Facts, given: parameters.Given, most: int | None) -> Library:
    """Return a page of the names that match the filters, those of most projects first.

    The page has `most` names, or the query's own limit if that is None, unless `given` has a limit.

    Raises ParameterError, and what Pool.run does.
    """
    answer = published.answer_from(facts.service, facts.now, facts.query(QUERY), given, most)
    shown = [str(row["name"]) for row in answer.rows]
    described = spreads(_groups(facts, _values(facts, shown, given))) if shown else {}
    return Library(answer, described)


def one(facts: Facts, name: str, given: parameters.Given) -> One | None:
    """Return all about the indicators of a name, None if there are none. Raises as listed() does."""
    values = _values(facts, [name], given)
    filters = {parameter: terms_ for parameter, terms_ in values.items() if parameter != "name"}
    rows = facts.rows(QUERY, {"printed": values["name"], **filters})
    if not rows:
        return None
    described = spreads(_groups(facts, values)).get(name, [])
    outlying = sum(sum(each.outliers.values()) for each in described if each.outliers)
    outliers = _outliers(facts, values, described)
    return One(name, rows[0], described, outliers, outlying, facts.now.version, facts.service.credit(facts.now))


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
        return (
            decimals.digits(value) if isinstance(value, Decimal) else dict(zip(_SPREAD, _figures(value), strict=True))
        )

    return json.dumps(members, ensure_ascii=False, indent=1, default=plain) + "\n"


_LABELS: Mapping[str, Bilingual] = {
    "name": Bilingual("指标", "Indicator"),
    "projects": Bilingual("项目数", "Projects"),
    "bodies": Bilingual("机构数", "Bodies"),
    "indicators": Bilingual("指标数", "Indicators"),
    "numeric": Bilingual("目标是数的", "With a numeric target"),
    "operator": Bilingual("比较符", "Sign"),
    "unit": Bilingual("计量单位", "Unit"),
    "targets": Bilingual("目标值数", "Targets"),
    "least": Bilingual("最小", "Least"),
    "lower_quartile": Bilingual("下四分位", "Lower quartile"),
    "median": Bilingual("中位数", "Median"),
    "upper_quartile": Bilingual("上四分位", "Upper quartile"),
    "most": Bilingual("最大", "Most"),
    "outliers": Bilingual("离群的", "Outliers"),
}


def _csv(names_: Sequence[tuple[answers.Row, Sequence[Spread]]], language: str | None) -> str:
    """Return spreads as CSV, with labels and signs in a language, otherwise with names and codes for programs."""
    rows = [[in_language(_LABELS[each], language) if language else each for each in (*_HEAD, *_SPREAD)]]
    for row, described in names_:
        head = [spreadsheets.harmless(str(row[name])) for name in _HEAD]
        shown = (
            replace(
                each, operator=in_language(answers.WORDS["operator"].get(each.operator or "", ""), language) or None
            )
            if language
            else each
            for each in described
        )
        kinds = [_figures(each) for each in shown] or [(None,) * len(_SPREAD)]
        rows += [
            [
                *head,
                *("" if each is None else spreadsheets.harmless(str(each)) for each in figures),
            ]
            for figures in kinds
        ]
    return spreadsheets.csv_text(rows)


def _figures(each: Spread) -> tuple[str | int | None, ...]:
    return (
        each.operator,
        each.unit,
        each.number,
        *map(decimals.digits, (each.least, each.lower, each.median, each.upper, each.most)),
        None if each.outliers is None else sum(each.outliers.values()),
    )
