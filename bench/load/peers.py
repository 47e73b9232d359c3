"""List the servers of a comparison by name and start them; those not installed are left out with the reason.

To add a server, add a line to `starting`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from pathlib import Path

from bench.load import servers
from bench.load.figures import CACHED, RDFLIB, UNCACHED, VIRTUOSO
from bench.load.servers import AbsentError, Server
from jixiao.store import Generation

NO_CACHE = {"JIXIAO_CACHE_BYTES": "0"}
IN_PROCESS, FASTAPI, PLAIN = "pyoxigraph in process", "nothing (FastAPI)", "nothing (ASGI)"
EMPTY = frozenset({FASTAPI, PLAIN})
OURS = (UNCACHED, CACHED)
WAYS = {
    f"{RDFLIB} + oxrdflib": "rdflib-endpoint",
    f"{RDFLIB} + Oxigraph": "rdflib-endpoint-text",
    f"{RDFLIB} + memory": "rdflib-endpoint-memory",
}
"""Ways to run rdflib-endpoint: rdflib over Oxigraph's triples, the query's text passed to Oxigraph, rdflib alone."""

Starting = Callable[[], AbstractContextManager[Server]]


def starting(store: Path, generation: Generation, quads: Path, flags: Sequence[str]) -> dict[str, Starting]:
    """Map the name of each server to the function that starts it."""
    graph = Path(generation.graph_directory)
    return {
        UNCACHED: lambda: servers.jixiao(store, flags, NO_CACHE),
        CACHED: lambda: servers.jixiao(store, flags),
        **{name: partial(servers.app, app, graph) for name, app in WAYS.items()},
        VIRTUOSO: lambda: servers.virtuoso(quads, generation.manifest.base_iri),
        IN_PROCESS: lambda: servers.app("in-process", graph),
        FASTAPI: lambda: servers.app("fastapi", graph),
        PLAIN: lambda: servers.app("plain", graph),
    }


@contextmanager
def started(ways: Mapping[str, Starting]) -> Iterator[dict[str, Server]]:
    """Start all servers that are installed; print the reason for each other one."""
    with ExitStack() as stack:
        running: dict[str, Server] = {}
        for name, start in ways.items():
            try:
                running[name] = stack.enter_context(start())
            except AbsentError as error:
                print(f"{name}：略过 skipped：{error}")
        yield running
