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


def test_a_text_has_the_score_of_its_own_characters() -> None:
    scores = Scores(LINES)
    assert scores.of([1], "善本办法") == Score(0.4, True)
    assert scores.of([1], "沪府发〔2020〕6号") == Score(0.7, True)
    assert scores.of([1], "依据") == Score(0.9, True)
    assert scores.of([3], "≥200册") == Score(0.9, True)


def test_a_number_has_the_score_of_its_figures_in_any_unit() -> None:
    assert Scores(LINES).of([2], Decimal(12005000)) == Score(0.5, False)
    assert Scores(LINES).of([2], Decimal("1200.5")) == Score(0.5, False)


def test_what_does_not_stand_there_has_the_score_of_all_characters() -> None:
    assert Scores(LINES).of([1, 3], "2023-01-01") == Score(0.4, True)
    assert Scores(LINES).of([2]) == Score(0.1, False)


def test_two_readings_that_differ_agree_elsewhere() -> None:
    assert Scores(LINES).of([2], "万元") == Score(0.9, True)
    assert Scores(LINES).of([3]) == Score(0.8, True)
    assert Scores({1: [word("贯彻〈条例〉", second="贯彻<条例>")]}).of([1], "贯彻〈条例〉") == Score(0.9, True)
    assert Scores(LINES).of([4], Decimal(1234)) == Score(0.9, False)


def test_what_was_not_recognised_has_no_score() -> None:
    assert Scores(LINES).of([7], "善本") is None
    assert Scores({}).of([1]) is None


def test_a_character_that_stands_for_several_passes_its_score_on() -> None:
    scores = Scores({1: [Word("面积5㎡", BOX, (0.9, 0.9, 0.9, 0.3))], 2: [Word("三字", BOX, (0.2,))]})
    assert scores.of([1], "m2") == Score(0.3, True)
    assert scores.of([2]) == Score(0.2, True)


def test_of_punctuation_counts_the_second_least() -> None:
    one = word("培训“两代表”、会议；共1,200.5元。", ("、", 0.1), (".", 0.4))
    scores = Scores({1: [one], 2: [word("1.依据，实施", ("，", 0.1), (".", 0.3))], 3: [word("。", ("。", 0.1))]})
    assert scores.of([1], "培训“两代表”、会议；共") == Score(0.9, True)
    assert scores.of([1], Decimal("1200.5")) == Score(0.4, True)
    assert scores.of([2], "1.依据，实施") == Score(0.3, True)
    assert scores.of([3], "。") == Score(1.0, True)


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


def test_the_marks_around_a_title_belong_to_it() -> None:
    scores = Scores({1: [word("《古籍办法》和《善本办法》", ("》和", 0.3))]})
    assert scores.of([1], "古籍办法") == Score(0.3, True)
    assert scores.of([1], "善本办法") == Score(0.9, True)


def test_a_unit_of_money_is_as_sure_as_its_characters_and_the_digit_before_it() -> None:
    scores = Scores({1: [word("共5万元", ("万", 0.4))], 2: [word("共5元", ("5", 0.3), ("元", 0.6))], 3: [word("5")]})
    assert scores.of_unit([1], Decimal(50000)) == Score(0.4, True)
    assert scores.of_unit([2], Decimal(5)) == Score(0.3, True)
    assert scores.of_unit([3], Decimal(5)) is None
