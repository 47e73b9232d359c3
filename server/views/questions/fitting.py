"""Choose the view that answers a question, and its parameters.

A view fits if it has a parameter for every value and name of the question, gets all parameters that it requires, and
has a sufficient score. The score adds up how well the view explains the question's words and how sure the senses are.
The fit with the highest score is the reading; the others are alternatives.

A view does not fit if it leaves a word with a meaning unexplained, or has no rows of what the question asks for.

The headers of views (`#+` lines) say by which questions each view is asked:

ask:
  weights: {cite: 3, project: 1}              # by meaning (words.toml), how strongly it suggests the view
  when: {basis: {cite: 2}}                    # weights that hold if the parameter has a value
  only: {goal: [[target], [cite, about]]}     # a parameter takes a value if the question has a meaning of each list
  needs: [cite, basis]                        # one of these meanings or parameters, or one of each of several lists
  takes: {number: [number, basis], year: [year]}   # roles of values, by parameter (or `sort`), the best first
  sorts: {money: amount, count: projects}     # column that a superlative means, by meaning or parameter
  default: -amount                            # the order that rows have anyway
  sets: {operator: {ceiling: ≤}}              # by parameter, the value that a meaning, or a region's level, sets
  shows: {ending: [startDate, endDate]}       # by meaning, the columns that sentences on a few rows state
  phrases: {fault: {NoLegalBasis: [regular expression, …]}}
  note: {zh: …, en: …}                        # a sentence that every reading of the view ends with
  notes: {outside: {zh: …, en: …}}            # further ones, each for a parameter with a value
  lists: [project, body]                      # meanings of the things that rows name, for “which projects”
  counts: [project]                           # meanings of the things that rows are or number, for “how many projects”
  rows: project                               # the meaning of the thing that each row is, if it is in `counts`
  questions: [{zh: 哪些项目引用了{number}？, en: …}]   # examples, with parameters in braces
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice, pairwise, product
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, InstanceOf

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.http import requests
from jixiao.server.runtime.turns import look
from jixiao.server.views.questions.lexicon import SEVERAL, words
from jixiao.server.views.questions.question import Question
from jixiao.server.views.questions.senses import Item, Sense
from jixiao.server.views.view_files import View

Groups = Annotated[
    tuple[frozenset[str], ...],
    BeforeValidator(lambda names: [names] if names and isinstance(names[0], str) else names),
]
"""Groups of names, one of which is needed from each group; a plain list of names is one group."""


class Pattern(BaseModel):
    """The entry `ask` in a view's header, as the module's docstring describes it, with the view."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    view: InstanceOf[View]
    weights: dict[str, float]
    when: dict[str, dict[str, float]] = {}
    only: dict[str, Groups] = {}
    needs: Groups = ()
    takes: dict[str, tuple[str, ...]]
    lists: frozenset[str]
    counts: frozenset[str] = frozenset()
    rows: str = ""
    sorts: dict[str, str] = {}
    default: str = ""
    sets: dict[str, dict[str, str]] = {}
    shows: dict[str, tuple[str, ...]] = {}
    phrases: dict[str, dict[str, tuple[str, ...]]] = {}
    note: Bilingual | None = None
    notes: dict[str, Bilingual] = {}
    questions: tuple[Bilingual, ...]


def patterns(views: Iterable[View]) -> tuple[Pattern, ...]:
    """Return the patterns of the views that have any."""
    return tuple(Pattern(view=view, **view.ask) for view in views if view.ask)


_SINGLE = (
    "part",
    "surrounding",
    "least",
    "most",
    "below",
    "above",
    "limit",
    "operator",
    "first",
    "second",
    "ofBody",
    "fund",
    "sort",
)
"""Parameters that take one value."""
_MOST_WAYS = 2_000
"""Combinations of senses tried per view, since their number grows with every item."""
_ENOUGH, _ENOUGH_ALONE = 1.9, 1.0
"""Least score of a fit; the second is for questions of names and values alone, in which no word adds to it."""
# “Sorted” may be with “ascending”, which is looked for first.
_SUPERLATIVES = {"least": "", "oldest": "", "most": "-", "newest": "-", "shared": "-"}
"""Signs of the order (descending, ascending) by the meaning of a superlative, or of “several bodies”."""

_COMPARED = {"regions": frozenset(("province", "city", "county")), "bodies": frozenset(("body",))}
"""Nouns of the rows that compare several regions or several bodies."""

