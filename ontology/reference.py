"""Look up triples in memory by their subjects, and return the terms of the ontology and its schemes with definitions.

Every subject with a `skos:definition` in the Turtle files is a term; pages and reports show its definition and labels.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal as One

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from jixiao.ontology import rule_files, terms, turtle_files
from jixiao.ontology.text.bilingual import Bilingual, in_language

Node = NamedNode | BlankNode
Value = Node | Literal


class Facts:
    """Triples by their subjects, each triple once and in order; an instance iterates over the subjects.

    Properties are given as IRIs. Triples about triples (RDF 1.2) are left out.
    """

    def __init__(self, triples: Iterable[Triple | Quad]) -> None:
        self._about: dict[Node, dict[str, dict[Value, None]]] = {}
        for triple in triples:
            if isinstance(triple.subject, Node) and isinstance(triple.object, Value):
                self._about.setdefault(triple.subject, {}).setdefault(triple.predicate.value, {})[triple.object] = None

    def __iter__(self) -> Iterator[Node]:
        return iter(self._about)

    def about(self, node: Value) -> Mapping[str, Iterable[Value]]:
        """Return the values of each property of a node; empty for a node that is no subject."""
        return self._about.get(node, {}) if isinstance(node, Node) else {}

    def pairs(self, node: Value) -> list[tuple[str, Value]]:
        """Return each property of a node with each of its values."""
        return [(predicate, value) for predicate, values in self.about(node).items() for value in values]

    def values(self, node: Value, *properties: str) -> list[Value]:
        """Return the values of the given properties of a node."""
        return [value for each in properties for value in self.about(node).get(each, ())]

    def value(self, node: Value, name: str) -> Value | None:
        """Return the first value of a property of a node, or None if it has none."""
        return next(iter(self.values(node, name)), None)

    def iris(self, node: Value, *properties: str) -> tuple[str, ...]:
        """Return the IRIs among the values of the given properties of a node."""
        return tuple(value.value for value in self.values(node, *properties) if isinstance(value, NamedNode))

    def texts(self, node: Value, name: str) -> tuple[str, ...]:
        """Return the texts of the literals among the values of a property of a node."""
        return tuple(value.value for value in self.values(node, name) if isinstance(value, Literal))

    def both(self, node: Value, name: str) -> Bilingual:
        """Return a property's text in Chinese and English.

        Raises ValueError if the node lacks one of them, or has a text in another language.
        """
        texts = {value.language: value.value for value in self.values(node, name) if isinstance(value, Literal)}
        if texts.keys() != {"zh", "en"}:
            raise ValueError(f"{node} needs one {name} in zh and one in en")
        return Bilingual(texts["zh"], texts["en"])

    def items(self, head: Value | None) -> Iterator[Value]:
        """Yield the items of the RDF list that begins at `head`; a node that is no list has none."""
        while head is not None and (first := self.value(head, terms.RDF_first)) is not None:
            yield first
            head = self.value(head, terms.RDF_rest)

    def meaning(self, node: Value) -> str:
        """Return a text of a node; blank nodes have equal texts if they state the same, at any depth."""
        if not isinstance(node, BlankNode):
            return str(node)
        return f"[{' ; '.join(sorted(f'{predicate} {self.meaning(value)}' for predicate, value in self.pairs(node)))}]"


Kind = One["class", "property", "individual", "scheme", "concept"]

_KINDS: tuple[tuple[str, Kind], ...] = (
    (terms.OWL_Class, "class"),
    (terms.OWL_ObjectProperty, "property"),
    (terms.OWL_DatatypeProperty, "property"),
    (terms.SKOS_ConceptScheme, "scheme"),
    (terms.Operator, "individual"),
    (terms.SKOS_Concept, "concept"),
)
"""Kinds by rdf:type; a term of several types is of the first kind."""


@dataclass(frozen=True)
class Term:
    """One term of the ontology or its schemes.

    `above` are the classes, properties or concepts that the term specialises; `domains` are the classes whose things
    may have a property, and `range` is the class or datatype of its values; `scheme` is the scheme that a concept or
    individual is in, or the scheme from which a property takes its values.
    `notation` is the code of a concept, `others` are other names of the term, and `note` says how it is used.
    """

    iri: str
    kind: Kind
    label: Bilingual
    definition: Bilingual
    above: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    range: str | None = None
    scheme: str | None = None
    notation: str | None = None
    others: tuple[str, ...] = ()
    note: Bilingual | None = None

    @property
    def name(self) -> str:
        """The last part of the IRI, which is the term's anchor on the page that documents it."""
        return self.iri.replace("#", "/").rpartition("/")[2]


