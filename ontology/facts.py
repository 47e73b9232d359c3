"""Look up triples in memory by their subjects: those of the ontology, of its schemes and of the rules."""

from collections.abc import Iterable, Iterator, Mapping

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from jixiao.ontology import terms
from jixiao.ontology.text.bilingual import Bilingual

Node = NamedNode | BlankNode
Value = Node | Literal


class Facts:
    """Triples by their subjects, each once and in their order; iterating over them gives the subjects.

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
        """Return the values of some properties of a node."""
        return [value for each in properties for value in self.about(node).get(each, ())]

    def value(self, node: Value, name: str) -> Value | None:
        """Return the first value of a property of a node, or None if it has none."""
        return next(iter(self.values(node, name)), None)

    def iris(self, node: Value, *properties: str) -> tuple[str, ...]:
        """Return the IRIs among the values of some properties of a node."""
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
        """Yield the items of the RDF list that begins at `head`; nothing for a node that is no list."""
        while head is not None and (first := self.value(head, terms.RDF_first)) is not None:
            yield first
            head = self.value(head, terms.RDF_rest)

    def meaning(self, node: Value) -> str:
        """Return a text of a node and of all blank nodes below it, which is equal for nodes that say the same."""
        if not isinstance(node, BlankNode):
            return str(node)
        return f"[{' ; '.join(sorted(f'{predicate} {self.meaning(value)}' for predicate, value in self.pairs(node)))}]"
