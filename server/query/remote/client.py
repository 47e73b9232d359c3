"""Run queries at another server's SPARQL 1.1 endpoint, and return their results in the formats requested.

With `--endpoint`, this module replaces pool.py; guard, formats and limits are the same. Whatever format is requested,
solutions are fetched as JSON and triples as N-Triples, parsed, and written by Oxigraph's serialisers: so every endpoint
can answer in every format, and a reply that cannot be parsed is never taken for a result. Replies are converted in
threads of the server process, so their size limit is lower than that of workers' results. Queries are sent as POST of a
form (SPARQL 1.1 Protocol, section 2.1.3); parameters in the endpoint's URL stay in the URL.

A reply that is no complete result becomes an error: by its status, or by the headers with which Virtuoso states, with
status 200, that its own limits have cut the result.
"""

import asyncio
import json
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from io import StringIO
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import httpx
from pyoxigraph import (
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
)

from jixiao.ontology import terms
from jixiao.server.errors import (
    EndpointUnavailableError,
    NoSuchGraphError,
    QueryFailedError,
    QueryTimeoutError,
    ResultTooLargeError,
    ServerError,
)
from jixiao.server.http.clients import Client
from jixiao.server.http.negotiation import CSV, FORM_TYPE, N_TRIPLES, SOLUTIONS, Form
from jixiao.server.logs.metrics import Metrics
from jixiao.server.query import guard, jobs, seats
from jixiao.server.query.binding import bind, query
from jixiao.server.query.evaluation import graphs, plan, write
from jixiao.server.query.spooled import Result
from jixiao.server.settings import Settings
from jixiao.store.tables import filling

MAX_WORDS = 300
"""Characters of an endpoint's own error message that are passed on to the client."""

_NOT_THE_QUERY = frozenset({401, 403, 404, 405, 406, 407, 408, 415, 429})
"""Status codes from 400 to 499 for which the query is not at fault: the endpoint is missing, or refuses this server."""

_VIRTUOSO_ERROR = re.compile(r"Virtuoso (\w{5}) Error ")
_VIRTUOSO_TIMED_OUT = ("S1T", "HY008")
"""Beginnings of Virtuoso's SQL states after its time limit: S1T00 (ended), S1TAT (cut short), HY008 (cancelled)."""


@dataclass(frozen=True)
class Reply:
    """A completely received reply; the names of `headers` are found in upper or lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes


def failed(reply: Reply) -> ServerError:
    """Return the error for a reply whose status is not 2xx: the query's fault, a time limit, or the endpoint's."""
    words = _words(reply)
    virtuoso = _VIRTUOSO_ERROR.match(words)
    if reply.status == 504 or (virtuoso and virtuoso[1].startswith(_VIRTUOSO_TIMED_OUT)):
        return cut_short()
    faulty = 400 <= reply.status < 500 and reply.status not in _NOT_THE_QUERY
    if faulty or (reply.status == 500 and virtuoso):
        return QueryFailedError(f"查询无法执行：{words}", f"The query cannot be evaluated: {words}")
    return unavailable(f"HTTP {reply.status}")


def require_whole(reply: Reply) -> None:
    """Raise an error if the reply's headers say that its result was cut.

    Raises QueryTimeoutError, ResultTooLargeError, QueryFailedError.
    """
    if state := reply.headers.get("X-SQL-State"):
        if state.startswith(_VIRTUOSO_TIMED_OUT):
            raise cut_short()
        words = reply.headers.get("X-SQL-Message", state)[:MAX_WORDS]
        raise QueryFailedError(
            f"远端只给出了部分结果：{words}", f"The endpoint gave a part of the result only: {words}"
        )
    if most := reply.headers.get("X-SPARQL-MaxRows"):
        raise too_many_rows(most[:20])


def too_many_rows(most: int | str) -> ResultTooLargeError:
    """Return the error for a result that has reached the endpoint's limit of `most` rows and may be incomplete."""
    return ResultTooLargeError(
        f"结果达到了远端的上限 {most} 行，可能不完整；请缩小范围，或加更小的 LIMIT。",
        f"The result has the {most} rows that the endpoint gives at most, and may be cut; narrow it, or add a smaller"
        " LIMIT.",
    )


def cut_short() -> QueryTimeoutError:
    """Return the error for a query that the endpoint's own time limit ended."""
    return QueryTimeoutError(
        "查询超过了远端的时限。请缩小范围或加 LIMIT。",
        "The query ran past the endpoint's time limit. Narrow it, or add a LIMIT.",
    )


def unavailable(why: str) -> EndpointUnavailableError:
    """Return the error for an endpoint that cannot be reached or does not answer as an endpoint."""
    return EndpointUnavailableError(
        f"远端的 SPARQL 服务暂时无法回答（{why}）。", f"The SPARQL endpoint behind this site does not answer ({why})."
    )


def unreadable(reply: Reply) -> EndpointUnavailableError:
    """Return the error for a reply with status 2xx whose content cannot be parsed as a result."""
    return unavailable(f"结果无法读取 unreadable result: {reply.headers.get('Content-Type', '')[:60]}")


