"""Mistyped words get suggestions: what the text would be with the words that were probably meant."""

import pytest

from jixiao.ontology.text import typos
from jixiao.store.index import lookup

MISTYPED = {
    "陪训项目": "培训项目",  # of the same sound
    "松江正协2022年的项目": "松江政协2022年的项目",
    "满易度低于95%的项目": "满意度低于95%的项目",
    "松江2022年的项木": "松江2022年的项目",
    "通知下大的项目": "通知下达的项目",
    "satisfacton indicators below 95%": "satisfaction indicators below 95%",
    "projects in Songjang": "projects in songjiang",
    "projects on aforestation": "projects on afforestation",
}


@pytest.mark.parametrize("q", MISTYPED)
def test_the_text_with_the_word_that_was_meant_is_suggested(reader, q):
    assert MISTYPED[q] in [suggestion.text for suggestion in reader.read(q).near]


KNOWN = ["今天天气怎么样", "松江2022年的项目", "项目", "自评的平均得分", "cheapest and most expensive"]


@pytest.mark.parametrize("q", ["xyzzy", *KNOWN])
def test_other_words_get_no_suggestion(reader, q):
    assert reader.read(q).near == ()


@pytest.mark.parametrize(("typed", "name"), [("政斜会议", "政协会议"), ("业务陪训", "业务培训"), ("水利工程", "")])
def test_names_with_one_mistake_are_suggested(evaluated, typed, name):
    suggested = lookup.suggested_names(evaluated.present().index, typed)
    assert [(found.label, mistakes) for found, mistakes in suggested][:1] == ([(name, 1)] if name else [])


def test_a_page_asks_what_was_meant(of_evaluated):
    page = of_evaluated.get("/search?q=松江正协2022年的项目&lang=zh", headers={"Accept": "text/html"}).text
    assert "您是否要找" in page
    assert "松江政协2022年的项目" in page


@pytest.mark.parametrize(("typed", "word"), [("满易度", "满意度"), ("意满度", "满意度"), ("满意", "满意度")])
def test_one_mistake_is_enough_and_two_are_too_many(typed, word):
    is_near = typed != "满意"
    assert [found for found, _ in typos.near(typed, [word])] == ([word] if is_near else [])
