"""Answer from a server of jixiao elsewhere, by HTTP."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import httpx
import rdflib

from jixiao.python.answers import DatasetError, Given, Rows, of_query

RESULTS = "application/sparql-results+json, text/turtle;q=0.9"
"""The forms of SPARQL results that are read, as an Accept header."""

_CITED = re.compile(r'<([^>]+)>; *rel="cite-as"')
_VERSION = re.compile(r"/dataset/([^/]+)$")


class Remote:
    """The site at an address; a request takes at most `timeout` seconds. Raises DatasetError if it is no address."""

    def __init__(self, address: str, timeout: float = 120.0) -> None:
        try:
            self._http = httpx.Client(base_url=address, timeout=timeout, follow_redirects=True)
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise DatasetError(f"不是网址 · not an address: {address}") from error

    def views(self) -> Sequence[Mapping[str, Any]]:
        """Fetch name, title, question, parameters and columns of each view."""
        return list(self._json("views", {})["views"])

    def view(self, name: str, given: Given) -> Mapping[str, Any]:
        """Fetch the answer of a view to the parameters `given`, as JSON data."""
        return self._json(f"views/{quote(name, safe='')}", {**given, "format": "json"})

    def query(self, sparql: str) -> Rows | bool | rdflib.Graph:
        """Send a query by POST (SPARQL 1.1 Protocol, section 2.1.3)."""
        headers = {"Accept": RESULTS, "Content-Type": "application/sparql-query"}
        response = self._send("POST", "sparql", headers=headers, content=sparql.encode())
        version = _VERSION.search(cited(response) or "")
        graph = response.headers["Content-Type"].startswith("text/turtle")
        return of_query(response.content, graph, sparql, version[1] if version else "")

    def search(self, given: Mapping[str, str]) -> Mapping[str, Any]:
        """Fetch the answer of a search by the parameters `given`, as JSON data."""
        return self._json("search", {**given, "format": "json"})

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _json(self, path: str, given: Given) -> Mapping[str, Any]:
        response = self._send("GET", path, headers={"Accept": "application/json"}, params=given)
        try:
            return dict(response.json(parse_float=Decimal))
        except (TypeError, ValueError) as error:
            raise DatasetError(
                f"答复不是 JSON · the reply is not JSON: {response.url}", response.status_code
            ) from error

    def _send(self, method: str, path: str, **sent: Any) -> httpx.Response:
        """Send a request and return the reply. Raises DatasetError without a reply, or if it reports an error."""
        try:
            response = self._http.request(method, path, **sent)
        except httpx.HTTPError as error:
            raise DatasetError(f"没有答复 · no reply from {self._http.base_url}: {error}") from error
        if response.is_success:
            return response
        raise DatasetError(detail(response), response.status_code)


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
