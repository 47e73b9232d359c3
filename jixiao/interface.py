"""Requests to the HTTP interface and its replies, as the clients of python.py and assistant.py send and read them."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple
from urllib.parse import quote

import httpx

SECONDS = 120
"""Seconds for the reply of a site."""

LARGEST = 400_000
"""Bytes of an answer that are passed on to an assistant; a larger one would fill the assistant's memory."""

Given = Mapping[str, str | Sequence[str]]
"""Parameters of a request by name, one text or several."""

_CITED = re.compile(r'<([^>]+)>; *rel="cite-as"')


class Request(NamedTuple):
    """A request to the HTTP interface: method, path below the interface's address, and further arguments of httpx."""

    method: str
    path: str
    sent: Mapping[str, Any]


def json(path: str, given: Given | None = None) -> Request:
    """Return the request that gets a path as JSON, with the query parameters `given`."""
    return Request("GET", path, {"headers": {"Accept": "application/json"}, "params": given or {}})


def rows(of: Literal["views", "tables"], name: str, given: Given) -> Request:
    """Return the request that gets the answer of a view or table, with the parameters of its address, as JSON."""
    return json(f"{of}/{quote(name, safe='')}", {**given, "format": "json"})


def search(given: Given) -> Request:
    """Return the request that gets the result of a search, with the parameters `given`, as JSON."""
    return json("search", {**given, "format": "json"})


def sparql(query: str) -> Request:
    """Return the request that gets the result of a query as JSON or Turtle (SPARQL 1.1 Protocol, section 2.1.3)."""
    accept = "application/sparql-results+json, text/turtle;q=0.9"
    headers = {"Accept": accept, "Content-Type": "application/sparql-query"}
    return Request("POST", "sparql", {"headers": headers, "content": query.encode()})


def is_turtle(response: httpx.Response) -> bool:
    """Return whether the reply to a query is a graph in Turtle."""
    return response.headers["Content-Type"].startswith("text/turtle")


def cited(response: httpx.Response) -> str | None:
    """Return the IRI by which a site wants a reply to be cited (RFC 8574), or None."""
    match = _CITED.search(response.headers.get("Link", ""))
    return match[1] if match else None


def detail(response: httpx.Response) -> str:
    """Return the detail of problem+json (RFC 9457), or the status of another reply."""
    try:
        return str(response.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return f"{response.status_code} {response.reason_phrase}: {response.url}"


def no_reply(client: httpx.Client | httpx.AsyncClient, error: httpx.HTTPError | httpx.InvalidURL) -> str:
    """Return the sentence, in both languages, that says that a client got no reply, and why.

    InvalidURL is the error of parameters that are too long.
    """
    if isinstance(error, httpx.InvalidURL):
        return "参数太长，没有发出。 The parameters are too long and were not sent."
    return f"没有答复 · no reply from {client.base_url}: {error}"
