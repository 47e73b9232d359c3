"""Find what leads from one class of the ontology to another: object properties and subclass relations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jixiao.ontology import terms
from jixiao.ontology.reference import Term


@dataclass(frozen=True)
class Link:
    """From one class to another by a property; `by` is None where `target` is a subclass of `source`."""

    source: str
    target: str
    by: Term | None


def links(classes: Sequence[Term], properties: Sequence[Term]) -> list[Link]:
    """Return the links between the given classes, and from them to classes of other vocabularies."""
    own = {term.iri for term in classes}
    found = [Link(above, term.iri, None) for term in classes for above in term.above if above in own]
    for each in properties:
        if each.range is not None and (each.range in own or _drawn(each)):
            found += [Link(domain, each.range, each) for domain in each.domains if domain in own - {each.range}]
    return found


def _drawn(each: Term) -> bool:
    """Tell whether a property leads to a class more specific than those of RDF and RDFS."""
    return not (each.literal or (each.range or "").startswith((terms.RDF, terms.RDFS)))
