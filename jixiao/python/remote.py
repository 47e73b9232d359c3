"""Answer from a server of jixiao elsewhere, by HTTP."""

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import httpx

from jixiao.python.replies import RESULTS, DatasetError, Given, Reply, cited, detail

_JSON = "application/json"
_VERSION = re.compile(r"/dataset/([^/]+)$")


class Remote:
    """The site at an address; a request takes at most `timeout` seconds. Raises DatasetError if it is no address."""

    def __init__(self, address: str, timeout: float = 120.0) -> None:
        try:
            self._http = httpx.Client(base_url=address, timeout=timeout, follow_redirects=True)
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise DatasetError(f"不是网址 · not an address: {address}") from error

    def views(self) -> Sequence[Mapping[str, Any]]:
        """Fetch the list of views."""
        listed: Sequence[Mapping[str, Any]] = self._json("views", {})["views"]
        return listed

    def view(self, name: str, given: Given) -> Mapping[str, Any]:
        """Fetch the answer of a view."""
        return self._json(f"views/{quote(name, safe='')}", {**given, "format": "json"})

    def query(self, sparql: str) -> Reply:
        """Send a query by POST (SPARQL 1.1 Protocol, section 2.1.3)."""
        response = self._send("POST", "sparql", headers={"Accept": RESULTS}, content=sparql.encode())
        version = _VERSION.search(cited(response) or "")
        graph = response.headers["Content-Type"].startswith("text/turtle")
        return Reply(response.content, graph, version[1] if version else "")

    def search(self, given: Mapping[str, str]) -> Mapping[str, Any]:
        """Fetch what a search finds."""
        return self._json("search", {**given, "format": "json"})

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _json(self, path: str, given: Given) -> Mapping[str, Any]:
        params = [(name, each) for name, value in given.items() for each in _several(value)]
        response = self._send("GET", path, headers={"Accept": _JSON}, params=params)
        try:
            answer: Mapping[str, Any] = json.loads(response.content, parse_float=Decimal)
        except ValueError as error:
            raise DatasetError(
                f"答复不是 JSON · the reply is not JSON: {response.url}", response.status_code
            ) from error
        return answer

    def _send(self, method: str, path: str, **sent: Any) -> httpx.Response:
        if method == "POST":
            sent["headers"]["Content-Type"] = "application/sparql-query"
        try:
            response = self._http.request(method, path, **sent)
        except httpx.HTTPError as error:
            raise DatasetError(f"没有答复 · no reply from {self._http.base_url}: {error}") from error
        if response.is_success:
            return response
        raise DatasetError(detail(response), response.status_code)


def _several(value: str | Sequence[str]) -> Sequence[str]:
    return [value] if isinstance(value, str) else value
