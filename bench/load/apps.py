"""Serve a Python program to compare with, in a process of its own: `python -m bench.load.apps NAME [GRAPH]`.

NAME is a key of APPS, GRAPH an Oxigraph directory. The command prints a free port, then uvicorn serves on it until it
is terminated.
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
    """Make a bare ASGI app with empty answers."""
    start = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]}

    async def app(scope: Mapping[str, Any], receive: Any, send: Any) -> None:
        await send(start)
        await send({"type": "http.response.body"})

    return app


def fastapi(_: str) -> FastAPI:
    """Make a FastAPI app with empty answers."""
    app = FastAPI()

    @app.api_route("/sparql", methods=["GET", "POST"])
    async def nothing() -> Response:
        return Response()

    return app


def in_process(graph: str) -> FastAPI:
    """Make an app that queries pyoxigraph in its own process, in FastAPI's threads, without any limit."""
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
    """Make rdflib-endpoint over oxrdflib with defaults: rdflib evaluates queries on Oxigraph's triples."""
    from oxrdflib import OxigraphStore  # noqa: PLC0415 - may be absent

    return _endpoint(Dataset(store=OxigraphStore(store=pyoxigraph.Store.read_only(graph)), default_union=False))


def rdflib_endpoint_text(graph: str) -> Any:
    """Make rdflib-endpoint over oxrdflib, with the text of the query, which it has parsed, passed to Oxigraph."""
    from oxrdflib import OxigraphStore  # noqa: PLC0415 - may be absent

    class Textual(OxigraphStore):
        def query(self, query: Any, initNs: Any, initBindings: Any, queryGraph: str, **more: Any) -> Result:
            if isinstance(query, Query) and query._original_args:
                query = query._original_args[0]
            return super().query(query, initNs, initBindings, queryGraph, **more)

    return _endpoint(Dataset(store=Textual(store=pyoxigraph.Store.read_only(graph)), default_union=False))


def rdflib_endpoint_memory(graph: str) -> Any:
    """Make rdflib-endpoint over rdflib's own store in memory. Loading the default graph takes minutes and gigabytes."""
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
    """Serve the app named on the command line."""
    name, graph = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""
    app = APPS[name](graph)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        print(listening.getsockname()[1], flush=True)
        uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False)).run(sockets=[listening])


if __name__ == "__main__":
    main()
