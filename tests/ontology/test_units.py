"""Units of measures: the words printed for one unit."""

import pytest

from jixiao.ontology.units import spellings, units


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
    assert all(words <= {*spellings(word)} for word in words)


def test_no_unit_is_alike_one_of_another_dimension() -> None:
    assert units()["m"].dimension != units()["㎡"].dimension != units()["㎥"].dimension
    assert spellings("盏") == ["盏"]


def test_sizes_of_units_are_relative_to_one_unit_of_their_dimension() -> None:
    assert round(units()["公顷"].size / units()["亩"].size) == 15
    for dimension in {unit.dimension for unit in units().values()}:
        assert 1 in {unit.size for unit in units().values() if unit.dimension == dimension}
