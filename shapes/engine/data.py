"""Data of the engine: terms, a document's graph with its indexes, and the faults matched in it.

Look-ups give the objects of a subject, the subjects of an object, and the members of a class. Compiled shapes follow
the indexes by the numbers of terms, because numbers are hashed and compared faster than terms. Every graph also holds
the concepts of the vocabulary with their class and broader concepts.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from threading import Lock
from typing import Any

import pyoxigraph as ox

from jixiao.ontology import grouping, reference, terms

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Row = Mapping[str, Term]
"""The bindings of a row of an answer."""
Number = int
"""The number of a term in a document's graph."""

TYPE = ox.NamedNode(terms.RDF_type)
_TEXT = {terms.XSD_string, terms.RDF_langString}
# Lexical forms of datatypes (XSD 1.1, section 3.3); rdflib takes all that Python reads: 2E5, 200_000, other digits.
_FORMS = {
    terms.XSD_decimal: re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)"),
    terms.XSD_integer: re.compile(r"[+-]?[0-9]+"),
    terms.XSD_date: re.compile(r"[0-9]{4}(?:-[0-9]{2}){2}(?:Z|[+-][0-9]{2}:[0-9]{2})?"),
    terms.XSD_gYear: re.compile(r"-?[0-9]{4,}(?:Z|[+-][0-9]{2}:[0-9]{2})?"),
}
_EVALUATING = Lock()  # rdflib keeps the state of an evaluation in the prepared query
_EXACT = 15  # characters of a number that Oxigraph surely calculates with: it has 18 digits after the point, 20 before


class UnsupportedShapeError(ValueError):
    """An error: the compiled engine cannot run a construct as SHACL defines it. It is raised when shapes are loaded."""

    def __init__(self, shape: object, what: str) -> None:
        super().__init__(
            f"规则 {shape}：编译执行不支持 {what}。 Shape {shape}: {what} is not supported by the compiled engine."
        )


def text(node: Term) -> str:
    """Return a term's IRI, blank node name or lexical form; for a term that is a triple, its N-Triples."""
    return str(node) if isinstance(node, ox.Triple) else node.value


def whole(node: Term) -> Term:
    """Return the node that an IRI names without its fragment: for a part, its project; other terms unchanged."""
    return ox.NamedNode(node.value.partition("#")[0]) if isinstance(node, ox.NamedNode) else node


def fits(node: Term, datatype: str) -> bool:
    """Return whether a node is a literal of a datatype, with a lexical form that the datatype allows."""
    if not isinstance(node, ox.Literal) or node.datatype.value != datatype:
        return False
    return not _read(node.value, datatype)[1]


def value_of(node: Term) -> Any:
    """Read the Python value of a literal (Decimal, int, date, str …); None for other nodes and ill-typed literals."""
    if not isinstance(node, ox.Literal):
        return None
    read, ill_typed = _read(node.value, node.datatype.value)
    return None if ill_typed else read


@lru_cache(maxsize=20_000)  # literals whose values are cached, in a few megabytes
def _read(lexical: str, datatype: str) -> tuple[Any, bool]:
    """Return a literal's value, and whether it is ill-typed; rdflib decides both, as for pySHACL, for a form of XSD."""
    if datatype in _TEXT:
        return lexical, False
    if datatype in _FORMS and not _FORMS[datatype].fullmatch(lexical):
        return None, True
    import rdflib  # noqa: PLC0415 - a tenth of the time in which a server starts

    literal = rdflib.Literal(lexical, datatype=rdflib.URIRef(datatype))
    return literal.value, bool(literal.ill_typed)


@dataclass(frozen=True)
class Match:
    """A fault at a node: the shape's IRI, the focus node, and the property and value at fault, if any.

    A match becomes a `Finding` by a sentence and a place, unless it is left out (validate.Withheld). `component` is the
    constraint component (SHACL, sections 4 and 5); `bindings` holds the further variables that a SPARQL constraint
    selects, for the sentence.
    """

    shape: str
    focus: Term
    path: str | None = None
    value: Term | None = None
    component: str = terms.SH_SPARQLConstraintComponent
    bindings: Mapping[str, Term] = field(default_factory=dict)