def _words(reply: Reply) -> str:
    """Return the endpoint's error message: problem+json's `detail`, else the text before its copy of the query."""
    text = reply.content[: 1 << 16].decode("utf-8", errors="replace")
    try:
        said = json.loads(text)
    except ValueError:
        said = None
    if isinstance(said, dict) and isinstance(said.get("detail"), str):
        text = said["detail"]
    return " ".join(text.partition("SPARQL query:")[0].split())[:MAX_WORDS]


SOLUTIONS_JSON = SOLUTIONS[0].media_type
MOST_BYTES = 32 << 20
"""Most bytes of a reply to a client's query, of which several may be in memory at a time."""

_DATASET = ("default-graph-uri", "named-graph-uri")
_BOOLEANS = {"1": "true", "0": "false"}


class Remote:
    """Client of one endpoint, used from one event loop; to be closed by aclose().

    `endpoint` is an http(s) address, whose parameters, such as default-graph-uri, are sent with every query; relative
    IRIs in queries are resolved against `base_iri`. At most `connections` are open; further queries wait for one.
    `most_rows` is the endpoint's limit of rows, None if it has stated none.
    Raises ValueError if the endpoint is no such address.
    """

    def __init__(self, endpoint: str, base_iri: str | None = None, connections: int = 8) -> None:
        parts = urlsplit(endpoint)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"不是 http(s) 地址 not an address of http(s): {endpoint}")
        self.base_iri = base_iri
        self.endpoint = endpoint
        self.most_rows: int | None = None
        self._http = httpx.AsyncClient(
            follow_redirects=False,
            limits=httpx.Limits(max_connections=connections, max_keepalive_connections=connections),
            timeout=httpx.Timeout(None, connect=5.0),  # seconds; answer() bounds the time of the whole query
        )
        self.aclose = self._http.aclose

    async def run(self, text: str, timeout: float = 60.0, max_bytes: int = 64 << 20) -> bytes:
        """Return the solutions or boolean of a query as JSON, within `timeout` seconds and `max_bytes`.

        Raises the errors of answer() and plan().
        """
        job = jobs.Job("", self.base_iri or "", text, wanted=SOLUTIONS_JSON, max_bytes=max_bytes, timeout=timeout)
        return (await self.answer(job, *plan(job))).getvalue()

    async def select(
        self, text: str, names: Sequence[str], timeout: float = 60.0, max_bytes: int = 64 << 20
    ) -> list[list[str]]:
        """Return the rows of a SELECT of the variables `names`, within `timeout` seconds and `max_bytes`.

        What is not bound is an empty text. Raises QueryTimeoutError, and the other errors of answer().
        """
        try:
            async with asyncio.timeout(timeout):
                reply = await self._post(self.endpoint, text, CSV.media_type, max_bytes)
        except TimeoutError:
            raise jobs.timed_out(timeout) from None
        return await asyncio.to_thread(_rows, reply, names)

    async def answer(self, job: jobs.Job, checked: guard.Checked, form: Form) -> jobs.Memory:
        """Return the result of a job, for which `checked` and `form` are planned.

        A query that names no graphs runs on those that the endpoint's URL names. Raises QueryFailedError,
        NoSuchGraphError, NotAcceptableError (XML cannot express the result); for the limits, QueryTimeoutError and
        ResultTooLargeError; and EndpointUnavailableError.
        """
        dataset = graphs(job, checked)
        accept = N_TRIPLES.media_type if checked.gives_graph else SOLUTIONS_JSON
        # BASE is put before the query on its first line, so that line numbers in errors stay correct.
        text = f"BASE {NamedNode(job.base_iri)} {checked.text}" if job.base_iri else checked.text
        try:
            async with asyncio.timeout(job.timeout):
                for graph in (*dataset[0], *dataset[1]):
                    await self._require(graph, job.max_bytes)
                reply = await self._post(self._url(*dataset), text, accept, job.max_bytes)
        except TimeoutError:
            raise jobs.timed_out(job.timeout) from None
        return await asyncio.to_thread(self._written, reply, job, checked, form)

    async def learn_limit(self, text: str) -> int | None:
        """Return the endpoint's row limit, learnt from its reply to a query for many rows; None if it states none.

        Virtuoso states its limit for solutions only. A graph with as many triples as the limit learnt here is later
        refused as cut. Raises the errors of run().
        """
        try:
            await self.run(text)
        except ResultTooLargeError:
            return self.most_rows
        return None

    def _url(self, default: Sequence[str], named: Sequence[str]) -> str:
        """Return the endpoint's URL; if any graphs are given, they replace the graphs that the URL itself names.

        `default` are IRIs of default graphs, and `named` IRIs of named graphs.
        """
        if not default and not named:
            return self.endpoint
        parts = urlsplit(self.endpoint)
        pairs = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] not in _DATASET]
        pairs += [(name, graph) for name, iris in zip(_DATASET, (default, named), strict=True) for graph in iris]
        return urlunsplit(parts._replace(query=urlencode(pairs, quote_via=quote)))

    async def _require(self, graph: str, max_bytes: int) -> None:
        """Raise NoSuchGraphError unless the endpoint has the graph; else some endpoints would fetch it from the web."""
        text = bind(query("graph-exists"), {"graph": NamedNode(graph)})
        if not _solutions(await self._post(self.endpoint, text, SOLUTIONS_JSON, max_bytes), ask=True):
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
                        raise jobs.too_large(max_bytes)
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise unavailable(type(error).__name__) from error
        reply = Reply(response.status_code, response.headers, bytes(content))
        if not response.is_success:
            raise failed(reply)
        if (most := reply.headers.get("X-SPARQL-MaxRows", "")).isdecimal():
            self.most_rows = int(most)
        require_whole(reply)
        return reply

    def _written(self, reply: Reply, job: jobs.Job, checked: guard.Checked, form: Form) -> jobs.Memory:
        """Return a reply's solutions, boolean or triples, written in a form."""
        sink = jobs.Memory()
        try:
            write(
                self._triples(reply) if checked.gives_graph else _solutions(reply, checked.form == "ASK"),
                form,
                job.table_rows,
                sink,
            )
        except (ValueError, SyntaxError) as error:
            raise unreadable(reply) from error
        if sink.tell() > job.max_bytes:
            raise jobs.too_large(job.max_bytes)
        return sink

    def _triples(self, reply: Reply) -> list[Triple]:
        """Return a reply's triples, each once and sorted, so that equal graphs give equal bytes."""
        triples = sorted({quad.triple for quad in parse(reply.content, format=RdfFormat.N_TRIPLES)}, key=str)
        if self.most_rows is not None and len(triples) >= self.most_rows:
            raise too_many_rows(self.most_rows)
        return triples


