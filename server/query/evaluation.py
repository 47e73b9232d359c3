"""Evaluate a job on a graph and write the result to a sink, in the format requested.

All steps that a client's query passes are called from here, in a worker process that may be killed: guard, choice of
format, engine, and writing by Oxigraph's own serialisers. See SPARQL 1.1 Protocol, section 2.1.

serve() is the worker's main program. Oxigraph has no time limit and cannot be cancelled, and some queries crash it or
exhaust memory; in a process of its own the operating system enforces the limits. Workers are started often, so this
module imports little.
"""

import json
import math
import signal
from contextlib import suppress
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from traceback import clear_frames
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
    Variable,
    serialize,
)

from jixiao.ontology import errors, terms
from jixiao.ontology.processes.channel import Channel
from jixiao.ontology.text.spreadsheets import csv_text, harmless
from jixiao.server.errors import (
    DataDamagedError,
    GenerationClearedError,
    NoSuchGraphError,
    QueryFailedError,
    ResultTooLargeError,
    ServerError,
)
from jixiao.server.http.negotiation import (
    CSV,
    GRAPHS,
    HTML,
    RDF_XML,
    SHEET,
    SHORT,
    SOLUTIONS,
    Form,
    choose,
    negotiate,
)
from jixiao.server.query import guard, jobs
from jixiao.server.rdf.rdf_xml import XmlText, well_formed

Out = jobs.Sink | jobs.Memory
Results = QuerySolutions | QueryBoolean | QueryTriples

PAGE_BYTES = 4 << 20
"""Most bytes of the part of a result that is shown on an HTML page."""

_KINDS = {NamedNode: "uri", BlankNode: "bnode", Literal: "literal"}
_SHORT = 4096  # characters of a query or Accept header up to which its check or choice of format is cached


def evaluate(store: Store, job: jobs.Job, sink: Out) -> None:
    """Run a job and write its result to a sink, which the caller finishes.

    Raises QuerySyntaxError, QueryRefusedError, NoSuchGraphError, QueryFailedError, DataDamagedError,
    NotAcceptableError (also if XML is wanted and cannot express the result) and ResultTooLargeError.
    """
    checked, form = plan(job)
    try:
        write(_results(store, job, checked), form, job.table_rows, sink)
    except Exception as error:
        # Oxigraph's results must be freed in the thread that made them. The frames of an error that is kept would hold
        # them until some thread collects garbage, so the frames are cleared.
        clear_frames(error.__traceback__)
        if isinstance(error, SyntaxError):
            raise guard.undeclared(checked) or guard.explain(str(error), checked.text) from error
        refuse_damage(error)
        if isinstance(error, RuntimeError | ValueError | OSError):
            raise QueryFailedError(f"查询无法执行：{error}", f"The query cannot be evaluated: {error}") from error
        raise


def refuse_damage(error: Exception) -> None:
    """Raise DataDamagedError if Oxigraph's error reports a damaged file."""
    if damage := errors.of_engine(error):
        raise DataDamagedError(str(damage)) from error


def plan(job: jobs.Job) -> tuple[guard.Checked, Form]:
    """Return a job's query, checked, and the form of its result.

    Raises QuerySyntaxError, QueryRefusedError and NotAcceptableError.
    """
    check = _cached_check if len(job.query) <= _SHORT else guard.check
    checked = check(job.query, job.base_iri)
    choosing = _cached_choose if len(job.accept or "") <= _SHORT else _choose
    return checked, choosing(job.accept, job.wanted, checked.gives_graph, bool(job.table_rows))


def _choose(accept: str | None, wanted: str | None, graph: bool, page: bool) -> Form:
    """Return the form of a result; CSV that is asked for by name in a browser becomes the form for spreadsheets.

    A browser prefers pages to CSV. Programs get the values as they are (SPARQL 1.1 Query Results CSV and TSV Formats).
    """
    form = choose(accept, wanted, (*(GRAPHS if graph else SOLUTIONS), *([HTML] if page else ())))
    return SHEET if page and form == CSV and wanted and negotiate(accept, (CSV, HTML)) == HTML else form


_cached_check = lru_cache(maxsize=256)(guard.check)  # worth caching, since lookups and views repeat their queries
_cached_choose = lru_cache(maxsize=256)(_choose)