def _words(known: list[Term]) -> Callable[[Number], str | None]:
    """Return a function that gives a term's text by the term's number, None for a blank node.

    Each text is computed once.
    """
    return cache(lambda number: None if isinstance(node := known[number], ox.BlankNode) else text(node))


class Data:
    """One document's graph with its indexes; immutable. Raises SyntaxError if `triples` are not N-Triples.

    Compiled shapes remember in `conforming`, by shape number, the nodes they have examined and those that conform.
    `answers` are the rows of queries that have run over many documents at once, by the query's text.
    """

    def __init__(self, triples: bytes) -> None:
        self._triples = triples
        self._quads = dict.fromkeys([*ox.parse(triples, format=ox.RdfFormat.N_TRIPLES), *background()])
        self._numbers: dict[Term, Number] = {}
        self._index: dict[ox.NamedNode, dict[Number, list[Number]]] = {}
        numbers, index = self._numbers, self._index
        for quad in self._quads:
            subject = numbers.setdefault(quad.subject, len(numbers))
            value = numbers.setdefault(quad.object, len(numbers))
            index.setdefault(quad.predicate, {}).setdefault(subject, []).append(value)
        self._terms = list(numbers)
        self.words = _words(self._terms)
        self.conforming: defaultdict[int, tuple[set[Number], set[Number]]] = defaultdict(lambda: (set(), set()))
        self.answers: dict[str, list[Row]] = {}
        self._inverse: dict[ox.NamedNode, dict[Number, list[Number]]] = {}
        self._members: dict[Term, dict[Number, None]] = {}

    def number(self, node: Term) -> Number:
        """Return the number of a term; a term that is not in the graph gets a new one."""
        known = self._numbers.get(node)
        if known is None:
            known = self._numbers[node] = len(self._terms)
            self._terms.append(node)
        return known

    def term(self, number: Number) -> Term:
        """Return the term that has a number."""
        return self._terms[number]

    def index(self, predicate: ox.NamedNode) -> Mapping[Number, list[Number]]:
        """Return the values of a property by subject, both as numbers."""
        return self._index.get(predicate, {})

    def inverse(self, predicate: ox.NamedNode) -> Mapping[Number, list[Number]]:
        """Return the subjects of a property by value, both as numbers."""
        inverse = self._inverse.get(predicate)
        if inverse is None:
            index = self.index(predicate)
            inverse = self._inverse[predicate] = grouping.by_key(
                (each, subject) for subject in index for each in index[subject]
            )
        return inverse

    def values(self, predicate: ox.NamedNode) -> Mapping[Term, list[Term]]:
        """Return the values of a property by subject, both as terms."""
        return {self.term(subject): self._named(values) for subject, values in self.index(predicate).items()}

    def objects(self, subject: Term, predicate: ox.NamedNode) -> list[Term]:
        """Return the values of a property of a subject."""
        return self._named(self.index(predicate).get(self.number(subject), ()))

    def subjects(self, predicate: ox.NamedNode, value: Term) -> list[Term]:
        """Return the subjects that have `value` as a value of a property."""
        return self._named(self.inverse(predicate).get(self.number(value), ()))

    def _named(self, numbers: Iterable[Number]) -> list[Term]:
        return [self._terms[number] for number in numbers]

    @property
    def predicates(self) -> tuple[ox.NamedNode, ...]:
        """Every property in the graph."""
        return tuple(self._index)

    def members(self, of_class: Term) -> dict[Number, None]:
        """Return the members of a class and of its subclasses (SHACL, section 2.1.3.2), each once, in order."""
        known = self._members.get(of_class)
        if known is None:
            of_types, below = self.inverse(TYPE), self._subclasses(of_class)
            known = self._members[of_class] = {node: None for each in below for node in of_types.get(each, ())}
        return known

    def _subclasses(self, of_class: Term) -> list[Number]:
        """Return the numbers of a class and of all its direct and indirect subclasses."""
        of_classes = self.inverse(ox.NamedNode(terms.RDFS_subClassOf))
        below = [self.number(of_class)]
        for each in below:
            below += [narrower for narrower in of_classes.get(each, ()) if narrower not in below]
        return below

    def load(self, store: ox.Store, name: ox.NamedNode) -> None:
        """Add the document's triples, with those of background(), to a store as the named graph `name`."""
        if b"_:" in self._triples:  # blank nodes would get other names
            store.extend(ox.Quad(quad.subject, quad.predicate, quad.object, name) for quad in self._quads)
        else:
            # These triples were parsed before, so that nothing in them need be checked again.
            store.load(background_triples() + self._triples, format=ox.RdfFormat.N_TRIPLES, to_graph=name, lenient=True)

    @cached_property
    def store(self) -> ox.Store:
        """The graph as a store that answers SPARQL."""
        store = ox.Store()
        store.extend(self._quads)
        return store

    @cached_property
    def beyond(self) -> frozenset[ox.NamedNode]:
        """The properties with a number of more digits than the store may calculate with."""
        number, known = _FORMS[terms.XSD_decimal], enumerate(self._terms)
        literals = ((each, term) for each, term in known if isinstance(term, ox.Literal) and len(term.value) > _EXACT)
        long = {each for each, term in literals if term.datatype.value not in _TEXT and number.fullmatch(term.value)}
        of_all = self._index.items() if long else ()
        return frozenset(name for name, index in of_all if not all(map(long.isdisjoint, index.values())))

    @cached_property
    def exact(self) -> "Exact":
        """The graph as one that answers SPARQL with numbers of any size."""
        return Exact(self._quads)


