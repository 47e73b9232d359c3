"""Properties of any wording: the same rows for one value, and never fewer rows for the words beside a value."""

import random
import re
from itertools import product

import pytest

from jixiao.server.box import answering
from jixiao.server.box.reading import Reader
from jixiao.viewing import Viewing
from tests.server.box.conftest import counting

NUMBERS = ("松委发（2009）97号", "松委发[2009]97号", "松委发〔2009〕97号文")
PATTERNS = (
    *("哪些项目援引了{}", "哪些项目用到{}", "哪些项目拿{}当依据", "哪些项目是根据{}立的项", "{}被哪些项目引用"),
    *("请列出引用{}的项目", "以{}为依据的项目有哪些，一共多少钱", "依{}设立的项目", "麻烦查一下{}支撑了哪些项目"),
    "Which projects invoke {}?",
)
"""Wordings of one question; verbs that no list has are among them."""
VALUES = ("松江", "闵行区", "2022年", "松江政协", "10万元以上", "满意度指标", "上海2022年")
TEXTS = 200


@pytest.fixture(scope="module")
def viewing(store):
    return Viewing.open(store.path)


@pytest.fixture(scope="module")
def over_seeds(viewing):
    return Reader(viewing.generation.index, counting(viewing.store.path))


@pytest.mark.parametrize(("pattern", "number"), [*product(PATTERNS, NUMBERS)])
def test_a_question_has_the_same_rows_in_any_wording(viewing, over_seeds, pattern, number):
    reading = over_seeds.read(pattern.format(number))
    asked = answering.asked(reading, viewing.views, viewing.store.base_iri)
    answer = answering.told(reading, asked.view, viewing.answer_of(asked.view, asked.given))
    amounts = [row["amount"] for row in answer.rows]
    assert (reading.understood, len(amounts), sum(amounts)) == (True, 3, 2_262_000)
    assert "2,262,000" in answer.head.said.zh


def test_words_beside_a_value_leave_no_row_out(viewing, over_seeds):
    """Words that are values or shapes themselves are left aside."""
    rows = viewing.table("texts", {"limit": "2000"}).rows
    words = sorted({*re.findall("[㐀-鿿]{2,4}", " ".join(str(row["text"]) for row in rows))})
    drawn, compared = random.Random(7), 0
    for _ in range(TEXTS):
        value, word = drawn.choice(VALUES), drawn.choice(words)
        alone, beside = over_seeds.read(f"{value}的项目"), over_seeds.read(f"{value}{word}的项目")
        named = {condition.kind for condition in beside.said} - {condition.kind for condition in alone.said}
        if named or beside.table != alone.table or beside.shape != alone.shape:
            continue
        compared += 1
        assert beside.refused or _rows(viewing, beside) >= _rows(viewing, alone), f"{value}{word}"
    assert compared > TEXTS / 2


def _rows(viewing, reading):
    return answering.count(viewing.rows_of, viewing.store.base_iri, reading.table.name, reading.given)
