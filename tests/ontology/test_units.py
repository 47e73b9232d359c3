"""Units of measures: the words printed for one unit."""

import pytest

from jixiao.ontology.units import alike, units


@pytest.mark.parametrize(
    "words",
    [
        {"平方米", "平米", "㎡", "m²", "m2"},
        {"立方米", "㎥", "m³", "m3"},
        {"平方公里", "㎢", "km²", "km2"},
        {"公顷", "hm²"},
    ],
)
def test_words_of_one_unit(words: set[str]) -> None:
    assert all(words <= {*alike(word)} for word in words)


def test_no_unit_is_alike_one_of_another_dimension() -> None:
    assert units()["m"].dimension != units()["㎡"].dimension != units()["㎥"].dimension
    assert alike("盏") == ["盏"]
