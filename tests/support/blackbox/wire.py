"""Exchange raw HTTP: send a request exactly as given and return the answer without decoding or following redirects.

Ordinary clients do not serve the tests, because they add headers, unpack bodies and refuse to send faulty requests.
"""

import http.client
import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

Headers = Mapping[str, str | list[str]]


@dataclass(frozen=True)
class Answer:
    """A response: header names in lower case, repeated ones joined by a comma; `whole` if the body is complete."""

    status: int
    headers: dict[str, str]
    body: bytes
    whole: bool = True

    @property
    def media_type(self) -> str:
        """The Content-Type without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def plain(self) -> bytes:
        """The body, decompressed if it is gzip."""
        packed = self.headers.get("content-encoding") == "gzip"
        return zlib.decompress(self.body, wbits=31) if packed else self.body

    @property
    def text(self) -> str:
        """The decompressed body as UTF-8."""
        return self.plain.decode()

    def json(self) -> Any:
        """Parse the decompressed body as JSON."""
        return json.loads(self.plain)

    def tokens(self, header: str) -> set[str]:
        """Split a header into its comma-separated members, in lower case."""
        return {part.strip().lower() for part in self.headers.get(header.lower(), "").split(",") if part.strip()}


@dataclass
class Server:
    """A server at a base URL; each request uses a new connection. Times are in seconds."""

    url: str
    timeout: float = 30
    host: str = field(init=False)
    port: int = field(init=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        self.host = parts.hostname or "127.0.0.1"
        self.port = parts.port or 80

    def request(
        self, method: str, target: str, headers: Headers | None = None, body: bytes | None = None, patience: float = 0
    ) -> Answer:
        """Send these headers and no others but Host and Content-Length. Raises OSError, HTTPException."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=patience or self.timeout)
        try:
            return exchange(connection, method, target, headers, body)
        finally:
            connection.close()

    def get(self, target: str, accept: str | None = None, patience: float = 0) -> Answer:
        """Send GET, with an Accept header if one is given."""
        return self.request("GET", target, {"Accept": accept} if accept else None, patience=patience)

    def query(self, text: str, accept: str | None = "application/sparql-results+json", **more: Any) -> Answer:
        """Send a query by GET with parameters `more` (lists repeat one); `patience` is the client's own time limit."""
        patience = more.pop("patience", 0)
        return self.get(f"/sparql?{encoded(query=text, **more)}", accept, patience)

    def post(self, text: str, accept: str | None = "application/sparql-results+json", patience: float = 0) -> Answer:
        """Send a query as the body of a POST."""
        headers = {"Content-Type": "application/sparql-query"} | ({"Accept": accept} if accept else {})
        return self.request("POST", "/sparql", headers, text.encode(errors="surrogatepass"), patience)

    def rows(self, text: str, **more: Any) -> list[dict[str, str]]:
        """Return the solutions of a query. Raises RuntimeError if its status is not 200."""
        answer = self.query(text, **more)
        if answer.status != 200:
            raise RuntimeError(f"{answer.status}: {answer.body[:500]!r}")
        bindings = answer.json()["results"]["bindings"]
        return [{name: term["value"] for name, term in row.items()} for row in bindings]


def exchange(
    connection: http.client.HTTPConnection,
    method: str,
    target: str,
    headers: Headers | None = None,
    body: bytes | None = None,
) -> Answer:
    """Exchange over a connection that stays open if the server allows it. Raises OSError, HTTPException."""
    connection.putrequest(method, target, skip_accept_encoding=True)
    for name, values in (headers or {}).items():
        for value in [values] if isinstance(values, str) else values:
            connection.putheader(name, value)
    if body is not None:
        connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body)
    response = connection.getresponse()
    try:
        content, whole = response.read(), True
    except http.client.IncompleteRead as broken:
        content, whole = broken.partial, False
    return Answer(response.status, _joined(response.getheaders()), content, whole)


def _joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in pairs:
        key = name.lower()
        headers[key] = f"{headers[key]}, {value}" if key in headers else value
    return headers


def encoded(**parameters: str | float | Iterable[str]) -> str:
    """Percent-encode parameters, each value of a list separately; `_` in names stands for `-`."""
    pairs: list[str] = []
    for name, values in parameters.items():
        several = [values] if isinstance(values, str | int | float) else values
        pairs += [f"{quote(name.replace('_', '-'), safe='')}={quote(str(value), safe='')}" for value in several]
    return "&".join(pairs)
