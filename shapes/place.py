"""Where a result stands: a document's graph and ledger go in; property, project and source lines of a result come out.

Apart from `validate` because it knows the project's own terms, and SHACL not at all.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rdflib import RDFS, Graph, Literal, URIRef
from rdflib.term import Node

from jixiao.ontology import terms
from jixiao.shapes.catalogue import Fault

LinesOf = Callable[[str, str], tuple[int, ...]]
"""(node, property) -> the source lines from which the ledger says that fact was read, possibly none."""

# Their values are lines themselves: they place a result without a ledger.
_LINE_PROPERTIES = (terms.sourceLine, terms.breaksOffAt)


@dataclass(frozen=True)
class Place:
    """One document's graph, and what asks its ledger."""

    data: Graph
    lines_of: LinesOf

    def path(self, focus: Node, fault: Fault, result_path: Node | None, value: Node | None) -> str | None:
        """Name the property at fault: the result's own, or the involved one that has the value."""
        if isinstance(result_path, URIRef):
            return str(result_path)
        involved = (each for each in fault.involves if (focus, URIRef(each), value) in self.data)
        return None if value is None else next(involved, None)

    def about(self, focus: Node) -> str | None:
        """Give the label of the project that a part's IRI is under, else the node's own."""
        whole = URIRef(str(focus).partition("#")[0])
        label = self.data.value(whole, RDFS.label, any=True) or self.data.value(focus, RDFS.label, any=True)
        return None if label is None else str(label)

    def lines(self, focus: Node, fault: Fault, path: str | None) -> tuple[int, ...]:
        """Give the lines of the fact at fault, else those of the node, else the first that leads to the node."""
        for properties in ((path,) if path else (), fault.involves):
            if lines := {line for each in properties for line in self._of_fact(focus, each)}:
                return tuple(sorted(lines))
        if lines := set(self._values(focus, terms.sourceLine)):
            return tuple(sorted(lines))
        leading = [line for node in self.data.subjects(None, focus) for line in self._values(node, terms.sourceLine)]
        return (min(leading),) if leading else ()

    def _of_fact(self, focus: Node, property_: str) -> Iterator[int]:
        yield from self.lines_of(str(focus), property_)
        if property_ in _LINE_PROPERTIES:
            yield from self._values(focus, property_)

    def _values(self, focus: Node, property_: str) -> Iterator[int]:
        for value in self.data.objects(focus, URIRef(property_)):
            if isinstance(value, Literal) and isinstance(value.value, int) and value.value >= 1:
                yield value.value
