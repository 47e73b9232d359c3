"""Send a query to another server's SPARQL 1.1 endpoint, and return its result in the format requested.

With `--endpoint`, this module does a worker's task. Whatever format is requested, solutions are fetched as JSON and
triples as N-Triples, parsed, and written by Oxigraph's serialisers: so every endpoint can answer in every format, and a
reply that cannot be parsed is never taken for a result. Queries are sent as POST of a form (SPARQL 1.1 Protocol,
section 2.1.3); parameters in the endpoint's URL stay in the URL.
"""

from __future__ import annotations

import asyncio
import json
from types import TracebackType
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import httpx
from pyoxigraph import (
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolution,
    QuerySolutions,
    RdfFormat,
    parse,
    parse_query_results,
    serialize,
)

from jixiao.ontology import terms
from jixiao.server.errors import NoSuchGraphError, ResultTooLargeError
from jixiao.server.http import negotiation
from jixiao.server.http.negotiation import FORM_TYPE, GRAPHS, SOLUTIONS
from jixiao.server.query import guard
from jixiao.server.query.binding import bind
from jixiao.server.query.binding import query as own_query
from jixiao.server.query.remote.replies import (
    Reply,
    failed,
    require_whole,
    timed_out,
    too_many_rows,
    unavailable,
    unreadable,
)
from jixiao.server.query.sink import too_large
from jixiao.server.rdf.rdf_xml import well_formed

SOLUTIONS_JSON = SOLUTIONS[0].media_type
N_TRIPLES = negotiation.N_TRIPLES.media_type

_CONNECT = 5.0  # seconds
_DATASET = ("default-graph-uri", "named-graph-uri")


class Dataset(NamedTuple):
    """IRIs of the graphs that a query runs on: those merged as the default graph, and the named ones."""

    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


_UNNAMED = Dataset()


