"""The ontology, the rules or a scheme come in with a generation, the page that documents them goes out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from starlette.responses import Response

from jixiao.ontology import terms
from jixiao.ontology.bilingual import Bilingual
from jixiao.ontology.reference import Term, reference
from jixiao.server.http.signposting import Link
from jixiao.server.publication import term_addresses
from jixiao.server.publication.protocols import Edition
from jixiao.server.service.service import Service
from jixiao.server.vocabulary import graphs, uses
from jixiao.server.vocabulary.class_links import links as class_links
from jixiao.shapes import catalogue
from jixiao.shapes.catalogue import Fault
from jixiao.shapes.report.documents import pattern

_ONTOLOGY = Bilingual("绩效本体", "The jixiao ontology")
_SHAPES = Bilingual("校验规则", "Rules")
_VOCAB = Bilingual("概念表", "Concept schemes")


def ontology(service: Service, now: Edition | None, links: Sequence[Link]) -> Response:
    """/ontology: every term of the ontology's namespace, and those of others that the data use."""
    found = uses.of_terms(service, now)
    kinds: dict[str, list[Term]] = defaultdict(list)
    for term in reference().values():
        if term.iri.startswith(terms.JX):
            kinds[term.kind].append(term)
    page = service.pages.html(
        "ontology.html",
        kinds=kinds,
        reference=reference(),
        narrower=_narrower(),
        leading=_leading(kinds["property"]),
        having=_having(kinds["property"]),
        watching=graphs.watching(),
        uses=found,
        others={
            kind: {iri: use for iri, use in used.items() if not iri.startswith(terms.JX)}
            for kind, used in (("class", found.classes), ("property", found.properties))
        },
        class_links=class_links(kinds["class"], kinds["property"]),
        path=term_addresses.ONTOLOGY,
        links=links,
        about=_about(terms.ONTOLOGY, _ONTOLOGY, (term for kind in kinds.values() for term in kind)),
        version=None if now is None else now.version,
    )
    return _cut(page, found.cut)


def drawing(service: Service) -> str:
    """Return /ontology.svg, with its links below the site's root path."""
    return service.pages.text("ontology.svg")


def shapes(service: Service, now: Edition | None, links: Sequence[Link]) -> Response:
    """/shapes: every rule by scope and family, with what it found."""
    of_family: dict[str, list[Fault]] = defaultdict(list)
    for fault in catalogue.faults():
        of_family[fault.subject].append(fault)
    found = uses.of_rules(service, now)
    page = service.pages.html(
        "shapes.html",
        families=graphs.families(),
        of_family=of_family,
        sentences={fault.iri: pattern(fault) for fault in catalogue.faults()},
        reference=reference(),
        found=found or {},
        path=term_addresses.SHAPES,
        links=links,
        about=_about(terms.SHAPES, _SHAPES, catalogue.faults()),
        counted=now is not None and found is not None,
    )
    return _cut(page, found is None)


def schemes(service: Service, now: Edition | None, links: Sequence[Link]) -> Response:
    """/vocab: the schemes, and how much each is used."""
    found = uses.of_concepts(service, now)
    members = {iri: _members(iri) for iri in graphs.all_schemes()}
    page = service.pages.html(
        "vocab.html",
        schemes=graphs.all_schemes(),
        members=members,
        uses=found,
        totals={iri: sum(found.concepts.get(term.iri, 0) for term in each) for iri, each in members.items()},
        path=term_addresses.VOCAB,
        links=links,
        about=_about(terms.VOCAB, _VOCAB, graphs.all_schemes().values()),
    )
    return _cut(page, found.cut)


def scheme(service: Service, now: Edition | None, links: Sequence[Link], term: Term) -> Response:
    """/vocab/{scheme}: its concepts as a tree."""
    members = _members(term.iri)
    found = uses.of_concepts(service, now)
    below = _narrower()
    page = service.pages.html(
        "scheme.html",
        scheme=term,
        tops=[each for each in members if not each.above],
        narrower=below,
        reference=reference(),
        watching=graphs.watching(),
        uses=found,
        totals={
            each.iri: sum(found.concepts.get(iri, 0) for iri in (each.iri, *(b.iri for b in below.get(each.iri, ()))))
            for each in members
        },
        taken_by=[each for each in reference().values() if each.scheme == term.iri and each.kind == "property"],
        path=f"{term_addresses.VOCAB}/{term.name}",
        links=links,
        about=_about(term.iri, term.label, members),
    )
    return _cut(page, found.cut)


def _members(scheme: str) -> list[Term]:
    """The concepts of a scheme."""
    return [term for term in reference().values() if term.scheme == scheme and term.kind != "property"]


def _about(iri: str, name: Bilingual, members: Iterable[Term | Fault]) -> dict[str, Any]:
    """What a page says of itself in schema.org's terms."""
    return {
        "@context": "https://schema.org/",
        "@type": "DefinedTermSet",
        "@id": iri,
        "name": _said(name),
        "inLanguage": ["zh", "en"],
        "license": term_addresses.LICENSE,
        "hasDefinedTerm": [
            {"@type": "DefinedTerm", "@id": each.iri, "termCode": each.name, "name": _said(each.label)}
            for each in members
        ],
    }


def _said(words: Bilingual) -> list[dict[str, str]]:
    return [{"@language": "zh", "@value": words.zh}, {"@language": "en", "@value": words.en}]


def _cut(page: Response, cut: bool) -> Response:
    """The page; one that a limit kept something from is not to be kept."""
    if cut:
        page.headers["Cache-Control"] = "no-store"
    return page


def _narrower() -> dict[str, list[Term]]:
    """The terms that specialise another, by its IRI."""
    found: dict[str, list[Term]] = defaultdict(list)
    for term in reference().values():
        for above in term.above:
            found[above].append(term)
    return found


def _having(properties: list[Term]) -> dict[str, list[Term]]:
    """The properties of each class, by its IRI."""
    found: dict[str, list[Term]] = defaultdict(list)
    for each in properties:
        for domain in each.domains:
            found[domain].append(each)
    return found


def _leading(properties: list[Term]) -> dict[str, list[Term]]:
    """The properties that lead to each class, by its IRI."""
    found: dict[str, list[Term]] = defaultdict(list)
    for each in properties:
        found[each.range or ""].append(each)
    return found