OF_ONE = frozenset(("target", "everything", "investment", "of_own"))
"""Meanings of what the page of one project states, and no list of projects."""

_NAMES = frozenset(("text", "called", "topic", "department", "basis", "project"))
"""Parameters of names, two of which a row must meet at a time."""

_APART = ({"year", "notYear"}, {"text", "called"}, {"fund", "fault"}, {"part", "department"})
"""Parameters of which a question has one: of a body in a place, the place is the whole and no other part."""

_THINGS = frozenset(("project", "indicator", "target", "document", "finding"))
"""Nouns of things that are no bodies or regions, which have sums."""


@dataclass(frozen=True)
class Placed:
    """An item assigned to a parameter of a view, in one of its senses."""

    parameter: str
    item: Item
    sense: Sense


@dataclass(frozen=True)
class Fit:
    """A view that fits a question: its pattern, its parameters, and the items placed in these.

    The fit with the highest score is the best.
    """

    pattern: Pattern
    params: Mapping[str, str]
    placed: tuple[Placed, ...]
    score: float

    @property
    def given(self) -> dict[str, str | Sequence[str]]:
        """The parameters for View.answer(): a text, or a list for texts joined by SEVERAL."""
        return {name: text.split(SEVERAL) if SEVERAL in text else text for name, text in self.params.items()}

    @property
    def address(self) -> str:
        """The address of the page of the view that answers the question."""
        return requests.address(f"/views/{self.pattern.view.name}", self.given)


def fits(question: Question, patterns: Iterable[Pattern]) -> list[Fit]:
    """Return the fits of a question, the one with the highest score first; each view has one at most.

    There is none if the question has two conditions (却, but) and the best fit one, if it asks for two orders, wants
    all of several values (both, 同时) where that finds any, or compares two things (than, 比) where that finds one.
    """
    fitting = sorted(filter(None, (_best(question, pattern) for pattern in patterns)), key=lambda fit: -fit.score)
    is_one = bool(fitting) and len(fitting[0].params.keys() - {"sort", "limit"}) < 2
    if (is_one and question.contrasts) or (fitting and _ranks_twice(question, fitting[0].pattern)):
        return []
    if fitting and question.meant & {"together", "than"}:
        # A view has the difference of two years, and does not list the bodies with less in one of them.
        is_than = "than" in question.meant
        is_years = is_than and "year" in fitting[0].params and fitting[0].pattern.rows == "year"
        values = {
            (each.parameter, each.sense.text) for each in fitting[0].placed if not is_than or each.parameter != "year"
        }
        return (
            fitting
            if is_than
            == (
                is_years
                or len(values) > len(dict(values))
                or (is_than and "first" in fitting[0].params and not question.asked)
            )
            else []
        )
    return fitting


def _ranks_twice(question: Question, pattern: Pattern) -> bool:
    """Return True if superlatives of a question rank rows in two orders: the most projects, the most money."""
    columns = [[pattern.sorts[name] for name in pattern.sorts if name in names] for names in question.ranked]
    # 排序 and 花钱 leave the direction to another word.
    said = frozenset().union(*(names for names in question.meanings if names.isdisjoint(("ordered", "money"))))
    is_both = said >= {"most", "least"}
    return is_both or len({each[0] for each in columns if each}) > 1


def _best(question: Question, pattern: Pattern) -> Fit | None:
    """Return the best fit of a view; None if its score is too low."""
    look()
    best = max(_ways(question, pattern), key=lambda fit: fit.score, default=None)
    return None if best is None or best.score < (_ENOUGH if question.meanings else _ENOUGH_ALONE) else best


