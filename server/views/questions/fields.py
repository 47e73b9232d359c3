"""Answer a question for one field of a project by the label that the field has on the project's page: 项目性质."""

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cache

from jixiao.ontology.text import wording
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.folding import fold
from jixiao.server.views.answers import WORDS, Row
from jixiao.server.views.questions import record
from jixiao.server.views.questions.explanation import noted
from jixiao.server.views.questions.lexicon import words
from jixiao.server.views.questions.question import Question
from jixiao.server.views.questions.senses import Item

_PASSED = frozenset(("stop", "meaning:project"))
"""Tags of words that may stand beside the project's name and the label."""

TOLD = frozenset(("hasSection", "hasGoal"))
"""Properties of rows that have headings of the form's own, and no labels of fields."""


def asked(question: Question) -> tuple[str, int, int] | None:
    """Return the label of the field that a question asks for, with its place and that of the words that ask.

    None if it asks for none, or has words besides the names of things.
    """
    match = next(filter(None, (pattern.search(question.text) for pattern in _patterns())), None)
    if match is None:
        return None
    start, end = match.span()
    beside = [piece for piece in question.pieces if piece.end <= start or end <= piece.start]
    is_bare = all(piece.tags & _PASSED or piece.role for piece in beside)
    return (_labels()[match["label"]], start, end) if is_bare else None


def is_named(question: Question, items: Collection[Item], start: int, end: int) -> bool:
    """Return True if items, one of which is a project, are all of a question outside the words that ask for a field."""
    others = [item for item in question.items if item.end <= start or end <= item.start]
    return any(item.senses[0].role == "name" for item in items) and all(item in items for item in others)


def stated(label: str, page: Sequence[Row]) -> Iterator[Bilingual]:
    """Yield the sentences with the rows of a page that have a label, or the sentence that none was read."""
    rows = [row for row in page if label in (row["item"], row["group"])]
    blank = any(row["item"] == _BLANK and row["value"] == label for row in page)
    yield from map(record.said, rows)
    if not rows:
        yield noted("blank" if blank else "unstated", label, WORDS["field"][label].en)


_BLANK = "留空"


@cache
def _labels() -> dict[str, str]:
    """Return the labels of fields by themselves and by their English words, as questions are compared."""
    return {fold(said): label for label, each in WORDS["field"].items() for said in (label, each.zh, each.en)}


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    latin = [label for label in _labels() if label.isascii()]
    others = [label for label in _labels() if not label.isascii()]
    table = words()["fielded"]
    return (
        re.compile(table["field"].replace("{label}", f"(?P<label>{wording.alternatives(others)})")),
        re.compile(table["field_en"].replace("{label}", f"(?P<label>{wording.alternatives(latin)})")),
    )
