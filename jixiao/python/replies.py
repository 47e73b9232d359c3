"""Define the replies to a query, which a store on this machine and a server give alike, and the error of both."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import httpx

RESULTS = "application/sparql-results+json, text/turtle;q=0.9"
"""The forms of SPARQL results that are read, as an Accept header."""

_CITED = re.compile(r'<([^>]+)>; *rel="cite-as"')

Given = Mapping[str, str | Sequence[str]]
"""Parameters of a request by name, one text or several."""

MOST_ROWS = 10_000
"""Rows of a view that are asked for at a time."""


class DatasetError(Exception):
    """A graph cannot be opened, or a request is refused or fails; the text says why in Chinese and English.

    `status` is the HTTP status that a server answered, None for a store of this machine.
    """

    def __init__(self, text: str, status: int | None = None) -> None:
        self.status = status
        super().__init__(text)


@dataclass(frozen=True)
class Reply:
    """The result of a SPARQL query: SPARQL 1.1 Query Results JSON, or Turtle if `graph`, with the dataset's version."""

    content: bytes
    graph: bool
    version: str


def cited(response: httpx.Response) -> str | None:
    """Return the IRI by which a site wants a reply to be cited (RFC 8574), or None."""
    found = _CITED.search(response.headers.get("Link", ""))
    return found[1] if found else None


def detail(response: httpx.Response) -> str:
    """Return the detail of problem+json (RFC 9457), or the status of another reply."""
    try:
        return str(response.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return f"{response.status_code} {response.reason_phrase}: {response.url}"
