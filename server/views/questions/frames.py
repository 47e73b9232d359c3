"""Find what the rows of an answer to a question are, such as projects, bodies or years."""

from collections.abc import Set as AbstractSet

from jixiao.server.views.questions.question import Question

OF_ONE = frozenset(("target", "everything", "investment", "of_own"))
"""Meanings of what the page of one project states, and no list of projects."""
SUMMED = frozenset(("project", "indicator", "target", "document", "finding"))
"""Nouns of things that are no bodies or regions, which have sums."""
EVALUATED = frozenset(
    (
        *("evaluation", "missed", "exceeded", "why", "full", "docked", "overspent"),
        *("altered", "raised", "lowered", "rate", "score"),
    )
)
"""Meanings of what self-evaluations alone state."""
NOUNS = SUMMED | EVALUATED | {"body", "province", "city", "county", "yearly"}
"""Meanings of words for what rows are, or for what self-evaluations alone state."""
_ALL = ("project", "body", "year", "province", "document", "indicator", "finding")
"""Kinds of rows for a question that names none, the most likely first."""
ROWS = {"target": "indicator", "evaluation": "project", "city": "province", "county": "province"}
"""Kinds of rows by nouns that are other words for them, or levels of them."""
_COMPARED = {"regions": frozenset(("province", "city", "county")), "bodies": frozenset(("body",))}
"""Nouns of the rows that compare several regions or several bodies."""
COMPARES = frozenset(("compare", "most", "least", "respective", "than"))
"""Meanings of words that compare."""
_FOUND = frozenset(("finding", "warning", "violation"))
_OF_INDICATORS = frozenset(("type", "value", "unit", "indicator", "figure", "reached"))
"""Kinds of slots that indicators alone have."""


_OF_PROJECTS = frozenset(("longer", "shorter", "calendarYears", "without", "lacks", "missing", "stated"))
"""Kinds of slots that projects alone have, and whose words may have the noun: 项目期限超过一年."""


def things(question: Question) -> tuple[str, ...]:
    """Return the kinds of things that the rows of an answer may be, the most likely first."""
    meant, asked = question.meant, question.asked
    kinds = {sense.role.partition("-")[0] for item in question.items for sense in item.senses[:1]}
    of_projects = "project" in meant
    apart = meant & COMPARES and (not asked or "plenty" in meant or (question.counted and "compare" in meant))
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
        ("project", of_projects and ("fault" in kinds or meant & _FOUND)),
        ("finding", "fault" in kinds or meant & _FOUND),
        ("indicator", kinds & _OF_INDICATORS or meant & {"indicator", "target", "ceiling", "floor"}),
        ("document", meant & {"document", "title"}),
        ("province", meant & {"province", "city", "county"}),
        ("body", meant & {"body", "who", "apiece"} or ("org" in kinds and "money" in meant and not of_projects)),
        ("body", meant & {"spent", "rate"} and not of_projects and kinds.isdisjoint(("name", "text"))),
    )
    return tuple(dict.fromkeys((*(thing for thing, is_meant in rules if is_meant), *_ALL)))


def answers(question: Question, rows: str, lists: AbstractSet[str], counts: AbstractSet[str]) -> bool:
    """Return True if rows, with the nouns that they list or count, are what a question asks for or compares."""
    meant, asked, counted = question.meant, question.asked, question.counted
    ranks = bool(meant & {"most", "least"})
    # “More projects” of one of two places asks for their numbers.
    named = counts if counted else lists | (counts if ranks and meant & _COMPARED.keys() else frozenset())
    if asked and not asked & named:
        return False
    # 多少份申报 counts a thing that no view has, and 各部门引用的文件 are apart by body.
    kinds = {sense.role for item in question.items for sense in item.senses[:1]}
    if (counted and not asked and "title" not in meant and not kinds & _OF_PROJECTS) or (
        "apiece" in meant and rows != "body"
    ):
        return False
    if {"per_project", "count"} <= meant and rows != "project":
        return False
    # “Which is the largest” of projects that are counted asks for one of these.
    one = counted and ranks and asked == {"project"} and "plenty" not in meant and rows != "project"
    other = counted and ranks and not {"than", *asked} & {*meant, rows}
    compared = frozenset().union(*(nouns for several, nouns in _COMPARED.items() if several in meant))
    compares = compared and meant & (COMPARES - {"than"}) and (not asked or counted or asked & compared)
    return not (one or other or (compares and not compared & lists))
