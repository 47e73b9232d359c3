"""Find the address at which this site documents a term of the ontology, the rules or the vocabularies.

Links on pages and the documents' routes use these addresses; a test checks that the redirects of w3id.org (docs/w3id)
lead to them too.
"""

from jixiao.ontology import terms
from jixiao.shapes.catalogue import BUNDLES, FAMILIES

HOME, ONTOLOGY, SHAPES, VOCAB = "/", "/ontology", "/shapes", "/vocab"

LICENSE = "https://www.apache.org/licenses/LICENSE-2.0"
"""Licence of terms, rules and queries: they are part of the software, and state the licence themselves."""


def address(iri: str) -> str | None:
    """Return the path of the page about a term, with the term's anchor; None for an IRI of another vocabulary.

    The ontology's page documents its versions too, and the page of all rules each family (…/shapes/arithmetic). The
    bundles of rules have pages of their own (…/shapes/content).
    """
    if iri in {FAMILIES + bundle for bundle in BUNDLES}:
        return f"{SHAPES}/{iri.removeprefix(FAMILIES)}"
    for document, home in ((terms.ONTOLOGY, ONTOLOGY), (terms.SHAPES, SHAPES)):
        if iri == document or (home == ONTOLOGY and iri.startswith(f"{document}/")):
            return home
        if iri.startswith((f"{document}#", f"{document}/")):
            # Terms shared by the rules of a family (…/shapes/levels#Untyped) are documented with the family.
            return f"{home}#{iri[len(document) + 1 :].partition('#')[0]}"
    if not iri.startswith(terms.VOCAB):
        return HOME if iri == terms.PROJECT_HOME else None
    scheme, _, concept = iri.removeprefix(terms.VOCAB).partition("/")
    return "/".join(filter(None, (VOCAB, scheme))) + (f"#{concept}" if concept else "")
