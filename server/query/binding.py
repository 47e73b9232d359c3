"""Read query files, bind RDF terms to their parameters, read the rows of their results, and look up origins of sources.

A query file declares a parameter as `VALUES ?_name { an example }`. bind() puts the given terms in place of the
example, serialised by pyoxigraph, so that a value cannot change the query. (Oxigraph's own substitutions do not apply
within sub-selects.)
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from jixiao.ontology.grouping import by_key

Term = NamedNode | Literal

QUERIES = Path(__file__).parent

LIMIT = re.compile(r"^LIMIT (\d+)\s*\Z", re.MULTILINE)
"""The number of rows at the end of a query."""
_ROW = re.compile(r"(VALUES \?_(\w+) \{)[^{}]*\}")


@cache
def query(name: str) -> str:
    """Return the text of the file {name}.rq in this folder."""
    return (QUERIES / f"{name}.rq").read_text(encoding="utf-8")


def bind(sparql: str, values: Mapping[str, Term | Sequence[Term]]) -> str:
    """Return a query in which the parameters in `values` are bound to one term or several each.

    The query's other parameters keep their examples. One pass over the query replaces all declarations of parameters,
    so that inserted terms are never searched for declarations. Raises KeyError for a parameter that the query does not
    declare.
    """
    if missing := set(values) - {row[2] for row in _ROW.finditer(sparql)}:
        raise KeyError(*missing)
    bound = {name: " ".join(map(str, term if isinstance(term, Sequence) else [term])) for name, term in values.items()}
    return _ROW.sub(lambda row: f"{row[1]} {bound[row[2]]} }}" if row[2] in bound else row[0], sparql)


def about(iri: str) -> str:
    """Return the query for the statements about a thing and the statements that refer to it."""
    return bind(query("open-as-query"), {"thing": NamedNode(iri)}).strip()


def window(sparql: str, limit: int, offset: int) -> str:
    """Return the query with its final line `LIMIT n` replaced: `limit` results, after skipping `offset` of them."""
    return LIMIT.sub(f"LIMIT {limit:d}" + (f" OFFSET {offset:d}" if offset else "") + "\n", sparql)


def bindings(results: bytes) -> list[dict[str, dict[str, str]]]:
    """Return the rows of SPARQL 1.1 Query Results JSON, each the terms by variable."""
    return list(json.loads(results)["results"]["bindings"])


def texts(results: bytes) -> Iterator[dict[str, str]]:
    """Yield the rows of SPARQL 1.1 Query Results JSON, each the values of its terms by variable."""
    return ({name: term["value"] for name, term in row.items()} for row in bindings(results))


Origin = Mapping[str, str]
"""The IRI (`origin`) and the `address`; if known, `retrieved` (ISO 8601), `publisher`, `linkedFrom`, `archivedAt`."""


def origins(run: Callable[[str], bytes], sources: Iterable[str]) -> dict[str, list[Origin]]:
    """Return the origins of sources by the source's IRI, sorted by address; sources without origins are left out.

    `run` is a function that runs a query and returns its results in JSON. Raises the errors of `run`.
    """
    nodes = [NamedNode(iri) for iri in sources]
    rows = texts(run(bind(query("origins"), {"source": nodes}))) if nodes else ()
    return by_key((row.pop("source"), row) for row in rows)
