"""Choose the view that covers the slots of a question, and fill in its parameters.

The senses of values and names are found before any view is looked at (senses.py). A view covers a question if it has a
parameter for each slot, has all parameters that it requires, gives a meaning to each known word of the question, and
has rows of what the question asks for. The first view that does so is the reading. The entry `ask` in the header of a
view says what its rows are and which slots it answers, as docs/asking.md describes.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set as AbstractSet
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from itertools import islice, pairwise, product
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, InstanceOf

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.http import requests
from jixiao.server.runtime.turns import look
from jixiao.server.views.questions.lexicon import SEVERAL, group, words
from jixiao.server.views.questions.question import Question
from jixiao.server.views.questions.senses import Item, Sense
from jixiao.server.views.view_files import View

Groups = Annotated[
    tuple[frozenset[str], ...],
    BeforeValidator(lambda names: [names] if names and isinstance(names[0], str) else names),
]
"""Groups of names, one of which is needed from each group; a plain list of names is one group."""


class Pattern(BaseModel):
    """A view with the entry `ask` of its header, which says what questions the view answers (see docs/asking.md)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    view: InstanceOf[View]
    rows: str = ""
    thing: str
    lists: frozenset[str]
    counts: frozenset[str] = frozenset()
    tells: frozenset[str]
    given: dict[str, frozenset[str]] = {}
    needs: Groups = ()
    slots: dict[str, tuple[str, ...]]
    only: dict[str, Groups] = {}
    unless: dict[str, frozenset[str]] = {}
    sets: dict[str, dict[str, str]] = {}
    sorts: dict[str, str] = {}
    percent: bool = False
    default: str = ""
    shows: dict[str, tuple[str, ...]] = {}
    blanks: dict[str, str] = {}
    phrases: dict[str, dict[str, tuple[str, ...]]] = {}
    note: Bilingual | None = None
    notes: dict[str, Bilingual] = {}
    questions: tuple[Bilingual, ...]


def patterns(views: Iterable[View]) -> tuple[Pattern, ...]:
    """Return the patterns of the views that have an entry `ask`."""
    return tuple(Pattern(**{"view": view, "thing": view.ask.get("rows"), **view.ask}) for view in views if view.ask)


ROWS = {"target": "indicator", "evaluation": "project", "city": "province", "county": "province"}
"""Kinds of rows by nouns that are other words for them, or levels of them."""
_ALL = ("project", "body", "year", "province", "document", "indicator", "finding")
"""Kinds of rows for a question that names none, the most likely first."""
_LIMIT, _SORT = Bilingual("前几行", "First rows"), Bilingual("次序", "Order")
_MOST_WAYS = 2_000
"""Combinations of slots tried per view, since their number grows with every item."""
# “Sorted” may be with “ascending”, which is looked for first.
_SUPERLATIVES = {"least": "", "oldest": "", "most": "-", "newest": "-", "shared": "-"}
"""Signs of the order (descending, ascending) by the meaning of a superlative, or of “several bodies”."""
_APART = ({"year", "notYear"}, {"text", "called"}, {"fund", "fault"}, {"part", "department"}, {"ofBody", "surrounding"})
"""Parameters of which a question has one: of a body in a place, the place is the whole and no other part."""
_BOUNDED = (
    ("least", "most", "above", "below"),
    ("rateLeast", "rateMost", "rateAbove", "rateBelow"),
    ("scoreLeast", "scoreMost", "scoreAbove", "scoreBelow"),
)
"""Parameters of the bounds of each quantity."""


@dataclass(frozen=True)
class Slot:
    """An item of a question, in one of its senses, as the value of a view's parameter."""

    parameter: str
    item: Item
    sense: Sense


def kind(item: Item, sense: Sense | None = None) -> str:
    """Return the kind of value that an item has in a sense; without `sense`, in the item's first sense.

    The kind is the key of the table `kinds` of words.toml whose list has the role of the sense, up to its first hyphen;
    or else this part of the role.
    """
    role = (sense or item.senses[0]).role.partition("-")[0]
    return next((name for name, roles in words()["views"]["kinds"].items() if role in roles), role)


@dataclass(frozen=True)
class Fit:
    """A view that fits a question: its pattern, the values of its parameters, and the slots that give these values.

    A slot is an item of the question with the parameter that the item stands for.
    """

    pattern: Pattern
    params: Mapping[str, str]
    slots: tuple[Slot, ...]

    @property
    def given(self) -> dict[str, str | Sequence[str]]:
        """The parameters for View.answer(): a text, or a list for texts joined by SEVERAL."""
        return {name: text.split(SEVERAL) if SEVERAL in text else text for name, text in self.params.items()}

    def stated(self) -> list[dict[str, object]]:
        """Return a dict for each slot, for programs: its kind, the question's words, value, parameter, and label."""
        labels = {each.name: each.label for each in self.pattern.view.params} | {"limit": _LIMIT, "sort": _SORT}
        return [
            {
                "kind": kind(slot.item, slot.sense),
                "words": slot.item.text,
                "value": slot.sense.text,
                "parameter": slot.parameter,
                "label": asdict(labels[slot.parameter]),
            }
            for slot in self.slots
        ]

    @property
    def address(self) -> str:
        """The address of the page of the view that answers the question."""
        return requests.address(f"/views/{self.pattern.view.name}", self.given)


