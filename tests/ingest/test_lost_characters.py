"""Characters that recognition loses leave a trace: faint ink, a chance that a blank hides one, or ink without text."""

import numpy as np
import pytest

from jixiao.ingest.recognition import UNREAD, Word
from tests.support.scans import needs_engine

pytestmark = needs_engine

EM = 20.0


def chances(*steps: dict[str, float]) -> np.ndarray:
    """The chances of blank, 级, 一, （, ( and space at each step of a line."""
    characters = ["", "级", "一", "（", "(", " "]
    found = np.zeros((len(steps), len(characters)), np.float32)
    for at, step in enumerate(steps):
        for char, chance in step.items():
            found[at, characters.index(char)] = chance
        found[at, 0] += 1 - found[at].sum()
    return found


def scores(*steps: dict[str, float]) -> list[float]:
    from jixiao.ingest.scan.engine import Engine, _alike

    engine = object.__new__(Engine)
    engine._characters = ["", "级", "一", "（", "(", " "]
    engine._alike = _alike(engine._characters)
    read = engine._decoded(chances(*steps), 1.0)
    return [round(score, 2) for score in read.scores]


def test_a_chance_of_another_character_at_a_blank_lowers_the_scores_beside_it() -> None:
    sure = {"级": 1.0}
    assert scores({}, sure, {}, sure) == [1.0, 1.0]
    assert scores({"一": 0.04}, sure, {}, sure) == [0.8, 1.0]
    assert scores({}, sure, {"一": 0.1}, sure) == [0.5, 0.5]
    assert scores({}, sure, {}, sure, {"一": 0.4}) == [1.0, 0.0]


def test_what_stands_beside_a_blank_and_spaces_are_not_lost() -> None:
    assert scores({"级": 0.4}, {"级": 1.0}, {"级": 0.3}, {}) == [1.0]
    assert scores({"(": 0.4}, {"（": 1.0}, {" ": 0.4}) == [1.0]


def test_lines_reach_as_far_as_their_faint_ink() -> None:
    from jixiao.ingest.scan import lines
    from jixiao.ingest.scan.lines import Span

    marks, faint = np.zeros((60, 200), np.uint8), np.zeros((60, 200), np.uint8)
    marks[10:30, 60:100] = 255
    faint[18:22, 30:100] = 255  # the strokes of 一 before it
    faint[10:30, 180:190] = 255  # another text, farther than two characters
    cell = Span(0, 0, 200, 60)
    assert list(lines.in_cell(marks, marks | faint, cell, EM)) == [Span(60 - 30, 10, 100, 30), Span(180, 10, 190, 30)]
    assert list(lines.in_cell(marks, marks, cell, EM)) == [Span(60, 10, 100, 30)]
    faint[40:52, 30:60] = 255  # a line of faint ink alone
    assert list(lines.in_cell(marks, marks | faint, cell, EM))[-1] == Span(30, 40, 60, 52)


def test_faint_ink_is_darker_than_the_noise_of_paper() -> None:
    from jixiao.ingest.scan.ink import faint_ink, ink

    noise = np.random.default_rng(1).normal(250, 6, (200, 200))
    paper = np.clip(noise, 0, 255).astype(np.uint8)
    paper[90:94, 50:80] = 200
    assert not ink(paper).any()
    assert faint_ink(paper)[91:93, 52:78].all()
    assert (faint_ink(paper) > 0).sum() < 1.5 * 4 * 30
    assert faint_ink(np.clip(240 + 3 * (noise - 250), 0, 255).astype(np.uint8)).mean() < 255 * 0.02


@pytest.mark.parametrize(
    ("wide", "high", "text", "found"),
    [
        (30, 20, "", UNREAD),
        (4, 18, "|", UNREAD),
        (30, 3, "", None),
        (3, 3, "", None),
        (30, 90, "", None),
        (30, 20, "字", "字"),
    ],
)
def test_ink_of_the_size_of_characters_is_no_blank(wide: int, high: int, text: str, found: str | None) -> None:
    from jixiao.ingest.scan.engine import Reading
    from jixiao.ingest.scan.lines import Span
    from jixiao.ingest.scan.recognise import _Page

    page = object.__new__(_Page)
    page.unsure, page.scrawls = set(), np.zeros((60, 200), np.uint8)
    page.scale = 2.0
    reading = Reading(text, (0.5,) * len(text), (0.5,) * len(text))
    word = page._word(Span(10, 10, 10 + wide, 10 + high), reading, None, EM)
    assert (word.text if isinstance(word, Word) else None) == found
    assert found != UNREAD or (word is not None and word.scores == (0.0,))
