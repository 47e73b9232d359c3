"""Compare lookups over HTTP with the bare engine: `python -m bench.lookups STORE [--seconds 5] [--rounds 5]`.

A lookup asks which projects cite a document number. The query is bench/queries/lookup.rq, as a stranger would write it,
or the view projects-citing. The command alternates between pyoxigraph in this process, one thread that writes the
results as JSON, and a server with 1 and with 8 clients, whose queries are all different, so that no cache answers. It
prints lookups per second and their ratio to the bare engine, medians of the rounds. Other modules of bench draw their
requests from here, and compare answers with the projects that the engine finds.
"""

import json
import shlex
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection, HTTPException
from itertools import count
from pathlib import Path
from statistics import median
from typing import Annotated, NamedTuple
from urllib.parse import quote, urlencode

import typer
from pyoxigraph import QueryResultsFormat, QuerySolutions

from bench import invented_names
from bench.measuring import FlagsOption, print_table
from jixiao.store import Generation, Store
from tests.support.blackbox.process import serve
from tests.support.blackbox.wire import Server, exchange

MISSION = str(invented_names.MISSION)
JSON, RESULTS = "application/json", "application/sparql-results+json"
_MOST_PROJECTS = 100


class Request(NamedTuple):
    """An HTTP request: method, target, headers and body, as tests.support.blackbox.wire.exchange takes them."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes | None = None


@dataclass(frozen=True)
class Lookup:
    """A document number, and the IRIs of the projects that cite the document."""

    number: str
    projects: frozenset[str]

    @property
    def sparql(self) -> str:
        """The SPARQL query that looks up this number."""
        return query("lookup").replace(MISSION, self.number)

    def view(self) -> Request:
        """Return the request to the view projects-citing with this number, for an answer in JSON."""
        return get(f"/views/projects-citing?{urlencode({'number': self.number})}", JSON)


def answered(connection: HTTPConnection, request: Request) -> tuple[int, bytes]:
    """Send a request and return status and body; the status is 0 if the connection breaks or times out.

    The connection is closed then.
    """
    try:
        answer = exchange(connection, *request)
    except (OSError, HTTPException):
        connection.close()
        return 0, b""
    return answer.status, answer.body


def get(target: str, accept: str) -> Request:
    """Return a GET request of a percent-encoded `target`, which accepts the media type `accept`."""
    return Request("GET", target, {"Accept": accept})


def sparql_get(text: str) -> Request:
    """Return the GET request that sends a query to the SPARQL endpoint."""
    return get(f"/sparql?query={quote(text, safe='')}", RESULTS)


def sparql_post(text: str, accept: str = RESULTS, **more: str) -> Request:
    """Return the POST request of a form that sends a query to the SPARQL endpoint, with `more` parameters."""
    headers = {"Accept": accept, "Content-Type": "application/x-www-form-urlencoded"}
    return Request("POST", "/sparql", headers, urlencode({"query": text, **more}).encode())


@cache
def query(name: str) -> str:
    """Return the text of bench/queries/NAME.rq."""
    return Path(__file__).with_name("queries").joinpath(f"{name}.rq").read_text(encoding="utf-8")


def lookups(generation: Generation, count: int) -> list[Lookup]:
    """Return at most `count` lookups: of MISSION first, then of other numbers, evenly from the most to the least cited.

    Numbers with more than _MOST_PROJECTS projects are left out. Raises ValueError if no project cites MISSION.
    """
    found = [
        row["number"].value for row in _rows(generation, "numbers") if int(row["projects"].value) <= _MOST_PROJECTS
    ]
    others = [number for number in found if number != MISSION]
    if len(others) == len(found):
        raise ValueError(f"没有项目引用 {MISSION} · no project cites {MISSION}")
    chosen = [MISSION, *others[:: max(1, len(others) // max(1, count - 1))]][:count]
    return [Lookup(number, _citing(generation, number)) for number in chosen]


def _rows(generation: Generation, name: str, number: str = MISSION) -> QuerySolutions:
    results = generation.graph.query(query(name).replace(MISSION, number))
    assert isinstance(results, QuerySolutions)  # noqa: S101 - a SELECT
    return results


def _citing(generation: Generation, number: str) -> frozenset[str]:
    return frozenset(row["project"].value for row in _rows(generation, "lookup", number))


def projects(body: bytes) -> frozenset[str]:
    """Return the IRIs of the projects in a reply, in JSON, of the SPARQL endpoint or of the view."""
    parsed = json.loads(body)
    if "results" in parsed:
        return frozenset(row["project"]["value"] for row in parsed["results"]["bindings"])
    return frozenset(row["project"] for row in parsed["rows"])


CLIENTS = (1, 8)
_fresh = count()


def _again_and_again(look_up: Callable[[str], object], asked: list[Lookup], seconds: float) -> int:
    """Do lookups for a time, each with a text that no other one has, and return their number."""
    end, done = time.perf_counter() + seconds, 0
    while time.perf_counter() < end:
        look_up(f"{asked[done % len(asked)].sparql}# {next(_fresh)}\n")
        done += 1
    return done


def _over_http(port: int, clients: int, asked: list[Lookup], seconds: float) -> int:
    def ask(_: int) -> int:
        connection = HTTPConnection("127.0.0.1", port, timeout=30)

        def look_up(text: str) -> None:
            status, _ = answered(connection, sparql_post(text))
            if status != 200:
                raise SystemExit(f"状态 status {status}")

        try:
            return _again_and_again(look_up, asked, seconds)
        finally:
            connection.close()

    with ThreadPoolExecutor(clients) as threads:
        return sum(threads.map(ask, range(clients)))


def main(
    store: Path,
    seconds: Annotated[float, typer.Option(help="of each measurement")] = 5,
    rounds: Annotated[int, typer.Option(min=1)] = 5,
    flags: FlagsOption = "",
) -> None:
    """Print lookups per second of the bare engine and over HTTP."""
    generation = Store.open(store).present()
    asked = lookups(generation, 64)

    def bare(text: str) -> None:
        results = generation.graph.query(text)
        assert isinstance(results, QuerySolutions)  # noqa: S101 - a SELECT
        results.serialize(format=QueryResultsFormat.JSON)

    with serve(store, *shlex.split(flags)) as served:
        port = Server(served.url).port
        rates: dict[int, list[float]] = {0: [], **{clients: [] for clients in CLIENTS}}
        for _ in range(rounds):
            rates[0].append(_again_and_again(bare, asked, seconds) / seconds)
            for clients in CLIENTS:
                rates[clients].append(_over_http(port, clients, asked, seconds) / seconds)
    engine = median(rates[0])
    shown = [
        (f"HTTP，客户 clients {each}" if each else "pyoxigraph", round(median(found)), median(found) / engine)
        for each, found in rates.items()
    ]
    print_table(("", "每秒查询 lookups/s", "比引擎 ratio"), shown)


if __name__ == "__main__":
    typer.run(main)
