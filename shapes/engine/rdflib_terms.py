"""Convert terms of rdflib, which reads shapes, and of Oxigraph, which holds the data."""

import pyoxigraph as ox
import rdflib
from rdflib.term import Node

from jixiao.ontology import terms
from jixiao.shapes.engine.data import Term, text


def term(node: Node) -> Term:
    """Convert a term of rdflib to one of Oxigraph, with its lexical form unchanged."""
    if isinstance(node, rdflib.URIRef):
        return ox.NamedNode(str(node))
    if isinstance(node, rdflib.Literal):
        if node.language:
            return ox.Literal(str(node), language=node.language)
        return ox.Literal(str(node), datatype=ox.NamedNode(str(node.datatype)) if node.datatype else None)
    return ox.BlankNode(str(node))


def node(term: Term) -> Node:
    """Convert a term of Oxigraph to one of rdflib. Raises TypeError for a triple."""
    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.Literal):
        named = None if term.language or term.datatype.value == terms.XSD_string else rdflib.URIRef(term.datatype.value)
        return rdflib.Literal(term.value, lang=term.language, datatype=named)
    return rdflib.BNode(text(term))
