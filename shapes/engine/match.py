"""The result of an engine: one `Match` per fault and node.

It is not yet a `Finding`, which also has a sentence and a place: these take the ledger and the graph, and a match may
still be left out (withheld.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from jixiao.ontology import terms
from jixiao.shapes.engine.data import Term


@dataclass(frozen=True)
class Match:
    """A fault at a node: the shape's IRI, the focus node, and the property and value at fault, if any.

    `component` is the constraint component (SHACL, sections 4 and 5); `bindings` holds the further variables
    that a SPARQL constraint selects, for the sentence.
    """

    shape: str
    focus: Term
    path: str | None = None
    value: Term | None = None
    component: str = f"{terms.SH}SPARQLConstraintComponent"
    bindings: Mapping[str, Term] = field(default_factory=lambda: MappingProxyType({}))
