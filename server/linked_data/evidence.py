"""Tell from which line of which source each value in the description of a thing was read."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from jixiao.ontology import terms
from jixiao.server.editions.evidence import LedgerLines, line
from jixiao.server.linked_data.things import Thing
from jixiao.server.rdf.json_forms import Lines


@dataclass(frozen=True)
class Evidence:
    """The lines of the values that a page states of a thing and its parts; none if there is no thing."""

    ledgers: LedgerLines
    thing: Thing | None

    @cached_property
    def _read(self) -> list[tuple[str, Triple, str, int]]:
        """The triples about the thing and its parts, each after its subject's IRI and before a source and the line."""
        if self.thing is None:
            return []
        own = [(each.subject.value, each) for each in self.thing.own if isinstance(each.subject, NamedNode)]
        values = Counter((subject, triple.predicate) for subject, triple in own)
        return [
            (subject, triple, source, read)
            for source in self.thing.index.values(self.thing.node.value, terms.PROV_wasDerivedFrom)
            for subject, triple in own
            for many in [values[subject, triple.predicate]]
            if (read := line(self.ledgers.of(source), subject, triple.predicate.value, many)) is not None
        ]

    def lines(self) -> Lines:
        """Return the line of each value by subject and property; none for a thing that several sources state."""
        lines: dict[str, dict[str, int]] = {}
        if len({source for _, _, source, _ in self._read}) == 1:
            for subject, triple, _, read in self._read:
                lines.setdefault(subject, {})[triple.predicate.value] = read
        return lines

    def statements(self) -> Iterator[Triple]:
        """Yield triples that tell the source and line of each value, with a blank node for each (RDF 1.1 reification).

        They are stated in this answer alone: the dataset has no such nodes.
        """
        for number, (_, triple, source, read) in enumerate(self._read, 1):
            node = BlankNode(f"evidence{number}")
            said = {
                terms.RDF_type: NamedNode(terms.RDF_Statement),
                terms.RDF_subject: triple.subject,
                terms.RDF_predicate: triple.predicate,
                terms.RDF_object: triple.object,
                terms.PROV_wasDerivedFrom: NamedNode(source),
                terms.sourceLine: Literal(read),
            }
            yield from (Triple(node, NamedNode(name), value) for name, value in said.items())
