"""Folding makes one form of case, width and traditional characters, and keeps places."""

import pytest
from hypothesis import given, strategies as st

from jixiao.ontology.text import folding
from tests.support.generated import tries


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("績效目標", "绩效目标"),
        ("松委發（２００９）９７號", "松委发(2009)97号"),
        ("ＰＤＦ Straße", "pdf strasse"),
        ("㎡", "m2"),
    ],
)
def test_forms_of_one_text(text, folded):
    assert folding.fold(text) == folded


def test_runs_are_letters_and_digits():
    assert folding.runs("松委发〔2009〕97号、“十四五”_规划") == ["松委发", "2009", "97号", "十四五", "规划"]
    assert folding.bare("松委发〔2009〕97号") == "松委发200997号"


@given(text=st.text(max_size=40))
@tries(100)
def test_folding_twice_is_folding_once_and_places_point_into_the_text(text):
    folded, places = folding.folded_places(text)
    assert folded == folding.fold(text) == "".join(folding.fold(char) for char in text)
    assert folding.runs(folded) == folding.runs(text)
    assert len(places) == len(folded)
    assert all(folding.fold(text[place]) for place in places)
    assert places == sorted(places)
