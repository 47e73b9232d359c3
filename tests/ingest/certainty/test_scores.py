"""A fact is as sure as the least of its own characters, wherever these stand on its lines."""

from decimal import Decimal

import pytest

from jixiao.ingest.certainty.scores import Score, Scores
from jixiao.ingest.recognition import Box, Word

BOX = Box(0, 0, 9, 9)


def word(text: str, *low: tuple[str, float], second: str | None = None) -> Word:
    scores = [0.9] * len(text)
    for part, score in low:
        at = text.index(part)
        scores[at : at + len(part)] = [score] * len(part)
    return Word(text, BOX, tuple(scores), second)


LINES = {
    1: [word("依据《善本办法》（沪府发（2020）6号）", ("善", 0.4), ("6", 0.7))],
    2: [word("共 1,200.50 万元", (".", 0.5), ("共", 0.1), second="共 1,200.60 万元")],
    3: [word("修复册数≥", ("册", 0.8)), word("200册", second="200 册")],
    4: [word("1234", second="12345")],
}


TITLES = [word("《古籍办法》和《善本办法》", ("》和", 0.3))]
SEVERAL = {1: [Word("面积5㎡", BOX, (0.9, 0.9, 0.9, 0.3))], 2: [Word("三字", BOX, (0.2,))]}
MARKS = {
    1: [word("培训“两代表”、会议；共1,200.5元。", ("、", 0.1), (".", 0.4))],
    2: [word("1.依据，实施", ("，", 0.1), (".", 0.3))],
    3: [word("。", ("。", 0.1))],
}


@pytest.mark.parametrize(
    ("words", "lines", "value", "score"),
    [
        (LINES, [1], "善本办法", Score(0.4, True)),
        (LINES, [1], "沪府发〔2020〕6号", Score(0.7, True)),
        (LINES, [1], "依据", Score(0.9, True)),
        (LINES, [3], "≥200册", Score(0.9, True)),
        # Figures count in any unit.
        (LINES, [2], Decimal(12005000), Score(0.5, False)),
        (LINES, [2], Decimal("1200.5"), Score(0.5, False)),
        # A value that does not stand there has the score of all characters, and one that was not recognised none.
        (LINES, [1, 3], "2023-01-01", Score(0.4, True)),
        (LINES, [2], None, Score(0.1, False)),
        (LINES, [7], "善本", None),
        ({}, [1], None, None),
        # Two readings that differ agree elsewhere.
        (LINES, [2], "万元", Score(0.9, True)),
        (LINES, [3], None, Score(0.8, True)),
        (LINES, [4], Decimal(1234), Score(0.9, False)),
        ({1: [word("贯彻〈条例〉", second="贯彻<条例>")]}, [1], "贯彻〈条例〉", Score(0.9, True)),
        # A character that stands for several passes its score on.
        (SEVERAL, [1], "m2", Score(0.3, True)),
        (SEVERAL, [2], None, Score(0.2, True)),
        # The second least score counts among punctuation.
        (MARKS, [1], "培训“两代表”、会议；共", Score(0.9, True)),
        (MARKS, [1], Decimal("1200.5"), Score(0.4, True)),
        (MARKS, [2], "1.依据，实施", Score(0.3, True)),
        (MARKS, [3], "。", Score(1.0, True)),
        # The marks around a title belong to it.
        ({1: TITLES}, [1], "古籍办法", Score(0.3, True)),
        ({1: TITLES}, [1], "善本办法", Score(0.9, True)),
    ],
)
def test_a_fact_has_the_score_of_its_own_characters(
    words: dict[int, list[Word]], lines: list[int], value: str | Decimal | None, score: Score | None
) -> None:
    assert Scores(words).of(lines, value) == score


@pytest.mark.parametrize(
    ("text", "value", "mark"),
    [
        ("909.800", "909.8", 0.3),
        ("909,800", "909800", 0.3),
        ("1,909,800", "1909800", 0.3),
        ("909,800.00", "909800", 1.0),
        ("90.80", "90.8", 1.0),
        ("共909,800元", "909800", 0.3),
    ],
)
def test_the_mark_before_the_last_three_digits_counts_for_itself(text: str, value: str, mark: float) -> None:
    least = word(text, *(((",800", 0.3),) if ",800" in text else ((".800", 0.3),) if ".800" in text else ()))
    assert Scores({1: [least]}).of([1], Decimal(value)).mark == mark


def test_a_unit_of_money_is_as_sure_as_its_characters_and_the_digit_before_it() -> None:
    scores = Scores({1: [word("共5万元", ("万", 0.4))], 2: [word("共5元", ("5", 0.3), ("元", 0.6))], 3: [word("5")]})
    found = [scores.of_unit([line], Decimal(yuan)) for line, yuan in ((1, 50000), (2, 5), (3, 5))]
    assert found == [Score(0.4, True), Score(0.3, True), None]