@cache
def reference() -> Mapping[str, Term]:
    """Return all terms by IRI, in the order of the files."""
    defined = (node for node in facts() if isinstance(node, NamedNode) and facts().values(node, terms.SKOS_definition))
    return {node.value: _term(node) for node in defined}


@cache
def concepts(scheme: str) -> tuple[Term, ...]:
    """Return the concepts, or individuals, of a scheme such as `fund`."""
    of_scheme = (each for each in reference().values() if each.scheme == terms.VOCAB + scheme)
    return tuple(each for each in of_scheme if each.kind != "property")


@cache
def triples() -> tuple[Triple, ...]:
    """Return the triples of the ontology and its schemes, in the order of the files."""
    # Two files may use the same blank node label for different nodes.
    files = (parse(path=path, format=RdfFormat.TURTLE, rename_blank_nodes=True) for path in turtle_files())
    return tuple(quad.triple for file in files for quad in file)


@cache
def rule_names() -> tuple[Triple, ...]:
    """Return the labels of the rules in use; the labels of retired rules are among `triples`."""
    return tuple(
        each
        for each in (quad.triple for path in rule_files() for quad in parse(path=path, format=RdfFormat.TURTLE))
        if each.predicate == NamedNode(terms.RDFS_label) and str(each.subject.value).startswith(f"{terms.SHAPES}#")
    )


@cache
def facts() -> Facts:
    """Return the triples of the ontology and its schemes for look-ups."""
    return Facts(triples())


def below(iri: str, among: Iterable[Term]) -> list[Term]:
    """Return the terms in `among` that directly specialise the term with an IRI."""
    return [term for term in among if iri in term.above]


def _term(node: NamedNode) -> Term:
    """Return a term from the triples about its node."""
    said = facts()
    types = said.iris(node, terms.RDF_type)
    schemes = said.iris(node, terms.SKOS_inScheme, terms.RDFS_seeAlso)
    return Term(
        iri=node.value,
        kind=next(kind for type_, kind in _KINDS if type_ in types),
        label=said.both(node, terms.RDFS_label),
        definition=said.both(node, terms.SKOS_definition),
        above=said.iris(node, terms.RDFS_subClassOf, terms.RDFS_subPropertyOf, terms.SKOS_broader),
        domains=said.iris(node, terms.RDFS_domain, terms.SCHEMA_domainIncludes),
        range=next(iter(said.iris(node, terms.RDFS_range)), None),
        scheme=next((iri for iri in schemes if iri.startswith(terms.VOCAB)), None),
        notation=next(iter(said.texts(node, terms.SKOS_notation)), None),
        others=said.texts(node, terms.SKOS_altLabel),
        note=said.both(node, terms.SKOS_scopeNote) if said.values(node, terms.SKOS_scopeNote) else None,
    )


OTHERS = {
    terms.RDF_type: Bilingual("类型", "Type"),
    terms.RDFS_label: Bilingual("名称", "Name"),
    terms.SKOS_altLabel: Bilingual("其他写法", "Also printed as"),
    terms.DCTERMS_title: Bilingual("标题", "Title"),
    terms.DCTERMS_format: Bilingual("格式", "Format"),
    terms.DCTERMS_extent: Bilingual("大小", "Size"),
    terms.DCTERMS_date: Bilingual("日期", "Date"),
    terms.DCTERMS_identifier: Bilingual("代码", "Code"),
    terms.DCTERMS_isReplacedBy: Bilingual("更名为", "Renamed to"),
    terms.DCTERMS_isVersionOf: Bilingual("历年同一项目", "Same project over the years"),
    terms.SCHEMA_containedInPlace: Bilingual("所属", "In"),
    terms.OWL_sameAs: Bilingual("同", "Same as"),
    terms.PROV_wasDerivedFrom: Bilingual("来源", "Source"),
    terms.PROV_wasRevisionOf: Bilingual("取代", "Replaces"),
    terms.PROV_alternateOf: Bilingual("数不同的另一份", "Another with other figures"),
}
"""Labels of terms of other vocabularies."""


@cache
def labels() -> Mapping[tuple[str, str], str]:
    """Return the labels of all terms, by IRI and language (`zh` or `en`)."""
    others = {
        (iri, language): in_language(label, language) for iri, label in OTHERS.items() for language in ("zh", "en")
    }
    own = {
        (node.value, label.language or ""): label.value
        for node in facts()
        for label in facts().values(node, terms.RDFS_label, terms.SKOS_prefLabel)
        if isinstance(label, Literal)
    }
    return others | own
