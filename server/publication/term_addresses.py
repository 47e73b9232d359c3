"""The IRI of a term of ours comes in, the address that documents it here goes out.

The one place that says where terms live: pages link by it, documents are made by it, and the redirects of w3id.org
(docs/w3id) are held to it.
"""

from __future__ import annotations

from jixiao.ontology import terms

HOME, ONTOLOGY, SHAPES, VOCAB = "/", "/ontology", "/shapes", "/vocab"

LICENSE = "https://www.apache.org/licenses/LICENSE-2.0"
"""What terms, rules and queries may be used under: they are part of the software, and say so themselves."""


def address(iri: str) -> str | None:
    """A path of this site, with an anchor where the term has one; None for what is no term of ours.

    A version of the ontology is shown on the ontology's page, a family of rules (…/shapes/arithmetic) on that of all.
    """
    for document, home in ((terms.ONTOLOGY, ONTOLOGY), (terms.SHAPES, SHAPES)):
        if iri == document or (home == ONTOLOGY and iri.startswith(f"{document}/")):
            return home
        if iri.startswith((f"{document}#", f"{document}/")):
            # What the rules of a family share (…/shapes/levels#Untyped) stands with their family.
            return f"{home}#{iri[len(document) + 1 :].partition('#')[0]}"
    if not iri.startswith(terms.VOCAB):
        return HOME if iri == terms.PROJECT_HOME else None
    scheme, _, concept = iri.removeprefix(terms.VOCAB).partition("/")
    return "/".join(filter(None, (VOCAB, scheme))) + (f"#{concept}" if concept else "")
