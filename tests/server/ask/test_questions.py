"""Questions of many wordings are read as they are meant, or not at all, and every reading says what it is."""

from typing import Any

import pytest

from tests.server.ask.meant import Asking, is_meant, questions


@pytest.mark.sampled(4)
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