def _ways(question: Question, pattern: Pattern) -> Iterator[Fit]:
    # “More projects” of one of two places asks for their numbers.
    compares = question.meant & {"regions", "bodies"} and question.meant & {"most", "least"}
    named = pattern.counts if question.counted else pattern.lists | (pattern.counts if compares else frozenset())
    # 多少份申报 counts a thing that no view has.
    is_uncounted = question.counted and not question.asked and "title" not in question.meant
    if (question.asked and not question.asked & named) or is_uncounted or _is_unmet(question, pattern):
        return
    meant = question.meant
    said = meant | {sense.role for item in question.items for sense in item.senses}
    closed = {name for name, groups in pattern.only.items() if not all(group & said for group in groups)}
    choices = [[place for place in _places(item, pattern) if place.parameter not in closed] for item in question.items]
    # Found once, not for each of thousands of ways.
    places = [n for n, item in enumerate(question.items) if any(sense.role == "region" for sense in item.senses)]
    projects = [n for n, item in enumerate(question.items) if any(sense.is_project for sense in item.senses)]
    for way in islice(product(*choices), _MOST_WAYS):
        is_alike = _is_alike([way[n].parameter for n in places], [way[n].parameter for n in projects])
        params = _params(way, meant, next(iter(question.ranked), frozenset()), pattern) if is_alike else None
        if params is None or not all(group & (meant | params.keys()) for group in pattern.needs):
            continue
        roles = {placed.sense.role.partition("-")[0] for placed in way}
        sums = (
            ("money" in roles and "project" not in meant and not roles & {"name", "text"})
            or params.get("sort") == "-findings"
            or ("average" in meant and pattern.rows == "project")
        )
        lacks = "project" not in meant and ({"without", "lacks"} & params.keys() or "No" in params.get("fault", ""))
        # Bodies that ask for more than 10 million in all, have the most warnings, or cite nothing.
        of_bodies = (
            question.asked
            and not question.asked & _THINGS
            and (sums or lacks or {"notYear", "notCited"} & params.keys())
        )
        # Projects that “have the same amount” are no two things that are compared.
        several = {"first", "surrounding", "fault"} & params.keys() or any(
            mark in value for value in params.values() for mark in (",", SEVERAL)
        )
        # 政府办或业务培训 is no project of both.
        either = any(
            {one.parameter, other.parameter} & _NAMES > {one.parameter}
            and question.text[one.item.end : other.item.start].strip() in words()["names"]["also"]
            for one, other in pairwise(way)
        )
        explained = _explained(question, pattern, params) if not either else None
        is_one_sum = pattern.rows in _THINGS or {"department", "year"} <= params.keys()  # 一样吗, of nothing else
        # Two named projects are compared with each other, and not the places where they are.
        of_places = pattern.rows == "province" and SEVERAL in params.get("text", "")
        if explained is None or of_bodies or of_places or ("compare" in meant and is_one_sum and not several):
            continue
        yield Fit(pattern, params, tuple(way), round(explained + sum(placed.sense.weight for placed in way), 3))


def _is_alike(of_places: Sequence[str], of_projects: Sequence[str]) -> bool:
    """Return True if names of places (Songjiang and Minhang) have one parameter, and projects another one."""
    places = {parameter if parameter in _NAMES or parameter == "region" else "" for parameter in of_places}
    projects = set(of_projects)
    return len(places) < 2 and len(projects) < 2 and places.isdisjoint(projects)


def _is_unmet(question: Question, pattern: Pattern) -> bool:
    """Return True if a question compares regions or wants the highest of each body, and the view's rows do neither."""
    meant = question.meant
    compared = frozenset().union(*(nouns for several, nouns in _COMPARED.items() if several in meant))
    compares = compared and (not question.asked or question.counted or question.asked & compared)
    # Each department's number of indicators, or each project's of one type, is no number of all indicators.
    apart = "apiece" in meant and pattern.rows != "body" and (question.counted or "average" in meant)
    apart = apart or ({"per_project", "count"} <= meant and pattern.rows != "project")
    return apart or (
        bool(meant & {"compare", "most", "least", "respective"})
        and (
            # “Which is the largest” of projects that are counted asks for one of these.
            (
                question.counted
                and question.asked == {"project"}
                and bool(meant & {"most", "least"})
                and "plenty" not in meant
                and pattern.rows != "project"
            )
            or (
                question.counted
                and bool(meant & {"most", "least"})
                and not {"than", *question.asked} & {*meant, pattern.rows}
            )
            or bool(compares and not compared & pattern.lists)
            # “The highest amount” is one project's, unless bodies, years or regions are asked for.
            or (
                pattern.rows == "body"
                and bool(meant & {"most", "least"})
                and not question.asked
                and meant.isdisjoint(
                    ("body", "bodies", "yearly", "years", "compare", "respective", "total", "average", "province")
                )
            )
            or ("apiece" in meant and "project" in pattern.lists)
        )
    )