def _rows(reply: Reply, names: Sequence[str]) -> list[list[str]]:
    """Return the rows of a reply in CSV. Raises EndpointUnavailableError for a reply that has no columns `names`."""
    text = reply.content.decode("utf-8", errors="replace")
    header, *rows = [*filling.rows_of_csv(StringIO(text, newline=""))] or [[]]
    if header != [*names]:
        raise unreadable(reply)
    return rows


def _solutions(reply: Reply, ask: bool) -> QuerySolutions | QueryBoolean:
    """Return the solutions of a reply, or the boolean of a reply to ASK.

    Virtuoso 7 replies to ASK with solutions: one with 1 for true, none for false. Among solutions it writes literals of
    xsd:boolean as 1 and 0.
    """
    content = reply.content
    if terms.XSD_boolean.encode() in content:
        content = json.dumps(json.loads(content, object_hook=_canonical)).encode()
    results = parse_query_results(content, format=QueryResultsFormat.JSON)
    if isinstance(results, QuerySolutions) and ask:
        true = any(isinstance(row[0], Literal) and row[0].value in ("1", "true") for row in results)
        return parse_query_results(json.dumps({"head": {}, "boolean": true}), QueryResultsFormat.JSON)
    if isinstance(results, QueryBoolean) and not ask:
        raise unreadable(reply)
    return results


def _canonical(term: dict[str, Any]) -> dict[str, Any]:
    """Return a term of JSON results; an xsd:boolean gets `true` or `false` in place of 1 or 0."""
    if term.get("datatype") == terms.XSD_boolean and "value" in term:
        term["value"] = _BOOLEANS.get(str(term["value"]), term["value"])
    return term


class RemoteEngine:
    """Engine that sends queries to `remote`, as many at a time as there are seats; used from one event loop."""

    named_graphs = "endpoint-graphs"
    """The name of the query that lists the dataset's named graphs."""

    def __init__(self, remote: Remote, settings: Settings) -> None:
        connections = sum(settings.seats)
        self._remote = remote
        self._seats = seats.Seats(
            connections,
            settings.waiting,
            settings.waiting_per_client,
            settings.patience,
            reserved=1 if connections > 1 else 0,
        )

    async def run(self, job: jobs.Job, client: Client, own: bool = False) -> Result:
        """Return the result of a job; `own` marks the server's own queries.

        Raises the errors of Remote.answer, plan and Seats.take, and ClientGoneError.
        """
        checked, form = await asyncio.to_thread(plan, job)
        await self._seats.take(client, own)
        asking = asyncio.ensure_future(
            self._remote.answer(job._replace(max_bytes=min(job.max_bytes, MOST_BYTES)), checked, form)
        )
        try:
            await client.wait(asking, job.timeout, partial(jobs.timed_out, job.timeout))
        finally:
            self._seats.give_back()
            asking.cancel()
        sink = asking.result()
        if job.gzip and sink.gzip and sink.tell() >= jobs.WORTH_PACKING:
            packed = await asyncio.to_thread(zlib.compress, sink.getvalue(), jobs.LEVEL, jobs.GZIP)
            return Result(jobs.Head(sink.head.content_type, gzip=True), packed)
        return Result(sink.head, sink.getvalue())

    def observe(self, metrics: Metrics) -> None:
        """Set the metrics of running and waiting queries; there are no workers."""
        metrics.set(workers=0, busy_quick=self._seats.taken, busy_heavy=0, waiting=self._seats.waiting)
