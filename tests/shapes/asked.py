"""Ask the SELECT of a rule about a little graph, on Oxigraph, as the store asks it.

That pySHACL finds the same is held by the examples of each rule; tests have the wordings that filings print.
"""

from functools import cache

import pyoxigraph as ox
from rdflib import SH, URIRef

from jixiao.ingest.text.mentions.reading import enriched
from jixiao.ontology import terms
from jixiao.shapes import catalogue
from tests.support.pyshacl_judge import shapes_graph

HEADER = "@base <http://localhost:8000/> .\n" + "".join(
    f"@prefix {p}: <{iri}> .\n" for p, iri in terms.PREFIXES.items()
)
PREFIXES = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in terms.PREFIXES.items())


@cache
def selects(fault: str) -> list[str]:
    """Return the queries of a rule."""
    rule = catalogue.SHAPES + fault
    shapes = shapes_graph(catalogue.fault(rule).scope)
    constraints = shapes.objects(URIRef(rule), SH.sparql)
    return [PREFIXES + str(select) for each in constraints for select in shapes.objects(each, SH.select)]


def with_mentions(turtle: str) -> bytes:
    """Return a graph given as Turtle with the mentions of its texts, as N-Triples."""
    triples = ox.serialize(ox.parse(HEADER + turtle, format=ox.RdfFormat.TURTLE), format=ox.RdfFormat.N_TRIPLES)
    assert triples is not None
    return enriched(triples)


def found(fault: str, turtle: str) -> list[dict[str, str]]:
    """Return the values of each finding by their variables; `this` is the end of the IRI of the focus node."""
    store = ox.Store()
    store.load(with_mentions(turtle), format=ox.RdfFormat.N_TRIPLES)
    rows = []
    for select in selects(fault):
        solutions = store.query(select)
        names = [variable.value for variable in solutions.variables]
        rows += [{name: str(row[name].value) for name in names if row[name] is not None} for row in solutions]
    return sorted((row | {"this": row["this"].rpartition("/")[2]} for row in rows), key=str)