class Exact:
    """A graph in rdflib, which is slow, and calculates with Python's Decimal; terms that are triples are left out."""

    def __init__(self, quads: Collection[ox.Quad]) -> None:
        import rdflib  # noqa: PLC0415 - as above

        known = [each for each in quads if not isinstance(each.object, ox.Triple)]
        lines = (f"{ox.Triple(each.subject, each.predicate, _calculable(each.object))} .\n" for each in known)
        nodes = (node for each in known for node in (each.subject, each.object))
        names = {node.value: node.value for node in nodes if isinstance(node, ox.BlankNode)}
        self._graph = rdflib.Graph().parse(data="".join(lines), format="nt", bnode_context=names)

    def query(self, query: str) -> ox.QuerySolutions | ox.QueryBoolean:
        """Run a SELECT. An IRI made of the name of a blank node, which Oxigraph does not give, names nothing."""
        with _EVALUATING:
            rows = self._graph.query(_prepared(query)).serialize(format="json")
        return ox.parse_query_results(rows or b"", ox.QueryResultsFormat.JSON)


@lru_cache(maxsize=256)
def _prepared(query: str) -> Any:
    """Return a query as rdflib runs it. To parse one takes many times as long as to run it on a document."""
    from rdflib.plugins.sparql import prepareQuery  # noqa: PLC0415 - as above

    return prepareQuery(query, base="file:///")


def _calculable(node: Term) -> Term:
    """Return an ill-typed literal, of which rdflib may have a value, and NaN as a text; other terms unchanged."""
    if isinstance(node, ox.Literal) and (not fits(node, node.datatype.value) or str(value_of(node)) == "nan"):
        return ox.Literal(node.value)
    return node


@cache
def background_triples() -> bytes:
    """Return the triples of background() as N-Triples."""
    return "".join(f"{quad.triple} .\n" for quad in background()).encode()


@cache
def background() -> tuple[ox.Quad, ...]:
    """Return the concepts of the vocabulary and their broader concepts, to which every document may refer."""
    said = reference.facts()
    concepts = [node for node in said if terms.SKOS_Concept in said.iris(node, terms.RDF_type)]
    broader = ox.NamedNode(terms.SKOS_broader)
    return (
        *(ox.Quad(each, TYPE, ox.NamedNode(terms.SKOS_Concept)) for each in concepts),
        *(ox.Quad(each, broader, above) for each in concepts for above in said.values(each, broader.value)),
    )
