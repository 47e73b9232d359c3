"""A site on 127.0.0.1 to collect from: pages of a bureau with attachments, and what a collector must cope with."""

import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


@dataclass
class Site:
    """A server with pages by path: status, headers and body. `asked` are the requests, with their headers.

    `failing` has the number of times that a path is first answered with 503, and `raw` what to send for ever.
    """

    port: int = 0
    pages: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    failing: dict[str, int] = field(default_factory=dict)
    raw: dict[str, tuple[bytes, float]] = field(default_factory=dict)

    def add(self, path: str, body: str | bytes = b"", status: int = 200, **headers: str) -> None:
        """Add a page; underscores in the names of headers stand for dashes."""
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = status, said, body.encode() if isinstance(body, str) else body

    def at(self, path: str) -> str:
        """Return the address of a page."""
        return f"http://127.0.0.1:{self.port}{path}"

    @property
    def paths(self) -> list[str]:
        """The paths requested so far, without that of robots.txt."""
        return [path for path, _ in self.asked if path != "/robots.txt"]


def handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            if self.path in site.raw:
                self._send(*site.raw[self.path])
                return
            status, headers, body = site.pages.get(self.path, (404, {}, b"none"))
            if site.failing.get(self.path):
                site.failing[self.path] -= 1
                status = 503
            if headers.get("ETag") and self.headers.get("If-None-Match") == headers["ETag"]:
                status, body = 304, b""
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if "Content-Length" not in headers:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _send(self, piece: bytes, pause: float) -> None:
            """Send a piece again and again, until the client is gone."""
            self.close_connection = True
            with suppress(OSError):
                while True:
                    self.wfile.write(piece)
                    time.sleep(pause)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


@pytest.fixture
def site() -> Iterator[Site]:
    """A running site without pages."""
    made = Site()
    with ThreadingHTTPServer(("127.0.0.1", 0), handler(made)) as server:
        made.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, args=[0.05])
        thread.start()
        yield made
        server.shutdown()
        thread.join()
