"""Lists in queries: each named list is defined, each defined list is used, and strangers get no names of lists."""

import re

import pytest

from jixiao.ontology.units import units
from jixiao.shapes import bundles, catalogue

QUERIES = [file.read_text(encoding="utf-8") for scope in catalogue.SCOPES for file in catalogue.turtle_files(scope)]
NAMES = sorted({name for text in QUERIES for name in re.findall(r"\{\{([a-z-]+)\}\}", text)})


def test_a_list_stands_for_its_name() -> None:
    assert catalogue.filled('REGEX(?unit, "({{classifiers}})")').startswith('REGEX(?unit, "(家|项|')


def test_an_unknown_list_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        catalogue.filled('"{{no-such-list}}"')


def test_every_list_is_named_by_a_query() -> None:
    assert NAMES == ["classifiers"]


def test_rules_for_strangers_hold_the_lists_themselves() -> None:
    assert "{{" not in bundles.text("content").decode()


def test_sizes_of_units_are_relative_to_one_unit_of_their_dimension() -> None:
    assert round(units()["公顷"].size / units()["亩"].size) == 15
    for dimension in {unit.dimension for unit in units().values()}:
        assert 1 in {unit.size for unit in units().values() if unit.dimension == dimension}


def test_effects_are_those_of_rules() -> None:
    names = {fault.name for fault in catalogue.faults()}
    assert {name for fault in catalogue.faults() for name in fault.effects} <= names
    assert set(catalogue._grouping()["effects"]) <= names
