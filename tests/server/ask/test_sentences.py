"""Questions of many wordings are read as they are meant or not at all, and what is said on them (sentences.yaml)."""

from pathlib import Path
from typing import Any

import pytest

from tests.server.ask.meant import Asking, asking_of, is_meant, questions


@pytest.mark.sampled(2)
@pytest.mark.parametrize("case", questions("sentences.yaml"), ids=lambda case: case["why"])
def test_what_is_said(request: pytest.FixtureRequest, asking: Asking, tmp_path: Path, case: dict[str, Any]) -> None:
    over = asking_of(tmp_path, *case["filings"]) if "filings" in case else asking
    if case.get("evaluated"):
        over = request.getfixturevalue("asking_evaluated")
    for question in case["asked"]:
        found = _found(over, question)
        assert {name: found[name] for name in question} == question
        assert found["refused"] == question.get("refused", False)


def _found(asking: Asking, question: dict[str, Any]) -> dict[str, Any]:
    """Return what the reading of a question really has of each thing that an example may ask for."""
    reading = asking.read(question["q"])
    said = f"{reading.sentence.zh}\n{reading.sentence.en}"
    answered = reading.fit and question.keys() & {"tells", "never"}
    told = asking.told(question["q"]) if answered else reading.sentence
    both = f"{told.zh}\n{told.en}"
    offered = [(text.zh, text.en) for text, _ in reading.suggestions]
    assert len(set(offered)) == len(offered)
    return {
        "q": reading.q,
        "params": reading.params,
        "view": reading.fit and reading.fit.pattern.view.name,
        "refused": reading.fit is None,
        "begins": said[: len(question.get("begins", ""))],
        "says": [part for part in question.get("says", ()) if part in said],
        "tells": [part for part in question.get("tells", ()) if part in both],
        "never": [part for part in question.get("never", ()) if part not in said + both],
        "finds": "finds" in question and sorted({row["name"] for row in asking.rows("projects", reading.params)}),
        "offers": [text for text in question.get("offers", ()) if text in offered[0]],
    }


@pytest.mark.sampled(18)
@pytest.mark.parametrize(
    "question",
    [
        *questions("questions.yaml"),
        *questions("held_apart.yaml"),
        *questions("wordings.yaml"),
        *questions("kinds.yaml"),
    ],
    ids=lambda question: question["q"],
)
def test_questions_are_read_as_meant(asking: Asking, question: dict[str, Any]) -> None:
    reading = asking.read(question["q"])
    assert is_meant(asking, reading, question), (reading.sentence, dict(reading.params))
