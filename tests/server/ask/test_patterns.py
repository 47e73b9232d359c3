"""The headers' patterns keep their own rules, and each example question is understood and has an answer."""

import pytest

from jixiao.server.views import view_files
from jixiao.server.views.questions.covering import Pattern, patterns
from jixiao.server.views.questions.lexicon import words
from tests.server.ask.meant import Asking
from tests.support.complete import assert_complete

PATTERNS = patterns(view_files.load().values())
OF_EVALUATIONS = ("results", "execution", "evaluations")
"""Views of self-evaluations."""


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.view.name)
def test_patterns_name_what_there_is(pattern: Pattern) -> None:
    meanings = set(words()["meaning"])
    params = {parameter.name for parameter in pattern.view.params}
    columns = {column.name for column in pattern.view.columns}
    unknown = sorted(pattern.tells - meanings)
    assert not unknown, f"{', '.join(unknown)}: use meanings of [meaning] in server/views/questions/words.toml"
    assert all(more <= meanings for more in pattern.given.values())
    assert set(pattern.slots) <= params | {"limit", "sort"}
    assert {name.partition("=")[0] for name in pattern.given} | set(pattern.sets) <= params
    assert set(pattern.phrases) <= params | {role for roles in pattern.slots.values() for role in roles}
    assert set(pattern.only) | set(pattern.unless) <= set(pattern.slots)
    assert frozenset().union(*pattern.needs) <= meanings | params | {"limit", "years"}
    assert set(pattern.sorts) <= meanings | params
    assert set(pattern.sorts.values()) <= columns


def test_every_view_is_asked_for() -> None:
    # The first is for programs, which the views of spending answer for people; the second is one list of projects.
    others = {"money", "department"}
    advice = "write `ask:` with `questions:` into the header of the view's .rq file, as docs/views.md says"
    assert_complete({pattern.view.name for pattern in PATTERNS}, set(view_files.load()) - others, advice)


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    ("view", "q"),
    [(pattern.view.name, q) for pattern in PATTERNS for q in pattern.questions if "{" not in q.zh],
    ids=str,
)
def test_examples_have_answers(asking: Asking, asking_evaluated: Asking, view: str, q: object) -> None:
    asking = asking_evaluated if view in OF_EVALUATIONS else asking
    for text in (q.zh, q.en):  # type: ignore[attr-defined]
        reading = asking.read(text)
        assert reading.fit, (text, reading.sentence)
        # No self-evaluation of the tests lacks what an example looks for, such as its total.
        assert asking.rows(reading.fit.pattern.view.name, reading.params) or "missing" in reading.params, text


def test_examples_with_values_of_the_graph_have_answers(asking: Asking, asking_evaluated: Asking) -> None:
    for_views = asking_evaluated.reader.examples(asking_evaluated.index, asking_evaluated.rows, OF_EVALUATIONS)
    assert len(for_views) == len(OF_EVALUATIONS)
    examples = asking.reader.examples(asking.index, asking.rows)
    # A project has a page of its own, and no question; the examples have no self-evaluation.
    advice = "give the view's `ask:` an example among `questions:` that the examples' values fit, or that has no value"
    assert len(examples) >= len(PATTERNS) - 1 - len(OF_EVALUATIONS), advice
    for text in [text for q in examples for text in (q.zh, q.en)]:
        reading = asking.read(text)
        assert reading.fit, (text, reading.sentence)
        assert asking.rows(reading.fit.pattern.view.name, reading.fit.given), text
