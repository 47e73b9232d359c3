"""Answer /indicators, the library of indicators: for each name the projects and bodies that use it, and the targets."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from itertools import chain, repeat
from statistics import quantiles
from typing import Any

from fastapi import APIRouter, Request, Response
from pyoxigraph import Literal
from starlette.responses import RedirectResponse

from jixiao.ontology.text import bilingual
from jixiao.server.apps.compare import result
from jixiao.server.apps.compare.verdicts import DIRECTORY, Facts, decimal, text
from jixiao.server.errors import ParameterError
from jixiao.server.http import language, requests, signposting
from jixiao.server.http.negotiation import HTML, JSON, VIEWS, Form
from jixiao.server.query.binding import Term
from jixiao.server.runtime import work
from jixiao.server.runtime.service import Service, ServiceDep
from jixiao.server.views import answers, downloads, parameters, published, view_files
from jixiao.server.views.typed_names import Queried, read_terms
from jixiao.server.words import WORDS

router = APIRouter()

_Kinds = defaultdict[tuple[str | None, str | None], Counter[Decimal]]

PATH = "/indicators"
QUERY = "indicator-library"
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
    )
)
"""Columns of the CSV: those of a name, then those of a spread."""


@router.get("/indicators", summary="指标库 · the library of indicators")
@work.seated
def indicators(request: Request, service: ServiceDep) -> Response:
    """Answer with the names of indicators and their targets. Raises ParameterError.

    The old parameter `name` redirects to the names that contain its text.
    """
    given, how, form = requests.taken(request, VIEWS)
    if name := given.pop("name", ""):
        return RedirectResponse(requests.address(PATH, {**given, "text": name, **how}), status_code=301)
    language.settle(form)
    view = replace(view_files.load(service.store.base_iri, DIRECTORY)[QUERY], path=PATH)
    found, error = None, None
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
            operators=WORDS["operator"],
            view=view,
            fields=published.fields(service, view, given, service.generation().index),
            given=given,
            orders=published.orders(view, given),
            pager=found and published.pager(view, given, found.answer),
            elsewhere=published.elsewhere(view, given),
        )
    links, cut = published.rest(view, given, found.answer) if form != JSON else ([], {})
    response = found.file(service, form, downloads.Style.of(how), view.question, links)
    response.headers.update(cut)
    return response


@dataclass(frozen=True)
class Spread:
    """Targets of one sign and unit: the number of `targets`, the extremes `least` and `most`, median and quartiles."""

    operator: str | None
    unit: str | None
    targets: int
    least: Decimal
    lower_quartile: Decimal
    median: Decimal
    upper_quartile: Decimal
    most: Decimal


def spread(operator: str | None, unit: str | None, values: Mapping[Decimal, int]) -> Spread:
    """Return the spread of targets of one sign and unit; `values` maps each target to the number of indicators with it.

    `values` must not be empty.
    """
    ordered = list(chain.from_iterable(repeat(value, values[value]) for value in sorted(values)))
    number = len(ordered)
    lower, median, upper = quantiles(ordered * 2 if number == 1 else ordered, n=4, method="inclusive")
    return Spread(operator, unit, number, ordered[0], lower, median, upper, ordered[-1])


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

    def file(
        self,
        service: Service,
        form: Form,
        style: downloads.Style,
        title: bilingual.Bilingual,
        links: Sequence[signposting.Link] = (),
    ) -> Response:
        """Return the library as JSON, or as a table with a row for each combination of indicator name, sign and unit.

        A name without numeric targets has one row. `links` are added to the links of the answer.
        """
        if form == JSON:
            answer = self.answer
            members = {
                "dataset_version": answer.dataset_version,
                "params": dict(answer.params),
                "names": answer.whole.rows if answer.whole else len(answer.rows),
                "truncated": answer.truncated,
                "rows": [{**row, "typical": self.spreads.get(str(row["name"]), ())} for row in answer.rows],
            }
            return result.json_file(members, answer.links)
        nothing: dict[str, Any] = dict.fromkeys(column.name for column in _COLUMNS)
        rows = tuple(
            {**nothing, **row, **figures}
            for row in self.answer.rows
            for figures in [asdict(each) for each in self.spreads.get(str(row["name"]), ())] or [{}]
        )
        address = language.wish().site(service.store.base_iri) + requests.address(PATH, self.answer.params)
        subject = downloads.Subject(downloads.file_stem(self.answer), title, address)
        return downloads.download(replace(self.answer, columns=_COLUMNS, rows=rows), form, subject, style, links)


def _listed(facts: Facts, given: parameters.Given, most: int | None) -> Library:
    """Return a page of the names that match the filters, the names with most projects first.

    The page has as many names as the limit in `given` or, without a limit there, `most` names; if `most` is None, the
    view's own limit counts. Raises ParameterError, and what Pool.run does.
    """
    answer = published.answer_from(facts.service, facts.now, facts.query(QUERY), given, most)
    shown = [str(row["name"]) for row in answer.rows]
    return Library(answer, spreads(_groups(facts, _values(facts, shown, given))) if shown else {})


def _values(facts: Facts, names: Sequence[str], given: parameters.Given) -> dict[str, Sequence[Term]]:
    """Return the `names` and the typed filters as terms, by the parameters of groups.yaml."""
    known = facts.now.index or Queried(facts.run)
    values: dict[str, Sequence[Term]] = {"name": [Literal(each) for each in names]}
    for parameter in facts.query("groups").params:
        typed = given.get(parameter.name, "")
        if requests.several(typed):
            values[parameter.name] = read_terms(parameter, typed, facts.service.store.base_iri, known)
    return values


def _groups(facts: Facts, values: Mapping[str, Sequence[Term]]) -> list[answers.Row]:
    """Return rows of groups.yaml: the number of indicators for each name, sign, unit and target.

    If the rows reach its limit, the names are halved and each half is asked for.
    """
    groups, asked = facts.rows("groups", values), values["name"]
    if len(asked) > 1 and len(groups) >= facts.query("groups").default_limit:
        middle = len(asked) // 2
        halves = ({**values, "name": each} for each in (asked[:middle], asked[middle:]))
        return [row for half in halves for row in _groups(facts, half)]
    return groups
