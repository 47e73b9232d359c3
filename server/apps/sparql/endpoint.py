"""Answer SPARQL queries over HTTP: a worker writes the result in the form asked for, and this module sends it.

The endpoint is plain ASGI, since a lookup takes less time than a web framework (decision 37). It follows SPARQL 1.1
Protocol, sections 2.1 and 2.2. Solutions come in the W3C's JSON, XML, CSV and TSV, triples in the RDF formats; a
browser gets a form, and results as a table. Programs that send no query get a description of the endpoint in RDF, with
the forms of its results and the graphs of its dataset (SPARQL 1.1 Service Description, sections 2 and 3); forms are
named as in http://www.w3.org/ns/formats/.
"""

import asyncio
import json
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from pyoxigraph import BlankNode, Literal, NamedNode, Triple
from starlette.types import Receive, Scope, Send

from jixiao.ontology import terms
from jixiao.server.apps.sparql import protocol
from jixiao.server.box.published import examples
from jixiao.server.editions.protocols import Edition
from jixiao.server.errors import (
    ClientGoneError,
    LimitError,
    ParameterError,
    QueryTimeoutError,
    ResultTooLargeError,
    ServerError,
    TooManyError,
    WorkerDiedError,
)
from jixiao.server.http import clients, compression, conditional, language, problems
from jixiao.server.http.negotiation import GRAPHS, HTML, JSON, PROBLEMS, SOLUTIONS, Form, choose, negotiate, takes_gzip
from jixiao.server.logs.access_log import NOTES, Notes
from jixiao.server.query import jobs, spooled, unknown_terms
from jixiao.server.query.binding import query as query_file
from jixiao.server.rdf import graph_response
from jixiao.server.runtime.service import Service, unless_limited, version
from jixiao.server.views import typed_names
from jixiao.shapes import catalogue
from jixiao.store import StoreError

router = APIRouter()

MANY = 100
"""Most named graphs that the description lists."""
TABLE_ROWS = 1000
"""Most rows of a result that the page shows; the other forms have all rows."""
_NAMED = 2000  # things of a result whose names are looked up

_FORMATS = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "N-Triples",
    "RDF_XML",
    "JSON-LD",
    "TriG",
    "N-Quads",
    "N3",
)
_PREFIXES = {**terms.PREFIXES, "sd": terms.SD}

_OUTCOMES = (
    (ClientGoneError, "hung-up"),
    (QueryTimeoutError, "timeout"),
    (WorkerDiedError, "died"),
    (ResultTooLargeError, "too-large"),
    (LimitError, "busy"),
    (TooManyError, "busy"),
    (ServerError, "refused"),
)
_PATIENCE, _SLOWEST = 60.0, 256 << 10  # a client may take a large result in 60 s, plus 1 s for each 256 KiB
_Fields = list[tuple[bytes, bytes]]