def _places(item: Item, pattern: Pattern) -> Iterator[Placed]:
    """Yield the ways to assign an item to a parameter; its weight is lowered by 0.1 for each role that is preferred."""
    columns = {column.name for column in pattern.view.columns}
    for parameter, roles in pattern.takes.items():
        for rank, role in enumerate(roles):
            for sense in item.senses:
                if sense.role == role and (parameter != "sort" or sense.text in columns):
                    yield Placed(parameter, item, replace(sense, weight=sense.weight - rank / 10))


def _params(
    way: Sequence[Placed], meant: frozenset[str], ranked: frozenset[str], pattern: Pattern
) -> dict[str, str] | None:
    """Return the view's parameters by name for one assignment of all items (`way`).

    Return None if two values contradict each other or a required parameter is missing. `meant` are the meanings of the
    question's words, which may set further parameters and the order; `ranked` are those beside a superlative.
    """
    params: dict[str, str] = {}
    splits = {parameter.name: parameter.reads.splits for parameter in pattern.view.params}
    for placed in way:
        name, text = placed.parameter, placed.sense.text
        if name in params and params[name] != text:
            if (
                name in _SINGLE
                or (name == "text" and pattern.rows == "indicator" and all(each.parameter != "project" for each in way))
                or (name == "region" and "shared" in meant)
            ):
                return None
            text = f"{params[name]}{',' if splits[name] else SEVERAL}{text}"
        params[name] = text
    sets = _sets(way, meant, pattern)
    if sets is None:
        return None
    params = {**params, **sets, **params}
    declared = {parameter.name: parameter.required for parameter in pattern.view.params}
    if any(declared[name] for name in declared.keys() - params.keys()) or _is_contradiction(params):
        return None
    superlatives = [sign for meaning, sign in _SUPERLATIVES.items() if meaning in meant]
    if pattern.sorts and (superlatives or "limit" in params or "sort" in params):
        is_average = "average" in meant and bool(superlatives)  # 平均金额最高 is no highest sum
        among = (frozenset(("average",)),) if is_average else (ranked, meant, params.keys())
        columns = [params.pop("sort")] if "sort" in params else []
        columns += [column for names in among for meaning, column in pattern.sorts.items() if meaning in names]
        is_most = (
            "plenty" in meant and "fund" not in params and "than" not in meant
        )  # 引用最多 is no column of projects
        if not columns and (is_average or is_most):
            return None
        sort = (superlatives or ["-"])[0] + (columns or list(pattern.sorts.values()))[0]
        if sort != pattern.default:
            params["sort"] = sort
        if sort in ("amount", "average") and "least" in declared and not {"least", "above"} & params.keys():
            params["least"] = "0"  # otherwise projects without an amount come first
    return params


def _sets(way: Sequence[Placed], meant: frozenset[str], pattern: Pattern) -> dict[str, str] | None:
    """Return the parameters that meanings or the level of regions set; None for regions of several levels."""
    params = {}
    for name, values in pattern.sets.items():
        levels = {values.get(placed.sense.role, "") for placed in way if placed.parameter == "region"}
        chosen = [value for meaning, value in values.items() if meaning in meant] or sorted(levels)
        if len(levels) > 1 and not meant & values.keys():
            return None
        if any(chosen):
            params[name] = chosen[0]
    return params


def _is_contradiction(params: Mapping[str, str]) -> bool:
    """Return True if no figure can be within the bounds (低于85%或高于95%), or a year is asked for and excluded.

    Two texts are of one parameter, which finds either of them.
    """
    low = [Decimal(params[name]) for name in ("above", "least") if name in params]
    high = [Decimal(params[name]) for name in ("below", "most") if name in params]
    return (bool(low and high) and max(low) > min(high)) or any(pair <= params.keys() for pair in _APART)


def _explained(question: Question, pattern: Pattern, params: Mapping[str, str]) -> float | None:
    """Return the score of a view for the words of a question: the sum of the pattern's weights for their meanings.

    Of a word's several meanings the highest weight is taken, unless one is negative: this word suggests another view.
    Return None if the view explains a word not at all.
    """
    weights = dict(pattern.weights)
    for parameter, more in pattern.when.items():
        if parameter in (*params, *map("=".join, params.items())):
            weights |= more
    score = weights.get("respective", 0.0) if {"years", "count"} <= question.meant else 0.0
    for meanings in question.meanings:
        known = [weights[meaning] for meaning in meanings if meaning in weights]
        if known:
            score += min(known) if min(known) < 0 else max(known)
        elif "stop" not in meanings:
            return None
    return score
