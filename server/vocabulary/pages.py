"""Render the pages that document the ontology, the rules and the concept schemes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from starlette.responses import Response

from jixiao.ontology import terms
from jixiao.ontology.reference import Term, reference
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.editions import term_addresses
from jixiao.server.editions.protocols import Edition
from jixiao.server.http.signposting import Link
from jixiao.server.runtime.service import Service
from jixiao.server.vocabulary import graphs, usage
from jixiao.shapes import bundles, catalogue
from jixiao.shapes.catalogue import Bundle, Fault
from jixiao.shapes.findings.documents import pattern

Item = TypeVar("Item", Term, Fault)

_ONTOLOGY = Bilingual("绩效本体", "The jixiao ontology")
_SHAPES = Bilingual("校验规则", "Rules")
_VOCAB = Bilingual("概念表", "Concept schemes")


@dataclass(frozen=True)
class ClassLink:
    """An arrow of the drawing: `by` is the property from `source` to `target`, None if `target` is a subclass."""

    source: str
    target: str
    by: Term | None


def class_links(classes: Sequence[Term], properties: Sequence[Term]) -> list[ClassLink]:
    """Return the links between the given classes, and from them to classes of other vocabularies."""
    own = {term.iri for term in classes}
    links = [ClassLink(above, term.iri, None) for term in classes for above in term.above if above in own]
    for each in properties:
        if each.range is not None and (each.range in own or _drawn(each)):
            links += [ClassLink(domain, each.range, each) for domain in each.domains if domain in own - {each.range}]
    return links


def _drawn(each: Term) -> bool:
    """Return True if a property's range is a class of another vocabulary than RDF and RDFS."""
    return not (each.literal or (each.range or "").startswith((terms.RDF, terms.RDFS)))


def ontology(service: Service, now: Edition | None, links: Sequence[Link]) -> Response:
    """Return the page /ontology: every term of the ontology's namespace, and the terms of other vocabularies in use."""
    uses = usage.of_terms(service, now)
    own = (term for term in reference().values() if term.iri.startswith(terms.JX))
    kinds = _grouped(own, lambda term: [term.kind])
    page = service.pages.html(
        "ontology.html",
        kinds=kinds,
        reference=reference(),
        narrower=_narrower(),
        leading=_grouped(kinds["property"], lambda each: [each.range or ""]),
        having=_grouped(kinds["property"], lambda each: each.domains),
        rules_by_term=graphs.rules_by_term(),
        uses=uses,
        others={
            kind: {iri: use for iri, use in used.items() if not iri.startswith(terms.JX)}
            for kind, used in (("class", uses.classes), ("property", uses.properties))
        },
        class_links=class_links(kinds["class"], kinds["property"]),
        path=term_addresses.ONTOLOGY,
        links=links,
        about=_about(terms.ONTOLOGY, _ONTOLOGY, (term for kind in kinds.values() for term in kind)),
        version=None if now is None else now.version,
    )
    return _unstored_if_cut(page, uses.cut)


def shapes(service: Service, now: Edition | None, links: Sequence[Link], bundle: Bundle | None = None) -> Response:
    """Return the page /shapes, or that of a bundle: every rule by scope and family, with the number of its findings."""
    findings = usage.of_rules(service, now)
    faults = [fault for fault in catalogue.faults() if bundle in (None, fault.bundle)]
    of_family = _grouped(faults, lambda fault: [fault.subject])
    header = bundle and bundles.header(bundle)
    page = service.pages.html(
        "shapes.html",
        bundle=header,
        bundles=[bundles.header(name) for name in catalogue.BUNDLES],
        families={name: label for name, label in graphs.families().items() if bundle is None or name in of_family},
        of_family=of_family,
        parts=graphs.parts_by_rule(),
        sentences={fault.iri: pattern(fault) for fault in faults},
        reference=reference(),
        retired=[each for fault in faults for each in catalogue.formerly(fault.iri)],
        labels={fault.iri: fault.label for fault in catalogue.faults()},
        found=findings or {},
        path=f"{term_addresses.SHAPES}/{bundle}" if bundle else term_addresses.SHAPES,
        links=links,
        about=_about(header.iri if header else terms.SHAPES, header.label if header else _SHAPES, faults),
        counted=now is not None and findings is not None,
    )
    return _unstored_if_cut(page, findings is None)


def schemes(service: Service, now: Edition | None, links: Sequence[Link]) -> Response:
    """Return the page /vocab: the schemes, and the number of uses of each."""
    uses = usage.of_concepts(service, now)
    members = {iri: _members(iri) for iri in graphs.all_schemes()}
    page = service.pages.html(
        "vocab.html",
        schemes=graphs.all_schemes(),
        members=members,
        uses=uses,
        totals={iri: sum(uses.concepts.get(term.iri, 0) for term in each) for iri, each in members.items()},
        path=term_addresses.VOCAB,
        links=links,
        about=_about(terms.VOCAB, _VOCAB, graphs.all_schemes().values()),
    )
    return _unstored_if_cut(page, uses.cut)


def scheme(service: Service, now: Edition | None, links: Sequence[Link], term: Term) -> Response:
    """Return the page /vocab/{scheme}: its concepts as a tree."""
    members = _members(term.iri)
    uses = usage.of_concepts(service, now)
    below = _narrower()
    page = service.pages.html(
        "scheme.html",
        scheme=term,
        tops=[each for each in members if not each.above],
        narrower=below,
        reference=reference(),
        rules_by_term=graphs.rules_by_term(),
        uses=uses,
        totals={
            each.iri: sum(uses.concepts.get(iri, 0) for iri in (each.iri, *(b.iri for b in below.get(each.iri, ()))))
            for each in members
        },
        taken_by=[each for each in reference().values() if each.scheme == term.iri and each.kind == "property"],
        path=f"{term_addresses.VOCAB}/{term.name}",
        links=links,
        about=_about(term.iri, term.label, members),
    )
    return _unstored_if_cut(page, uses.cut)


def _members(scheme: str) -> list[Term]:
    """Return the concepts of a scheme."""
    return [term for term in reference().values() if term.scheme == scheme and term.kind != "property"]


def _about(iri: str, name: Bilingual, members: Iterable[Term | Fault]) -> dict[str, Any]:
    """Describe a page in schema.org's terms."""
    return {
        "@context": "https://schema.org/",
        "@type": "DefinedTermSet",
        "@id": iri,
        "name": _in_both_languages(name),
        "inLanguage": ["zh", "en"],
        "license": term_addresses.LICENSE,
        "hasDefinedTerm": [
            {"@type": "DefinedTerm", "@id": each.iri, "termCode": each.name, "name": _in_both_languages(each.label)}
            for each in members
        ],
    }


def _in_both_languages(words: Bilingual) -> list[dict[str, str]]:
    return [{"@language": "zh", "@value": words.zh}, {"@language": "en", "@value": words.en}]


def _unstored_if_cut(page: Response, cut: bool) -> Response:
    """Return the page, marked as not to be stored if a limit kept something from it."""
    if cut:
        page.headers["Cache-Control"] = "no-store"
    return page


def _narrower() -> dict[str, list[Term]]:
    """Return the terms that specialise another, by its IRI."""
    return _grouped(reference().values(), lambda term: term.above)


def _grouped(items: Iterable[Item], keys: Callable[[Item], Iterable[str]]) -> dict[str, list[Item]]:
    """Group terms or rules by their keys, of which each may have several."""
    groups: dict[str, list[Item]] = defaultdict(list)
    for each in items:
        for key in keys(each):
            groups[key].append(each)
    return groups
