"""Tell the kinds of facts that were recognised in pictures, and how sure each must be (certainty.toml)."""

from decimal import Decimal
from functools import cache
from typing import NamedTuple

from jixiao.ingest.certainty.wording import WORDING
from jixiao.ontology import terms
from jixiao.ontology.properties import amounts

_PREFIXES = {"": terms.JX, "rdfs": terms.RDFS_label.removesuffix("label")}
_TABLES = WORDING.tables


class Limits(NamedTuple):
    """Scores of a kind of facts: below `doubted` a fact is stated with its doubt, below `withheld` it is not stated."""

    doubted: float
    withheld: float


def _iris(table: str, name: str) -> frozenset[str]:
    return frozenset(map(_iri, _TABLES[table][name]))


def _iri(name: str) -> str:
    prefix, _, local = name.rpartition(":")
    return _PREFIXES[prefix] + local


GROUPS: dict[str, str] = {_iri(name): group for group, names in _TABLES["groups"].items() for name in names}
"""The groups of properties that are stated or withheld together, by property."""
STEPS = _iris("properties", "steps")
"""Places of last digits, which follow the amount that was printed with them."""
SETTLED = _iris("properties", "settled")
"""Properties whose values are known words or follow from others."""
FOLLOWING = _iris("properties", "following")
"""Properties whose values are read from another one of their group, which decides."""
WHOLE = _iris("properties", "whole")
"""Properties without which a part of a project is withheld as a whole."""
OF_THE_PRINT = _iris("properties", "of_the_print")
"""Properties that tell misprints; on a picture these may be those of its recognition."""
WHOLE_PARTS = _iris("classes", "whole")
"""Classes of parts that are withheld as a whole if anything of them is."""
COMPARISONS = _iris("classes", "comparisons")
"""Classes of parts that compare texts, character by character."""
WITH_FIGURES: frozenset[str] = frozenset(_TABLES["figures"]["kinds"])
"""Kinds of facts that are withheld where another scale reads them differently, whatever confirms them."""
MARK: float = _TABLES["figures"]["mark"]
"""The score that the mark before a number's last three digits must reach."""
LEAST_TOTAL = Decimal(_TABLES["units"]["least"])
"""Yuan: a smaller total of a project may be one in 万元 whose 万 was lost."""
REPEATED: frozenset[str] = frozenset(_TABLES["repeated"]["kinds"])
"""Kinds of facts that are sure if another line has the same text."""
_AMOUNTS = amounts() - STEPS
_KIND_OF: dict[str, str] = {group: kind for kind, groups in _TABLES["kinds"].items() for group in groups}


def group(name: str) -> str:
    """Return the group of a property; a property of no group is one by itself."""
    return GROUPS.get(name, name)


def kind(name: str) -> str:
    """Return the kind of a property."""
    return "amount" if name in _AMOUNTS else _KIND_OF.get(group(name), _OF_PROPERTY.get(name, "text"))


_OF_PROPERTY: dict[str, str] = {
    _iri(name): found for found, names in _TABLES["kinds_of_properties"].items() for name in names
}


@cache
def limits(of_kind: str) -> Limits:
    """Return the scores that facts of a kind must reach."""
    return Limits(**_TABLES["thresholds"][of_kind])
