"""Read the list of all things of a kind (departments, legal bases, filings, projects, series, sources) by pages."""

from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import Literal, NamedNode, Triple

from jixiao.ontology import terms
from jixiao.server.editions.metadata import Document
from jixiao.server.editions.protocols import Edition
from jixiao.server.linked_data import things
from jixiao.server.linked_data.kinds import Kind
from jixiao.server.query.binding import bind, query, window
from jixiao.server.runtime.service import Service

PAGE = 100
"""Number of things on one page."""


@dataclass(frozen=True)
class Listing:
    """One page of a list: the number of things in the list, the IRIs of those on this page, and triples about them."""

    kind: Kind
    total: int
    members: tuple[str, ...]
    around: tuple[Triple, ...]
    page: int

    @property
    def pages(self) -> int:
        """The number of pages."""
        return max(1, -(-self.total // PAGE))

    def document(self, base: str) -> Document:
        """Return the metadata of the page."""
        more = self.page < self.pages
        iri = f"{base}id/{self.kind.name}"
        return Document(base, f"doc/{self.kind.name}", iri, self.page, more, self.pages, (terms.HYDRA_Collection,))

    def triples(self, base: str) -> list[Triple]:
        """Return the triples of the list as a hydra:Collection, and those about its members."""
        document = self.document(base)
        collection = NamedNode(document.topic)
        said: list[tuple[str, NamedNode | Literal]] = [
            (terms.RDF_type, NamedNode(terms.HYDRA_Collection)),
            (terms.RDFS_label, Literal(self.kind.many.zh, language="zh")),
            (terms.RDFS_label, Literal(self.kind.many.en, language="en")),
            (terms.HYDRA_totalItems, Literal(self.total)),
            (terms.HYDRA_view, NamedNode(document.iri)),
            *((terms.HYDRA_member, NamedNode(iri)) for iri in self.members),
        ]
        return [*(Triple(collection, NamedNode(name), value) for name, value in said), *self.around]

    @cached_property
    def _index(self) -> things.StatementIndex:
        return things.StatementIndex(self.around)

    def names(self) -> dict[str, str]:
        """Return the members' names by IRI."""
        return {iri: self._index.name(iri) for iri in self.members}

    def partial(self) -> frozenset[str]:
        """Return the members that were read in part."""
        return frozenset(filter(self._index.partial, self.members))


def read(service: Service, now: Edition, kind: Kind, page: int) -> Listing | None:
    """Return page `page` (from 1) of a list, or None if there is no such page. Raises the errors of Pool.run."""
    of_class, start = {"class": NamedNode(kind.of_class)}, (page - 1) * PAGE
    total = now.member_count(kind.of_class)
    if total is None:
        [row] = service.rows(now, bind(query("members-counted"), of_class))
        total = int(row["things"]["value"])
    if page > 1 and start >= total:
        return None
    members = now.members(kind.of_class, start, PAGE)
    if members is None:
        rows = service.rows(now, window(bind(query("members"), of_class), PAGE, start))
        members = [row["thing"]["value"] for row in rows]
    return Listing(kind, total, tuple(members), tuple(things.around(service, now, map(NamedNode, members))), page)