class Remote:
    """Client of one endpoint, used from one event loop. Close it, or use it as an async context manager.

    `endpoint` is an http(s) address, whose parameters, such as default-graph-uri, are sent with every query; relative
    IRIs in queries are resolved against `base_iri`. At most `connections` are open; further queries wait for one.
    Raises ValueError if the endpoint is no such address.
    """

    def __init__(self, endpoint: str, base_iri: str | None = None, connections: int = 8) -> None:
        parts = urlsplit(endpoint)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"不是 http(s) 地址 not an address of http(s): {endpoint}")
        self.base_iri = base_iri
        self._endpoint = endpoint
        self._most_rows: int | None = None
        self._http = httpx.AsyncClient(
            follow_redirects=False,
            limits=httpx.Limits(max_connections=connections, max_keepalive_connections=connections),
            timeout=httpx.Timeout(None, connect=_CONNECT),  # run() bounds the time of the whole query
        )

    async def __aenter__(self) -> Remote:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close all connections."""
        await self._http.aclose()

    async def run(
        self,
        query: str | guard.Checked,
        media_type: str = SOLUTIONS_JSON,
        timeout: float = 60.0,
        max_bytes: int = 64 << 20,
        dataset: Dataset | None = None,
    ) -> bytes:
        """Return the result of a query in a media type that fits its form, within `timeout` seconds and `max_bytes`.

        A `query` of type Checked has passed the guard already. The query runs on `dataset`; if that is None or empty,
        on the graphs of its FROM, otherwise on those that the endpoint's URL names. Raises QuerySyntaxError,
        QueryRefusedError, QueryFailedError, NoSuchGraphError, NotAcceptableError (RDF/XML cannot express the result);
        for the limits, QueryTimeoutError and ResultTooLargeError; and EndpointUnavailableError.
        """
        checked = query if isinstance(query, guard.Checked) else guard.check(query, self.base_iri)
        if dataset is None or dataset == _UNNAMED:
            dataset = Dataset(checked.default_graphs, checked.named_graphs)
        try:
            async with asyncio.timeout(timeout):
                for graph in (*dataset.default, *dataset.named):
                    await self._require(graph, max_bytes)
                accept = N_TRIPLES if checked.gives_graph else SOLUTIONS_JSON
                reply = await self._post(self._url(dataset), self._with_base(checked.text), accept, max_bytes)
        except TimeoutError:
            raise timed_out(timeout) from None
        if checked.gives_graph:
            return await asyncio.to_thread(_write_graph, reply, media_type, max_bytes, self._most_rows)
        return await asyncio.to_thread(_write_answer, reply, checked.form == "ASK", media_type, max_bytes)

    async def learn_limit(self, query: str) -> int | None:
        """Return the endpoint's row limit, learnt from its reply to a query for many rows; None if it states none.

        Virtuoso states its limit for solutions only. A graph with as many triples as the limit learnt here is later
        refused as cut. Raises the errors of run().
        """
        try:
            await self.run(query)
        except ResultTooLargeError:
            return self._most_rows
        return None

    def _with_base(self, query: str) -> str:
        """Return the query with BASE put before it on its first line, so that line numbers in errors stay correct."""
        return query if self.base_iri is None else f"BASE {NamedNode(self.base_iri)} {query}"

    def _url(self, dataset: Dataset) -> str:
        if dataset == _UNNAMED:
            return self._endpoint
        parts = urlsplit(self._endpoint)
        pairs = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] not in _DATASET]
        pairs += [("default-graph-uri", graph) for graph in dataset.default]
        pairs += [("named-graph-uri", graph) for graph in dataset.named]
        return urlunsplit(parts._replace(query=urlencode(pairs, quote_via=quote)))

    async def _require(self, graph: str, max_bytes: int) -> None:
        """Raise NoSuchGraphError unless the endpoint has the graph; else some endpoints would fetch it from the web."""
        text = bind(own_query("graph-exists"), {"graph": NamedNode(graph)})
        if not _boolean(await self._post(self._endpoint, text, SOLUTIONS_JSON, max_bytes)):
            raise NoSuchGraphError(f"数据集中没有这个图：{graph}", f"The dataset has no graph {graph}.")

    async def _post(self, url: str, query: str, accept: str, max_bytes: int) -> Reply:
        body = urlencode({"query": query}, quote_via=quote).encode("ascii")
        headers = {"Content-Type": FORM_TYPE, "Accept": accept}
        content = bytearray()
        try:
            async with self._http.stream("POST", url, content=body, headers=headers) as response:
                async for part in response.aiter_bytes():
                    content += part
                    if len(content) > max_bytes:
                        raise too_large(max_bytes)
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise unavailable(type(error).__name__) from error
        reply = Reply(response.status_code, response.headers, bytes(content))
        if not response.is_success:
            raise failed(reply)
        if (most := reply.headers.get("X-SPARQL-MaxRows", "")).isdecimal():
            self._most_rows = int(most)
        require_whole(reply)
        return reply


def _write_graph(reply: Reply, media_type: str, max_bytes: int, most: int | None) -> bytes:
    """Return a reply's triples in a media type, each once and sorted, so that equal graphs give equal bytes."""
    rdf = RdfFormat.from_media_type(media_type)
    try:
        triples = sorted({quad.triple for quad in parse(reply.content, format=RdfFormat.N_TRIPLES)}, key=str)
    except (ValueError, SyntaxError) as error:
        raise unreadable(reply) from error
    if most is not None and len(triples) >= most:
        raise too_many_rows(most)
    short = rdf is not None and rdf.file_extension in ("ttl", "trig", "n3")
    content = serialize(triples, format=rdf, prefixes=terms.PREFIXES if short else None) or b""
    if len(content) > max_bytes:
        raise too_large(max_bytes)
    return well_formed(content, GRAPHS) if rdf == RdfFormat.RDF_XML else content


def _write_answer(reply: Reply, boolean: bool, media_type: str, max_bytes: int) -> bytes:
    """Return a reply's solutions, or its boolean, in a media type."""
    try:
        answer = _boolean(reply) if boolean else _solutions(reply)
        content = answer.serialize(format=QueryResultsFormat.from_media_type(media_type)) or b""
    except (ValueError, SyntaxError) as error:
        raise unreadable(reply) from error
    if len(content) > max_bytes:
        raise too_large(max_bytes)
    return content


def _solutions(reply: Reply) -> QuerySolutions:
    results = parse_query_results(reply.content, format=QueryResultsFormat.JSON)
    if isinstance(results, QueryBoolean):
        raise unreadable(reply)
    return results


def _boolean(reply: Reply) -> QueryBoolean:
    """Return the boolean of a reply to ASK; Virtuoso 7 sends solutions instead: one with 1 for true, none for false."""
    results = parse_query_results(reply.content, format=QueryResultsFormat.JSON)
    if isinstance(results, QueryBoolean):
        return results
    standard = json.dumps({"head": {}, "boolean": any(map(_is_true, results))})
    written = parse_query_results(standard, QueryResultsFormat.JSON)
    assert isinstance(written, QueryBoolean)  # noqa: S101 - for mypy: the JSON above is a boolean's
    return written


def _is_true(solution: QuerySolution) -> bool:
    return isinstance(solution[0], Literal) and solution[0].value in ("1", "true")
