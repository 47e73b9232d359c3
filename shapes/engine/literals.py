"""What a literal is worth: whether its lexical form fits its datatype, and the Python value to compare it by.

rdflib decides both, as it does for pySHACL; answers are kept, since filings repeat their literals.
"""

from functools import lru_cache
from typing import Any

import pyoxigraph as ox
import rdflib

from jixiao.ontology import terms
from jixiao.shapes.engine.data import Term

_KEPT = 20_000  # literals remembered, a few megabytes
_TEXT = {terms.XSD_string, terms.RDF + "langString"}


def fits(node: Term, datatype: str) -> bool:
    """Whether a node is a literal of the datatype, with a lexical form that the datatype has."""
    if not isinstance(node, ox.Literal) or node.datatype.value != datatype:
        return False
    return datatype in _TEXT or not _read(node.value, datatype)[1]


def value(node: Term) -> Any:
    """The Python value of a literal: Decimal, int, date, str …; None for what is no literal or is ill-typed."""
    if not isinstance(node, ox.Literal):
        return None
    found, ill_typed = _read(node.value, node.datatype.value)
    return None if ill_typed else found


@lru_cache(maxsize=_KEPT)
def _read(lexical: str, datatype: str) -> tuple[Any, bool]:
    if datatype in _TEXT:
        return lexical, False
    literal = rdflib.Literal(lexical, datatype=rdflib.URIRef(datatype))
    return literal.value, bool(literal.ill_typed)