class Endpoint:
    """The ASGI application at /sparql."""

    def __init__(self, service: Service) -> None:
        self._service = service
        unknown_terms.known()  # read at start, since the first query would have to wait
        catalogue.retired()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request to /sparql by the ASGI protocol."""
        said = protocol.headers(scope)
        query = ""
        notes: Notes = scope[NOTES]
        try:
            settings = self._service.settings
            asked = await protocol.read(scope, receive, said, settings.max_query_bytes, settings.body_timeout)
            query = asked.query or ""
            if query.strip():
                notes.query = query
                await self._answer(_Request(scope, said, receive, asked, notes), send)
            else:
                await compression.Packing(await self._without_query(scope, said, asked))(scope, receive, send)
        except (ServerError, StoreError) as error:
            notes.outcome = next((name for kind, name in _OUTCOMES if isinstance(error, kind)), "busy")
            error.__traceback__ = None  # its frames hold the edition, and the worker holds the error
            if not isinstance(error, ClientGoneError):  # which needs no response
                await (await self._failed(error, query, said))(scope, receive, send)

    async def _answer(self, request: "_Request", send: Send) -> None:
        """Answer the query of a request."""
        client = clients.Client.of(request.scope, request.receive)
        try:
            result, tag, about = await self._service.on_newest(lambda now: self._result(now, request, client))
            fields = [
                (b"vary", b"Accept, Accept-Encoding"),
                *about,
                (b"cache-control", b"no-cache" if tag else b"no-store"),
            ]
            if tag:
                fields.append((b"etag", tag))
            if result is None:
                await _send(send, 304, fields, b"")
            elif result.head.content_type == HTML.content_type:
                query, cut = request.asked.query or "", result.head.cut
                shown = await run_in_threadpool(lambda: page(self._service, query, json.loads(result.read()), cut=cut))
                shown.raw_headers.extend(about)
                await compression.Packing(shown)(request.scope, request.receive, send)
            else:
                await _pass_on(send, result, fields)
        finally:
            client.leave()
            request.notes.lane = client.lane

    async def _result(
        self, now: Edition, request: "_Request", client: clients.Client
    ) -> tuple[spooled.Result | None, bytes, _Fields]:
        """Return the result of a request's query, the ETag, and further headers.

        The result is None if the client has it already (304); the ETag is empty for a result without a validator. The
        headers are the licence and citation (Link), and undefined terms in the query.
        """
        about = [(b"link", self._service.credit(now).link.encode("latin-1"))]
        if unknown := unknown_terms.find(request.asked.query or ""):
            about.append((b"x-unknown-terms", unknown_terms.header(unknown).encode("ascii")))
        job = self._job(now, request)
        named = spooled.key(job, version(now))
        tag = b'W/"%s"' % named.encode() if named and not request.asked.posted else b""
        held = request.said.get(b"if-none-match", "")
        if tag and held and conditional.holds(held, tag.decode()):
            request.notes.version, request.notes.outcome = now.version, "cached"
            return None, tag, about
        request.notes.version = now.version
        result, request.notes.cached = await self._service.ask(job, named, client)
        request.notes.outcome = "cached" if request.notes.cached else "answered"
        if tag and held.strip() == "*":
            result.close()
            return None, tag, about
        return result, tag, about

    def _job(self, now: Edition, request: "_Request") -> jobs.Job:
        settings, asked, said = self._service.settings, request.asked, request.said
        query = asked.query or ""
        most = settings.max_query_bytes
        if len(query) * 4 > most and len(query.encode("utf-8", "replace")) > most:
            raise protocol.too_long(most)
        return jobs.Job(
            graph_path=now.graph_directory,
            base_iri=self._service.store.base_iri,
            query=query,
            accept=said.get(b"accept"),
            wanted=asked.wanted,
            default_graphs=asked.default_graphs,
            named_graphs=asked.named_graphs,
            table_rows=TABLE_ROWS,
            gzip=takes_gzip(said.get(b"accept-encoding")),
            max_bytes=settings.max_result_bytes,
            # Never shorter than promote_after, since ending a process costs more than most queries.
            timeout=min(max(asked.timeout or settings.query_timeout, settings.promote_after), settings.query_timeout),
        )

    async def _without_query(self, scope: Scope, said: Mapping[bytes, str], asked: protocol.QueryRequest) -> Response:
        """Return the form for people, or the service's description for programs that sent no `query` parameter."""
        offers = (*GRAPHS, HTML) if asked.query is None and not asked.posted else (*SOLUTIONS, HTML)
        form = negotiate(said.get(b"accept"), offers) if asked.wanted is None else choose(None, asked.wanted, offers)
        if form == HTML:
            return await run_in_threadpool(page, self._service, asked.query or "")
        if form is None or form not in GRAPHS:
            raise ParameterError("缺少参数 query。", "The parameter query is missing.")
        return await run_in_threadpool(description, self._service, Request(scope), form)

    async def _failed(self, error: Exception, query: str, said: Mapping[bytes, str]) -> Response:
        """Return the response to an error: the page with the form for a browser, otherwise problem+json."""
        if negotiate(said.get(b"accept"), (*PROBLEMS, *SOLUTIONS)) != HTML:
            return problems.as_json(error)
        shown = await run_in_threadpool(page, self._service, query, error=error)
        shown.headers.update(problems.headers(error) | {"Vary": language.wish().vary})
        return shown


@dataclass(frozen=True, slots=True)
class _Request:
    """A request to the endpoint: its query as read by protocol.read() (`asked`), headers (`said`), and log notes."""

    scope: MutableMapping[str, Any]
    said: Mapping[bytes, str]
    receive: Receive
    asked: protocol.QueryRequest
    notes: Notes


async def _pass_on(send: Send, result: spooled.Result, fields: _Fields) -> None:
    """Send a result to the client as the worker wrote it; a large one piece by piece, as fast as the client takes it.

    Raises ClientGoneError if a client takes longer for a large result than _PATIENCE seconds plus a second for each
    _SLOWEST bytes. `fields` are further headers.
    """
    fields = [
        (b"content-type", result.head.content_type.encode()),
        (b"content-length", b"%d" % result.size),
        *([(b"content-encoding", b"gzip")] if result.head.gzip else []),
        *fields,
    ]
    if not result.in_file:
        await _send(send, 200, fields, result.content)
        return
    try:
        async with asyncio.timeout(_PATIENCE + result.size / _SLOWEST):
            await send({"type": "http.response.start", "status": 200, "headers": fields})
            for piece in result.pieces():
                await send({"type": "http.response.body", "body": piece, "more_body": True})
                # send() never waits once the client has hung up, so other tasks get their turn here
                await asyncio.sleep(0)
            await send({"type": "http.response.body", "body": b""})
    except TimeoutError:
        raise ClientGoneError("请求方取走结果太慢。", "The client took the result too slowly.") from None
    finally:
        result.close()


