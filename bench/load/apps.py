"""Peers that are Python programs, each in a process of its own: `python -m bench.load.apps NAME [GRAPH]`.

NAME is a function of this module; GRAPH an Oxigraph directory. A free port is printed, then uvicorn serves until it is
told to end.
"""

import socket
import sys
import tempfile
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

import pyoxigraph
import uvicorn
from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from rdflib import Dataset, Graph
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result

from bench.load.http import RESULTS


def plain(_: str) -> Any:
    """Nothing, by bare ASGI."""
    start = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]}

    async def app(scope: Mapping[str, Any], receive: Any, send: Any) -> None:
        await send(start)
        await send({"type": "http.response.body"})

    return app


def fastapi(_: str) -> FastAPI:
    """Nothing, by FastAPI."""
    app = FastAPI()

    @app.api_route("/sparql", methods=["GET", "POST"])
    async def nothing() -> Response:
        return Response()

    return app


def in_process(graph: str) -> FastAPI:
    """pyoxigraph in the server's own process, in FastAPI's threads: no limit of any kind."""
    app, store = FastAPI(), pyoxigraph.Store.read_only(graph)

    def answer(query: str) -> Response:
        results = store.query(query)
        if isinstance(results, pyoxigraph.QueryTriples):
            return Response(status_code=406)
        return Response(results.serialize(format=pyoxigraph.QueryResultsFormat.JSON), media_type=RESULTS)

    @app.get("/sparql")
    def get(query: str) -> Response:
        return answer(query)

    @app.post("/sparql")
    async def post(request: Request) -> Response:
        query = parse_qs((await request.body()).decode())["query"][0]
        return await run_in_threadpool(answer, query)

    return app


def rdflib_endpoint(graph: str) -> Any:
    """rdflib-endpoint over oxrdflib as they come: rdflib evaluates, Oxigraph gives the triples."""
    from oxrdflib import OxigraphStore  # noqa: PLC0415 - may be absent

    return _endpoint(Dataset(store=OxigraphStore(store=pyoxigraph.Store.read_only(graph)), default_union=False))


def rdflib_endpoint_text(graph: str) -> Any:
    """The same with the query's text handed on to Oxigraph, which rdflib-endpoint has already parsed."""
    from oxrdflib import OxigraphStore  # noqa: PLC0415 - may be absent

    class Textual(OxigraphStore):
        def query(self, query: Any, initNs: Any, initBindings: Any, queryGraph: str, **more: Any) -> Result:
            if isinstance(query, Query) and query._original_args:
                query = query._original_args[0]
            return super().query(query, initNs, initBindings, queryGraph, **more)

    return _endpoint(Dataset(store=Textual(store=pyoxigraph.Store.read_only(graph)), default_union=False))


def rdflib_endpoint_memory(graph: str) -> Any:
    """rdflib-endpoint over rdflib's own store, which holds the default graph in memory: minutes and gigabytes."""
    triples = pyoxigraph.Store.read_only(graph)
    with tempfile.NamedTemporaryFile(suffix=".nt") as file:
        triples.dump(file.name, pyoxigraph.RdfFormat.N_TRIPLES, from_graph=pyoxigraph.DefaultGraph())
        return _endpoint(Graph().parse(file.name, format="nt"))


def _endpoint(graph: Any) -> Any:
    from rdflib_endpoint import SparqlEndpoint  # noqa: PLC0415 - may be absent

    return SparqlEndpoint(path="/sparql", graph=graph)


APPS: dict[str, Callable[[str], Any]] = {
    "plain": plain,
    "fastapi": fastapi,
    "in-process": in_process,
    "rdflib-endpoint": rdflib_endpoint,
    "rdflib-endpoint-text": rdflib_endpoint_text,
    "rdflib-endpoint-memory": rdflib_endpoint_memory,
}


def main() -> None:
    """Serve one of them."""
    name, graph = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""
    app = APPS[name](graph)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        print(listening.getsockname()[1], flush=True)
        uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False)).run(sockets=[listening])


if __name__ == "__main__":
    main()
