"""Map properties to kinds of facts (amount, name, text ...), and kinds to the scores they need (certainty.toml)."""

from decimal import Decimal
from functools import cache
from typing import NamedTuple

from jixiao.ingest.values.amounts import NUMBER, UNIT
from jixiao.ontology import terms
from jixiao.ontology.properties import amounts
from jixiao.ontology.text.wording import Wording

WORDING = Wording("jixiao.ingest.certainty", "certainty.toml", {"number": NUMBER, "unit": UNIT})
RE = WORDING.patterns
"""The patterns of these words."""


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
"""The group of a property; the properties of one group are stated or withheld together."""
STEPS = _iris("properties", "steps")
"""Properties for the place of an amount's last digit (0.01 yuan); they share the verdict on that amount."""
SETTLED = _iris("properties", "settled")
"""Properties that need no verdict: their values are words from a fixed list, or follow from other properties."""
FOLLOWING = _iris("properties", "following")
"""Properties whose values are derived from another property of their group; that property's verdict counts."""
WHOLE = _iris("properties", "whole")
"""Properties without which a part of a project has no meaning: if one is withheld, so is the entire part."""
OF_THE_PRINT = _iris("properties", "of_the_print")
"""Properties that report misprints; in a picture, a seeming misprint may be an error of recognition."""
WHOLE_PARTS = _iris("classes", "whole")
"""Classes of parts that are withheld entirely as soon as one of their facts is."""
COMPARISONS = _iris("classes", "comparisons")
"""Classes of parts that compare texts, character by character."""
WITH_FIGURES: frozenset[str] = frozenset(_TABLES["figures"]["kinds"])
"""Kinds of facts that are withheld where another scale reads them differently, whatever confirms them."""
MARK: float = _TABLES["figures"]["mark"]
"""The score that the mark before a number's last three digits must reach: in 1.000 it may be a comma or a point."""
LEAST_TOTAL = Decimal(_TABLES["units"]["least"])
"""Yuan. A project whose total is smaller may have been printed in 万元, with a 万 that was not recognised."""
REPEATED: frozenset[str] = frozenset(_TABLES["repeated"]["kinds"])
"""Kinds of facts that are sure if another line has the same text."""
_AMOUNTS = amounts() - STEPS
_KIND_OF: dict[str, str] = {group: kind for kind, groups in _TABLES["kinds"].items() for group in groups}


def group(name: str) -> str:
    """Return the group of the property with the IRI `name`; a property without a group is returned unchanged."""
    return GROUPS.get(name, name)


def kind(name: str) -> str:
    """Return the kind of a property (by its IRI), such as "amount" or "name"; "text" if nothing else is specified."""
    return "amount" if name in _AMOUNTS else _KIND_OF.get(group(name), _OF_PROPERTY.get(name, "text"))


_OF_PROPERTY: dict[str, str] = {
    _iri(name): found for found, names in _TABLES["kinds_of_properties"].items() for name in names
}


@cache
def limits(of_kind: str) -> Limits:
    """Return the two limits of a kind of facts, such as "amount", by certainty.toml."""
    return Limits(**_TABLES["thresholds"][of_kind])
