"""Literals: check a lexical form against its datatype, and read the Python value for comparisons.

rdflib decides both, as it does for pySHACL. Answers are cached because filings repeat their literals.
"""

from functools import lru_cache
from typing import Any

import pyoxigraph as ox

from jixiao.ontology import terms
from jixiao.shapes.engine.data import Term

_KEPT = 20_000  # literals remembered, a few megabytes
_TEXT = {terms.XSD_string, terms.RDF + "langString"}


def fits(node: Term, datatype: str) -> bool:
    """Tell if a node is a literal of the datatype, with a lexical form that the datatype allows."""
    if not isinstance(node, ox.Literal) or node.datatype.value != datatype:
        return False
    return datatype in _TEXT or not _read(node.value, datatype)[1]


def value(node: Term) -> Any:
    """Read the Python value of a literal (Decimal, int, date, str …); None for other nodes and ill-typed literals."""
    if not isinstance(node, ox.Literal):
        return None
    found, ill_typed = _read(node.value, node.datatype.value)
    return None if ill_typed else found


@lru_cache(maxsize=_KEPT)
def _read(lexical: str, datatype: str) -> tuple[Any, bool]:
    if datatype in _TEXT:
        return lexical, False
    import rdflib  # noqa: PLC0415 - a tenth of the time in which a server starts

    literal = rdflib.Literal(lexical, datatype=rdflib.URIRef(datatype))
    return literal.value, bool(literal.ill_typed)
