"""Check the decisions of the steward's registry against the rules of registry/*.ttl.

The rules also need the properties that can be corrected and the existing faults; this module adds both to the
decisions. Every write waits for the check, so it runs the compiled engine (500 decisions: 0.2 s, pySHACL: 110 s); tests
compare its results with pySHACL's.
"""

from functools import cache

from jixiao.ontology import properties, reference, terms
from jixiao.shapes import catalogue
from jixiao.shapes.findings.finding import Finding
from jixiao.shapes.validate import Engine, validate


def judge(triples: bytes, engine: Engine = "compiled") -> tuple[Finding, ...]:
    """Check decisions, given as N-Triples together with the class of each thing that they name.

    Only a Violation forbids a decision. A decision without effect is no violation, because a withdrawn source may come
    back. Raises SyntaxError if `triples` are not N-Triples.
    """
    return validate(triples + _background(), engine=engine, scope="registry").results


@cache
def _background() -> bytes:
    """Return the properties that can be corrected, with kind and range, and the names of rules, as N-Triples."""
    said = reference.facts()
    valued = (node for node in said if terms.OWL_DatatypeProperty in said.iris(node, terms.RDF_type))
    linking = (terms.department, *properties.department_sources())
    known = [
        *((node.value, terms.OWL_DatatypeProperty, of) for node in valued for of in said.iris(node, terms.RDFS_range)),
        *((iri, terms.OWL_ObjectProperty, terms.Department) for iri in linking),
        (terms.DCTERMS_title, terms.OWL_DatatypeProperty, terms.RDF_langString),
    ]
    line = "<{}> <{}> <{}> .\n".format
    lines = [line(iri, terms.RDF_type, kind) + line(iri, terms.RDFS_range, of) for iri, kind, of in known]
    rules = (*(fault.iri for fault in catalogue.faults()), *catalogue.retired())
    return "".join([*lines, *(line(iri, terms.RDF_type, terms.SH_Shape) for iri in rules)]).encode()
