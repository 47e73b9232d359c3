"""A job and the graph that it runs on come in; the result goes into a sink, in the form that was asked for.

All that reads a stranger's query is here, and so in a process that may be killed: the guard, the engine, the choice
of a form, the writing. SPARQL 1.1 Protocol, section 2.1; the results' formats are Oxigraph's own writers.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Any

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    serialize,
)

from jixiao.ontology import terms
from jixiao.server.errors import NoSuchGraphError, QueryFailedError, ResultTooLargeError
from jixiao.server.http.negotiation import GRAPHS, HTML, RDF_XML, SHORT, SOLUTIONS, Form, choose
from jixiao.server.http.rdf_xml import XmlText, parsed
from jixiao.server.sandbox import guard
from jixiao.server.sandbox.jobs import Head, Job
from jixiao.server.sandbox.sink import FullError, Memory, Sink
from jixiao.server.sandbox.syntax import explain

Out = Sink | Memory
Results = QuerySolutions | QueryBoolean | QueryTriples

PAGE_BYTES = 4 << 20
"""Bytes of what a page shows."""

_SHORT = 4096  # characters of a query, and of a header, that is worth remembering
_known = lru_cache(maxsize=256)(guard.check)  # lookups and views ask the same again and again


def evaluate(store: Store, job: Job, sink: Out, xml: bool = True) -> None:
    """Run a job and write its result; the sink is left unfinished. XML is out of the question unless `xml`.

    Raises NotXmlError where XML was chosen and cannot say it, which calls for another sink and `xml=False`; and
    QuerySyntaxError, QueryRefusedError, NoSuchGraphError, QueryFailedError, NotAcceptableError, ResultTooLargeError.
    """
    check = _known if len(job.query) <= _SHORT else guard.check
    checked = check(job.query, job.base_iri)
    choosing = _chosen if len(job.accept or "") <= _SHORT else _choose
    form = choosing(job.accept, job.wanted, checked.gives_graph, bool(job.table_rows), xml)
    sink.head = Head(form.content_type)
    try:
        results = _results(store, job, checked)
        if form == HTML:
            _write_page(results, job.table_rows, sink)
        else:
            _write(results, form, sink)
    except SyntaxError as error:
        raise guard.undeclared(checked) or explain(str(error), checked.text) from error
    except FullError:
        raise ResultTooLargeError(
            f"结果超过了 {job.max_bytes:,} 字节的上限；请加 LIMIT，或下载全部数据。",
            f"The result is larger than {job.max_bytes:,} bytes; add a LIMIT, or download the whole dataset.",
        ) from None
    except (RuntimeError, ValueError, OSError) as error:
        raise QueryFailedError(f"查询无法执行：{error}", f"The query cannot be evaluated: {error}") from error


def _choose(accept: str | None, wanted: str | None, graph: bool, page: bool, xml: bool) -> Form:
    offers = tuple(form for form in (GRAPHS if graph else SOLUTIONS) if xml or form.name not in ("xml", RDF_XML.name))
    return choose(accept, wanted, (*offers, HTML) if page else offers)


_chosen = lru_cache(maxsize=256)(_choose)


def _results(store: Store, job: Job, checked: guard.Checked) -> Results:
    """The dataset is the protocol's, else that of the query's FROM, else the store's own (Protocol, section 2.1.4)."""
    default_iris, named_iris = job.default_graphs, job.named_graphs
    if not default_iris and not named_iris:
        default_iris, named_iris = checked.default_graphs, checked.named_graphs
    if not default_iris and not named_iris:
        return store.query(checked.text, base_iri=job.base_iri)
    default = [_graph(store, iri) for iri in dict.fromkeys(default_iris)]
    named: list[NamedNode | BlankNode] = [_graph(store, iri) for iri in dict.fromkeys(named_iris)]
    if len(default) > 1:
        # The engine counts a triple once for each default graph that holds it; a merge holds it once.
        store = _merged(store, default, named)
        return store.query(checked.text, base_iri=job.base_iri, default_graph=DefaultGraph(), named_graphs=named)
    return store.query(checked.text, base_iri=job.base_iri, default_graph=[*default], named_graphs=named)


def _graph(store: Store, iri: str) -> NamedNode:
    graph = NamedNode(iri)
    if not store.contains_named_graph(graph):
        raise NoSuchGraphError(f"数据集中没有这个图：{iri}", f"The dataset has no graph {iri}.")
    return graph


def _merged(store: Store, default: list[NamedNode], named: list[NamedNode | BlankNode]) -> Store:
    merged = Store()
    for graph in default:
        merged.extend(Quad(q.subject, q.predicate, q.object) for q in store.quads_for_pattern(None, None, None, graph))
    for name in named:
        merged.extend(store.quads_for_pattern(None, None, None, name))
    return merged


def _write(results: Results, form: Form, sink: Out) -> None:
    if not isinstance(results, QueryTriples):
        out = XmlText(sink) if form.name == "xml" else sink
        results.serialize(out, format=QueryResultsFormat.from_media_type(form.media_type))
    elif form.name == RDF_XML.name:
        # It is well formed or it is not offered, which only the whole of it shows.
        whole = io.BytesIO()
        serialize(results, whole, format=RdfFormat.RDF_XML)
        sink.write(parsed(whole.getvalue()))
    else:
        rdf = RdfFormat.from_media_type(form.proper)
        serialize(results, sink, format=rdf, prefixes=terms.PREFIXES if form.name in SHORT else None)


def _write_page(results: Results, rows: int, sink: Out) -> None:
    """What a page shows of a result: JSON of as many solutions as it has rows, or Turtle of as many triples."""
    sink.gzip = False  # it is not the answer yet
    if isinstance(results, QueryTriples):
        first = list(islice(results, rows + 1))
        _cut(sink, len(first) > rows)
        turtle = serialize(first[:rows], format=RdfFormat.TURTLE, prefixes=terms.PREFIXES) or b""
        shown: dict[str, Any] = {"turtle": turtle.decode()}
    elif isinstance(results, QuerySolutions):
        names = [variable.value for variable in results.variables]
        bindings = [_binding(names, solution) for solution in islice(results, rows + 1)]
        _cut(sink, len(bindings) > rows)
        shown = {"head": {"vars": names}, "results": {"bindings": bindings[:rows]}}
    else:
        shown = {"head": {}, "boolean": bool(results)}
    content = json.dumps(shown).encode()
    if len(content) > PAGE_BYTES:
        raise ResultTooLargeError(
            "结果太大，网页放不下；请取 CSV、JSON 等格式。",
            "The result is too large for a page; take it as CSV or JSON.",
        )
    sink.write(content)


def _cut(sink: Out, cut: bool) -> None:
    sink.head = Head(sink.head.content_type, cut=cut)


def _binding(names: list[str], solution: Any) -> dict[str, dict[str, str]]:
    return {name: dict(_term(value)) for name, value in zip(names, solution, strict=True) if value is not None}


def _term(term: NamedNode | BlankNode | Literal | Triple) -> Iterator[tuple[str, str]]:
    if isinstance(term, Triple):
        yield from (("type", "triple"), ("value", str(term)))
        return
    kinds = {NamedNode: "uri", BlankNode: "bnode", Literal: "literal"}
    yield from (("type", kinds[type(term)]), ("value", term.value))