def fits(question: Question, patterns: Iterable[Pattern]) -> list[Fit]:
    """Return the fits of a question, at most one for each view; first the fit whose rows are what is asked for.

    The list is empty for a question that no view can answer as a whole: with two conditions on one thing (却, but),
    with two orders, for rows that have all of several values (both, 同时), or with a comparison (than, 比) of fewer
    than two things.
    """
    order, tried = _things(question), words()["views"]["order"]
    covering: list[Fit] = []
    for pattern in sorted(
        (pattern for pattern in patterns if pattern.thing in order),
        key=lambda each: (order.index(each.thing), tried.index(each.view.name) if each.view.name in tried else -1),
    ):
        look()
        covering += islice(_ways(question, pattern), 1)
    if not covering or _ranks_twice(question, covering[0].pattern):
        return []
    first, meant = covering[0], question.meant
    compared = [each for each in first.slots if each.parameter != "year" or "than" not in meant]
    values = {(each.parameter, each.sense.text) for each in compared}
    is_several = len(values) > len(dict(values))
    # A view has the difference of two years, and does not list the bodies with less in one of them.
    is_years = "year" in first.params and first.pattern.rows == "year"
    is_years = is_years or ("first" in first.params and not question.asked)
    is_one = len(first.params.keys() - {"sort", "limit"}) < 2
    refused = (
        (is_one and question.contrasts)
        or ("than" in meant and not (is_several or is_years))
        or ("together" in meant and "than" not in meant and is_several)
    )
    return [] if refused else covering


def _things(question: Question) -> tuple[str, ...]:
    """Return the kinds of things that the answer's rows may be, such as project or body, the most likely kind first."""
    meant, asked = question.meant, question.asked
    kinds = {sense.role.partition("-")[0] for item in question.items for sense in item.senses[:1]}
    of_projects = "project" in meant
    apart = meant & group("compares") and (not asked or "plenty" in meant or (question.counted and "compare" in meant))
    differs = "years" in meant and meant & {"compare", "change", "than"}
    yearly = "yearly" in meant or ("years" in meant and meant & {"respective", "count", "most", "least"})
    rules: tuple[tuple[str, object], ...] = (
        ("share", "share" in meant),
        ("project", meant & {"dear", "one_project", "items"}),
        ("years", differs and "money" in meant and meant.isdisjoint(("total", "count"))),
        ("year", differs),
        ("body", yearly and "apiece" in meant),
        ("year", yearly),
        ("body", "fund" in kinds and not of_projects),
        ("province", apart and "regions" in meant),
        ("body", apart and "bodies" in meant),
        *((ROWS.get(noun, noun), True) for noun in sorted(asked)),
        ("project", of_projects and ("fault" in kinds or meant & group("found"))),
        ("finding", "fault" in kinds or meant & group("found")),
        ("indicator", kinds & group("of_indicators") or meant & {"indicator", "target", "ceiling", "floor"}),
        ("document", meant & {"document", "title"}),
        ("province", meant & {"province", "city", "county"}),
        ("body", meant & {"body", "who", "apiece"} or ("org" in kinds and "money" in meant and not of_projects)),
        ("body", meant & {"spent", "rate"} and not of_projects and kinds.isdisjoint(("name", "text"))),
    )
    return tuple(dict.fromkeys((*(thing for thing, is_meant in rules if is_meant), *_ALL)))


def _answers(question: Question, rows: str, lists: AbstractSet[str], counts: AbstractSet[str]) -> bool:
    """Return True if the rows of a view are what a question asks for, lists or counts.

    `rows` is the kind of the view's rows, `lists` are the nouns of things named in rows, and `counts` the nouns of
    things that rows are or whose number they have.
    """
    meant, asked, counted = question.meant, question.asked, question.counted
    ranks = bool(meant & group("ranks"))
    # “More projects” of one of two places asks for their numbers.
    named = counts if counted else lists | (counts if ranks and meant & {"regions", "bodies"} else frozenset())
    if asked and not asked & named:
        return False
    # 多少份申报 counts a thing that no view has, and 各部门引用的文件 are apart by body.
    kinds = {sense.role for item in question.items for sense in item.senses[:1]}
    if (counted and not asked and "title" not in meant and not kinds & group("of_projects")) or (
        "apiece" in meant and rows != "body"
    ):
        return False
    if {"per_project", "count"} <= meant and rows != "project":
        return False
    # “Which is the largest” of projects that are counted asks for one of these.
    one = counted and ranks and asked == {"project"} and "plenty" not in meant and rows != "project"
    other = counted and ranks and not {"than", *asked} & {*meant, rows}
    compared = frozenset().union(*(group(several) for several in ("regions", "bodies") if several in meant))
    compares = compared and meant & (group("compares") - {"than"}) and (not asked or counted or asked & compared)
    return not (one or other or (compares and not compared & lists))


