"""List the terms that queries may name: from the ontology, its schemes and the rules, and a few labels of others.

The editor completes names from this list, which /sparql/terms returns; names that are not in it are reported
(unknown_terms.py).
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from fastapi import APIRouter, Request
from starlette.responses import Response

from jixiao.ontology import terms
from jixiao.ontology.reference import OTHERS, reference
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.http.conditional import Validator
from jixiao.server.http.negotiation import JSON
from jixiao.shapes import catalogue

router = APIRouter()

_SIMPLE = re.compile(r"[A-Za-z]\w*(?:-\w+)*", re.ASCII)
_BY_LENGTH = sorted(terms.PREFIXES.items(), key=lambda item: -len(item[1]))


@dataclass(frozen=True)
class KnownTerm:
    """A term: its IRI, its name as a query writes it, its kind, its label, and the scheme of a concept or property."""

    iri: str
    name: str
    kind: str
    label: Bilingual
    scheme: str | None = None

    def as_json(self) -> dict[str, str]:
        """Return the term as /sparql/terms gives it."""
        said = {"name": self.name, "kind": self.kind, "zh": self.label.zh, "en": self.label.en}
        return said | ({"scheme": self.scheme} if self.scheme else {})


@cache
def known() -> dict[str, KnownTerm]:
    """Return the terms by IRI: properties and classes first, then concepts, then rules."""
    return {term.iri: term for term in _terms()}


@cache
def retired() -> frozenset[str]:
    """Return the IRIs of rules that were replaced, which older data still names."""
    return frozenset(each.iri for fault in catalogue.faults() for each in catalogue.formerly(fault.iri))


def written(iri: str) -> str:
    """Write an IRI as a query does: with a prefix of this project if there is one, otherwise in full."""
    for prefix, namespace in _BY_LENGTH:
        local = iri.removeprefix(namespace)
        if local != iri and _SIMPLE.fullmatch(local):
            return f"{prefix}:{local}"
    return f"<{iri}>"


def _terms() -> Iterator[KnownTerm]:
    for term in reference().values():
        yield KnownTerm(term.iri, written(term.iri), term.kind, term.label, term.scheme)
    for iri, label in OTHERS.items():
        yield KnownTerm(iri, written(iri), "property", label)
    for fault in catalogue.faults():
        yield KnownTerm(fault.iri, written(fault.iri), "rule", fault.label)


@router.get("/sparql/terms", summary="查询可用的词 · terms for queries")
def known_terms(request: Request) -> Response:
    """Answer with the prefixes, and each term's name, kind, labels and scheme, as JSON."""
    content = _content()
    return Validator.of(content).response(request, {"Content-Type": JSON.content_type}, lambda: content)


@cache
def _content() -> str:
    listed = {"prefixes": terms.PREFIXES, "terms": [term.as_json() for term in known().values()]}
    return json.dumps(listed, ensure_ascii=False, separators=(",", ":"))
