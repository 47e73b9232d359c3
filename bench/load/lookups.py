"""Make requests for the mission's lookup (projects that cite a number), with the rows expected from a generation.

The query is bench/queries/lookup.rq or that of the view projects-citing, with a number bound. The expected rows come
from pyoxigraph in this process, read in the same way as the view reads them.
"""

import json
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, QueryResultsFormat, QuerySolutions

from bench.load import http as wire
from bench.load.generator import Shot
from bench.load.servers import Server
from jixiao.server.queries.binding import bind
from jixiao.server.views.columns import Column, read_rows
from jixiao.server.views.view_files import load
from jixiao.store import Generation

QUERIES = Path(__file__).parents[1] / "queries"
MISSION = "松委发〔2009〕97号"
VIEW = "projects-citing"
_MOST_ROWS = 100
_NUMBERS = (int, float, Decimal)

Rows = Sequence[Mapping[str, Any]]


class WrongAnswerError(Exception):
    """Error for an answer whose rows differ from those expected."""


@dataclass(frozen=True)
class Lookup:
    """One number: the query that looks it up, and the rows expected."""

    number: str
    sparql: str
    rows: Rows
    columns: Sequence[Column]


def query(name: str) -> str:
    """Read bench/queries/{name}.rq."""
    return (QUERIES / f"{name}.rq").read_text(encoding="utf-8")


def lookups(generation: Generation, count: int, text: str | None = None) -> list[Lookup]:
    """Make lookups of the mission's number and then of others, spread evenly from the most to the least cited.

    `text` is a query in which the number is bound; the default is the view's own query.
    """
    view = load(generation.manifest.base_iri)[VIEW]
    made = []
    for number in _numbers(generation, count):
        sparql = bind(text, {"number": Literal(number)}) if text else view.bind({"number": number})
        results = generation.graph.query(sparql)
        assert isinstance(results, QuerySolutions)  # noqa: S101 - a SELECT
        content = results.serialize(format=QueryResultsFormat.JSON) or b""
        made.append(Lookup(number, sparql, read_rows(content, view.columns), view.columns))
    return made


def _numbers(generation: Generation, count: int) -> list[str]:
    results = generation.graph.query(query("numbers"))
    assert isinstance(results, QuerySolutions)  # noqa: S101 - a SELECT
    found = [row["number"].value for row in results if int(row["projects"].value) <= _MOST_ROWS]
    others = [number for number in found if number != MISSION]
    if len(others) == len(found):
        raise ValueError(f"没有项目引用 {MISSION} · no project cites {MISSION}")
    step = max(1, len(others) // max(1, count - 1))
    return [MISSION, *others[::step]][:count]


def get(server: Server, lookup: Lookup) -> bytes:
    """Build a SPARQL Protocol query by GET."""
    return wire.get(f"{server.path}?{wire.encoded([('query', lookup.sparql), *server.params])}")


def post(server: Server, lookup: Lookup) -> bytes:
    """Build a SPARQL Protocol query by POST of a form."""
    return wire.post(server.path, [("query", lookup.sparql), *server.params])


def view(_: Server, lookup: Lookup) -> bytes:
    """Build a request of the view as JSON."""
    return wire.get(f"/views/{VIEW}?{wire.encoded([('number', lookup.number)])}", "application/json")


def shot(server: Server, request: bytes, lookup: Lookup) -> Shot:
    """Pair a request with the server's own answer after checking its rows. Raises WrongAnswerError.

    Rows may come in any order, because engines order IRIs by different rules.
    """
    reply = asked(server.port, request)
    rows = rows_of(reply.body, lookup.columns) if reply.status == 200 else []
    found, expected = (sorted(map(_shared, each)) for each in (rows, lookup.rows))
    if found != expected:
        raise WrongAnswerError(f"{lookup.number}: {reply.status}, {difference(found, expected)} {reply.body[:200]!r}")
    return Shot(request, reply.body)


def _shared(row: Mapping[str, Any]) -> str:
    """Convert a row to text that can be sorted and compared, with numbers by value."""
    numbers = {name: Decimal(str(value)).normalize() for name, value in row.items() if isinstance(value, _NUMBERS)}
    return repr(sorted({**row, **numbers}.items()))


def asked(port: int, request: bytes) -> wire.Reply:
    """Send a request over a new connection and return its answer. Raises ConnectionError if the answer breaks off."""
    with socket.create_connection(("127.0.0.1", port), timeout=120) as connection:
        return exchange(connection, request)


def exchange(connection: socket.socket, request: bytes) -> wire.Reply:
    """Send a request over an open connection and return its answer. Raises ConnectionError if the answer breaks off."""
    connection.sendall(request)
    buffer = bytearray()
    while (reply := wire.cut(buffer)) is None:
        part = connection.recv(1 << 20)
        if not part:
            raise ConnectionError("回答不完整 · the answer broke off")
        buffer += part
    return reply


def rows_of(body: bytes, columns: Sequence[Column]) -> Rows:
    """Read the rows of an answer of the SPARQL endpoint or of a view."""
    parsed: Mapping[str, Any] = json.loads(body)
    if "results" in parsed:
        return read_rows(body, columns)
    return list(parsed["rows"])


def difference(found: Sequence[str], expected: Sequence[str]) -> str:
    """Describe the first row that differs, or the numbers of rows if these differ."""
    if len(found) != len(expected):
        return f"{len(found)} 行而非 rows instead of {len(expected)}"
    pairs = zip(found, expected, strict=True)
    return next((f"{one} 而非 instead of {other}" for one, other in pairs if one != other), "")