def is_within(fit: Fit, other: Fit, changed: Collection[str]) -> bool:
    """Return True if `fit` has all conditions of the fit `other`, apart from values of the kinds in `changed`.

    Parameters of `other` that no words of the question set must have the same values in `fit`.
    """
    has, wanted = ({(kind(slot.item, slot.sense), slot.sense.text) for slot in each.slots} for each in (fit, other))
    slots = {slot.parameter for slot in other.slots} | ({"sort"} if "limit" not in other.params else set())
    set_otherwise = {name: text for name, text in other.params.items() if name not in slots}
    return {each for each in wanted if each[0] not in changed} <= has and set_otherwise.items() <= fit.params.items()


def _ranks_twice(question: Question, pattern: Pattern) -> bool:
    """Return True if superlatives of a question rank rows in two orders: the most projects, the most money."""
    columns = [[pattern.sorts[name] for name in pattern.sorts if name in names] for names in question.ranked]
    # 排序 and 花钱 leave the direction to another word.
    said = frozenset().union(*(names for names in question.meanings if names.isdisjoint(("ordered", "money"))))
    return said >= {"most", "least"} or len({each[0] for each in columns if each}) > 1


def _ways(question: Question, pattern: Pattern) -> Iterator[Fit]:
    """Yield the fits of a view to a question, one for each way to put its items in parameters, the surest first."""
    meant = question.meant
    if not _answers(question, pattern.rows, pattern.lists, pattern.counts):
        return
    said = meant | {sense.role for item in question.items for sense in item.senses}
    closed = {name for name, others in pattern.unless.items() if others & said}
    bare, owners = {"%", words()["points"]["unit"]}, question.owners
    items = [
        item
        for item in question.items
        if not (pattern.percent and item.senses[0].role == "unit" and item.senses[0].text in bare)
    ]

    def is_open(slot: Slot) -> bool:
        """Return True if the slot's parameter may have a value in this question.

        The parameter may need words of the question (`only` in the header) or forbid some (`unless`). Words said of
        another bound do not count.
        """
        span = slot.item.start, slot.item.end
        owner = owners.get(span, "")
        others = {name for quantity, names in words()["quantities"].items() if quantity != owner for name in names}
        units = {each.senses[0].text for each in question.items if (each.start, each.end) == span}
        of_slot = said - (others if owner else set()) | units | {owner}
        return slot.parameter not in closed and all(group & of_slot for group in pattern.only.get(slot.parameter, ()))

    choices = [[slot for slot in _slots(item, pattern) if is_open(slot)] for item in items]
    for one in islice(product(*choices), _MOST_WAYS):
        way = _from_base(question, one)
        params = _params(way, meant, next(iter(question.ranked), frozenset()), pattern)
        if params is None or not all(group & (meant | params.keys()) for group in pattern.needs):
            continue
        if _covers_words(question, pattern, params, way) and not _differs(question, pattern, params, way):
            yield Fit(pattern, params, tuple(way))


def _from_base(question: Question, way: Sequence[Slot]) -> Sequence[Slot]:
    """Return the slots of a comparison of two years so that the year after “than” is the first (2025年比2023年多).

    The answer is then the change since 2023. Slots of any other question are returned unchanged.
    """
    other = {"first": "second", "second": "first"}
    first = next((slot.item.start for slot in way if slot.parameter == "first"), None)
    if first is None or not any("meaning:than" in piece.tags and piece.start > first for piece in question.pieces):
        return way
    based = (replace(slot, parameter=other.get(slot.parameter, slot.parameter)) for slot in way)
    return sorted(based, key=lambda slot: slot.parameter == "second")


