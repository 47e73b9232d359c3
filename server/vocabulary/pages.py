"""Render the pages that document the ontology, the rules and the concept schemes, with uses and examples of terms.

The uses of classes and properties were counted when the generation was made; a dataset without these statistics has no
counts on these pages.
Examples and the uses of concepts are one query each, whose results are cached with those of other queries (cache.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pyoxigraph import NamedNode
from starlette.responses import Response

from jixiao.ontology import grouping, terms
from jixiao.ontology.reference import Term, reference
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.editions import term_addresses
from jixiao.server.editions.protocols import Edition
from jixiao.server.http import requests, signposting
from jixiao.server.pages.findings import unless_limited
from jixiao.server.query.binding import bind, query
from jixiao.server.runtime.service import Service
from jixiao.server.vocabulary import graphs
from jixiao.shapes import bundles, catalogue, sentences
from jixiao.store.records import ClassUse, PropertyUse


@dataclass(frozen=True)
class Usage:
    """Uses of classes, properties and concepts by IRI; `counted` is False if they are unknown.

    `cut` is True if a limit stopped a query, so that uses or examples are missing.

    An example is one statement: the `node` with its `label` or None, and the `value`, an IRI if `linked`, else a text.
    """

    counted: bool = False
    cut: bool = False
    classes: Mapping[str, ClassUse] = field(default_factory=dict)
    properties: Mapping[str, PropertyUse] = field(default_factory=dict)
    concepts: Mapping[str, int] = field(default_factory=dict)
    examples: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def ontology(service: Service, now: Edition | None, links: Sequence[signposting.Link], only: str) -> Response:
    """Return the page /ontology: a list of the ontology's terms and of other terms in use, or the one named `only`.

    Raises NotInStoreError.
    """
    uses = _uses_of_terms(service, now)
    own = [term for term in reference().values() if term.iri.startswith(terms.JX)]
    shown = [term for term in own if term.name == only]
    if only and not shown:
        raise requests.missing(f"/ontology?only={only}")
    kinds = grouping.by_key((term.kind, term) for term in own)
    return _page(
        service,
        "ontology.html",
        uses.cut,
        only=only,
        terms_of={kind: [term for term in of_kind if term in shown] for kind, of_kind in kinds.items()},
        kinds=kinds,
        reference=reference(),
        narrower=_narrower(),
        leading=grouping.by_key((each.range or "", each) for each in kinds["property"]),
        having=grouping.by_key((domain, each) for each in kinds["property"] for domain in each.domains),
        rules_by_term=graphs.rules_by_term(),
        uses=uses,
        others={
            kind: {iri: use for iri, use in used.items() if not iri.startswith(terms.JX)}
            for kind, used in (("class", uses.classes), ("property", uses.properties))
        },
        path=term_addresses.ONTOLOGY,
        links=links,
        about=_about(terms.ONTOLOGY, Bilingual("绩效本体", "The jixiao ontology"), shown),
        version=None if now is None else now.version,
    )


def shapes(
    service: Service,
    now: Edition | None,
    links: Sequence[signposting.Link],
    only: str,
    bundle: catalogue.Bundle | None = None,
) -> Response:
    """Return the page /shapes, or that of a bundle: a list of rules, with the numbers of their findings.

    `only` is the name of a rule or of a family, to show what its rules state. Raises NotInStoreError.
    """
    rows = [] if now is None else unless_limited(lambda: service.rows(now, query("rule-uses")), None)
    faults = [fault for fault in catalogue.faults() if bundle in (None, fault.bundle)]
    listed = {*(fault.iri for fault in faults), *([] if bundle else [None])}
    of_family = grouping.by_key((fault.subject, fault) for fault in faults)
    header = bundle and bundles.header(bundle)
    shown = [fault for fault in faults if only in (fault.name, fault.subject)]
    retired = [each for each in catalogue.retired().values() if each.replaced_by in listed and only in ("", each.name)]
    if only and not (shown or retired):
        raise requests.missing(f"/shapes?only={only}")
    return _page(
        service,
        "shapes.html",
        rows is None,
        only=only,
        shown=shown,
        faults=faults,
        bundle=header,
        bundles=[bundles.header(name) for name in catalogue.BUNDLES],
        families={name: label for name, label in graphs.families().items() if bundle is None or name in of_family},
        of_family=of_family,
        parts=graphs.parts_by_rule(),
        sentences={fault.iri: sentences.pattern(fault) for fault in faults},
        reference=reference(),
        retired=retired,
        labels={fault.iri: fault.label for fault in catalogue.faults()},
        found={row["fault"]["value"]: int(row["found"]["value"]) for row in rows or ()},
        path=f"{term_addresses.SHAPES}/{bundle}" if bundle else term_addresses.SHAPES,
        links=links,
        about=_about(
            header.iri if header else terms.SHAPES, header.label if header else Bilingual("校验规则", "Rules"), shown
        ),
        counted=now is not None and rows is not None,
    )


def schemes(service: Service, now: Edition | None, links: Sequence[signposting.Link], _: str) -> Response:
    """Return the page /vocab: the schemes, and the number of uses of each."""
    uses = _uses_of_concepts(service, now)
    members = {iri: _members(iri) for iri in graphs.all_schemes()}
    return _page(
        service,
        "vocab.html",
        uses.cut,
        schemes=graphs.all_schemes(),
        members=members,
        uses=uses,
        totals={iri: sum(uses.concepts.get(term.iri, 0) for term in each) for iri, each in members.items()},
        path=term_addresses.VOCAB,
        links=links,
        about=_about(terms.VOCAB, Bilingual("概念表", "Concept schemes"), graphs.all_schemes().values()),
    )


def scheme(service: Service, now: Edition | None, links: Sequence[signposting.Link], term: Term) -> Response:
    """Return the page /vocab/{scheme}: its concepts as a tree."""
    members = _members(term.iri)
    uses = _uses_of_concepts(service, now)
    below = _narrower()
    return _page(
        service,
        "scheme.html",
        uses.cut,
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


def _uses_of_terms(service: Service, now: Edition | None) -> Usage:
    """Return the uses of classes and properties in a generation, with an example of each.

    A limit that stops the query leaves out the examples. Raises the other errors of Pool.run.
    """
    statistics = None if now is None else now.statistics
    if now is None or statistics is None:
        return Usage()
    classes = {iri: use.example for iri, use in statistics.classes.items() if use.example}
    properties = {iri: use.example for iri, use in statistics.properties.items() if use.example}
    nodes = [NamedNode(iri) for iri in sorted({*classes.values(), *properties.values()})]
    rows = unless_limited(lambda: service.rows(now, bind(query("examples"), {"node": nodes})), None)
    values: dict[tuple[str, str], dict[str, str]] = {}
    for row in rows or ():
        about = row["node"]["value"], row["property"]["value"]
        if about not in values or row["value"].get("xml:lang") == "zh":
            values[about] = row["value"]
    labels = {node: value["value"] for (node, name), value in values.items() if name == terms.RDFS_label}
    examples: dict[str, dict[str, Any]] = {
        iri: {"node": node, "label": labels.get(node), "value": node, "linked": True} for iri, node in classes.items()
    }
    for iri, node in properties.items():
        if (node, iri) in values:
            value = values[node, iri]
            linked = value["type"] == "uri"
            examples[iri] = {"node": node, "label": labels.get(node), "value": value["value"], "linked": linked}
    return Usage(True, rows is None, statistics.classes, statistics.properties, examples=examples)


def _uses_of_concepts(service: Service, now: Edition | None) -> Usage:
    """Return the number of uses of each concept itself, without its narrower ones. Raises as _uses_of_terms does."""
    if now is None:
        return Usage()
    properties = [NamedNode(term.iri) for term in reference().values() if term.kind == "property" and term.scheme]
    asked = bind(query("concept-uses"), {"property": properties})
    rows = unless_limited(lambda: service.rows(now, asked), None)
    if rows is None:
        return Usage(cut=True)
    return Usage(True, concepts={row["concept"]["value"]: int(row["things"]["value"]) for row in rows})


def _members(scheme: str) -> list[Term]:
    """Return the concepts of a scheme."""
    return [term for term in reference().values() if term.scheme == scheme and term.kind != "property"]


def _about(iri: str, name: Bilingual, members: Iterable[Term | catalogue.Fault]) -> dict[str, Any]:
    """Return the JSON-LD in schema.org's terms for a page: a set of terms with the given `members`."""
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


def _page(service: Service, template: str, cut: bool, **values: Any) -> Response:
    """Return a page; if it is `cut` (a limit stopped one of its queries), browsers may not store it."""
    return service.pages.html(template, headers={"Cache-Control": "no-store"} if cut else None, **values)


def _narrower() -> dict[str, list[Term]]:
    """Return a dict from the IRI of each broader class, property or concept to the terms directly below it."""
    return grouping.by_key((above, term) for term in reference().values() for above in term.above)