async def _send(send: Send, status: int, fields: _Fields, content: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": fields})
    await send({"type": "http.response.body", "body": content})


def description(service: Service, request: Request, form: Form) -> Response:
    """Return the description of the endpoint, with its IRI at the requested address. Raises what Service.run raises."""
    # The endpoint's IRI is as the client has it, or below the base IRI if the request names no host.
    here = language.wish().site(service.store.base_iri)
    triples = service.on_current(lambda now: _triples(service, now, NamedNode(f"{here}/sparql")))
    content = graph_response.written(triples, form, _PREFIXES)
    return conditional.Validator.of(content).response(
        request, {"Content-Type": form.content_type, "Vary": "Accept"}, lambda: content
    )


def _triples(service: Service, now: Edition, endpoint: NamedNode) -> list[Triple]:
    dataset, default = NamedNode(f"{service.store.base_iri}dataset"), BlankNode("default")
    # A default graph that has a name at an endpoint elsewhere is left out.
    below = f"{service.store.base_iri}graph/"
    named = sorted(row["graph"]["value"] for row in service.rows(now, query_file(service.engine.named_graphs)))
    listed = [name for name in named if name.startswith(below) and name != f"{below}default"][:MANY]
    graphs = [(BlankNode(f"g{number}"), name) for number, name in enumerate(listed)]
    said: list[tuple[NamedNode | BlankNode, str, NamedNode | BlankNode | Literal]] = [
        (endpoint, terms.RDF_type, NamedNode(f"{terms.SD}Service")),
        (endpoint, f"{terms.SD}endpoint", endpoint),
        (endpoint, f"{terms.SD}supportedLanguage", NamedNode(f"{terms.SD}SPARQL11Query")),
        *(
            (endpoint, f"{terms.SD}resultFormat", NamedNode(f"http://www.w3.org/ns/formats/{name}"))
            for name in _FORMATS
        ),
        (endpoint, terms.RDFS_label, Literal("绩效 SPARQL 端点", language="zh")),
        (endpoint, terms.RDFS_label, Literal("jixiao SPARQL endpoint", language="en")),
        (endpoint, f"{terms.SD}defaultDataset", dataset),
        (endpoint, terms.RDFS_seeAlso, dataset),
        (dataset, terms.RDF_type, NamedNode(f"{terms.SD}Dataset")),
        (dataset, terms.RDF_type, NamedNode(terms.VOID_Dataset)),
        *([(dataset, terms.DCAT_hasCurrentVersion, NamedNode(service.credit(now).iri))] if now.number else []),
        (dataset, terms.DCAT_version, Literal(now.version)),
        (dataset, f"{terms.SD}defaultGraph", default),
        *((dataset, f"{terms.SD}namedGraph", graph) for graph, _ in graphs),
        (default, terms.RDF_type, NamedNode(f"{terms.SD}Graph")),
        *([(default, terms.VOID_triples, Literal(now.statistics.triples))] if now.statistics else []),
        *((graph, terms.RDF_type, NamedNode(f"{terms.SD}NamedGraph")) for graph, _ in graphs),
        *((graph, f"{terms.SD}name", NamedNode(name)) for graph, name in graphs),
    ]
    return [Triple(subject, NamedNode(name), value) for subject, name, value in said]


@router.get("/sparql/terms", summary="查询可用的词 · terms for queries")
def known_terms(request: Request) -> Response:
    """Answer with the prefixes, and each term's name, kind, labels and scheme, as JSON."""
    listed = {"prefixes": terms.PREFIXES, "terms": [term.as_json() for term in unknown_terms.known().values()]}
    content = json.dumps(listed, ensure_ascii=False, separators=(",", ":"))
    return conditional.Validator.of(content).response(request, {"Content-Type": JSON.content_type}, lambda: content)


def page(
    service: Service,
    sparql: str,
    result: Mapping[str, Any] = {},
    *,
    cut: bool = False,
    error: Exception | None = None,
) -> Response:
    """Return the page of a query with its result, or with the error that the query raised.

    `result` is SPARQL 1.1 Query Results JSON, or has triples as `turtle`; with `cut` the result is only the first part.
    """
    generation = service.store.settled()
    return service.pages.html(
        "sparql.html",
        error=error,
        headers={"X-Result-Cut": f"rows={TABLE_ROWS}"} if cut else None,
        query=sparql,
        first=query_file("largest-projects").strip(),
        result=result,
        cut=cut,
        names=_names(service, result),
        unknown=unknown_terms.find(sparql),
        most=TABLE_ROWS,
        timeout=service.settings.query_timeout,
        version="" if generation is None else generation.version,
        examples=examples(service),
    )


def _names(service: Service, result: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the names of things in a result by IRI, up to _NAMED; empty if a limit stops the look-up."""
    terms_of_rows = (row.values() for row in result.get("results", {}).get("bindings", ()))
    uris = (term["value"] for row in terms_of_rows for term in row if term["type"] == "uri")
    iris = dict.fromkeys(uri for uri in uris if uri.startswith(f"{service.store.base_iri}id/"))
    return unless_limited(
        lambda: service.on_current(lambda now: typed_names.labels(partial(service.run, now), list(iris)[:_NAMED])), {}
    )
