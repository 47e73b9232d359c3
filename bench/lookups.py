"""Look up which projects cite a document number: requests, and the projects that the engine finds in this process.

The query is bench/queries/lookup.rq, as a stranger would write it, or the view projects-citing.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlencode

from pyoxigraph import QuerySolutions

from bench import names
from jixiao.store import Generation
from tests.support.blackbox.wire import exchange

MISSION = str(names.MISSION)
JSON, RESULTS = "application/json", "application/sparql-results+json"
_MOST_PROJECTS = 100


class Request(NamedTuple):
    """A request, as tests.support.blackbox.wire.exchange takes it."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes | None = None


@dataclass(frozen=True)
class Lookup:
    """A number, and the projects that cite it."""

    number: str
    projects: frozenset[str]

    @property
    def sparql(self) -> str:
        """The query for this number."""
        return query("lookup").replace(MISSION, self.number)

    def view(self) -> Request:
        """Return a request to the view, with its answer as JSON."""
        return get(f"/views/projects-citing?{urlencode({'number': self.number})}", JSON)


def answered(connection: HTTPConnection, request: Request) -> tuple[int, bytes]:
    """Send a request and return status and body; 0 if the connection breaks or its time ends, and it is closed."""
    try:
        answer = exchange(connection, *request)
    except (OSError, HTTPException):
        connection.close()
        return 0, b""
    return answer.status, answer.body


def get(target: str, accept: str) -> Request:
    """Ask for an address, which is encoded already."""
    return Request("GET", target, {"Accept": accept})


def sparql_get(text: str) -> Request:
    """Put a query by GET."""
    return get(f"/sparql?query={quote(text, safe='')}", RESULTS)


def sparql_post(text: str, accept: str = RESULTS, **more: str) -> Request:
    """Put a query by POST of a form, with parameters `more`."""
    headers = {"Accept": accept, "Content-Type": "application/x-www-form-urlencoded"}
    return Request("POST", "/sparql", headers, urlencode({"query": text, **more}).encode())


@cache
def query(name: str) -> str:
    """Read bench/queries/NAME.rq."""
    return Path(__file__).with_name("queries").joinpath(f"{name}.rq").read_text(encoding="utf-8")


def lookups(generation: Generation, count: int) -> list[Lookup]:
    """Return lookups of the mission's number and of others, evenly from the most to the least cited.

    Raises ValueError if no project cites the mission's number.
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
    """Return the projects in an answer of the SPARQL endpoint or of the view."""
    parsed = json.loads(body)
    if "results" in parsed:
        return frozenset(row["project"]["value"] for row in parsed["results"]["bindings"])
    return frozenset(row["project"] for row in parsed["rows"])