def _differs(question: Question, pattern: Pattern, params: Mapping[str, str], way: Sequence[Slot]) -> bool:
    """Return True if a question's conditions are on other things than the rows of a view.

    Examples are conditions on the sums of whole bodies where rows are projects, on either of two names that would go to
    different parameters, and on two compared things where the view compares none.
    """
    meant = question.meant
    roles = {slot.sense.role.partition("-")[0] for slot in way}
    sums = (
        ("money" in roles and "project" not in meant and not roles & {"name", "text"})
        or params.get("sort") == "-findings"
        or ("average" in meant and pattern.rows == "project")
    )
    lacks = "project" not in meant and ({"without", "lacks"} & params.keys() or "No" in params.get("fault", ""))
    # Bodies that ask for more than 10 million in all, have the most warnings, or cite nothing.
    of_bodies = (
        question.asked
        and not question.asked & group("summed")
        and (sums or lacks or {"notYear", "notCited"} & params.keys())
    )
    # Projects that “have the same amount” are no two things that are compared.
    several = {"first", "surrounding", "fault"} & params.keys() or any(
        mark in value for value in params.values() for mark in (",", SEVERAL)
    )
    is_one_sum = pattern.rows in group("summed") or {"department", "year"} <= params.keys()  # 一样吗, of nothing else
    # 政府办或业务培训 is no project of both.
    either = any(
        {one.parameter, other.parameter} & group("names") > {one.parameter}
        and question.text[one.item.end : other.item.start].strip() in words()["names"]["also"]
        for one, other in pairwise(way)
    )
    # Two topics are compared with each other, and not the places or bodies that have either.
    texts = sum(slot.parameter in ("text", "called", "topic") for slot in way) > 1
    of_places = texts and pattern.rows != "project" and (pattern.rows == "province" or meant & group("compares"))
    return bool(of_bodies or either or of_places or ("compare" in meant and is_one_sum and not several))


def _slots(item: Item, pattern: Pattern) -> Iterator[Slot]:
    """Yield the slots of a view in which an item may stand: the surest sense first, then in the order of the pattern.

    A sense as a column to sort by fits only if the view has this column.
    """
    columns = {column.name for column in pattern.view.columns}
    found = [
        (-sense.weight, roles.index(sense.role), at, Slot(parameter, item, sense))
        for at, (parameter, roles) in enumerate(pattern.slots.items())
        for sense in item.senses
        if sense.role in roles and (parameter != "sort" or sense.text in columns)
    ]
    yield from (each[-1] for each in sorted(found, key=lambda each: each[:3]))


def _params(
    way: Sequence[Slot], meant: frozenset[str], ranked: frozenset[str], pattern: Pattern
) -> dict[str, str] | None:
    """Return the view's parameters by name, for one way to put the items of a question in slots (`way`).

    None if two values contradict each other or a required parameter is missing. `meant` are the meanings of the
    question's words, which may set further parameters and the order; `ranked` are the meanings of a superlative and of
    the word beside it.
    """
    params: dict[str, str] = {}
    splits = {parameter.name: parameter.reads.splits for parameter in pattern.view.params}
    for slot in way:
        name, text = slot.parameter, slot.sense.text
        if name in params and params[name] != text:
            if (
                name in group("single")
                or "-" in slot.sense.role
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
        dear = meant & {"dear"} and frozenset(("money",))  # the most expensive projects are not the most projects
        among = (frozenset(("average",)),) if is_average else (dear, ranked, meant, params.keys())
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


def _sets(way: Sequence[Slot], meant: frozenset[str], pattern: Pattern) -> dict[str, str] | None:
    """Return the parameters that the header sets for meanings, or for the level of the regions in `way`.

    None if regions of several levels would set different values.
    """
    params = {}
    for name, values in pattern.sets.items():
        levels = {values.get(slot.sense.role, "") for slot in way if slot.parameter == "region"}
        chosen = [value for meaning, value in values.items() if meaning in meant] or sorted(levels)
        if len(levels) > 1 and not meant & values.keys():
            return None
        if any(chosen):
            params[name] = chosen[0]
    return params


def _is_contradiction(params: Mapping[str, str]) -> bool:
    """Return True if no figure can meet all bounds (低于85%或高于95%), or if one value is both wanted and excluded."""
    pairs = [
        (Decimal(params[low]), Decimal(params[high]), (low, high) != (least, most))
        for least, most, above, below in _BOUNDED
        for low in (least, above)
        for high in (most, below)
        if {low, high} <= params.keys()
    ]
    is_crossed = any(low > high or (low == high and excludes) for low, high, excludes in pairs)
    return is_crossed or any(pair <= params.keys() for pair in _APART)


def _covers_words(question: Question, pattern: Pattern, params: Mapping[str, str], way: Sequence[Slot]) -> bool:
    """Return True if a view's header covers the meaning of each word of a question, and the question asks something.

    False, too, if the question is about the findings of all rules and has a word of money, targets or documents.
    """
    given = {*(slot.parameter for slot in way), *map("=".join, params.items())}
    tells = pattern.tells.union(*(more for name, more in pattern.given.items() if name in given))
    is_all = params.get("fault") == "own" and question.meant & group("measures")
    nouns = group("nouns") | group("evaluated") | {"yearly"}
    asks = way or question.asked or question.meant & nouns or {"money", "most"} <= question.meant
    return bool(asks) and not is_all and all(meanings & (tells | {"stop"}) for meanings in question.meanings)
