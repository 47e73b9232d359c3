"""Forty layout changes of the examples, the same every time: none is read wrongly, and the judge would say so."""

from collections import Counter
from dataclasses import replace
from functools import cache

import pytest

from jixiao.ingest.document import Reading, read_document
from jixiao.ingest.result import Unread
from tests.support.mutants.judge import Verdict, judged
from tests.support.mutants.mutant import BASE, Mutant, mutant, originals
from tests.support.mutants.prints import Expected

SEED, COUNT = 7, 40
FEWEST_RIGHT = 0.75


@cache
def tried(number: int) -> tuple[Mutant, Reading, Verdict]:
    made = mutant(SEED, number)
    reading = read_document(made.content, made.name, BASE)
    return made, reading, judged(made.expected, reading)


@pytest.mark.sampled(16)
@pytest.mark.parametrize("number", range(COUNT))
def test_mutant_is_never_read_wrongly(number: int) -> None:
    made, _, verdict = tried(number)
    assert verdict.outcome not in ("WRONG", "silent"), "\n".join([str(made.plan), *verdict.differences])


@pytest.mark.parametrize("step", [4, pytest.param(1, marks=pytest.mark.judge)])
def test_most_mutants_are_read_as_they_stand(step: int) -> None:
    outcomes = Counter(tried(number)[2].outcome for number in range(0, COUNT, step))
    assert outcomes["right"] >= FEWEST_RIGHT * outcomes.total(), outcomes


def test_same_numbers_give_the_same_text() -> None:
    made, again = ([mutant(SEED, number) for number in range(0, COUNT, 4)] for _ in range(2))
    texts = [each.content for each in made if each.plan.ending not in ("docx", "xlsx")]
    assert len(texts) > COUNT / 12
    assert [each.content for each in again if each.plan.ending not in ("docx", "xlsx")] == texts
    assert len(set(texts)) == len(texts)


def test_key_has_what_the_examples_have() -> None:
    kept = [project for filing in originals() for project in filing]
    assert len(kept) == 37
    assert all(project.name and project.indicators and project.amounts and project.goals for project in kept)


def first(outcome: str) -> tuple[Expected, Reading]:
    """A mutant of that outcome: its key and its reading."""
    return next(
        (made.expected, reading)
        for made, reading, verdict in map(tried, range(COUNT))
        if verdict.outcome == outcome and made.expected.projects[0].amounts and not made.expected.unknown
    )


def with_first(expected: Expected, **changes: object) -> Expected:
    project, *others = expected.projects
    return replace(expected, projects=(replace(project, **changes), *others))  # type: ignore[arg-type]


def test_judge_sees_a_fact_that_the_key_has_not() -> None:
    expected, reading = first("right")
    project = expected.projects[0]
    wrong = {
        "amounts": {name: yuan * 10_000 + 1 for name, yuan in project.amounts.items()},
        "words": project.words | {"year": "1999"},
        "name": "另一个项目",
        "indicators": project.indicators[1:],
    }
    for name, value in wrong.items():
        assert judged(with_first(expected, **{name: value}), reading).outcome == "WRONG", name
    moved = (replace(project.indicators[0], level1="另一指标"), *project.indicators[1:])
    assert judged(with_first(expected, indicators=moved), reading).outcome == "WRONG"


def test_judge_sees_a_fact_that_is_missing_without_a_word() -> None:
    expected, reading = first("right")
    project = expected.projects[0]
    more = replace(project.indicators[0], name="表中没有的指标")
    assert judged(with_first(expected, indicators=(*project.indicators, more)), reading).outcome == "silent"
    assert reading.account
    unread = (Unread(1, f"{more.name} 10 个", None, True),)
    named = replace(reading, account=replace(reading.account, unread=unread))
    found = judged(with_first(expected, indicators=(*project.indicators, more)), named)
    assert found.outcome == "not understood"
    goals = project.goals | {"anotherGoal": "表中没有的目标"}
    assert judged(with_first(expected, goals=goals), reading).outcome == "silent"


def test_judge_sees_a_person() -> None:
    expected, reading = first("right")
    shown = {"lines": [{"n": 1, "text": "填报人：闻人静好"}]}
    assert judged(expected, replace(reading, rendition=shown)).outcome == "WRONG"