def graphs(job: jobs.Job, checked: guard.Checked) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the default and named graphs that a query runs on: those of the request, otherwise those of its FROM.

    SPARQL 1.1 Protocol, section 2.1.4, gives the request precedence.
    """
    if job.default_graphs or job.named_graphs:
        return job.default_graphs, job.named_graphs
    return checked.default_graphs, checked.named_graphs


def _results(store: Store, job: jobs.Job, checked: guard.Checked) -> Results:
    """Return the results of the query on the graphs that the request or the query names, else on all of the store."""
    default_iris, named_iris = graphs(job, checked)
    if not default_iris and not named_iris:
        return store.query(checked.text, base_iri=job.base_iri)
    default = [_graph(store, iri) for iri in dict.fromkeys(default_iris)]
    named: list[NamedNode | BlankNode] = [_graph(store, iri) for iri in dict.fromkeys(named_iris)]
    if len(default) > 1:
        # Oxigraph counts a triple once per default graph that holds it; an RDF merge holds the triple once.
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


def write(results: Results | list[Triple], form: Form, rows: int, sink: Out) -> None:
    """Write a result to a sink in a form; for HTML, only the data for a page, with at most `rows` rows."""
    sink.head = jobs.Head(form.content_type)
    if form == HTML:
        _write_page(results, rows, sink)
    elif form == SHEET and isinstance(results, QuerySolutions):
        for row in chain([results.variables], results):
            sink.write(csv_text([map(_cell, row)]).encode())
    elif isinstance(results, QuerySolutions | QueryBoolean):
        results.serialize(
            XmlText(sink) if form.name == "xml" else sink, format=QueryResultsFormat.from_media_type(form.media_type)
        )
    elif form.name == RDF_XML.name:
        # Only the complete document shows if the RDF/XML is well-formed, so it is checked before any of it is sent.
        sink.write(well_formed(serialize(results, format=RdfFormat.RDF_XML) or b"", GRAPHS))
    else:
        serialize(
            results,
            sink,
            format=RdfFormat.from_media_type(form.proper),
            prefixes=terms.PREFIXES if form.name in SHORT else None,
        )


def _write_page(results: Results | list[Triple], rows: int, sink: Out) -> None:
    """Write the data for a page to a sink as JSON: a boolean, up to `rows` solutions, or as many triples in Turtle.

    Raises ResultTooLargeError above PAGE_BYTES.
    """
    sink.gzip = False  # the server reads this part to render the page
    if isinstance(results, QueryBoolean):
        shown: dict[str, Any] = {"head": {}, "boolean": bool(results)}
    elif isinstance(results, QuerySolutions):
        names = [variable.value for variable in results.variables]
        solutions = (zip(names, solution, strict=True) for solution in islice(results, rows + 1))
        bindings = [{name: _term(value) for name, value in each if value is not None} for each in solutions]
        sink.head = sink.head._replace(cut=len(bindings) > rows)
        shown = {"head": {"vars": names}, "results": {"bindings": bindings[:rows]}}
    else:
        triples = list(islice(results, rows + 1))
        sink.head = sink.head._replace(cut=len(triples) > rows)
        turtle = serialize(triples[:rows], format=RdfFormat.TURTLE, prefixes=terms.PREFIXES) or b""
        shown = {"turtle": turtle.decode()}
    content = json.dumps(shown).encode()
    if len(content) > PAGE_BYTES:
        raise ResultTooLargeError(
            "结果太大，网页放不下；请取 CSV、JSON 等格式。",
            "The result is too large for a page; take it as CSV or JSON.",
        )
    sink.write(content)


def _cell(term: NamedNode | BlankNode | Literal | Triple | Variable | None) -> str:
    """Return a term as SPARQL's CSV has it, but harmless to spreadsheets."""
    return "" if term is None else harmless(str(term) if isinstance(term, BlankNode | Triple) else term.value)


def _term(term: NamedNode | BlankNode | Literal | Triple) -> dict[str, str]:
    return (
        {"type": "triple", "value": str(term)}
        if isinstance(term, Triple)
        else {"type": _KINDS[type(term)], "value": term.value}
    )


GRACE = 5
"""Seconds after a job's time limit at which a worker ends itself; normally its server has killed it before."""


def serve(channel: Channel, graph_path: str) -> None:
    """Open the graph at `graph_path`, report that the worker is ready, and answer jobs without end.

    If the path is "" or the graph cannot be opened, an empty graph is open until the first job.
    """
    path, store = "", Store()
    with suppress(ServerError):
        if graph_path:
            path, store = graph_path, opened(graph_path)
    channel.send(jobs.READY)
    while True:
        job = jobs.unpack(channel.receive())
        signal.alarm(math.ceil(job.timeout) + GRACE)
        try:
            if job.graph_path != path:
                path, store = job.graph_path, opened(job.graph_path)
            sink = jobs.Sink(channel.send, job.max_bytes, job.gzip)
            evaluate(store, job, sink)
            sink.finish()
        except ServerError as error:
            channel.send(jobs.failed(type(error).__name__, **vars(error)))
        signal.alarm(0)


def opened(path: str) -> Store:
    """Open a graph for reading. Raises GenerationClearedError if it was deleted, and DataDamagedError."""
    try:
        return Store.read_only(path)
    except (OSError, RuntimeError, ValueError) as error:
        if Path(path).exists():
            refuse_damage(error)
        raise GenerationClearedError(
            "数据刚刚更新，请再试一次。", "The dataset was updated just now; try again."
        ) from None
