"""Read the units of measures from units.toml: the dimension of each, and its size in the dimension's first unit."""

import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import NamedTuple

_PERCENT = ("%", "百分比")


class Unit(NamedTuple):
    """A unit of measure: its dimension, such as length, and its size.

    The size is given in the dimension's first unit in units.toml.
    """

    dimension: str
    size: Decimal


@cache
def units() -> Mapping[str, Unit]:
    """Return all units by the word printed for them."""
    text = files("jixiao.ontology").joinpath("units.toml").read_text(encoding="utf-8")
    by_dimension: dict[str, dict[str, Decimal]] = tomllib.loads(text, parse_float=Decimal)
    return {
        word: Unit(dimension, Decimal(size))
        for dimension, sizes in by_dimension.items()
        for word, size in sizes.items()
    }


def is_unit(word: str) -> bool:
    """Return whether a word is printed for a unit of measure."""
    return word in _PERCENT or word in units()


def spellings(unit: str) -> Sequence[str]:
    """Return all words printed for the same unit as the given one: 平方米, ㎡ and others for 平米."""
    if unit in _PERCENT:
        return _PERCENT
    known = units().get(unit)
    return [unit] if known is None else [word for word, other in units().items() if other == known]
