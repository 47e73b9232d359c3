"""Look up the origins of sources: the addresses at which they were found."""

from collections.abc import Callable, Iterable, Mapping

from pyoxigraph import NamedNode

from jixiao.ontology.grouping import by_key
from jixiao.server.query.binding import bind, bindings, query

Origin = Mapping[str, str]
"""The IRI (`origin`) and the `address`; if known, when it was `retrieved` (ISO 8601), `publisher` and `linkedFrom`."""


def origins(run: Callable[[str], bytes], sources: Iterable[str]) -> dict[str, list[Origin]]:
    """Return the origins of the sources that have some, sorted by address, by the source's IRI.

    `run` runs a query. Raises what `run` does.
    """
    nodes = [NamedNode(iri) for iri in sources]
    rows = bindings(run(bind(query("origins"), {"source": nodes}))) if nodes else []
    return by_key(
        (row["source"]["value"], {name: term["value"] for name, term in row.items() if name != "source"})
        for row in rows
    )
